"""Words around concepts: levels, negation, wishes, headings, places that are not meant as places.

All words are compared folded (no spaces, lower case, simplified).
"""

from __future__ import annotations

from enum import StrEnum


class Marker(StrEnum):
    """What a word around a concept does. Text, since other enums are hashed in Python."""

    LEVEL = "level"  # value: 1 (aware) … 4 (expert)
    NOT_AFTER = "not-after"  # what follows in the clause is not asked for
    NOT_ADJACENT = "not-adjacent"  # only the name that follows directly
    NOT_BEFORE = "not-before"  # what precedes in the clause is not asked for
    KEEP_OUT = "keep-out"  # 勿投: turns "非X" into a requirement
    BUT = "but"  # ends a negation
    WISH = "wish"  # what precedes in the clause is a wish
    WISH_AFTER = "wish-after"  # what follows in the clause is a wish
    WISH_HEADING = "wish-heading"  # a section of wishes
    MUTE_HEADING = "mute-heading"  # a section about benefits or the company
    HEADING = "heading"  # any other section
    CUSTOMERS = "customers"  # a list of customers follows
    EDUCATION = "education"  # value: code of the education table
    NOTHING = "nothing"  # a phrase that hides one of the above


LEVELS = {
    4: ("精通", "资深掌握", "精深", "expertin", "expertknowledgeof", "masteryof", "expert"),
    3: (
        *("熟练", "熟练掌握", "熟练使用", "熟练运用", "熟练应用", "熟练操作", "娴熟", "擅长"),
        *("深入理解", "深入掌握", "深刻理解", "扎实掌握", "proficientin", "proficientwith"),
        *("proficiencyin", "skilledin", "proficient", "strongknowledgeof", "advanced"),
    ),
    2: (
        *("熟悉", "掌握", "熟知", "会使用", "能使用", "familiarwith", "familiaritywith"),
        *("familiar", "workingknowledgeof", "goodknowledgeof", "intermediate"),
    ),
    1: (
        *("了解", "知道", "接触过", "入门", "初步掌握", "知晓", "knowledgeof", "understandingof"),
        *("awarenessof", "exposureto", "basicknowledgeof", "beginner", "awareof"),
    ),
}
NOT_AFTER = (
    *("无需", "无须", "毋需", "不需要", "不要求", "不必", "不用", "不会", "不懂", "不做", "不写"),
    *("不涉及", "不招", "不熟悉", "不了解", "不考虑", "未接触过", "没接触过", "没有", "没用过"),
    *("不强制要求", "不硬性要求", "不强求", "noneedfor", "noneedto", "doesnotrequire", "不须"),
    *("donotneed", "don'tneed", "don’tneed", "without", "noexperiencein", "noknowledgeof"),
    *("notlookingfor", "except", "除了", "排除", "不含", "不包括", "不包含"),
)
NOT_ADJACENT = ("非", "无", "不是", "免", "no", "not", "non")
NOT_BEFORE = (
    *("不要求", "不作要求", "不做要求", "不是必须", "不是必需", "非必须", "非必需", "不是必要条件"),
    *("除外", "以外", "之外", "不需要", "不必须", "不考虑", "notrequired", "isnotrequired"),
    *("arenotrequired", "notneeded", "notnecessary", "无要求", "没有要求", "不强制"),
)
KEEP_OUT = ("勿投", "勿扰", "勿进", "请勿投递", "请绕行", "绕行", "请勿打扰")
BUT = ("但是", "但需", "但要", "但", "而是", "只需", "仅需", "只要", "but", "只要求")
WISH = (
    *("优先", "者优先", "优先考虑", "优先录用", "加分", "更佳", "尤佳", "为佳", "者佳", "更好"),
    *("更优", "优选", "会加分", "可加分", "aplus", "isaplus", "preferred", "nicetohave"),
    *("bonus", "advantage", "anasset", "isanasset", "desirable", "advantageous", "ispreferred"),
)
WISH_AFTER = ("最好", "最好有", "最好会", "最好熟悉", "ideally", "preferably", "优先考虑有")
WISH_HEADING = ("加分项", "加分条件", "优先条件", "优先项", "加分", "nicetohave", "bonuspoints")
MUTE_HEADINGS = (
    *("福利", "福利待遇", "公司福利", "员工福利", "薪资福利", "薪酬福利", "薪资待遇", "薪酬待遇"),
    *("待遇", "我们提供", "公司提供", "你将获得", "公司介绍", "公司简介", "企业介绍", "企业简介"),
    *("关于我们", "公司概况", "团队介绍", "benefits", "aboutus", "whatweoffer", "perks"),
    *("晋升空间", "晋升通道", "上班地址", "工作地址", "公司地址", "乘车路线", "面试地址"),
    *("单位介绍", "单位简介", "福利政策", "优厚福利", "薪资", "薪酬", "联系方式"),
)
HEADINGS = (
    *("岗位职责", "工作职责", "职责描述", "职位描述", "岗位描述", "工作内容", "主要职责", "职责"),
    *("任职要求", "岗位要求", "职位要求", "任职资格", "任职条件", "招聘要求", "应聘要求", "要求"),
    *(
        "技能要求",
        "专业要求",
        "能力要求",
        "基本要求",
        "必备条件",
        "职位职责",
        "工作要求",
        "硬性要求",
    ),
    *("工作时间", "工作地点", "岗位名称", "职位名称", "项目介绍", "技术栈", "requirements"),
    *("responsibilities", "qualifications", "jobdescription", "专业技能", "技能", "工作经历"),
    *("项目经验", "项目经历", "自我评价", "教育经历", "岗位说明", "工作描述", "资格要求", "条件"),
)
CUSTOMERS = (
    *("客户包括", "客户有", "服务客户", "合作客户", "主要客户", "典型客户", "知名客户", "客户涵盖"),
    *(
        "合作伙伴包括",
        "合作伙伴有",
        "合作企业",
        "服务过",
        "客户群包括",
        "客户为",
        "服务于",
        "客户如",
    ),
    *("ourclientsinclude", "clientsinclude", "customersinclude", "投资方", "合作伙伴"),
)
NOTHING = (
    *("非常", "并非", "除非", "非凡", "是非", "非标", "非关系型", "非结构化", "非功能", "非营利"),
    *("无线", "无人", "无锡", "无缝", "无论", "无状态", "无障碍", "无服务器", "无损", "无监督"),
    *("不限于", "包括但不限于", "包含但不限于", "不仅", "不但", "不断", "了解决", "了解释"),
    *("优先级", "最优先级", "更好地", "更好的", "更好满足", "但不限于", "但不仅限", "不是问题"),
    *("不要求精通", "无需精通", "不需要精通", "不用担心", "不会影响", "不懂就问", "免费", "避免"),
    *(
        "没有问题",
        "免疫",
        "无关",
        "无需加班",
        "node",
        "note",
        "notes",
        "notice",
        "nosql",
        "无损检测",
    ),
    *("高中级", "本科技", "专科医院", "博士后", "更好服务", "更好发展", "除了解", "熟悉度"),
)
#: Education words beyond those of the code table.
EDUCATION_ALIASES = {
    "bachelor": ("bachelor", "bachelors", "bachelor'sdegree", "bachelordegree", "统本"),
    "master": ("master'sdegree", "masterdegree", "mastersdegree", "msc"),
    "doctor": ("phd", "ph.d", "doctorate"),
}

#: Counties whose short name means the place nearly always.
COUNTY_SHORTS = frozenset(
    {
        *("都江堰", "峨眉山", "西昌", "简阳", "郫都", "双流", "武侯", "锦江", "青羊", "金牛"),
        *("成华", "龙泉驿", "青白江", "温江", "新津", "新都", "什邡", "广汉", "绵竹", "江油"),
        *("阆中", "华蓥", "康定", "马尔康", "九寨沟", "稻城", "汶川", "邛崃", "崇州", "彭州"),
        *("隆昌", "射洪", "万源", "会理", "犍为", "涪城", "旌阳", "雁江", "自流井", "五通桥"),
        *("蒲江", "大邑", "金堂", "北川", "盐亭", "梓潼", "岳池", "仁寿", "洪雅", "丹棱"),
        *("宣汉", "泸定", "若尔盖", "松潘", "阿坝县", "理塘", "色达", "冕宁", "盐源", "昭觉"),
        *("荥经", "筠连", "叙永", "古蔺", "纳溪", "旺苍", "苍溪", "剑阁", "蓬溪", "安岳"),
        *("乐至", "平昌", "仪陇", "西充", "蓬安", "富顺", "威远", "资中", "沐川", "夹江"),
        *("井研", "峨边", "马边", "木里", "甘洛", "越西", "布拖", "普格"),
        # Cities of county rank elsewhere; all others of them are places by their full name only
        # (合作市, 同仁市, 高安市: short, they are words).
        *("昆山", "太仓", "张家港", "常熟", "江阴", "宜兴", "溧阳", "如皋", "启东", "靖江"),
        *("丹阳", "句容", "仪征", "高邮", "邳州", "新沂", "义乌", "慈溪", "余姚", "海宁"),
        *("桐乡", "诸暨", "嵊州", "兰溪", "乐清", "温岭", "临海", "福清", "石狮"),
        *("福鼎", "胶州", "寿光", "滕州", "邹城", "龙口", "诸城", "荣成", "曲阜", "迁安"),
        *("任丘", "涿州", "遵化", "新郑", "巩义", "禹州", "登封", "浏阳", "醴陵", "枝江"),
        *("仁怀", "都匀", "凯里", "敦煌", "满洲里", "库尔勒", "绥芬河"),
    }
)
#: Cities elsewhere whose short name is more often something else.
CITY_SHORTS_DOUBTFUL = frozenset(
    {
        *("中山", "大理", "朝阳", "东方", "海东", "海北", "海西", "黄南", "山南", "白银"),
        *("文山", "红河", "来宾", "百色", "平凉", "安康", "三明", "武威", "固原", "中卫"),
        *("双河", "北屯", "新星", "白杨", "昆玉", "怒江", "临高", "定安", "文昌", "万宁"),
        *("天门", "保亭", "兴安", "河源", "阿里", "和田", "大同", "长治", "通化", "四平"),
        *("日照", "周口", "荆门", "孝感", "益阳", "怀化", "玉树", "南平", "东营", "三沙"),
        *("昌江", "白沙", "乐东", "清远", "安顺", "保山", "宣城", "永州", "海南", "吉林"),
        *("果洛", "甘南", "昌吉"),
    }
)
