"""Everything here reads and writes rows: the app's context is open throughout."""

import pytest
from sqlalchemy.orm import Session


@pytest.fixture(autouse=True)
def _context(session: Session) -> None:
    """Keep the context of `session` for the whole test."""
