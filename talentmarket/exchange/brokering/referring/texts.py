"""What the notices about referrals say, and the words of their codes."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from talentmarket.notices.texts import register

# --- to the person -----------------------------------------------------------------------------
register(
    "referral.asked",
    _l("%(firm)s 想向您推荐一个岗位"),
    _l("%(firm)s 受托为“%(job)s”寻找人才，请在 %(due)s 前答复。回答“有兴趣”不会给出您的任何资料。"),
)
register(
    "referral.recalled",
    _l("%(firm)s 撤回了推荐询问"),
    _l("%(firm)s 撤回了关于“%(job)s”的询问，您无需再答复。"),
)
register(
    "referral.sent",
    _l("您的资料已送达 %(employer)s"),
    _l("%(firm)s 按您的同意把您推荐到“%(job)s”。您可以随时撤回同意。"),
)
register(
    "referral.you_applied",
    _l("您的申请已交给 %(firm)s"),
    _l(
        "%(firm)s 应在 %(due)s 前把您推荐给 %(employer)s（“%(job)s”），或写明理由。您可以随时撤回同意。"
    ),
)
register(
    "referral.reply_late",
    _l("%(firm)s 超过了答复期限"),
    _l(
        "%(firm)s 还没有处理您对“%(job)s”的申请。再过 10 个工作日没有处理，申请自动失效，同意随之结束。"
    ),
)
register(
    "referral.refused",
    _l("%(firm)s 没有推荐您"),
    _l("%(firm)s 没有把您推荐到“%(job)s”，原因：%(reason)s。您给出的资料已收回。"),
)
register(
    "referral.not_sent",
    _l("%(firm)s 没有在期限内推荐"),
    _l("%(firm)s 没有在期限内把您推荐到“%(job)s”，您的同意已结束，资料没有送出。"),
)
# --- to the firm -------------------------------------------------------------------------------
register(
    "referral.interested",
    _l("%(number)s 有兴趣"),
    _l("%(number)s 对“%(job)s”有兴趣。对方还没有同意给出资料，请等待第二步答复。"),
)
register(
    "referral.declined",
    _l("%(number)s 谢绝了"),
    _l("%(number)s 谢绝了“%(job)s”。90 天内不能再询问这位人才。"),
)
register(
    "referral.consented",
    _l("%(number)s 同意被推荐"),
    _l("%(number)s 同意把资料送给“%(job)s”的用人单位。请核对后尽快推荐，逾期需要重新询问。"),
)
register(
    "referral.applied",
    _l("%(number)s 申请了您发布的岗位"),
    _l("%(number)s 申请“%(job)s”并同意由您推荐给用人单位。请在 %(due)s 前推荐，或写明理由不推荐。"),
)
register(
    "referral.reply_due",
    _l("%(number)s 的申请快到期限"),
    _l("%(number)s 对“%(job)s”的申请请在 %(due)s 前推荐或答复。"),
)
register(
    "referral.reply_over",
    _l("%(number)s 的申请已超过答复期限"),
    _l(
        "%(number)s 对“%(job)s”的申请应在 %(due)s 前处理。本人会看到超期，再过 10 个工作日自动失效。"
    ),
)
register(
    "referral.missed",
    _l("%(number)s 的同意已失效"),
    _l("没有在期限内把 %(number)s 推荐到“%(job)s”，本人的同意已结束。"),
)
register(
    "referral.withdrawn",
    _l("%(number)s 撤回了同意"),
    _l("%(number)s 撤回了对“%(job)s”的同意，资料已不再显示。您的归属记录保留编号。"),
)
register(
    "referral.lapsed",
    _l("%(number)s 的询问已结束"),
    _l("关于“%(job)s”对 %(number)s 的询问已结束，现在不能就这个岗位联系这位人才。"),
)
register(
    "referral.new",
    _l("%(number)s 的推荐归属已确认"),
    _l("用人单位此前不认识 %(number)s（或在期限内没有答复），“%(job)s”的推荐归属已确认。"),
)
register(
    "referral.known",
    _l("%(number)s 被答复为已有记录"),
    _l(
        "用人单位答复：推荐“%(job)s”之前已有 %(number)s 的记录。您可以在 5 个工作日内提请联盟裁定。"
    ),
)
register(
    "referral.disputed",
    _l("%(number)s 的归属有异议"),
    _l("“%(job)s”的推荐 %(number)s 有异议，联盟将在 5 个工作日内裁定。其他事项照常进行。"),
)
register(
    "referral.ruled",
    _l("%(number)s 的归属已裁定"),
    _l(
        "联盟已就“%(job)s”的推荐 %(number)s 作出裁定并写明理由。不服可以申诉一次，也可以向法院起诉。"
    ),
)
# --- to the employer ---------------------------------------------------------------------------
register(
    "referral.received",
    _l("%(firm)s 推荐了 %(number)s"),
    _l(
        "%(firm)s 向“%(job)s”推荐了人选 %(number)s。请在 %(due)s 前答复是否新人选，未答复视为新人选。"
    ),
)
