"""What the notices about applications, invitations, messages and interviews say."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from talentmarket.notices.texts import register

# --- to the organisation -----------------------------------------------------------------------
register(
    "application.received",
    _l("收到申请 %(number)s"),
    _l("岗位“%(job)s”收到申请 %(number)s，您承诺在 %(due)s 前答复。"),
)
register(
    "application.withdrawn",
    _l("%(number)s 撤回了申请"),
    _l("%(number)s 撤回了对“%(job)s”的申请，资料已不再对您显示，无需再答复。"),
)
register(
    "application.accepted",
    _l("%(number)s 接受了录用"),
    _l("%(number)s 接受了“%(job)s”的录用。请在 %(due)s 前与对方确认入职。"),
)
register(
    "application.offer_declined",
    _l("%(number)s 谢绝了录用"),
    _l("%(number)s 谢绝了“%(job)s”的录用。"),
)
register(
    "application.start_said",
    _l("%(number)s 已入职，待您确认"),
    _l("%(number)s 表示已经入职“%(job)s”。双方都确认后才算完成，请在 %(due)s 前确认。"),
)
register(
    "application.overdue",
    _l("申请 %(number)s 已超过答复期限"),
    _l(
        "岗位“%(job)s”的申请 %(number)s 应在 %(due)s 前答复，已计入公开的按期答复率。%(closes)s 仍未答复将自动关闭。"
    ),
)
register(
    "application.reminded",
    _l("%(number)s 请您尽快答复"),
    _l("%(number)s 对“%(job)s”的申请已超过答复期限 %(due)s，申请人请您答复。"),
)
register(
    "interview.accepted",
    _l("%(number)s 接受了面试时间"),
    _l("%(number)s 接受了 %(at)s 的面试（“%(job)s”），电话和邮箱已向您开放。"),
)
register(
    "interview.declined",
    _l("%(number)s 不能在这个时间面试"),
    _l("%(number)s 不能参加 %(at)s 的面试（“%(job)s”）。请另提时间。"),
)
register(
    "invitation.accepted",
    _l("邀请被接受，已生成申请 %(number)s"),
    _l("您邀请的人才申请了“%(job)s”，编号 %(number)s，请在 %(due)s 前答复。"),
)
register(
    "invitation.declined",
    _l("邀请被谢绝"),
    _l("您为“%(job)s”发出的一份邀请被谢绝，90 天内不能再邀请对方。"),
)
register(
    "message.to_organisation",
    _l("%(number)s 发来消息"),
    _l("%(number)s 就“%(job)s”的申请发来一条消息。"),
)
register(
    "contact.taken_back",
    _l("%(number)s 收回了联系方式"),
    _l("%(number)s 收回了为“%(job)s”给出的联系方式，请停止使用已保存的部分。"),
)

# --- to the person -----------------------------------------------------------------------------
register(
    "application.sent",
    _l("已提交申请：%(job)s"),
    _l("您申请了 %(organisation)s 的“%(job)s”，对方承诺在 %(due)s 前答复。"),
)
register(
    "application.viewed",
    _l("%(organisation)s 打开了您的申请"),
    _l("%(organisation)s 打开了您对“%(job)s”的申请，看到的是您提交时的档案快照。"),
)
register(
    "application.moved",
    _l("“%(job)s”的申请有新进展：%(state)s"),
    _l("%(organisation)s 把您对“%(job)s”的申请移到：%(state)s。"),
)
register(
    "application.offered",
    _l("%(organisation)s 决定录用您"),
    _l("%(organisation)s 为“%(job)s”发出录用，请在 %(due)s 前答复。"),
)
register(
    "application.rejected",
    _l("“%(job)s”的申请结果：不合适"),
    _l("%(organisation)s 认为这次不合适，原因：%(reason)s。申请页列出了可以补上的差距。"),
)
register(
    "application.rescinded",
    _l("“%(job)s”的录用已取消"),
    _l("%(organisation)s 取消了“%(job)s”的录用，原因：%(reason)s。"),
)
register(
    "application.start_said_by_employer",
    _l("请确认您已入职：%(job)s"),
    _l("%(organisation)s 表示您已入职“%(job)s”。双方都确认后才算完成，请在 %(due)s 前确认。"),
)
register(
    "application.closed",
    _l("“%(job)s”的岗位已关闭"),
    _l("%(organisation)s 关闭了“%(job)s”，您的申请随之结束，原因：%(reason)s。"),
)
register(
    "application.late",
    _l("“%(job)s”的答复已超期"),
    _l(
        "%(organisation)s 没有在 %(due)s 前答复，已计入其公开的按期答复率。您可以催办，或撤回申请。"
    ),
)
register(
    "application.unanswered",
    _l("“%(job)s”的申请因未获答复而关闭"),
    _l("%(organisation)s 一直没有答复，申请已关闭，档案快照不再对其显示。"),
)
register(
    "application.undone",
    _l("“%(job)s”的申请恢复为：%(state)s"),
    _l("刚才的操作已撤销，您对“%(job)s”的申请恢复为：%(state)s。"),
)
register(
    "interview.proposed",
    _l("%(organisation)s 约您面试"),
    _l(
        "%(organisation)s 提议 %(at)s 面试“%(job)s”，请在 %(due)s 前答复。接受后对方可见您的电话和邮箱。"
    ),
)
register(
    "interview.cancelled",
    _l("面试已取消：%(job)s"),
    _l("%(organisation)s 取消了 %(at)s 的面试（“%(job)s”）。"),
)
register(
    "invitation.sent",
    _l("%(organisation)s 邀请您申请：%(job)s"),
    _l(
        "%(organisation)s 邀请您申请“%(job)s”，邀请在 %(due)s 前有效。对方看不到您的姓名和联系方式。"
    ),
)
register(
    "invitation.withdrawn",
    _l("邀请已撤回：%(job)s"),
    _l("%(organisation)s 撤回了对“%(job)s”的邀请。"),
)
register(
    "message.to_talent",
    _l("%(organisation)s 发来消息"),
    _l("%(organisation)s 就“%(job)s”的申请发来一条消息。"),
)

# --- interviews --------------------------------------------------------------------------------
register(
    "interview.suggested",
    _l("%(number)s 请求改面试时间"),
    _l("%(number)s 希望“%(job)s”的面试改在：%(at)s。原因：%(reason)s。请选一个，或另提时间。"),
)
register(
    "interview.agreed",
    _l("面试时间已定：%(job)s"),
    _l("%(organisation)s 选定 %(at)s 面试“%(job)s”，您的电话和邮箱已向对方开放。"),
)
register(
    "interview.not_then",
    _l("您提议的面试时间不合适：%(job)s"),
    _l("%(organisation)s 不能在 %(at)s 面试“%(job)s”，会另提时间。"),
)
register(
    "interview.cancelled_by_person",
    _l("%(number)s 取消了面试"),
    _l("%(number)s 取消了“%(job)s”%(at)s 的面试。"),
)
register(
    "interview.tomorrow",
    _l("明天面试：%(job)s"),
    _l("%(at)s，%(organisation)s，“%(job)s”。地点：%(place)s。"),
)
register(
    "interview.soon",
    _l("一小时内面试：%(job)s"),
    _l("%(at)s，%(organisation)s，“%(job)s”。地点：%(place)s。"),
)
register(
    "interview.tomorrow_at_desk",
    _l("明天面试：%(number)s"),
    _l("%(at)s 面试 %(number)s（“%(job)s”）。"),
)
register(
    "interview.soon_at_desk",
    _l("一小时内面试：%(number)s"),
    _l("%(at)s 面试 %(number)s（“%(job)s”）。"),
)
register(
    "interview.missed_by_employer",
    _l("对方表示您没有参加面试：%(job)s"),
    _l(
        "%(organisation)s 表示您没有参加 %(at)s 的面试（“%(job)s”）。您可以说明一次，双方都看得到。"
    ),
)
register(
    "interview.missed_by_person",
    _l("%(number)s 表示贵单位没有参加面试"),
    _l("%(number)s 表示 %(at)s 的面试（“%(job)s”）没有人到场。您可以说明一次，双方都看得到。"),
)
register(
    "interview.missed_answered_by_employer",
    _l("对方说明了面试缺席：%(job)s"),
    _l("%(organisation)s 就 %(at)s 的面试（“%(job)s”）作了说明。"),
)
register(
    "interview.missed_answered_by_person",
    _l("%(number)s 说明了面试缺席"),
    _l("%(number)s 就 %(at)s 的面试（“%(job)s”）作了说明。"),
)
