"""Real cohorts: our pipeline against a ridge logistic regression, on the same columns and folds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cohort import Study, differences, figures, read

from neopcr.pipeline import RidgeLogistic
from neopcr.validation import cross_validate

if TYPE_CHECKING:
    from neopcr.specs import BoolArray

# Part of a cohort that is shown apart, by its models of everybody.
PARTS = {"ispy2": ("her2_positive", 1.0), "transneo": ("her2_positive", 1.0)}
COHORTS = ("ispy2", "ispy2_her2", "ispy1", "transneo")


def run() -> dict[str, Any]:
    """Repeated cross-validation, 5 x 5, of both."""
    return {"rows": [row for name in COHORTS for row in _rows(name)]}


def _rows(name: str) -> list[dict[str, Any]]:
    study = read(name, folds=5, repeats=5)
    prepared, config = study.prepared, study.config
    ridge = RidgeLogistic(inner_folds=config.resampling.inner_folds, seed=config.seed)
    ours, other = (
        cross_validate(each, prepared.X, prepared.y, study.plan, n_jobs=1).p
        for each in (study.ours(), ridge)
    )
    rows = []
    for part, mask in _parts(name, study).items():
        y, a, b = prepared.y[mask], ours[:, mask], other[:, mask]
        rows.append({
            "cohort": name,
            "part": part,
            "ours": figures(y, a),
            "ridge": figures(y, b),
            "difference": differences(y, a, b),
        })  # fmt: skip
        print(name, part, len(y), rows[-1]["difference"], flush=True)
    return rows


def _parts(name: str, study: Study) -> dict[str, BoolArray]:
    prepared = study.prepared
    masks: dict[str, BoolArray] = {"all": prepared.y >= 0.0}
    if name in PARTS:
        feature, value = PARTS[name]
        masks[feature] = prepared.X[:, prepared.space.names.index(feature)] == value
    return masks
