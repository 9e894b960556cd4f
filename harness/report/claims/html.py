"""Rulings as one page that needs nothing else, not even a script, and cannot run one."""

from harness.report.claims import cells, figures
from harness.report.claims.builder import ruling_words
from harness.report.claims.summary import RulingsSummary
from harness.report.page import environment, figure


def render(summary: RulingsSummary) -> str:
    """The whole page. What comes from ledgers and records is escaped by Jinja, in figures by the XML writer."""
    made = environment()
    made.filters.update(ruling=ruling_words, consistency=cells.consistency_words, samples=cells.sample_grid)
    return made.get_template("claims.html").render(
        summary=summary,
        topics=cells.topics(summary.claims),
        counts=[one.id for one in summary.claims if cells.is_count(one)],
        groups=cells.by_ruling(summary),
        figures={one.id: figure(figures.drawing(one)) for one in summary.claims},
        pages=cells.pages(summary),
        experiments=cells.experiment_grid(summary),
    )
