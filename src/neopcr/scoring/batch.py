"""Scores of one batch: the pure function that every engine calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from neopcr import kernel
from neopcr.cohort.cells import as_text
from neopcr.cohort.contract import PATIENT_ID, read_columns
from neopcr.errors import TableError
from neopcr.scoring.account import (
    NO_INFORMATION,
    OUT_OF_APPLICABILITY,
    UNDECIDED,
    Mask,
    flags_of,
    is_missing,
    rules_of,
)
from neopcr.scoring.schema import N_REASONS, NOT_SCORED, SCORED, schema_of
from neopcr.scoring.therapy import OFF_THERAPY, off_therapy, therapy_columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.bundle import Bundle
    from neopcr.specs import Column, FloatArray, IntArray, Table


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """A bundle made ready for many batches.

    Parameters
    ----------
    bundle : Bundle
        What is shipped.
    compiled : CompiledModel
        Its model, tabulated once.
    text : bool
        Whether reasons are said in words too.
    """

    bundle: Bundle
    compiled: kernel.CompiledModel
    text: bool = False

    @property
    def schema(self) -> pa.Schema:
        """Of its scores."""
        return schema_of(text=self.text)

    @property
    def columns(self) -> tuple[Column, ...]:
        """What the model reads of a cohort; its other columns move no score."""
        return self.bundle.space.columns

    @property
    def headers(self) -> tuple[str, ...]:
        """Names of the columns to read; see `model_inputs`."""
        return model_inputs(self.bundle)


def model_inputs(bundle: Bundle) -> tuple[str, ...]:
    """Columns that scoring by a bundle reads: identifier, the model's, dates of therapy."""
    read = (*bundle.space.columns, *therapy_columns(bundle.landmark))
    return (PATIENT_ID, *(column.name for column in read))


def prepare(bundle: Bundle, *, text: bool = False) -> Scorer:
    """Compile a bundle's model, once for all batches; `text` as in `Scorer`."""
    return Scorer(bundle, kernel.compile_model(bundle.model), text)


def score_batch(
    scorer: Scorer,
    batch: pa.RecordBatch | pa.Table,
    *,
    rows: IntArray | None = None,
    duplicated: Mask | None = None,
) -> pa.RecordBatch:
    """Score the patients of a batch: one row in, one row out, in the same order.

    A row is not scored, under the first of these rules that it breaks:

    1. ``missing_id``, ``duplicate_id``;
    2. a bad cell in a column that is read, in the bundle's order of columns, such as
       ``out_of_range:her2_cep17_ratio``;
    3. ``off_therapy_at_landmark``: dates prove that the patient had ended neoadjuvant therapy
       (`neopcr.scoring.therapy`); the model is of those who had not;
    4. ``no_information``: every column that the model reads is missing. Its number would say how
       often the training patients reached pCR, and nothing of this one.

    A row that lacks a whole modality is flagged ``missing:<modality>``, and scored all the same; a
    bad cell is not a missing one. A cell that was read with a loss is flagged too, such as
    ``interval_middle:er_percent`` or ``unmatched_regimen:regimen_assigned``; so is one that another
    cell's text filled, ``told_by_her2_ihc:her2_ish``, or differs from.

    ``imputed:<modality>`` is raised where more than 1 in 20 of the columns that one score is made of,
    such as those of gene expression, are missing and count as the training mean.

    ``out_of_applicability`` is raised on a row that is farther from the training patients than about
    99 in 100 of them were; ``undecided`` where outcome sets that hold the true outcome nine times in
    ten hold both outcomes, or neither. ``p_lower`` and ``p_upper`` say how far p_pcr moves when the
    model is fitted to other patients of the same kind: an instability interval, no confidence
    interval. A bundle that was trained on too few patients may lack any of them.

    Parameters
    ----------
    scorer : Scorer
        From `prepare`.
    batch : pyarrow RecordBatch or Table
        Raw cells under canonical names. A column that is absent is missing in every row.
    rows : int64 array of shape (n_rows,), optional
        1-based rows of the input; from 1 where not given.
    duplicated : bool array of shape (n_rows,), optional
        Whether the identifier stands elsewhere in the input too; nowhere, where not given.

    Returns
    -------
    pyarrow RecordBatch
        Of the scorer's schema.

    Raises
    ------
    TableError
        If there is no column of identifiers.
    """
    n = batch.num_rows
    ids = patient_ids(batch)
    landmark = scorer.bundle.landmark
    table, problems, noted = read_columns(batch, (*scorer.columns, *therapy_columns(landmark)))
    missing = is_missing(table, scorer.columns, n)
    if duplicated is None:
        duplicated = np.zeros(n, dtype=bool)
    last = {
        OFF_THERAPY: off_therapy(table, landmark, n),
        NO_INFORMATION: np.asarray(missing.all(axis=1)),
    }
    rule, scored = rules_of(ids, duplicated, problems, last)

    # One column says how many rows there are, should the cohort lack every other.
    X = scorer.bundle.space.matrix({PATIENT_ID: np.empty(n), **table})
    groups = scorer.bundle.space.column_groups()
    found = kernel.explain(scorer.compiled, X, groups, len(scorer.columns), N_REASONS)
    logit = found.logit
    lower, upper, raised = _uncertainty(scorer.bundle, X, logit, scored)
    columns = [
        pa.array(np.arange(1, n + 1) if rows is None else rows, pa.int64()),
        ids,
        pa.array(kernel.probability(logit), mask=~scored),
        lower,
        upper,
        _named((NOT_SCORED, SCORED), scored.astype(np.int64)),
        rule,
        flags_of(missing, scorer.columns, problems, noted, raised | _imputed(scorer, X, scored)),
        *_reasons(scorer, table, found, scored),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=scorer.schema)


def patient_ids(batch: pa.RecordBatch | pa.Table) -> pa.Array:
    """Identifiers of a batch, trimmed text; null where empty.

    Raises
    ------
    TableError
        If there is no column of identifiers.
    """
    if PATIENT_ID not in batch.schema.names:
        message = (
            f"the table has no column {PATIENT_ID}. Name the column of identifiers so; scores "
            "cannot be told apart without it."
        )
        raise TableError(message)
    text = as_text(batch[PATIENT_ID])
    return pc.if_else(pc.equal(text, ""), None, text).cast(pa.string())


def _imputed(scorer: Scorer, X: FloatArray, scored: Mask) -> dict[str, Mask]:
    """Rows with a wide block, such as expression, of which more than a few columns are missing."""
    rows = kernel.half_known(scorer.bundle.model, X).T & scored
    blocks = scorer.bundle.space.wide()
    return {f"imputed:{each.name}": row for each, row in zip(blocks, rows, strict=True)}


def _uncertainty(
    bundle: Bundle, X: FloatArray, logit: FloatArray, scored: Mask
) -> tuple[pa.Array, pa.Array, dict[str, Mask]]:
    """Ends of the interval, and the rows of two flags."""
    nothing = pa.nulls(len(X), pa.float64())
    if bundle.uncertainty is None:
        return nothing, nothing, {}
    said = kernel.judge(bundle.uncertainty, kernel.condense(bundle.model, X), logit)
    raised = {OUT_OF_APPLICABILITY: said.outside & scored, UNDECIDED: said.undecided & scored}
    if said.lower is None:
        return nothing, nothing, raised
    return pa.array(said.lower, mask=~scored), pa.array(said.upper, mask=~scored), raised


def _reasons(scorer: Scorer, table: Table, found: kernel.Explained, scored: Mask) -> list[pa.Array]:
    """Columns that moved the score most, and by how much; one that did not move it is no reason."""
    logit, index, value = found
    names = tuple(column.name for column in scorer.columns)
    said = scored[:, None] & (index >= 0)
    arrays: list[pa.Array] = []
    for k in range(N_REASONS):
        arrays.append(_named(names, index[:, k], mask=~said[:, k]))
        arrays.append(pa.array(value[:, k], mask=~said[:, k]))
    if scorer.text:
        # Those who want no words do not wait for what makes them.
        from neopcr.explain import sentences  # noqa: PLC0415

        worth = kernel.points(logit, value)
        arrays += sentences(scorer.columns, table, np.where(said, index, -1), worth)
    return arrays


def _named(names: tuple[str, ...], codes: NDArray[Any], mask: Mask | None = None) -> pa.Array:
    """Text of codes into a few names."""
    indices = pa.array(codes, mask=mask)
    return pa.array(names, pa.string()).take(indices)
