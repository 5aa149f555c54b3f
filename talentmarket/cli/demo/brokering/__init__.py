"""Brokering in the demo: firms' mandates, whom they asked and referred, what it cost.

A mandate is a function of the seed and its number as a firm or a job is; the people asked for it
follow from it. What happens to a referral walks through the same tables the services use, fees come
from the same pure function, and the books are written in their words, so that every check of a
running site holds for it too.
"""
