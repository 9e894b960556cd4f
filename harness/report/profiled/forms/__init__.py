"""The forms of a report on profiled runs: console, Markdown, JSON and the page, each drawn from one summary."""
