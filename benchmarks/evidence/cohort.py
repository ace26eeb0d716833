"""What the studies share: a config's cohort at baseline, and figures as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neopcr.config import read_config
from neopcr.metrics import METRICS
from neopcr.specs import Landmark
from neopcr.validation import estimate, paired_difference
from neopcr.workflows._folds import common_plan
from neopcr.workflows._prepare import Prepared, prepare
from neopcr.workflows.train import classifier

if TYPE_CHECKING:
    from neopcr.config import Config
    from neopcr.pipeline import PcrClassifier
    from neopcr.specs import FloatArray
    from neopcr.validation import Plan

ROOT = Path(__file__).parents[2]
REPORTED = ("auroc", "brier", "calibration_slope", "calibration_in_the_large")
COMPARED = ("auroc", "brier")

Figure = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A config's training cohort at its first landmark, and its plan of outer folds."""

    config: Config
    prepared: Prepared
    plan: Plan

    def ours(self) -> PcrClassifier:
        """What `neopcr train` would fit, at the config's settings."""
        return classifier(self.config, self.prepared)


def read(name: str, *, folds: int | None = None, repeats: int | None = None) -> Study:
    """Read ``configs/<name>.yaml``; its folds and repeats stand where none are given."""
    config = read_config(ROOT / "configs" / f"{name}.yaml")
    asked = {"outer_folds": folds, "repeats": repeats}
    update = {key: value for key, value in asked.items() if value is not None}
    resampling = config.resampling.model_copy(update=update)
    config = config.model_copy(update={"resampling": resampling})
    prepared = prepare(config, Landmark(min(config.landmarks)))
    [plan] = common_plan(config, [prepared])
    return Study(config=config, prepared=prepared, plan=plan)


def figures(y: FloatArray, p: FloatArray) -> dict[str, Figure]:
    """Each reported metric with its interval."""
    return {name: plain(asdict(estimate(METRICS[name], y, p))) for name in REPORTED}


def differences(y: FloatArray, ours: FloatArray, other: FloatArray) -> dict[str, Figure]:
    """Ours minus the other's, with the paired interval."""
    return {
        name: plain(asdict(paired_difference(METRICS[name], y, ours, other))) for name in COMPARED
    }


def plain(figure: Mapping[str, Any]) -> Figure:
    """What a table needs of an estimate."""
    kept = ("value", "lower", "upper", "n", "events", "method")
    return {
        key: round(figure[key], 5) if isinstance(figure[key], float) else figure[key]
        for key in kept
    }
