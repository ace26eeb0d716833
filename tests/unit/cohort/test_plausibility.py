"""Values that parse and are doubtful: units, constants, twins, dates."""

from __future__ import annotations

import numpy as np
import pytest

from neopcr.cohort.doubt import REMEDIES
from neopcr.cohort.plausibility import doubts
from neopcr.cohort.reference_ranges import REFERENCES, USUALLY_CONSTANT
from neopcr.cohort.unit_slips import unit_slips
from neopcr.modalities import CONTRACT, find_column

NAN = np.nan
RNG = np.random.default_rng(7)
MILLIMETRES = RNG.integers(12, 70, 200).astype(float)


def rules(found):
    return [each.rule for each in found]


def slips(name, values):
    return unit_slips(np.asarray(values, dtype=float), CONTRACT[name])


def of(**table):
    return doubts(table, [find_column(name) for name in table])


@pytest.mark.parametrize("name", sorted(REFERENCES))
def test_a_reference_belongs_to_a_column_and_is_narrower_than_what_is_valid(name):
    if name.endswith("_surgery"):
        return
    column, reference = CONTRACT[name], REFERENCES[name]
    bounds = (column.low, *reference.plausible[:1], *reference.typical[:1])
    assert list(bounds) == sorted(bounds)
    bounds = (reference.typical[1], reference.plausible[1], column.high)
    assert list(bounds) == sorted(bounds)
    assert reference.reason


def test_usually_constant_columns_are_of_the_contract():
    assert set(CONTRACT) >= USUALLY_CONSTANT


def test_a_sound_column_raises_no_doubt():
    assert slips("tumor_diameter_mm", MILLIMETRES) == []
    assert slips("er_percent", np.r_[np.zeros(120), RNG.integers(1, 100, 80)]) == []
    assert slips("grade", np.full(30, 2.0)) == []
    assert slips("tumor_diameter_mm", np.full(9, 2.0)) == []  # too few to have a median


@pytest.mark.parametrize(
    ("name", "values", "meant"),
    [
        ("tumor_diameter_mm", MILLIMETRES / 10, "centimetres"),
        ("tumor_diameter_mm", MILLIMETRES * 10, "tenths of a millimetre"),
        ("age_years", RNG.integers(35, 75, 50) * 12.0, "months"),
        ("ki67_percent", RNG.uniform(0.1, 0.9, 50), "fractions"),
        ("her2_cep17_ratio", RNG.uniform(2, 6, 50) * 10, "values without their decimal point"),
        ("her2_copies_per_cell", RNG.uniform(5, 20, 50) * 100, "values in hundredths"),
        ("ctdna_mean_vaf_baseline", RNG.uniform(0.2, 0.9, 50), "percent"),
        ("ctdna_mtm_per_ml_baseline", RNG.uniform(1, 90, 50) * 1000, "molecules per litre"),
        ("imaging_ftv_cc_baseline", RNG.uniform(5, 50, 50) * 1000, "cubic millimetres"),
        ("regimen_planned_cycles", np.full(50, 18.0), "weeks of three-weekly cycles"),
    ],
)
def test_a_column_in_another_unit(name, values, meant):
    with_gaps = np.r_[NAN, values, NAN]
    (found,) = slips(name, with_gaps)
    assert found.rule == "unit_slip"
    assert found.says.endswith(f"and inside it if these were {meant}")
    assert (found.n, found.first) == (len(values), 1)


def test_a_median_that_no_slip_explains():
    (found,) = slips("age_years", np.full(20, 19.0))
    assert (found.rule, found.says) == (
        "far_from_reference", "the median lies outside 30-80 years",
    )  # fmt: skip


def test_zeros_say_none_and_are_left_out_of_the_median():
    assert slips("ctdna_mtm_per_ml_c2", np.r_[np.zeros(90), RNG.uniform(1, 50, 20)]) == []


def test_a_part_in_another_unit():
    mixed = np.r_[MILLIMETRES, MILLIMETRES[:40] / 10]
    (found,) = slips("tumor_diameter_mm", mixed)
    assert found.rule == "part_in_another_unit"
    assert found.says == (
        "17 % of the values lie outside 10-100 mm, and inside it if these were centimetres"
    )
    assert (found.n, found.first) == (40, 200)
    few = np.r_[MILLIMETRES, MILLIMETRES[:20] / 10]
    assert slips("tumor_diameter_mm", few) == []
    # Amounts of DNA span orders of magnitude between patients.
    assert slips("ctdna_mtm_per_ml_c2", np.r_[np.full(50, 0.02), np.full(60, 5.0)]) == []


def test_single_rows_that_slipped_and_others_that_nothing_explains():
    values = np.r_[MILLIMETRES, 250.0, 260.0, 0.9]
    first, second = slips("tumor_diameter_mm", values)
    assert (first.rule, first.n, first.first) == ("row_slip", 2, 200)
    assert first.says == "outside 1-200 mm, and usual if these were tenths of a millimetre"
    assert (second.rule, second.n, second.first) == ("implausible", 1, 202)
    (odd,) = slips("her2_copies_per_cell", np.r_[RNG.uniform(2, 20, 50), 0.1])
    assert (odd.rule, odd.says) == ("implausible", "outside 0.5-60 signals per cell")


def test_every_rule_says_what_to_do():
    table = {"tumor_diameter_mm": MILLIMETRES / 10, "age_years": np.full(200, 50.0)}
    found = of(**table)
    assert rules(found) == ["unit_slip", "constant"]
    assert all(each.remedy == REMEDIES[each.rule] for each in found)


def test_constant_and_empty_columns():
    found = (
        *of(grade=np.full(20, 3.0), her2_status=np.full(20, 1, dtype=np.int16)),
        *of(er_status=np.r_[-1, np.full(20, 1)].astype(np.int16)),
        *of(ecog=np.full(19, 1.0)),
        *of(ki67_percent=np.full(20, NAN)),
    )
    assert [(each.rule, each.column, each.n, each.first) for each in found] == [
        ("constant", "grade", 20, 0),
        ("constant", "er_status", 20, 1),
        ("empty", "ki67_percent", 0, None),
    ]


def patients(n, seed=3):
    rng = np.random.default_rng(seed)
    return {
        "age_years": rng.integers(30, 80, n).astype(float),
        "tumor_diameter_mm": rng.integers(12, 80, n).astype(float),
        "ki67_percent": rng.integers(5, 90, n).astype(float),
        "er_percent": np.r_[0.0, rng.integers(0, 100, n - 1)],
        "er_status": rng.integers(0, 2, n).astype(np.int16),
    }


def twins(table):
    return [each for each in of(**table) if each.rule == "same_patient"]


def test_one_patient_under_two_identifiers():
    table = patients(60)
    assert twins(table) == []
    for values in table.values():
        values[50] = values[7]
    (found,) = twins(table)
    assert (found.column, found.n, found.first) == ("patient_id", 2, 7)
    assert found.says == "rows agree with another in all 5 clinical columns under other identifiers"


def test_twins_that_chance_would_make_are_not_told():
    table = patients(60)
    coarse = {name: np.round(values / 40) for name, values in table.items()}
    coarse["er_status"] = table["er_status"]
    assert twins(coarse) == []


def test_rows_of_which_little_is_known_are_no_twins():
    table = patients(60)
    for name in ("age_years", "tumor_diameter_mm", "ki67_percent"):
        table[name][10:14] = NAN
    table["er_percent"][10:14] = 5.0
    table["er_status"][10:14] = 1
    assert twins(table) == []
    assert twins({name: table[name] for name in ("age_years", "er_status")}) == []


def days(*texts):
    return np.array(texts, dtype="datetime64[D]")


def test_dates_far_from_all_others_whatever_today_is():
    usual = [f"20{10 + row % 9}-03-01" for row in range(12)]
    found = of(surgery_date=days(*usual, "1900-01-01", "2999-12-31", "NaT"))
    assert [(each.rule, each.n, each.first) for each in found] == [("date_far_away", 2, 12)]
    assert of(surgery_date=days("1900-01-01", "2999-12-31")) == ()


def test_dates_too_close_together_or_too_far_apart():
    first = days("2024-01-01", "2024-01-01", "2024-01-01", "NaT")
    later = days("2024-01-22", "2024-01-03", "2024-12-01", "2024-01-22")
    found = of(first_dose_date=first, cycle2_date=later)
    assert [(each.rule, each.column, each.n, each.first) for each in found] == [
        ("interval", "first_dose_date to cycle2_date", 2, 1)
    ]
    assert found[0].says == "they lie outside 5-70 days of one another"


def test_components_that_contradict_the_name_of_the_regimen():
    names = CONTRACT["regimen_assigned"].categories
    assigned = np.array([names.index("TCbHP")] * 3 + [-1], dtype=np.int16)
    found = of(
        regimen_assigned=assigned,
        regimen_platinum=np.array([1.0, 0.0, NAN, 0.0]),
        regimen_first_taxane=np.array([1.0, 0.0, NAN, 0.0]),
        regimen_given_to_c2=assigned,
    )
    assert [(each.rule, each.column, each.n, each.first) for each in found] == [
        ("regimen_contradiction", "regimen_platinum", 1, 1)
    ]
    assert of(regimen_platinum=np.array([1.0, 0.0])) == ()
