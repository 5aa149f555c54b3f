"""A paper while it is written: A4, one font, a head, paragraphs, tables, a foot with its code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, WrapMode, XPos, YPos
from fpdf.fonts import FontFace

from talentmarket.exchange.brokering.papers import fonts

_BODY, _SMALL, _TITLE = 10.5, 8.5, 17
_GREY = (95, 95, 95)
#: Longer texts are cut: a paper is no place for what somebody pasted.
LONGEST = 4_000
#: Rows a table may have at most; more is an error of the caller, not a paper.
MOST_ROWS = 5_000


class _Pages(FPDF):
    """FPDF with the foot of the papers."""

    foot_line = ""

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font("paper", size=_SMALL)
        self.set_text_color(*_GREY)
        self.cell(0, 5, self.foot_line)
        self.set_x(-40)
        self.cell(25, 5, f"第 {self.page_no()} 页", align="R")
        self.set_text_color(0)


class Sheet:
    """A paper. Text is plain: nothing in it is read as markup."""

    def __init__(
        self, title: str, *, at: datetime, foot: str, system_font: Path = fonts.SYSTEM
    ) -> None:
        self._system = system_font
        self._lost: dict[str, None] = {}
        pdf = _Pages(format="A4")
        pdf.set_margins(20, 18, 20)
        pdf.set_auto_page_break(True, margin=20)
        pdf.set_creation_date(at)
        pdf.set_lang("zh-CN")
        pdf.add_font("paper", fname=fonts.SUBSET)
        self._pdf = pdf
        pdf.set_font("paper", size=_BODY)
        pdf.foot_line = self._set(foot)
        pdf.set_title(self._set(title))
        pdf.add_page()
        pdf.set_font("paper", size=_TITLE)
        self._write(title, height=10, align="C")
        pdf.set_font("paper", size=_BODY)
        pdf.set_draw_color(190)
        pdf.set_line_width(0.15)
        pdf.ln(4)

    def _set(self, text: str) -> str:
        found = fonts.settle(text[:LONGEST], system=self._system)
        self._lost.update(dict.fromkeys(found.lost))
        if found.from_system and "system" not in self._pdf.fonts:
            face = fonts.system_face(self._system)
            assert face is not None
            self._pdf.add_font("system", fname=self._system, collection_font_number=face[0])
            self._pdf.set_fallback_fonts(["system"])
        return found.text

    def _write(self, text: str, *, height: float = 6.5, align: str = "L") -> None:
        self._pdf.multi_cell(
            0,
            height,
            self._set(text),
            align=align,
            wrapmode=WrapMode.CHAR,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )

    def heading(self, text: str) -> None:
        """A heading within the paper."""
        self._pdf.ln(3)
        self._pdf.set_font("paper", size=12.5)
        self._write(text, height=8)
        self._pdf.set_font("paper", size=_BODY)

    def paragraph(self, text: str, *, small: bool = False) -> None:
        """Some lines of text."""
        self._pdf.set_font("paper", size=_SMALL if small else _BODY)
        self._write(text, height=5 if small else 6.5)
        self._pdf.set_font("paper", size=_BODY)
        self._pdf.ln(1.5)

    def facts(self, rows: Iterable[tuple[str, str]]) -> None:
        """Names and values, one under the other."""
        self.table((), list(rows), widths=(28, 72))

    def table(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths: tuple[int, ...],
        right: frozenset[int] = frozenset(),
    ) -> None:
        """A table. `right`: the columns set flush right (amounts). The head repeats on each page.

        Raises ValueError for more than :data:`MOST_ROWS` rows.
        """
        if len(rows) > MOST_ROWS:
            raise ValueError("too many rows for a paper")
        self._pdf.set_font("paper", size=_SMALL if head else _BODY)
        with self._pdf.table(
            col_widths=widths,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            text_align=tuple("RIGHT" if at in right else "LEFT" for at in range(len(widths))),
            first_row_as_headings=bool(head),
            headings_style=FontFace(emphasis="", color=_GREY),
            line_height=5.5 if head else 6.5,
            wrapmode=WrapMode.CHAR,
            padding=(0.6, 1),
        ) as table:
            for row in ([head] if head else []) + list(rows):
                table.row([self._set(cell) for cell in row])
        self._pdf.set_font("paper", size=_BODY)
        self._pdf.ln(2)

    def signatures(self, *names: str) -> None:
        """Places to sign and stamp, side by side."""
        if self._pdf.will_page_break(45):  # names and dates stay together
            self._pdf.add_page()
        self._pdf.ln(8)
        width = self._pdf.epw / len(names)
        for name in names:
            self._pdf.cell(width, 7, self._set(f"{name}（盖章）："))
        self._pdf.ln(16)
        for _name in names:
            self._pdf.cell(width, 7, "日期：        年    月    日")
        self._pdf.ln(10)

    def finish(self) -> bytes:
        """The file."""
        if self._lost:
            named = "、".join(f"U+{ord(one):04X}" for one in self._lost)
            self.paragraph(f"{fonts.MARK} 代替字库中没有的字：{named}", small=True)
        return bytes(self._pdf.output())
