"""What each boost of search is worth: one at a time off, halved and doubled.

::

    python -m tools.judged.boosts [--only NAME …] [--categories FILE [--postings FILE …]]

Asks the judged queries, or with `--categories` the postings of a file for the categories their
recruiters gave them, as :command:`flask evaluate` does. One line of JSON for each change: nDCG@10
minus that of the values as they stand. The sealed third is reported apart and decides nothing.
The figures stand in docs/relevance.md.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import fmean
from types import MappingProxyType, ModuleType
from typing import Any
from unittest.mock import patch

import click

from search import evaluation, fields, query
from search.fields import Kind, Text
from talentmarket import create_app
from talentmarket.cli.model import learn
from talentmarket.cli.workshop import say, tell, temporary_site
from talentmarket.core.uow import unit_of_work
from talentmarket.discovery import nearness, order, translating
from talentmarket.discovery.evaluating import categories as judged_categories
from talentmarket.discovery.evaluating import documents, judgements
from talentmarket.indexing.engine import handle
from talentmarket.indexing.rebuild import rebuild

DEPTH = 10
LEAST = 1e-9  # what differs by less is the same order summed in another way
CHANGES = {"off": 0.0, "half": 0.5, "double": 2.0}
OPEN, SEALED = "open", "sealed"
Change = AbstractContextManager[Any]
#: Part of a set → query → nDCG@10.
Measured = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Boost:
    """One number of the table. `times(factor)`: within the block search uses that much of it.

    `changes`: those that mean something for it.
    """

    name: str
    value: float
    times: Callable[[float], Change]
    changes: tuple[str, ...] = tuple(CHANGES)


def boosts() -> list[Boost]:
    """Every boost that lifts in a search by words, by the name it has in docs/relevance.md."""
    return [*_texts(), *_constants(), _quarters(), *_of_order()]


# -- the numbers -----------------------------------------------------------------------------------
#: Name → the texts that carry this boost. Names of organisations are asked by no judged query.
TEXTS = {
    "title, headline": {(Kind.JOB, "title"), (Kind.TALENT, "headline")},
    "occupation names": {(Kind.JOB, "occupation_names"), (Kind.TALENT, "occupation_names")},
    "employer": {(Kind.JOB, "employer_name")},
    "skills of a talent": {(Kind.TALENT, "skill_names")},
    "skills of a job": {(Kind.JOB, "skill_names")},
    "description, free text": {(Kind.JOB, "description"), (Kind.TALENT, "text")},
}
LEARNED = "category"  # nothing to measure where no categories were learned
CONSTANTS = {
    "gate share": (query, "GATE_SHARE"),
    "skill": (translating, "CONCEPT_WEIGHT"),
    "occupation": (translating, "OCCUPATION_WEIGHT"),
    "employer that was understood": (translating, "EMPLOYER_WEIGHT"),
    "shared occupation": (translating, "SHARED_OCCUPATION_WEIGHT"),
    "sub-class": (translating, "SUBCLASS_WEIGHT"),
    "wider skill": (translating, "WIDER_SKILL_WEIGHT"),
    "level": (translating, "LEVEL_WEIGHT"),
    LEARNED: (translating, "CATEGORY_WEIGHT"),
    "inside an area": (translating, "INSIDE_AREA_WEIGHT"),
    "title as a whole": (nearness, "TITLE"),
    "skills of the first": (nearness, "SKILLS"),
}


def _texts() -> Iterator[Boost]:
    for name, places in TEXTS.items():
        kind, field = min(places)
        found = fields.SCHEMAS[kind].get(field)
        assert isinstance(found, Text)
        yield Boost(name, found.boost, partial(_texts_times, places))


def _texts_times(places: set[tuple[Kind, str]], factor: float) -> Change:
    """The schemas that the plan of a request is made from; what is indexed has no boosts."""
    changed = {
        kind: replace(
            schema,
            fields=tuple(
                replace(one, boost=one.boost * factor)
                if isinstance(one, Text) and (kind, one.name) in places
                else one
                for one in schema.fields
            ),
        )
        for kind, schema in fields.SCHEMAS.items()
    }
    return patch.object(query, "SCHEMAS", changed)


def _constants() -> Iterator[Boost]:
    for name, (module, attribute) in CONSTANTS.items():
        value: float = getattr(module, attribute)
        yield Boost(name, value, partial(_constant_times, module, attribute, value))


def _constant_times(module: ModuleType, attribute: str, value: float, factor: float) -> Change:
    return patch.object(module, attribute, value * factor)


def _quarters() -> Boost:
    """Off: only the exact concept scores; near, wider and implied ones still let in."""
    return Boost(
        "concept weight in quarters",
        max(fields.CONCEPT_WEIGHTS),
        lambda _: patch.object(query, "CONCEPT_WEIGHTS", (max(fields.CONCEPT_WEIGHTS),)),
        changes=("off",),
    )


def _of_order() -> Iterator[Boost]:
    for name, most in order.BOOSTS.items():
        yield Boost(name, most, partial(_order_times, name))


def _order_times(name: str, factor: float) -> Change:
    changed = {**order.BOOSTS, name: order.BOOSTS[name] * factor}
    return patch.object(order, "BOOSTS", MappingProxyType(changed))


# -- measuring -------------------------------------------------------------------------------------
@contextmanager
def judged_site() -> Iterator[Callable[[], Measured]]:
    """The judged documents, indexed; yields what asks every query with an answer once."""
    grades = judgements.qrels()
    queries = [one for one in judgements.queries() if any(grades.get(one.id, {}).values())]

    def measure() -> Measured:
        found: dict[str, dict[str, float]] = {OPEN: {}, SEALED: {}}
        for one in queries:
            rows = judgements.search(one, searcher, DEPTH)
            part = SEALED if one.sealed else OPEN
            found[part][one.id] = evaluation.ndcg(rows, grades[one.id], DEPTH)
        return found

    with temporary_site():
        with unit_of_work() as session:
            searcher = documents.load(session)
        with handle().writer() as backend:
            rebuild(backend)
        yield measure


@contextmanager
def sorted_site(file: Path, learned_from: Sequence[Path]) -> Iterator[Callable[[], Measured]]:
    """The postings of a file, indexed; yields what asks for every category once."""
    judged = judged_categories.read(file)
    queries = judged_categories.asked(judged.categories)
    relevant = judged_categories.qrels(judged.categories, queries)

    def measure() -> Measured:
        found = {query: judged_categories.search(query, DEPTH) for query in queries}
        return {
            OPEN: {
                query: evaluation.ndcg(rows, relevant[query], DEPTH)
                for query, rows in found.items()
            }
        }

    with temporary_site(), tempfile.TemporaryDirectory() as folder:
        if learned_from:
            learn(learned_from, keep=False)
        judged_categories.bring_in(judged, Path(folder))
        with handle().writer() as backend:
            rebuild(backend)
        yield measure


def compared(before: Measured, after: Measured) -> dict[str, float | int]:
    """The change of the mean of each part, and of how many open queries it is better or worse."""
    found: dict[str, float | int] = {
        part: round(_mean(after[part]) - _mean(before[part]), 4) for part in before
    }
    moves = [after[OPEN][one] - value for one, value in before[OPEN].items()]
    found["better"] = sum(move > LEAST for move in moves)
    found["worse"] = sum(move < -LEAST for move in moves)
    return found


def _mean(values: Mapping[str, float]) -> float:
    return fmean(values.values()) if values else 0.0


_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command()
@click.option("--only", multiple=True, help="Only this boost (repeatable).")
@click.option("--categories", "file", type=_FILE, help="Ask this file instead of the judged set.")
@click.option("--postings", multiple=True, type=_FILE, help="Learn categories from it first.")
def main(only: tuple[str, ...], file: Path | None, postings: tuple[Path, ...]) -> None:
    """What each boost of search is worth; JSON lines, the values as they stand first."""
    chosen = [boost for boost in boosts() if not only or boost.name in only]
    if len(chosen) < len(set(only)):
        raise click.ClickException(f"the boosts are: {', '.join(one.name for one in boosts())}")
    site = judged_site() if file is None else sorted_site(file, postings)
    if not postings:
        chosen = [boost for boost in chosen if boost.name != LEARNED]
    with create_app().app_context(), site as measure:
        before = measure()
        tell(**{f"ndcg@10 {part}": round(_mean(values), 4) for part, values in before.items()})
        for boost in chosen:
            say(boost.name)
            for name in boost.changes:
                with boost.times(CHANGES[name]):
                    after = measure()
                tell(boost=boost.name, value=boost.value, change=name, **compared(before, after))


if __name__ == "__main__":
    main()
