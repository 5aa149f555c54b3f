"""Whether a score serves groups of people alike, asked of groups that are made for the question.

The exchange keeps neither sex nor age, so nothing can be counted by them. What can be asked is what
the score would do to habits that research and practice ascribe to a group: half of the people, drawn
by lot, are given the habit, and the lists of many jobs are made anew; then the other half, so that who
happened to be drawn cancels out. `HABITS` says what each one is; they are assumptions, chosen large
enough to be seen, not measurements of anybody.

Selection is standing among the first of a list. The four-fifths rule (29 CFR 1607.4 D, used as a
yardstick, not as law here) asks that no group's rate be below .8 of the other's. The AUC says how
well the group can be told from what a score reads: .5 is a coin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace

import numpy as np

from talentmarket.matching.kinship import Kinship
from talentmarket.matching.tables import Flags, Floats, Jobs, Lists, People
from talentmarket.matching.vector import Scores, score_all
from talentmarket.matching.weights import Weights

#: Places of a list that count as selected.
FIRST = 10
FOUR_FIFTHS = 0.8
#: Fewer people than this in a group say nothing of it.
FEWEST = 30
#: Fen: people ask for whole five hundreds.
PAY_STEP = 50_000
_FOLDS = 5

Dice = np.random.Generator


@dataclass(frozen=True)
class Habit:
    """Something one half of the people does; `change` gives it to those of the mask."""

    name: str
    says: str
    change: Callable[[People, Flags, Dice], People]


@dataclass(frozen=True)
class Found:
    """What became of those with the habit beside those without, in lists of `pairs` in all.

    `rate_with`, `rate_without`: share of the pairs that pass the hard conditions and stand among the
    first; `ratio`: the first by the second. `rank_with`, `rank_without`: mean place in the lists, 0
    the first, 1 the last. `auc`: how well the halves are told apart by what a score reads.
    """

    habit: str
    pairs: int
    rate_with: float
    rate_without: float
    ratio: float
    four_fifths: bool
    rank_with: float
    rank_without: float
    auc: float

    def as_dict(self) -> dict[str, object]:
        """For a card: rounded to four places."""
        return {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }


def audit(
    people: People,
    jobs: Iterable[Jobs],
    kinship: Kinship,
    year: int,
    seed: int = 0,
    weights: Weights | None = None,
) -> list[Found]:
    """What each habit does. `jobs`: one table of a single job each; `weights`: None for the table.

    Raises ValueError with too few people for two groups.
    """
    if len(people.ids) < 2 * FEWEST:
        raise ValueError(f"{len(people.ids)} people are too few for two groups of {FEWEST}")
    postings = list(jobs)
    found = []
    for number, habit in enumerate(HABITS):
        dice = np.random.default_rng([seed, number])
        half = np.zeros(len(people.ids), dtype=np.bool_)
        half[dice.permutation(len(half))[: len(half) // 2]] = True
        counts = _Counts()
        for has in (half, ~half):
            changed = habit.change(people, has, dice)
            for job in postings:
                counts.add(score_all(job, changed, kinship, year, weights), has)
        found.append(counts.found(habit, told_apart(changed, has, year)))
    return found


class _Counts:
    """Pairs that pass the hard conditions, without the habit and with it."""

    def __init__(self) -> None:
        self.seen, self.first, self.places = np.zeros(2), np.zeros(2), np.zeros(2)

    def add(self, scores: Scores, has: Flags) -> None:
        """Count the list of one job."""
        order = _order(scores)
        group = has[order].astype(np.int64)
        last = max(len(order) - 1, 1)
        self.seen += np.bincount(group, minlength=2)
        self.first += np.bincount(group[:FIRST], minlength=2)
        self.places += np.bincount(group, np.arange(len(order)) / last, minlength=2)

    def found(self, habit: Habit, auc: float) -> Found:
        """The counts as rates."""
        rates, ranks = (
            np.divide(it, self.seen, out=np.zeros(2), where=self.seen > 0)
            for it in (self.first, self.places)
        )
        ratio = float(rates[1] / rates[0]) if rates[0] else float(rates[1] == 0)
        return Found(
            habit=habit.name,
            pairs=int(self.seen.sum()),
            rate_with=float(rates[1]),
            rate_without=float(rates[0]),
            ratio=ratio,
            four_fifths=min(ratio, 1 / ratio if ratio else 0.0) >= FOUR_FIFTHS,
            rank_with=float(ranks[1]),
            rank_without=float(ranks[0]),
            auc=auc,
        )


def _order(scores: Scores) -> np.ndarray:
    """The numbers of those who pass the hard conditions, as a list shows them."""
    standing = list(scores.standings())
    kept = [n for n, one in enumerate(standing) if one.total is not None and not one.hard_failed]
    return np.array(sorted(kept, key=lambda n: standing[n].order), dtype=np.int64)


# -- proxies -------------------------------------------------------------------------------------
def features(people: People, year: int) -> Floats:
    """People × what a score reads of each, summed up: levels, years, freshness, wishes."""
    counts = np.maximum(people.skills.counts, 1)
    rows = people.skills.rows

    def mean(column: Floats) -> Floats:
        known = ~np.isnan(column)
        total = np.bincount(rows[known], column[known], minlength=len(people.ids))
        number = np.bincount(rows[known], minlength=len(people.ids))
        return np.where(number > 0, total / np.maximum(number, 1), np.nan)

    columns = (
        people.education, people.years, people.moves, people.pay, people.start_days,
        people.education_verified, people.years_verified, people.skills.counts,
        people.occupations.counts, people.places.counts, mean(people.level),
        mean(people.skill_years), mean(year - people.last_used),
        np.bincount(rows, people.verified, minlength=len(people.ids)) / counts,
    )  # fmt: skip
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)


def told_apart(people: People, has: Flags, year: int) -> float:
    """AUC of a model that tells the two groups apart by :func:`features`, on people it did not see."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import cross_val_predict

    model = HistGradientBoostingClassifier(max_iter=60, random_state=0)
    known = _sayable(features(people, year))
    said = cross_val_predict(model, known, has, cv=_FOLDS, method="predict_proba")
    return float(roc_auc_score(has, said[:, 1]))


def _sayable(columns: Floats) -> Floats:
    """What so few say that one fold may hold all of it becomes a value of its own: the model knows
    what is missing only beside something that is not."""
    few = (~np.isnan(columns)).sum(axis=0) <= -(-len(columns) // _FOLDS) + 1
    return np.where(few & np.isnan(columns), -1.0, columns)


# -- habits --------------------------------------------------------------------------------------
def _nothing(people: People, has: Flags, dice: Dice) -> People:
    return people


def _modest(people: People, has: Flags, dice: Dice) -> People:
    rows = has[people.skills.rows]
    lower = rows & (dice.random(len(rows)) < 0.3)
    level = np.where(lower, np.maximum(1.0, people.level - 1), people.level)
    pay = np.where(has, _whole(people.pay * 0.9), people.pay)
    told = ~(rows & ~people.verified & (dice.random(len(rows)) < 0.1))
    return _with_skills(replace(people, level=level, pay=pay), told)


def _whole(pay: Floats) -> Floats:
    """Pay as people say it: no habit is to be told by its odd amounts."""
    return np.asarray(np.round(pay / PAY_STEP) * PAY_STEP)


def _interrupted(people: People, has: Flags, dice: Dice) -> People:
    away = has & (dice.random(len(has)) < 0.5)
    months = dice.integers(1, 4, len(has)) * 10  # in tenths of a year
    years = np.where(away, np.maximum(0.0, people.years - months), people.years)
    rows = away[people.skills.rows]
    used = np.where(rows, people.last_used - 2, people.last_used)
    return replace(people, years=years, last_used=used)


def _older(people: People, has: Flags, dice: Dice) -> People:
    rows = has[people.skills.rows]
    long_ago = rows & (dice.random(len(rows)) < 0.3)
    return replace(
        people,
        years=np.where(has, people.years + 150, people.years),
        pay=np.where(has, _whole(people.pay * 1.25), people.pay),
        skill_years=np.where(rows, people.skill_years + 50, people.skill_years),
        last_used=np.where(long_ago, people.last_used - 4, people.last_used),
    )


def _unproven(people: People, has: Flags, dice: Dice) -> People:
    return replace(
        people,
        verified=people.verified & ~has[people.skills.rows],
        education_verified=people.education_verified & ~has,
        years_verified=people.years_verified & ~has,
    )


def _with_skills(people: People, kept: Flags) -> People:
    """Without the skills that the mask leaves out."""
    held = people.skills
    counts = np.bincount(held.rows[kept], minlength=len(people.ids))
    start = np.concatenate(([0], np.cumsum(counts)))
    return replace(
        people,
        skills=Lists(start, held.codes[kept], held.names),
        level=people.level[kept],
        skill_years=people.skill_years[kept],
        last_used=people.last_used[kept],
        verified=people.verified[kept],
    )


HABITS = (
    Habit("none", "nothing: what the lot alone does", _nothing),
    Habit(
        "modest",
        "three of ten levels one lower, a tenth of the unproven skills left out, a tenth less pay",
        _modest,
    ),
    Habit(
        "interrupted",
        "half of them one to three years less, skills last used two years earlier",
        _interrupted,
    ),
    Habit(
        "older",
        "fifteen years more, five of each skill, three of ten last used four years earlier, a quarter"
        " more pay",
        _older,
    ),
    Habit("unproven", "nothing of it verified by anybody", _unproven),
)
