"""The site's page: an output folder with its source, opened by whoever serves the page."""
