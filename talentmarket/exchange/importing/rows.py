"""One row of a file → the values of a reference posting. Pure."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from talentmarket.core.folding import clean, clean_line, fold
from talentmarket.exchange import pay
from talentmarket.exchange.importing.columns import Columns
from talentmarket.exchange.importing.faults import Fault
from talentmarket.exchange.models import PayUnit
from talentmarket.taxonomy.folding import fold_name
from talentmarket.taxonomy.model import Taxonomy, get_taxonomy
from talentmarket.taxonomy.recognise import recognise

MOST_TITLE, MOST_ID = 120, 80
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,4})?")
_HEADCOUNT = re.compile(r"招\s*(\d{1,4})\s*人")
_PEOPLE = re.compile(r"(\d{1,4})(?:\.0+)?(?:人|名|位)?")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")
_OWN_NUMBER = re.compile(r"\s*[(（]\s*(?:职位|岗位)编号\s*[:：][^()（）]*[)）]\s*$")
_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|tr|h[1-6])>", re.I)
#: Tags that portals leave in texts; "<3 年" and "List<String>" stay.
_TAG = re.compile(
    r"</?(?:p|div|span|ul|ol|li|b|strong|i|em|u|font|a|table|tbody|tr|td|h[1-6]|img)"
    r"(?:\s[^<>]*)?/?>",
    re.I,
)
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{1,6});")
_NOTHING = frozenset({"", "无", "-", "--", "null", "none", "nan", "n/a"})
#: Instead of a sum: it is left to the talk.
_NO_SUM = _NOTHING | {"面议", "面谈", "薪资面议", "工资面议", "待遇面议", "negotiable"}
#: Instead of a number of people: as many as come.
_NO_NUMBER = _NOTHING | {"若干", "若干人", "若干名", "多人", "多名", "数名", "不限"}
#: Signs of a hash that stand for the rest of an id that is too long.
_HASHED = 32


@dataclass(frozen=True, slots=True)
class Row:
    """What a file says of one posting, cleaned but not yet recognised. Pay in fen a month."""

    line: int
    external_id: str
    source: str
    source_date: date | None
    title: str
    pay_low: int | None
    pay_high: int | None
    region_code: str | None
    education_rank: int | None
    benefits: tuple[str, ...]
    headcount: int | None
    description: str

    @property
    def digest(self) -> str:
        """Of the content alone: the same words have the same digest in every file."""
        return _digest(self.source, *_content(self))


def _content(row: Row) -> tuple[object, ...]:
    return (
        row.title,
        row.pay_low,
        row.pay_high,
        row.region_code,
        row.education_rank,
        row.benefits,
        row.headcount,
        row.description,
    )


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def read_row(
    line: int, fields: Sequence[str] | None, columns: Columns, source: str
) -> tuple[Row | None, list[Fault]]:
    """The row and what is to be said about it; no row when it cannot be taken.

    `source` names where rows without a source column come from.
    """
    values, wrong = columns.values(fields)
    if wrong:
        return None, [Fault(line, *one) for one in wrong]
    faults: list[Fault] = []
    title = title_of(values.get("title", ""))
    if not title:
        faults.append(Fault(line, "title", "title-missing"))
    elif len(title) > MOST_TITLE:
        faults.append(Fault(line, "title", "title-long"))
    low = _money(line, "salary_min", values, faults)
    high = _money(line, "salary_max", values, faults)
    if low is not None and high is not None and low > high:
        low, high = high, low
        faults.append(Fault(line, "salary_min", "pay-swapped"))
    education, headcount = _education(line, values, faults)
    row = Row(
        line=line,
        external_id=id_of(values.get("external_id", "")),
        source=clean_line(values.get("source", ""))[:120] or source,
        source_date=_date(values.get("source_date", "")),
        title=title,
        pay_low=low,
        pay_high=high,
        region_code=_place(line, values, faults),
        education_rank=education,
        benefits=_benefits(values.get("benefits", "")),
        headcount=headcount,
        description=description_of(values.get("description", "")),
    )
    return (None if any(fault.refuses for fault in faults) else row), faults


def id_of(field: str) -> str:
    """The id that a posting has once it is in: as its file says, at most 80 characters.

    A longer one keeps its beginning, and a hash of all of it keeps it apart from its like.
    """
    whole = clean_line(field)
    if len(whole) <= MOST_ID:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:_HASHED]
    return f"{whole[: MOST_ID - _HASHED - 1]}#{digest}"


def title_of(field: str) -> str:
    """The title that a posting has once it is in, from what its file says."""
    return bare_title(clean_line(field))


def description_of(field: str) -> str:
    """The description that a posting has once it is in, from what its file says."""
    return clean(plain_text(field.replace("\r\n", "\n")))


def pay_of(field: str) -> int | None:
    """The pay in fen a month that a posting has once it is in; None where it says none."""
    return _money(0, "", {"": field}, [])


def education_of(field: str) -> int | None:
    """The rank of the schooling that a posting asks for once it is in; None where unknown."""
    return _rank(clean_line(field))


def bare_title(title: str) -> str:
    """A title without the sender's own number behind it: "测试工程师 (职位编号：02)"."""
    return _OWN_NUMBER.sub("", title) or title


def plain_text(text: str) -> str:
    """A text out of a web page as text: breaks become lines, other tags go, entities are read."""
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub("\n", text))
    return html.unescape(text) if _ENTITY.search(text) else text


def _money(line: int, name: str, values: dict[str, str], faults: list[Fault]) -> int | None:
    text = fold(values.get(name, "")).replace(",", "").removesuffix("元")
    if text in _NO_SUM:
        return None
    if not _NUMBER.fullmatch(text):
        faults.append(Fault(line, name, "pay-unreadable"))
        return None
    fen = round(float(text) * 100)
    if fen and not pay.plausible(PayUnit.MONTH, fen):
        faults.append(Fault(line, name, "pay-impossible"))
    return fen or None


def _education(
    line: int, values: dict[str, str], faults: list[Fault]
) -> tuple[int | None, int | None]:
    """Schooling and headcount: some portals put "招3人" into the column of schooling."""
    text = clean_line(values.get("education", ""))
    rank, in_education = _rank(text), _HEADCOUNT.search(text)
    if rank is None and text and not text.startswith("招"):
        faults.append(Fault(line, "education", "education-unknown"))
    given = clean_line(values.get("headcount", ""))
    if not given:
        return rank, int(in_education[1]) or None if in_education else None
    people = _PEOPLE.fullmatch(fold(given).replace(" ", ""))
    if people is None and fold(given) in _NO_NUMBER:
        return rank, None
    if people is None or not int(people[1]):
        faults.append(Fault(line, "headcount", "headcount-unreadable"))
        return rank, None
    return rank, int(people[1])


@lru_cache(maxsize=1024)
def _rank(text: str) -> int | None:
    """0 none asked … 7 doctor; None when the words are not known."""
    if text.casefold() in ("无", "不限"):
        return 0
    for item in get_taxonomy().codes["education"].values():
        if text in (item.name_zh, item.name_en, *item.extra["words"]):
            return item.position
    return None


def _benefits(text: str) -> tuple[str, ...]:
    parts = [clean_line(part)[:40] for part in re.split(r"[,，、;；|\n]", text)]
    kept = [part for part in parts if part.casefold() not in _NOTHING]
    return tuple(dict.fromkeys(kept))[:40]


def _date(text: str) -> date | None:
    match = _DATE.search(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _place(line: int, values: dict[str, str], faults: list[Fault]) -> str | None:
    text = clean_line(values.get("city", ""))
    code = place_code(text)
    if code is None and text.casefold() not in _NOTHING:
        faults.append(Fault(line, "city", "place-unknown"))
    return code


@lru_cache(maxsize=20_000)
def place_code(text: str) -> str | None:
    """The code of "上海-青浦区": the county where counties are known, else the city."""
    taxonomy = get_taxonomy()
    head, _, tail = text.partition("-")
    wide = _wide_places(taxonomy).get(fold_name(head))
    if wide is None:
        codes = recognise(text).regions
        return codes[-1] if codes else None
    wanted = {fold_name(tail), fold_name(head + tail)} - {fold_name(head), ""}
    for region in taxonomy.regions.values() if wanted else ():
        inside = region.kind in ("county", "area") and region.parent == wide
        names = (region.name_zh, region.short_zh, *region.aliases)
        if inside and wanted & set(map(fold_name, names)):
            return region.code
    return wide


@lru_cache(maxsize=2)
def _wide_places(taxonomy: Taxonomy) -> dict[str, str]:
    """Folded names of cities and provinces; of one name the city goes first (北京, 吉林 apart)."""
    found: dict[str, str] = {}
    for kind in ("province", "city"):
        for region in taxonomy.regions_of_kind(kind):
            for name in (region.name_zh, region.short_zh, region.name_en):
                known = taxonomy.regions.get(found.get(fold_name(name), ""))
                other = known is not None and known.name_zh != region.name_zh
                if not (other and known is not None and known.kind == "province"):
                    found[fold_name(name)] = region.code
    return found


def made_up_id(row: Row, ordinal: int) -> str:
    """The id of a row that brings none: hash of source, content and its ordinal among equals."""
    return "#" + _digest(row.source, row.digest, ordinal)[:40]
