"""Trees that the tables cannot hold are refused where a bundle is written and where it is read."""

import hashlib
import json

import numpy as np
import pytest

from neopcr.bundle import load_bundle, save_bundle
from neopcr.errors import BundleError
from neopcr.kernel import Model
from shapley import random_linear, random_trees

SAID = r"tree 0 has more than 6 splits on a path"


def of_depth(bundle, depth):
    """The bundle with trees that are split so often on every path."""
    rng = np.random.default_rng(3)
    n = len(bundle.space.names)
    trees = random_trees(rng, 1, depth=depth, n_features=n, stop=0.0)
    return Model(n, (random_linear(rng, n), trees), (0.5, 0.5), 0.0, 1.0)


def test_a_model_deeper_than_six_is_not_written(bundle, changed, tmp_path):
    with pytest.raises(BundleError, match=SAID):
        save_bundle(changed(model=of_depth(bundle, 7)), tmp_path / "deep")
    assert not (tmp_path / "deep").exists()


def test_a_file_deeper_than_six_is_not_read(bundle, changed, tmp_path):
    folder = save_bundle(changed(model=of_depth(bundle, 6)), tmp_path / "allowed")
    trees = json.loads((folder / "trees.json").read_text())
    tree = trees["members"][0][0]
    last = tree["left"].index(-1)
    n = len(tree["left"])
    tree["left"][last], tree["right"][last] = n, n + 1
    half = tree["cover"][last] / 2
    more = {
        "left": -1, "right": -1, "feature": 0, "threshold": 0.0, "default_left": False,
        "value": 0.1, "cover": half,
    }  # fmt: skip
    for name, value in more.items():
        tree[name] += [value, value]
    (folder / "trees.json").write_text(json.dumps(trees))
    sums = "".join(
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in ("bundle.json", "trees.json")
    )
    (folder / "SHA256SUMS").write_text(sums)
    with pytest.raises(BundleError, match=SAID):
        load_bundle(folder)
