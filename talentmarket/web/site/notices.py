"""Pages that explain: how matching works, the rules, help, access."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template

from talentmarket.core.words import WORDS
from talentmarket.exchange.brokering.firms.steps import STEPS
from talentmarket.exchange.reports import ANSWER_DAYS
from talentmarket.exchange.stages import INVITATION_WORKING_DAYS, RATE_HOLD, UNANSWERED_AFTER
from talentmarket.matching import serving, weights
from talentmarket.matching.outcomes import trials
from talentmarket.matching.outcomes.models import KEEP_DAYS, Side


def routes(bp: Blueprint) -> None:
    """Add the routes to the area."""
    bp.add_url_rule("/matching", view_func=matching)
    bp.add_url_rule("/rules", view_func=rules)
    bp.add_url_rule("/help", view_func=help_page, endpoint="help")
    bp.add_url_rule("/accessibility", view_func=accessibility)


def matching() -> str:
    """What a score is made of, what is no part of it, and how to switch it off.

    The notice that 互联网信息服务算法推荐管理规定 art. 16 asks for.
    """
    _kinship, worth, version = serving.models()
    state = current_app.extensions["talentmarket_model_state"]()
    return render_template(
        "site/matching.html",
        parts=[
            (str(part), f"{round(points, 1):g}")
            for part, points in zip(weights.Part, worth.points, strict=True)
        ],
        states=list(WORDS["requirement"]),
        claimed=round(100 * weights.CLAIMED_CREDIT),
        near=f"{weights.NEAR_ENOUGH:g}",
        common=round(100 * weights.COMMON_ENOUGH),
        model=version,
        trained=state == "ok",
        kept=KEEP_DAYS,
        review_days=ANSWER_DAYS,
        trial=trials.current(Side.JOBS) or trials.current(Side.PEOPLE),
    )


def rules() -> str:
    """What holds for everybody on the exchange."""
    return render_template(
        "site/rules.html",
        hold=RATE_HOLD,
        unanswered=UNANSWERED_AFTER,
        invitation=INVITATION_WORKING_DAYS,
        steps=STEPS,
    )


def help_page() -> str:
    """Answers to what is asked most."""
    return render_template("site/help.html")


def accessibility() -> str:
    """How the site can be used, and what is known not to work."""
    return render_template("site/accessibility.html")
