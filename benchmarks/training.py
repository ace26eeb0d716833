"""Nested search: ours against scikit-learn's search inside its cross-validation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from measure import Line, race
from scipy.special import expit
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import RandomizedSearchCV, StratifiedKFold, cross_validate
from xgboost import XGBClassifier

from neopcr import validation
from neopcr.estimators import ESTIMATORS, inner_plan, out_of_fold
from neopcr.estimators._search import draw_trials
from neopcr.pipeline import PcrClassifier
from neopcr.validation.folds import training_part

if TYPE_CHECKING:
    from study import Study

    from neopcr.estimators import Params, Plan
    from neopcr.specs import FloatArray, IntArray

N, FEATURES = 1_000, 60
INNER_FOLDS = 3
MEMBER = ESTIMATORS["boosted_trees"]
AUROC_APART = 0.005
"""How far the mean inner AUROC of what is chosen may lie from theirs."""


def patients(*, n: int) -> tuple[FloatArray, FloatArray]:
    """Two columns in three continuous, the others counts; one value in ten missing."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, FEATURES))
    X[:, 40:] = rng.poisson(1.0, size=(n, FEATURES - 40))
    logit = 0.7 * X[:, 0] - 0.5 * X[:, 1] + 0.6 * X[:, 2] * (X[:, 3] > 0) + 0.4 * X[:, 40] - 1.0
    X[rng.random(X.shape) < 0.1] = np.nan
    return X, (rng.random(n) < expit(logit)).astype(float)


@dataclass(frozen=True, slots=True)
class Search:
    """The same folds, inner folds, settings and seeds for both; what each chose, by outer fold."""

    X: FloatArray
    y: FloatArray
    tests: validation.Plan
    trials: int
    chosen: dict[str, list[Params]] = field(default_factory=dict)

    def ours(self) -> None:
        """Folds in parallel, one thread a fit."""
        classifier = PcrClassifier(
            members=(MEMBER.name,), inner_folds=INNER_FOLDS, trials=self.trials
        )
        found = validation.cross_validate(classifier, self.X, self.y, self.tests)
        self.chosen["ours"] = [
            fold["members"][MEMBER.name]["params"] for repeat in found.choices for fold in repeat
        ]

    def plain(self) -> None:
        """Fold after fold, two threads a fit and xgboost's own number of bins."""
        search = RandomizedSearchCV(
            xgboosts_own({}),
            # Lists of one value: every setting is tried once.
            [
                {name: [value] for name, value in _spelt(params).items()}
                for params in draw_trials(MEMBER, self.trials, 0)
            ],
            n_iter=self.trials,
            cv=StratifiedKFold(INNER_FOLDS, shuffle=True, random_state=0),
            scoring="neg_log_loss",
            random_state=0,
        )
        found: dict[str, Any] = cross_validate(
            search,
            self.X,
            self.y,
            cv=self.pairs(),
            scoring="neg_log_loss",
            return_estimator=True,
        )
        self.chosen["plain"] = [
            {"n_trees" if name == "n_estimators" else name: value for name, value in best.items()}
            for best in (each.best_params_ for each in found["estimator"])
        ]

    def pairs(self) -> list[tuple[IntArray, IntArray]]:
        """Training and test patients of every outer fold."""
        return [
            (training_part(test, len(self.y)), test) for repeat in self.tests for test in repeat
        ]

    def inner_auroc(self, name: str, logits: Callable[..., FloatArray]) -> float:
        """Mean of what was chosen over the inner folds of all outer folds."""
        reached = []
        for (train, _), params in zip(self.pairs(), self.chosen[name], strict=True):
            X, y = self.X[train], self.y[train]
            plan = inner_plan(y, folds=INNER_FOLDS, seed=0)
            z = logits(params, X, y, plan)
            reached += [roc_auc_score(y[held_out], z[held_out]) for _, held_out in plan]
        return float(np.mean(reached))


def xgboosts_own(params: Params) -> XGBClassifier:
    """As the promise has it."""
    return XGBClassifier(n_jobs=2, max_bin=256, random_state=0, **_spelt(params))


def _spelt(params: Params) -> dict[str, float]:
    """Settings by xgboost's names."""
    return {("n_estimators" if name == "n_trees" else name): params[name] for name in params}


def _by_ours(params: Params, X: FloatArray, y: FloatArray, plan: Plan) -> FloatArray:
    return out_of_fold(MEMBER, [params], X, y, plan, seed=0)[:, 0]


def _by_plain(params: Params, X: FloatArray, y: FloatArray, plan: Plan) -> FloatArray:
    logits = np.empty(len(y))
    for train, held_out in plan:
        fitted = xgboosts_own(params).fit(X[train], y[train])
        logits[held_out] = fitted.predict(X[held_out], output_margin=True)
    return logits


def lines(study: Study, *, quick: bool) -> Iterator[Line]:
    """Wall time of a nested search of boosted trees, and how good what it chooses is."""
    del study
    n, folds, repeats, trials, rounds = (300, 2, 1, 2, 1) if quick else (N, 5, 5, 30, 3)
    X, y = patients(n=n)
    plan = validation.fold_plan(y, folds=folds, repeats=repeats, seed=0)
    # Starts the workers and compiles, which a training does once.
    Search(X, y, validation.fold_plan(y, folds=2, repeats=1, seed=0), 1).ours()
    search = Search(X, y, plan, trials)
    timed = race({"ours": search.ours, "plain": search.plain}, rounds=rounds)
    yield Line(
        name="nested search",
        value=timed["ours"].wall,
        unit="s",
        baseline=timed["plain"].wall,
        n=n,
        cpu_per_wall=timed["ours"].cpu_per_wall,
        floor=3.0,
        note=(
            f"{FEATURES} columns, {folds * repeats} outer folds, {trials} trials, {INNER_FOLDS} inner "
            f"folds, the same for both; median of {rounds}; against RandomizedSearchCV in "
            f"cross_validate, 2 threads a fit, {timed['plain'].cpu_per_wall:.2f} of them busy"
        ),
    )
    ours, plain = (
        search.inner_auroc(name, by) for name, by in (("ours", _by_ours), ("plain", _by_plain))
    )
    same = np.mean([a == b for a, b in zip(*search.chosen.values(), strict=True)])
    yield Line(
        name="inner AUROC of the nested search",
        # No ratio to nothing.
        value=max(abs(ours - plain), 1e-6),
        unit="AUROC apart",
        baseline=AUROC_APART,
        n=n,
        cpu_per_wall=1.0,
        floor=1.0,
        note=(
            f"of what was chosen: {ours:.4f} v {plain:.4f}; the same setting in {same:.0%} of outer "
            "folds"
        ),
    )
