"""Other programs: matrices for R, gensim and viewers, tidy tables, and finished models from elsewhere."""
