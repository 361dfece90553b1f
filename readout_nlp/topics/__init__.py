"""A term matrix becomes topics, with their quality and stability."""
