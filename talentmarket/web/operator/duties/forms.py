"""Forms of the records kept by law. What is wrong in them the services say."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from talentmarket.alliance.duties.assessing import Assessed
from talentmarket.alliance.duties.checking import ITEMS, Checked
from talentmarket.alliance.duties.common import MOST, MOST_DUTY
from talentmarket.alliance.duties.incidents import Known
from talentmarket.alliance.duties.models import Incident, StepKind
from talentmarket.core import clock
from talentmarket.core.folding import whole_number
from talentmarket.web.applications.interview_forms import TimeField
from talentmarket.web.choices import pair_choices, word_choices

#: What is needed is said by the service: these validators only keep forms from failing on nothing.
_ANY = [Optional()]
_NO_NAMES = _l("只写情况，不要写当事人的姓名、手机号等。")


def _words(label: Any, description: Any = "", *, rows: int = 4) -> Any:
    """A text of some lines."""
    return TextAreaField(
        label,
        [Length(max=MOST, message=_l("太长，请缩短。"))],
        description=description,
        render_kw={"rows": rows},
    )


def _kinds() -> Any:
    return SelectMultipleField(
        _l("涉及的个人信息"),
        _ANY,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


def _duty() -> Any:
    return StringField(
        _l("签署人职务"),
        [Length(max=MOST_DUTY, message=_l("太长，请缩短。"))],
        description=_l("例如个人信息保护负责人。姓名取自您的账号，签署后不能更改。"),
    )


def _needed(form: FlaskForm, *names: str) -> None:
    for name in names:
        form[name].flags.optional = False


def _shanghai(at: datetime | None) -> datetime | None:
    """A moment that was typed in Beijing time."""
    return at.replace(tzinfo=clock.SHANGHAI) if at else None


class AssessmentForm(FlaskForm):
    """One version. `after`: the number of the version that the page showed."""

    after = HiddenField()
    kinds = _kinds()
    purposes = _words(
        _l("目的和方式"),
        _l("处理目的、处理方式等是否合法、正当、必要（第五十六条第一项）。"),
        rows=6,
    )
    effect = _words(
        _l("影响和风险"), _l("对个人权益的影响及安全风险（第五十六条第二项）。"), rows=6
    )
    measures = _words(
        _l("保护措施"),
        _l("所采取的措施是否合法、有效并与风险程度相适应（第五十六条第三项）。"),
        rows=6,
    )
    conclusion = RadioField(_l("结论"), _ANY)
    next_due = DateField(
        _l("下次评估"), _ANY, description=_l("最迟一年；处理方式有变化时随时重新评估。")
    )
    duty = _duty()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.kinds.choices = word_choices("personal_data")
        self.conclusion.choices = word_choices("conclusion")
        _needed(self, "kinds", "conclusion", "next_due")

    def values(self) -> Assessed:
        """What was typed."""
        return Assessed(
            kinds=tuple(self.kinds.data or ()),
            purposes=self.purposes.data or "",
            effect=self.effect.data or "",
            measures=self.measures.data or "",
            conclusion=self.conclusion.data or "",
            duty=self.duty.data or "",
            next_due=self.next_due.data,
        )


class IncidentForm(FlaskForm):
    """What is known of an incident. `revision`: of the record that the page showed."""

    revision = HiddenField()
    mishap = RadioField(_l("发生了什么"), _ANY)
    certain = RadioField(_l("是否确定"), _ANY)
    found_at = TimeField(
        _l("发现时间"), _ANY, description=_l("北京时间。通知主管部门和个人的期限从此刻起算。")
    )
    happened_at = TimeField(_l("发生时间"), _ANY, description=_l("北京时间，不清楚可以不填。"))
    kinds = _kinds()
    people = IntegerField(_l("大约涉及人数"), _ANY)
    what = _words(_l("经过"), _NO_NAMES)
    cause = _words(_l("事件原因"), rows=3)
    harm = _words(_l("可能造成的危害"), rows=3)
    measures = _words(_l("已采取的补救措施"), rows=3)
    advice = _words(_l("个人可以采取的减轻危害的措施"), rows=3)
    contact = StringField(
        _l("联系方式"), [Length(max=200)], description=_l("个人向谁询问：电话或邮箱。")
    )

    def __init__(self, *arguments: Any, obj: Incident | None = None, **named: Any) -> None:
        super().__init__(*arguments, obj=obj, **named)
        self.mishap.choices = word_choices("mishap")
        self.kinds.choices = word_choices("personal_data")
        self.certain.choices = pair_choices([("yes", _l("已经发生")), ("no", _l("可能发生"))])
        _needed(self, "mishap", "certain", "found_at", "kinds")
        for name in ("cause", "harm", "measures", "advice", "contact"):
            self[name].flags.optional = True
        if obj is not None and not self.is_submitted():
            self.certain.data = "yes" if obj.certain else "no"
            for moment in (self.found_at, self.happened_at):
                moment.data = clock.local(moment.data) if moment.data else None

    def values(self) -> Known:
        """What was typed."""
        return Known(
            mishap=self.mishap.data or "",
            certain={"yes": True, "no": False}.get(self.certain.data or ""),
            found_at=_shanghai(self.found_at.data),
            happened_at=_shanghai(self.happened_at.data),
            kinds=tuple(self.kinds.data or ()),
            people=self.people.data,
            **{
                name: self[name].data or ""
                for name in ("what", "cause", "harm", "measures", "advice", "contact")
            },
        )

    @property
    def seen(self) -> int:
        """The revision that the page showed."""
        return whole_number(self.revision.data) or 0


#: Steps that somebody writes down; the others are written by the record itself.
STEPS = (
    *(StepKind.CONTAINED, StepKind.AUTHORITY, StepKind.PERSONS, StepKind.NOT_PERSONS),
    *(StepKind.NOTE, StepKind.CLOSED),
)


class StepForm(FlaskForm):
    """A line of the log."""

    kind = SelectField(_l("做了什么"), [InputRequired(_l("请选一项。"))])
    at = TimeField(_l("时间"), _ANY, description=_l("北京时间，实际完成的时间。"))
    text = _words(
        _l("内容"),
        _l("向谁、以什么方式、说了什么、回执编号；结束时写总结和改进。不要写当事人的姓名、号码。"),
    )
    accounts = TextAreaField(
        _l("由平台通知的账号"),
        [Length(max=80_000)],
        description=_l("账号编号，每行一个，最多 2000 个；已用其他方式通知的可以不填。"),
        render_kw={"rows": 3},
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.kind.choices = word_choices("incident_step", STEPS)
        _needed(self, "at")
        self.accounts.flags.optional = True


class CheckForm(FlaskForm):
    """A self-check: a result and a note for each item."""

    checked_on = DateField(_l("自查完成日期"), _ANY)
    summary = _words(_l("总结"), _l("怎样查的、总体情况、下一步。"))
    duty = _duty()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for item in ITEMS:
            self[item].choices = word_choices("check_result")
            self[f"{item}_note"].flags.optional = True
        _needed(self, "checked_on", *ITEMS)

    def values(self) -> Checked:
        """What was typed."""
        return Checked(
            checked_on=self.checked_on.data,
            results={
                item: (self[item].data or "", self[f"{item}_note"].data or "") for item in ITEMS
            },
            summary=self.summary.data or "",
            duty=self.duty.data or "",
        )


for _item in ITEMS:
    setattr(CheckForm, _item, RadioField(_l("结果"), _ANY))
    setattr(
        CheckForm,
        f"{_item}_note",
        StringField(_l("说明"), [Length(max=500, message=_l("太长，请缩短。"))]),
    )


class RemovedForm(FlaskForm):
    """How a danger was removed."""

    item = HiddenField()
    text = _words(_l("怎样消除的"), rows=3)
