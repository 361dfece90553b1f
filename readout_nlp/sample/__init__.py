"""Synthetic raw pages of a fictional province, with known truth."""
