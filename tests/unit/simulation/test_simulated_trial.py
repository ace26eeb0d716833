"""A simulated trial: one truth, recorded in one way or another."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc
import pytest

from neopcr.errors import UserError
from neopcr.modalities import CONTRACT, find_column
from neopcr.oncology.ctdna import is_contradictory
from neopcr.oncology.regimen_names import REGIMEN_NAMES
from neopcr.simulation import PRESETS, Design, simulate

# Identifiers, dates and the outcome, which no modality declares.
CORE = {"patient_id", "centre", "arm", "pcr", "first_dose_date", "cycle2_date", "cycle3_date",
        "cycle4_date", "cycle5_date", "last_dose_date", "surgery_date"}  # fmt: skip


@pytest.fixture(scope="module")
def trial():
    return simulate(n=4000, seed=7)


def test_headers_are_canonical_names(trial):
    for name in trial.files["patients.csv"].column_names:
        assert name in CORE or name in CONTRACT
    volumes = [n for n in trial.files["imaging.csv"].column_names if n.startswith("imaging_")]
    assert [find_column(name).landmark.name for name in volumes] == ["baseline", "c2", "c4"]


def test_values_are_levels_and_in_range(trial):
    table = trial.files["patients.csv"]
    for name in set(table.column_names) - CORE:
        column, values = CONTRACT[name], table[name].drop_null()
        if column.kind == "category":
            assert set(values.unique().to_pylist()) <= set(column.categories)
        else:
            assert column.low <= pc.min(values).as_py() <= pc.max(values).as_py() <= column.high


def test_arms_are_one_to_three_and_centres_ten(trial):
    table = trial.files["patients.csv"].to_pandas()
    assert (table["arm"] == "experimental").mean() == pytest.approx(0.75, abs=0.02)
    assert table["centre"].nunique() == 10
    assert set(table.loc[table["arm"] == "control", "regimen_assigned"]) == {"TCbHP"}


def test_only_the_adaptive_arm_switches(trial):
    table = trial.files["patients.csv"].to_pandas().dropna(subset=["regimen_given_to_c4"])
    switched = table["regimen_given_to_c4"] != table["regimen_assigned"]
    assert not switched[table["arm"] == "control"].any()
    assert set(table.loc[switched, "regimen_given_to_c4"]) == {"TCbHP", "PyroHT", "EveroHT"}


def test_what_was_not_given_is_not_recorded_as_given(trial):
    table = trial.files["patients.csv"].to_pandas()
    for cycle, landmark in ((2, "c2"), (4, "c4")):
        missing = table[f"regimen_given_to_{landmark}"].isna()
        np.testing.assert_array_equal(missing, table[f"cycle{cycle}_date"].isna())
        assert missing.any()
    np.testing.assert_array_equal(table["pcr"].isna(), table["surgery_date"].isna())


def test_recorded_outcomes_are_the_true_ones(trial):
    recorded = trial.files["patients.csv"]["pcr"].to_numpy()
    true = trial.truth["pcr"].to_numpy()
    known = ~np.isnan(recorded)
    np.testing.assert_array_equal(recorded[known], true[known])
    assert trial.truth["patient_id"].equals(trial.files["patients.csv"]["patient_id"])


def test_ctdna_never_contradicts_itself(trial):
    table = trial.files["ctdna.csv"].to_pandas()
    failed = table["qc_fail"] == 1
    np.testing.assert_array_equal(failed, table["detected"].isna())
    detected, amount = table["detected"].to_numpy(float), table["mtm_per_ml"].to_numpy(float)
    assert not is_contradictory(amount, detected).any()
    assert (amount[detected == 1] >= 0.3).all()
    assert (table.loc[table["detected"] == 1, "n_variants_detected"] >= 2).all()
    assert table["mean_vaf"].max() <= 1
    assert failed.mean() == pytest.approx(0.02, abs=0.006)


def test_samples_are_sorted_by_patient_and_date(trial):
    table = trial.files["ctdna.csv"].to_pandas()
    ordered = table.sort_values(["patient_id", "collected_date"], kind="stable")
    assert ordered.index.tolist() == table.index.tolist()


def test_as_protocol_leaves_out_c1_samples_of_the_control_arm_only(trial):
    other = simulate(n=4000, seed=7, as_protocol=True)
    arms = trial.files["patients.csv"].to_pandas().set_index("patient_id")["arm"]
    counts = [
        each.files["ctdna.csv"].to_pandas()["patient_id"].map(arms).value_counts()
        for each in (trial, other)
    ]
    assert counts[0]["experimental"] == counts[1]["experimental"]
    assert counts[1]["control"] < 0.85 * counts[0]["control"]
    for name in set(trial.files) - {"ctdna.csv"}:
        assert trial.files[name].equals(other.files[name])


def test_what_is_recorded_never_changes_the_truth(trial):
    complete = simulate(n=4000, seed=7, complete=True)
    assert complete.truth.equals(trial.truth)


def test_complete_has_nothing_missing_and_nothing_misread():
    trial = simulate(n=800, seed=1, complete=True)
    assert (
        sum(table[name].null_count for table in trial.files.values() for name in table.column_names)
        == 0
    )
    patients, truth = trial.files["patients.csv"], trial.truth
    assert trial.files["ctdna.csv"].num_rows == 4 * 800
    assert trial.files["gene_panel.csv"].num_rows == 800
    np.testing.assert_array_equal(patients["er_percent"].to_numpy(), truth["er_percent"].to_numpy())
    read = np.array([score == "3+" for score in patients["her2_ihc"].to_pylist()])
    np.testing.assert_array_equal(read, truth["ihc"].to_numpy() == 3)


def test_same_seed_same_tables_another_seed_another_trial():
    one, same, other = (simulate(n=200, seed=seed) for seed in (3, 3, 4))
    assert one.truth.equals(same.truth)
    assert all(one.files[name].equals(same.files[name]) for name in one.files)
    assert not one.truth.equals(other.truth)


@pytest.mark.parametrize("preset", PRESETS)
def test_regimens_of_a_preset_are_in_the_vocabulary(preset):
    trial = simulate(preset, n=50, seed=0)
    assert set(trial.truth["regimen"].to_pylist()) <= set(REGIMEN_NAMES)


def test_a_plan_of_four_cycles_has_no_fifth():
    table = simulate("phedra", n=100, seed=0).files["patients.csv"]
    assert table["cycle5_date"].null_count == 100
    assert set(table["regimen_planned_cycles"].to_pylist()) == {4}


def test_centre_shifts_have_the_asked_spread():
    wide = simulate(n=4000, seed=5, design=Design(n_centres=200, centre_sd=1.0)).truth
    none = simulate(n=100, seed=5, design=Design(centre_sd=0.0)).truth
    shifts = np.unique(wide["centre_shift"].to_numpy())
    assert shifts.std() == pytest.approx(1.0, abs=0.15)
    assert set(none["centre_shift"].to_pylist()) == {0.0}


@pytest.mark.parametrize(
    ("preset", "hint"), [("neocarph", "did you mean 'neocarhp'"), ("zzz", "there are nct07239271")]
)
def test_an_unknown_preset_is_refused_with_a_hint(preset, hint):
    with pytest.raises(UserError, match=hint):
        simulate(preset)


@pytest.mark.parametrize("nothing", [{"n": 0}, {"design": Design(n_centres=0)}])
def test_a_trial_without_patients_or_centres_is_refused(nothing):
    with pytest.raises(UserError, match="at least one"):
        simulate(**nothing)
