"""Tables become figures and a report."""
