"""Invented values for the page of all components: every macro at least once, in every state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import InputRequired, Optional

from talentmarket.core.words import word
from talentmarket.web.choices import pair_choices, word_choices

DUE = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


class SpecimenForm(FlaskForm):
    """One field of every kind."""

    phone = StringField(_l("手机号"), description=_l("用于登录，不对外显示"))
    headcount = IntegerField(_l("招聘人数"), validators=[InputRequired(_l("填写招聘人数，如 3"))])
    pay_low = IntegerField(_l("最低月薪"))
    pay_high = IntegerField(_l("最高月薪"))
    months = SelectField(_l("月数"), choices=pair_choices((n, n) for n in ("12", "13", "14")))
    kind = RadioField(_l("工作性质"), choices=word_choices("job_kind"))
    visibility = RadioField(_l("可见范围"), choices=word_choices("visibility"))
    rest = SelectMultipleField(
        _l("休息日"),
        choices=word_choices("rest_days"),
        validators=[Optional()],
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )
    text = TextAreaField(_l("招聘条件"), validators=[Optional()])
    until = DateField(_l("有效期至"), validators=[Optional()])
    proof = FileField(_l("委托证明"), validators=[Optional()])
    consent = BooleanField(_l("我同意单独将档案提供给上述单位"))


def _score(total: int, points: tuple[int, ...]) -> dict[str, Any]:
    codes = ("must", "wish", "experience", "education", "place", "terms")
    full = (45, 10, 15, 10, 10, 10)
    parts = [
        {"code": code, "points": got, "of": of}
        for code, got, of in zip(codes, points, full, strict=True)
    ]
    return {"total": total, "parts": parts, "met": 9, "asked": 13, "url": "#score"}


SCORE = _score(74, (29, 5, 15, 10, 10, 5))
SKILLS = [
    {"name": "Spark", "state": "met"},
    {"name": "Hive", "state": "claimed"},
    {"name": "Flink", "state": "related"},
    {"name": "Kafka", "state": "missing"},
    {"name": "OPC UA", "state": "unknown"},
]


def _requirements() -> list[dict[str, Any]]:
    def row(state: str, name: str, evidence: str, points: int, of: int) -> dict[str, Any]:
        return {"state": state, "name": name, "evidence": evidence, "points": points, "of": of}

    flink = row("related", "Flink", "", 5, 9)
    flink["related"] = {"name": "Spark Streaming", "near": "0.72"}
    hive = row("claimed", "Hive", "“熟练，2 年”", 6, 9)
    hive["act"] = {"text": _l("添加佐证可得 %(points)s 分", points=9), "url": "#evidence"}
    must = [
        row("met", "Spark", "大数据工程技术人员（中级）", 9, 9),
        hive,
        flink,
        row("missing", "Kafka", "", 0, 9),
        row("unknown", "OPC UA", "", 0, 5),
    ]
    return [{"code": "must", "points": 20, "of": 41, "rows": must}]


def _job(**changes: Any) -> dict[str, Any]:
    job: dict[str, Any] = {
        "url": "#job",
        "title": "大数据开发工程师（工业数据方向）",
        "s": True,
        "channel": "direct",
        "pay_low": 1_800_000,
        "pay_high": 2_800_000,
        "pay_unit": "month",
        "pay_months": 14,
        "employer": "天工云谱科技（成都）",
        "verified": True,
        "meta": ["3–5", "100–499"],
        "skills": SKILLS,
        "reply_days": 3,
        "on_time": 96,
        "posted": "11-20",
        "valid_until": "12-20",
        "score": SCORE,
    }
    job.update(changes)
    return job


def _facets() -> list[dict[str, Any]]:
    def option(value: str, label: Any, count: int, selected: bool = False) -> dict[str, Any]:
        return {"value": value, "label": label, "count": count, "selected": selected}

    return [
        {
            "key": "channel",
            "title": _l("招聘方式"),
            "options": [
                option("direct", word("channel", "direct"), 92, True),
                option("agency", word("channel", "agency"), 33),
                option("outsourced", word("channel", "outsourced"), 17),
            ],
        },
        {
            "key": "pay",
            "title": _l("月薪"),
            "options": [option("15-20", "15–20K", 84, True), option("20-30", "20–30K", 58)],
            "more": {"text": _l("自定义区间"), "url": "#more"},
        },
    ]


def _jobs() -> list[dict[str, Any]]:
    return [
        _job(
            merged={
                "text": _l("另有 1 家也发布了这个岗位："),
                "links": [{"text": "锦程人才服务有限公司（代招）", "url": "#merged"}],
            }
        ),
        _job(
            channel="agency",
            firm="锦程人才服务",
            employer="西岭智造",
            pay_months=12,
            on_time=62,
            on_time_low=True,
        ),
        _job(
            channel="outsourced",
            firm="川联软件",
            site="金科数据中心",
            s=False,
            pay_unit="day",
            pay_low=20_000,
            pay_high=26_000,
            score=None,
        ),
        _job(
            channel="direct",
            reference=True,
            source="成都市人社局",
            reply_days=None,
            on_time=None,
            score=None,
            pay_low=None,
            pay_high=None,
            fragments=[("负责", False), ("大数据", True), ("平台建设", False)],
        ),
    ]


def _rail() -> dict[str, Any]:
    return {
        "owner": {"name": "天工云谱科技", "sub": "2027-03", "verified": True},
        "groups": [
            {
                "links": [
                    {"text": _l("工作台"), "url": "#desk", "icon": "grid", "current": False},
                    {
                        "text": _l("岗位"),
                        "url": "#jobs",
                        "icon": "file-text",
                        "count": 7,
                        "current": True,
                    },
                ]
            },
            {
                "title": _l("单位"),
                "links": [
                    {
                        "text": _l("消息"),
                        "url": "#mail",
                        "icon": "chat",
                        "count": 5,
                        "hot": True,
                        "current": False,
                    }
                ],
            },
        ],
    }


def _events() -> list[dict[str, Any]]:
    return [
        {"at": DUE, "when": "11-25 18:00", "head": _l("答复期限"), "kind": "future"},
        {
            "at": DUE,
            "when": "11-23 09:15",
            "head": _l("已提交 → 已查看"),
            "who": _l("招聘经办"),
            "note": _l("打开了档案快照，没有看手机号。"),
            "kind": "move",
        },
        {"at": DUE, "when": "11-20 17:41", "head": _l("保存档案快照"), "who": _l("平台")},
    ]


def specimens() -> dict[str, Any]:
    """Everything that ``dev/components.html`` needs; call it inside a request."""
    form = SpecimenForm(meta={"csrf": False})
    form.headcount.errors = [_l("填写招聘人数，如 3")]
    form.pay_low.errors = [_l("最低月薪高于最高月薪，是否填反了")]
    form.phone.data = "138 0000 4417"
    return {
        "form": form,
        "due": DUE,
        "score": SCORE,
        "skills": SKILLS,
        "requirements": _requirements(),
        "jobs": _jobs(),
        "facets": _facets(),
        "rail": _rail(),
        "events_list": _events(),
    }
