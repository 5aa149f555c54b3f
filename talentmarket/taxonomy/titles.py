"""Which occupation a job title belongs to."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from talentmarket.taxonomy.folding import Folded
from talentmarket.taxonomy.recognise import get_recogniser

#: What stands around a title and says nothing about the occupation.
_BRACKETED = re.compile(r"[(\[【{<][^)\]】}>]{0,40}[)\]】}>]?")
_RANK = re.compile(
    "高级|资深|初级|中级|首席|主任|助理|实习生?|见习|储备|急聘|高薪|诚聘|校招|社招|兼职|全职|应届|"
    r"双休|五险一金|(?:senior|junior|principal|staff|intern|lead)\b|[a-z]?\d{3,}"
)
_SPLIT = re.compile(r"[/|、,;+&]|或|及|和")


class How(StrEnum):
    """What a guess rests on, strongest first."""

    NAME = "name"
    PART = "part"
    KEYWORD = "keyword"


class OccupationGuess(NamedTuple):
    """An occupation for a title, what it rests on and the known title it was read as."""

    code: str
    how: How
    title: str | None = None


#: Words that decide when no known title stands in the text, first match wins: narrow before wide.
KEYWORDS: tuple[tuple[str, str], ...] = (
    ("渗透|红队|安全测试", "4-04-04-04"), ("等保|等级保护", "4-04-04-07"), ("密评|密码应用", "4-04-04-06"),
    ("数据安全|隐私计算|数据合规", "2-02-38-12"), ("密码|加密算法", "2-02-38-13"),
    ("取证|数据恢复", "4-04-05-08"), ("标注|训练师", "4-04-05-05"), ("提示词|aigc|prompt", "4-04-05-13"),
    ("智能驾驶测试|自动驾驶测试|路测|座舱测试|adas测试", "4-04-05-15"),
    ("测试|qa|质量保证|tester", "4-04-05-02"), ("数据库|dba", "4-04-05-04"),
    ("bim|建筑信息", "4-08-08-23"), ("gis|地理信息", "2-02-02-07"), ("遥感|摄影测量|航测", "2-02-02-03"),
    ("测绘", "2-02-02-02"), ("测量员", "4-08-03-04"), ("导航|定位算法|北斗|gnss", "2-02-02-08"),
    ("区块链|智能合约|web3", "2-02-38-08"), ("数字孪生|孪生", "4-04-05-10"),
    ("虚拟现实|增强现实|元宇宙|vr|ar开发|xr", "2-02-38-07"), ("具身|机器人算法|机器人", "2-02-38-10"),
    ("增材|3d打印", "2-02-38-11"), ("芯片|集成电路|fpga|半导体|晶圆|版图|soc|asic|数字后端", "2-02-38-09"),
    ("大模型|llm|算法|机器学习|深度学习|nlp|人工智能|图像识别|视觉|aigc|智能体", "2-02-38-01"),
    ("数据挖掘|大数据|数仓|数据仓库|etl|hadoop|spark|flink|数据开发|数据治理|数据架构", "2-02-38-03"),
    ("商业分析|经营分析|电商数据|商品数据|市场分析|行业分析|销售数据", "4-07-02-05"),
    ("数据分析|数据处理|bi|报表|统计|数据专员|数据管理|data analyst", "2-02-30-09"),
    ("工业互联网|标识解析", "2-02-38-06"), ("mes|智能制造|数字化工厂|工业软件|cae|plm", "2-02-38-05"),
    ("物联网|iot|rfid|智能家居|车联网", "2-02-38-02"),
    ("云计算|云平台|云原生|kubernetes|devops|sre|虚拟化|openstack", "2-02-38-04"),
    ("信创|国产化|适配", "4-04-05-09"), ("嵌入式|单片机|驱动|固件|bios|bsp|硬件|pcb|电路|dsp|电子工程", "2-02-10-06"),
    ("信息安全|网络安全|安全研究|安全开发|安全服务|安全架构|漏洞|security", "2-02-10-07"),
    ("安全运维|安全运营|应急响应", "4-04-04-02"), ("雷达|惯导", "2-02-09-03"),
    ("射频|通信|5g|基带|天线|网优|光模块|核心网|协议栈", "2-02-10-01"),
    ("plc|电气|自动化|自控|dcs|仪表|运动控制|电控", "2-02-07-07"),
    ("运维|桌面支持|系统管理|技术支持|it支持|helpdesk", "2-02-10-08"), ("网络工程|网络技术|弱电|系统集成|布线", "2-02-10-04"),
    ("网管|网络管理|noc", "4-04-04-01"), ("解决方案|售前|方案", "4-04-04-05"),
    ("跨境|亚马逊|独立站|速卖通|shopee", "4-01-06-03"), ("主播", "4-13-01-10"),
    ("直播|投放|seo|sem|竞价|推广|营销|选品|优化师", "4-01-06-02"),
    ("新媒体|短视频|内容运营|全媒体|抖音|小红书|公众号|编导", "4-13-01-05"),
    ("用户运营|用户增长|社群|私域|会员|增长|活动运营|产品运营|游戏运营|数据运营", "4-07-02-06"),
    ("电商|店铺|淘宝|天猫|拼多多|网店|网站运营", "4-01-06-01"),
    ("ui|ux|交互|平面|视觉设计|美工|动画|原画|特效|剪辑|后期|建模师|插画|游戏策划|美术", "2-09-06-07"),
    ("工业设计|外观设计|结构设计|结构工程|产品设计", "2-02-34-02"), ("量化|风控|金融科技|反欺诈|信贷", "2-06-14-00"),
    ("产品经理|产品专员|产品助理|需求分析|业务分析|项目经理|实施|erp|sap|pmo|产品", "2-02-10-05"),
    ("供应链|计划员", "4-02-06-05"), ("物流|仓储", "2-02-30-02"), ("信息化|数字化", "2-02-30-08"),
    ("档案", "4-13-01-06"), ("编辑|审核|文案", "2-10-02-05"), ("碳", "4-09-07-05"),
    ("前端|后端|后台|服务端|全栈|编程|java|php|python|golang|android|andriod|安卓|ios|c\\+\\+|c#|\\.net|unity|"
     "软件|程序|研发|开发|架构|web|h5|小程序|app|游戏|developer|software|programmer|技术总监|技术经理", "2-02-10-03"),
)  # fmt: skip


def _bounded(words: str) -> re.Pattern[str]:
    """Short latin words count as words only: no "ui" in "build", no "vr" in "nvr"."""
    return re.compile(
        "|".join(
            f"(?<![a-z]){word}(?![a-z])" if word.isascii() and len(word) <= 7 else word
            for word in words.split("|")
        )
    )


_KEYWORDS = tuple((_bounded(words), code) for words, code in KEYWORDS)


def bare_title(title: str) -> str:
    """A title, folded, without ranks, brackets and what is promised beside it; as it is where nothing
    would be left."""
    plain = Folded(title).plain
    return _stripped(plain) or plain.strip()


def says_work(title: str) -> bool:
    """Whether a title says more than a rank and what is promised beside it."""
    return any(sign.isalpha() for sign in _stripped(Folded(title).plain))


def _stripped(plain: str) -> str:
    return _RANK.sub("", _BRACKETED.sub(" ", plain)).strip()


@lru_cache(maxsize=20_000)
def guess_occupation(title: str) -> OccupationGuess | None:
    """The occupation that a job title names; None where it names none.

    Known titles first (whole, then as a part: the last and longest one, since the head of a
    Chinese title stands at its end), then words of :data:`KEYWORDS`. What may be behind other titles
    says :mod:`talentmarket.matching.occupations`.
    """
    taxonomy = get_recogniser().taxonomy
    plain = Folded(title).plain
    bare = bare_title(title)
    for candidate in (plain, bare, *_SPLIT.split(bare)):
        if known := taxonomy.find_title(candidate):
            return OccupationGuess(known.occupation, How.NAME, known.code)
        if own := taxonomy.find_occupation(candidate.strip()):
            return OccupationGuess(own.code, How.NAME)
    found = get_recogniser().recognise(bare).of("occupation")
    if found:
        best = max(found, key=lambda m: (m.end, m.end - m.start))
        return OccupationGuess(best.id, How.PART, best.title)
    for text in (bare, plain):
        for pattern, code in _KEYWORDS:
            if pattern.search(text):
                return OccupationGuess(code, How.KEYWORD)
    return None
