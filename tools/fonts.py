"""The font of the papers: a subset of Noto Sans CJK SC that lies in this repository.

``python -m tools.fonts make --han Unihan_OtherMappings.txt`` cuts it anew from Debian's
``fonts-noto-cjk``; ``python -m tools.fonts check`` compares the files with their manifest. It holds
what GB 2312 holds, Latin letters with their accents, general punctuation, and the 8,105 characters of 通用规范汉字表
(2013), because names of people are written with them (喆, 堃, 镕 are not in GB 2312). The table is
read from the property ``kTGH`` of Unicode's Unihan database (Debian: ``unicode-data``).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "talentmarket/exchange/brokering/papers/font"
SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
FACE = "Noto Sans CJK SC"
FONT = "NotoSansCJKsc-Regular-subset.otf"
LICENCE = "OFL.txt"
MANIFEST = "manifest.json"


def characters(han: Path) -> set[int]:
    """The code points that are kept."""
    kept = {*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2010, 0x205F)}
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            kept.update(map(ord, bytes([row, cell]).decode("gb2312", "ignore")))
    with han.open(encoding="utf-8") as lines:
        kept.update(
            int(line.split("\t")[0][2:], 16)
            for line in lines
            if not line.startswith("#") and "\tkTGH\t" in line
        )
    return kept


def make(source: Path, han: Path) -> None:
    """Cut the subset out of `source` and write the manifest."""
    from fontTools import subset
    from fontTools.ttLib import TTCollection

    faces = [face["name"].getDebugName(4) for face in TTCollection(source, lazy=True).fonts]
    options = subset.Options()
    options.layout_features, options.hinting, options.name_IDs = [], False, ["*"]
    options.desubroutinize, options.notdef_outline = True, True
    options.font_number = faces.index(FACE)
    font = subset.load_font(str(source), options)
    version = font["name"].getDebugName(5)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters(han))
    cutter.subset(font)
    font.save(str(FOLDER / FONT))
    manifest = {
        "font": FACE,
        "version": version.split(";")[0],
        "source": "Debian package fonts-noto-cjk (NotoSansCJK-Regular.ttc), subset",
        "licence": "OFL-1.1",
        "characters": len(font.getBestCmap()),
        "files": {name: _sha256(FOLDER / name) for name in (FONT, LICENCE)},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (FOLDER / MANIFEST).write_text(text, encoding="utf-8")


def problems(folder: Path = FOLDER) -> list[str]:
    """What differs from the manifest, one line each."""
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    found = []
    for name, known in manifest["files"].items():
        path = folder / name
        if not path.is_file():
            found.append(f"{name}: missing")
        elif _sha256(path) != known:
            found.append(f"{name}: not the file of the manifest")
    return found


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(arguments: list[str] | None = None) -> int:
    """Run; 1 when a file is not what the manifest says."""
    parser = argparse.ArgumentParser(prog="python -m tools.fonts", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make", help="cut the subset anew")
    making.add_argument("--source", type=Path, default=SOURCE)
    making.add_argument("--han", type=Path, required=True, help="Unihan_OtherMappings.txt")
    commands.add_parser("check", help="compare the files with the manifest")
    given = parser.parse_args(arguments)
    if given.command == "make":
        make(given.source, given.han)
    wrong = problems()
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
