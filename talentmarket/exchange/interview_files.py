"""An interview as iCalendar (RFC 5545, RFC 5546): updates and cancels replace what a calendar holds."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from flask import current_app
from icalendar import Calendar, Event, vCalAddress, vText

from talentmarket.core import clock
from talentmarket.exchange.models import Interview, InterviewState

_STATUS = {
    InterviewState.PROPOSED: "TENTATIVE",
    InterviewState.ACCEPTED: "CONFIRMED",
    InterviewState.DECLINED: "CANCELLED",
    InterviewState.CANCELLED: "CANCELLED",
}


def has_file(interview: Interview) -> bool:
    """Whether there is one time to put into a calendar: not while one of several is chosen."""
    return interview.state is not InterviewState.PROPOSED or len(interview.times) == 1


def calendar_file(interview: Interview, *, summary: str, url: str, organiser: str = "") -> bytes:
    """The interview in the exchange's zone, with the zone's definition.

    A later file carries a higher SEQUENCE under the same UID, so that calendars update in place;
    what was called off comes as METHOD:CANCEL, which takes it out. `organiser`: the employer's name;
    RFC 5546 asks an ORGANIZER of both methods, and answers to it reach nobody.
    """
    status = _STATUS[interview.state]
    calendar = Calendar()
    calendar.add("prodid", "-//Shucai Exchange//interviews//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if status == "CANCELLED" else "PUBLISH")
    event = Event()
    starts = interview.starts_at.astimezone(clock.SHANGHAI)
    event.add("uid", f"{interview.public_id}@interviews.shucai")
    event.add("dtstamp", interview.answered_at or interview.proposed_at)
    event.add("dtstart", starts)
    event.add("dtend", starts + timedelta(minutes=interview.minutes))
    event.add("sequence", interview.sequence)
    event.add("status", status)
    event["organizer"] = _organiser(organiser)
    event["summary"] = vText(summary)
    event["location"] = vText(interview.place)
    if interview.by_video and interview.place.startswith(("http://", "https://")):
        event.add("conference", interview.place)
    event.add("url", url)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _organiser(name: str) -> vCalAddress:
    settings = current_app.extensions["talentmarket_settings"]
    host = urlsplit(settings.site_url or "").hostname
    address = vCalAddress(f"mailto:no-reply@{host}" if host else f"mailto:{settings.mail_from}")
    if name:
        address.params["CN"] = vText(name)
    return address
