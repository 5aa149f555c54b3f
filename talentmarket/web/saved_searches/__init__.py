"""Saved searches: the person's own, and those of a member for an organisation."""
