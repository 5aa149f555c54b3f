"""The form of a saved search: what it is called, how often it tells."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField
from wtforms.validators import InputRequired, Length

from talentmarket.discovery.alerts.models import Frequency
from talentmarket.discovery.alerts.saving import LONGEST_NAME
from talentmarket.web.choices import word_choices


class SearchForm(FlaskForm):
    """A page that leads here (after signing in) may bring the values in its address."""

    name = StringField(
        _l("名称"),
        [
            InputRequired(_l("请写一个名称。")),
            Length(max=LONGEST_NAME, message=_l("名称最多 60 字。")),
        ],
        filters=[lambda text: " ".join((text or "").split())],
    )
    frequency = RadioField(
        _l("有新的怎么告诉我"),
        [InputRequired(_l("请选择提醒的次数。"))],
        description=_l("通知和邮件一起发；22:00 到次日 8:00 不发邮件。"),
    )

    def __init__(self, *arguments: Any, nightly: bool = False, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # What suits is found at night.
        codes = [one for one in Frequency if not nightly or one is not Frequency.AT_ONCE]
        self.frequency.choices = word_choices("alert_frequency", codes)

    @classmethod
    def begun(cls, name: str, *, nightly: bool = False) -> SearchForm:
        """A new search's form, with what the address brings along."""
        given = request.args.get("frequency", "")
        known = given if given in set(Frequency) else Frequency.DAILY
        typed = request.args.get("name", "")[:LONGEST_NAME].strip()
        return cls(data={"name": typed or name, "frequency": known}, nightly=nightly)

    def chosen(self, name: str = "") -> dict[str, Any]:
        """What was typed, as `saving.save` takes it; `name` where no name was."""
        return {"name": self.name.data or name, "frequency": Frequency(self.frequency.data)}
