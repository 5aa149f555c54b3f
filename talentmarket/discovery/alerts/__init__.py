"""Saved searches: what a person asked once, and is told of whatever is new in it."""
