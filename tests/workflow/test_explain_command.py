"""`neopcr explain`: what its pages say, and what they do not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from command_line import run
from neopcr.bundle import load_bundle
from neopcr.report import Report, Section
from neopcr.workflows._drawn import explanation_figures
from neopcr.workflows._training_report import drawings


def command(*words):
    """Run a command with --json; its object, exit code included."""
    done = run(" ".join([*words, "--json"]))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return {"exit_code": done.exit_code, **(json.loads(done.stdout) if done.exit_code == 0 else {})}


def identifiers():
    return pq.read_table("new.parquet")["patient_id"].to_pylist()


def test_the_page_says_which_shap_and_how_firm_the_order_is(there):
    data = command("explain", there.bundle(), "new.parquet", "-o", "explained")
    page = Path("explained/explanation.html").read_text(encoding="utf-8")
    assert "path-dependent SHAP values" in page
    assert "of 20 models" in page
    for figure in ("beeswarm", "columns", "modalities", "dependence", "assays"):
        assert f"c1-{figure}" in page
    assert "Ranks of refits" in page
    assert not any(each in page for each in identifiers())
    kept = load_bundle(Path(there.bundle()) / "1").training["rank_stability"]
    assert data["rank_stability"] == kept
    assert kept["names"][0] in data["columns"]
    assert not Path("explained/patient.html").exists()


def test_against_a_background_the_page_and_the_numbers_are_interventional(there):
    pq.write_table(pq.read_table("new.parquet").slice(0, 40), "forty.parquet")
    how = ("explain", there.bundle(), "new.parquet", "-o", "against", "--background")
    data = command(*how, "forty.parquet")
    assert data["largest_additivity_error"] < 1e-6
    rows = pq.read_table("against/contributions.parquet").to_pandas()
    logit = np.log(rows["p_pcr"] / (1 - rows["p_pcr"]))
    assert data["base"] == pytest.approx(logit[:40].mean(), abs=0.5)
    page = Path("against/explanation.html").read_text(encoding="utf-8")
    assert "interventional SHAP values" in page
    assert "a background of 40 patients" in page
    assert "background (SHA-256)" in page


def test_a_patient_s_page_holds_reasons_in_words_and_no_identifier(there):
    patient = identifiers()[5]
    command("explain", there.bundle(), "new.parquet", "-o", "one", "--patient", patient)
    page = Path("one/patient.html").read_text(encoding="utf-8")
    assert page.count("p_pcr by") >= 5
    assert "row 6 of the cohort" in page
    assert "c1-waterfall" in page
    assert "If the assays had been read again" in page
    assert not any(each in page for each in identifiers())


@pytest.mark.parametrize("what", ["cohort", "background"])
def test_a_cohort_of_nobody_is_refused(there, what):
    first = pq.read_table("new.parquet").slice(0, 1)
    # Two rows of one identifier: which is the patient's, nobody can say.
    pq.write_table(pa.concat_tables([first, first]), "twice.parquet")
    given = ("new.parquet", "--background", "twice.parquet")
    refused = command(
        "explain", there.bundle(), *(given if what == "background" else given[2:]), "-o", "x"
    )
    assert refused["exit_code"] == 11
    assert not Path("x").exists()


def test_a_figure_that_shows_single_patients_does_not_go_to_mlflow(there):
    bundle = load_bundle(Path(there.bundle()) / "1")
    rng = np.random.default_rng(0)
    table = {
        column.name: rng.integers(0, 2, 90).astype("int16" if column.categories else "float64")
        for column in bundle.space.columns
    }
    figures = explanation_figures("c1", bundle, table)
    assert {each.name.partition("-")[2] for each in figures} == {
        "beeswarm", "columns", "modalities", "dependence", "pam-by-hr",
    }  # fmt: skip
    section = Section(name="c1", n=90, events=40, explanations=figures)
    report = Report(
        title="", version="", estimand="", definition="", design="", sections=(section,)
    )
    logged = {each.name.partition("-")[2] for each in drawings(report)}
    assert logged == {"columns", "modalities", "pam-by-hr"}
