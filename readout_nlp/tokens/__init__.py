"""A corpus becomes tokens, and tokens a term matrix."""
