"""Later patients by a model of the earlier: where time is cut, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from neopcr.errors import TableError
from neopcr.validation.temporal import later_part, temporal_validation


def days(*numbers):
    return np.datetime64("2024-01-01") + np.array(numbers).astype("timedelta64[D]")


def test_about_the_last_third_is_tested():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(150, 1))
    y = (rng.random(150) < 1 / (1 + np.exp(-X[:, 0]))).astype(float)
    date = days(*rng.permutation(150))
    date[:3] = np.datetime64("NaT", "D")
    found = temporal_validation(LogisticRegression(), X, y, date, groups=np.arange(150))
    assert (found.n_earlier, len(found.y), found.unknown) == (98, 49, 3)
    later = date >= np.sort(date[3:])[98]
    earlier = ~later & ~np.isnat(date)
    by_hand = LogisticRegression().fit(X[earlier], y[earlier]).predict_proba(X[later])[:, 1]
    assert found.p == pytest.approx(by_hand)
    assert found.events_earlier == y[earlier].sum()
    assert {one.n for one in found.estimates} == {49}


def test_a_day_is_never_parted():
    assert later_part(days(0, 1, 2, 2, 2, 2)).tolist() == [False, False, True, True, True, True]
    assert later_part(days(0, 0, 0, 0, 9)).tolist() == [False, False, False, False, True]


@pytest.mark.parametrize("date", [days(3, 3, 3), days()], ids=["one day", "no date"])
def test_dates_that_part_nobody_are_refused(date):
    with pytest.raises(TableError, match="do not part the patients"):
        later_part(date)


def test_one_outcome_among_the_earlier_is_refused():
    y = np.array([0.0, 0.0, 0.0, 0.0, 1.0, 1.0])
    with pytest.raises(TableError, match="the earlier patients hold a single outcome"):
        temporal_validation(LogisticRegression(), np.zeros((6, 1)), y, days(0, 1, 2, 3, 4, 5))
