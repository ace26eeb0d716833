"""Disease-free survival as a clinician can read it: the table against the code."""

import numpy as np

from neopcr.oncology.dfs import disease_free_survival
from spec.spec_tables import number, read_spec

ROWS = read_spec("dfs.txt")


def dates(name):
    return np.array([row[name] or "NaT" for row in ROWS], dtype="datetime64[D]")


def test_disease_free_survival():
    names = ("surgery", "recurrence", "death", "followup")
    found = disease_free_survival(*(dates(name) for name in names))
    for name in ("months", "event"):
        expected = [number(row[name]) for row in ROWS]
        np.testing.assert_allclose(getattr(found, name), expected, atol=0.005, rtol=0)
    for position, row in enumerate(ROWS):
        broken = {name for name, rows in found.faults.items() if rows[position]}
        assert broken == set(row["faults"].split()), row["why"]
