"""The office's records kept by law, for the guards that look at every route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.factories.duties import WHOLE, make_assessment, make_incident, make_self_check

if TYPE_CHECKING:
    from tests.guards.world import World


def add(world: World) -> None:
    """One record of each kind."""
    office = world.visitors["operator"]
    assert office is not None
    world.examples |= {
        "handling": "automated",
        "assessment_id": make_assessment(office).public_id,
        "incident_id": make_incident(office, **WHOLE).public_id,
        "check_id": make_self_check(office).public_id,
    }
