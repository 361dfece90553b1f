"""Human validation: coder sheets with known answers, their scores, and estimates corrected by coders."""
