"""What the exchange shows of itself on every page: licences and filings, from the settings.

人力资源市场暂行条例 art. 32 and 网络招聘服务管理规定 art. 13: business and HR licence on the home page, all
the time; 互联网信息服务管理办法 art. 12: the number of the telecom licence or the ICP filing at the foot, with
a link to the ministry; 算法推荐管理规定 art. 26: the number of the filing, where there is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

#: Where anybody looks up an ICP filing.
MINISTRY = "https://beian.miit.gov.cn/"
#: Setting → what stands before its value.
_NAMES = {
    "business_licence": _l("营业执照"),
    "hr_licence": _l("人力资源服务许可证（含开展网络招聘服务）"),
    "telecom_licence": _l("电信业务经营许可证"),
    "icp": _l("ICP 备案"),
    "algorithm_filing": _l("算法备案"),
}
#: Those that no site of this kind is without.
NEEDED = ("business_licence", "hr_licence", "icp")


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of the footer. `value`: None for an example, in demo mode alone."""

    name: Any
    value: str | None
    url: str | None = None


def lines() -> list[Line]:
    """What the footer shows. In demo mode those that are needed stand there as examples."""
    settings = current_app.extensions["talentmarket_settings"]
    found = []
    for key, name in _NAMES.items():
        value = getattr(settings, key)
        if value or (settings.demo and key in NEEDED):
            found.append(Line(name, value, MINISTRY if key == "icp" and value else None))
    return found


def missing() -> list[Any]:
    """The names of what must be shown and is not set; nothing in demo mode."""
    settings = current_app.extensions["talentmarket_settings"]
    if settings.demo:
        return []
    return [_NAMES[key] for key in NEEDED if not getattr(settings, key)]
