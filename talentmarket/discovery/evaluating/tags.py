"""Are the tags proposed that an employer gave a posting? Learned from one file, asked of another.

Lines of JSON: `group` (the employer), `title`, `description`, `tags`. The tags of the second file
are looked at only when the lists are judged. An employer that stands in both files has taught its
own tags: the closing line says how many postings of the second file are of such.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from search import evaluation
from search.analysis import fold
from talentmarket.matching.tagging.model import Tagged, TagModel


class NoTags(Exception):
    """The file holds no tagged postings; the message says what is wrong."""


def read(path: Path) -> list[Tagged]:
    """The tagged postings of a file; postings without tags are left out. Raises :class:`NoTags`."""
    found = []
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    found.append(_posting(line, f"{path.name}:{number}"))
    except (OSError, UnicodeDecodeError) as error:
        raise NoTags(f"{path.name} cannot be read") from error
    tagged = [one for one in found if one.tags]
    if not tagged:
        raise NoTags(f"{path.name} holds no tagged postings")
    return tagged


def _posting(line: str, place: str) -> Tagged:
    try:
        said = json.loads(line)
    except ValueError as error:
        raise NoTags(f"{place}: not a line of JSON") from error
    fields = ("group", "title", "description")
    if (
        not isinstance(said, dict)
        or not all(isinstance(said.get(name), str) for name in fields)
        or not isinstance(said.get("tags"), list)
        or not all(isinstance(tag, str) for tag in said["tags"])
    ):
        raise NoTags(f"{place}: group, title, description and a list of tags are wanted")
    tags = frozenset(kept for tag in said["tags"] if (kept := _tag(tag)))
    return Tagged(said["group"], said["title"], said["description"], tags)


def _tag(text: str) -> str:
    """A tag as it is learned and judged: Java and java are one."""
    return " ".join(fold(text).split())


def learn(postings: Sequence[Tagged]) -> TagModel:
    """The model of the tags. Raises :class:`NoTags` where nothing can be learned."""
    try:
        return TagModel().fit(postings)
    except ValueError as error:
        raise NoTags(str(error)) from error


def propose(model: TagModel, postings: Sequence[Tagged], depth: int) -> dict[str, list[str]]:
    """Posting, named by its place → tags, best first. The model is given no tags."""
    asked = [one._replace(tags=frozenset()) for one in postings]
    return {
        str(row): [tag for tag, _ in ranked[:depth]] for row, ranked in enumerate(model.rank(asked))
    }


def results(
    learned: Sequence[Tagged], asked: Sequence[Tagged], found: evaluation.Run
) -> dict[str, Any]:
    """The measures. `known`: share of the tags that some learned posting carries;
    `taught`: postings of employers that were learned from as well."""
    qrels = {str(row): dict.fromkeys(one.tags, 1) for row, one in enumerate(asked)}
    tags = {tag for one in learned for tag in one.tags}
    employers = {one.group for one in learned}
    return {
        "recall@10": round(evaluation.mean_recall(qrels, found, 10), 4),
        "map": round(evaluation.mean_average_precision(qrels, found), 4),
        "ndcg@10": round(evaluation.mean_ndcg(qrels, found, 10), 4),
        "known": round(sum(len(one.tags & tags) / len(one.tags) for one in asked) / len(asked), 4),
        "taught": sum(one.group in employers for one in asked),
        "learned": len(learned),
        "queries": len(asked),
    }


def named(found: evaluation.Run) -> dict[str, list[str]]:
    """The lists as a file of runs can hold them: no spaces in a tag."""
    return {query: [tag.replace(" ", "_") for tag in tags] for query, tags in found.items()}
