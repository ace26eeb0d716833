import numpy as np
import pytest

from neopcr.bundle import reference_distributions
from neopcr.specs import Column


def column(kind, categories=()):
    return Column(
        name="x", kind=kind, description="", source="", modality="clinical", categories=categories
    )


def describe(values, kind="number", categories=()):
    return reference_distributions({"x": values}, [column(kind, categories)])["x"]


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
