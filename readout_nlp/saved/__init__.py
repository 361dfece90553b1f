"""Results on disk, with their provenance."""
