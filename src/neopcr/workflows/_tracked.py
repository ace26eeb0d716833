"""What of a training goes to MLflow: settings, figures of all patients, and the bundles."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from neopcr.metrics import METRICS
from neopcr.report import figure_files
from neopcr.scoring import model_inputs
from neopcr.tracking import TrainedModel, Training, log_training

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from neopcr.config import Config
    from neopcr.report import Drawing
    from neopcr.workflows._trained import Trained


def track(
    config: Config, trained: Sequence[Trained], drawings: Iterable[Drawing]
) -> dict[str, object]:
    """Log a training, and register its bundles under the alias ``candidate``.

    Returns
    -------
    dict
        ``run_id``, and the registered models by landmark.
    """
    with tempfile.TemporaryDirectory() as folder:
        training = Training(
            name=config.name,
            experiment=config.tracking.experiment,
            config=config.model_dump(mode="json"),
            fingerprint=trained[0].prepared.cohort.fingerprint,
            models=tuple(_model(each) for each in trained),
            figures=figure_files(drawings, Path(folder)),
        )
        return log_training(training, uri=config.tracking.uri)


def _model(trained: Trained) -> TrainedModel:
    prepared = trained.prepared
    return TrainedModel(
        landmark=prepared.landmark.name,
        bundle=trained.folder,
        inputs=model_inputs(trained.bundle),
        params={
            "n": len(prepared.y),
            "events": int(prepared.y.sum()),
            "bundle_sha256": trained.sha256,
            **trained.bundle.provenance,
            **trained.classifier.choices_,
        },
        metrics={
            f"{one.name}{end}": value
            for one in trained.estimates
            if one.group == "all"
            for end, value in (("", one.value), ("_lower", one.lower), ("_upper", one.upper))
            if value is not None
        },
        fold_metrics=_by_fold(trained),
    )


def _by_fold(trained: Trained) -> dict[str, tuple[float, ...]]:
    """Discrimination and accuracy of each outer fold; a fold of one outcome has none."""
    y, p = trained.prepared.y, trained.folds.p
    return {
        key: tuple(
            METRICS[key].function(y[test], p[repeat, test])
            for repeat, folds in enumerate(trained.plan)
            for test in folds
            if 0 < y[test].sum() < len(test)
        )
        for key in ("auroc", "brier")
    }
