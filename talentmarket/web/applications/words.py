"""How applications are said on pages: names of rows, deadlines, what happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import format_datetime, ngettext
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from talentmarket.core import calendar, clock
from talentmarket.core.events import Event
from talentmarket.core.language import language
from talentmarket.core.words import WORDS, word
from talentmarket.exchange import promises
from talentmarket.exchange.models import Application, ApplicationState, Job
from talentmarket.exchange.models.applications import ENDED
from talentmarket.exchange.refusals import Requirement
from talentmarket.exchange.stages import FORWARD
from talentmarket.members.models import Organisation
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.web.concepts import place_name, skill_name
from talentmarket.web.years import at_least, experience_at_least


def education_name(rank: int | str | None) -> str:
    """A level of education by its rank; empty for none."""
    for item in get_taxonomy().codes["education"].values():
        if rank is not None and item.position == int(rank):
            return item.name(language())
    return ""


def item_name(table: str, code: str | None) -> str:
    """A row of a code table in the reader's language; empty for none."""
    item = get_taxonomy().item(table, code)
    return item.name(language()) if item else ""


def requirement_name(row: Requirement) -> str:
    """What a requirement asks."""
    if row.kind == "skill":
        return skill_name(str(row.value))
    if row.kind == "education":
        return _("学历：%(level)s", level=education_name(row.value))
    if row.kind == "years":
        return experience_at_least(row.value)
    return row.key


def row_name(key: str) -> str:
    """The name of a match row by its key (`skill:spark`, `years`, `education` …)."""
    kind, _colon, value = key.partition(":")
    if kind == "skill":
        return skill_name(value)
    names = {
        "whole": _("相近的技能"),
        "years": _("工作年限"),
        "occupation": _("职业方向"),
        "education": _("学历"),
        "certificate": _("证书"),
        "place": _("地点"),
        "pay": _("薪资"),
        "availability": _("到岗"),
        "start": _("到岗"),
        "mode": _("办公方式"),
        "work_mode": _("办公方式"),
        "rest_days": _("休息日"),
    }
    return names.get(kind, value or key)


def job_meta(job: Job) -> list[str]:
    """Place, years and schooling of a job."""
    years = at_least(job.years_min) if job.years_min else ""
    return [place_name(job.region_code), years, education_name(job.education_rank or None)]


def written(text: str) -> Markup:
    """Text that people wrote, marked as Chinese so that an English page says so."""
    return Markup('<span lang="zh">{}</span>').format(text) if text else Markup("")


# --- deadlines ---------------------------------------------------------------------------------


def when(at: datetime) -> str:
    """A moment as lists say it: today with the hour, else day and hour."""
    local = clock.local(at)
    if local.date() == clock.today():
        return _("今天 %(time)s", time=local.strftime("%H:%M"))
    if language() == "zh":
        return f"{local.month}月{local.day}日 {local:%H:%M}"
    return str(format_datetime(at, "d MMM, HH:mm"))


def countdown(begin: datetime, due: datetime, *, of_other: bool = False) -> dict[str, Any]:
    """A clock for the macro: {due, text, used, tone}. `of_other`: the other side is late."""
    at = clock.now()
    used = promises.used_percent(begin, due, at)
    left = calendar.working_days_between(clock.today(), clock.local(due).date())
    if due < at:
        over = max(1, -left)
        if of_other:
            text = ngettext("对方超期 %(num)d 个工作日", "对方超期 %(num)d 个工作日", over)
        else:
            text = ngettext("超期 %(num)d 个工作日", "超期 %(num)d 个工作日", over)
        return {"due": due, "text": text, "used": 100, "tone": "late"}
    if left <= 0:
        text = _("今天 %(time)s 前", time=clock.local(due).strftime("%H:%M"))
        if clock.local(due).date() > clock.today():  # a working day when it was promised, now none
            text = _("%(due)s 前", due=when(due))
        return {"due": due, "text": text, "used": used, "tone": "soon"}
    tone = "soon" if used >= 80 else "fine"
    text = ngettext("剩 %(num)d 个工作日", "剩 %(num)d 个工作日", left)
    return {"due": due, "text": text, "used": used, "tone": tone}


def clock_of(application: Application, *, for_person: bool = False) -> dict[str, Any] | None:
    """The clock that runs for an application; None when none does."""
    if application.due_at is None or application.state in ENDED:
        return None
    first = application.state in promises.UNANSWERED_YET
    begin = application.submitted_at if first else application.moved_at
    theirs = application.state is ApplicationState.OFFER
    return countdown(begin, application.due_at, of_other=for_person and not theirs)


def reached(application: Application) -> str:
    """The stage the line of eight shows: the present one, or where an end came from."""
    if application.state in FORWARD:
        return str(application.state)
    return str(application.moved_from or ApplicationState.SUBMITTED)


def ended_word(application: Application) -> str | None:
    """The word of an end other than "confirmed"; None while it runs."""
    if application.state in ENDED and application.state is not ApplicationState.CONFIRMED:
        return word("application", application.state)
    return None


# --- what happened -----------------------------------------------------------------------------


def acting_names(session: Session, events: list[Event]) -> dict[str, str]:
    """The names of the organisations for which somebody acted, by public id: of a brought person
    there is a firm besides the employer."""
    acting = {one.acting_for for one in events if one.acting_for}
    if not acting:
        return {}
    names = sa.select(Organisation.public_id, Organisation.name)
    rows = session.execute(names.where(Organisation.public_id.in_(acting)))
    return {row[0]: row[1] for row in rows}


def event_views(events: list[Event], names: dict[str, str], me: str | None) -> list[dict[str, Any]]:
    """Events for the macro, newest first. `names`: acting organisation → its name; `me`: the
    reader's account id."""
    return [_event(event, names, me) for event in reversed(events) if event.verb not in _HIDDEN]


#: Not told to either side: private notes, and the mark that another event explains.
_HIDDEN = {"note"}


def _event(event: Event, names: dict[str, str], me: str | None) -> dict[str, Any]:
    who: str = written(names.get(event.acting_for or "", ""))
    if not who:
        if event.actor is None:
            who = _("平台")
        elif event.actor == me:
            who = _("本人")
        elif event.acting_for:
            who = _("单位")
        else:
            who = _("求职者")
    move = _is_move(event)
    return {
        "at": event.at,
        "when": when(event.at),
        "head": _head(event),
        "who": who,
        "note": _note(event),
        "kind": "move" if move else "plain",
    }


def _is_move(event: Event) -> bool:
    """Whether the application itself went on: an interview has states of its own, of which some
    are called alike."""
    return not event.verb.startswith("interview_") and event.to_state in WORDS["application"]


def _head(event: Event) -> str:
    if event.verb != "submit" and _is_move(event):
        return _(
            "%(source)s → %(target)s",
            source=word("application", event.from_state),
            target=word("application", event.to_state),
        )
    return word("application_verb", event.verb)


def _note(event: Event) -> str:
    if event.verb == "undo":
        return _("撤销了上一步。")
    if event.data.get("skipped"):
        stages = " · ".join(word("application", code) for code in event.data["skipped"])
        return _("跳过：%(stages)s", stages=stages)
    if event.verb == "view":
        return _("打开了档案快照。")
    if event.verb == "submit" and event.data.get("score") is not None:
        return _(
            "匹配 %(score)s，模型 %(model)s",
            score=event.data["score"],
            model=event.data.get("model") or "",
        )
    if event.verb.startswith("interview_") and event.data.get("starts_at"):
        return when(datetime.fromisoformat(event.data["starts_at"]))
    if event.reason and _is_move(event):
        return _("原因：%(reason)s", reason=word("end_reason", event.reason))
    return ""
