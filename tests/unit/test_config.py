"""Settings from the environment, and the folder they make."""

from __future__ import annotations

from talentmarket.core.config import Settings


def test_a_folder_that_is_made_is_for_its_owner_alone(tmp_path):
    made = tmp_path / "above" / "instance"
    Settings.from_environ({"TALENTMARKET_INSTANCE": str(made)})
    assert made.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in made.iterdir()} == {0o600}


def test_a_folder_that_is_there_keeps_its_mode(tmp_path):
    there = tmp_path / "instance"
    there.mkdir()
    there.chmod(0o750)
    Settings.from_environ({"TALENTMARKET_INSTANCE": str(there)})
    assert there.stat().st_mode & 0o777 == 0o750
