"""The file that names the engine a site was moved to."""

from __future__ import annotations

from pathlib import Path

import pytest

from talentmarket.indexing.choice import FILE, Choice, keep
from talentmarket.indexing.engine import EngineUnavailable
from tests.fixtures.apps import make_settings


def test_what_the_file_says(tmp_path: Path) -> None:
    plain = make_settings(f"sqlite:///{tmp_path / 'x.db'}", tmp_path)
    given = Choice(plain)
    assert given.mark() is None
    assert given.settings() is plain
    moved = plain.with_(
        elasticsearch_url="http://127.0.0.1:9",
        elasticsearch_api_key="a key",
        elasticsearch_ca_certs="own.pem",
    )
    keep(moved)
    path = tmp_path / FILE
    assert path.stat().st_mode & 0o777 == 0o600, "there are credentials in it"
    first = given.mark()
    assert first is not None
    found = given.settings()
    assert found.elasticsearch_url == moved.elasticsearch_url
    assert Path(found.elasticsearch_ca_certs or "").is_absolute()
    environment = plain.with_(elasticsearch_url="http://127.0.0.1:1")
    assert Choice(environment).settings() is environment, "the environment comes first"
    path.write_text("{")
    assert given.mark() != first
    with pytest.raises(EngineUnavailable):
        given.settings()
