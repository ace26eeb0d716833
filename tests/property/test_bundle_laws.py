"""A bundle that was tampered with is refused, or is a bundle: never anything else."""

import hashlib

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bundle_account import AUROC, PROVENANCE, TRAINING
from neopcr.bundle import Bundle, load_bundle, save_bundle
from neopcr.errors import BundleError
from neopcr.features import feature_space
from neopcr.kernel import (
    LabelSets,
    Model,
    Reach,
    Uncertainty,
    Width,
    compile_model,
    judge,
    logit,
)
from neopcr.specs import Landmark
from shapley import random_linear, random_trees


def small_bundle():
    space = feature_space(("clinical", "imaging"), ("age_years", "imaging_x"), Landmark.baseline)
    n = len(space.names)
    rng = np.random.default_rng(4)
    members = (random_linear(rng, n), random_trees(rng, 2, depth=2, n_features=n))
    return Bundle(
        name="small", version=1, landmark=Landmark.baseline, space=space,
        model=Model(n, members, (0.5, 0.5), 0.0, 1.0), estimand="", definition="",
        training=TRAINING, metrics=[AUROC], reference={}, provenance=PROVENANCE,
        uncertainty=Uncertainty(
            Reach(np.zeros(n), np.ones(n), -np.ones(n), np.ones(n), 1.5, 1.0),
            Width(-1.0, 0.1, 0.1, 0.5, -2.0, 2.0, ((0,),), (0.3,), 1.2),
            LabelSets(0.9, 0, (-1.0, -1.0, -1.0), (1.0, 1.0, 1.0)),
        ),
    )  # fmt: skip


edits = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.sampled_from(b'0123456789-.e",:[]{}ntfa\\')),
    min_size=1,
    max_size=3,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=edits, name=st.sampled_from(["bundle.json", "trees.json"]))
def test_a_tampered_bundle_is_refused_or_is_one(tmp_path, edits, name):
    folder = tmp_path / "small"
    if not folder.exists():
        save_bundle(small_bundle(), folder)
    original = (folder / name).read_bytes()
    data = bytearray(original)
    for place, byte in edits:
        data[int(place * len(data))] = byte
    sums = (folder / "SHA256SUMS").read_text()
    try:
        (folder / name).write_bytes(data)
        # Whoever can change a file can change its sum: the content must stand on its own.
        was, now = (hashlib.sha256(each).hexdigest() for each in (original, data))
        (folder / "SHA256SUMS").write_text(sums.replace(was, now))
        loaded = load_bundle(folder)
        n = loaded.model.n_features
        X = np.array([[0.5] * n, [np.nan] * n])
        z = logit(compile_model(loaded.model), X)
        assert not np.isnan(z).any()
        if loaded.uncertainty is not None and loaded.uncertainty.width is not None:
            said = judge(loaded.uncertainty, X, z)
            assert np.all((said.lower >= 0) & (said.lower <= said.upper) & (said.upper <= 1))
    except BundleError as error:
        assert str(error).isprintable()  # noqa: PT017 - either outcome is right
    finally:
        (folder / name).write_bytes(original)
        (folder / "SHA256SUMS").write_text(sums)
