"""The words of a firm's board, a consultant's day and interviews. See `core/words.py`."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

BOARD: dict[str, dict[str, LazyString]] = {
    "referral_column": {
        "asked": _l("待答复"),
        "interested": _l("有兴趣，待同意"),
        "consented": _l("已同意，待推荐"),
        "sent": _l("已推荐"),
        "interview": _l("面试"),
        "offer": _l("录用"),
        "started": _l("入职，保证期内"),
        "guaranteed": _l("保证期满"),
        "over": _l("已结束"),
    },
    # what a consultant's day lists
    "day": {
        "send": _l("推荐给用人单位"),
        "call": _l("联系本人，等待答复"),
        "answer": _l("等用人单位答复是否新人选"),
        "employer": _l("等用人单位下一步"),
        "interview": _l("面试"),
        "start": _l("确认入职"),
        "guarantee": _l("保证期将满"),
        "mandate": _l("委托将到期"),
        "licence": _l("许可证"),
    },
    "interview_manner": {
        "onsite": _l("现场"),
        "video": _l("线上"),
        "phone": _l("电话"),
    },
    # the funnel of referrals
    "referral_step": {
        "asked": _l("已询问"),
        "interested": _l("表示有兴趣"),
        "consented": _l("已同意"),
        "sent": _l("已推荐"),
        "interview": _l("面试"),
        "offer": _l("录用"),
        "started": _l("入职"),
        "guaranteed": _l("保证期满"),
    },
    "referral_source": {"asked": _l("机构询问"), "applied": _l("申请机构岗位")},
}
