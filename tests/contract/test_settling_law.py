"""What `why` says to settle a patient does, and no smaller set of fields: by brute force."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from drawn_patients import FIRST_DAY, column_of, draw, nothing_recorded
from neopcr.trials import ELIGIBLE, TRIALS, Explainer, answers, contradictions
from neopcr.trials._shared.logic import NO, UNKNOWN
from neopcr.trials._shared.rules import is_missing

EACH = pytest.mark.parametrize("trial", TRIALS.values(), ids=lambda trial: trial.name)
MISSING = {"few of everything": (0.04, 0.04), "dates above all": (0.008, 0.35)}

TRIES = 400
MOST = 6
"""Fields missing of a patient whose every set of them is tried."""

# Bounds of the protocols in days, both sides, and far off; nobody knows here how rules find theirs.
OFFSETS = (
    -9000, -6576, -6575, -6574, -100, -29, -28, -8, -7, -1, 0, 1, 7, 8, 28, 29, 89, 90, 91, 9000,
)  # fmt: skip


@EACH
@pytest.mark.parametrize("missing", MISSING)
def test_what_is_said_to_settle_settles_and_no_smaller_set_does(trial, missing):
    """Every smaller set of missing fields is filled at random, and leaves her open at least once."""
    rng = np.random.default_rng(len(missing))
    for one, whys in _open_patients(trial, MISSING[missing], rng):
        lacking = [name for name in trial.reads if is_missing(one[name])[0]]
        fields, alone = (set(text.split(";")) - {""} for text in whys)
        smaller = [each for size in range(len(fields)) for each in combinations(lacking, size)]
        asked = [tuple(fields), *smaller, *((name,) for name in lacking)]
        open_, excluded, possible = _by_force(trial, one, asked, rng)
        assert possible[0], fields
        assert not open_[0], fields
        assert [each for each in smaller if each not in _true(asked, open_ | ~possible)] == []
        found = {name for name in lacking if (name,) in _true(asked, excluded)}
        # The contract lets no age below 18 pass.
        assert found == alone - {"age_years"}


def _true(asked, of):
    return {each for each, holds in zip(asked, of, strict=True) if holds}


def _open_patients(trial, missing, rng):
    """Patients who are neither in nor out, with few fields missing, and why."""
    table = draw(trial, 3_000, rng, missing=0.0, favourable=1.0)
    for name in trial.reads:
        share = missing[column_of(name).kind == "date"]
        gone = rng.random(3_000) < share
        table[name] = np.where(gone, nothing_recorded(trial, 1)[name], table[name])
        table[name] = table[name].astype(nothing_recorded(trial, 1)[name].dtype)
    found = answers(trial, table)
    said = Explainer(trial).explain(table, found)
    lacking = np.sum([is_missing(table[name]) for name in trial.reads], axis=0)
    asked = (found[ELIGIBLE] == UNKNOWN) & ~_contradictory(trial, table) & (lacking <= MOST)
    rows = np.flatnonzero(asked)[:8]
    assert len(rows) >= 3
    for row in rows:
        texts = said.why[row].as_py(), said.could_exclude[row].as_py()
        yield {name: table[name][row : row + 1] for name in trial.reads}, texts


def _by_force(trial, one, asked, rng):
    """Of each set of fields: some values leave her open, exclude her, are possible at all."""
    n = len(asked) * TRIES
    table = {name: np.repeat(values, n) for name, values in one.items()}
    pool = draw(trial, 2_000, rng, missing=0.0, favourable=0.7)
    for place, names in enumerate(asked):
        here = slice(place * TRIES, (place + 1) * TRIES)
        days = [values[here] for values in table.values() if values.dtype.kind == "M"]
        near = [each for each in days if not np.isnat(each[0])] or [np.full(TRIES, FIRST_DAY)]
        for name in names:
            if column_of(name).kind == "date":
                chosen = np.stack(near)[rng.integers(0, len(near), TRIES), np.arange(TRIES)]
                table[name][here] = chosen + rng.choice(OFFSETS, TRIES)
                near.append(table[name][here])
            else:
                table[name][here] = rng.choice(pool[name], TRIES)
    possible = ~_contradictory(trial, table).reshape(len(asked), TRIES)
    answer = answers(trial, table)[ELIGIBLE].reshape(len(asked), TRIES)
    return tuple(
        (each & possible).any(axis=1) for each in (answer == UNKNOWN, answer == NO, possible)
    )


def _contradictory(trial, table):
    wrong = np.zeros(len(table["her2_ihc"]), dtype=bool)
    for problem in contradictions(trial, table):
        wrong[problem.rows] = True
    return wrong
