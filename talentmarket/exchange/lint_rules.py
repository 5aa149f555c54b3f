"""The rules of the posting check, each with its article.

Red is what a statute or ministry rule names; age is no named ground there, so it stays with the
reviewer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l


class Level(StrEnum):
    """What a finding does."""

    RED = "red"  # refuses
    AMBER = "amber"  # a person decides


@dataclass(frozen=True, slots=True)
class Rule:
    """`tight` looks at the text without blanks, `plain` at the text with them; `unless` is
    searched in the clause around a hit and clears it. `says` names the article or the reason."""

    code: str
    level: Level
    says: LazyString
    tight: re.Pattern[str] | None = None
    plain: re.Pattern[str] | None = None
    unless: re.Pattern[str] | None = None


def _re(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in alternatives))


_SEX = "(?:男|女)(?:性|生|士|孩|员工)?"
_FREE = "不限|不作要求|不做要求|无要求|没有要求|均可|不要求|无限制"
_NO_FEE = "不收|不会收|无需|不需|不用|免|零|无任何|没有|禁止|严禁|谨防|拒绝|退还|无押金|不得"

RULES: tuple[Rule, ...] = (
    Rule(
        "sex",
        Level.RED,
        _l(
            "妇女权益保障法第43条：除国家另有规定外，不得限定男性或者规定男性优先；同样不得限定女性。"
        ),
        tight=_re(
            rf"{_SEX}(?:者)?(?:优先|优选|佳|勿投|勿扰|免谈)",
            rf"(?<!不)(?:仅|只)?限{_SEX}",
            rf"(?:仅|只)(?:招|收|要|考虑){_SEX}",
            rf"(?:招聘|诚聘|急招|不招|不收|不要){_SEX}(?!朋友)",
            r"性别(?:要求)?[:：]?(?:仅|限)?[男女](?!女)",
            r"要求(?:性别)?(?:为)?(?:男|女)(?:性|生|士)",
            r"(?:男|女)(?:性|生|士)?\d+(?:名|人)",
        ),
        plain=_re(
            r"\b(?:fe)?males?\s+(?:only|preferred)\b", r"\b(?:wo)?men\s+(?:only|preferred)\b"
        ),
        unless=_re(r"男女(?:性别)?(?:不限|均可|皆可)", rf"性别(?:{_FREE})"),
    ),
    Rule(
        "marriage",
        Level.RED,
        _l(
            "妇女权益保障法第43条：不得询问或者要求婚育情况，不得以婚育作为录用条件，不得做妊娠测试。"
        ),
        tight=_re(
            "已婚已育",
            "(?:已婚|未婚|已育|未育|离异)(?:者)?(?:优先|优选|勿投|佳)?",
            "(?:无|没有|暂无)(?:近期)?(?:生育|怀孕|结婚|二胎)(?:计划|打算)",
            "(?:限|不招|不收)(?:孕妇|未婚|已婚)",
            "婚(?:姻|育)(?:状况|情况)",
            "(?:妊娠|怀孕)(?:测试|检测|检查)",
            "孕检",
        ),
        unless=_re(_FREE, "不问|不询问|不查|不得|假|礼金|福利"),
    ),
    Rule(
        "ethnicity",
        Level.RED,
        _l("就业促进法第28条、人力资源市场暂行条例第24条：不得含有民族、种族歧视性内容。"),
        tight=_re(
            "(?:仅|只)?限汉族",
            "汉族(?:者)?优先",
            "(?:不招|不收|不要|谢绝)[^,，。;；]{0,6}(?:少数民族|[\u4e00-\u9fff]{1,3}族|回民)",
            "(?:少数民族|[藏彝回维羌苗壮]族|维吾尔族)[^,，。;；]{0,4}(?:勿投|勿扰|除外|不要|不招)",
            "民族[:：](?:汉|汉族)",
        ),
        unless=_re(rf"民族(?:{_FREE})"),
    ),
    Rule(
        "religion",
        Level.RED,
        _l("就业促进法第3条、人力资源市场暂行条例第24条：不得含有宗教信仰歧视性内容。"),
        tight=_re("(?:无|没有|不得有)宗教信仰", "不信(?:仰)?(?:宗)?教", "信教(?:者)?(?:勿投|勿扰)"),
        unless=_re(rf"宗教信仰(?:{_FREE})"),
    ),
    Rule(
        "disability",
        Level.RED,
        _l("就业促进法第29条：招用人员，不得歧视残疾人。"),
        tight=_re(
            "残(?:疾|障)(?:人|人士|者)?(?:勿投|勿扰|除外|免谈|不要)",
            "(?:不招|不收|不要)残(?:疾|障)(?:人)?",
        ),
    ),
    Rule(
        "hepatitis",
        Level.RED,
        _l("人社部发〔2010〕12号、就业促进法第30条：入职体检不得检查乙肝，不得因携带拒绝录用。"),
        tight=_re(
            "乙肝(?:五项|两对半|表面抗原|病毒)?(?:检测|检查|携带者|阴性|患者)?",
            "两对半",
            "hbsag",
            "[大小]三阳",
        ),
        unless=_re("不(?:查|检|得|要求|含|包含)|疫苗|试剂|诊断|药物|研究|项目组"),
    ),
    Rule(
        "residence",
        Level.RED,
        _l("规范招聘信息发布的通知、就业促进法第31条：不得以户籍、地域限制求职者。"),
        tight=_re(
            "(?:仅|只)?限[\u4e00-\u9fff]{0,5}(?:户口|户籍|本地人|籍贯)",
            "(?:本地|本市|当地|本省|城镇|城市|农村|农业|非农业?|[\u4e00-\u9fff]{2,3}市)(?:户口|户籍)"
            "(?:者)?(?:优先|优选|勿投|勿扰)?",
            "户(?:口|籍)(?:要求|限|仅)",
            "(?:外地|外省|农村)(?:人|户口|户籍)?(?:勿投|勿扰|免谈|不要)",
            "(?:不招|不收|不要)(?:外地|外省|农村|河南|东北|新疆|西藏|福建|广东|湖北|四川|云南|贵州)"
            "人",
            "本地人(?:者)?优先",
        ),
        unless=_re(_FREE, "落户|解决|办理|提供|协助|转入|积分"),
    ),
    Rule(
        "deposit",
        Level.RED,
        _l("就业促进法第41条、劳动合同法第9条：不得收取押金或其他费用，不得扣押证件。"),
        tight=_re(
            "(?:押金|保证金|风险(?:抵押)?金|服装费|工服费|报名费|建档费|资料费|入职费|上岗费|中介费)",
            "(?:扣押|扣留|质押|抵押)(?:身份证|毕业证|证件|学历证)",
            "(?:缴纳|交纳|交|收取|支付)[^,，。;；]{0,4}(?:培训费|体检费|住宿押金|学费)",
        ),
        unless=_re(_NO_FEE, "投标|履约|招投标|系统|平台|产品|业务|租房|财务|管理"),
    ),
    Rule(
        "loan",
        Level.RED,
        _l("规范招聘信息发布的通知：不得以招聘为名收费培训或者诱导贷款。"),
        tight=_re(
            "培训贷",
            "招转培",
            "(?:分期|贷款)(?:交|支付|缴纳)?(?:学费|培训费)",
            "(?:学费|培训费)(?:可)?(?:分期|贷款)",
            "先(?:培训|学习)后(?:付费|付款|还款)",
        ),
        unless=_re("谨防|严禁|拒绝|禁止|反对|警惕|无需"),
    ),
    Rule(
        "promise",
        Level.RED,
        _l("规范招聘信息发布的通知：不得承诺保录、包就业。"),
        tight=_re("保录", "包就业", "包分配(?:工作)?", "保(?:证)?offer", "付费内推", "包过面试"),
        unless=_re("谨防|严禁|拒绝|禁止|不承诺|不得"),
    ),
    Rule(
        "age",
        Level.AMBER,
        _l("年龄限制由审核员判断：请写出工作为什么需要，或改写成能力要求。"),
        tight=_re(
            r"(?:年龄[^,，。;；\d]{0,6})?\d{2}(?:周)?岁?(?:[-—–~至到]|以上)\d{2}(?:周)?岁(?:之间)?(?:以下|以内)?",
            r"(?:年龄[^,，。;；\d]{0,6})?[1-6]\d(?:周)?岁(?:\(含\))?(?:及)?(?:以下|以内|之内|左右|优先)",
            r"(?:年龄|不超过|小于|低于|未满)[^,，。;；\d]{0,4}[2-6]\d(?:周)?岁",
            r"(?:[6789][05]|0[05])后(?:优先)?",
        ),
        plain=_re(
            r"\bage[ds]?\s+(?:under|below|between|from)?\s*\d{2}", r"\bunder\s+\d{2}\s+years\s+old"
        ),
        unless=_re(
            rf"年龄(?:{_FREE})", "用户|客户|客群|市场|(?:16|18|十六|十八)周?岁(?:以上|及以上)"
        ),
    ),
    Rule(
        "appearance",
        Level.AMBER,
        _l("外貌、身高与工作多半无关，由审核员判断。"),
        tight=_re(
            "形象(?:气质)?(?:佳|好|良好|端庄)",
            "(?:五官|相貌|长相)(?:端正|佳|好)",
            r"身高(?:要求)?[^,，。;；\d]{0,4}\d+",
            "颜值",
            "(?:限|要求)?(?:星座|血型|属相)(?:要求|匹配|优先)",
        ),
        unless=_re(rf"(?:形象|身高|外貌)(?:{_FREE})", "品牌形象|企业形象|识别|检测|算法"),
    ),
    Rule(
        "background",
        Level.AMBER,
        _l("以学校出身设限由审核员判断：可以写学历和能力。"),
        tight=_re(
            "(?:仅|只)?限(?:985|211|双一流|全日制)[^,，。;；]{0,6}",
            "第一学历",
            "非(?:985|211|双一流)(?:勿投|勿扰)",
        ),
    ),
    Rule(
        "bait",
        Level.AMBER,
        _l("招揽用语由审核员判断：请写明数额和条件。"),
        tight=_re(
            "高薪",
            "急(?:聘|招)",
            "名企",
            "躺赚",
            "(?:轻松)?月入(?:过)?[\\d一二三四五六七八九十两数]*万",
            "日(?:赚|入)\\d+",
            "上不封顶",
            "包教包会",
        ),
        unless=_re("高薪资体系"),
    ),
    Rule(
        "training",
        Level.AMBER,
        _l("先培训再上岗的，由审核员核对是否收费。"),
        tight=_re(
            "零基础(?:转行|入行|可学|培训)",
            "(?:培训|实训)(?:合格)?后(?:再)?(?:上岗|入职|就业|推荐)",
            "岗前(?:付费|收费)",
        ),
        unless=_re("免费|带薪|不收"),
    ),
    Rule(
        "contact",
        Level.AMBER,
        _l("联系方式请留在平台内：申请后再给，号码受保护。"),
        tight=_re(
            r"(?<!\d)1[3-9]\d{9}(?!\d)",
            r"(?:加|添加)?(?:微信|vx|wechat|qq)(?:号|群)?[:：]?[a-z0-9_-]{5,20}",
        ),
    ),
)
