"""Every constant, comparison and join of the trials: a fault in any of them fails a golden table.

``make test-slow`` runs it: a thousand faults, each in a fresh import of the trials.
"""

from __future__ import annotations

import ast
import importlib
import warnings
from typing import TYPE_CHECKING

import numpy as np
import pytest

import trial_mutants
from neopcr.trials._adaptive_nct07239271 import POLICIES
from neopcr.workflows._columns import find_any_column
from spec.spec_tables import read_spec
from spec.test_nct07239271_adaptive_arm import INPUT, golden, said, states
from spec.test_nct_criteria import FILES, patient

if TYPE_CHECKING:
    from neopcr.specs import Table

ARM = "_adaptive_nct07239271"
RULES = (
    "nct07239271", "nct07239271.inclusion", "nct07239271.exclusion", "nct07376174", "nct02286843",
    "_shared.logic", "_shared.criterion", "_shared.of_her2", "_shared.rules", "_shared.settling",
    "_shared.connected", "_shared.why",
)  # fmt: skip
_TRIED = "a value that is tried: others stand in the same cell, and test_settling_law.py tries more"
_SIZE = "how much is done at once"
_KEY = "numbers of patterns: tests/contract/test_trial_laws.py tells patients apart by them"
_AS_LONG = "both are as long"
_TYPE = "a type, not an answer"
# Faults that change no answer, by what stands in their line, and why.
SAME = {
    "nct07239271.exclusion": {"rule = any_of[0]": "one rule is its own alternative"},
    "nct07376174": {"is_stage(_STAGES": "what is neither 1 nor missing is no"},
    "nct02286843": {"_older_by_age, {": _TRIED, "np.isnan(age) | (age == 18)": "18 is open already"},
    "_shared.logic": {
        "revisable: bool": "every rule that revises says so", "reach: int": _KEY,
        "len(each.parts) > 1": "words, not answers",
    },
    "_shared.criterion": {"strict=True": _AS_LONG, "_CHUNK =": _SIZE, 'kind == "text"': "no trial reads a text"},
    "_shared.of_her2": {
        "her2_positive(table, SCORED), 0.0)": "what is neither 1 nor missing is no",
        "np.where(by_fish == 0, 0.0": "what is neither 1 nor missing is no",
        **{f'    "{name}": (': _TRIED for name in (
            "her2_cep17_ratio", "her2_copies_per_cell", "cep17_copies_per_cell",
            "her2_recount_ratio", "her2_recount_copies_per_cell",
        )},
    },
    "_shared.rules": {
        "max(wanted) + 1": _TRIED, "probe: float": _TRIED, "np.unique([[each - 1": _TRIED,
        "reach = np.array": _TRIED, "reach=": _KEY, "both = np.array": "yes and no are tried",
        " | None": _TYPE,
        "known[0]": "one date that is known is the first and the last",
    },
    "_shared.settling": {
        "_AT_ONCE =": _SIZE, "IMPOSSIBLE =": "any code that is no answer",
        "range(len(missing) + 1)": "there are no larger sets", "strict=True": _AS_LONG,
        "| yes)[0]": "the first of one", "is_missing(row[name])[0]": "the first of one", "still =": "tests/unit/trials/test_why.py",
        "[:1]": "tests/unit/trials/test_why.py",
    },
    ARM: {
        "np.zeros(codes[0].size": "all are as long", "range(len(missing) + 1)": "no larger sets",
    },
    "_shared.connected": {
        "_MOST": _SIZE, "size = [*numbers": _SIZE, "numbers, size =": _SIZE, "numbers[-1] =": _KEY,
        "yield ": _KEY, "np.isnat(one) | np.isnat(other)": _KEY, "np.where(unknown, 0": _KEY,
        "any(_share(": "tests/unit/trials/test_why.py",
        "isdisjoint": "groups that are settled together though they need not be come to the same",
        "columns & set(": "contradictions that bind nothing of a group leave it as it is",
    },
    "_shared.why": {
        "strict=True": _AS_LONG, "fewest.min(axis=0) <": "of sets as few either will do",
        "np.zeros(len(": "a start that is written over",
    },
}  # fmt: skip


def is_noticed(trials) -> bool:
    """Whether any row of a golden table says otherwise."""
    return (
        any(_criteria(trials, name) for name in FILES)
        or any(_why(trials, name) or _remarks(trials, name) for name in FILES)
        or any(_nothing(trials, name) for name in FILES)
    )


def _criteria(trials, name):
    rows, table = CRITERIA[name]
    found = trials.answers(trials.TRIALS[name], table)
    return any(
        [trials.ANSWERS[found[each][place]] for each in (row["criterion"], trials.ELIGIBLE)]
        != [row["answer"], row["eligible"]]
        for place, row in enumerate(rows)
    )


def _why(trials, name):
    """All at once, so that patterns are told apart."""
    rows, table = WHY[name]
    told = trials.Explainer(trials.TRIALS[name]).explain(
        table, trials.answers(trials.TRIALS[name], table)
    )
    return any(
        [text[place].as_py().replace(";", " ") for text in (told.why, told.could_exclude)]
        != [row["settled by"], row["could exclude"]]
        for place, row in enumerate(rows)
    )


def _remarks(trials, name):
    rows, table = REMARKS[name]
    trial = trials.TRIALS[name]
    told = trials.Explainer(trial).explain(table, trials.answers(trial, table))
    raised = [set(text.as_py().split(";")) for text in told.flags]
    for each in trials.contradictions(trial, table):
        for place in each.rows:
            raised[place].add(f"{each.column} {each.rule}")
    return any(
        (row["name"] in found) != (row["raised"] == "yes")
        for row, found in zip(rows, raised, strict=True)
    )


def _nothing(trials, name):
    """Whether a patient of whom nothing is recorded has another answer than "not known"."""
    trial = trials.TRIALS[name]
    columns = [find_any_column(each) for each in trial.reads]
    found = trials.answers(trial, trials.complete({"nobody": np.zeros(1)}, columns))
    excluded = {each.id for each in trial.criteria if each.missing == "excluded"}
    return any(found[each.id][0] != (each.id not in excluded) for each in trial.criteria)


def is_noticed_of_the_arm(trials) -> bool:
    """Whether any row of the arm's golden tables says otherwise."""
    arm = importlib.import_module(f"{trials.__name__}.{ARM}")
    table = list(arm.outcomes("c4", "literal"))
    if arm.state_number(*np.array(table).T).tolist() != list(range(len(table))):
        return True
    if arm.code(np.array([0.0, 1.0, np.nan])).tolist() != [arm.NO, arm.YES, arm.UNKNOWN]:
        return True
    for decision, row in (one.values for one in golden()):
        for state in states(row):
            if any(said(arm.outcomes(decision, each)[state]) != row[each] for each in POLICIES):
                return True
            needs = arm.outcomes(decision, "literal")[state].needs
            if list(needs) != [INPUT[name] for name in row["needs"].split()]:
                return True
    return False


def _table(name: str, rows) -> tuple[list[dict[str, str]], Table]:
    """Rows of a trial, and their patients as one table."""
    tables = [patient(name, row["changed"]) for row in rows]
    return rows, {each: np.concatenate([one[each] for one in tables]) for each in tables[0]}


def _of_all(file: str):
    rows = read_spec(file)
    return {name: _table(name, [row for row in rows if row["trial"] == name]) for name in FILES}


CRITERIA = {name: _table(name, read_spec(table)) for name, (table, _) in FILES.items()}
WHY, REMARKS = _of_all("nct_why.txt"), _of_all("nct_remarks.txt")


def survivors(module: str, is_noticed) -> tuple[int, list[str]]:
    """How many faults were made, and which of them no golden table notices."""
    source = trial_mutants.source_of(f"neopcr.trials.{module}")
    lines, same = source.splitlines(), SAME.get(module, {})
    alive, n = [], 0
    for line, what, tree in trial_mutants.mutants(source):
        n += 1
        if not _is_killed(f"neopcr.trials.{module}", tree, is_noticed) and not any(
            words in lines[line - 1] for words in same
        ):
            alive.append(f"{module}:{line} {what}")
    return n, alive


def _is_killed(module, tree, is_noticed):
    try:
        with warnings.catch_warnings(), trial_mutants.in_place_of(module, tree) as trials:
            warnings.simplefilter("ignore")
            return is_noticed(trials)
    except Exception:  # noqa: BLE001 - whatever a fault breaks, it is noticed
        return True


def test_the_golden_tables_hold():
    with trial_mutants.in_place_of(*_unchanged("nct07239271")) as trials:
        assert not is_noticed(trials)
    with trial_mutants.in_place_of(*_unchanged(ARM)) as trials:
        assert not is_noticed_of_the_arm(trials)


def _unchanged(module):
    name = f"neopcr.trials.{module}"
    return name, ast.parse(trial_mutants.source_of(name))


@pytest.mark.slow
@pytest.mark.parametrize("module", RULES)
def test_a_fault_in_the_rules_fails_a_golden_table(module):
    n, alive = survivors(module, is_noticed)
    assert n > 0
    assert alive == []


@pytest.mark.slow
def test_a_fault_in_the_adaptive_arm_fails_a_golden_table():
    n, alive = survivors(ARM, is_noticed_of_the_arm)
    assert n > 0
    assert alive == []
