"""Web pages, and Markdown by way of them."""
