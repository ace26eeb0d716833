"""One bundle with both kinds of members, a generic column and a product."""

import dataclasses

import numpy as np
import pytest

from bundle_account import AUROC, PROVENANCE, REFERENCE, TRAINING
from neopcr.bundle import Bundle
from neopcr.features import feature_space
from neopcr.kernel import LabelSets, Model, Reach, Reduced, Uncertainty, Width
from neopcr.specs import Landmark, Product
from shapley import random_linear, random_trees

OFFERED = ("age_years", "ki67_percent", "her2_ihc", "ctdna_detected_c1", "imaging_volume")
PRODUCT = Product("age_x_volume", ("age_years", "imaging_volume"))


@pytest.fixture(scope="session")
def bundle():
    modalities = ("clinical", "her2", "receptors", "ctdna", "imaging")
    space = feature_space(modalities, OFFERED, Landmark.c1, (PRODUCT,))
    n = len(space.names)
    rng = np.random.default_rng(11)
    members = (
        random_linear(rng, n),
        random_trees(rng, 6, depth=4, n_features=n),
        random_trees(rng, 2, depth=2, n_features=n),
    )
    trees = random_trees(rng, 1, depth=1, n_features=n)
    reduced = (
        Reduced(((0,),), Model(n, members[:1], (1.0,), 0.2, 0.9)),
        Reduced(((1,), (2, 3)), Model(n, (trees,), (1.0,), 0.3, 0.8)),
    )
    uncertainty = Uncertainty(
        Reach(rng.normal(size=n), np.abs(rng.normal(size=n)), -np.ones(n), np.ones(n), 1.4, 2.5),
        Width(-1.2, 0.1, 0.01, 0.4, -3.0, 3.0, ((0,), (2, 3)), (0.2, -0.1), 1.3),
        LabelSets(0.9, 1, (-1.0, -1.1, -1.2), (1.0, 1.1, 1.2)),
    )
    return Bundle(
        name="demo",
        version=3,
        landmark=Landmark.c1,
        space=space,
        model=Model(n, members, (0.2, 0.5, 0.3), -0.1, 1.05, reduced),
        estimand="p_pcr under the treatment policy of the training cohort",
        definition="ypT0/Tis ypN0",
        training=TRAINING | {"n": np.int64(120)},
        metrics=[AUROC | {"value": np.float64(0.75)}],
        reference=REFERENCE,
        provenance=PROVENANCE,
        uncertainty=uncertainty,
    )


@pytest.fixture
def changed(bundle):
    """The bundle with other parts."""
    return lambda **parts: dataclasses.replace(bundle, **parts)
