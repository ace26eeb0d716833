"""A small bundle whose scores can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from neopcr.bundle import Bundle, save_bundle
from neopcr.features import feature_space
from neopcr.kernel import LinearMember, Model, Tree, TreeMember
from neopcr.scoring import prepare
from neopcr.specs import Landmark

OFFERED = ("age_years", "grade", "her2_ihc", "her2_cep17_ratio", "ctdna_detected_baseline")
COEFFICIENTS = {
    "age_years": -0.01, "grade": 0.3, "her2_log2_ratio": 0.5, "ctdna_detected_baseline": 0.4,
}  # fmt: skip
MISSING = {"ctdna_detected_baseline": -0.25}


def linear(names):
    return LinearMember(
        intercept=-0.2,
        offset=np.zeros(len(names)),
        coefficient=np.array([COEFFICIENTS.get(name, 0.0) for name in names]),
        missing=np.array([MISSING.get(name, 0.0) for name in names]),
    )


def stump(names):
    """Return one split: log2 of the ratio below 2 (or missing) gives -0.5, else 0.7."""
    tree = Tree(
        left=np.array([1, -1, -1], dtype=np.int32),
        right=np.array([2, -1, -1], dtype=np.int32),
        feature=np.array([names.index("her2_log2_ratio"), 0, 0], dtype=np.int32),
        threshold=np.array([2.0, 0.0, 0.0], dtype=np.float32),
        default_left=np.array([True, False, False]),
        value=np.array([0.0, -0.5, 0.7]),
        cover=np.array([10.0, 6.0, 4.0]),
    )
    return TreeMember(base=0.0, trees=(tree,))


@pytest.fixture(scope="session")
def bundle():
    space = feature_space(["clinical", "her2", "ctdna"], OFFERED, Landmark.baseline)
    names = space.names
    return Bundle(
        name="hand-made",
        version=1,
        landmark=Landmark.baseline,
        space=space,
        model=Model(
            n_features=len(names),
            members=(linear(names), stump(names)),
            weights=(0.6, 0.4),
            intercept=0.1,
            slope=0.9,
        ),
        estimand="p_pcr under the treatment policy of the training cohort",
        definition="ypT0/Tis ypN0",
        training={"n": 100, "events": 40},
        metrics=[],
        reference={},
        provenance={"config": "made", "commit": "none"},
    )


@pytest.fixture(scope="session")
def bundle_folder(bundle, tmp_path_factory):
    return save_bundle(bundle, tmp_path_factory.mktemp("models") / "hand-made-baseline" / "1")


@pytest.fixture(scope="session")
def scorer(bundle):
    return prepare(bundle)
