"""What can be wrong with a row or a file, as codes and as words for the report.

The words are said in the language of the run: in its report, which whoever sent the file reads in a
spreadsheet, and on its screen.
"""

from __future__ import annotations

from typing import NamedTuple

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

WORDS = {
    # a row that was not taken
    "broken-line": _l("这一行的引号没有闭合或分隔有误，未导入"),
    "too-many-fields": _l("这一行的列数多于表头，未导入"),
    "title-missing": _l("没有岗位名称，未导入"),
    "title-long": _l("岗位名称超过 120 字，未导入"),
    "field-long": _l("内容超过 10 万字，未导入"),
    "pay-unreadable": _l("薪资不是数字，未导入"),
    "pay-impossible": _l("薪资数额不合常理（每月应在 500 元到 50 万元之间），未导入"),
    "headcount-unreadable": _l("招聘人数不是 1 到 9999 的整数，未导入"),
    "unreadable-signs": _l("含有无法识别的字符，未导入"),
    "column-twice": _l("同名的两列内容不同，未导入"),
    "id-twice": _l("编号在同一次导入中出现过，内容不同，未导入"),
    "taken-down": _l("这条岗位已被联盟撤下，未更新"),
    # a row that was taken, with a remark
    "pay-swapped": _l("最低薪资高于最高薪资，已对调"),
    "place-unknown": _l("工作地点没有认出，已留空"),
    "education-unknown": _l("学历没有认出，已留空"),
    # a file that was read, with a remark
    "gb18030": _l("按 GB18030 编码读取"),
    "mixed": _l("UTF-8 与 GB18030 混用，已逐行识别"),
    "tail": _l("压缩内容之后还有别的内容，已略去"),
    "cut": _l("压缩文件不完整，只读到中断处；请重新取得文件后再导入一次"),
    # a file that was not read
    "reach": _l("有内容的单元格离得太远，未读取；请删去表格外的内容"),
    "bomb": _l("压缩文件展开后过大，未读取"),
    "broken-packing": _l("压缩文件或表格已损坏，未读取"),
    "not-text": _l("不是文本表格，未读取"),
    "encoding": _l("既不是 UTF-8 也不是 GB18030 编码，未读取"),
    "empty": _l("文件是空的"),
    "no-title-column": _l("没有岗位名称（title）列，未读取"),
}
#: Remarks: the row was taken all the same.
REMARKS = frozenset({"pay-swapped", "place-unknown", "education-unknown"})


def words(code: str) -> str:
    """What a code says, in the language that is on; `twice:` and `beside:` carry a column."""
    kind, _, column = code.partition(":")
    if kind == "twice":
        return gettext("%(column)s 列出现了不止一次", column=column)
    if kind == "beside":
        return gettext("%(column)s 列与另一列说的是同一项，未读取", column=column)
    return str(WORDS[code])


class Fault(NamedTuple):
    """A line (from 1), the column it is about ("" for the whole line) and a code of `WORDS`."""

    line: int
    column: str
    code: str

    @property
    def refuses(self) -> bool:
        """Whether the row was left out for it."""
        return self.code not in REMARKS
