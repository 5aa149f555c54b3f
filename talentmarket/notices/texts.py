"""The texts of notices, mails and short messages: a code and arguments, said in a language.

Rows store the code and its arguments; the words are chosen when they are shown or sent. An
argument is a plain value or one of ``{"word": [kind, code]}``, ``{"moment": iso}``,
``{"day": iso}``, ``{"region": code}``, ``{"skill": id}``, which are said in the reader's language;
``{"noted": [value, note]}``, ``{"joined": [value, …]}`` or ``{"lines": [[…], …]}``: several such
values in brackets, in a row, or in rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date, format_datetime
from flask_babel import LazyString, force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from talentmarket.core import clock
from talentmarket.core.words import word
from talentmarket.taxonomy.model import get_taxonomy


@dataclass(frozen=True)
class Text:
    """What a code says. `lifetime`: after that it is no longer worth sending.

    `secret`: the arguments are wiped from the row once the message is out. `whole`: the daily mail
    holds the body too.
    """

    subject: LazyString
    body: LazyString | str
    lifetime: timedelta | None = None
    secret: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Rendered:
    """A text in one language."""

    subject: str
    body: str


TEXTS: dict[str, Text] = {}


def register(
    code: str,
    subject: LazyString,
    body: LazyString | str,
    *,
    lifetime: timedelta | None = None,
    secret: bool = False,
    whole: bool = False,
) -> None:
    """Add the text of a code; a second text for a code is an error."""
    if code in TEXTS:
        raise ValueError(f"two texts for {code}")
    TEXTS[code] = Text(subject, body, lifetime, secret, whole)


def render(code: str, arguments: Mapping[str, Any], locale: str) -> Rendered:
    """The text of `code` in `locale` (``zh`` or ``en``). Raises :class:`KeyError`."""
    text = TEXTS[code]
    with force_locale(locale):
        said = {name: _say(value, locale) for name, value in arguments.items()}
        return Rendered(str(text.subject) % said, str(text.body) % said)


def _say(value: Any, locale: str) -> Any:
    if not isinstance(value, Mapping):
        return value
    if "lines" in value:
        rows = [[str(_say(one, locale)) for one in row] for row in value["lines"]]
        return "\n".join(" · ".join(one for one in row if one) for row in rows)
    if "joined" in value:
        return _("、").join(str(_say(one, locale)) for one in value["joined"])
    if "noted" in value:
        name, note = (_say(one, locale) for one in value["noted"])
        return _("%(name)s（%(note)s）", name=name, note=note)
    if "skill" in value:
        skill = get_taxonomy().skills.get(value["skill"])
        return skill.name(locale) if skill else value["skill"]
    if "region" in value:
        region = get_taxonomy().regions.get(value["region"] or "")
        return region.name(locale) if region else ""
    if "word" in value:
        kind, code = value["word"]
        return word(kind, code)
    if "moment" in value:
        at = clock.local(datetime.fromisoformat(value["moment"]))
        if locale == "zh":
            return at.strftime("%Y-%m-%d %H:%M")
        return format_datetime(at, "d MMM y, HH:mm", locale=locale)
    if "day" in value:
        day = date.fromisoformat(value["day"])
        return day.isoformat() if locale == "zh" else format_date(day, "d MMM y", locale=locale)
    raise ValueError(f"an argument of an unknown kind: {sorted(value)}")


CODE_LIFE = timedelta(minutes=10)

# --- codes to sign in and to prove -------------------------------------------------------------
_CODE = _l("数才汇验证码 %(code)s")
register(
    "code.sign_in",
    _CODE,
    _l("您的登录验证码是 %(code)s，%(minutes)s 分钟内有效，只能用一次。不是您本人操作请忽略。"),
    lifetime=CODE_LIFE,
    secret=True,
)
register(
    "code.reset",
    _CODE,
    _l(
        "您在重设密码，验证码是 %(code)s，%(minutes)s 分钟内有效。"
        "不是您本人操作请忽略，密码不会改变。"
    ),
    lifetime=CODE_LIFE,
    secret=True,
)
register(
    "code.add",
    _CODE,
    _l("您在把这个号码或邮箱加到账号，验证码是 %(code)s，%(minutes)s 分钟内有效。"),
    lifetime=CODE_LIFE,
    secret=True,
)
register(
    "code.prove",
    _CODE,
    _l("您在确认一项账号操作，验证码是 %(code)s，%(minutes)s 分钟内有效。不要把它告诉任何人。"),
    lifetime=CODE_LIFE,
    secret=True,
)
register(
    "code.countersign",
    _CODE,
    _l("您在会签一份招聘委托，验证码是 %(code)s，%(minutes)s 分钟内有效。不是您经办的请忽略。"),
    lifetime=CODE_LIFE,
    secret=True,
)
register(
    "code.no_account",
    _l("数才汇：没有找到账号"),
    _l(
        "有人用这个号码或邮箱申请重设数才汇的密码，但它没有对应的账号。需要账号时，用验证码登录即可注册。"
    ),
    lifetime=timedelta(hours=1),
)

# --- what happened to the account --------------------------------------------------------------
register(
    "account.password_changed",
    _l("您的登录密码已更改"),
    _l(
        "%(at)s，您的登录密码已更改，其他设备已退出登录。不是您本人操作，请马上重设密码并联系秘书处。"
    ),
)
register(
    "account.identifier_added",
    _l("账号增加了登录方式"),
    _l("%(at)s，您的账号增加了登录方式 %(shown)s。不是您本人操作，请马上修改密码并联系秘书处。"),
)
register(
    "account.identifier_removed",
    _l("账号移除了登录方式"),
    _l("%(at)s，您的账号移除了登录方式 %(shown)s，此后不能再用它登录。"),
)
register(
    "account.number_released",
    _l("您的号码已转到新账号"),
    _l(
        "号码 %(shown)s 超过 90 天未验证，现由新的持有人注册，已从您的账号移除。"
        "请换一个号码或邮箱。"
    ),
)
register(
    "account.second_factor_on",
    _l("动态口令已启用"),
    _l("%(at)s，您的账号启用了动态口令。以后登录还需输入验证器上的 6 位数字。"),
)
register(
    "account.second_factor_off",
    _l("动态口令已停用"),
    _l("%(at)s，您的账号停用了动态口令。不是您本人操作，请马上修改密码并联系秘书处。"),
)
register(
    "account.erased",
    _l("您的账号已注销"),
    _l(
        "%(at)s，您的账号和档案已注销，资料已删除。依法留存的操作记录只含编号，不含姓名和联系方式。"
    ),
    secret=True,
)

# --- the daily mail ----------------------------------------------------------------------------
register(
    "digest",
    _l("数才汇：%(count)s 条新通知"),
    _l(
        "您好，您有 %(count)s 条未读通知：\n\n%(lines)s\n\n"
        "登录后在“通知”中查看：%(address)s\n不想再收到这些邮件：%(unsubscribe)s"
    ),
)
register(
    "notice",
    _l("数才汇：%(subject)s"),
    _l("%(body)s\n\n请于 %(deadline)s 前处理：%(address)s"),
)
