"""All of it in one call: a frozen Recipe and a Corpus in, an Analysis out."""
