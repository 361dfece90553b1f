"""Readouts become a corpus: an immutable table, stored in Parquet."""
