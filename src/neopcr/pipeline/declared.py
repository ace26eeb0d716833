"""What a config's columns make possible: products across modalities, models of those who lack some."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from neopcr.specs import Block, Product

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

# Modalities do not know one another, so what crosses them is declared here, by name.
PRODUCTS: tuple[Product, ...] = (
    Product("pam_altered_x_hr_positive", ("pam_altered", "hr_positive")),
    Product(
        "pam_altered_x_hr_positive_x_dual_blockade",
        ("pam_altered", "hr_positive", "regimen_dual_blockade"),
    ),
)


# A set of blocks that so few patients lack gets no model of its own (the project's choice).
FEWEST_LACKING = 20


def products_for(feature_names: Collection[str]) -> tuple[Product, ...]:
    """Return the declared products whose factors are all among the features.

    >>> [product.name for product in products_for({"pam_altered", "hr_positive"})]
    ['pam_altered_x_hr_positive']
    """
    return tuple(p for p in PRODUCTS if set(p.factors) <= set(feature_names))


def patterns_for(
    X: FloatArray, blocks: Sequence[Block], *, singly: bool = False
) -> tuple[tuple[Block, ...], ...]:
    """Sets of blocks that patients lack together, fewest first.

    Parameters
    ----------
    X : float array of shape (n_patients, n_features)
        NaN where missing. No outcome is looked at.
    blocks : sequence of Block
    singly : bool
        Each block by itself too, whether or not anybody lacks it: a new cohort may.

    Returns
    -------
    tuple of tuple of Block
        Sets of fewer than `FEWEST_LACKING` patients, and the set of all blocks, are left out.
    """
    lacking = np.column_stack([np.isnan(X[:, block.own]).all(axis=1) for block in blocks])
    sets, counts = np.unique(lacking, axis=0, return_counts=True)
    found = {
        tuple(np.flatnonzero(each).tolist())
        for each in sets[counts >= FEWEST_LACKING]
        if 0 < each.sum() < len(blocks)
    }
    if singly and len(blocks) > 1:
        found |= {(number,) for number in range(len(blocks))}
    ordered = sorted(found, key=lambda each: (len(each), each))
    return tuple(tuple(blocks[number] for number in each) for each in ordered)
