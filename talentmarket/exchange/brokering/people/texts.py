"""What is sent and told about the firm's book."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l

from talentmarket.notices.texts import register

#: Days an invitation can be used.
LIFE = timedelta(days=14)

register(
    "firm_people.invited",
    _l("%(firm)s邀请您加入数才汇"),
    _l(
        "%(firm)s（人力资源服务机构）邀请您加入数才汇。您的联系方式由该机构保存，来源：%(source)s。"
        "查看是谁、同意或拒绝：%(address)s 链接 %(until)s 前有效。"
        "打开后选“不再邀请”，该机构以后不能再向您发出邀请。不回复也不会有任何影响。"
    ),
    lifetime=LIFE,
    secret=True,
)
register(
    "firm_people.accepted",
    _l("您邀请的人已加入"),
    _l("人才库中的一位已接受邀请并加入平台，可以按委托询问。"),
)
register(
    "firm_people.refused",
    _l("您邀请的人谢绝了邀请"),
    _l("人才库中的一位选择“不再邀请”。本机构不能再向这个号码或邮箱发出邀请。%(gone)s"),
)
register(
    "firm_people.removed",
    _l("人才库有一条记录已由本人删除"),
    _l("与平台账号相连的一位删除了本机构人才库中关于本人的记录，此后不能再向其发出邀请。"),
)
register(
    "firm_people.ending",
    _l("人才库有 %(count)s 条记录将到期删除"),
    _l(
        "%(count)s 条记录将在 %(day)s 前到期删除（没有写明来源、依据、日期的满 30 天，"
        "其余为最后联系后满 24 个月）。需要留存的，请补齐或登记新的联系。"
    ),
)
