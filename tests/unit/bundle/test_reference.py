import numpy as np
import pytest

from neopcr.bundle import reference_distributions
from neopcr.bundle.between_centres import between_centres, effective
from neopcr.bundle.reference import binned
from neopcr.specs import Column


def column(kind, categories=()):
    return Column(
        name="x", kind=kind, description="", source="", modality="clinical", categories=categories
    )


def describe(values, kind="number", categories=()):
    entry = reference_distributions({"x": values}, [column(kind, categories)])["x"]
    nowhere = {"icc": 0.0, "concentration": 0.0}
    assert entry.pop("centres") == {"values": nowhere, "missing": nowhere}
    return entry


def test_a_number_has_deciles_and_counts():
    entry = describe(np.append(np.arange(1000.0), [np.nan] * 250))
    assert entry["n"] == 1250
    assert entry["missing"] == 0.2
    assert entry["edges"] == [100.0 * step for step in range(1, 10)]
    assert entry["counts"] == [100] * 10


@pytest.mark.parametrize("n", [5, 9, 10, 23, 49, 50, 87])
@pytest.mark.parametrize("seed", range(5))
def test_every_bin_holds_five_patients_or_more(n, seed):
    rng = np.random.default_rng(seed)
    values = np.round(rng.lognormal(size=n), seed % 3)
    entry = describe(values)
    assert len(entry["counts"]) == len(entry["edges"]) + 1
    assert min(entry["counts"]) >= 5
    assert sum(entry["counts"]) == n
    again = np.bincount(np.searchsorted(entry["edges"], values, side="right"))
    assert again.tolist() == entry["counts"]


def test_fewer_than_five_patients_have_no_bins():
    assert describe(np.array([1.0, 2.0, 3.0, 4.0, np.nan])) == {
        "n": 5, "missing": 0.2, "edges": [], "counts": [],
    }  # fmt: skip


def test_one_patient_s_extreme_value_is_nowhere():
    values = np.append(np.arange(99.0), 987_654.321)
    entry = describe(values)
    assert max(entry["edges"]) < 100.0


def test_levels_rest_on_five_patients():
    codes = np.repeat([0, 1, 2, -1], [7, 4, 5, 4]).astype(np.int16)
    assert describe(codes, "category", ("a", "b", "c")) == {
        "n": 20, "missing": 0.2, "levels": {"a": 7, "c": 5},
    }  # fmt: skip
    flags = np.repeat([1.0, 0.0, np.nan], [6, 4, 10])
    assert describe(flags, "boolean") == {"n": 20, "missing": 0.5, "levels": {"1": 6}}


@pytest.mark.parametrize("kind", ["text", "date"])
def test_text_and_dates_are_not_described(kind):
    assert reference_distributions({"x": np.array([1.0])}, [column(kind)]) == {}


def test_an_absent_column_has_no_entry():
    assert reference_distributions({"y": np.array([1.0])}, [column("number")]) == {}


def test_values_fall_into_the_bins_that_were_counted():
    values = np.append(np.arange(100.0), [np.nan, 50.0])
    codes, counts = binned(values, column("number"), describe(values))
    assert np.bincount(codes[codes >= 0]).tolist() == counts.tolist()
    assert codes[100] == -1


def test_rare_and_unknown_levels_share_the_last_bin():
    levels = ("a", "b", "c", "d")
    entry = describe(np.repeat([0, 1, 2, -1], [7, 4, 5, 4]).astype(np.int16), "category", levels)
    codes, counts = binned(np.array([0, 1, 2, 3, -1]), column("category", levels), entry)
    assert codes.tolist() == [0, 2, 1, 2, -1]
    assert counts.tolist() == [7, 5, 4]
    flags = describe(np.repeat([1.0, 0.0, np.nan], [6, 4, 10]), "boolean")
    codes, counts = binned(np.array([0.0, 1.0, np.nan]), column("boolean"), flags)
    assert (codes.tolist(), counts.tolist()) == ([1, 0, -1], [6, 4])


def test_centres_that_are_all_alike_are_told_so():
    told = reference_distributions(
        {"x": np.tile([0.0, 1.0], 50)}, [column("boolean")], np.repeat(np.arange(10), 10)
    )["x"]["centres"]
    assert told["values"] == {"icc": 0.0, "concentration": pytest.approx(0.1)}


def test_the_intraclass_correlation_is_found_again():
    rng = np.random.default_rng(0)
    centre = np.repeat(np.arange(2000), 20)
    share = rng.beta(2.0, 2.0, 2000)  # Its correlation is 1 / (2 + 2 + 1).
    codes = (rng.random(40_000) < share[centre]).astype(np.int64)
    assert between_centres(codes, centre)["icc"] == pytest.approx(0.2, abs=0.03)
    assert effective(400, {"icc": 0.2, "concentration": 0.05}) == pytest.approx(400 / 4.8)


def test_one_centre_or_patients_of_none_tell_nothing():
    codes = np.array([0, 1, 0, 1])
    assert between_centres(codes, np.zeros(4, dtype=int))["icc"] == 0.0
    assert between_centres(codes, np.full(4, -1)) == {"icc": 0.0, "concentration": 0.0}
