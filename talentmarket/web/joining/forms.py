"""Forms of joining another firm's mandate."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import Length

from talentmarket.exchange.brokering.mandating.moving import TEXT_MOST


class JoinForm(FlaskForm):
    """What the firm says of itself."""

    text = TextAreaField(
        _l("能带来什么人选"),
        [Length(max=TEXT_MOST, message=_l("最多 1000 字。"))],
        description=_l("同类岗位的经验、人选来源。持有委托的机构会看到，至少 5 个字。"),
        render_kw={"rows": 3},
    )


class WordsForm(FlaskForm):
    """Why a firm leaves, is refused or is excluded."""

    text = TextAreaField(
        _l("原因"),
        [Length(max=TEXT_MOST, message=_l("最多 1000 字。"))],
        description=_l("至少 5 个字，对方会看到。"),
        render_kw={"rows": 2},
    )
