"""Licences of HR service firms (人力资源服务许可证, 国令700号 art. 18)."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from talentmarket.members.models import Licence, LicenceState, Organisation

#: The scope that lets a firm recruit online (网络招聘服务管理规定 art. 9).
ONLINE = "online_recruitment"


def has_valid_licence(session: Session, organisation: Organisation, on: date) -> bool:
    """Whether the organisation holds a reviewed licence for online recruitment on that day."""
    rows = session.scalars(
        sa.select(Licence).where(
            Licence.organisation_id == organisation.id,
            Licence.state == LicenceState.VALID,
            Licence.issued_on <= on,
            Licence.expires_on >= on,
        )
    )
    return any(ONLINE in licence.scope for licence in rows)
