"""The roles a person can have towards the site and towards an organisation."""

from __future__ import annotations

from enum import StrEnum


class OrgRole(StrEnum):
    """A member's role in one organisation."""

    OWNER = "owner"
    RECRUITER = "recruiter"
    HIRING_MANAGER = "hiring_manager"
    VIEWER = "viewer"
    CONSULTANT = "consultant"
    FINANCE = "finance"


#: Roles that exist in every kind of organisation, and those of HR service firms only.
COMMON_ROLES = (OrgRole.OWNER, OrgRole.RECRUITER, OrgRole.HIRING_MANAGER, OrgRole.VIEWER)
FIRM_ROLES = (OrgRole.OWNER, OrgRole.CONSULTANT, OrgRole.FINANCE, OrgRole.VIEWER)
