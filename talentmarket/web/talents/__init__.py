"""People: the public cards, and the search of verified organisations."""
