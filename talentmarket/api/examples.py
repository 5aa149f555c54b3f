"""Examples of the description. A test asks for each and compares: they are what was answered."""

from __future__ import annotations

from typing import Any

_PUBLISHER = {"id": "mjyjsyxgs222", "name": "岷江云计算有限公司", "verified": True}


def _skill(code: str, name: str, *, must: bool = True) -> dict[str, Any]:
    return {"code": code, "name": name, "must": must, "level": None, "years": None}


_OWN: dict[str, Any] = {
    "id": "dsjkfgcs2222",
    "external_id": "MJ-7",
    "url": "https://exchange.example/jobs/dsjkfgcs2222",
    "title": "大数据开发工程师",
    "origin": "own",
    "source": None,
    "channel": "direct",
    "employer": _PUBLISHER,
    "publisher": _PUBLISHER,
    "occupation": {"code": "2-02-38-03", "name": "大数据工程技术人员"},
    "occupation_guessed": False,
    "kind": "full",
    "headcount": 3,
    "region": {"code": "510116", "name": "成都·双流区"},
    "address": "",
    "work_mode": "onsite",
    "pay": {"currency": "CNY", "unit": "month", "low": 18000, "high": 28000, "months": 14},
    "education": {"rank": 5, "name": "本科"},
    "years": {"min": 3, "max": 5},
    "skills": [
        _skill("spark", "Spark"),
        _skill("sql", "SQL"),
        _skill("flink", "Flink"),
        _skill("python", "Python", must=False),
    ],
    "rest_days": "two",
    "insurance": "full_and_fund",
    "benefits": [],
    "contract": "fixed",
    "reply_days": 3,
    "description": "负责装备制造产线数据的采集、清洗与入湖，建设面向设备健康的数据仓库。",
    "published_at": "2025-11-24T02:00:00Z",
    "updated_at": "2025-11-24T02:00:00Z",
    "valid_until": "2025-12-24",
}
_REFERENCE = _OWN | {
    "id": "zzckgw222222",
    "external_id": "A-0017",
    "url": "https://exchange.example/jobs/zzckgw222222",
    "title": "数据标注员",
    "origin": "reference",
    "source": {"name": "蜀地招聘网", "date": "2025-11-24"},
    "employer": None,
    "publisher": None,
    "contract": None,
    "reply_days": None,
}

EXAMPLES: dict[str, dict[str, Any]] = {
    "jobs": {
        "items": [_OWN],
        "total": 1,
        "next": None,
        "sort": "relevance",
        "degraded": False,
        "ignored": [],
    },
    "job": _REFERENCE,
    "snapshot": {"items": [_OWN], "next": None, "changes": "m4q8yz7t2c9k.8231"},
    "changes": {
        "items": [
            {"id": "dsjkfgcs2222", "gone": False, "job": _OWN},
            {"id": "wkzgdgw22222", "gone": True, "job": None},
        ],
        "next": "m4q8yz7t2c9k.8233",
        "more": False,
    },
    "suggest": {
        "items": [
            {
                "group": "occupation",
                "code": "2-02-38-03",
                "text": "大数据工程技术人员",
                "count": 3,
            },
            {
                "group": "title",
                "code": "大数据开发工程师",
                "text": "大数据开发工程师",
                "count": 1,
            },
            {"group": "skill", "code": "big-data", "text": "大数据技术", "count": 0},
            {
                "group": "skill",
                "code": "dte-bigdata",
                "text": "大数据工程技术人员证书",
                "count": 0,
            },
        ],
        "degraded": False,
    },
}
