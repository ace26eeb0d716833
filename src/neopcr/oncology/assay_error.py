"""How far a second reader, or another laboratory, may be from the first: plausible re-reads.

A recorded value stands for the case's own; a re-read is drawn around it. Missing stays missing, and
what a reader saw as nothing (Ki-67 of 0 %) is read as nothing again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field, ValidationError

from neopcr.config import Strict, explain_fault
from neopcr.errors import ConfigError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes
    from neopcr.specs import FloatArray

_RANGES = "the middle of a range chosen by this project; measured rates may replace it"
_POLLEY = "Polley, J Natl Cancer Inst 105 (2013) 1897: between laboratories 0.59-0.71"
# ER is re-read across 1 % only where few nuclei stain: 0-10 %.
ER_DOUBTFUL = 10.0
ER_POSITIVE = 1.0


def _rate(default: float, highest: float, description: str, source: str) -> Any:  # noqa: ANN401
    extra: dict[str, Any] = {"source": source, "verified": False}
    return Field(default, ge=0, le=highest, description=description, json_schema_extra=extra)


class AssayError(Strict):
    """How often, and how far, readers err; each with its source, and each replaceable."""

    ihc_0_1: float = _rate(0.25, 0.5, "IHC 0 read as 1+, or 1+ as 0; 0.20-0.30.", _RANGES)
    ihc_1_2: float = _rate(0.20, 0.5, "IHC 1+ read as 2+, or 2+ as 1+; 0.15-0.25.", _RANGES)
    ihc_2_3: float = _rate(0.075, 0.5, "IHC 2+ read as 3+, or 3+ as 2+; 0.05-0.10.", _RANGES)
    log_ratio_sd: float = _rate(
        0.125, 2.0, "SD of the natural log of HER2/CEP17; 0.10-0.15.", _RANGES
    )
    ki67_icc: float = _rate(0.65, 1.0, "ICC of log2 Ki-67 between laboratories.", _POLLEY)
    ki67_log2_sd: float = _rate(
        0.8, 5.0, "SD of log2 Ki-67 between patients, in whom the ICC holds.", _RANGES
    )
    er_flip: float = _rate(
        0.045, 0.5, "ER of 0-10 % read on the other side of 1 %; 0.03-0.06.", _RANGES
    )


DEFAULT = AssayError()


def assay_error_from(measured: Mapping[str, object]) -> AssayError:
    """Take measured rates in place of the defaults; those not measured keep theirs.

    Raises
    ------
    ConfigError
        If a rate is not known or lies outside its range.

    Examples
    --------
    >>> assay_error_from({"ihc_2_3": 0.1}).ihc_2_3
    0.1
    >>> assay_error_from({"ihc_3_4": 0.1})
    Traceback (most recent call last):
    neopcr.errors.ConfigError: assay error: unknown key 'ihc_3_4'; did you mean 'ihc_2_3'?
    """
    try:
        return AssayError.model_validate(dict(measured))
    except ValidationError as error:
        message = explain_fault("assay error", error, AssayError.model_fields)
        raise ConfigError(message) from None


def ki67_noise_sd(error: AssayError = DEFAULT) -> float:
    """SD of a reading's error in log2 Ki-67, such that the ICC is as stated.

    ICC = between / (between + error), as variances. Infinite where the ICC is 0.

    >>> round(ki67_noise_sd(), 3)
    0.587
    """
    if error.ki67_icc == 0:
        return np.inf
    return float(error.ki67_log2_sd * np.sqrt((1 - error.ki67_icc) / error.ki67_icc))


def perturb(
    table: Mapping[str, NDArray[Any]],
    rng: np.random.Generator,
    *,
    n_draws: int,
    error: AssayError = DEFAULT,
) -> dict[str, NDArray[Any]]:
    """Draw plausible re-reads of a baseline.

    Parameters
    ----------
    table : mapping of str to array of shape (n_patients,)
        Columns of the contract. Re-read are `her2_ihc` (codes 0, 1+, 2+, 3+; -1 missing),
        `her2_cep17_ratio` (with it `her2_copies_per_cell`, by the same factor: CEP17 is as it was),
        `ki67_percent` and `er_percent`; others are not looked at.
    rng : numpy Generator
        Each item has a stream of its own, so that one column more changes no other.
    n_draws : int
        Re-reads of every patient.
    error : AssayError
        How far readers are apart.

    Returns
    -------
    dict of str to array of shape (n_draws, n_patients)
        The re-read columns that the table has. What is missing stays missing.

    Examples
    --------
    >>> one = {"her2_ihc": np.array([2], dtype=np.int16), "er_percent": np.array([90.0])}
    >>> reads = perturb(one, np.random.default_rng(0), n_draws=1000)
    >>> np.unique(reads["her2_ihc"]).tolist(), np.unique(reads["er_percent"]).tolist()
    ([1, 2, 3], [90.0])
    """
    first, second, third, fourth = rng.spawn(4)
    reads: dict[str, NDArray[Any]] = {}
    if "her2_ihc" in table:
        reads["her2_ihc"] = reread_ihc(_drawn(table["her2_ihc"], n_draws), first, error)
    ratio = _drawn(table.get("her2_cep17_ratio", np.empty(0)), n_draws)
    factor = np.exp(second.normal(0.0, error.log_ratio_sd, ratio.shape))
    for name in ("her2_cep17_ratio", "her2_copies_per_cell"):
        if name in table and "her2_cep17_ratio" in table:
            reads[name] = table[name] * np.where(np.isnan(ratio), 1.0, factor)
    if "ki67_percent" in table:
        reads["ki67_percent"] = reread_ki67(_drawn(table["ki67_percent"], n_draws), third, error)
    if "er_percent" in table:
        reads["er_percent"] = reread_er(_drawn(table["er_percent"], n_draws), fourth, error)
    return reads


def _drawn(values: NDArray[Any], n_draws: int) -> NDArray[Any]:
    return np.broadcast_to(values, (n_draws, len(values)))


def reread_ihc(scores: Codes, rng: np.random.Generator, error: AssayError = DEFAULT) -> Codes:
    """Read IHC again: the same score, or a neighbour.

    Parameters
    ----------
    scores : int array
        0 to 3; -1 missing stays so.
    rng : numpy Generator
        What draws.
    error : AssayError
        How often a reader errs.
    """
    steps = np.array([error.ihc_0_1, error.ihc_1_2, error.ihc_2_3])
    # One entry more, where the code -1 points: nothing missing is ever read.
    down = np.array([0.0, *steps, 0.0])[scores]
    up = np.array([*steps, 0.0, 0.0])[scores]
    drawn = rng.random(scores.shape)
    step = np.where(drawn < down, -1, np.where(drawn >= 1 - up, 1, 0))
    return np.asarray(scores + step, dtype=np.int16)


def reread_ki67(
    percent: FloatArray, rng: np.random.Generator, error: AssayError = DEFAULT
) -> FloatArray:
    """Read Ki-67 again, in percent: an error of log2; no laboratory reads more than all nuclei."""
    noise = rng.normal(0.0, 1.0, percent.shape) * ki67_noise_sd(error)
    return np.minimum(percent * 2.0**noise, 100.0)


def reread_er(
    percent: FloatArray, rng: np.random.Generator, error: AssayError = DEFAULT
) -> FloatArray:
    """Read ER again, in percent: now and then on the other side of 1 %, where it is 0-10 %."""
    flipped = (rng.random(percent.shape) < error.er_flip) & (percent <= ER_DOUBTFUL)
    other = np.where(percent >= ER_POSITIVE, 0.0, rng.integers(1, 11, percent.shape))
    return np.where(flipped, other, percent)
