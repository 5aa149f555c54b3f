"""Forms of a firm's page."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField

from talentmarket.core.language import language
from talentmarket.taxonomy.model import get_taxonomy
from talentmarket.web.choices import pair_choices
from talentmarket.web.org_jobs.forms import places


class FieldsForm(FlaskForm):
    """Industries and places the firm works for."""

    fields = SelectMultipleField(
        _l("服务行业"),
        description=_l("最多 6 个，在单位主页显示。"),
        render_kw={"data-choose": "1", "size": "8"},
    )
    regions = SelectMultipleField(
        _l("服务地区"),
        description=_l("最多 10 个，在单位主页显示。"),
        render_kw={"data-choose": "1", "size": "8"},
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        tongue = language()
        self.fields.choices = pair_choices(get_taxonomy().choices("industry", tongue))
        self.regions.choices = pair_choices(places(tongue))
        self.fields.flags.optional = self.regions.flags.optional = True
