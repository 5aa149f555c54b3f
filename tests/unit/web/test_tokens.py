"""The colours of the site can be read: contrast is computed from the tokens themselves."""

from __future__ import annotations

import re
from itertools import product

import pytest

from tests.unit.web.bare import ROOT

SHEET = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
GROUNDS = ("paper", "surface", "surface-2", "surface-3")
INKS = ("ink-1", "ink-2", "ink-3", "brand", "brand-strong", "ok", "warn", "bad", "plum", "info")

#: Text on the ground it stands on: at least 4.5 : 1 (WCAG 2.2, 1.4.3).
TEXT = [
    *product(INKS, ("paper", "surface", "surface-2")),
    ("ink-1", "surface-3"),
    ("ink-2", "surface-3"),
    ("ink-3", "surface-3"),
    ("pay", "paper"),
    ("pay", "surface"),
    ("pay", "surface-2"),
    ("ink-on-brand", "brand"),
    ("ink-on-brand", "brand-strong"),
    ("surface", "seal"),
    *((tone, f"{tone}-tint") for tone in ("brand", "ok", "warn", "bad", "plum", "info")),
    *(("ink-1", f"{tone}-tint") for tone in ("brand", "ok", "warn", "bad", "plum")),
    ("brand", "warn-tint"),
    ("brand", "bad-tint"),
    ("ink-2", "brand-tint"),
    ("ink-2", "warn-tint"),
    ("ink-2", "mute-tint"),
    ("ink-3", "mute-tint"),
    ("brand-strong", "brand-tint"),
    ("ink-3", "brand-tint"),
]
#: Edges of controls and shapes that carry meaning: at least 3 : 1 (1.4.11).
EDGES = [
    *(("line-control", ground) for ground in ("surface", "surface-2", "paper")),
    *(("focus", ground) for ground in GROUNDS),
    *((tone, "surface") for tone in ("ok", "warn", "bad", "plum", "brand")),
    ("demand", "surface"),
    ("supply", "surface"),
]


def _themes() -> dict[str, dict[str, str]]:
    bare = re.sub(r"/\*.*?\*/", "", SHEET, flags=re.S)
    light, dark = re.findall(r"\{(.*?)\}", bare, flags=re.S)
    found = {}
    values: dict[str, str] = {}
    for name, block in (("light", light), ("dark", dark)):
        values = {**values, **dict(re.findall(r"--sc-([\w-]+):\s*([^;]+);", block))}
        found[name] = values
    return found


THEMES = _themes()


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two opaque colours."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_of_known_pairs() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(theme: str, ink: str, ground: str) -> None:
    values = THEMES[theme]
    assert contrast(values[ink], values[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_controls_can_be_seen(theme: str, edge: str, ground: str) -> None:
    values = THEMES[theme]
    assert contrast(values[edge], values[ground]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_parts_of_a_score_run_in_one_direction(theme: str) -> None:
    steps = [_luminance(THEMES[theme][f"part-{n}"]) for n in range(1, 7)]
    assert steps == sorted(steps, reverse=theme == "dark")


def test_tokens_hold_custom_properties_only() -> None:
    bare = re.sub(r"/\*.*?\*/", "", SHEET, flags=re.S)
    for block in re.findall(r"\{(.*?)\}", bare, flags=re.S):
        names = [line.split(":")[0].strip() for line in block.split(";") if line.strip()]
        assert all(name.startswith("--sc-") for name in names)


def test_every_token_that_sheets_use_exists() -> None:
    used = set()
    for sheet in (ROOT / "static/css").glob("*.css"):
        used |= set(re.findall(r"var\(--sc-([\w-]+)", sheet.read_text(encoding="utf-8")))
    for page in (ROOT / "templates").rglob("*.html"):
        used |= set(re.findall(r"var\(--sc-([\w-]+)", page.read_text(encoding="utf-8")))
    assert used <= set(THEMES["light"])
