"""Placements: an offer, a start both sides confirm, the guarantee after it."""
