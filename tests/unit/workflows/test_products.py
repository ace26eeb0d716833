"""Products across modalities: declared by the project, by a config, or not at all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml

from neopcr.config import config_hash, read_config
from neopcr.errors import ConfigError
from neopcr.kernel import compile_model, contributions
from neopcr.specs import Landmark
from neopcr.workflows._prepare import prepare
from neopcr.workflows.train import classifier

N = 160


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """PAM alteration lowers pCR in hormone receptor positive tumours alone."""
    rng = np.random.default_rng(5)
    pam, hr = rng.random(N) < 0.5, rng.random(N) < 0.5
    y = rng.random(N) < 1 / (1 + np.exp(-(0.5 - 2.5 * (pam & hr))))
    there = tmp_path_factory.mktemp("products")
    pd.DataFrame({
        "patient_id": [f"p{row}" for row in range(N)],
        "pam_status": np.where(pam, "altered", "wild_type"),
        "hr_status": np.where(hr, "positive", "negative"),
        "regimen_assigned": "TCbHP",
        "pcr": y.astype(int),
    }).to_csv(there / "patients.csv", index=False)  # fmt: skip
    return there


@pytest.fixture
def configured(folder):
    def made(**keys):
        config = {
            "name": "products",
            "modalities": ["receptors", "pam", "regimen"],
            "cohort": {"patients": {"path": str(folder / "patients.csv")}},
            "members": ["elastic_net"],
            "resampling": {"trials": 3},
            **keys,
        }
        (folder / "config.yaml").write_text(yaml.safe_dump(config))
        return read_config(folder / "config.yaml")

    return made


def names_of(config):
    return [each.name for each in prepare(config, Landmark.baseline).space.products]


def test_the_projects_own_products_are_there_unless_switched_off(configured):
    both = ["pam_altered_x_hr_positive", "pam_altered_x_hr_positive_x_regimen_dual_blockade"]
    assert names_of(configured()) == [both[0], "pam_altered_x_hr_positive_x_dual_blockade"]
    assert names_of(configured(products=[])) == []
    own = [["pam_altered", "hr_positive", "regimen_dual_blockade"]]
    assert names_of(configured(products=own)) == [both[1]]
    assert config_hash(configured()) != config_hash(configured(products=[]))


def test_a_product_not_known_by_the_landmark_is_left_out(configured):
    config = configured(
        modalities=["receptors", "pam", "ctdna"], products=[["pam_altered", "ctdna_detected_c1"]]
    )
    assert names_of(config) == []


def test_the_linear_member_leans_on_a_product(configured):
    config = configured()
    prepared = prepare(config, Landmark.baseline)
    model = classifier(config, prepared).fit(prepared.X, prepared.y).model_
    place = prepared.space.names.index("pam_altered_x_hr_positive")
    assert model.members[0].coefficient[place] < -0.1
    phi, _ = contributions(compile_model(model), prepared.X)
    assert np.ptp(phi[:, place]) > 0.1


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"products": [["pam_altered", "hr_positiv"]]}, "'hr_positiv' is no feature"),
        ({"products": [["pam_altered"]]}, "two features or more"),
        ({"products": [["pam_altered", "hr_positive"]], "monotone": True}, "either sign"),
    ],
)
def test_products_that_cannot_be_are_refused(configured, keys, said):
    with pytest.raises(ConfigError, match=said):
        prepare(configured(**keys), Landmark.baseline)


def test_a_config_turns_the_directions_on(configured):
    config = configured(monotone=True)
    prepared = prepare(config, Landmark.baseline)
    ways = classifier(config, prepared).directions
    assert ways[prepared.space.seen_names().index("hr_positive")] == -1
    assert classifier(configured(), prepared).directions == ()
    model = classifier(config, prepared).fit(prepared.X, prepared.y).model_
    coefficient = model.members[0].coefficient
    assert np.all(coefficient[np.array(ways) == -1] <= 0)
