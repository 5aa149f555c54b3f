"""What was typed becomes concepts, limits, refusals and plain words. Pure; shown as chips."""

from talentmarket.discovery.understanding.employers import EmployerNames
from talentmarket.discovery.understanding.reading import JOBS, ORGANISATIONS, TALENTS, understand
from talentmarket.discovery.understanding.values import (
    LONGEST,
    NO_WISH,
    Piece,
    Understanding,
    Wish,
    pay_code,
    span_of,
)

__all__ = [
    "JOBS",
    "LONGEST",
    "NO_WISH",
    "ORGANISATIONS",
    "TALENTS",
    "EmployerNames",
    "Piece",
    "Understanding",
    "Wish",
    "pay_code",
    "span_of",
    "understand",
]
