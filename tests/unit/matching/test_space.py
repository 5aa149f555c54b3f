"""The skill space keeps scikit-learn's rules and puts together what belongs together."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.utils.estimator_checks import parametrize_with_checks

from talentmarket.matching.kinship import Kinship
from talentmarket.matching.space import SkillSpace
from talentmarket.matching.training import documents
from talentmarket.taxonomy.model import get_taxonomy


@parametrize_with_checks([SkillSpace(n_components=2, min_df=1)])
def test_estimator_rules(estimator, check):  # type: ignore[no-untyped-def]
    check(estimator)


@pytest.fixture(scope="module")
def planted() -> sp.csr_matrix:
    """Two fields of six skills each, and one skill that stands everywhere."""
    random = np.random.default_rng(7)
    rows = np.zeros((600, 13))
    for number, line in enumerate(rows):
        start = 0 if number % 2 else 6
        line[start + random.choice(6, 3, replace=False)] = 1
        line[12] = random.random() < 0.8
    return sp.csr_matrix(rows)


def test_skills_of_one_field_lie_close(planted: sp.csr_matrix) -> None:
    space = SkillSpace(n_components=8, min_df=2).fit(planted)
    (near,) = space.nearness(slice(0, 1))
    assert near[1:6].min() > near[6:12].max() + 0.3


def test_rare_skills_get_no_vector(planted: sp.csr_matrix) -> None:
    rows = sp.hstack([planted, sp.csr_matrix(([1.0], ([0], [0])), shape=(600, 1))], format="csr")
    space = SkillSpace(n_components=8, min_df=5).fit(rows)
    assert not space.components_[13].any()
    assert space.idf_[13] > space.idf_[12]


def test_people_are_unit_means(planted: sp.csr_matrix) -> None:
    space = SkillSpace(n_components=8).fit(planted)
    placed = space.transform(planted[:20])
    assert np.allclose(np.linalg.norm(placed, axis=1), 1)
    assert not space.transform(sp.csr_matrix((1, 13))).any()


def test_same_seed_same_space(planted: sp.csr_matrix) -> None:
    one, two = (SkillSpace(random_state=3).fit(planted).components_ for _ in range(2))
    assert np.array_equal(one, two)


def test_documents_from_pairs() -> None:
    found = documents([(5, "a"), (5, "b"), (9, "b"), (9, "unknown")], {"a": 0, "b": 1})
    assert found.toarray().tolist() == [[1, 1], [0, 1]]


def test_edges_give_neighbours_without_a_model() -> None:
    kinship = Kinship(get_taxonomy())
    near = {item.skill: item for item in kinship.similar("spark", 20)}
    assert near["spark-streaming"].why == "narrower"
    assert near["flink"].why == "related"
    assert kinship.nearest("spark", ["photoshop"]) is None
    assert kinship.weight("spark") == kinship.weight("abap") == 1.0
