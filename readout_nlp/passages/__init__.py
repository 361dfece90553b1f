"""Spans of text: formula, reuse, echo, and the words whose wording matters (tifa)."""
