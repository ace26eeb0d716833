"""Eligibility, against the reading of the columns that it rests on."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from measure import Line, race
from study import CONFIG

from neopcr.simulation import simulate, write_trial
from neopcr.trials import TRIALS, Explainer, answers
from neopcr.workflows._assigned import Arm
from neopcr.workflows._assigned_told import arm_question
from neopcr.workflows._columns import find_any_column
from neopcr.workflows._joined import joined
from neopcr.workflows._streamed import Question, answer_file
from neopcr.workflows.assemble import assemble
from neopcr.workflows.screen import question_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from study import Study

    from neopcr.specs import Column

TRIAL = TRIALS["nct07239271"]
ARM = Arm(decision="c2")
_MISSING = 0.1
_SIMULATED = 20_000


def lines(study: Study, *, quick: bool) -> Iterator[Line]:
    """Patients a second: the status, why, and the whole pass from file to file."""
    del study
    n, rounds = (5_000, 1) if quick else (1_000_000, 3)
    columns = [find_any_column(name) for name in TRIAL.reads]
    rng = np.random.default_rng(0)
    table = {column.name: _draw(column, n, rng) for column in columns}
    ids = {"patient_id": [f"P{row}" for row in range(n)]}
    source = Path("screened.parquet")
    cells = {column.name: _cells(column, table[column.name]) for column in columns}
    pq.write_table(pa.table({**ids, **cells}), source)
    found = answers(TRIAL, table)
    both = joined(question_of(TRIAL), arm_question(ARM), ARM.decision)
    registry = _simulated(n, {**ids, **cells})
    timed = race(
        {
            "status": partial(answers, TRIAL, table),
            "why": lambda: Explainer(TRIAL).explain(table, found),
            "pass": lambda: _answer(source, question_of(TRIAL), n),
            "both": lambda: _answer(registry, both, n),
            "reading": partial(pq.read_table, source),
            "reading both": partial(pq.read_table, registry),
        },
        rounds=rounds,
    )
    about = f"{len(TRIAL.criteria)} criteria of NCT07239271 on {len(columns)} columns"
    notes = {
        "status": ("eligibility", 0.2, f"{about}, table in memory"),
        "why": ("why, 10 % missing", 0.02, f"{about}, {_MISSING:.0%} of each column missing"),
        "pass": ("screening, file to file", None, f"{about}, parsed, checked, answered, explained"),
        "both": (
            "screened and assigned in one pass",
            None,
            f"{len(both.columns)} columns; simulated patients under new identifiers, what only the "
            "trial asks for drawn; parsed, checked, screened, explained and assigned at c2",
        ),
    }
    for name, (title, floor, note) in notes.items():
        yield Line(
            name=title,
            value=n / timed[name].wall,
            unit="rows/s",
            baseline=n / timed["reading both" if name == "both" else "reading"].wall,
            n=n,
            cpu_per_wall=timed[name].cpu_per_wall,
            floor=floor,
            note=f"{note}; median of {rounds}; against pyarrow reading the same columns on all cores",
        )


def _answer(source: Path, question: Question, n: int) -> None:
    """One streamed pass; nothing may be lost."""
    manifest = answer_file(source, Path("answers.parquet"), question)
    counted = sum(manifest["counts"]["eligible"].values())
    if not n == manifest["rows"] == counted + manifest["rejected"]:
        message = f"{n} rows went in, {counted} were answered and {manifest['rejected']} rejected."
        raise RuntimeError(message)


def _simulated(n: int, drawn: Mapping[str, object]) -> Path:
    """Patients of the simulator, repeated under new identifiers, with what only the trial asks for."""
    with contextlib.chdir(tempfile.mkdtemp(dir=".")):
        write_trial(simulate(n=min(n, _SIMULATED), seed=3), Path("demo/new"))
        assemble(CONFIG, Path("cohort.parquet"), external=True)
        patients = pq.read_table("cohort.parquet")
    places = pa.array(np.arange(n) % patients.num_rows)
    known = {name: patients[name].take(places) for name in patients.column_names}
    # Dates are those that were drawn: the simulator's would contradict them.
    known = {name: values for name, values in known.items() if not name.endswith("_date")}
    path = Path("registry.parquet")
    pq.write_table(pa.table({**drawn, **known, "patient_id": drawn["patient_id"]}), path)
    return path


def _draw(column: Column, n: int, rng: np.random.Generator) -> NDArray[Any]:
    """Mostly what speaks for a patient, so that most are not known rather than excluded."""
    missing = rng.random(n) < _MISSING
    if column.kind == "category":
        good = {"ct_stage": 3, "her2_ihc": 3, "her2_ish": 1, "her2_status": 1}.get(column.name, 0)
        return np.where(missing, -1, good).astype(np.int16)
    if column.kind == "date":
        day = np.datetime64(_DAYS[column.name])
        return np.where(missing, np.datetime64("NaT", "D"), day)
    value = np.full(n, _GOOD.get(column.name, float(column.name.startswith(_YES))))
    value = np.where(rng.random(n) < 0.002, column.low or 0, value)
    return np.where(missing, np.nan, value)


# A patient whom the trial takes.
_DAYS = {
    "pregnancy_test_date": "2024-03-01",
    "enrolment_date": "2024-03-05",
    "randomisation_date": "2024-03-08",
    "first_dose_date": "2024-03-15",
    "major_surgery_date": "2020-01-01",
    "trial_drug_last_date": "2020-01-01",
}
_YES = (
    "consent", "compliance", "operable", "surgery_t", "adjuvant", "contraception", "childbearing",
    "her2_positive", "major_surgery", "er_tested", "pgr_tested", "ki67_tested",
)  # fmt: skip
_GOOD = {
    "trial_drug": 1.0, "ecog": 1.0, "age_years": 50.0, "tumor_diameter_mm": 32.0,
    "quadrants_involved": 1.0, "anc_1e9_per_l": 4.0, "platelets_1e9_per_l": 250.0,
    "wbc_1e9_per_l": 6.0, "haemoglobin_g_per_l": 130.0, "lvef_percent": 65.0, "qtc_ms": 420.0,
    "systolic_bp_mmhg": 130.0, "diastolic_bp_mmhg": 80.0, "life_expectancy_months": 120.0,
    "her2_cep17_ratio": 3.0, "her2_copies_per_cell": 9.0, "cep17_copies_per_cell": 3.0,
    "her2_recount_ratio": 3.0, "her2_recount_copies_per_cell": 9.0,
}  # fmt: skip


def _cells(column: Column, values: NDArray[Any]) -> pa.Array:
    if column.kind == "category":
        words = pa.array(column.categories, pa.string())
        return words.take(pa.array(values, mask=values < 0))
    if column.kind == "date":
        return pa.array(values)
    if column.kind == "boolean":
        return pa.array(values == 1, mask=np.isnan(values))
    return pa.array(values, mask=np.isnan(values))
