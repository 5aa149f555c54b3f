"""A page as the guards read it: elements, their attributes, and text with its language."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
CONTROLS = {"input", "select", "textarea"}
SILENT = {"script", "style", "template", "title"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    line: int
    inside: tuple[str, ...]

    def __str__(self) -> str:
        shown = " ".join(f'{k}="{v}"' for k, v in self.attributes.items() if k in {"id", "name"})
        return f"<{self.tag} {shown}> line {self.line}"


@dataclass
class Page(HTMLParser):
    """Reads a page; `texts` pairs each piece of visible text with the language it is in."""

    source: str
    elements: list[Element] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    _open: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        line, _column = self.getpos()
        inside = tuple(name for name, _language in self._open)
        self.elements.append(Element(tag, attributes, line, inside))
        inherited = self._open[-1][1] if self._open else ""
        language = attributes.get("lang", inherited)
        for name in ("title", "alt", "placeholder", "aria-label"):
            if attributes.get(name):
                self.texts.append((language, attributes[name]))
        if tag == "meta" and attributes.get("name") == "description":
            self.texts.append((language, attributes.get("content", "")))
        if tag not in VOID:
            self._open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index][0] == tag:
                del self._open[index:]
                return

    def handle_data(self, data: str) -> None:
        # A page's title repeats the heading and cannot say that a part is in another language.
        if data.strip() and not any(name in SILENT for name, _language in self._open):
            self.texts.append((self._open[-1][1] if self._open else "", data.strip()))

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def faults(self) -> list[str]:
        """What every page must not have, one line each."""
        found = []
        headings = len(self.all("h1"))
        if headings != 1:
            found.append(f"{headings} first headings")
        if not any(e.attributes.get("lang") for e in self.all("html")):
            found.append("no language")
        if "main" not in {e.tag for e in self.elements}:
            found.append("no main part")
        ids = Counter(e.attributes["id"] for e in self.elements if e.attributes.get("id"))
        found += [f"id {name!r} {count} times" for name, count in ids.items() if count > 1]
        found += [f"{e} has no alt" for e in self.all("img") if "alt" not in e.attributes]
        found += [f"{e} has no label" for e in self._unlabelled()]
        found += [f"{e} lacks a CSRF token" for e in self._forms_without_token()]
        found += [
            f"{e} has {name}"
            for e in self.elements
            for name in e.attributes
            if name == "style" or name.startswith("on")
        ]
        found += [
            f"{e} loads {address}"
            for e in self.all("script", "img", "link", "iframe", "source")
            for address in (e.attributes.get("src") or e.attributes.get("href") or "",)
            if address.startswith(("http:", "https:", "//"))
            and e.attributes.get("rel") not in {"canonical", "alternate"}
        ]
        return found

    def _unlabelled(self) -> list[Element]:
        named = {e.attributes["for"] for e in self.all("label") if e.attributes.get("for")}
        return [
            e
            for e in self.all(*CONTROLS)
            if e.attributes.get("type") not in {"hidden", "submit", "button", "image"}
            and "label" not in e.inside
            and e.attributes.get("id") not in named
            and not {"aria-label", "aria-labelledby"} & set(e.attributes)
        ]

    def _forms_without_token(self) -> list[Element]:
        tokens = self.source.count('name="csrf_token"')
        posting = [e for e in self.all("form") if e.attributes.get("method", "").lower() == "post"]
        return posting[tokens:]
