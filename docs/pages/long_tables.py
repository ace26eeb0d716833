"""The page of tables that hold several rows a patient."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages.markdown import plain, table

from neopcr.cohort.pet_lesions import LESION_COLUMNS
from neopcr.cohort.plasma_columns import SAMPLE_COLUMNS
from neopcr.cohort.target_lesions import TARGET_COLUMNS
from neopcr.modalities.dictionary import values_in_words

if TYPE_CHECKING:
    from neopcr.specs import Column

_PATIENT = ["`patient_id`", "text", "As in the patients' file."]


def long_tables_page() -> str:
    """What the headers of a long table mean."""
    return (
        "# Long tables\n\nSeveral rows a patient, joined to one row a patient when a cohort is assembled.\n\n"
        "## ctDNA samples\n\nOne row a blood sample. `patient_id`, `collected_date` and `detected` must be there; an empty "
        "`detected` is not known, not negative. A sample belongs to a landmark by its date: see "
        "[the rule](rules/ctdna_landmarks.md).\n\n"
        + _headers(SAMPLE_COLUMNS)
        + "\n## HER2-PET lesions\n\nOne row a lesion, scored 1 to 5 by two readers. `patient_id`, `lesion_id` (each once a patient) and "
        "both scores must be there. Scans after the first dose are not used; a file without `scan_date` is taken "
        "as of baseline, and that is told.\n\n"
        + _headers(LESION_COLUMNS)
        + "\n## Measured lesions\n\nOne row a lesion and scan, from which RECIST responses are made; all but `organ` must be there. Scans "
        "belong to landmarks as blood samples do, the last one of baseline is compared with, and the targets are its largest lesions, at "
        "most five and two an organ. An empty `new_lesion` is not known: such a scan can show progression and nothing else.\n\n"
        + _headers(TARGET_COLUMNS)
    )


def _headers(columns: tuple[Column, ...]) -> str:
    rows = [[f"`{each.name}`", values_in_words(each), plain(each.description)] for each in columns]
    return table(["header", "values", "meaning"], [_PATIENT, *rows]) + "\n"
