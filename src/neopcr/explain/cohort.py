"""The contributions of every patient of a cohort, at three levels: features, columns, modalities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.explain.interventional import interventional
from neopcr.explain.sentences import cells_of, shown_value
from neopcr.kernel import compile_model, contributions, probability, roll_up, total

if TYPE_CHECKING:
    from neopcr.bundle import Bundle
    from neopcr.specs import Column, FloatArray, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Exact contributions to the logit of p_pcr; at each level ``base + Σ = logit`` to 1e-6.

    Parameters
    ----------
    base : float
        The logit before anything is known of a patient: the mean over the training cohort, or over
        the background.
    feature_names, column_names, modality_names : tuple of str
        What the contributions belong to, in the order of their second axis.
    features : float array of shape (n_patients, n_features)
        Contributions on the logit scale; positive raises p_pcr.
    columns : float array of shape (n_patients, n_columns)
        The same, rolled up: a feature shares its contribution equally over its columns.
    modalities : float array of shape (n_patients, n_modalities)
        The sum over a modality's columns.
    values : float array of shape (n_patients, n_columns)
        What the patient's columns hold: numbers; 1 and 0; the index of a category; NaN missing.
    specs : tuple of Column
        The declarations of `column_names`.
    logit, p : float array of shape (n_patients,)
        The prediction; `p` is the probability of reaching pCR.
    """

    base: float
    feature_names: tuple[str, ...]
    column_names: tuple[str, ...]
    modality_names: tuple[str, ...]
    features: FloatArray
    columns: FloatArray
    modalities: FloatArray
    values: FloatArray
    specs: tuple[Column, ...]
    logit: FloatArray
    p: FloatArray

    def shown(self, patient: int) -> tuple[str, ...]:
        """Write what the patient's columns hold, as `shown_value` does."""
        return tuple(
            shown_value(spec, value)
            for spec, value in zip(self.specs, self.values[patient], strict=True)
        )


def explain_cohort(
    bundle: Bundle,
    table: Table,
    *,
    seen: FloatArray | None = None,
    background: Table | None = None,
) -> Explanation:
    """Explain every patient of a cohort.

    Parameters
    ----------
    bundle : Bundle
        A fitted model.
    table : mapping of str to array
        Columns of the contract; a column the cohort lacks counts as missing for everyone.
    seen : float array of shape (n_patients, n_seen), optional
        What members saw of training patients, whose scores of wide blocks left them out.
    background : mapping of str to array, optional
        Patients whose values stand in for those of a feature that is left out, at least one: SHAP
        values are then interventional, and `base` is these patients' mean logit. Without them they
        are path-dependent.

    Returns
    -------
    Explanation
    """
    space = bundle.space
    compiled = compile_model(bundle.model)
    X = space.matrix(table)
    phi, base = contributions(compiled, X, seen=seen)
    logit = total(phi, base)
    if background is not None:
        phi, base = interventional(bundle.model, X, space.matrix(background))
    columns = roll_up(phi, space.column_groups(), len(space.columns))
    modalities = roll_up(columns, space.modality_groups(), len(space.modalities))
    return Explanation(
        base=base,
        feature_names=space.names,
        column_names=tuple(column.name for column in space.columns),
        modality_names=space.modalities,
        features=phi,
        columns=columns,
        modalities=modalities,
        values=_values(space.columns, table, phi.shape[0]),
        specs=space.columns,
        logit=logit,
        p=probability(logit),
    )


def _values(columns: tuple[Column, ...], table: Table, n_patients: int) -> FloatArray:
    """One float a cell; only numbers, booleans and categories can be drawn."""
    values = np.empty((n_patients, len(columns)))
    for index, column in enumerate(columns):
        values[:, index] = cells_of(column, table, n_patients)
    return values
