"""Nested search: ours against scikit-learn's search inside its cross-validation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from measure import Line, race
from scipy.stats import loguniform, randint, uniform
from sklearn.model_selection import (
    RandomizedSearchCV,
    RepeatedStratifiedKFold,
    StratifiedKFold,
    cross_validate,
)
from xgboost import XGBClassifier

from neopcr import validation
from neopcr.pipeline import PcrClassifier

if TYPE_CHECKING:
    from study import Study

INNER_FOLDS = 3
MEMBER = "boosted_trees"
# The ranges of `neopcr.estimators.boosted_trees`.
SPACE = {
    "max_depth": randint(1, 4),
    "learning_rate": loguniform(10**-1.7, 10**-1.0),
    "n_estimators": randint(50, 151),
    "min_child_weight": loguniform(10**-0.3, 10**0.7),
    "subsample": uniform(0.6, 0.4),
    "colsample_bynode": uniform(0.2, 0.6),
    "reg_lambda": loguniform(10**-0.5, 10**1.3),
}


@dataclass(frozen=True, slots=True)
class Search:
    """How much is searched, and the inner log-loss that each arrangement reached."""

    study: Study
    folds: int
    repeats: int
    trials: int
    reached: dict[str, float] = field(default_factory=dict)

    def ours(self) -> None:
        """Folds in parallel, one thread a fit."""
        X, y = self.study.prepared.X, self.study.prepared.y
        plan = validation.fold_plan(y, folds=self.folds, repeats=self.repeats, seed=0)
        classifier = PcrClassifier(members=(MEMBER,), inner_folds=INNER_FOLDS, trials=self.trials)
        found = validation.cross_validate(classifier, X, y, plan)
        losses = [
            fold["members"][MEMBER]["log_loss"] for repeat in found.choices for fold in repeat
        ]
        self.reached["ours"] = float(np.mean(losses))

    def plain(self) -> None:
        """Fold after fold, two threads a fit and xgboost's own number of bins."""
        search = RandomizedSearchCV(
            XGBClassifier(n_jobs=2, max_bin=256, random_state=0),
            SPACE,
            n_iter=self.trials,
            cv=StratifiedKFold(INNER_FOLDS, shuffle=True, random_state=0),
            scoring="neg_log_loss",
            random_state=0,
        )
        found: dict[str, Any] = cross_validate(
            search,
            self.study.prepared.X,
            self.study.prepared.y,
            cv=RepeatedStratifiedKFold(n_splits=self.folds, n_repeats=self.repeats, random_state=0),
            scoring="neg_log_loss",
            return_estimator=True,
        )
        self.reached["plain"] = -float(np.mean([each.best_score_ for each in found["estimator"]]))


def lines(study: Study, *, quick: bool) -> Iterator[Line]:
    """Wall time of a nested search of boosted trees."""
    folds, repeats, trials, rounds = (2, 1, 2, 1) if quick else (5, 2, 30, 3)
    # Starts the workers and compiles, which a training does once.
    Search(study, 2, 1, 1).ours()
    search = Search(study, folds, repeats, trials)
    timed = race({"ours": search.ours, "plain": search.plain}, rounds=rounds)
    yield Line(
        name="nested search",
        value=timed["ours"].wall,
        unit="s",
        baseline=timed["plain"].wall,
        n=len(study.prepared.y),
        cpu_per_wall=timed["ours"].cpu_per_wall,
        floor=1.5,
        note=(
            f"{folds * repeats} outer folds, {trials} trials, {INNER_FOLDS} inner folds; median "
            f"of {rounds}; against RandomizedSearchCV in cross_validate, 2 threads a fit; inner "
            f"log-loss {search.reached['ours']:.4f} v {search.reached['plain']:.4f}"
        ),
    )
