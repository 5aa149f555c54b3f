"""Learning from outcomes: what was shown, what came of it, and weights that are better than the
table's."""
