"""The first of the person's own pages: what to do next, and where everything is."""

from __future__ import annotations

from flask import current_app, render_template, url_for
from flask_babel import gettext as _

from talentmarket.core.db import db
from talentmarket.members import completeness, onboarding, openings
from talentmarket.web.me import views
from talentmarket.web.me.blueprint import bp
from talentmarket.web.me.opening_views import jobs_of
from talentmarket.web.me.person import viewer

#: (endpoint, words, icon): what is not there (yet) is left out.
_DOORS = (
    ("me.profile", lambda: _("人才档案"), "person-vcard"),
    ("me_matches.matches", lambda: _("适合我的岗位"), "briefcase"),
    ("me_matches.learn", lambda: _("接下来学什么"), "mortarboard"),
    ("applications.mine", lambda: _("我的申请"), "send"),
    ("applications.invitations", lambda: _("收到的邀请"), "envelope-open"),
    ("referrals.listed", lambda: _("机构推荐"), "person-check"),
    ("saved_searches.listed", lambda: _("保存的搜索"), "search"),
    ("me.openings", lambda: _("谁看过我"), "eye"),
    ("records.listed", lambda: _("机构保存的我的记录"), "person-rolodex"),
    ("me.visibility", lambda: _("谁能看到什么"), "shield-lock"),
    ("me.blocks", lambda: _("屏蔽单位"), "slash-circle"),
    ("me.exclusions", lambda: _("一直不看"), "funnel"),
    ("notices.inbox", lambda: _("消息"), "bell"),
    ("account.security", lambda: _("账号与登录"), "key"),
    ("account.privacy", lambda: _("个人信息：导出与注销"), "download"),
)


@bp.get("")
def home() -> str:
    """What to do next, who looked, and the doors to the rest."""
    talent = viewer().talent
    done, steps, rows, count = None, [], [], 0
    if talent is not None:
        done = completeness.of(talent)
        skills = views.skill_rows(talent)
        steps = [views.step_view(step, skills) for step in done.steps[:3]]
        rows = openings.openings_of(db.session(), talent, limit=5)
        count = openings.count_openings(db.session(), talent)
    doors = [
        {"url": url_for(endpoint), "text": text(), "icon": icon}
        for endpoint, text, icon in _DOORS
        if endpoint in current_app.view_functions
    ]
    return render_template(
        "me/home.html",
        talent=talent,
        step=onboarding.step_of(talent),
        done=done,
        steps=steps,
        openings=jobs_of(db.session(), rows),
        count=count,
        doors=doors,
    )
