"""The words for stored codes, in the reader's language: one place, one word for one thing.

Services store codes; pages, forms, mails and exports say them through :func:`word`.
"""

from __future__ import annotations

from functools import lru_cache

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from talentmarket.core.board_words import BOARD
from talentmarket.core.brokering_words import BROKERING
from talentmarket.core.duty_words import DUTY_WORDS
from talentmarket.core.event_words import EVENT_WORDS
from talentmarket.core.language import Texts, texts
from talentmarket.core.mandate_words import WORDS as MANDATES
from talentmarket.core.paper_words import PAPER_WORDS
from talentmarket.core.tones import TONES

#: kind → code → word. The order of the codes is the order in which lists show them.
WORDS: dict[str, dict[str, LazyString]] = {
    # states of a requirement against a person
    "requirement": {
        "met": _l("有据符合"),
        "claimed": _l("自述符合"),
        "related": _l("相近"),
        "missing": _l("缺少"),
        "unknown": _l("未知"),
    },
    # how sure a guess is
    "chance": {
        "likely": _l("很可能"),
        "possible": _l("可能"),
        "faint": _l("不太确定"),
    },
    # where a proposed skill comes from
    "skill_source": {
        "postings": _l("相近岗位常写"),
        "occupation": _l("这个职业常用"),
    },
    # the six parts of a match score, and the same where there is little room
    "part": {
        "must": _l("必备技能"),
        "wish": _l("优先技能"),
        "experience": _l("工作经验"),
        "education": _l("学历与证书"),
        "place": _l("地点"),
        "terms": _l("薪资与到岗"),
    },
    "part_short": {
        "must": _l("必备"),
        "wish": _l("优先"),
        "experience": _l("经验"),
        "education": _l("学历证书"),
        "place": _l("地点"),
        "terms": _l("薪资到岗"),
    },
    "application": {
        "submitted": _l("已提交"),
        "viewed": _l("已查看"),
        "shortlisted": _l("入围"),
        "interview": _l("面试"),
        "offer": _l("录用"),
        "accepted": _l("接受"),
        "started": _l("入职"),
        "confirmed": _l("双方确认"),
        "rejected": _l("不合适"),
        "withdrawn": _l("已撤回"),
        "job_closed": _l("岗位已关闭"),
        "unanswered": _l("未获答复"),
        "offer_declined": _l("已谢绝录用"),
        "offer_rescinded": _l("录用已取消"),
        "not_started": _l("未入职"),
    },
    "route": {
        "own": _l("主动申请"),
        "invitation": _l("受邀申请"),
        "referral": _l("机构推荐"),
    },
    "contact_when": {
        "now": _l("现在就给出手机号"),
        "interview": _l("接受面试时再给出手机号"),
    },
    "end_reason": {
        "requirement": _l("未达到某项要求"),
        "place": _l("工作地点"),
        "pay": _l("薪资"),
        "start": _l("到岗时间"),
        "filled": _l("岗位已招满"),
        "stronger": _l("有更合适的人选"),
        "not_reachable": _l("联系不上"),
        "other": _l("其他"),
    },
    "interview": {
        "proposed": _l("待确认"),
        "accepted": _l("已约定"),
        "declined": _l("已谢绝"),
        "cancelled": _l("已取消"),
    },
    "invitation": {
        "sent": _l("已发出"),
        "seen": _l("对方已看"),
        "accepted": _l("已接受"),
        "declined": _l("已谢绝"),
        "expired": _l("已过期"),
        "withdrawn": _l("已撤回"),
    },
    # the same as the person invited reads it
    "invitation_received": {
        "sent": _l("未看"),
        "seen": _l("您已看过"),
        "accepted": _l("已接受"),
        "declined": _l("已谢绝"),
        "expired": _l("已过期"),
        "withdrawn": _l("对方已撤回"),
    },
    "job": {
        "draft": _l("草稿"),
        "in_review": _l("审核中"),
        "returned": _l("待补材料"),
        "rejected": _l("已驳回"),
        "published": _l("已发布"),
        "paused": _l("暂停"),
        "filled": _l("已招满"),
        "expired": _l("已过期"),
        "withdrawn": _l("已下架"),
    },
    "origin": {"own": _l("本平台发布"), "reference": _l("转载参考")},
    "channel": {
        "direct": _l("直招"),
        "agency": _l("代招"),
        "outsourced": _l("外包"),
        "dispatched": _l("派遣"),
    },
    "job_kind": {
        "full": _l("全职"),
        "part": _l("兼职"),
        "internship": _l("实习"),
        "project": _l("项目"),
    },
    "pay_unit": {
        "month": _l("每月"),
        "day": _l("每天"),
        "hour": _l("每小时"),
        "project": _l("每个项目"),
    },
    "contract": {
        "fixed": _l("固定期限劳动合同"),
        "open": _l("无固定期限劳动合同"),
        "task": _l("以完成任务为期限的劳动合同"),
        "service": _l("劳务协议"),
        "intern": _l("实习协议"),
    },
    "insurance": {
        "full_and_fund": _l("五险一金"),
        "full": _l("五险"),
        "injury_only": _l("仅工伤保险"),
        "none": _l("不缴社会保险"),
    },
    "entrustment": {
        "in_review": _l("审核中"),
        "returned": _l("待补材料"),
        "accepted": _l("已通过"),
        "refused": _l("未通过"),
    },
    "report_kind": {
        "false_posting": _l("虚假招聘"),
        "discrimination": _l("歧视性要求"),
        "fee": _l("向求职者收费"),
        "fraud": _l("诈骗"),
        "privacy": _l("泄露个人信息"),
        "other": _l("其他"),
    },
    "review_reason": {
        "element": _l("六项要素缺少或不清楚"),
        "wording": _l("用语不符合规定"),
        "pay": _l("薪资范围过宽或不合常理"),
        "untrue": _l("内容与事实不符"),
        "proof": _l("证明材料不足"),
        "repeated": _l("与已有岗位重复"),
        "other": _l("其他原因"),
    },
    "report": {"open": _l("待处理"), "upheld": _l("属实"), "dismissed": _l("不成立")},
    "visibility": {
        "private": _l("仅自己"),
        "applied": _l("申请后"),
        "organisations": _l("已核验单位"),
        "public": _l("公开"),
    },
    "talent": {"active": _l("使用中"), "suspended": _l("已停用"), "erased": _l("已注销")},
    "consent": {
        "privacy_notice": _l("隐私政策"),
        "visibility": _l("公开档案的范围"),
        "snapshot": _l("把档案快照交给用人单位"),
        "contact": _l("把联系方式交给用人单位"),
        "referral": _l("由机构推荐给用人单位"),
    },
    "account": {"active": _l("使用中"), "suspended": _l("已停用"), "erased": _l("已注销")},
    "work_mode": {
        "onsite": _l("到岗办公"),
        "hybrid": _l("部分居家"),
        "remote": _l("远程"),
    },
    "exclusion": {
        "outsourced": _l("不看外包"),
        "dispatched": _l("不看派遣"),
        "agency": _l("不看代招"),
        "reference": _l("不看转载参考"),
        "only_two_days": _l("只看双休"),
        "only_insured": _l("只看五险一金"),
        "blocked": _l("不看屏蔽的单位"),
    },
    "rest_days": {
        "two": _l("双休"),
        "alternate": _l("大小周"),
        "one": _l("单休"),
        "shifts": _l("轮休"),
        "flexible": _l("弹性"),
    },
    "availability": {
        "now": _l("随时到岗"),
        "two_weeks": _l("两周内到岗"),
        "month": _l("一个月内到岗"),
        "quarter": _l("三个月内到岗"),
        "looking_around": _l("暂不急，看看机会"),
    },
    "entry": {
        "experience": _l("工作经历"),
        "education": _l("教育"),
        "certificate": _l("证书"),
        "project": _l("项目与作品"),
    },
    "verification": {
        "claimed": _l("仅自述"),
        "in_review": _l("核验中"),
        "verified": _l("已核验"),
        "refused": _l("未通过核验"),
    },
    "opening": {
        "card": _l("匿名卡片"),
        "snapshot": _l("档案快照"),
        "name": _l("姓名"),
        "contact": _l("联系方式"),
        "file": _l("附件"),
        "full": _l("全部资料"),
    },
    "purpose": {
        "search": _l("搜索人才"),
        "match": _l("为岗位找人"),
        "application": _l("处理申请"),
        "invitation": _l("邀请申请"),
        "referral": _l("机构推荐"),
        "interview": _l("安排面试"),
        "review": _l("秘书处核查"),
        "verification": _l("核验佐证"),
        "support": _l("应本人请求处理"),
        "complaint": _l("处理投诉举报"),
        "order": _l("主管部门依法要求"),
    },
    "skill_level": {
        "1": _l("了解"),
        "2": _l("熟悉"),
        "3": _l("熟练"),
        "4": _l("精通"),
    },
    # 0 none asked … 7 doctor: the rank stored with jobs, profiles and entries
    "education_rank": {
        "0": _l("学历不限"),
        "1": _l("初中及以下"),
        "2": _l("中专/中技"),
        "3": _l("高中"),
        "4": _l("大专"),
        "5": _l("本科"),
        "6": _l("硕士"),
        "7": _l("博士"),
    },
    "organisation_kind": {
        "employer": _l("用人单位"),
        "hr_firm": _l("人力资源服务机构"),
        "public_service": _l("公共就业服务机构"),
        "source": _l("信息来源"),
    },
    "organisation": {
        "unverified": _l("未核验"),
        "in_review": _l("审核中"),
        "returned": _l("待补材料"),
        "verified": _l("已核验"),
        "renewal_due": _l("待复核"),
        "lapsed": _l("核验已失效"),
        "refused": _l("未通过核验"),
        "suspended": _l("已停用"),
    },
    "licence": {
        "in_review": _l("审核中"),
        "returned": _l("待补材料"),
        "valid": _l("有效"),
        "refused": _l("未通过"),
        "revoked": _l("已撤销"),
    },
    "licence_scope": {
        "online_recruitment": _l("开展网络招聘服务"),
        "referral": _l("职业介绍与推荐"),
        "executive_search": _l("高级人才寻访"),
        "job_fair": _l("组织现场招聘会"),
        "guidance": _l("职业指导"),
        "assessment": _l("人才测评"),
        "outsourcing": _l("人力资源服务外包"),
        "labour_dispatch": _l("劳务派遣"),
        "consulting": _l("人力资源管理咨询"),
    },
    "organisation_reason": {
        "documents": _l("证明材料缺少或不清楚"),
        "mismatch": _l("名称、代码与材料不一致"),
        "handler": _l("经办人授权不符合要求"),
        "kind": _l("单位类型不符"),
        "licence": _l("许可证信息与发证机关公示不一致"),
        "untrue": _l("提供虚假信息"),
        "complaint": _l("投诉举报查实"),
        "order": _l("主管部门依法要求"),
        "other": _l("其他原因"),
    },
    "entry_reason": {
        "unreadable": _l("扫描件不清楚或不完整"),
        "mismatch": _l("填写的内容与扫描件不一致"),
        "holder": _l("扫描件上的姓名与账号不一致"),
        "unconfirmed": _l("向发证机构查询不到"),
        "expired": _l("证书已过有效期"),
        "kind": _l("这份材料不能证明所填内容"),
        "other": _l("其他原因"),
    },
    "account_reason": {
        "untrue": _l("提供虚假信息"),
        "complaint": _l("投诉举报查实"),
        "security": _l("账号被盗用"),
        "order": _l("主管部门依法要求"),
        "other": _l("其他原因"),
    },
    "delivery": {"waiting": _l("待发送"), "sent": _l("已发送"), "failed": _l("未送达")},
    "delivery_channel": {"mail": _l("邮件"), "sms": _l("短信")},
    "model": {"champion": _l("使用中"), "candidate": _l("候选"), "retired": _l("已换下")},
    "document": {
        "registration": _l("营业执照或设立批准文件"),
        "handler_letter": _l("经办人授权书"),
        "licence": _l("人力资源服务许可证"),
        "other": _l("其他材料"),
    },
    "claim": {
        "at_owner": _l("待现有负责人答复"),
        "at_operator": _l("待秘书处裁定"),
        "accepted": _l("已同意"),
        "refused": _l("未同意"),
    },
    "org_role": {
        "owner": _l("负责人"),
        "recruiter": _l("招聘专员"),
        "hiring_manager": _l("用人经理"),
        "viewer": _l("查看者"),
        "consultant": _l("顾问"),
        "finance": _l("财务"),
    },
    **BOARD,
    **BROKERING,
    **MANDATES,
    **DUTY_WORDS,
    **PAPER_WORDS,
    **EVENT_WORDS,
}


def word(kind: str, code: object) -> str:
    """The word for `code`; a code without a word is printed as it is, so that the gap is seen.

    Raises :class:`KeyError` for an unknown `kind`.
    """
    return _said(texts(), kind, str(code))


@lru_cache(maxsize=4_096)
def _said(_texts: Texts, kind: str, code: str) -> str:
    """The word in a language: pages say the same few hundred over and over."""
    return str(WORDS[kind].get(code, code))


def tone(kind: str, code: object) -> str:
    """The tone of the tag for `code`: ``""``, ok, brand, warn, bad or plum."""
    return TONES.get(kind, {}).get(str(code), "")


def choices(kind: str) -> list[tuple[str, LazyString]]:
    """The codes of `kind` with their words, for select and radio fields."""
    return list(WORDS[kind].items())
