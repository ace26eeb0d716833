"""Patients drawn over everything that a trial's columns may hold."""

from __future__ import annotations

import numpy as np

from neopcr.trials import answers, complete
from neopcr.workflows._columns import find_any_column as column_of

_FEW = 400
FIRST_DAY = np.datetime64("2024-01-01")


def nothing_recorded(trial, n: int):
    return complete({"nobody": np.zeros(n)}, [column_of(name) for name in trial.reads])


def draw(trial, n: int, rng, missing: float = 0.3, favourable: float = 0.0):
    """Values over the whole range of each column, bounds among them, some missing.

    A share `favourable` of the values of each column is one that no criterion reading it alone
    holds against the patient.
    """
    table = {name: _column(trial, name, n, rng) for name in trial.reads}
    for name, values in table.items():
        if favourable:
            good = rng.choice(_good(trial, name, values[:_FEW]), n)
            table[name] = np.where(rng.random(n) < favourable, good, values).astype(values.dtype)
        table[name][rng.random(n) < missing] = nothing_recorded(trial, 1)[name][0]
    return table


def _column(trial, name: str, n: int, rng):
    column = column_of(name)
    if column.kind == "category":
        return rng.integers(0, len(column.categories), n).astype(np.int16)
    if column.kind == "date":
        return FIRST_DAY + rng.integers(0, 60, n)
    if column.kind == "boolean":
        return (rng.random(n) < 0.5).astype(float)
    # Around the bounds, where answers change; else anywhere. Zero copies are an error, no value.
    leaves = [leaf for each in trial.criteria for leaf in each.rule.leaves if name in leaf.columns]
    bounds = np.concatenate([leaf.probes[name](nothing_recorded(trial, 1)) for leaf in leaves])
    near = rng.choice(bounds, n) + rng.choice([-0.5, 0.0, 0.5], n)
    far = rng.uniform(column.low, column.high, n)
    return np.clip(np.where(rng.random(n) < 0.8, near, far), max(column.low, 1e-3), column.high)


def _good(trial, name: str, values):
    """Those of the values that no criterion holds against a patient of whom else nothing is known."""
    nothing = nothing_recorded(trial, len(values))
    before, after = answers(trial, nothing), answers(trial, nothing | {name: values})
    better = np.ones(len(values), dtype=bool)
    for each in trial.hard:
        better &= after[each.id] >= before[each.id]
    return values[better]
