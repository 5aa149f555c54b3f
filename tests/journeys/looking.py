"""One load of a page, looked at in two forms: at a desk by day, on a phone by night.

Loading a page and asking axe about all of it twice is what makes such a walk long. What differs
between the forms is how wide the page is, what shows, the colours, and the room for a finger: the
second look asks for these, and asks everything of what the first form did not show. Colours and
sizes of a head or foot that stood on an earlier page word for word are known already.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.fixtures.browsers import AXE_TAGS, findings

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: What axe judges by the form: colours by the theme, the size of what is pressed by the width.
BY_FORM = ["color-contrast", "target-size"]
#: Higher than most pages: a bar that sticks to the screen would seem to hide what scrolls.
HIGH = 3000
#: The parts it gives back are heads and feet, to be known again: all but where their links lead.
LOOK = """async ([tags, byForm, known, first]) => {
  // What moves comes to its end first; one colour's end may be the next one's beginning.
  const moving = () => document.getAnimations().filter(
    (one) => Number.isFinite(one.effect.getComputedTiming().endTime));
  for (let all = moving(); all.length; all = moving()) {
    for (const one of all) one.finish();
    await new Promise(requestAnimationFrame);
  }
  const run = async (context, options) =>
    (await axe.run(context, {...options, resultTypes: ["violations"]})).violations;
  const parts = [...document.querySelectorAll("body > header, body > footer")].map(
    (part) => [part, part.outerHTML.replace(/ (?:href|action|value)="[^"]*"/g, "")]);
  const old = parts.filter(([, text]) => known.includes(text)).map(([part]) => part);
  const rest = {runOnly: tags, rules: Object.fromEntries(byForm.map((r) => [r, {enabled: false}]))};
  const shown = [...document.body.querySelectorAll("*")].filter(
    (one) => one.checkVisibility({visibilityProperty: true}));
  const found = await run({include: [document.documentElement], exclude: old}, {runOnly: byForm});
  if (first) {
    found.push(...await run(document, rest));
    window.shownBefore = new Set(shown);
  } else {
    const fresh = new Set(shown.filter(
      (one) => !window.shownBefore.has(one) && !old.some((part) => part.contains(one))));
    const tops = [...fresh].filter((one) => !fresh.has(one.parentElement));
    if (tops.length) found.push(...await run({include: tops}, rest));
  }
  return {
    wide: document.documentElement.scrollWidth - window.innerWidth,
    found,
    parts: parts.map(([, text]) => text),
  };
}"""
SWITCH = """theme => {
  document.cookie = `theme=${theme}; Path=/; SameSite=Lax`;
  document.dispatchEvent(new CustomEvent("theme:changed"));
}"""


@dataclass
class Form:
    """A theme at a width, and the heads and feet that were clean in it."""

    theme: str
    width: int
    known: list[str] = field(default_factory=list)

    def put_on(self, page: Page) -> None:
        """Show the page in this form, as its own switch does, and load the next one so."""
        page.set_viewport_size({"width": self.width, "height": HIGH})
        page.evaluate(SWITCH, self.theme)
        assert page.locator(f"html[data-bs-theme={self.theme}]").count() == 1

    def look(self, page: Page, *, first: bool) -> list[str]:
        """What is wrong with the page in this form."""
        tall = page.evaluate("document.documentElement.scrollHeight")
        if tall > HIGH:
            page.set_viewport_size({"width": self.width, "height": tall + 100})
        seen: dict[str, Any] = page.evaluate(LOOK, [AXE_TAGS, BY_FORM, self.known, first])
        wrong = findings(seen["found"])
        if seen["wide"] > 0:
            wrong.append(f"{seen['wide']} px too wide")
        if not wrong:
            self.known += [text for text in seen["parts"] if text not in self.known]
        return [f"{self.theme}, {self.width} px: {one}" for one in wrong]
