"""The outcome of the patients: as a column gives it, or made of the stages after therapy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.cohort.cells import MISSING, as_text, parse_boolean
from neopcr.cohort.contract import OUTCOME, found
from neopcr.cohort.long_table import counted
from neopcr.cohort.recode import recoded
from neopcr.cohort.wide_part import tally_columns
from neopcr.errors import ConfigError
from neopcr.oncology.response import DEFINITIONS, YPN_STAGES, YPT_STAGES, has_itc, is_pcr
from neopcr.oncology.stage_text import read_tnm, without_subcategory

if TYPE_CHECKING:
    import pyarrow as pa

    from neopcr.cohort.cells import Mask
    from neopcr.cohort.complaint import Tally
    from neopcr.cohort.mapping import Wide
    from neopcr.config import Outcome
    from neopcr.oncology.kleene import Codes
    from neopcr.specs import FloatArray, Problem

_ITC = "N0(i+)"


@dataclass(frozen=True, slots=True)
class OutcomePart:
    """The outcome of every row.

    Parameters
    ----------
    pcr : float array of shape (n_rows,), or None
        1 pCR, 0 residual disease, NaN not known; None where the files have no outcome.
    problems : tuple of Problem
        By row.
    tallies : tuple of Tally
        How many of the cells are broken.
    notes : tuple of str
        What was counted.
    """

    pcr: FloatArray | None
    problems: tuple[Problem, ...] = ()
    tallies: tuple[Tally, ...] = ()
    notes: tuple[str, ...] = ()


def read_outcome(wide: Wide, outcome: Outcome, *, itc_is_pcr: bool = False) -> OutcomePart:
    """Read the outcome of the rows of wide files.

    Parameters
    ----------
    wide : Wide
        Read with the outcome's headers.
    outcome : Outcome
    itc_is_pcr : bool
        Whether isolated tumour cells count as none, where pCR is made of stages.

    Raises
    ------
    ConfigError
        If pCR cannot be made of stages by the definition.
    """
    if outcome.ypt or outcome.ypn:
        return _of_stages(wide, outcome, itc_is_pcr=itc_is_pcr)
    if OUTCOME not in wide.table.column_names:
        return OutcomePart(None)
    values = dict.fromkeys(outcome.reached, "1") | dict.fromkeys(outcome.residual, "0")
    cells, broken = recoded(wide.table[OUTCOME], values)
    pcr, _ = parse_boolean(cells)
    return _part(wide, pcr, {"unknown_outcome": broken["not_in_recode"]})


def _part(
    wide: Wide, pcr: FloatArray, broken: dict[str, Mask], notes: tuple[str, ...] = ()
) -> OutcomePart:
    problems = found(OUTCOME, broken)
    tallies = tally_columns(problems, {OUTCOME: pcr}, wide.origin)
    return OutcomePart(pcr, tuple(problems), tallies, notes)


def _of_stages(wide: Wide, outcome: Outcome, *, itc_is_pcr: bool) -> OutcomePart:
    if outcome.definition not in DEFINITIONS:
        message = (
            "cohort.outcome: of ypT and ypN, pCR is made by a definition that is one of "
            f"{', '.join(DEFINITIONS)}. Correct `definition`, or map a column of outcomes."
        )
        raise ConfigError(message)
    names = wide.table.column_names
    if not {"ypt", "ypn"} & set(names):
        return OutcomePart(None)
    nowhere = np.full(wide.table.num_rows, -1, dtype=np.int16), np.zeros(wide.table.num_rows, bool)
    ypt, bad_t = _stages(wide.table["ypt"], "t") if "ypt" in names else nowhere
    ypn, bad_n = _stages(wide.table["ypn"], "n") if "ypn" in names else nowhere
    pcr = is_pcr(ypt, ypn, outcome.definition, itc=itc_is_pcr)
    taken = "as none" if itc_is_pcr else "as residual disease"
    cells = int((has_itc(ypn) == 1).sum())
    notes = counted(f"patients with isolated tumour cells, ypN0(i+), taken {taken}", cells)
    return _part(wide, pcr, {"not_a_yp_stage": bad_t | bad_n}, notes)


def _stages(cells: pa.ChunkedArray, letter: str) -> tuple[Codes, Mask]:
    """Codes into `YPT_STAGES` or `YPN_STAGES`, and which cells are something else."""
    encoded = as_text(cells).dictionary_encode()
    read = [_stage(text, letter) for text in encoded.dictionary.to_pylist()]
    codes = np.array([*(-1 if code is None else code for code in read), -1], dtype=np.int16)
    broken = np.array([*(code is None for code in read), False])
    place = encoded.indices.fill_null(len(read)).to_numpy(zero_copy_only=False)
    return codes[place], broken[place]


def _stage(text: str, letter: str) -> int | None:
    """Code of one text; -1 missing or not assessed, None where it is no stage after therapy."""
    if text.casefold() in MISSING:
        return -1
    bare = text if text[:1].casefold() not in "0123xi" else f"{letter}{text}"
    tnm = read_tnm(bare)
    category = "" if tnm is None else {"t": tnm.t, "n": tnm.n}[letter]
    if tnm is None or tnm.prefix not in ("", "yp") or not category:
        return None
    plain: Any = category if category == _ITC else without_subcategory(category)
    names = YPT_STAGES if letter == "t" else YPN_STAGES
    return names.index(f"yp{plain}") if plain else -1
