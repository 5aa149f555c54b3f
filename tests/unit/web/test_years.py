"""Years and dates as words of both languages."""

from __future__ import annotations

from datetime import date

import pytest
from flask_babel import force_locale

from talentmarket.web import years
from talentmarket.web.context import day


@pytest.mark.parametrize(
    ("said", "one", "more"),
    [
        (years.plain, "1 year", "1.5 years"),
        (years.at_least, "1 year or more", "1.5 years or more"),
        (years.at_most, "up to 1 year", "up to 1.5 years"),
        (years.worked, "1 year of experience", "1.5 years of experience"),
        (years.stated, "States 1 year", "States 1.5 years"),
    ],
)
def test_one_year_and_more(app, said, one, more):
    with app.test_request_context("/"), force_locale("en"):
        assert (said(1), said("1"), said("1.5")) == (one, one, more)


def test_a_skill_with_its_years(app):
    with app.test_request_context("/"):
        assert years.of_skill("Spark", 1) == "Spark（1 年）"
        with force_locale("en"):
            assert years.of_skill("Spark", 1, "Familiar") == "Spark (Familiar, 1 year)"
            assert years.of_skill("Spark", 3, "Familiar") == "Spark (Familiar, 3 years)"


def test_a_day_is_written_one_way_in_each_language(app):
    """Whether it comes as a date or as a snapshot's text."""
    with app.test_request_context("/"):
        assert day(date(2026, 11, 5)) == day("2026-11-05") == "2026-11-05"
        with force_locale("en"):
            assert day(date(2026, 11, 5)) == day("2026-11-05") == "5 Nov 2026"
        assert day(None) == day("") == ""
