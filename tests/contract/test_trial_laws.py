"""Laws that every trial obeys, run over the registry."""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import neopcr.trials
from drawn_patients import column_of, draw, nothing_recorded
from her2_reopening import CELLS, listed, missing_cell, reopened, states
from neopcr.modalities import CONTRACT
from neopcr.oncology.her2 import Her2Input, classify
from neopcr.trials import COLUMNS, ELIGIBLE, TRIALS, Explainer, answers, contradictions
from neopcr.trials._shared.logic import NO, UNKNOWN, YES
from neopcr.trials._shared.of_her2 import CALLED, ISH, SCORED

EACH = pytest.mark.parametrize("trial", TRIALS.values(), ids=lambda trial: trial.name)
SEEDS = pytest.mark.parametrize("seed", range(2))


@EACH
def test_a_patient_with_nothing_recorded_is_never_eligible(trial):
    found = answers(trial, nothing_recorded(trial, 2))
    excluded = {each.id for each in trial.criteria if each.missing == "excluded"}
    for each in trial.criteria:
        assert set(found[each.id]) == {NO if each.id in excluded else UNKNOWN}, each.id
    assert set(found[ELIGIBLE]) == {NO if excluded else UNKNOWN}


# What asks for more than HER2 itself is open where HER2 turns from one status into the other.
ASKS_MORE = {"nct02286843": {"I3"}, "nct07376174": {"I4"}}
LISTED = listed("her2_reopened.txt")


@EACH
@SEEDS
def test_adding_information_never_makes_an_answer_unknown(trial, seed):
    """But for HER2 in the cases of `her2_reopened.txt`, and where another status took its place."""
    rng = np.random.default_rng(seed)
    after = _without_contradictions(trial, draw(trial, 60_000, rng, favourable=0.6))
    name = rng.choice(trial.reads, len(after["her2_ihc"]))
    before = {}
    for each in trial.reads:
        empty = nothing_recorded(trial, 1)[each]
        before[each] = np.where(name == each, empty, after[each]).astype(after[each].dtype)
    first, then = answers(trial, before), answers(trial, after)
    reopened, revised = _is_reopened(before, after), _is_revised(before, after)
    # Who is excluded because something is missing is excluded by no fact.
    facts = [each for each in trial.criteria if each.missing == "unknown"]
    for each in facts:
        allowed = _is_allowed(trial, each, reopened, revised)
        assert not (_is_lost(first[each.id], then[each.id]) & ~allowed).any(), each.id
    hard = [each.id for each in facts if each.hard]
    by_fact, after_all = (np.minimum.reduce([one[each] for each in hard]) for one in (first, then))
    assert not (_is_lost(by_fact, after_all) & ~reopened & ~revised).any()


@EACH
def test_adding_any_cell_that_a_criterion_reads_never_makes_it_unknown(trial):
    """Each criterion by itself, where what it reads is all that is recorded."""
    rng = np.random.default_rng(0)
    for criterion in trial.criteria:
        if criterion.missing == "excluded":
            continue
        drawn = draw(trial, 4_000, rng, missing=0.25)
        known = {name: drawn[name] for name in criterion.columns}
        after = _without_contradictions(trial, nothing_recorded(trial, 4_000) | known)
        assert len(after["her2_ihc"]) > 100
        for name in criterion.columns:
            before = after | {name: np.full_like(after[name], nothing_recorded(trial, 1)[name][0])}
            lost = _is_lost(criterion.answer(before), criterion.answer(after))
            reopened, revised = _is_reopened(before, after), _is_revised(before, after)
            allowed = _is_allowed(trial, criterion, reopened, revised)
            assert not (lost & ~allowed).any(), (criterion.id, name)


@EACH
def test_her2_alone_makes_an_answer_unknown_in_listed_cases(trial):
    """Every state of HER2 with every cell added; the reference trial needs half a recount for it."""
    grid = states()
    n = len(grid["her2_ihc"])
    after = nothing_recorded(trial, n) | {each: grid[each] for each in grid if each in trial.reads}
    expected = {"nct07239271": {("first count", "2+")}}
    of_her2 = [
        each for each in trial.criteria
        if each.missing == "unknown" and not set(each.columns).isdisjoint(CALLED)
    ]  # fmt: skip
    for name, each in product(CELLS.keys() & set(trial.reads), of_her2):
        before = after | {name: np.full_like(after[name], missing_cell(name))}
        lost = _is_lost(each.answer(before), each.answer(after))
        then, now = (_rows(table, lost) for table in (before, after))
        cases = {case[:2] for case in reopened_cases(then, now) if case}
        assert cases <= expected.get(trial.name, cases), (each.id, name)
        allowed = _is_allowed(trial, each, _is_reopened(then, now), _is_revised(then, now))
        assert allowed.all(), (each.id, name)


def _rows(table, rows):
    return {name: values[rows] for name, values in table.items()}


def _is_lost(first, then):
    return (first != UNKNOWN) & (then == UNKNOWN)


def _is_allowed(trial, criterion, reopened, revised):
    if set(criterion.columns).isdisjoint(CALLED):
        return np.zeros_like(reopened)
    asks_more = criterion.id in ASKS_MORE.get(trial.name, ())
    return reopened | revised if asks_more else reopened


def _without_contradictions(trial, table):
    """Rows that a cohort's rejects would not name."""
    return _rows(table, ~_is_contradictory(trial, table))


def _is_contradictory(trial, table):
    """Rows that a cohort's rejects would name."""
    wrong = np.zeros(len(table["her2_ihc"]), dtype=bool)
    for problem in contradictions(trial, table):
        wrong[problem.rows] = True
    return wrong


def _is_reopened(before, after):
    return reopened_cases(before, after) != None  # noqa: E711 - an array


def reopened_cases(before, after):
    """By row a listed case that HER2 is, by all that is known of it or by ISH alone."""
    found = np.full(len(after["her2_ihc"]), None, dtype=object)
    for columns in (ISH, SCORED, CALLED):
        cases = reopened(*(_of(table, columns) for table in (before, after)))
        assert set(cases) - {None} <= LISTED
        found = np.where(cases == None, found, cases)  # noqa: E711
    return found


def _is_revised(before, after):
    """HER2 that was positive and is negative, or the other way round."""
    return np.logical_or.reduce([
        np.isin(then, (0, 1)) & np.isin(now, (0, 1)) & (then != now)
        for columns in (ISH, SCORED, CALLED)
        for then, now in [[_status(_of(table, columns)) for table in (before, after)]]
    ])  # fmt: skip


def _of(table, columns):
    return {name: table[name] for name in columns if name in table}


def _status(known):
    return classify(Her2Input.from_table(known)).asco_cap_status


@EACH
@SEEDS
def test_the_order_of_rows_does_not_matter(trial, seed):
    rng = np.random.default_rng(seed)
    table = draw(trial, 2_000, rng)
    order = rng.permutation(2_000)
    found, whys = _explained(trial, table)
    again, again_whys = _explained(trial, {name: values[order] for name, values in table.items()})
    assert all(np.array_equal(found[each][order], again[each]) for each in found)
    for text, other in zip(whys, again_whys, strict=True):
        assert text.take(order).equals(other)


@EACH
def test_patients_together_are_told_what_each_is_told_alone(trial):
    """Patients of one pattern are told the same, so patterns must not be mixed up."""
    table = draw(trial, 6_000, np.random.default_rng(1), missing=0.05, favourable=0.99)
    found, together = _explained(trial, table)
    rows = np.flatnonzero((found[ELIGIBLE] == UNKNOWN) & ~_is_contradictory(trial, table))[-60:]
    assert len(rows) > 20
    for row in rows:
        _, alone = _explained(
            trial, {name: values[row : row + 1] for name, values in table.items()}
        )
        assert [text[0] for text in alone] == [text[int(row)] for text in together]


def _explained(trial, table):
    found = answers(trial, table)
    return found, Explainer(trial).explain(table, found)


@EACH
def test_why_of_a_patient_who_is_not_eligible_names_the_criteria_that_decide(trial):
    table = draw(trial, 500, np.random.default_rng(0), favourable=0.9)
    found, whys = _explained(trial, table)
    for row in np.flatnonzero(~_is_contradictory(trial, table)):
        failed = [each.id for each in trial.hard if found[each.id][row] == NO]
        if failed:
            assert whys.why[row].as_py() == ";".join(failed)
        assert (whys.why[row].as_py() == "") == (found[ELIGIBLE][row] == YES)
        assert whys.could_exclude[row].as_py() == "" or found[ELIGIBLE][row] == UNKNOWN


@EACH
def test_ids_are_unique_and_every_sentence_is_there(trial):
    ids = [each.id for each in trial.criteria]
    assert len(ids) == len(set(ids))
    assert all(each.sentence.endswith(".") and each.columns for each in trial.criteria)
    assert all(each.id.startswith("E" if each.excludes else "I") for each in trial.criteria)


@EACH
def test_every_column_is_declared_and_every_declared_one_is_read(trial):
    assert all(column_of(name).name == name for name in trial.reads)
    assert {each.name for each in trial.columns} <= set(trial.reads)


def test_a_name_declared_twice_is_one_column():
    declared = defaultdict(set)
    for column in (*CONTRACT.values(), *(each for one in TRIALS.values() for each in one.columns)):
        declared[column.name].add(column)
    assert {name for name, columns in declared.items() if len(columns) > 1} == set()
    assert not set(COLUMNS) & set(CONTRACT)


def test_every_trial_file_is_registered():
    files = {
        path.stem for path in Path(neopcr.trials.__file__).parent.iterdir()
        if not path.stem.startswith("_") and (path.suffix == ".py" or path.is_dir())
    }  # fmt: skip
    assert files == set(TRIALS)
