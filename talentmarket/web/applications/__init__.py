"""A person applies, follows, answers and withdraws."""
