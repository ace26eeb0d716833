"""The best that can be reached on simulated patients: what a model is measured against.

The stored performance holds for the columns it was measured on and for trials as the generator
makes them by default; for any other trial, and for real patients, there is none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neopcr.simulation.files import SETTINGS
from neopcr.simulation.truth import Design
from neopcr.specs import Estimate

if TYPE_CHECKING:
    from neopcr.config import Config
    from neopcr.specs import Landmark

_STORED = "reachable.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachable:
    """Performance of the reachable model at a landmark.

    Parameters
    ----------
    auroc, brier : float
        Of the model, on patients of other centres.
    auroc_of_truth, brier_of_truth : float
        Of the true probability, centre's shift included: beyond anyone's reach.
    n_train, n_test, events_test : int
        Patients it was trained on and examined on, and those of the latter with pCR.
    """

    auroc: float
    brier: float
    auroc_of_truth: float
    brier_of_truth: float
    n_train: int
    n_test: int
    events_test: int


def stored_reachable(preset: str, landmark: Landmark) -> Reachable | None:
    """Return what was measured for a preset at a landmark, or None where nothing was.

    Examples
    --------
    >>> from neopcr.specs import Landmark
    >>> stored_reachable("nct07239271", Landmark.baseline).n_train > 190_000
    True
    """
    found = _entry(preset).get("landmarks", {}).get(landmark.name)
    return Reachable(**found) if found else None


def reachable(
    config: Config, landmark: Landmark, *, base: Path | None = None
) -> tuple[Estimate, ...]:
    """Return what a config's training cohort allows to reach; empty where that is not known.

    Parameters
    ----------
    config : Config
        Of a training; the folder of its patients tells whether and how they were simulated.
    landmark : Landmark
        When the prediction is made.
    base : Path, optional
        Folder that relative paths start from; the working directory where None.

    Returns
    -------
    tuple of Estimate
        AUROC and Brier score, without an interval: standard errors are below 0.002.
    """
    preset = _preset(config, base or Path())
    if preset is None or _entry(preset).get("modalities") != list(config.modalities):
        return ()
    found = stored_reachable(preset, landmark)
    if found is None:
        return ()
    method = f"gradient-boosted trees of {found.n_train:,} patients of the same simulator"
    return tuple(
        Estimate(
            name=name,
            value=value,
            lower=None,
            upper=None,
            n=found.n_test,
            events=found.events_test,
            method=method,
        )
        for name, value in (("auroc", found.auroc), ("brier", found.brier))
    )


def _entry(preset: str) -> dict[str, Any]:
    text = files("neopcr.simulation").joinpath(_STORED).read_text(encoding="utf-8")
    entry: dict[str, Any] = json.loads(text)["presets"].get(preset, {})
    return entry


def _preset(config: Config, base: Path) -> str | None:
    """Preset of a cohort that is one simulated trial as the generator makes it by default."""
    path = base / Path(config.cohort.patients.path[0]).parent / SETTINGS
    if len(config.cohort.patients.path) > 1 or not path.is_file():
        return None
    settings = json.loads(path.read_text(encoding="utf-8"))
    usual = {
        "as_protocol": False,
        "complete": False,
        "centre_sd": Design().centre_sd,
        "effects_replaced": {},
    }
    same = all(settings.get(name) == value for name, value in usual.items())
    return str(settings["preset"]) if same else None
