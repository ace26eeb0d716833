"""Ma et al. 2025 from its counts: IHC 3+ against IHC 2+ with ISH positive, 575 patients.

The abstract prints percentages; the counts are the only ones of 458 and 117 patients that give
them. One p-value of it cannot be had from these counts, and that is shown too.
"""

import json

import numpy as np
import pandas as pd
import pytest

from command_line import run
from neopcr.validation.proportion import compare_shares, share

PCR = (share(211, 458), share(19, 117))
HR_POSITIVE = (share(223, 458), share(89, 117))
DUAL_AND_SINGLE = (share(13, 68), share(6, 49))


@pytest.mark.parametrize(
    ("shares", "printed"),
    [(PCR, (46.07, 16.24)), (HR_POSITIVE, (48.7, 76.1)), (DUAL_AND_SINGLE, (19.12, 12.24))],
)
def test_the_printed_percentages_are_those_of_the_counts(shares, printed):
    decimals = [len(str(one).partition(".")[2]) for one in printed]
    assert [
        round(100 * one.value, places) for one, places in zip(shares, decimals, strict=True)
    ] == list(printed)


@pytest.mark.parametrize("shares", [PCR, HR_POSITIVE])
def test_both_small_p_values_are_below_one_in_a_thousand_by_every_test(shares):
    found = compare_shares(*shares)
    assert max(found.pearson, found.yates, found.fisher) < 0.001


def test_the_printed_p_of_dual_against_single_is_that_of_no_test():
    found = compare_shares(*DUAL_AND_SINGLE)
    assert found.pearson == pytest.approx(0.320, abs=5e-4)
    assert found.yates == pytest.approx(0.459, abs=5e-4)
    assert found.fisher == pytest.approx(0.447, abs=5e-4)
    assert not np.isclose([found.pearson, found.yates, found.fisher], 0.287, atol=0.02).any()


@pytest.fixture(scope="module")
def regenerated(tmp_path_factory):
    """575 patients of those counts; how the counts go together within a class is made up."""
    folder = tmp_path_factory.mktemp("ma")
    strong, moderate = np.arange(458), np.arange(117)
    single = moderate >= 68
    table = pd.DataFrame(
        {
            "patient_id": [f"p{number}" for number in range(575)],
            "her2_ihc": np.repeat(["3+", "2+"], [458, 117]),
            "her2_ish": np.repeat(["", "positive"], [458, 117]),
            "hr_status": np.where(
                np.concatenate((strong % 458 < 223, moderate % 117 < 89)), "positive", "negative"
            ),
            "pcr": np.concatenate(
                ((strong * 7) % 458 < 211, np.where(single, moderate < 68 + 6, moderate < 13))
            ).astype(int),
            "regimen_assigned": np.where(np.concatenate((strong % 2 == 0, single)), "TCH", "TCbHP"),
        }
    )
    table.to_csv(folder / "ma.csv", index=False)
    done = run(f"compare {folder / 'ma.csv'} -o {folder / 'out'} --json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_command_gives_the_abstract(regenerated):
    strong, moderate = regenerated["classes"]
    assert (strong["name"], moderate["name"]) == (
        "her2_strong_positive", "her2_moderate_positive",
    )  # fmt: skip
    assert (strong["pcr"]["events"], strong["pcr"]["n"]) == (211, 458)
    assert (moderate["pcr"]["events"], moderate["pcr"]["n"]) == (19, 117)
    assert strong["hr_positive"]["value"] == pytest.approx(0.487, abs=5e-4)
    assert moderate["hr_positive"]["value"] == pytest.approx(0.761, abs=5e-4)
    pair = regenerated["pairs"][0]
    assert pair["pcr"]["pearson"] < 0.001
    assert pair["hr_positive"]["pearson"] < 0.001
    # (211 / 247) / (19 / 98), its interval by Woolf.
    assert pair["crude"]["terms"][0]["ratio"] == pytest.approx(4.406, abs=1e-3)
    error = np.sqrt(1 / 211 + 1 / 247 + 1 / 19 + 1 / 98)
    assert pair["crude"]["terms"][0]["lower"] == pytest.approx(
        4.406 * np.exp(-1.96 * error), abs=2e-3
    )


def test_the_command_shows_three_tests_of_dual_against_single(regenerated):
    moderate = regenerated["blockade"][1]
    assert (moderate["dual"]["events"], moderate["dual"]["n"]) == (13, 68)
    assert (moderate["single"]["events"], moderate["single"]["n"]) == (6, 49)
    assert {name: round(value, 3) for name, value in moderate["test"].items()} == {
        "pearson": 0.320,
        "yates": 0.459,
        "fisher": 0.447,
    }
