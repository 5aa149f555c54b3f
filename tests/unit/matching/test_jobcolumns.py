"""What is kept of jobs: at one version, within its bytes, by many threads at once."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from talentmarket.matching import jobcolumns
from talentmarket.matching.jobcolumns import ROW_BYTES, Memory
from talentmarket.matching.tables import Jobs, jobs
from talentmarket.taxonomy.model import get_taxonomy

SKILLS = [f"skill-{number}" for number in range(40)]


def any_jobs(names: list[str], seed: int) -> Jobs:
    """Jobs whose skills come in any order and number, some of them none."""
    chance = random.Random(seed)
    posts = [
        (
            one,
            chance.choice([None, 5]),
            chance.choice([None, 3]),
            chance.choice([None, 2_000_000]),
            chance.choice([None, "2-02-38-03"]),
            chance.choice([None, "onsite", "remote"]),
        )
        for one in names
    ]
    asked = [
        (row, skill, chance.random() < 0.5, chance.choice([None, 1, 4]), chance.choice([None, 2]))
        for row in range(len(names))
        for skill in chance.sample(SKILLS, chance.randrange(6))
    ]
    places = [(row, code) for row in range(len(names)) for code in chance.sample("abc", row % 3)]
    return jobs(posts, asked, places)


def same(one: Jobs, other: Jobs) -> bool:
    lists = ((one.places, other.places), (one.skills, other.skills))
    columns = ("education", "years", "pay", "mode", "must", "level", "skill_years")
    return (
        (one.ids, one.occupation) == (other.ids, other.occupation)
        and all(mine.names == theirs.names for mine, theirs in lists)
        and all(np.array_equal(mine.start, theirs.start) for mine, theirs in lists)
        and all(np.array_equal(mine.codes, theirs.codes) for mine, theirs in lists)
        and all(
            np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
            and getattr(one, name).dtype == getattr(other, name).dtype
            for name in columns
        )
    )


def test_joined_is_what_was_packed():
    memory = Memory(get_taxonomy())
    for seed in range(20):
        names = [f"job-{seed}-{number}" for number in range(seed)]
        told = any_jobs(names, seed)
        versions = dict.fromkeys(names, 1)
        assert same(memory.joined(memory.keep(told, versions)), told)
        assert same(memory.joined(memory.take(versions)), told)


def test_another_version_is_not_given():
    memory = Memory(get_taxonomy())
    memory.keep(any_jobs(["a", "b"], 1), {"a": (1, "x"), "b": (1, "x")})
    assert set(memory.take({"a": (1, "x"), "b": (1, "y"), "c": (1, "x")})) == {"a"}
    memory.keep(any_jobs(["b"], 2), {"b": (1, "y")})
    assert set(memory.take({"a": (1, "x"), "b": (1, "y")})) == {"a", "b"}
    assert len(memory) == 2


def test_those_not_asked_for_the_longest_go_first():
    memory = Memory(get_taxonomy(), most=4 * (ROW_BYTES + 500))
    for name in "abcd":
        memory.keep(any_jobs([name], 1), {name: 1})
    held = len(memory)
    assert held == 4
    assert memory.take({"a": 1})
    for number in range(20):
        memory.keep(any_jobs([f"{number}"], 1), {f"{number}": 1})
        assert memory.bytes <= memory.most
        assert memory.take({"a": 1})
    assert not memory.take(dict.fromkeys("bcd", 1))
    small = Memory(get_taxonomy(), most=10)  # less than one: it is told, and not kept
    assert same(small.joined(small.keep(any_jobs(["a"], 1), {"a": 1})), any_jobs(["a"], 1))
    assert (len(small), small.bytes) == (0, 0)


def test_it_ends_with_its_vocabulary_and_with_too_many_names(monkeypatch):
    taxonomy = get_taxonomy()
    memory = Memory(taxonomy)
    assert memory.serves(taxonomy)
    assert not Memory(object()).serves(taxonomy)
    monkeypatch.setattr(jobcolumns, "MOST_NAMES", 2)
    memory.keep(any_jobs(["a", "b", "c"], 3), dict.fromkeys("abc", 1))
    assert not memory.serves(taxonomy)


def test_many_threads_keep_take_and_forget_at_once():
    told = {seed: any_jobs([f"job-{seed}-{n}" for n in range(30)], seed) for seed in range(12)}
    one = Memory(get_taxonomy())
    one.keep(told[0], dict.fromkeys(told[0].ids, 1))
    memory = Memory(get_taxonomy(), most=one.bytes * 4)  # about a third of all

    def work(turn: int) -> bool:
        jobs = told[turn % 12]
        versions = dict.fromkeys(jobs.ids, 1)
        found = memory.take(versions)
        if len(found) < len(versions):
            found = memory.keep(jobs, versions)
        return same(memory.joined({name: found[name] for name in jobs.ids}), jobs)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(work, range(600)))
    assert 0 < memory.bytes <= memory.most
