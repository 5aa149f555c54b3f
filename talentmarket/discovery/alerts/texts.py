"""What alerts say: the words of their codes, and the notices they leave."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from talentmarket.core.words import WORDS
from talentmarket.notices.texts import register

JOBS = "alert.jobs"
PEOPLE = "alert.people"
SUITED = "alert.suited"
SUITED_PEOPLE = "alert.suited_people"

WORDS["alert_frequency"] = {
    "at_once": _l("有新的就告诉我"),
    "daily": _l("每天一次"),
    "weekly": _l("每周一一次"),
    "off": _l("不提醒"),
}
#: Requirements that are no skill, as reasons.
WORDS["match_reason"] = {
    "whole": _l("与整个职位相近的技能"),
    "occupation": _l("职业方向"),
    "years": _l("工作年限"),
    "education": _l("学历"),
    "place": _l("地点"),
    "pay": _l("薪资"),
    "availability": _l("到岗时间"),
}
register(SUITED, _l("“%(name)s”：%(count)s 个新岗位和理由"), "%(jobs)s", whole=True)
register(
    SUITED_PEOPLE,
    _l("“%(name)s”有 %(count)s 位新的适合人才"),
    _l("按匹配排列，只有编号，没有姓名。打开卡片会留下单位、目的和时间，本人看得到。"),
)
register(JOBS, _l("“%(name)s”有 %(count)s 个新岗位"), "%(jobs)s", whole=True)
register(
    PEOPLE,
    _l("“%(name)s”有 %(count)s 位新的或更新过档案的人才"),
    _l("在“保存的搜索”里查看。打开卡片会留下单位、目的和时间，本人看得到。"),
)
