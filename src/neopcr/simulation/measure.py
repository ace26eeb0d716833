"""How the reachable performance in ``reachable.json`` was measured.

A model of 200,000 patients of the same generator, with the same columns on record at that landmark
and with centres unknown: patients come from many centres, and those it is examined on from others,
so that nothing can be learned about a centre's shift. The command stands in the file.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from neopcr.cohort import build_cohort
from neopcr.estimators import ESTIMATORS
from neopcr.features import feature_space
from neopcr.kernel import probability
from neopcr.metrics import METRICS
from neopcr.modalities import find_column
from neopcr.simulation.files import write_trial
from neopcr.simulation.reachable import Reachable
from neopcr.simulation.trial import simulate
from neopcr.simulation.truth import Design

if TYPE_CHECKING:
    from neopcr.config import CohortConfig, Config
    from neopcr.specs import Cohort, FloatArray, Landmark

_COMMAND = (
    'python -c "from pathlib import Path; from neopcr.config import read_config; '
    "from neopcr.simulation.measure import measured; "
    "print(measured(read_config(Path('configs/simulated.yaml'))))\" "
    "> src/neopcr/simulation/reachable.json"
)
_CENTRES = 200
# Many patients allow deeper trees and more of them than any cohort people have.
_PARAMS = {
    "max_depth": 4,
    "learning_rate": 0.02,
    "n_trees": 1200,
    "min_child_weight": 20.0,
    "subsample": 0.8,
    "colsample_bynode": 0.5,
    "reg_lambda": 5.0,
}


def measure_reachable(
    config: Config,
    landmark: Landmark,
    *,
    preset: str = "nct07239271",
    n_train: int = 200_000,
    n_test: int = 100_000,
) -> Reachable:
    """Train and examine the reachable model, through the files and the cohort anyone else uses.

    Parameters
    ----------
    config : Config
        A config of a simulated trial: its modalities and mapping are used, its paths are not.
    landmark : Landmark
        When the prediction is made.
    preset : str
        One of `neopcr.simulation.PRESETS`.
    n_train, n_test : int
        Patients drawn; those without an outcome, or off therapy by then, are left out as always.

    Returns
    -------
    Reachable
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        train, _ = _cohort(config, landmark, preset, (n_train, 1), home / "train")
        test, true_p = _cohort(config, landmark, preset, (n_test, 2), home / "test")
    offered = [column.name for column in train.columns]
    space = feature_space(config.modalities, offered, landmark)
    fitted = ESTIMATORS["boosted_trees"].build(_PARAMS, 0).fit(space.matrix(train.table), train.pcr)
    p = probability(fitted.decision_function(space.matrix(test.table)))
    auroc, brier = METRICS["auroc"].function, METRICS["brier"].function
    return Reachable(
        auroc=float(auroc(test.pcr, p)),
        brier=float(brier(test.pcr, p)),
        auroc_of_truth=float(auroc(test.pcr, true_p)),
        brier_of_truth=float(brier(test.pcr, true_p)),
        n_train=len(train.pcr),
        n_test=len(test.pcr),
        events_test=int(test.pcr.sum()),
    )


def measured(
    config: Config,
    *,
    preset: str = "nct07239271",
    n_train: int = 200_000,
    n_test: int = 100_000,
) -> str:
    """Measure at every landmark of a config and return what ``reachable.json`` holds.

    Parameters
    ----------
    config, preset, n_train, n_test
        As in `measure_reachable`.

    Returns
    -------
    str
        JSON: the command; by preset the modalities, and by landmark the fields of `Reachable`.
    """
    by_landmark = {}
    for landmark in config.landmarks:
        found = measure_reachable(config, landmark, preset=preset, n_train=n_train, n_test=n_test)
        by_landmark[landmark.name] = {
            name: round(value, 4) for name, value in asdict(found).items()
        }
    entry = {"modalities": list(config.modalities), "landmarks": by_landmark}
    return json.dumps({"command": _COMMAND, "presets": {preset: entry}}, indent=2)


def _cohort(
    config: Config, landmark: Landmark, preset: str, drawn: tuple[int, int], folder: Path
) -> tuple[Cohort, FloatArray]:
    """Simulate `drawn` patients with that seed; their cohort, and its true probabilities."""
    n, seed = drawn
    trial = simulate(preset, n=n, seed=seed, design=Design(n_centres=_CENTRES))
    write_trial(trial, folder)
    cohort, _ = build_cohort(
        _at_folder(config.cohort, folder),
        find_column,
        landmark=landmark,
        mode="train",
        base=Path(),
        latest=max(config.landmarks),
    )
    true_p = trial.truth[f"p_pcr_{landmark.name}"].to_numpy()[cohort.row - 1]
    return cohort, true_p


def _at_folder(config: CohortConfig, folder: Path) -> CohortConfig:
    """The same mapping on the files of another folder."""

    def moved(path: str) -> str:
        return str(folder / Path(path).name)

    update: dict[str, object] = {
        "patients": config.patients.model_copy(
            update={"path": tuple(moved(path) for path in config.patients.path)}
        )
    }
    if config.imaging:
        paths = tuple(moved(path) for path in config.imaging.path)
        update["imaging"] = config.imaging.model_copy(update={"path": paths})
    if config.ctdna:
        update["ctdna"] = moved(config.ctdna)
    if config.mutations:
        update["mutations"] = config.mutations.moved(moved)
    return config.model_copy(update=update)
