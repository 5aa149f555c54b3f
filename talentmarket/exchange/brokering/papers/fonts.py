"""What the papers are set in: the subset that lies beside, and what stands in for it.

A character that the subset lacks is taken from the machine's own full font where Debian's
``fonts-noto-cjk`` is installed. Where it is not, ``〓`` stands in its place, as printers do, and a
line at the end of the paper names its code point: a name is never shortened in silence.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTCollection, TTFont

SUBSET = Path(__file__).with_name("font") / "NotoSansCJKsc-Regular-subset.otf"
#: Where Debian puts the whole font, and which of its faces is the one for simplified Chinese.
SYSTEM = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
FACE = "Noto Sans CJK SC"
#: GETA MARK: what printers set where they have no type.
MARK = "\N{GETA MARK}"


@lru_cache(maxsize=1)
def held() -> frozenset[int]:
    """The code points of the subset."""
    with TTFont(SUBSET, lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=2)
def system_face(path: Path = SYSTEM) -> tuple[int, frozenset[int]] | None:
    """The number of the face in the machine's font and its code points; None without one."""
    if not path.is_file():
        return None
    with TTCollection(str(path), lazy=True) as faces:
        for number, face in enumerate(faces.fonts):
            if face["name"].getDebugName(4) == FACE:
                return number, frozenset(face.getBestCmap())
    return None


@dataclass(frozen=True, slots=True)
class Setting:
    """A text as it can be set. `lost`: the characters that no font has, in order, each once."""

    text: str
    lost: tuple[str, ...] = ()
    from_system: bool = False


def settle(text: str, *, system: Path = SYSTEM) -> Setting:
    """What of `text` can be set. Control and format signs go; line ends stay."""
    plain = "".join(one for one in text if one == "\n" or unicodedata.category(one)[0] != "C")
    strange = [one for one in dict.fromkeys(plain) if one != "\n" and ord(one) not in held()]
    if not strange:
        return Setting(plain)
    face = system_face(system)
    known = face[1] if face else frozenset()
    lost = tuple(one for one in strange if ord(one) not in known)
    shown = plain.translate({ord(one): MARK for one in lost})
    return Setting(shown, lost, from_system=len(lost) < len(strange))
