"""Many values as one parameter find what a list of them finds, on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from talentmarket.core.among import among

CODES = sa.table("regions", sa.column("code", sa.String(12)))
NUMBERS = sa.union_all(*(sa.select(sa.literal(n).label("n")) for n in range(9))).subquery()


@pytest.mark.parametrize(
    "wanted", [[], ["510100"], ["510100", "510100", "510700"], [f"{n}" for n in range(5_000)],
               ["' OR 1=1 --", '"', "\\", "[1]", "成都", "%s", "?"]]
)  # fmt: skip
def test_texts(session, wanted):
    found = session.scalars(sa.select(CODES.c.code).where(among(CODES.c.code, "codes")),
                            {"codes": wanted})  # fmt: skip
    plain = session.scalars(sa.select(CODES.c.code).where(CODES.c.code.in_(wanted)))
    assert sorted(found) == sorted(plain)


@pytest.mark.parametrize("wanted", [[], {3}, (8, 1, 99), {0: "a", 5: "b"}.keys()])
def test_whole_numbers_of_any_collection(session, wanted):
    asked = sa.select(NUMBERS.c.n).where(among(NUMBERS.c.n, "keys"), NUMBERS.c.n >= 0)
    assert set(session.scalars(asked, {"keys": wanted})) == set(range(9)) & set(wanted)


def test_what_is_not_among_them(session):
    asked = sa.select(NUMBERS.c.n).where(~among(NUMBERS.c.n, "keys"))
    assert sorted(session.scalars(asked, {"keys": [0, 1, 2, 7]})) == [3, 4, 5, 6, 8]
