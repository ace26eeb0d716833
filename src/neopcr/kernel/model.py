"""A fitted model as plain numbers: members, their blend and the recalibration line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from neopcr.specs import FloatArray

MAX_DEPTH = 6
"""Splits on the longest path of a tree; the tables of a deeper tree would not be small."""


@dataclass(frozen=True, slots=True, eq=False)
class LinearMember:
    r"""Linear predictor whose contributions are known feature by feature.

    .. math:: \mathrm{logit} = a + \sum_j \phi_j, \qquad
        \phi_j = o_j + b_j x_j \text{ where } x_j \text{ is present, else } m_j

    The offsets :math:`o_j` make every feature's mean contribution over the training patients 0.

    Parameters
    ----------
    intercept : float
        Logit of the average training patient, :math:`a`.
    offset, coefficient, missing : float arrays of shape (n_features,)
        :math:`o`, :math:`b` and :math:`m`, in logits.
    """

    intercept: float
    offset: FloatArray
    coefficient: FloatArray
    missing: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """One binary tree, its nodes in any order but for the root, which is node 0.

    Parameters
    ----------
    left, right : int32 arrays of shape (n_nodes,)
        Children of a split; -1 at a leaf.
    feature : int32 array of shape (n_nodes,)
        Feature a split looks at.
    threshold : float32 array of shape (n_nodes,)
        ``float32(x) < threshold`` goes left, as in xgboost.
    default_left : bool array of shape (n_nodes,)
        Whether a missing value goes left.
    value : float64 array of shape (n_nodes,)
        Logits that a leaf adds.
    cover : float64 array of shape (n_nodes,)
        Training weight that reached a node; a path-dependent SHAP value averages by it.
    """

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    default_left: NDArray[np.bool_]
    value: FloatArray
    cover: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class TreeMember:
    """Sum of trees; `base` is the logit they start from."""

    base: float
    trees: tuple[Tree, ...]


Member = LinearMember | TreeMember


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    r"""Blend of members, recalibrated by a line.

    .. math:: \mathrm{logit}(p) = a + b \sum_m w_m z_m(x), \qquad \sum_m w_m = 1

    Parameters
    ----------
    n_features : int
        Features that members see: those of the matrix that no score takes, in its order, then the
        scores.
    members : tuple of Member
        What gives :math:`z_m`.
    weights : tuple of float
        :math:`w_m`.
    intercept, slope : float
        :math:`a` and :math:`b`.
    reduced : tuple of Reduced
        What scores the rows that lack whole blocks of features, in its place.
    scores : tuple of Score
        Wide blocks of the matrix, each of which members see as one feature.
    """

    n_features: int
    members: tuple[Member, ...]
    weights: tuple[float, ...]
    intercept: float
    slope: float
    reduced: tuple[Reduced, ...] = ()
    scores: tuple[Score, ...] = ()

    @property
    def n_inputs(self) -> int:
        """Columns of the matrix it reads."""
        taken = sum(len(each.features) for each in self.scores)
        return self.n_features - len(self.scores) + taken


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    r"""Weighted sum of many columns of the matrix, which members see as one feature.

    .. math:: s = \sum_g b_g (x_g - c_g)

    over the columns that are known; missing where none is.

    Parameters
    ----------
    features : int64 array of shape (n_taken,)
        Their places in the matrix, ascending.
    centre, coefficient : float arrays of shape (n_taken,)
        :math:`c`, the mean of the training patients, and :math:`b`.
    """

    features: NDArray[np.int64]
    centre: FloatArray
    coefficient: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """A model that was fitted without some blocks, for the rows that lack them.

    A row is scored by the model without the most features, of those whose blocks it lacks. What
    lacking a block does to the average patient's logit is the contribution of that block.

    Parameters
    ----------
    blocks : tuple of tuple of int
        Features of each block; a row lacks it when all of them are missing.
    model : Model
        Of as many features as the whole model, these among them; nothing is reduced in it, and its
        scores are those of the whole model.
    """

    blocks: tuple[tuple[int, ...], ...]
    model: Model
