"""ctDNA as tables that a clinician can read: the tables of this folder against the code."""

from __future__ import annotations

import numpy as np
import pytest

from neopcr.cohort.patient_index import PatientIndex
from neopcr.cohort.plasma import assign_samples
from neopcr.oncology import ctdna, ctdna_samples
from neopcr.specs import Landmark
from spec.spec_tables import code, number, read_spec

DYNAMICS = read_spec("ctdna_dynamics.txt")
BURDEN = read_spec("ctdna_burden.txt")
CONTRADICTIONS = read_spec("ctdna_contradictions.txt")
CHOICE = read_spec("ctdna_choice.txt")
CALLS = {"+": "1", "-": "0", "?": "", "x": ""}
NAMES = {"t": "tumour_informed", "p": "panel", "": ""}


def numbers(rows, name):
    return np.array([number(row[name]) for row in rows])


def test_dynamics():
    found = ctdna.dynamics(numbers(DYNAMICS, "baseline"), numbers(DYNAMICS, "later"))
    assert list(found) == [code(row["dynamics"], ctdna.DYNAMICS) for row in DYNAMICS]


def test_burden():
    log = ctdna.log10_burden(numbers(BURDEN, "mtm"), numbers(BURDEN, "detected"), 0.3)
    np.testing.assert_allclose(10**log, numbers(BURDEN, "stands_at"), rtol=1e-12)
    assert ctdna.LOD_MTM_PER_ML == 0.3


def test_contradictions():
    assay = np.array([code(row["assay"], ctdna.ASSAYS) for row in CONTRADICTIONS])
    limit = ctdna_samples.limit_of_detection(
        numbers(CONTRADICTIONS, "lod"), assay, {"tumour_informed": 0.3, "ddpcr": 2.0}
    )
    assert list(limit) == list(numbers(CONTRADICTIONS, "limit"))
    names = {
        "detected": "detected", "mtm_per_ml": "mtm", "mean_vaf": "mean_vaf", "max_vaf": "max_vaf",
        "n_detected": "found", "n_tracked": "tracked",
    }  # fmt: skip
    given = {name: numbers(CONTRADICTIONS, header) for name, header in names.items()}
    found = ctdna_samples.contradictions(ctdna_samples.Samples(**given, limit=limit))
    for place, row in enumerate(CONTRADICTIONS):
        assert [name for name, rows in found.items() if rows[place]] == row["contradicts"].split()


@pytest.mark.parametrize("row", CHOICE, ids=lambda row: row["samples"])
def test_which_sample_counts(row, tmp_path):
    lines = ["patient_id,collected_date,detected,mtm_per_ml,assay,qc_fail"]
    for sample in row["samples"].split():
        day, call, amount, assay = sample.split(":")
        date = np.datetime64("2024-01-01") + np.timedelta64(int(day), "D")
        lines.append(f"P1,{date},{CALLS[call]},{amount},{NAMES[assay]},{int(call == 'x')}")
    path = tmp_path / "ctdna.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    course = {
        name: np.array([np.datetime64("2024-01-01") + np.timedelta64(day, "D")])
        for name, day in (("first_dose_date", 10), ("cycle2_date", 31))
    }
    with PatientIndex(np.array(["P1"], dtype=object)) as index:
        part = assign_samples(path, course, index, Landmark.surgery)
    assert [each.rule for each in part.problems] == row["problem"].split()
    if row["problem"]:
        return
    for name, header in (
        ("detected_baseline", "baseline"), ("mtm_per_ml_baseline", "mtm_baseline"),
        ("detected_c1", "c1"), ("mtm_per_ml_c1", "mtm_c1"),
    ):  # fmt: skip
        values = part.table.get(f"ctdna_{name}", np.array([np.nan]))
        np.testing.assert_array_equal(values, [number(row[header])], err_msg=name)
