"""What settles a patient, in small trials whose answers can be seen."""

from __future__ import annotations

import numpy as np

from neopcr.trials import Explainer, Trial, answers
from neopcr.trials._shared import (
    YES,
    Criterion,
    Remark,
    days_between,
    either,
    eligibility_column,
    every,
    no,
    nothing_known,
    number,
    opposite,
    yes,
)


def trial(*rules, never=()):
    criteria = tuple(
        Criterion(id=f"I{place}", sentence="A rule.", rule=rule)
        for place, rule in enumerate(rules, start=1)
    )
    names = {name for rule in rules for name in rule.columns}
    return Trial(
        name="small", title="Small", criteria=criteria,
        columns=tuple(eligibility_column(name, "boolean", "") for name in names),
        contradictions=tuple(Remark(name="never", rule=rule) for rule in never),
    )  # fmt: skip


def why(asked, explainer=None, **cells):
    table = {name: np.array([value]) for name, value in cells.items()}
    said = (explainer or Explainer(asked)).explain(table, answers(asked, table))
    return said.why[0].as_py(), said.could_exclude[0].as_py()


def test_one_field_of_an_alternative_is_enough_where_it_decides_either_way():
    asked = trial(either(yes("a"), every(no("a"), yes("b"))))
    assert why(asked, a=np.nan, b=1.0) == ("a", "")
    assert why(asked, a=np.nan, b=np.nan) == ("a;b", "")
    assert why(asked, a=0.0, b=np.nan) == ("b", "b")


def test_criteria_that_share_a_field_are_settled_by_it_once():
    asked = trial(number("x", 1), number("x", high=3), yes("c"))
    assert why(asked, x=np.nan, c=np.nan) == ("x;c", "x;c")


def test_criteria_that_only_some_of_a_group_share_a_field_with_join_it():
    asked = trial(every(yes("a"), yes("b")), yes("b"), yes("a"))
    assert why(asked, a=np.nan, b=np.nan) == ("a;b", "a;b")


def test_patterns_that_differ_are_told_apart():
    asked = trial(either(yes("a"), every(no("a"), yes("b"))), number("x", 1), yes("c"))
    cells = [(a, b, x) for a in (0.0, 1.0, np.nan) for b in (0.0, 1.0, np.nan) for x in (1, np.nan)]
    table = dict(zip("abx", np.array(cells).T, strict=True)) | {"c": np.full(len(cells), np.nan)}
    together = Explainer(asked).explain(table, answers(asked, table))
    for place, (a, b, x) in enumerate(cells):
        said = together.why[place].as_py(), together.could_exclude[place].as_py()
        assert said == why(asked, a=a, b=b, x=x, c=np.nan)


def test_what_nothing_settles_is_said_so():
    asked = trial(every(yes("a"), nothing_known()), yes("c"))
    assert why(asked, a=1.0, c=np.nan) == ("nothing_settles:I1;c", "c")


def test_a_pattern_is_learned_once():
    asked = trial(yes("a"))
    explainer = Explainer(asked)
    assert why(asked, explainer, a=np.nan) == why(asked, explainer, a=np.nan) == ("a", "a")


def day(text):
    return np.datetime64(text, "D")


def order(enrolled):
    """Tested for pregnancy up to a week before enrolment, and no surgery in the month of a dose."""
    asked = trial(
        days_between("tested", "enrolled", 0, 7),
        opposite(days_between("operated", "dose", 0, 28)),
        yes("c"),
        never=(days_between("enrolled", "dose", high=-1),),
    )
    return lambda **dates: why(asked, c=np.nan, enrolled=day(enrolled), **dates)


def test_fields_that_exclude_whatever_they_hold_are_enough():
    said = order("NaT")
    march = day("2024-03-10")
    dates = {"tested": march, "operated": day("2023-01-01")}
    assert said(**dates, dose=march) == ("enrolled;c", "enrolled;c")
    # Who is enrolled before the first dose was tested after it, and so not in the week before.
    assert said(**dates, dose=day("2024-03-09")) == ("enrolled", "enrolled;c")


def test_one_field_that_excludes_is_named_where_several_would():
    week = days_between("tested", "enrolled", 0, 7), days_between("tested", "seen", 0, 7)
    never = tuple(days_between(name, "dose", high=-1) for name in ("enrolled", "seen"))
    dates = {"tested": day("2024-03-10"), "dose": day("2024-03-09")}
    missing = {"enrolled": day("NaT"), "seen": day("NaT"), "c": np.nan, "d": np.nan}
    asked = trial(*week, yes("c"), yes("d"), never=never)
    assert why(asked, **dates, **missing) == ("enrolled", "enrolled;seen;c;d")


def test_values_that_would_contradict_the_record_exclude_nobody():
    said = order("2024-03-10")
    tested = day("2024-03-10")
    assert said(tested=tested, operated=day("2024-02-11"), dose=day("NaT")) == ("dose;c", "dose;c")
    assert said(tested=tested, operated=day("2024-02-10"), dose=day("NaT")) == ("dose;c", "c")


def test_a_row_that_cannot_be_true_is_told_nothing():
    asked = trial(either(yes("a"), yes("b")), never=(no("a"),))
    assert why(asked, a=0.0, b=np.nan) == ("", "")


def test_days_may_have_no_upper_bound():
    days = days_between("start", "end", low=3)
    table = {
        "start": np.array(["2024-01-01"] * 2, dtype="datetime64[D]"),
        "end": np.array(["2024-01-04", "2024-01-03"], dtype="datetime64[D]"),
    }
    assert (days.holds(table) == YES).tolist() == [True, False]
