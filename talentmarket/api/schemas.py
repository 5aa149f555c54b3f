"""What goes in and what comes out, as the interface's description prints it."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, Date, DateTime, Float, Integer, List, Nested, String
from apiflask.validators import Length, OneOf, Range
from flask_babel import lazy_gettext as _l

from talentmarket.discovery.asking import EDUCATION_RANKS, POSTED_DAYS, YEARS_BANDS
from talentmarket.discovery.jobs import MOST_ROWS, PAGE_SIZE
from talentmarket.exchange.models import Channel, Contract, Insurance, JobKind, Origin, PayUnit
from talentmarket.members.models import RestDays, WorkMode

MOST_STREAMED = 500  # jobs in one answer of snapshot and stream
LONGEST_WORDS = 200
LONGEST_TYPED = 60
LONGEST_CURSOR = 8_000  # by relevance it holds what was shown
#: No text of the site holds a NUL.
TEXT = r"^[^\u0000]*$"


def _values(*codes: object) -> OneOf:
    return OneOf(
        [str(code) for code in codes], error=_l("没有“{input}”这个值，可以用：{choices}。")
    )


def _text(description: Any, most: int, **named: Any) -> String:
    return String(
        validate=Length(max=most, error=_l("最多 {max} 个字。")),
        metadata={"description": description, "pattern": TEXT},
        **named,
    )


def _codes(description: Any, *choices: object, **named: Any) -> List:
    one = String(
        validate=_values(*choices)
        if choices
        else Length(max=64, error=_l("代码最长 {max} 个字。")),
        metadata={} if choices else {"pattern": TEXT},
    )
    return List(
        one,
        validate=Length(max=20, error=_l("最多 {max} 个值。")),
        metadata={"description": description},
        **named,
    )


def _number(description: Any, least: int, most: int, default: int) -> Integer:
    return Integer(
        load_default=default,
        validate=Range(least, most, error=_l("要在 {min} 到 {max} 之间。")),
        error_messages={"invalid": _l("要写整数。"), "too_large": _l("数太大了。")},
        metadata={"description": description},
    )


def parameters(schema: type[Schema]) -> set[str]:
    """The names of a schema's parameters in the address."""
    return {one.data_key or name for name, one in schema().fields.items()}


# -- in ------------------------------------------------------------------------------------------
class SearchIn(Schema):
    """The search page's parameters, under the same names. Repeat one to choose several values."""

    q = _text(_l("要找的话：职位、技能、地点、年限、月薪，像在搜索框里一样写。"), LONGEST_WORDS)
    off = _codes(_l("不按概念、只按原文找的部分，写“种类:代码”；all 表示全部按原文。"))
    must = _codes(_l("必须满足的部分，写“种类:代码”。"))
    refuse = _codes(_l("要排除的部分，写“种类:代码”。"), data_key="not")
    occupation = _codes(_l("职业代码或它的上级，如 2-02-38-03。"))
    region = _codes(_l("行政区划代码，省、市、区县或经济区。"))
    skill = _codes(_l("必备技能的代码。"))
    pay = _codes(_l("月薪档的代码。"))
    years = _codes(_l("工作年限档。"), *(code for code, _low, _high in YEARS_BANDS))
    education = _codes(_l("学历要求：0 不限，4 大专，5 本科，6 硕士，7 博士。"), *EDUCATION_RANKS)
    posted = _codes(_l("几天内发布。"), *POSTED_DAYS)
    kind = _codes(_l("岗位性质。"), *JobKind)
    mode = _codes(_l("办公方式。"), *WorkMode)
    rest = _codes(_l("休息方式。"), *RestDays)
    channel = _codes(_l("直招、代招、外包或派遣。"), *Channel)
    origin = _codes(_l("本平台发布的，或转载参考。"), *Origin)
    nature = _codes(_l("单位性质的代码。"))
    size = _codes(_l("单位规模的代码。"))
    industry = _codes(_l("行业代码。"))
    employer = _codes(_l("用人单位的 id。"))
    benefit = _codes(_l("福利的代码。"))


class JobsIn(SearchIn):
    """A search and the part of its list that is wanted."""

    sort = String(
        validate=_values("relevance", "newest", "pay", "reply"),
        metadata={
            "description": _l(
                "顺序：relevance 最相关（有 q 时的默认），newest 最新（无 q 时的默认），pay 月薪，reply 答复最快。"
            )
        },
    )
    limit = _number(_l("一次最多几条。"), 1, MOST_ROWS, PAGE_SIZE)
    cursor = _text(_l("上一次回答里的 next；其他参数保持不变。"), LONGEST_CURSOR, load_default="")
    collapse = _number(_l("写 1：多家机构发布的同一岗位只给一条；total 仍按发布数。"), 0, 1, 0)


class SnapshotIn(Schema):
    """A part of the snapshot."""

    limit = _number(_l("一次最多几条。"), 1, MOST_STREAMED, MOST_ROWS)
    cursor = _text(_l("上一次回答里的 next。"), LONGEST_CURSOR, load_default="")


class ChangesIn(Schema):
    """A part of the stream of changes."""

    limit = _number(_l("一次最多几条。"), 1, MOST_STREAMED, MOST_ROWS)
    after = _text(
        _l("快照给出的 changes，或上一次回答里的 next；不写则从头读。"),
        LONGEST_CURSOR,
        load_default="",
    )


class SuggestIn(Schema):
    """What was typed so far."""

    q = _text(_l("已经输入的字：汉字、拼音、首字母或英文。"), LONGEST_TYPED, load_default="")


# -- out -----------------------------------------------------------------------------------------
def _said(description: Any, **more: Any) -> dict[str, Any]:
    return {"description": description, **more}


def _enum(description: Any, *codes: object, nullable: bool = False) -> String:
    values: list[str | None] = [str(code) for code in codes]
    return String(
        required=True,
        allow_none=nullable,
        metadata=_said(description, enum=[*values, None] if nullable else values),
    )


class Named(Schema):
    """A code and its name in the reader's language."""

    code = String(required=True)
    name = String(required=True)


class Organisation(Schema):
    """An organisation; `id` is null where the exchange does not know it."""

    id = String(required=True, allow_none=True)
    name = String(required=True)
    verified = Boolean(required=True, metadata=_said(_l("单位是否已核验。")))


class Source(Schema):
    """Where a reprinted posting comes from."""

    name = String(required=True, metadata=_said(_l("来源的名称。")))
    date = Date(required=True, allow_none=True, metadata=_said(_l("在来源读到的日期。")))


class Pay(Schema):
    """Pay before tax, in yuan per unit."""

    currency = _enum(_l("币种。"), "CNY")
    unit = _enum(_l("计薪单位。"), *PayUnit)
    low = Float(required=True, allow_none=True, metadata=_said(_l("最低，元。")))
    high = Float(required=True, allow_none=True, metadata=_said(_l("最高，元。")))
    months = Integer(required=True, metadata=_said(_l("一年发几个月。")))


class Education(Schema):
    """The least schooling asked for."""

    rank = Integer(required=True, metadata=_said(_l("0 不限 … 7 博士。")))
    name = String(required=True)


class Years(Schema):
    """Years of work asked for."""

    min = Integer(required=True, allow_none=True)
    max = Integer(required=True, allow_none=True)


class Skill(Named):
    """A skill asked for."""

    must = Boolean(required=True, metadata=_said(_l("必备，还是优先。")))
    level = Integer(required=True, allow_none=True, metadata=_said(_l("1 到 4。")))
    years = Integer(required=True, allow_none=True)


class Job(Schema):
    """A job that everybody may find now."""

    id = String(required=True, metadata=_said(_l("岗位的 id，不会改变。")))
    external_id = String(
        required=True, allow_none=True, metadata=_said(_l("来源或单位自己的编号。"))
    )
    url = String(required=True, metadata=_said(_l("岗位页面。"), format="uri"))
    title = String(required=True)
    origin = _enum(_l("own：本平台发布，可以申请；reference：转载参考，未核验。"), *Origin)
    source = Nested(Source, required=True, allow_none=True)
    channel = _enum(_l("直招、代招、外包或派遣。"), *Channel)
    employer = Nested(Organisation, required=True, allow_none=True)
    publisher = Nested(Organisation, required=True, allow_none=True)
    occupation = Nested(Named, required=True, allow_none=True)
    occupation_guessed = Boolean(
        required=True, metadata=_said(_l("职业是按名称推测的，不是原文写明的。"))
    )
    kind = _enum(_l("岗位性质。"), *JobKind)
    headcount = Integer(required=True, allow_none=True)
    region = Nested(Named, required=True, allow_none=True)
    address = String(required=True)
    work_mode = _enum(_l("办公方式。"), *WorkMode, nullable=True)
    pay = Nested(Pay, required=True, allow_none=True)
    education = Nested(Education, required=True, allow_none=True)
    years = Nested(Years, required=True)
    skills = List(Nested(Skill), required=True)
    rest_days = _enum(_l("休息方式。"), *RestDays, nullable=True)
    insurance = _enum(_l("社会保险和公积金。"), *Insurance, nullable=True)
    benefits = List(String(), required=True)
    contract = _enum(_l("合同种类。"), *Contract, nullable=True)
    reply_days = Integer(
        required=True, allow_none=True, metadata=_said(_l("承诺几个工作日内答复。"))
    )
    description = String(
        required=True, metadata=_said(_l("原文；其中的电话、邮箱和社交账号以 ＊＊＊ 代替。"))
    )
    published_at = DateTime(required=True, allow_none=True)
    updated_at = DateTime(required=True)
    valid_until = Date(required=True, allow_none=True, metadata=_said(_l("最后一天，含当天。")))


class Jobs(Schema):
    """A part of a list of jobs."""

    items = List(Nested(Job), required=True)
    total = Integer(
        required=True,
        allow_none=True,
        metadata=_said(_l("符合条件的岗位总数；数据库代答时为 null。")),
    )
    next = String(required=True, allow_none=True, metadata=_said(_l("下一段的游标；到底为 null。")))
    sort = _enum(_l("实际的顺序。"), "relevance", "newest", "pay", "reply")
    degraded = Boolean(required=True, metadata=_said(_l("搜索引擎停用，由数据库代答。")))
    ignored = List(
        String(),
        required=True,
        metadata=_said(_l("没有起作用的参数：不认识的，或代答时做不到的。")),
    )


class Snapshot(Schema):
    """A part of all jobs."""

    items = List(Nested(Job), required=True)
    next = String(required=True, allow_none=True, metadata=_said(_l("下一段的游标；到底为 null。")))
    changes = String(required=True, metadata=_said(_l("读完后从这里开始读变更流。")))


class Change(Schema):
    """A job as it is now, or only its id when nobody may find it any more."""

    id = String(required=True)
    gone = Boolean(required=True, metadata=_said(_l("已经不能再显示，请删除。")))
    job = Nested(Job, required=True, allow_none=True)


class Changes(Schema):
    """A part of the stream of changes."""

    items = List(Nested(Change), required=True)
    next = String(required=True, metadata=_said(_l("下一次的 after。")))
    more = Boolean(required=True, metadata=_said(_l("现在就还有；没有时过一会儿再读。")))


class Proposal(Schema):
    """One line for a search box."""

    group = _enum(_l("种类。"), "occupation", "title", "skill", "employer")
    code = String(required=True)
    text = String(required=True)
    count = Integer(
        required=True, allow_none=True, metadata=_said(_l("有几个岗位；搜索引擎停用时为 null。"))
    )


class Proposals(Schema):
    """Lines for a search box."""

    items = List(Nested(Proposal), required=True)
    degraded = Boolean(required=True, metadata=_said(_l("搜索引擎停用，只有词表作答。")))


class ParameterError(Schema):
    """What is wrong with a parameter."""

    parameter = String(required=True)
    detail = String(required=True)


class Problem(Schema):
    """A problem document (RFC 9457)."""

    type = String(required=True, metadata=_said(_l("说明这类问题的页面。"), format="uri-reference"))
    title = String(required=True)
    status = Integer(required=True)
    detail = String(required=True)
    instance = String(required=True, metadata={"format": "uri-reference"})
    request_id = String(required=True, metadata=_said(_l("联系我们时请附上。")))
    errors = List(Nested(ParameterError))
