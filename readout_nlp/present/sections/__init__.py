"""What each page of the report shows, one module a page; nothing is computed in the templates."""
