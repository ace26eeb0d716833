"""How the text of a cell is read, by column: what pathologists and trial offices write down.

A cell holds what its text proves. What is read but loses something on the way is *noted*: counted
in the flow of patients, and no error. What could be read in two ways is not read at all.

The middle of an interval stands for it ("20-30%" is 25, "<1%" is 0.5, ">90%" is 95), as long as the
whole interval lies on one side of every cut that decides in its column (the project's choice): ER
and PgR are positive from 1 % and ER low up to 10 %, HER2 staining is null at 0 and ultralow up to
10 %. Ki-67 has no such cut, since models use the number itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from neopcr.oncology import receptor_score_text
from neopcr.oncology.call_text import read_her2_call
from neopcr.oncology.her2_text import read_ihc
from neopcr.oncology.receptor_scores import ALLRED_TOTALS
from neopcr.oncology.receptor_text import read_call, read_hr_call, read_percent
from neopcr.oncology.recist import read_response
from neopcr.oncology.regimen import TAXANES, has, match_regimens
from neopcr.oncology.stage import M_STAGES, N_STAGES, T_STAGES
from neopcr.oncology.stage_text import read_tnm, without_subcategory

# Of a cell whose text tells something of other columns too.
TELLS_MORE = "tells_more"
_NOTHING_MORE: Mapping[str, float] = MappingProxyType({})


class Cell(NamedTuple):
    """A cell that was read.

    Parameters
    ----------
    value : float, int or None
        A number or the code of a category; None missing.
    rule : str
        The rule that it breaks, or what is noted of it; empty where neither.
    told : mapping of str to float
        What its text tells of other columns: numbers, or codes of their categories.
    """

    value: float | None
    rule: str = ""
    told: Mapping[str, float] = _NOTHING_MORE


# Reads one text; None where it is nothing that the column may hold.
Grammar = Callable[[str], Cell | None]

# Columns that the texts of another may tell of, by name.
TOLD_BY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "her2_ihc": ("her2_cep17_ratio", "her2_ish"),
        "regimen_assigned": (
            "regimen_docetaxel", "regimen_nab_paclitaxel", "regimen_planned_cycles",
        ),
    }
)  # fmt: skip

# What is noted of cells, as the flow of patients tells it; a unit in the cell is not worth telling.
NOTED: Mapping[str, str] = MappingProxyType(
    {
        "unmatched_regimen": "regimens that are not in the vocabulary, taken as not known",
        "interval_middle": "intervals, read as their middle",
        "rest_unused": "cells whose text tells more than their own value, which is not used",
        "unit_written": "",
        TELLS_MORE: "",
        **{
            f"{rule}_{source}": says.format(source)
            for source in TOLD_BY
            for rule, says in (
                ("told_by", "empty cells filled with what is written in {}"),
                ("contradicts", "cells that differ from what is written in {}, kept as they are"),
            )
        },
    }
)
# Notes which show that the cells of a percent column are percents, however low.
SETTLES_UNIT = frozenset({"interval_middle", "unit_written"})

# A cut, and whether it belongs to its lower side.
_Cuts = tuple[tuple[float, bool], ...]
_RECEPTOR_CUTS: _Cuts = ((1.0, False), (10.0, True))
_HER2_CUTS: _Cuts = ((0.0, True), (10.0, True))


def _percent(analyte: str, cuts: _Cuts, text: str) -> Cell | None:
    read = read_percent(text)
    if read is None:
        is_call = read_call(text) is not None
        return Cell(None, "call_in_percent_column") if is_call else None
    if read.analyte not in ("", analyte):
        return Cell(None, "other_analyte")
    if any(read.splits(cut, cut_is_below=is_below) for cut, is_below in cuts):
        return Cell(None, "interval_straddles_cut")
    if read.low < read.high:
        return Cell(read.middle(), "interval_middle")
    return Cell(read.low, "unit_written" if read.signed else "")


def _call(read: Callable[[str], int | None], text: str) -> Cell | None:
    # A dash alone stands for "negative" in some files and for "not recorded" in others.
    if text in {"-", "\N{MINUS SIGN}", "\N{EN DASH}", "\N{EM DASH}"}:
        return Cell(None, "ambiguous_dash")
    return _known(read(text))


def _receptor_call(analyte: str, text: str) -> int | None:
    return read_call(text, analyte)


def _known(value: float | None) -> Cell | None:
    return None if value is None else Cell(value)


def _allred(analyte: str, text: str) -> Cell | None:
    read = receptor_score_text.read_allred(text)
    if read is None or read.analyte not in ("", analyte):
        return None
    return Cell(ALLRED_TOTALS.index(str(read.total)))


def _h_score(analyte: str, text: str) -> Cell | None:
    read = receptor_score_text.read_h_score(text)
    return None if read is None or read.analyte not in ("", analyte) else Cell(read.score)


def _ihc(text: str) -> Cell | None:
    read = read_ihc(text)
    if read is None:
        return None
    told: dict[str, float] = {"her2_ish": read.ish_call} if read.ish_call >= 0 else {}
    told |= {"her2_cep17_ratio": read.ratio} if read.ratio >= 0 else {}
    return Cell(read.ihc, TELLS_MORE if told else "", told)


def _ihc_score(text: str) -> Cell | None:
    """Read the score alone: what else is told is not of the baseline."""
    read = read_ihc(text)
    return None if read is None else Cell(read.ihc)


def _stage(letter: str, categories: tuple[str, ...], text: str) -> Cell | None:
    """T, N or M before therapy; TX, NX and MX are missing."""
    read = read_tnm(text)
    category = "" if read is None else {"t": read.t, "n": read.n, "m": read.m}[letter]
    if read is None or not category:
        return None
    if not read.is_clinical:
        return Cell(None, "not_clinical_stage")
    plain = without_subcategory(category)
    return Cell(categories.index(plain) if plain else None)


def _regimen(text: str) -> Cell:
    matched = match_regimens(np.array([text], dtype=object))
    if matched.ambiguous.size:
        return Cell(None, "ambiguous_regimen")
    code = int(matched.codes[0])
    return Cell(code) if code >= 0 else Cell(None, "unmatched_regimen")


def _assigned_regimen(text: str) -> Cell:
    """Read a regimen, and what its text tells: planned cycles, and a taxane its name leaves open."""
    matched = match_regimens(np.array([text], dtype=object))
    told: dict[str, float] = {}
    if matched.cycles[0] >= 1:
        told["regimen_planned_cycles"] = float(matched.cycles[0])
    if matched.taxane[0] >= 0:
        taxane = TAXANES[matched.taxane[0]].replace("-", "_")
        told |= {
            f"regimen_{drug}": float(drug == taxane)
            for drug in ("docetaxel", "nab_paclitaxel")
            if np.isnan(has(matched.codes, drug)[0])
        }
    cell = _regimen(text)
    return Cell(cell.value, TELLS_MORE, told) if told else cell


GRAMMARS: Mapping[str, Grammar] = MappingProxyType(
    {
        "er_percent": partial(_percent, "er", _RECEPTOR_CUTS),
        "pgr_percent": partial(_percent, "pgr", _RECEPTOR_CUTS),
        "ki67_percent": partial(_percent, "ki67", ()),
        "her2_ihc_percent": partial(_percent, "her2", _HER2_CUTS),
        "er_status": partial(_call, partial(_receptor_call, "er")),
        "pgr_status": partial(_call, partial(_receptor_call, "pgr")),
        "hr_status": partial(_call, read_hr_call),
        "her2_status": partial(_call, read_her2_call),
        "her2_ish": partial(_call, read_her2_call),
        "her2_ihc": _ihc,
        "her2_ihc_surgery": _ihc_score,
        "er_allred": partial(_allred, "er"),
        "pgr_allred": partial(_allred, "pgr"),
        "er_h_score": partial(_h_score, "er"),
        "pgr_h_score": partial(_h_score, "pgr"),
        "ct_stage": partial(_stage, "t", T_STAGES),
        "cn_stage": partial(_stage, "n", N_STAGES),
        "cm_stage": partial(_stage, "m", M_STAGES),
        "regimen_assigned": _assigned_regimen,
        "regimen_given_to_c2": _regimen,
        "regimen_given_to_c4": _regimen,
        **{
            f"recist_response_{at}": partial(_call, read_response)
            for at in ("c1", "c2", "c4", "presurgery")
        },
    }
)
