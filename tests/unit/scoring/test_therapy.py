"""Only dates that prove it keep a patient from being scored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from neopcr.scoring import prepare, score_batch
from neopcr.scoring.batch import model_inputs
from neopcr.scoring.therapy import off_therapy, therapy_columns
from neopcr.specs import Landmark


def day(text):
    return np.array([text or "NaT"], dtype="datetime64[D]")


@pytest.mark.parametrize(
    ("cycle", "following", "last", "surgery", "off"),
    [
        # scored in time: nothing has happened yet
        ("2024-01-01", "", "", "", False),
        ("", "", "", "", False),
        # goes on
        ("2024-01-01", "2024-01-22", "", "", False),
        ("2024-01-01", "2024-01-22", "2024-04-01", "2024-05-01", False),
        # operated on before the next cycle, or without one
        ("2024-01-01", "2024-03-22", "", "2024-02-20", True),
        ("2024-01-01", "", "", "2024-02-20", True),
        # cycles that nobody dated prove nothing
        ("", "", "", "2024-02-20", False),
        # the cycle before the landmark was the last
        ("2024-01-01", "", "2024-01-01", "", True),
        ("2024-01-01", "", "2024-01-22", "", False),
        ("2024-01-01", "2024-01-22", "2024-01-01", "", False),
    ],
)
@pytest.mark.parametrize("landmark", [Landmark.c1, Landmark.c2, Landmark.c4])
def test_dates_that_prove_it(landmark, cycle, following, last, surgery, off):
    names = [column.name for column in therapy_columns(landmark)]
    dates = map(day, (cycle, following, last, surgery))
    table = dict(zip(names, dates, strict=True))
    assert off_therapy(table, landmark, 1).tolist() == [off]
    assert off_therapy({}, landmark, 1).tolist() == [False]


@pytest.mark.parametrize("landmark", [Landmark.baseline, Landmark.presurgery])
def test_where_nobody_can_be_off_therapy_no_date_is_read(landmark):
    assert therapy_columns(landmark) == ()
    assert off_therapy({"surgery_date": day("2024-01-01")}, landmark, 1).tolist() == [False]


def test_who_is_off_therapy_is_not_scored_and_a_bad_date_is_a_bad_cell(bundle):
    later = replace(bundle, landmark=Landmark.c1)
    assert model_inputs(later)[-4:] == (
        "first_dose_date", "cycle2_date", "last_dose_date", "surgery_date",
    )  # fmt: skip
    scores = score_batch(
        prepare(later),
        pa.table({
            "patient_id": ["P1", "P2", "P3", "P4"],
            "age_years": ["50", "50", "50", ""],
            "first_dose_date": ["2024-01-01"] * 4,
            "surgery_date": ["", "2024-02-01", "soon", "2024-02-01"],
        }),
    )  # fmt: skip
    assert scores["rule"].to_pylist() == [
        "", "off_therapy_at_landmark", "not_a_date:surgery_date", "off_therapy_at_landmark",
    ]  # fmt: skip
    assert scores["p_pcr"].is_valid().to_pylist() == [True, False, False, False]
    assert "missing:core" not in str(scores["flags"].to_pylist())
