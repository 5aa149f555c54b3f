"""What can be wrong with a row or a file, as codes and as words for the report.

The report is read by whoever sent the file, in a spreadsheet; it is written in Chinese, the
language of the files.
"""

from __future__ import annotations

from typing import NamedTuple

WORDS = {
    # a row that was not taken
    "broken-line": "这一行的引号没有闭合或分隔有误，未导入",
    "too-many-fields": "这一行的列数多于表头，未导入",
    "title-missing": "没有岗位名称，未导入",
    "title-long": "岗位名称超过 120 字，未导入",
    "field-long": "内容超过 10 万字，未导入",
    "pay-unreadable": "薪资不是数字，未导入",
    "pay-impossible": "薪资数额不合常理（每月应在 500 元到 50 万元之间），未导入",
    "headcount-unreadable": "招聘人数不是 1 到 9999 的整数，未导入",
    "unreadable-signs": "含有无法识别的字符，未导入",
    "column-twice": "同名的两列内容不同，未导入",
    "id-twice": "编号在同一次导入中出现过，内容不同，未导入",
    # a row that was taken, with a remark
    "pay-swapped": "最低薪资高于最高薪资，已对调",
    "place-unknown": "工作地点没有认出，已留空",
    "education-unknown": "学历没有认出，已留空",
    # a file that was not read
    "bomb": "压缩文件展开后过大，未读取",
    "broken-packing": "压缩文件或表格已损坏，未读取",
    "not-text": "不是文本表格，未读取",
    "encoding": "既不是 UTF-8 也不是 GB18030 编码，未读取",
    "empty": "文件是空的",
    "no-title-column": "没有岗位名称（title）列，未读取",
}
#: Remarks: the row was taken all the same.
REMARKS = frozenset({"pay-swapped", "place-unknown", "education-unknown"})


class Fault(NamedTuple):
    """A line (from 1), the column it is about ("" for the whole line) and a code of `WORDS`."""

    line: int
    column: str
    code: str

    @property
    def refuses(self) -> bool:
        """Whether the row was left out for it."""
        return self.code not in REMARKS
