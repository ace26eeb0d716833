"""What a run did, as the facts by which checklists are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neopcr.workflows._evaluation_size import is_large_enough_to_evaluate
from neopcr.workflows._size import is_large_enough, required_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from neopcr.bundle import Bundle
    from neopcr.config import Config
    from neopcr.specs import Column
    from neopcr.workflows._prepare import Prepared
    from neopcr.workflows._trained import Trained


def facts_of(config: Config, trained: Sequence[Trained]) -> dict[str, bool]:
    """Collect what checklists ask of a training.

    Returns
    -------
    dict of str to bool
        As `neopcr.report.checklist` names them.
    """
    resampling, table = config.resampling, trained[0].prepared.cohort.table
    return {
        "centres": "centre" in table,
        "regimen": any(_reads_regimen(each.prepared.space.columns) for each in trained),
        "enough": all(
            is_large_enough(required_size(config, each.prepared), each.prepared.y)
            for each in trained
        ),
        "by_centre": resampling.internal_external is not None,
        "subgroups": bool(config.subgroups),
        "thresholds": bool(config.thresholds),
        "grouped": resampling.group is not None,
        "commit": bool(trained[0].bundle.provenance.get("commit")),
    }


def facts_of_evaluation(config: Config, prepared: Prepared, bundle: Bundle) -> dict[str, bool]:
    """Collect what checklists ask of an external evaluation.

    Returns
    -------
    dict of str to bool
        As `neopcr.report.checklist` names them.
    """
    return {
        "centres": "centre" in prepared.cohort.table,
        "regimen": _reads_regimen(bundle.space.columns),
        "enough": is_large_enough_to_evaluate(prepared.y),
        "by_centre": "centre" in config.subgroups,
        "subgroups": bool(config.subgroups),
        "thresholds": bool(config.thresholds),
        "other_files": prepared.cohort.fingerprint != bundle.provenance.get("data_sha256"),
        "commit": bool(bundle.provenance.get("commit")),
    }


def _reads_regimen(columns: Iterable[Column]) -> bool:
    return any(column.name.startswith("regimen_") for column in columns)
