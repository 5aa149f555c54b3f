"""What the notices to organisations, their members and claimants say."""

from __future__ import annotations

from datetime import timedelta

from flask_babel import lazy_gettext as _l

from talentmarket.notices.texts import register

register(
    "organisation.verified",
    _l("%(organisation)s 已通过核验"),
    _l(
        "%(organisation)s 的核验已通过，下次复核在 %(until)s 之前。现在可以发布岗位、搜索和邀请人才。"
    ),
)
register(
    "organisation.returned",
    _l("%(organisation)s 的核验材料需要补充"),
    _l("%(organisation)s 的核验材料退回补充：%(reason)s。%(text)s"),
)
register(
    "organisation.refused",
    _l("%(organisation)s 未通过核验"),
    _l("%(organisation)s 未通过核验：%(reason)s。%(text)s"),
)
register(
    "organisation.renewal_soon",
    _l("%(organisation)s 即将需要复核"),
    _l(
        "%(organisation)s 的核验到 %(until)s 满六个月，请在到期后一个月内提交复核，以免岗位停止发布。"
    ),
)
register(
    "organisation.renewal_due",
    _l("%(organisation)s 需要复核"),
    _l(
        "%(organisation)s 的核验已满六个月，请在 %(until)s 前提交复核。期间一切照常；逾期不能发布新岗位。"
    ),
)
register(
    "organisation.lapsed",
    _l("%(organisation)s 的核验已失效"),
    _l(
        "%(organisation)s 没有按时复核，核验已失效：不能发布新岗位，已收到的申请仍须按期答复。复核通过后恢复。"
    ),
)
register(
    "organisation.suspended",
    _l("%(organisation)s 已被停用"),
    _l(
        "%(organisation)s 已被秘书处停用：%(reason)s。%(text)s 单位和岗位已停止显示。如有异议，请联系秘书处。"
    ),
)
register(
    "organisation.lifted",
    _l("%(organisation)s 已恢复"),
    _l("秘书处已恢复 %(organisation)s，单位和岗位恢复到停用前的状态。"),
)
register(
    "licence.valid",
    _l("%(organisation)s 的许可证已通过审核"),
    _l("许可证 %(number)s 已通过审核，有效至 %(until)s。"),
)
register(
    "licence.returned",
    _l("%(organisation)s 的许可证材料需要补充"),
    _l("许可证 %(number)s 退回补充：%(reason)s。%(text)s"),
)
register(
    "licence.refused",
    _l("%(organisation)s 的许可证未通过审核"),
    _l("许可证 %(number)s 未通过审核：%(reason)s。%(text)s"),
)
register(
    "licence.revoked",
    _l("%(organisation)s 的许可证记录已撤销"),
    _l(
        "许可证 %(number)s 的记录已被秘书处撤销：%(reason)s。%(text)s 不能再发布岗位、接受委托、推荐或搜索人才；此前已发出的照常办完。"
    ),
)
register(
    "licence.expiring",
    _l("许可证还有 %(days)s 天到期"),
    _l(
        "%(organisation)s 的许可证 %(number)s 将于 %(until)s 到期。"
        "请及时上传新证，到期次日起不能发布岗位、接受委托、推荐或搜索人才。"
    ),
)
register(
    "claim.to_owner",
    _l("有人认领 %(organisation)s"),
    _l("有人提交材料，称自己代表 %(organisation)s。请在 %(until)s 前答复；逾期由秘书处裁定。"),
)
register(
    "claim.accepted",
    _l("您对 %(organisation)s 的认领已同意"),
    _l("您现在是 %(organisation)s 的负责人，可以管理单位资料、岗位和成员。"),
)
register(
    "claim.refused",
    _l("您对 %(organisation)s 的认领未同意"),
    _l("秘书处审核后没有同意您对 %(organisation)s 的认领。%(text)s 可以请现有负责人邀请您加入。"),
)
register(
    "claim.at_operator",
    _l("您对 %(organisation)s 的认领已转秘书处"),
    _l("您对 %(organisation)s 的认领已转秘书处，秘书处会在 %(until)s 前裁定。"),
)
register(
    "claim.decided",
    _l("%(organisation)s 增加了负责人"),
    _l(
        "秘书处审核材料后，同意了一项对 %(organisation)s 的认领，认领人已成为负责人。如有异议，请联系秘书处。"
    ),
)
register(
    "member.invited",
    _l("%(organisation)s 邀请您加入"),
    _l(
        "%(organisation)s 邀请您以“%(role)s”身份加入数才汇上的单位账号："
        "%(address)s\n链接只能用一次，%(until)s 前有效。不认识这个单位请忽略。"
    ),
    lifetime=timedelta(days=7),
    secret=True,
)
register(
    "member.joined",
    _l("%(name)s 已加入 %(organisation)s"),
    _l("%(name)s 接受了邀请，以“%(role)s”身份加入 %(organisation)s。"),
)
register(
    "member.role_changed",
    _l("您在 %(organisation)s 的角色已更改"),
    _l("您在 %(organisation)s 的角色现在是“%(role)s”。"),
)
register(
    "member.removed",
    _l("您已不是 %(organisation)s 的成员"),
    _l("您已被移出 %(organisation)s，不能再打开它的工作台。"),
)
