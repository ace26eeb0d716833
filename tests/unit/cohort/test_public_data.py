"""Public cohorts: found before fetched, checked always, derived as the paper did."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from neopcr.cohort import public_data
from neopcr.cohort.public_data import cache_folder, get, licence_note, resolve
from neopcr.cohort.public_sources import PUBLIC, PublicFile
from neopcr.cohort.published import HER2_PARTS, MODELS, SEEDS, derive_predictions, reproduces_paper
from neopcr.errors import TableError

CONTENT = b"id,x\nP1,1\n"
FILE = PublicFile(
    "a b.csv", "someone/something", "c0ffee", "in puts/a b.csv", hashlib.sha256(CONTENT).hexdigest()
)
TINY = replace(PUBLIC["ispy2"], name="tiny", files=(FILE,))


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(public_data, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(public_data, "PUBLIC", {**PUBLIC, "tiny": TINY})
    monkeypatch.delenv("NEOPCR_DATA_DIR", raising=False)


@pytest.fixture
def fetched(monkeypatch):
    """Stand in for the network: what is fetched is CONTENT, and every address is noted."""
    addresses = []

    def retrieve(url, known_hash, fname, path):
        addresses.append((url, known_hash))
        target = Path(path) / fname
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(CONTENT)
        return str(target)

    monkeypatch.setattr(public_data.pooch, "retrieve", retrieve)
    return addresses


def test_the_cache_is_the_users_own():
    # Imported before the fixture put another in its place.
    assert cache_folder().name == "neopcr"


def test_a_file_is_fetched_once_by_address_and_hash(fetched, tmp_path):
    expected = tmp_path / "cache" / "tiny" / "a b.csv"
    assert get("tiny") == [expected]
    assert get("tiny") == [expected]
    assert fetched == [
        (
            "https://raw.githubusercontent.com/someone/something/c0ffee/in%20puts/a%20b.csv",
            f"sha256:{FILE.sha256}",
        )
    ]
    assert resolve("public:tiny/a b.csv", Path()) == expected


def test_the_data_folder_goes_first(fetched, tmp_path, monkeypatch):
    own = tmp_path / "own" / "tiny" / "a b.csv"
    own.parent.mkdir(parents=True)
    own.write_bytes(CONTENT)
    monkeypatch.setenv("NEOPCR_DATA_DIR", str(tmp_path / "own"))
    assert get("tiny") == [own]
    assert fetched == []
    own.write_bytes(CONTENT + b"P2,2\n")
    with pytest.raises(TableError, match="its SHA-256 is not that of the published file"):
        get("tiny")


def test_a_public_file_that_is_not_here_says_how_to_get_it():
    with pytest.raises(TableError, match="Run `neopcr data get transneo` first"):
        resolve("public:transneo/training_df.csv", Path())


def test_what_is_not_public(tmp_path):
    assert resolve("a.csv", tmp_path) == tmp_path / "a.csv"
    with pytest.raises(TableError, match=r"no such public file \(of tiny: a b\.csv\)"):
        resolve("public:tiny/b.csv", Path())
    with pytest.raises(TableError, match="Choose one of transneo, ispy1, ispy2, tiny"):
        get("tcga")


@pytest.mark.parametrize(
    ("error", "message"),
    [(OSError("no route"), "it could not be fetched"), (ValueError("hash"), "is not the one that")],
)
def test_what_goes_wrong_on_the_way(monkeypatch, error, message):
    def retrieve(*_, **__):
        raise error

    monkeypatch.setattr(public_data.pooch, "retrieve", retrieve)
    with pytest.raises(TableError, match=message):
        get("tiny")


def test_the_licence_is_told():
    assert "local analysis only" in licence_note("transneo")
    assert licence_note("ispy2").endswith("CC BY 4.0")


def test_every_public_file_has_a_hash_and_a_commit():
    for cohort in PUBLIC.values():
        for file in cohort.files:
            assert len(file.sha256) == 64
            assert len(file.commit) == 40
            assert file.url.startswith("https://raw.githubusercontent.com/")
    assert len(PUBLIC["transneo"].parts) == 10


# The paper's own predictions ----------------------------------------------------------------------


def predictions(identifiers, outcomes, shift, models=MODELS):
    """Made-up text of one seed: the true outcome, softened, and shifted by the seed."""
    lines = []
    for cut in ("1.0", "0.8"):
        lines += [f"pCR resp {' '.join(map(str, outcomes))} ", f"pCR ID {' '.join(identifiers)} "]
        for place, model in enumerate(models):
            values = [0.25 + 0.5 * each + shift + 0.01 * place for each in outcomes]
            given = values if cut == "0.8" else [0.0] * len(values)
            lines.append(f"pCR_{model}_r{cut} avg {' '.join(map(str, given))} ")
            lines.append(f"pCR_{model}_r{cut} rf {' '.join('9' for _ in values)} ")
    return "\n".join(lines) + "\n"


def made_up():
    return {
        ("neg", seed): predictions(["A1", "A2"], [0, 1], 0.01 * (seed - 3)) for seed in SEEDS
    } | {("pos", seed): predictions(["T9"], [1], 0.02 * (seed - 3)) for seed in SEEDS}


def test_predictions_are_averaged_over_the_seeds():
    lines = derive_predictions(made_up()).splitlines()
    assert lines[0] == (
        "Trial.ID,published_clinical,published_dna,published_clin_rna,published_rna,"
        "published_imag,published_chemo,pcr,her2"
    )
    table = [line.split(",") for line in lines[1:]]
    assert [(row[0], row[-2], row[-1]) for row in table] == [
        ("A1", "0", "neg"), ("A2", "1", "neg"), ("T9", "1", "pos"),
    ]  # fmt: skip
    assert [float(cell) for cell in table[0][1:7]] == pytest.approx(
        [0.25, 0.26, 0.27, 0.28, 0.29, 0.3]
    )
    assert [float(row[6]) for row in table] == pytest.approx([0.3, 0.8, 0.8])


def test_predictions_of_other_patients_or_without_a_model_are_refused():
    texts = made_up()
    texts["neg", 4] = predictions(["A1", "A3"], [0, 1], 0)
    with pytest.raises(TableError, match="line 'pCR ID' differs between the seeds"):
        derive_predictions(texts)
    texts["neg", 4] = predictions(["A1", "A2"], [0, 1], 0, models=MODELS[:-1])
    with pytest.raises(TableError, match=r"no line 'pCR_chemo_r0\.8 avg'"):
        derive_predictions(texts)


def test_what_is_derived_has_to_give_the_published_figures(monkeypatch):
    text = derive_predictions(made_up())
    assert not reproduces_paper(text)
    monkeypatch.setattr("neopcr.cohort.published.PUBLISHED_AUROC", 1.0)
    monkeypatch.setattr(
        "neopcr.cohort.published.PUBLISHED_BRIER", round((0.09 + 0.04 + 0.04) / 3, 4)
    )
    assert reproduces_paper(text)


@pytest.fixture
def derived(fetched, monkeypatch):
    """A public cohort of nothing but a derived file."""
    texts = made_up()
    cohort = replace(PUBLIC["transneo"], files=())
    monkeypatch.setattr(public_data, "PUBLIC", {"transneo": cohort})
    original = public_data.pooch.retrieve

    def retrieve(url, known_hash, fname, path):
        target = Path(original(url, known_hash, fname, path))
        her2, seed = fname.removesuffix(".txt").split("_")[1:]
        target.write_text(texts[her2, int(seed)])
        return str(target)

    monkeypatch.setattr(public_data.pooch, "retrieve", retrieve)
    return fetched


def test_the_derived_file_is_made_of_its_parts_and_kept(derived, tmp_path, monkeypatch):
    with pytest.raises(TableError, match="does not give the published figures"):
        get("transneo")
    path = tmp_path / "cache" / "transneo" / "published_predictions_validation.csv"
    assert not path.exists()
    monkeypatch.setattr(public_data, "reproduces_paper", lambda text: "published_chemo" in text)
    assert get("transneo") == [path]
    assert path.read_text() == derive_predictions(made_up())
    assert len(derived) == 2 * len(HER2_PARTS) * len(SEEDS)
    assert derived[0] == (
        "https://raw.githubusercontent.com/micrisor/NAT-ML/94ce67a936b1e66410fb0be42e5516fe1d4086cf/"
        "validation_results/results_her2neg_rs1/predictions.txt",
        None,
    )
    assert resolve("public:transneo/published_predictions_validation.csv", Path()) == path


@pytest.mark.parametrize(
    "content",
    ["", "a,b\n1,2\n", "published_chemo,pcr\nx,1\n", "published_chemo,pcr\n0.5,1\n", "\ufeff"],
)
def test_a_derived_file_that_was_tampered_with_is_refused(tmp_path, content):
    path = tmp_path / "cache" / "transneo" / "published_predictions_validation.csv"
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")
    with pytest.raises(TableError, match="SHA-256"):
        resolve("public:transneo/published_predictions_validation.csv", Path())


@pytest.mark.data
def test_the_public_files_are_the_published_ones(data_dir, monkeypatch):
    monkeypatch.setenv("NEOPCR_DATA_DIR", str(data_dir))
    for name, cohort in PUBLIC.items():
        paths = get(name)
        assert all(path.is_relative_to(data_dir) for path in paths)
        assert len(paths) == len(cohort.files) + (cohort.derived is not None)
