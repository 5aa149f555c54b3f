"""What alerts say: the words of their codes, and the notices they leave."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from talentmarket.core.words import WORDS
from talentmarket.notices.texts import register

JOBS = "alert.jobs"
PEOPLE = "alert.people"

WORDS["alert_frequency"] = {
    "at_once": _l("有新的就告诉我"),
    "daily": _l("每天一次"),
    "weekly": _l("每周一一次"),
    "off": _l("不提醒"),
}
register(JOBS, _l("“%(name)s”有 %(count)s 个新岗位"), "%(jobs)s", whole=True)
register(
    PEOPLE,
    _l("“%(name)s”有 %(count)s 位新的或更新过档案的人才"),
    _l("在“保存的搜索”里查看。打开卡片会留下单位、目的和时间，本人看得到。"),
)
