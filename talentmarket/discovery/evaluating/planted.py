"""An invented market in which it is known who is right for what: the planted truth.

What is assumed stands in docs/relevance.md ("Planted truth"); every number of it is a field of
:class:`World`. Nothing here comes from the program that is measured: no vocabulary, no weight, no
function. What somebody can do is drawn first; what a profile or a posting says of it is drawn from
that, with losses; who is right is told by what people can do and never by what they say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Levels = NDArray[np.int8]
Flags = NDArray[np.bool_]
Reals = NDArray[np.floating]

LEVELS = 4  # 1 knows it, 2 works with it, 3 leads in it, 4 teaches it


@dataclass(frozen=True)
class World:
    """How large the market is and what people are like in it; shares are probabilities."""

    people: int = 20_000
    jobs: int = 2_000

    fields: int = 10
    crafts: int = 4  # in each field
    own: int = 12  # skills of a craft
    common: int = 14  # skills of a field
    general: int = 40  # skills that any craft may have
    spellings: tuple[float, ...] = (0.4, 0.3, 0.2, 0.1)  # how often each name of a skill is used
    crowding: float = 0.5  # crafts are as common as rank^-crowding, skills of one as rank^-.7

    masters_first: float = 0.9  # the share who master the most common skill of their craft
    masters_last: float = 0.65  # and one that few need
    masters_common: float = 0.6
    masters_general: float = 0.2
    second_craft: float = 0.3  # the share with a second craft, 70 % of them in the same field
    masters_second: float = 0.5

    told_a: float = 2.0  # the share of what one masters that one names: Beta(told_a, told_b)
    told_b: float = 4.0
    boasts: float = 4.0  # skills named that are not mastered, on average
    level_told: float = 0.5
    level_wrong: float = 0.3  # a level that is told is one off

    needs_own: int = 6
    needs_common: int = 2
    needs_named: float = 0.4
    padding: float = 1.5  # general skills named that nobody needs, on average
    copied: float = 2.0  # any skills named that nobody needs, on average
    named_as_must: float = 0.8  # needs
    padded_as_must: float = 0.5  # what is not needed
    level_asked: float = 0.5

    right: float = 0.5  # of what a job needs, at its level: who has that much is right for it


class Side(NamedTuple):
    """What profiles or postings say: one entry for each skill named, sorted by document.

    `level` is 0 where none is told; `must` is True throughout on the people's side.
    """

    size: int
    document: Ints
    skill: Ints
    level: Ints
    must: Flags


class Market(NamedTuple):
    """What both sides say, the number of skill names, and `fit` (jobs × people, 0–1): how much of
    what a job needs a person masters at the level that it needs."""

    people: Side
    jobs: Side
    names: int
    fit: NDArray[np.float32]


class _Skills(NamedTuple):
    own: Ints  # crafts × skills
    common: Ints  # fields × skills
    general: Ints
    number: int


def market(seed: int, world: World | None = None) -> Market:
    """A market of its own for each seed."""
    world = world or World()
    chance = np.random.default_rng(seed)
    skills = _skills(world)
    crafts = world.fields * world.crafts
    share = chance.permutation(_falling(crafts, world.crowding))
    share /= share.sum()
    mastered = _mastered(chance, world, skills, share)
    popular = np.bincount(np.nonzero(mastered)[1], minlength=skills.number) ** 0.75
    popular /= popular.sum()
    people = _profiles(chance, world, mastered, popular)
    jobs, needs, level = _postings(chance, world, skills, share, popular)
    names = skills.number * len(world.spellings)
    return Market(people, jobs, names, _fit(needs, level, mastered))


def _falling(count: int, steep: float) -> Reals:
    """1 for the first, less for each after it."""
    return np.asarray(np.arange(1, count + 1, dtype=np.float64) ** -steep)


def _skills(world: World) -> _Skills:
    crafts = world.fields * world.crafts
    own = np.arange(crafts * world.own).reshape(crafts, world.own)
    common = own.size + np.arange(world.fields * world.common).reshape(world.fields, world.common)
    general = own.size + common.size + np.arange(world.general)
    return _Skills(own, common, general, own.size + common.size + world.general)


def _mastered(chance: np.random.Generator, world: World, skills: _Skills, share: Reals) -> Levels:
    """People × skills: the level that each has, 0 for what is not mastered."""
    count = world.people
    craft = chance.choice(len(share), count, p=share)
    near = craft // world.crafts * world.crafts + chance.integers(0, world.crafts, count)
    second = np.where(chance.random(count) < 0.7, near, chance.choice(len(share), count, p=share))
    has_second = chance.random(count) < world.second_craft
    ability = chance.normal(0.0, 1.0, count)
    found = np.zeros((count, skills.number), dtype=np.int8)

    def learn(which: Ints, odds: Reals, ability: Reals) -> None:
        has = chance.random(which.shape) < odds
        level = 2.4 + ability[:, None] + 0.5 * chance.normal(size=which.shape)
        whole = (np.clip(np.rint(level), 1, LEVELS) * has).astype(np.int8)
        rows = np.arange(count)[:, None]
        found[rows, which] = np.maximum(found[rows, which], whole)

    spread = _falling(world.own, 0.7)
    first, last = world.masters_first, world.masters_last
    odds = last + (first - last) * (spread - spread[-1]) / (spread[0] - spread[-1])
    learn(skills.own[craft], odds[None, :], 0.8 * ability)
    learn(skills.own[second], has_second[:, None] * world.masters_second, 0.8 * ability - 0.8)
    learn(skills.common[craft // world.crafts], np.array([[world.masters_common]]), 0.6 * ability)
    anywhere = world.masters_general * _falling(world.general, 0.35)
    learn(np.tile(skills.general, (count, 1)), anywhere[None, :], 0.4 * ability)
    return found


def _profiles(chance: np.random.Generator, world: World, mastered: Levels, popular: Reals) -> Side:
    """What people say: a share of what they master, and some that they do not."""
    told = chance.beta(world.told_a, world.told_b, world.people)
    named = (mastered > 0) & (chance.random(mastered.shape, dtype=np.float32) < told[:, None])
    boasts = chance.poisson(world.boasts, world.people)
    rows = np.repeat(np.arange(world.people), boasts)
    named[rows, chance.choice(len(popular), boasts.sum(), p=popular)] = True
    document, skill = np.nonzero(named)
    level = np.maximum(mastered[document, skill].astype(np.int64), 1)
    level = _told(chance, world, level, world.level_told)
    must = np.ones(len(skill), dtype=np.bool_)
    return Side(world.people, document, _spelt(chance, world, skill), level, must)


def _postings(
    chance: np.random.Generator, world: World, skills: _Skills, share: Reals, popular: Reals
) -> tuple[Side, Flags, Ints]:
    """What jobs say, what they need (jobs × skills), and at which level."""
    craft = chance.choice(len(share), world.jobs, p=share)
    level = np.clip(np.rint(1.7 + 0.8 * chance.normal(size=world.jobs)), 1, LEVELS).astype(np.int64)
    needs = np.zeros((world.jobs, skills.number), dtype=np.bool_)
    named = np.zeros_like(needs)
    of_own, of_common = _falling(world.own, 0.7), _falling(world.common, 0.7)
    of_general = _falling(world.general, 0.7)
    for job, one in enumerate(craft.tolist()):
        for some, odds, count in (
            (skills.own[one], of_own, world.needs_own),
            (skills.common[one // world.crafts], of_common, world.needs_common),
        ):
            needs[job, chance.choice(some, count, replace=False, p=odds / odds.sum())] = True
        needed = np.flatnonzero(needs[job])
        named[job, needed[chance.random(len(needed)) < world.needs_named]] = True
        padding = chance.poisson(world.padding)
        named[job, chance.choice(skills.general, padding, p=of_general / of_general.sum())] = True
        named[job, chance.choice(len(popular), chance.poisson(world.copied), p=popular)] = True
    document, skill = np.nonzero(named)
    asked = _told(chance, world, level[document], world.level_asked)
    odds = np.where(needs[document, skill], world.named_as_must, world.padded_as_must)
    must = chance.random(len(skill)) < odds
    side = Side(world.jobs, document, _spelt(chance, world, skill), asked, must)
    return side, needs, level


def _told(chance: np.random.Generator, world: World, level: Ints, share: float) -> Ints:
    """Levels as they are told: some one off, 0 for those that are not told."""
    off = np.where(
        chance.random(len(level)) < world.level_wrong, chance.choice((-1, 1), len(level)), 0
    )
    told = chance.random(len(level)) < share
    return np.where(told, np.clip(level + off, 1, LEVELS), 0)


def _spelt(chance: np.random.Generator, world: World, skill: Ints) -> Ints:
    """Each mention under one of the names that its skill has; nothing tells that they are one."""
    count = len(world.spellings)
    return skill * count + chance.choice(count, len(skill), p=world.spellings)


def _fit(needs: Flags, level: Ints, mastered: Levels) -> NDArray[np.float32]:
    """The mean over what a job needs of the level that a person has of it, at most the needed one."""
    found = np.zeros((len(needs), len(mastered)), dtype=np.float32)
    for needed in range(1, LEVELS + 1):
        jobs = level == needed
        share = np.minimum(mastered, needed).astype(np.float32) / needed
        asked = needs[jobs].astype(np.float32)
        found[jobs] = asked @ share.T / asked.sum(axis=1, keepdims=True)
    return found
