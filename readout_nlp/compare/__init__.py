"""Numbers and labels become tables over places and years."""
