"""How far p_pcr moves when an assay is read again, by another reader or laboratory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.kernel import compile_model, logit, probability
from neopcr.oncology.assay_error import DEFAULT, AssayError, perturb

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neopcr.bundle import Bundle
    from neopcr.kernel import CompiledModel
    from neopcr.specs import FloatArray, IntArray, Table

ASSAYS: Mapping[str, tuple[str, ...]] = {
    "HER2 IHC": ("her2_ihc",),
    "HER2/CEP17 ratio": ("her2_cep17_ratio", "her2_copies_per_cell"),
    "Ki-67": ("ki67_percent",),
    "ER": ("er_percent",),
}
"""What is read again together, by the columns it changes."""

TOGETHER = "all of them"
DRAWS = 200
MOST = 2000
"""Patients of a cohort that are read again; of more, so many evenly spaced in the table."""

_ROWS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """Re-reads of a cohort.

    Parameters
    ----------
    patient : int array of shape (n_patients,)
        0-based positions in the cohort of those who were read again.
    p : float array of shape (n_patients,)
        p_pcr as recorded.
    lower, upper : float arrays of shape (n_patients,)
        Between them lie 95 % of the p_pcr of re-reads of all assays.
    draws : float array of shape (n_draws, n_patients)
        These p_pcr.
    by_assay : mapping of str to float array of shape (n_patients,)
        Width of the same range, upper less lower, where one assay alone is read again; last
        `TOGETHER`. Only assays the model reads.
    """

    patient: IntArray
    p: FloatArray
    lower: FloatArray
    upper: FloatArray
    draws: FloatArray
    by_assay: Mapping[str, FloatArray]

    @property
    def width(self) -> FloatArray:
        """Upper less lower, in units of p_pcr."""
        return self.upper - self.lower


def assay_robustness(
    bundle: Bundle,
    table: Table,
    *,
    seed: int = 0,
    n_draws: int = DRAWS,
    error: AssayError = DEFAULT,
) -> Robustness | None:
    """Read the assays of a cohort again, and score every re-read.

    Parameters
    ----------
    bundle : Bundle
        A fitted model.
    table : mapping of str to array
        Columns of the contract, of at least one patient.
    seed : int
        The same seed, cohort and model give the same bits.
    n_draws : int
        Re-reads of every patient.
    error : AssayError
        How far readers are apart; see `neopcr.oncology.assay_error`.

    Returns
    -------
    Robustness or None
        None where the model reads none of the assays, or the cohort has none.

    Notes
    -----
    What is recorded stands for the case's own value, and errors of assays are drawn independently.
    The range says what another reading may do to a score; it says nothing of the model's own error.
    """
    read = {column.name for column in bundle.space.columns}
    offered = {name: cells for name, cells in table.items() if name in read}
    assays = {
        name: columns for name, columns in ASSAYS.items() if not offered.keys().isdisjoint(columns)
    }
    if not assays:
        return None
    n = len(next(iter(table.values())))
    patient = np.unique(np.linspace(0, n - 1, min(n, MOST)).astype(np.int64))
    some = {name: cells[patient] for name, cells in offered.items()}
    compiled = compile_model(bundle.model)
    # Each item has a stream of its own in `perturb`: these are one set of readings, taken apart.
    reads = perturb(some, np.random.default_rng(seed), n_draws=n_draws, error=error)
    by_assay: dict[str, FloatArray] = {}
    for name, columns in assays.items():
        alone = {column: cells for column, cells in reads.items() if column in columns}
        by_assay[name] = np.subtract(*_range(_scores(bundle, compiled, some, alone, n_draws))[::-1])
    draws = _scores(bundle, compiled, some, reads, n_draws)
    lower, upper = _range(draws)
    return Robustness(
        patient=patient,
        p=probability(logit(compiled, bundle.space.matrix(some))),
        lower=lower,
        upper=upper,
        draws=draws,
        by_assay={**by_assay, TOGETHER: upper - lower},
    )


def _scores(
    bundle: Bundle, compiled: CompiledModel, table: Table, reads: Table, n_draws: int
) -> FloatArray:
    """p_pcr of every re-read, shape (n_draws, n_patients); many re-reads are scored at once."""
    n = len(next(iter(table.values())))
    p = np.empty((n_draws, n))
    step = max(1, _ROWS_AT_ONCE // n)
    for first in range(0, n_draws, step):
        part = slice(first, min(first + step, n_draws))
        times = part.stop - part.start
        again = {
            name: reads[name][part].ravel() if name in reads else np.tile(cells, times)
            for name, cells in table.items()
        }
        p[part] = probability(logit(compiled, bundle.space.matrix(again))).reshape(times, n)
    return p


def _range(draws: FloatArray) -> tuple[FloatArray, FloatArray]:
    lower, upper = np.quantile(draws, [0.025, 0.975], axis=0)
    return lower, upper
