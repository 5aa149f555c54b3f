"""How long it takes to understand what was typed, on one core."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from benchmarks.registry import Options, benchmark
from benchmarks.report import Row, progress, row
from talentmarket.discovery.understanding import EmployerNames, understand

#: Queries as people type them: one word to a whole wish, Han, latin, pinyin, a mistake.
TYPED = (
    "成都 spark 大数据开发 3年 双休", "java工程师 15k以上", "前端", "产品经理 天府新区", "测试工程师 成都 本科",
    "chengdu qianduan", "data engineer chengdu remote", "Java 开发 15-25K·14薪 3-5年", "应届 数据分析师",
    "嵌入式 绵阳", "python 不要外包", "新媒体运营 成都 双休 五险一金", "月薪八千 客服", "qdgcs", "大模型 算法 硕士",
    "pyhton 后端", "“数据治理” 国企", "UI设计师 兼职", "网络安全 高新区 20k+", "实习 成都 近三天", "运维", "架构师 年薪30万",
    "senior java developer", "程式設計師", "电商运营 宜宾", "岷江云计算 java", "Spring Boot 微服务 成都", "dashuju",
    "硬件工程师 -外包", "远程 英语 客服",
)  # fmt: skip
EMPLOYERS = 5_000


@benchmark("understand_us")
def typed_queries(options: Options) -> Iterator[Row]:
    """Microseconds of processor time a query, p50, with five thousand employers known."""
    firms = ((f"id{number}", (f"第{number}云图科技有限公司",)) for number in range(EMPLOYERS))
    names = EmployerNames([*firms, ("own", ("岷江云计算有限公司",))])
    for text in TYPED:  # what is made on first use
        understand(text, employers=names)
    medians = []
    for _ in range(options.size(5, 3)):
        took = []
        for _ in range(options.size(40, 10)):
            for text in TYPED:
                start = time.process_time_ns()
                understand(text, employers=names)
                took.append((time.process_time_ns() - start) / 1000)
        medians.append(statistics.median(took))
        progress(f"understand: p50 {medians[-1]:.0f} µs")
    yield row("understand_us", statistics.median(medians), "µs", target=300, better="lower")
