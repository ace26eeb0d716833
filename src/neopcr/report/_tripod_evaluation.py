"""What TRIPOD+AI and PROBAST+AI ask of an external evaluation, where the answer is another one.

Which items concern development alone is our reading of the checklist.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from neopcr.report._probast_ai import EVALUATION
from neopcr.report._tripod_ai import TRIPOD_AI

if TYPE_CHECKING:
    from neopcr.report._items import Item

_DEVELOPMENT = (
    "Development: see the report of the training, whose config and hash stand under “Provenance”."
)
_SIZE = {
    "when": "enough",
    "done": "“Limits”: at least 100 patients with and 100 without pCR, as Collins (2016) asks for.",
    "gap": "“Limits”: fewer than 100 patients with or without pCR, as Collins (2016) asks for.",
}
_CENTRES = {
    "when": "by_centre",
    "done": "“Performance” by centre.",
    "gap": "Centres were not examined apart (`subgroups: [centre]`).",
}

_TRIPOD: dict[str, dict[str, str]] = {
    "9a": {"apart": _DEVELOPMENT},
    "10": _SIZE,
    "12b": {"apart": _DEVELOPMENT},
    "12c": {"apart": _DEVELOPMENT},
    "12d": _CENTRES,
    "16": {
        "gap": "“Limits” names the columns that this cohort lacks, “Patients” describes it. Differences of setting, "
        "eligibility and outcome: for the authors to write."
    },
    "20c": {
        "gap": "“Patients” here and in the report of the training: for the authors to bring together."
    },
    "22": {"apart": _DEVELOPMENT},
    "23b": _CENTRES,
}

_PROBAST: dict[str, dict[str, str]] = {
    "4.1": {"done": "The bundle was frozen before this cohort was read."},
    "4.2": _SIZE,
    "4.5": {
        "when": "other_files",
        "done": "Nothing was fitted to this cohort, whose files are not those of the training.",
        "gap": "These are the files of the training: this is no external evaluation.",
    },
    "4.6": {"apart": "Nothing was resampled: the model was not developed here."},
}


def _changed(items: tuple[Item, ...], answers: dict[str, dict[str, str]]) -> tuple[Item, ...]:
    empty = {"done": "", "gap": "", "when": "", "apart": ""}
    return tuple(
        replace(item, **{**empty, **answers[item.number]}) if item.number in answers else item
        for item in items
    )


TRIPOD_AI_EVALUATION = _changed(TRIPOD_AI, _TRIPOD)
PROBAST_AI_EVALUATION = _changed(EVALUATION, _PROBAST)
