"""Occupations, skills, regions, ladders and code tables; and text to concepts."""
