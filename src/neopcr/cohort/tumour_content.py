"""How much of a sequenced tissue was tumour: a column of the samples' table, its unit declared."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neopcr.cohort.cells import parse_number
from neopcr.cohort.header import refuse
from neopcr.cohort.long_table import Count, counted
from neopcr.cohort.readers import read_header, read_table

if TYPE_CHECKING:
    from neopcr.cohort.barcodes import Barcodes
    from neopcr.config import Purity
    from neopcr.specs import FloatArray

# Values of a whole sample of tumour, by unit.
WHOLE = {"fraction": 1.0, "percent": 100.0}
_WORDS = {"percent": r"%|\bper ?cent", "fraction": r"\bfractions?\b|\bproportions?\b"}


def fits(values: FloatArray, unit: str) -> bool:
    """Whether values may be of a unit: fractions do not exceed 1, and percents do somewhere.

    >>> fits(np.array([0.2, 0.9]), "percent"), fits(np.array([0.2, 30.0]), "fraction")
    (False, False)
    """
    known = values[~np.isnan(values)]
    largest = known.max() if known.size else 0.0
    return bool(largest == 0 or (largest > 1) == (unit == "percent"))


def unit_of(description: str, values: FloatArray) -> str:
    """Unit that a description names, or that the values prove; empty where neither tells.

    Values above 1 are no fractions; values up to 1 prove nothing.

    >>> unit_of("Tumor purity (%)", np.array([20.0])), unit_of("Tumor purity", np.array([0.2]))
    ('percent', '')
    """
    text = description.casefold()
    named = [unit for unit, words in _WORDS.items() if re.search(words, text)]
    if len(named) == 1:
        return named[0] if fits(values, named[0]) else ""
    known = values[~np.isnan(values)]
    return "percent" if known.size and known.max() > 1 else ""


def read_values(path: Path, header: str) -> FloatArray:
    """Numbers of a column, in the file's own unit; NaN where there is none."""
    values: FloatArray = parse_number(read_table(path, (header,))[header])[0]
    return values


def read_purity(
    path: Path, purity: Purity, samples: Barcodes
) -> tuple[FloatArray, tuple[Count, ...]]:
    """Read the share of tumour cells of each patient's sample.

    Parameters
    ----------
    path : Path
        The table of samples, see `neopcr.cohort.barcodes.Barcodes`.
    purity : Purity
        Its column, and the unit.
    samples : Barcodes

    Returns
    -------
    share : float array of shape (n_patients,)
        0-1; NaN not known. Of several samples the smallest, and not known where one of them is
        not: any of them may be the one that was sequenced.
    notes : tuple of Count
        Cells that are no share, taken as not known.

    Raises
    ------
    TableError
        If the column is absent, or its values are not of the declared unit.
    """
    header = read_header(path)
    if purity.source not in header:
        refuse(
            path, f"it needs column(s) ['{purity.source}'], which are not in its header", "Add it"
        )
    sample = {name.casefold(): name for name in header}["sample_id"]
    table = read_table(path, (sample, purity.source))
    values, broken = parse_number(table[purity.source])
    if not fits(values, purity.unit):
        (other,) = set(WHOLE) - {purity.unit}
        fault = f"{purity.source} is declared as {purity.unit}, and its values are not"
        refuse(path, fault, f"Declare `unit: {other}` if that is what they are")
    share = values / WHOLE[purity.unit]
    is_share = (share >= 0) & (share <= 1)
    patient = samples.rows(table[sample])
    inside = patient >= 0
    smallest = np.full(samples.n_patients, np.inf)
    # What is not known is the smallest of all.
    np.minimum.at(smallest, patient[inside], np.where(is_share, share, -1.0)[inside])
    is_bad = broken["not_a_number"] | (~np.isnan(share) & ~is_share)
    notes = counted(
        f"{purity.source}: values that are no share, not known", int(is_bad[inside].sum())
    )
    return np.where((smallest >= 0) & (smallest <= 1), smallest, np.nan), notes
