"""neopcr bundle inspect, verify and sign."""

import json

import pytest

from bundle_account import AUROC
from command_line import refused, run
from key_pair import key_pair
from neopcr.bundle import bundle_hash, save_bundle

METRICS = [
    AUROC,
    AUROC | {"name": "ici", "value": 0.02, "lower": None, "upper": None, "method": "loess"},
    AUROC | {"name": "slope", "value": None, "lower": None, "method": "too few to say"},
    AUROC | {"group": "ER-low", "value": 0.5, "lower": 0.2, "method": ""},
]


@pytest.fixture
def folder(changed, tmp_path):
    return save_bundle(changed(metrics=METRICS), tmp_path / "demo-c1" / "3")


def test_inspect_says_what_a_bundle_is(folder):
    said = run(f"bundle inspect {folder}").stdout.splitlines()
    assert said[0] == f"demo-c1 version 3, SHA-256 {bundle_hash(folder)}"
    assert "training: 120 patients, 48 with pCR" in said
    assert "auroc: 0.750 (0.700 to 0.800)" in said
    assert "ici: 0.020" in said
    assert "slope: too few to say" in said
    assert not [line for line in said if "0.500" in line]
    assert "2 models for patients who lack a modality" in " ".join(said)


def test_inspect_as_json_lists_every_column(folder, bundle):
    data = json.loads(run(f"bundle inspect {folder} --json").stdout)
    listed = {name for names in data["columns"].values() for name in names}
    assert listed == {column.name for column in bundle.space.columns}
    assert data["sha256"] == bundle_hash(folder)


def test_a_child_names_its_parent_and_no_word_steers_the_terminal(changed, tmp_path):
    parts = {"estimand": "p\x1b[2Jcr", "provenance": {"parent_sha256": "f" * 64}}
    folder = save_bundle(changed(**parts), tmp_path / "3")
    said = run(f"bundle inspect {folder}").stdout
    assert "child of " + "f" * 64 in said
    assert "predicts: p?[2Jcr" in said


def test_sign_then_verify(folder, tmp_path):
    secret, public = key_pair(tmp_path, "ours")
    assert "signature not asked for" in run(f"bundle verify {folder}").stdout
    assert run(f"bundle sign {folder} --key {secret}").exit_code == 0
    assert "signed by this key" in run(f"bundle verify {folder} --key {public}").stdout


def test_what_does_not_verify_is_refused_with_code_12(folder, tmp_path):
    _, public = key_pair(tmp_path, "ours")
    words = ["bundle", "verify", folder, "--key", public]
    assert "not signed" in refused(words, 12, tmp_path)
    with (folder / "bundle.json").open("ab") as file:
        file.write(b" ")
    assert "SHA-256" in refused(["bundle", "verify", folder], 12, tmp_path)
