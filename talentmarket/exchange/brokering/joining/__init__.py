"""Several firms on one mandate: asking to join, working on it, leaving it."""
