"""Parsed pages against the truth about them, field by field."""
