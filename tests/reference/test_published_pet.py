"""HER2-PET as published, regenerated from tables of counts through the command itself."""

import json

import numpy as np
import pandas as pd
import pytest

from command_line import run
from neopcr.workflows._pet_found import operating_point

# NCT02286843 by tracer: patients by PET and biopsy. What was not told is neither suspicious nor
# biopsied.
ZIRCONIUM_TRASTUZUMAB = {"positive": 3, "negative": 6, "inconclusive": 0, "": 11}
ZIRCONIUM_PERTUZUMAB = {"positive": 3, "negative": 2, "inconclusive": 1, "": 18}


def lesions(counts):
    """One lesion a patient: suspicious to both readers where it was biopsied."""
    biopsies = np.repeat(list(counts), list(counts.values()))
    suspicious = biopsies != ""
    return pd.DataFrame(
        {
            "patient_id": [f"p{number}" for number in range(len(biopsies))],
            "lesion_id": 1,
            "reader1_score": np.where(suspicious, 5, 2),
            "reader2_score": np.where(suspicious, 4, 2),
            "biopsy_her2": biopsies,
        }
    )


@pytest.fixture
def told(tmp_path):
    def tell(counts):
        lesions(counts).to_csv(tmp_path / "lesions.csv", index=False)
        done = run(f"pet {tmp_path / 'lesions.csv'} -o {tmp_path / 'out'} --json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return tell


def test_of_20_three_are_confirmed_and_six_false_positive(told):
    data = told(ZIRCONIUM_TRASTUZUMAB)
    confirmed, false = (data["patients"][name] for name in ("confirmed", "false_positive"))
    assert (confirmed["events"], confirmed["n"], confirmed["value"]) == (3, 20, 0.15)
    assert (confirmed["lower"], confirmed["upper"]) == pytest.approx((0.0321, 0.3789), abs=1e-4)
    assert (false["events"], false["value"]) == (6, 0.30)
    assert data["at_most"]["events"] == 3


def test_of_24_six_are_suspicious_three_of_them_positive(told):
    data = told(ZIRCONIUM_PERTUZUMAB)
    counts = {name: one["events"] for name, one in data["patients"].items()}
    assert counts == {
        "confirmed": 3, "false_positive": 2, "inconclusive": 1, "no_biopsy": 0, "negative": 18,
        "unknown": 0,
    }  # fmt: skip
    confirmed = data["patients"]["confirmed"]
    assert confirmed["value"] == 0.125
    assert (confirmed["lower"], confirmed["upper"]) == pytest.approx((0.0266, 0.3236), abs=1e-4)
    assert data["at_most"]["events"] == 4


def test_the_published_cut_off_from_the_only_counts_that_give_it():
    # PMC5955803 prints percentages; 25, 5, 8 and 8 lesions give all four of them.
    cells = {(True, True): 25, (True, False): 5, (False, True): 8, (False, False): 8}
    called, truth = (
        np.repeat([cell[side] for cell in cells], list(cells.values())) for side in (0, 1)
    )
    found = operating_point(3.2, called, truth)
    printed = {"sensitivity": 75.8, "specificity": 61.5, "ppv": 83.3, "npv": 50.0}
    assert {name: round(100 * getattr(found, name).value, 1) for name in printed} == printed
