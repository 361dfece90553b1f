"""A page as found becomes text worth reading."""
