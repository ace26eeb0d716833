"""What a run did, as the facts by which checklists are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neopcr.workflows._size import is_large_enough, required_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.config import Config
    from neopcr.workflows._trained import Trained


def facts_of(config: Config, trained: Sequence[Trained]) -> dict[str, bool]:
    """Collect what checklists ask of a training.

    Returns
    -------
    dict of str to bool
        As `neopcr.report.checklist` names them.
    """
    resampling, table = config.resampling, trained[0].prepared.cohort.table
    read = {column.name for each in trained for column in each.prepared.space.columns}
    return {
        "centres": "centre" in table,
        "regimen": any(name.startswith("regimen_") for name in read),
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
