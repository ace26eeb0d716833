"""Response of measured tumours by RECIST 1.1 (Eisenhauer, Eur J Cancer 45 (2009) 228).

Target lesions are measured at every visit in mm: the longest diameter, of a node its short axis.
A lesion that was not measured leaves open whatever its diameter could change, and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.kleene import three_valued

if TYPE_CHECKING:
    from neopcr.oncology.kleene import Codes
    from neopcr.specs import BoolArray, FloatArray, IntArray

RESPONSES = ("CR", "PR", "SD", "PD", "NE")
_WORDS = {
    "complete": "CR", "partial": "PR", "stable": "SD", "progressive": "PD", "progression": "PD",
}  # fmt: skip
_LONGEST = 80
_NOT_EVALUABLE = {"not evaluable", "inevaluable", "not evaluated"}
# RECIST 1.1, sections 3.1, 4.2 and 4.3.
MEASURABLE_MM = 10.0
MEASURABLE_NODE_MM = 15.0
NORMAL_NODE_MM = 10.0
MOST_TARGETS = 5
MOST_TARGETS_AN_ORGAN = 2
PARTIAL_FALL = 0.30
PROGRESSIVE_RISE = 0.20
PROGRESSIVE_MM = 5.0
# A sum read as exactly 30 % less may come out a hair above it in floating point.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Lesions:
    """Target lesions of one patient.

    Parameters
    ----------
    diameter_mm : float array of shape (n_visits, n_lesions)
        The first visit is baseline; 0 a lesion that is gone, NaN not measured.
    is_node : bool array of shape (n_lesions,)
        Whether a lesion is a lymph node, whose short axis is measured.
    new_lesion : float array of shape (n_visits,)
        1 a new lesion was seen by then, 0 none, NaN not assessed.
    """

    diameter_mm: FloatArray
    is_node: BoolArray
    new_lesion: FloatArray


def read_response(text: str) -> int | None:
    """Read a response as radiologists write it: code into `RESPONSES`, None where it is another text.

    >>> [read_response(text) for text in ("cr", "Partial response", "SD (stable disease)", "better")]
    [0, 1, 2, None]
    """
    # Whatever is longer is a report, which is not read.
    plain = " ".join(re.sub(r"[^a-z]+", " ", text[:_LONGEST].casefold()).split())
    if len(text) > _LONGEST or not plain:
        return None
    first, _, rest = plain.partition(" ")
    if first.upper() in RESPONSES and (not rest or read_response(rest) == _code(first)):
        return _code(first)
    if plain in _NOT_EVALUABLE:
        return _code("NE")
    known = first in _WORDS and rest in {"", "response", "remission", "disease"}
    return _code(_WORDS[first]) if known else None


def _code(name: str) -> int:
    return RESPONSES.index(name.upper())


def is_measurable(diameter_mm: FloatArray, is_node: BoolArray) -> FloatArray:
    """Whether lesions may be targets: 10 mm or more, nodes 15 mm or more in their short axis.

    >>> is_measurable(np.array([10.0, 9.9, 14.0, np.nan]), np.array([False, False, True, True]))
    array([ 1.,  0.,  0., nan])
    """
    least = np.where(is_node, MEASURABLE_NODE_MM, MEASURABLE_MM)
    return three_valued(diameter_mm >= least, diameter_mm < least)


def choose_targets(diameter_mm: FloatArray, is_node: BoolArray, organ: IntArray) -> BoolArray:
    """Choose the target lesions at baseline: the largest, at most five and two an organ.

    Parameters
    ----------
    diameter_mm : float array of shape (n_lesions,)
        At baseline; NaN not measured.
    is_node : bool array of shape (n_lesions,)
    organ : int array of shape (n_lesions,)
        Equal numbers are one organ; all lymph nodes are one organ, whatever stands here.

    Returns
    -------
    bool array of shape (n_lesions,)

    Examples
    --------
    >>> diameter = np.array([30.0, 20.0, 12.0, 14.0, 16.0])
    >>> node = np.array([False, False, False, True, True])
    >>> choose_targets(diameter, node, np.array([1, 1, 1, 2, 3]))
    array([ True,  True, False, False,  True])
    """
    organs = np.where(is_node, organ.min(initial=0) - 1, organ)
    measurable = is_measurable(diameter_mm, is_node) == 1
    chosen = np.zeros(len(diameter_mm), dtype=bool)
    # The largest first; of equals the one that stands first.
    for lesion in np.argsort(np.where(measurable, -diameter_mm, 0.0), kind="stable"):
        alike = chosen & (organs == organs[lesion])
        fits = chosen.sum() < MOST_TARGETS and alike.sum() < MOST_TARGETS_AN_ORGAN
        chosen[lesion] = bool(measurable[lesion]) and bool(fits)
    return chosen


def recist_response(lesions: Lesions) -> Codes:
    """Response at every visit after baseline.

    Complete response: every target gone, and nodes below 10 mm. Partial: the sum fell by 30 % from
    baseline or more. Progressive: it rose by 20 % and 5 mm from its least so far (baseline among
    them), or there is a new lesion; what is gone or a normal node has not progressed. Else stable.

    The sum of the lesions that were measured is the least that the whole sum can be: it can prove
    progression. Nothing else is said of a visit with a lesion that was not measured, of one whose
    new lesions were not assessed, or without a whole baseline: it is not evaluable. The least sum so
    far is the least of the whole ones; a smaller one that nobody measured could only add to a rise.

    Parameters
    ----------
    lesions : Lesions

    Returns
    -------
    int array of shape (n_visits - 1,)
        Codes into `RESPONSES`.

    Raises
    ------
    ValueError
        If there are more than five targets, or a diameter is negative.

    Examples
    --------
    >>> sums = np.array([[40.0], [28.0], [20.0], [25.0], [np.nan]])
    >>> found = recist_response(Lesions(sums, np.array([False]), np.zeros(5)))
    >>> [RESPONSES[code] for code in found]
    ['PR', 'PR', 'PD', 'NE']
    """
    diameters = _checked(lesions)
    sums, least_sums = diameters.sum(axis=1), np.nansum(diameters, axis=1)
    gone, left = _gone(diameters, lesions.is_node), _left(diameters, lesions.is_node)
    found = np.empty(len(diameters) - 1, dtype=np.int16)
    for visit in range(1, len(diameters)):
        new = lesions.new_lesion[visit]
        rose = left[visit] and _rose(least_sums[visit], _nadir(sums[:visit]))
        found[visit - 1] = _response(
            progressive=bool(new == 1 or rose),
            assessed=bool(new == 0),
            gone=bool(gone[visit]),
            share=sums[visit] / sums[0] if sums[0] > 0 else np.nan,
        )
    return found


def _checked(lesions: Lesions) -> FloatArray:
    diameters = lesions.diameter_mm
    if diameters.shape[1] > MOST_TARGETS:
        message = f"RECIST 1.1 has at most {MOST_TARGETS} target lesions; choose them first."
        raise ValueError(message)
    if (diameters < 0).any():
        message = "a diameter is negative."
        raise ValueError(message)
    return diameters


def _gone(diameters: FloatArray, is_node: BoolArray) -> BoolArray:
    """Whether every lesion of a visit is gone, nodes being normal."""
    each = np.where(is_node[None, :], diameters < NORMAL_NODE_MM, diameters == 0)
    return np.asarray(each.all(axis=1))


def _left(diameters: FloatArray, is_node: BoolArray) -> BoolArray:
    """Whether a lesion of a visit is certainly not gone."""
    each = np.where(is_node[None, :], diameters >= NORMAL_NODE_MM, diameters > 0)
    return np.asarray(each.any(axis=1))


def _nadir(sums: FloatArray) -> float:
    """Least whole sum so far; NaN where there is none."""
    known = sums[~np.isnan(sums)]
    return float(known.min()) if known.size else np.nan


def _rose(now: float, nadir: float) -> bool:
    """Whether a sum rose from the nadir by a fifth and by 5 mm; False where it is not known."""
    enough = now - nadir >= PROGRESSIVE_MM - _ROUNDING
    return bool(enough and now >= (1 + PROGRESSIVE_RISE) * nadir - _ROUNDING)


def _response(*, progressive: bool, assessed: bool, gone: bool, share: float) -> int:
    if progressive:
        return RESPONSES.index("PD")
    if not assessed or np.isnan(share):
        return RESPONSES.index("NE")
    if gone:
        return RESPONSES.index("CR")
    partial = share <= 1 - PARTIAL_FALL + _ROUNDING
    return RESPONSES.index("PR" if partial else "SD")
