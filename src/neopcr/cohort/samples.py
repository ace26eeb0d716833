"""One sample a patient of a cBioPortal study, by a rule that is stated and counted.

A sample of the primary tumour comes before one of unknown kind, and that before a metastasis; among
equals one taken before treatment before one of unknown time, and that before one taken during or
after it; among equals the first identifier. A field that the file lacks decides nothing.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from neopcr.cohort.cells import as_text
from neopcr.cohort.header import refuse
from neopcr.cohort.long_table import counted
from neopcr.cohort.readers import read_header, read_table

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from neopcr.config import FileForm
    from neopcr.specs import IntArray

PATIENT, SAMPLE = "PATIENT_ID", "SAMPLE_ID"
# Headers that studies of the public cBioPortal use, and words of their cells (the project's table).
KIND = ("SAMPLE_TYPE", "SAMPLE_TYPE_DETAILED", "TUMOR_SITE_TYPE", "IS_PRIMARY")
TIME = (
    "PRE_POST_TREATMENT", "TREATMENT_STATUS", "SAMPLE_TIMEPOINT", "TIMEPOINT", "TIME_POINT",
    "SAMPLE_TREATMENT", "BIOPSY_TIMEPOINT",
)  # fmt: skip
_PRIMARY = re.compile(r"primary|^yes$|^true$")
_OTHER = re.compile(r"metasta|recurr|relapse|xenograft|cell ?line|^no$|^false$|non-?primary")
_BEFORE = re.compile(r"\bpre|baseline|naive|untreated|diagnos|\bt0\b|before")
_AFTER = re.compile(
    r"\bpost|\bon\b|during|after|residual|surg|resect|progress|\bt[1-9]\b|(?<!un)treated"
)


def choose_samples(
    path: Path, form: FileForm, columns: Collection[str]
) -> tuple[pa.Table, tuple[str, ...]]:
    """Rows of a sample file, one a patient.

    Parameters
    ----------
    path : Path
        cBioPortal's sample file.
    form : FileForm
        How it is written.
    columns : collection of str
        Headers to read beside the two identifiers.

    Returns
    -------
    rows : pyarrow Table
        In the order of the file.
    notes : tuple of str
        How many patients have several samples, and how many are left with a poor one.

    Raises
    ------
    TableError
        If the file cannot be read or lacks an identifier.
    """
    header = read_header(path, form)
    absent = [name for name in (PATIENT, SAMPLE) if name not in header]
    if absent:
        refuse(path, f"a sample file has a column {absent[0]}", "Add it")
    rows = read_table(path, {PATIENT, SAMPLE, *KIND, *TIME, *columns}, form)
    texts = {name: as_text(rows[name]).to_pylist() for name in rows.column_names}
    kind = _first_known(texts, KIND, _PRIMARY, _OTHER)
    time = _first_known(texts, TIME, _BEFORE, _AFTER)
    kept = _best(texts[PATIENT], texts[SAMPLE], kind, time)
    notes = (
        *counted("samples beside the one that was chosen of each patient", len(kind) - len(kept)),
        *counted("patients whose sample is not of the primary tumour", int((kind[kept] > 1).sum())),
        *counted(
            "patients whose sample was taken on or after therapy", int((time[kept] > 1).sum())
        ),
    )
    return rows.take(pa.array(kept)), notes


def _first_known(
    texts: dict[str, list[str | None]],
    names: Sequence[str],
    good: re.Pattern[str],
    bad: re.Pattern[str],
) -> IntArray:
    """Rank of every sample by the first field that says something: 0 good, 1 not known, 2 bad."""
    n = len(texts[SAMPLE])
    ranks = np.ones(n, dtype=np.int64)
    for name in names:
        if name in texts:
            said = np.array([_rank(text or "", good, bad) for text in texts[name]])
            ranks = np.where(ranks == 1, said, ranks)
    return ranks


def _rank(text: str, good: re.Pattern[str], bad: re.Pattern[str]) -> int:
    """Rank of a cell; before surgery is after therapy, so that the bad word counts.

    >>> [_rank(text, _PRIMARY, _OTHER) for text in ("Primary", "Metastasis", "", "Recurrent primary")]
    [0, 2, 1, 2]
    >>> [_rank(text, _BEFORE, _AFTER) for text in ("Pre-treatment", "presurgery", "untreated", "T1")]
    [0, 2, 0, 2]
    """
    lower = text.casefold()
    if bad.search(lower):
        return 2
    return 0 if good.search(lower) else 1


def _best(
    patients: list[str | None], samples: list[str | None], kind: IntArray, time: IntArray
) -> IntArray:
    """Rows of the best sample of each patient, in the order of the file."""
    order = sorted(
        range(len(samples)), key=lambda row: (kind[row], time[row], samples[row] or "", row)
    )
    best: dict[str, int] = {}
    for row in order:
        best.setdefault(patients[row] or "", row)
    return np.array(sorted(best.values()), dtype=np.int64)
