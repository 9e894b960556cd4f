"""From records to one Summary, and from it a console table, Markdown, JSON and one offline HTML page."""
