"""Trials criterion by criterion: met, not met, unknown, and both sides of every bound, by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from neopcr.trials import ANSWERS, ELIGIBLE, TRIALS, answers, complete
from neopcr.workflows._columns import find_any_column
from spec.spec_tables import HERE, read_spec

FILES = {
    "nct07239271": ("nct07239271.txt", "nct07239271_patient.txt"),
    "nct07376174": ("nct07376174.txt", "nct07376174_patient.txt"),
    "nct02286843": ("nct02286843.txt", "nct02286843_patient.txt"),
}  # fmt: skip
EACH = pytest.mark.parametrize("name", FILES)


def patient(name: str, changed: str = ""):
    """The trial's own patient, changed, as a table of one row."""
    cells = {row["column"]: row["value"] for row in read_spec(FILES[name][1])}
    cells |= dict(part.strip().split("=") for part in changed.split(";") if part)
    columns = [find_any_column(each) for each in TRIALS[name].reads]
    return complete({each: encoded(each, cell) for each, cell in cells.items()}, columns)


def encoded(name: str, cell: str):
    column = find_any_column(name)
    if column.kind == "category":
        return np.array([column.categories.index(cell) if cell else -1], dtype=np.int16)
    if column.kind == "date":
        return np.array([cell or "NaT"], dtype="datetime64[D]")
    return np.array([{"": np.nan, "yes": 1.0, "no": 0.0}[cell]]
                    if column.kind == "boolean" else [float(cell or "nan")])  # fmt: skip


def rows():
    for name, (table, _) in FILES.items():
        for row in read_spec(table):
            yield pytest.param(name, row, id=f"{name} {row['criterion']}: {row['changed']}")


@EACH
def test_the_reference_patient_is_eligible(name):
    found = answers(TRIALS[name], patient(name))
    assert {ANSWERS[truth[0]] for truth in found.values()} == {"met"}


@pytest.mark.parametrize(("name", "row"), list(rows()))
def test_criterion(name, row):
    found = answers(TRIALS[name], patient(name, row["changed"]))
    said = {each: ANSWERS[found[each][0]] for each in (row["criterion"], ELIGIBLE)}
    assert list(said.values()) == [row["answer"], row["eligible"]]


@EACH
def test_the_protocols_sentence_stands_beside_the_rows_of_each_criterion(name):
    """Met, not met and unknown are all there; an answer that missing excludes is never unknown."""
    table = Path(HERE / FILES[name][0]).read_text(encoding="utf-8")
    for each in TRIALS[name].criteria:
        soft = "" if each.hard else " (soft)"
        assert f"\n# {each.id}{soft}: {each.sentence}\n" in table, each.id
        seen = {row["answer"] for row in read_spec(FILES[name][0]) if row["criterion"] == each.id}
        assert seen == set(ANSWERS) - ({"unknown"} if each.missing == "excluded" else set())


@EACH
def test_bounds_are_in_the_units_of_the_columns(name):
    given = {row["column"]: row["unit"] for row in read_spec(FILES[name][1])}
    assert {each: find_any_column(each).unit for each in given} == given
    for criterion in TRIALS[name].criteria:
        for leaf in criterion.rule.leaves:
            for column, unit in leaf.units.items():
                assert find_any_column(column).unit == unit, (criterion.id, column)


def test_every_trial_has_its_table():
    assert set(FILES) == set(TRIALS)
