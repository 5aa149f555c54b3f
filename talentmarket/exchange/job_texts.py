"""What the notices about jobs, letters of entrustment and reports say."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from talentmarket.notices.texts import register

# --- to the organisation -----------------------------------------------------------------------
register(
    "job.published",
    _l("“%(job)s”已发布"),
    _l("岗位“%(job)s”审核通过并已发布，有效至 %(until)s。"),
)
register(
    "job.returned",
    _l("“%(job)s”需要补充"),
    _l("岗位“%(job)s”退回补充：%(reason)s。%(text)s"),
)
register(
    "job.rejected",
    _l("“%(job)s”未通过审核"),
    _l("岗位“%(job)s”未通过审核：%(reason)s。%(text)s"),
)
register(
    "job.taken_down",
    _l("“%(job)s”已被秘书处下架"),
    _l("岗位“%(job)s”已被秘书处下架：%(reason)s。%(text)s 已收到的申请仍须答复。"),
)
register(
    "job.expired",
    _l("“%(job)s”已过期"),
    _l("岗位“%(job)s”已过有效期，不再显示。已收到的申请仍须按期答复；需要时可以重新发布。"),
)
register(
    "entrustment.accepted",
    _l("%(client)s的委托书已通过"),
    _l("您单位受%(client)s委托招聘的材料已审核通过，有效至 %(until)s，现在可以发布代招岗位。"),
)
register(
    "entrustment.returned",
    _l("%(client)s的委托书需要补充"),
    _l("您单位受%(client)s委托招聘的材料退回补充：%(text)s"),
)
register(
    "entrustment.refused",
    _l("%(client)s的委托书未通过"),
    _l("您单位受%(client)s委托招聘的材料未通过审核：%(text)s"),
)

# --- to those who applied ----------------------------------------------------------------------
register(
    "job.changed",
    _l("您申请的“%(job)s”有变动"),
    _l("%(organisation)s 修改了您申请的岗位“%(job)s”，新内容正在审核。您的申请和答复期限不变。"),
)
register(
    "job.taken_down_applicant",
    _l("您申请的“%(job)s”已被下架"),
    _l(
        "%(organisation)s 的岗位“%(job)s”因不符合发布规则已被秘书处下架。您可以撤回申请，资料随之收回。"
    ),
)

# --- to the reporter ---------------------------------------------------------------------------
register(
    "report.answered",
    _l("您的举报有了答复"),
    _l("您举报的内容已处理，结论：%(result)s。%(text)s"),
)
register(
    "score.reviewed",
    _l("匹配分的人工复核有了答复"),
    _l("您请求的人工复核已完成，您的意见：%(result)s。%(text)s"),
)
