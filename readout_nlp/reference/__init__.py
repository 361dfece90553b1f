"""What we know beforehand: gazetteer, acts, stop words, official terms, page furniture, as data files with a source."""
