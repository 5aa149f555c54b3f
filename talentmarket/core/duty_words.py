"""The words for codes of the office's records kept by law: part of :data:`core.words.WORDS`."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

DUTY_WORDS: dict[str, dict[str, LazyString]] = {
    # 个人信息保护法 art. 55
    "handling": {
        "automated": _l("利用个人信息进行自动化决策"),
        "providing": _l("委托处理、向他人提供、公开个人信息"),
        "sensitive": _l("处理敏感个人信息"),
        "abroad": _l("向境外提供个人信息"),
        "other": _l("其他对个人权益有重大影响的处理"),
    },
    "conclusion": {
        "acceptable": _l("风险可接受"),
        "with_measures": _l("落实所列措施后可以处理"),
        "stop": _l("不得处理，应停止"),
    },
    "personal_data": {
        "name": _l("姓名"),
        "contact": _l("手机号、邮箱"),
        "profile": _l("教育、工作、技能等档案"),
        "files": _l("简历、证书等文件"),
        "messages": _l("消息、面试和申请记录"),
        "identity": _l("身份证件信息"),
        "account": _l("账号、密码摘要、登录记录"),
        "behaviour": _l("浏览、搜索和推荐记录"),
        "money": _l("薪资、录用和费用记录"),
    },
    # 个人信息保护法 art. 57
    "mishap": {
        "leak": _l("泄露"),
        "tampering": _l("篡改"),
        "loss": _l("丢失"),
    },
    "incident": {"open": _l("处置中"), "closed": _l("已结束")},
    "incident_step": {
        "recorded": _l("记录事件"),
        "changed": _l("更新所知情况"),
        "contained": _l("已采取补救措施"),
        "authority": _l("已报告主管部门"),
        "persons": _l("已通知个人"),
        "not_persons": _l("决定不通知个人"),
        "note": _l("备注"),
        "closed": _l("处置结束"),
    },
    # 网络招聘服务管理规定 arts. 20–22 and the laws they point to, in the order they are gone through
    "check_item": {
        "level": _l("网络安全等级保护：定级、备案、测评"),
        "rules": _l("用户信息保护制度和责任人"),
        "misuse": _l("没有泄露、篡改、毁损、出售或非法提供用户信息"),
        "consent": _l("告知、单独同意、撤回和到期后不再可见"),
        "access": _l("账号权限按最小必要分配，离岗及时收回"),
        "sealing": _l("加密、去标识化，密钥分开保管"),
        "logs": _l("网络日志留存不少于六个月"),
        "backup": _l("备份可用，恢复演练过"),
        "retention": _l("保存期限和到期删除"),
        "processors": _l("受托处理方的合同和监督"),
        "abroad": _l("没有未经合规程序的向境外提供"),
        "training": _l("人员安全教育和培训"),
        "drill": _l("安全事件应急预案和演练"),
        "assessed": _l("个人信息保护影响评估在有效期内"),
    },
    "check_result": {
        "good": _l("符合"),
        "found": _l("发现隐患"),
        "not_applicable": _l("不适用"),
    },
}
