"""Readouts out of a web crawl: dumps are streamed, cheaply filtered, parsed, freed of copies, and stored."""
