"""What the pages of the operator's desk share: rail, forms of answers, refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import pgettext
from flask_login import current_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import Length, Optional

from talentmarket.alliance import queues
from talentmarket.alliance.duties import waiting as duties
from talentmarket.core.db import db
from talentmarket.core.errors import Conflict, DomainError, NotFound
from talentmarket.core.events import Actor
from talentmarket.members.models import Account
from talentmarket.web.choices import pair_choices, word_choices
from talentmarket.web.formpages import attach

Answer = Any
_UNSAID = ("", _l("请选择"))


class SeenForm(FlaskForm):
    """An answer to something handed in. `seen`: which version of it the page showed."""

    seen = HiddenField()


class VerdictForm(SeenForm):
    """A return, a refusal or a suspension: a reason and words for the reader."""

    reason = SelectField(_l("原因"), [Optional()], description=_l("通过时不用选。"))
    text = TextAreaField(
        _l("说明"),
        [Length(max=1000)],
        description=_l("通过时不用填。写明哪里不符合、怎样改，对方会看到。"),
        render_kw={"rows": 3},
    )

    def __init__(self, kind: str, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.reason.choices = [*pair_choices([_UNSAID]), *word_choices(kind)]
        self.reason.flags.optional = False  # what it is needed for stands below


def actor() -> Actor:
    """Who acts, for the ledger."""
    found: Actor = current_user.actor()
    return found


def me(session: Session) -> Account:
    """The operator's account in this unit of work."""
    return session.get_one(Account, current_user.account.id)


#: (endpoint, queue) of the rail's first group.
QUEUES = tuple((f"operator.{name}", name) for name in queues.NAMES)


def queue_names() -> dict[str, str]:
    """What the queues are called."""
    return {
        "jobs": _("岗位审核"),
        "organisations": _("单位核验"),
        "licences": pgettext("queue", "许可证"),
        "entrustments": pgettext("queue", "委托书"),
        "entries": _("档案佐证"),
        "claims": _("认领"),
        "reports": _("投诉举报"),
        "disputes": _("归属争议"),
        "starts": _("入职裁定"),
        "measures": _("机构处置"),
        "incidents": _("安全事件"),
        "assessments": _("影响评估"),
        "self_checks": _("年度自查"),
    }


def _groups() -> list[tuple[str | None, list[tuple[str, str, str]]]]:
    names = queue_names()
    icons = (
        "file-text",
        "patch-check",
        "award",
        "file-earmark-check",
        "mortarboard",
        "person-exclamation",
        "flag",
        "shield-exclamation",
        "person-check",
        "clipboard-check",
    )
    return [
        (
            None,
            [
                ("operator.home", _("总览"), "grid"),
                *(
                    (endpoint, names[name], icon)
                    for (endpoint, name), icon in zip(QUEUES, icons, strict=True)
                ),
            ],
        ),
        (
            _("法定记录"),
            [
                (f"operator.{name}", names[name], icon)
                for name, icon in zip(
                    duties.NAMES,
                    ("exclamation-triangle", "clipboard-check", "check2-square"),
                    strict=True,
                )
            ],
        ),
        (
            _("用户与记录"),
            [
                ("operator.users", _("用户"), "people"),
                ("operator.all_organisations", _("全部单位"), "building"),
                ("operator.mandates", _("委托抽查"), "file-earmark-check"),
                ("operator.events", _("事件"), "journal-text"),
                ("operator.ledger", _("服务台账"), "journal-check"),
                ("operator.deliveries", _("消息发送"), "send"),
            ],
        ),
        (
            _("运行"),
            [
                ("operator.index", _("索引与校验"), "activity"),
                ("operator.models", _("匹配模型"), "cpu"),
            ],
        ),
    ]


#: Pages that lie below an entry of the rail.
_BELOW = {
    "job": "jobs",
    "organisation": "organisations",
    "licence": "licences",
    "entrustment": "entrustments",
    "entry": "entries",
    "mandate": "mandates",
    "claim": "claims",
    "report": "reports",
    "dispute": "disputes",
    "start": "starts",
    "measure": "measures",
    "incident": "incidents",
    "new_incident": "incidents",
    "edit_incident": "incidents",
    "assessment": "assessments",
    "assess": "assessments",
    "self_check": "self_checks",
    "new_self_check": "self_checks",
    "user": "users",
    "person": "users",
}


def page(template: str, **values: Any) -> str:
    """A page of the desk with its rail and what waits in each queue."""
    session = db.session()
    waiting = {one.name: one for one in [*queues.overview(session), *duties.overview(session)]}
    here = (request.endpoint or "").partition(".")[2]
    here = _BELOW.get(here, here)
    rail = {
        "owner": {
            "name": _("联盟秘书处"),
            "sub": current_user.name,
            "person": True,
            "verified": False,
        },
        "groups": [
            {"title": title, "links": _links(entries, waiting, here)}
            for title, entries in _groups()
        ],
    }
    return render_template(
        template,
        rail=rail,
        waiting=waiting,
        queue_names=queue_names(),
        hide_phone_bar=True,  # the bar is the person's own; the desk has its rail
        **values,
    )


def _links(
    entries: Iterable[tuple[str, str, str]], waiting: dict[str, queues.Waiting], here: str
) -> list[dict[str, Any]]:
    found = []
    for endpoint, text, icon in entries:
        name = endpoint.partition(".")[2]
        line = waiting.get(name)
        found.append(
            {
                "text": text,
                "url": url_for(endpoint),
                "icon": icon,
                "count": line.count if line else None,
                "hot": bool(line and line.late),
                "current": name == here,
            }
        )
    return found


def told(back: str) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Say a refusal of the service on the page `back` instead of on one of its own."""

    def decorate(view: Callable[..., Answer]) -> Callable[..., Answer]:
        @wraps(view)
        def wrapped(**more: Any) -> Answer:
            try:
                return view(**more)
            except NotFound:
                raise
            except DomainError as error:
                if request.method == "GET":
                    raise
                db.session.rollback()
                flash(str(error.message), "warning" if isinstance(error, Conflict) else "error")
                return redirect(url_for(back))

        return wrapped

    return decorate


def attempt(form: FlaskForm, act: Callable[[], None]) -> bool:
    """Do it; False when the service refused, its words then stand at the form's fields."""
    try:
        act()
    except NotFound:
        raise
    except DomainError as error:
        db.session.rollback()
        attach(form, error)
        return False
    return True
