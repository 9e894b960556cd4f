"""A comparison as one page that needs nothing else, not even a script, and cannot run one."""

from harness.report.comparison import cells, figures, searches_plot
from harness.report.comparison.summary import ComparisonSummary
from harness.report.page import environment, figure


def render(summary: ComparisonSummary) -> str:
    """The whole page. What comes from records is escaped by Jinja's autoescape, in figures by the XML writer."""
    made = environment()
    made.filters.update(ruling=cells.ruling_text)
    lines = [line for line in (*summary.levers, summary.total) if line is not None]
    return made.get_template("comparison.html").render(
        summary=summary,
        key_numbers=cells.key_numbers(summary),
        below=cells.said_below(summary),
        lines=lines,
        figures={
            "forest": figure(figures.forest(summary)),
            "ceilings": figure(figures.ceilings(summary)),
            "interactions": figure(figures.interactions(summary)),
            "waterfall": figure(figures.waterfall(summary)),
            "samples": figure(figures.samples(summary)),
        },
        curves=[figure(searches_plot.curves(line, f"search{index}")) for index, line in enumerate(summary.searches)],
        grids={
            "levers": cells.lever_grid(summary),
            "components": cells.component_grid(summary),
            "steps": cells.step_grid(summary),
            "interactions": cells.interaction_grid(summary),
            "together": cells.together_grid(summary),
            "cells": cells.cell_grid(summary),
        },
        metrics=[cells.metric_grid(line) for line in lines],
        searches=[cells.search_grid(line) for line in summary.searches],
    )
