"""The words of brokering: mandates, referrals, claims and what people agree to. See `core/words.py`."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

BROKERING: dict[str, dict[str, LazyString]] = {
    "referral": {
        "asked": _l("待答复"),
        "interested": _l("有兴趣，待同意"),
        "consented": _l("已同意，待推荐"),
        "sent": _l("已推荐"),
        "declined": _l("已谢绝"),
        "withdrawn": _l("已撤回同意"),
        "refused": _l("机构未推荐"),
        "lapsed": _l("已失效"),
    },
    # on what a firm rests that it holds a record (个人信息保护法 art. 13)
    "legal_basis": {
        "consent": _l("本人同意"),
        "contract": _l("订立或履行合同所必需"),
        "duty": _l("法定职责或义务"),
        "public": _l("本人已公开的信息"),
    },
    "firm_person": {
        "joined": _l("已加入"),
        "kept": _l("在库"),
        "unfounded": _l("待写明来源"),
    },
    "firm_invitation": {
        "sent": _l("待答复"),
        "accepted": _l("已接受"),
        "refused": _l("不再邀请"),
        "revoked": _l("已撤回"),
        "expired": _l("已过期"),
    },
    # what a notice says besides
    "firm_people": {
        "removed": _l("记录已按本人的要求删除。"),
    },
    "referral_claim": {
        "pending": _l("待用人单位答复"),
        "standing": _l("归属成立"),
        "known": _l("此前已有记录"),
        "disputed": _l("争议中"),
        "refused": _l("裁定不成立"),
        "dormant": _l("休眠"),
        "expired": _l("归属期已过"),
    },
    "not_asked": {
        "hidden": _l("您的档案不对它开放"),
        "blocked": _l("您屏蔽了这个用人单位"),
        "resting": _l("您 90 天内谢绝过它"),
        "claimed": _l("另一家机构已经就这个岗位推荐您"),
        "applied": _l("您已经申请了这个岗位"),
    },
    "known_answer": {
        "new": _l("新人选"),
        "known": _l("此前已有记录"),
        "silence": _l("期限内未答复，视为新人选"),
    },
    "dispute_kind": {
        "known_before": _l("机构不认可“已有记录”"),
        "objection": _l("对归属的异议"),
        "appeal": _l("申诉"),
    },
    "ruling": {
        "upheld": _l("归属成立"),
        "refused": _l("归属不成立"),
    },
    "employer_named": {
        "described": _l("只说行业和规模"),
        "named": _l("直接说明单位名称"),
    },
    "receiver_role": {
        "employer": _l("用人单位"),
        "firm": _l("推荐机构"),
        "owner": _l("受托机构"),
        "host": _l("实际用工单位"),
    },
    "receiver_purpose": {"referral": _l("考虑录用您到这个岗位")},
    "receiver_manner": {
        "on_site": _l("在平台上查看"),
        "by_employer": _l("由用人单位转交"),
        "by_firm": _l("由机构转交"),
    },
    "receiver_data": {
        "snapshot": _l("档案快照"),
        "name": _l("姓名"),
        "contact": _l("您选定时间后的联系方式"),
    },
    "placement": {
        "agreed": _l("已接受录用"),
        "in_guarantee": _l("保证期内"),
        "guaranteed": _l("保证期满"),
        "left": _l("保证期内离职"),
        "replaced": _l("已补人"),
        "refunded": _l("已退费"),
        "not_started": _l("未入职"),
    },
    "leaving_cause": {
        "employer": _l("用人单位"),
        "person": _l("本人"),
        "other": _l("其他"),
    },
    "fee_line": {
        "fee": _l("服务费"),
        "hold": _l("争议中暂缓"),
        "release": _l("争议结束"),
        "waive": _l("裁定免除"),
        "refund": _l("退费"),
    },
    "start_case": {
        "proof": _l("入职证明"),
        "appeal": _l("申诉"),
    },
    "start_party": {
        "employer": _l("用人单位"),
        "person": _l("本人"),
        "firm": _l("推荐机构"),
    },
    "start_ruling": {
        "started": _l("已入职"),
        "not_proven": _l("不能证明已入职"),
        "confirmed": _l("另一方已确认，不再裁定"),
    },
    "placement_verb": {
        "agree": _l("本人接受录用"),
        "cancel": _l("未入职"),
        "start": _l("双方确认入职"),
        "say_by_link": _l("通过链接确认入职"),
        "ask_start": _l("提醒确认入职"),
        "cover": _l("作为补充人选，不另收费"),
        "file_proof": _l("一方提交入职证明"),
        "answer_proof": _l("另一方写明情况"),
        "appeal_start": _l("对入职裁定提出申诉"),
        "open_proof": _l("打开证明文件"),
        "rule_start": _l("联盟裁定是否入职"),
        "guarantee": _l("保证期满"),
        "leave": _l("保证期内离职"),
        "replace": _l("补充人选"),
        "refund": _l("退还服务费"),
    },
    "referral_verb": {
        "ask": _l("询问是否有兴趣"),
        "interest": _l("本人有兴趣"),
        "decline": _l("本人谢绝"),
        "consent": _l("本人同意推荐"),
        "apply": _l("本人申请并同意推荐"),
        "refuse": _l("机构不推荐"),
        "send": _l("推荐给用人单位"),
        "withdraw": _l("本人撤回同意"),
        "recall": _l("机构撤回询问"),
        "lapse": _l("询问失效"),
        "claim_new": _l("确认为新人选"),
        "claim_known": _l("答复为已有记录"),
        "claim_dispute": _l("提出争议"),
        "claim_uphold": _l("裁定归属成立"),
        "claim_refuse": _l("裁定归属不成立"),
        "claim_rest": _l("归属休眠"),
        "claim_revive": _l("归属恢复"),
        "claim_expire": _l("归属期结束"),
    },
}
