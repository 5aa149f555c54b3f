"""The rail beside every page of an organisation's desk."""

from __future__ import annotations

from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext

from talentmarket.core.permissions import TABLE
from talentmarket.core.roles import OrgRole
from talentmarket.members.models import TRUSTED, Organisation, OrganisationKind

#: Areas all pages of which stand under one entry.
_AREAS = ("org_jobs", "org_saved_searches", "org_mandates", "org_fees", "org_reports", "org_people")

#: Pages of referrals that stand under another entry than the firm's own list.
_OF_REFERRALS = {
    **dict.fromkeys(("placements", "placement", "leave", "remedy"), "placements"),
    **dict.fromkeys(("received", "referred", "answer", "object_to"), "received"),
}


def rail_of(
    organisation: Organisation, role: OrgRole | None, counts: dict[str, int]
) -> dict[str, Any]:
    """The rail for the desk layout: only pages that exist and that the role may open.

    `counts`: by endpoint, what runs there now.
    """
    groups = [
        {"title": title, "links": _links(organisation, role, entries, counts)}
        for title, entries in _entries()
    ]
    verified = organisation.state in TRUSTED
    return {
        "owner": {"name": organisation.short_name or organisation.name, "verified": verified},
        "groups": [group for group in groups if group["links"]],
    }


def _entries() -> list[tuple[str | None, list[tuple[str, str, str]]]]:
    return [
        (
            None,
            [
                ("org.home", _("工作台"), "grid"),
                ("org_referrals.day", pgettext("page", "今天"), "calendar-check"),
                ("org_jobs.listed", _("岗位"), "file-text"),
                ("org_desk.home", _("候选人"), "people"),
                ("org_mandates.listed", _("委托"), "file-earmark-check"),
                ("org_people.listed", _("人才库"), "person-rolodex"),
                ("org_joining.listed", _("开放的委托"), "people"),
                ("org_talents.search", _("搜索人才"), "search"),
                ("org_saved_searches.listed", _("保存的搜索"), "bell"),
                ("org_desk.invitations", _("邀请"), "send"),
                ("org_referrals.received", _("收到的推荐"), "person-up"),
                ("org_referrals.listed", _("推荐"), "person-check"),
                ("org_referrals.placements", _("入职与保证期"), "briefcase"),
                ("org_reports.home", _("统计"), "bar-chart"),
                ("org_fees.home", _("服务费账单"), "receipt"),
            ],
        ),
        (
            _("单位"),
            [
                ("org.documents", _("单位核验"), "patch-check"),
                ("org.licence", _("许可证"), "award"),
                ("org.members", _("成员与权限"), "person-gear"),
                ("org.claims", _("认领"), "person-exclamation"),
                ("org.settings", _("单位资料"), "building"),
                ("org_firm.fields", _("机构主页"), "shop"),
                ("org_firm.standing", _("规则与处置"), "clipboard-check"),
            ],
        ),
    ]


def _links(
    organisation: Organisation,
    role: OrgRole | None,
    entries: list[tuple[str, str, str]],
    counts: dict[str, int],
) -> list[dict[str, Any]]:
    return [
        {
            "text": text,
            "url": _address(endpoint, organisation),
            "icon": icon,
            "count": counts.get(endpoint),
            "current": _current(endpoint),
        }
        for endpoint, text, icon in entries
        if endpoint in current_app.view_functions
        and _may(endpoint, role)
        and _of_kind(endpoint, organisation.kind, counts)
    ]


def _of_kind(endpoint: str, kind: OrganisationKind, counts: dict[str, int]) -> bool:
    """Whether this kind of organisation has the page."""
    if endpoint == "org.licence":
        return kind is OrganisationKind.HR_FIRM
    if endpoint in (
        "org_referrals.listed",
        "org_people.listed",
        "org_joining.listed",
        "org_firm.fields",
        "org_firm.standing",
    ):
        return kind in (OrganisationKind.HR_FIRM, OrganisationKind.PUBLIC_SERVICE)
    if endpoint == "org_referrals.received":
        return kind is OrganisationKind.EMPLOYER or bool(counts.get(endpoint))
    return True


def _may(endpoint: str, role: OrgRole | None) -> bool:
    rule = TABLE.get(endpoint)
    return rule is not None and (not rule.roles or role in rule.roles)


def _address(endpoint: str, organisation: Organisation) -> str:
    if current_app.url_map.is_endpoint_expecting(endpoint, "org"):
        return url_for(endpoint, org=organisation.public_id)
    return url_for(endpoint)


def _current(endpoint: str) -> bool:
    if request.endpoint == endpoint:
        return True
    area, _dot, page = (request.endpoint or "").partition(".")
    if area == "org_referrals" and page != "day":
        return endpoint == f"org_referrals.{_OF_REFERRALS.get(page, 'listed')}"
    if area == "org_starts":
        return endpoint == "org_referrals.placements"
    if area == "org_joining":
        own = "org_joining.listed" if "opened" in request.path else "org_mandates.listed"
        return endpoint == own
    if area == "org_desk":
        own = "org_desk.invitations" if "invit" in page else "org_desk.home"
        return endpoint == own
    return area in _AREAS and endpoint.startswith(f"{area}.")
