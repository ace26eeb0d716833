"""What a training hands over to be logged: plain dictionaries and paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

# The keys of a config that name files: a path can name a patient, a person or a place.
_FILE_KEYS = frozenset(
    {
        "path", "panel", "ctdna", "pet", "recist", "dictionary", "samples", "sequenced",
        "gene_panel_matrix", "gene_panels", "copy_number", "comparators", "uri",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedModel:
    """What a training leaves behind at one landmark.

    Parameters
    ----------
    landmark : str
        Its name; the model is registered as ``<name>-<landmark>``.
    bundle : Path
        The folder to store.
    inputs : sequence of str
        Columns that are read, identifier included.
    params : mapping of str to object
        Choices of the training, such as the number of patients and the members' parameters.
    metrics : mapping of str to float
        One figure each.
    fold_metrics : mapping of str to tuple of float
        Figures by outer fold; the fold's number is the step.
    """

    landmark: str
    bundle: Path
    inputs: Sequence[str]
    params: Mapping[str, object] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)
    fold_metrics: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One training: a parent run, with a child run for each landmark.

    Parameters
    ----------
    name : str
        Of the config.
    experiment : str
        Made if it is not there yet.
    config : mapping
        Stored as ``config.json``, without the names of files.
    fingerprint : str
        SHA-256 of the input files.
    models : tuple of TrainedModel
        In the order of landmarks.
    params : mapping of str to object
        Of the whole training, such as the seed and the config's hash.
    figures : tuple of Path
        Files that show no single patient; stored under ``figures/``.
    """

    name: str
    experiment: str
    config: Mapping[str, object]
    fingerprint: str
    models: tuple[TrainedModel, ...]
    params: Mapping[str, object] = field(default_factory=dict)
    figures: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """One look at a cohort, as a point of a model's history.

    Parameters
    ----------
    name : str
        Of the run, and of its experiment: the history of one model.
    tags : mapping of str to str
        Hashes and how it ended.
    metrics : mapping of str to float
        Figures of all patients, none of a single one.
    """

    name: str
    tags: Mapping[str, str]
    metrics: Mapping[str, float]


def without_files(value: object, key: str = "") -> object:
    """Config without the names of files: their fingerprint stands in the run instead.

    Examples
    --------
    >>> without_files({"cohort": {"patients": {"path": ["a.csv"], "id": "patient_id"}}})
    {'cohort': {'patients': {'path': '<file>', 'id': 'patient_id'}}}
    """
    named_file = key in _FILE_KEYS or (key == "imaging" and not isinstance(value, Mapping))
    if named_file and value:
        return "<file>"
    if isinstance(value, Mapping):
        return {str(name): without_files(part, str(name)) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_files(part) for part in value]
    return value
