"""neopcr score --require-signature: nothing is read of a bundle that nobody vouches for."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import refused, run
from key_pair import key_pair
from neopcr.bundle import save_bundle
from neopcr.bundle.signature import sign_bundle, signature_of


@pytest.fixture
def place(changed, tmp_path, monkeypatch):
    """Two versions, the later one signed; two keys; a cohort."""
    for version in (1, 2):
        save_bundle(changed(version=version), tmp_path / "demo-c1" / str(version))
    secret, _ = key_pair(tmp_path, "ours")
    key_pair(tmp_path, "theirs")
    sign_bundle(tmp_path / "demo-c1" / "2", secret)
    (tmp_path / "new.csv").write_text("patient_id,age_years\nA,54\nB,61\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def score(model: str, key: str = "ours.pub") -> str:
    return f"score {model} new.csv -o scores.csv --require-signature {key}"


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("model", ["demo-c1/2", "demo-c1"])
def test_a_bundle_that_the_key_signed_scores_as_it_does_without(model):
    done = run(score(model))
    assert done.exit_code == 0, done.output
    signed = Path("scores.csv").read_bytes()
    assert run(f"score {model} new.csv -o scores.csv").exit_code == 0
    assert Path("scores.csv").read_bytes() == signed


def test_inside_the_folder_of_a_bundle_its_signature_is_found(place, monkeypatch):
    monkeypatch.chdir(place / "demo-c1" / "2")
    done = run("score . ../../new.csv -o ../../scores.csv --require-signature ../../ours.pub")
    assert done.exit_code == 0, done.output
    assert signature_of(Path()) == signature_of(place / "demo-c1" / "2")


@pytest.mark.parametrize(
    ("model", "key", "code", "says"),
    [
        ("demo-c1/1", "ours.pub", 12, "not signed: there is no 1.sig beside it"),
        ("demo-c1/2", "theirs.pub", 12, "its signature is not of this key"),
        ("demo-c1/2", "new.csv", 10, "cannot be used as a public key"),
        ("models:/demo-c1@champion", "ours.pub", 12, "a model registry keeps no signatures"),
        ("nothing", "ours.pub", 12, "there is no bundle here"),
    ],
)
def test_any_other_is_refused(place, model, key, code, says):
    assert says in refused(score(model, key).split(), code, place)


def test_an_altered_bundle_is_refused_before_it_is_parsed(place, monkeypatch):
    with (place / "demo-c1" / "2" / "trees.json").open("ab") as file:
        file.write(b" ")
    monkeypatch.setattr("neopcr.bundle.folder.from_json", None)
    assert "was altered" in refused(score("demo-c1/2").split(), 12, place)
