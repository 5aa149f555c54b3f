"""The message catalogue: Chinese texts in the sources are the msgids, English is the translation.

::

    python -m tools.messages extract          read the sources again, keep every translation
    python -m tools.messages add FILE.json    extract, then merge {"中文": "English", ...}
    python -m tools.messages missing          list what has no English; exit 1 if there is any
    python -m tools.messages prune            drop translations whose text is gone
    python -m tools.messages compile          write messages.mo beside messages.po

A plural is given as a list: ``{"%(num)s 个岗位": ["%(num)s job", "%(num)s jobs"]}``; a text with
a context as ``"context|中文"``. The catalogue is sorted and carries no line numbers, so that a
moved line changes nothing in it. A translation whose text is not (or not yet) in the sources is
kept as an obsolete entry until ``prune``, so that no half-written file loses one.
"""

from __future__ import annotations

import argparse
import fcntl
import io
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "talentmarket" / "translations"
MAPPING = ROOT / "babel.cfg"
LOCALES = ("en",)
# A fixed date: a catalogue that changes with the hour of extraction cannot be reviewed.
CREATED = datetime(2025, 1, 1, tzinfo=UTC)
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_l": None,
    "N_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "_n": (1, 2),
    "_nl": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")

Key = tuple[str | None, str]
Text = str | tuple[str, ...]


class CatalogueError(Exception):
    """What was given cannot become part of the catalogue; the text says why."""


def po_path(locale: str) -> Path:
    return TRANSLATIONS / locale / "LC_MESSAGES" / "messages.po"


@contextmanager
def lock() -> Iterator[None]:
    """Hold the catalogue: two commands at once would each write without the other's texts."""
    folder = ROOT / ".cache"
    folder.mkdir(exist_ok=True)
    with (folder / "messages.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def read_mapping() -> tuple[list[tuple[str, str]], dict[str, dict[str, str]]]:
    """The extraction methods and their options per file pattern, from ``babel.cfg``."""
    from babel.messages.frontend import parse_mapping_cfg

    with MAPPING.open(encoding="utf-8") as handle:
        return parse_mapping_cfg(handle)


def extract_template() -> Catalog:
    """Read all sources; returns a catalogue without translations."""
    methods, options = read_mapping()
    template = Catalog(charset="utf-8")
    for folder in ("talentmarket", "templates"):
        if not (ROOT / folder).is_dir():
            continue
        found = extract_from_dir(
            ROOT / folder,
            methods,
            options,
            keywords=KEYWORDS,
            directory_filter=lambda name: Path(name).name not in {"__pycache__", "translations"},
        )
        for _filename, _line, message, _comments, context in found:
            if message and message != ("", ""):
                template.add(message, context=context)
    return template


def read_catalogue(locale: str) -> Catalog:
    path = po_path(locale)
    if not path.exists():
        return Catalog(locale=locale)
    with path.open("rb") as handle:
        return read_po(handle, locale=locale)


def _first(identifier: str | tuple[str, ...] | list[str]) -> str:
    return identifier if isinstance(identifier, str) else identifier[0]


def key(message: Message) -> Key:
    return (message.context, _first(message.id))


def translations(catalogue: Catalog) -> dict[Key, Text]:
    """Every translation of the catalogue, obsolete ones too."""
    known: dict[Key, Text] = {}
    for message in [*catalogue.obsolete.values(), *catalogue]:
        text = message.string if isinstance(message.string, str) else tuple(message.string)
        if message.id and text and all(text):
            known[key(message)] = text
    return known


def merge(locale: str, template: Catalog, known: dict[Key, Text]) -> Catalog:
    """The template's texts with the translations that are known; the rest becomes obsolete."""
    merged = Catalog(
        locale=locale,
        project="shucai-exchange",
        version="1",
        charset="utf-8",
        creation_date=CREATED,
        revision_date=CREATED,
        header_comment="# English for the Chinese texts of the exchange.",
        fuzzy=False,
    )
    left = dict(known)
    for message in template:
        if not message.id:
            continue
        text: Text | None = left.pop(key(message), None)
        if isinstance(message.id, str):
            text = text[-1] if isinstance(text, tuple) else text
        elif isinstance(text, str):
            text = (text,) * merged.num_plurals
        merged.add(message.id, string=text or "", context=message.context)
    for (context, identifier), string in left.items():
        kept = Message(
            (identifier, identifier) if isinstance(string, tuple) else identifier,
            string=string,
            context=context,
        )
        merged.obsolete[(context or "") + "\x04" + identifier] = kept
    return merged


def write_catalogue(locale: str, catalogue: Catalog) -> None:
    path = po_path(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=100, no_location=True, sort_output=True)
    # Babel stamps itself and nobody's address into the header; nothing reads them.
    text = re.sub(
        rb'"(Generated-By|Report-Msgid-Bugs-To|Last-Translator|Language-Team): [^"]*"\n',
        b"",
        buffer.getvalue(),
    )
    _replace(path, text)


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    beside.write_bytes(content)
    beside.replace(path)


def check_pair(chinese: str, english: Text) -> None:
    """Raise CatalogueError when the English does not fit: placeholders differ, or Han in it."""
    for text in (english,) if isinstance(english, str) else english:
        if not text.strip():
            raise CatalogueError(f"empty English for {chinese!r}")
        asked, given = set(_PLACEHOLDER.findall(chinese)), set(_PLACEHOLDER.findall(text))
        # A singular may leave out the number ("one job"), nothing may add a name.
        if (asked != given and isinstance(english, str)) or not given <= asked:
            raise CatalogueError(f"placeholders differ: {chinese!r} → {text!r}")


def extract() -> int:
    """Write the catalogues again from the sources; returns how many texts there are."""
    template = extract_template()
    for locale in LOCALES:
        write_catalogue(locale, merge(locale, template, translations(read_catalogue(locale))))
    return len(template)


def add(files: list[Path]) -> tuple[int, list[str]]:
    """Merge the files' translations; returns how many, and which texts no source holds yet."""
    given: dict[Key, Text] = {}
    for file in files:
        for chinese, english in json.loads(file.read_text(encoding="utf-8")).items():
            context, _, identifier = chinese.rpartition("|")
            text = tuple(english) if isinstance(english, list) else english
            check_pair(identifier, text)
            given[(context or None, identifier)] = text
    template = extract_template()
    present = {key(message) for message in template}
    # A bar may belong to the text itself: then the whole key is the msgid.
    for context, identifier in list(given):
        if context and (None, f"{context}|{identifier}") in present:
            given[(None, f"{context}|{identifier}")] = given.pop((context, identifier))
    write_catalogue("en", merge("en", template, translations(read_catalogue("en")) | given))
    return len(given), sorted(key[1] for key in given if key not in present)


def missing(locale: str = "en") -> list[str]:
    """The texts of the sources that have no translation, sorted."""
    known = translations(read_catalogue(locale))
    return sorted(_first(m.id) for m in extract_template() if m.id and key(m) not in known)


def prune() -> int:
    """Drop the translations no source asks for; returns how many went."""
    gone = 0
    template = extract_template()
    for locale in LOCALES:
        merged = merge(locale, template, translations(read_catalogue(locale)))
        gone += len(merged.obsolete)
        merged.obsolete.clear()
        write_catalogue(locale, merged)
    return gone


def compile_catalogues() -> list[Path]:
    """Write each ``messages.mo`` that is older than its ``messages.po``; returns what changed."""
    written = []
    for locale in LOCALES:
        source = po_path(locale)
        target = source.with_suffix(".mo")
        if not source.exists():
            continue
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        buffer = io.BytesIO()
        write_mo(buffer, read_catalogue(locale))
        _replace(target, buffer.getvalue())
        written.append(target)
    return written


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.messages")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("extract", "missing", "prune", "compile"):
        commands.add_parser(name)
    commands.add_parser("add").add_argument("files", nargs="+", type=Path)
    options = parser.parse_args(arguments)
    with lock():
        if options.command == "extract":
            print(f"{extract()} texts, {len(missing())} without English")
        elif options.command == "add":
            try:
                count, unknown = add(options.files)
            except CatalogueError as error:
                print(f"error: {error}", file=sys.stderr)
                return 2
            print(f"{count} merged, {len(missing())} texts still without English")
            for text in unknown:
                print(f"not in any source yet (kept): {text}")
        elif options.command == "missing":
            texts = missing()
            print("\n".join(texts))
            return 1 if texts else 0
        elif options.command == "prune":
            print(f"{prune()} dropped")
        else:
            for path in compile_catalogues():
                print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
