"""The size of a space is the one that completes documents it has not seen."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from talentmarket.matching import training
from talentmarket.matching.kinship import Kinship
from talentmarket.matching.space import SkillSpace
from talentmarket.matching.training import FEWEST, completed, fit
from talentmarket.taxonomy.model import Taxonomy


def drawn(count: int, seed: int, crafts: int = 30) -> sp.csr_matrix:
    """Documents of one of thirty crafts with eight skills each."""
    chance = np.random.default_rng(seed)
    rows = np.zeros((count, 8 * crafts))
    for number, line in enumerate(rows):
        line[8 * (number % crafts) + chance.choice(8, 4, replace=False)] = 1
    return sp.csr_matrix(rows)


SEEN, HELD = drawn(3_000, 1), drawn(300, 2)


def test_the_size_is_the_smallest_that_is_as_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "SIZES", (1, 32, 64))
    monkeypatch.setattr(training, "FIRST", 6)
    reached = {one: completed(SkillSpace(one).fit(SEEN), HELD) for one in training.SIZES}
    assert reached[1] < 0.9 * reached[32]
    space = fit(SEEN, HELD)
    assert completed(space, HELD) >= max(reached.values()) - 0.03
    assert space.n_components == space.components_.shape[1] == 32


def test_too_few_documents_choose_nothing() -> None:
    assert fit(SEEN, HELD[: FEWEST - 1]).n_components == SkillSpace().n_components
    assert fit(SEEN).n_components == SkillSpace().n_components


def test_what_was_never_seen_is_not_completed() -> None:
    nothing = fit(sp.csr_matrix((5, SEEN.shape[1])))
    assert completed(nothing, HELD) == 0
    assert completed(nothing, HELD[:0]) == 0
    assert completed(fit(SEEN), sp.csr_matrix(np.eye(8, SEEN.shape[1]))) == 0


def test_a_cut_space_is_that_of_fewer_dimensions() -> None:
    wide = SkillSpace(64).fit(SEEN)
    small = wide.cut(16)
    assert small.components_.shape == (SEEN.shape[1], 16)
    assert wide.components_.shape[1] == 64
    assert np.allclose(np.linalg.norm(small.components_, axis=1), 1)
    assert np.array_equal(small.idf_, wide.idf_)
    assert small.transform(HELD).shape == (300, 16)


def test_shared_contexts_are_told() -> None:
    codes = [f"s{n}" for n in range(SEEN.shape[1])]
    kinship = Kinship(Taxonomy((), (), (), (), {}, "t"), fit(SEEN, HELD), codes)
    near = kinship.similar("s0", 3)[0]
    assert near.why == "contexts"
    shared = kinship.shared("s0", near)
    assert shared
    assert {int(code[1:]) for code in shared} <= set(range(8)) - {0, int(near.skill[1:])}
    with pytest.raises(IndexError):
        kinship.similar("s-unknown")[0]
