"""What we know beforehand: gazetteer, acts, stop words, official terms, all as sourced data files."""
