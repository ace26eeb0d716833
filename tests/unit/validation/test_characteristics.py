"""Who the patients are: quartiles, counts, and what may not be shown."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neopcr.modalities import find_column
from neopcr.specs import Column
from neopcr.validation.characteristics import Count, Quartiles, characteristics, hide

Y = np.tile([1.0, 0.0], 20)


def column(name, kind, **rest):
    return Column(name=name, kind=kind, description="", source="", modality="clinical", **rest)


def found(values, kind, **rest):
    who = characteristics({"x": values}, [column("x", kind, **rest)], Y)
    assert who.n == (40, 20, 20)
    return {line.level: line.cells for line in who.lines}


def test_a_number_has_quartiles_and_its_missing_values_are_counted():
    values = np.arange(40.0)
    values[:12] = np.nan
    cells = found(values, "number")
    assert cells[""][0] == Quartiles(19, 26, 32)
    assert cells["missing"] == (Count(12, 40), Count(6, 20), Count(6, 20))


def test_a_group_with_few_values_has_no_quartiles():
    values = np.where(Y == 1, np.arange(40.0), np.nan)
    values[1:8:2] = 1.0
    everyone, reached, residual = found(values, "number")[""]
    assert None not in (everyone, reached)
    assert residual is None


def test_levels_of_a_category_a_yes_and_a_text():
    codes = np.repeat([0, 1], 20).astype(np.int16)
    assert found(codes, "category", categories=("a", "b", "c")) == {
        "a": (Count(20, 40), Count(10, 20), Count(10, 20)),
        "b": (Count(20, 40), Count(10, 20), Count(10, 20)),
    }
    assert list(found(np.where(np.arange(40) < 10, np.nan, Y), "boolean")) == [
        "yes",
        "no",
        "missing",
    ]
    words = np.array(["b", "a"] * 10 + [None] * 20, dtype=object)
    assert list(found(words, "text")) == ["a", "b", "missing"]


def test_what_names_patients_is_not_described():
    names = np.array([f"p{row}" for row in range(40)], dtype=object)
    dates = np.full(40, np.datetime64("2024-01-01"))
    table = {"x": names, "y": dates}
    columns = [column("x", "text"), column("y", "date")]
    assert characteristics(table, columns, Y).lines == ()


def test_a_transcriptome_is_counted_not_listed():
    table = {f"expression_{number}": np.arange(40.0) for number in range(61)}
    columns = [find_column(name) for name in table]
    who = characteristics({**table, "age_years": Y}, [*columns, find_column("age_years")], Y)
    assert who.left_out == {"expression": 61}
    assert {line.column for line in who.lines} == {"age_years"}
    assert who.lines[0].unit == find_column("age_years").unit


def test_one_rare_level_hides_the_next_smallest_too():
    codes = np.repeat([0, 1, 2], [28, 10, 2]).astype(np.int16)
    cells = found(codes, "category", categories=("a", "b", "c"))
    assert cells["c"] == (None, None, None)
    assert cells["b"] == (None, None, None)
    assert None not in cells["a"]


def test_one_rare_outcome_hides_the_other_but_not_their_sum():
    codes = np.where(Y == 1, 0, 1).astype(np.int16)
    codes[[1, 3, 5]] = 0
    cells = found(codes, "category", categories=("a", "b"))
    assert cells["a"] == (Count(23, 40), None, None)
    assert cells["b"] == (Count(17, 40), None, None)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=6))
def test_no_hidden_count_can_be_worked_out_by_subtraction(pairs):
    """Of counts whose sums are known, either none is hidden or two of them are that are not 0."""
    counts = np.array([(a + b, a, b) for a, b in pairs])
    hidden = hide(counts)
    assert hidden[(counts > 0) & (counts < 5)].all()
    assert (hidden[:, 1] == hidden[:, 2]).all()
    assert hidden[hidden[:, 0], 1].all()
    for group in hidden.T:
        assert group.sum() != 1 or (counts[:, 0] > 0).sum() <= 1
