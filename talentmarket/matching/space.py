"""The skill space: where skills that keep the same company lie close together.

Positive pointwise mutual information of skills that stand in the same profile or posting (with
context-distribution smoothing, Levy, Goldberg & Dagan 2015), then a truncated SVD. A person or a
job is the IDF-weighted mean of its skills' vectors.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.decomposition import TruncatedSVD
from sklearn.utils.validation import check_is_fitted, validate_data

Vectors = NDArray[np.float64]
#: Documents counted at once; skills whose neighbours are worked out at once.
BLOCK, ROWS = 50_000, 256


class SkillSpace(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # sklearn is untyped
    """Skill vectors from co-occurrence.

    Parameters
    ----------
    n_components : dimensions kept at most (fewer when there are fewer skills).
    smoothing : exponent of the context distribution; below 1 it lifts rare contexts less.
    shift : subtracted from the PMI before the negative part is cut off.
    min_df : skills seen in fewer documents get no vector: too little is known of their company.
    random_state : seed of the randomised SVD.

    Attributes
    ----------
    components_ : (n_skills, n_dims) unit vectors, zero rows for skills never seen.
    idf_ : (n_skills,) smoothed inverse document frequency, ≥ 1.
    n_documents_ : documents seen.
    """

    def __init__(
        self,
        n_components: int = 64,
        smoothing: float = 0.75,
        shift: float = 0.0,
        min_df: int = 5,
        random_state: int = 0,
    ) -> None:
        self.n_components = n_components
        self.smoothing = smoothing
        self.shift = shift
        self.min_df = min_df
        self.random_state = random_state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn from a matrix of documents × skills; anything above zero counts as "has it"."""
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64)
        counts = _together(sp.csr_matrix(X))
        self.n_documents_ = int(X.shape[0])
        frequency = counts.diagonal().astype(np.float64)
        self.idf_ = np.log((1.0 + self.n_documents_) / (1.0 + frequency)) + 1.0
        placed = self._embed(_ppmi(counts, self.smoothing, self.shift))
        self.components_ = _unit(placed * (frequency >= self.min_df)[:, None])
        return self

    def _embed(self, ppmi: sp.csr_matrix) -> Vectors:
        dims = min(self.n_components, ppmi.shape[0] - 1)
        if dims < 1 or ppmi.nnz == 0:
            return np.zeros((ppmi.shape[0], max(dims, 1)))
        svd = TruncatedSVD(dims, random_state=self.random_state)
        placed = svd.fit_transform(ppmi)
        # Half the weight of the singular values: W·Σ^½ serves similarity better than W·Σ.
        return np.asarray(placed / np.sqrt(np.maximum(svd.singular_values_, 1e-12)))

    def transform(self, X: Any) -> Vectors:
        """Documents as unit vectors: the IDF-weighted mean of their skills (zero when none)."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)
        return self.means(sp.csr_matrix(X))

    def means(self, X: sp.csr_matrix) -> Vectors:
        """The same of a matrix that needs no check, which would take longer than the product of one
        document."""
        shares = (X.data * self.idf_[X.indices], X.indices, X.indptr)
        return _unit(np.asarray(sp.csr_matrix(shares, X.shape) @ self.components_))

    def cut(self, size: int) -> SkillSpace:
        """The same space with its first dimensions alone."""
        check_is_fitted(self)
        found: SkillSpace = clone(self).set_params(n_components=size)
        for name, one in vars(self).items():
            if name.endswith("_"):
                setattr(found, name, one)
        found.components_ = _unit(self.components_[:, :size])
        return found

    def nearness(self, skills: slice) -> Vectors:
        """Cosines of some skills (by column number) to every skill, negative ones as 0."""
        check_is_fitted(self)
        return np.asarray(np.maximum(self.components_[skills] @ self.components_.T, 0.0))


def _together(X: sp.csr_matrix) -> NDArray[np.float32]:
    """In how many documents each two skills stand together, a skill with itself in all that have it.

    Block by block, so that nothing as large as the documents is held besides them. Whole numbers
    up to 2**24 are exact in single precision.
    """
    size = X.shape[1]
    counts = np.zeros((size, size), np.float32)
    for start in range(0, X.shape[0], BLOCK):
        seen = sp.csr_matrix(X[start : start + BLOCK] > 0, dtype=np.float32)
        found = (seen.T @ seen).tocoo()
        counts[found.row, found.col] += found.data
    return counts


def _ppmi(counts: NDArray[np.float32], smoothing: float, shift: float) -> sp.csr_matrix:
    """Row by row in blocks: the counts are the only square that is held. Clears their diagonal."""
    np.fill_diagonal(counts, 0)
    marginal = counts.sum(axis=1, dtype=np.float64)
    total = marginal.sum()
    size = len(counts)
    if total == 0:
        return sp.csr_matrix((size, size))
    context = marginal**smoothing
    context /= context.sum()
    blocks = []
    for start in range(0, size, ROWS):
        rows, columns = np.nonzero(counts[start : start + ROWS])
        pairs = counts[start : start + ROWS][rows, columns].astype(np.float64)
        pmi = np.log(pairs / total) - np.log(marginal[rows + start] / total)
        kept = np.maximum(pmi - np.log(context[columns]) - shift, 0.0)
        found = kept > 0
        shape = (min(ROWS, size - start), size)
        blocks.append(sp.csr_matrix((kept[found], (rows[found], columns[found])), shape))
    return sp.vstack(blocks, format="csr")


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.divide(vectors, norms, out=np.zeros_like(vectors), where=norms > 0))
