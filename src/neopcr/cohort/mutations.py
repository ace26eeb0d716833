"""A MAF and the panel that says who was sequenced for what, as PAM statuses of the patients."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from neopcr.cohort.cells import as_text, parse_number
from neopcr.cohort.contract import PATIENT_ID, parse
from neopcr.cohort.long_table import LongPart, TallyBook, check_headers, counted
from neopcr.cohort.readers import read_batches, read_table
from neopcr.oncology import pam
from neopcr.oncology.variant_filters import passes
from neopcr.specs import Column, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from neopcr.cohort.patient_index import PatientIndex
    from neopcr.specs import FloatArray, IntArray

_GENE, _PATIENT = "Hugo_Symbol", "Tumor_Sample_Barcode"
_DESCRIBED = ("Variant_Classification", "HGVSp_Short")
_NEEDED = (_GENE, _PATIENT, *_DESCRIBED)
_COUNTS = ("t_depth", "t_alt_count", "n_depth", "n_alt_count", "gnomAD_AF")
_VERDICTS = ("FILTER", "Mutation_Status")

_PURITY = Column(
    name="tumour_purity", kind="number", low=0, high=1, unit="fraction", modality="pam",
    description="Share of tumour cells in the sequenced tissue.", source="neopcr",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Panel:
    """Who was sequenced for what: (n_patients, n_genes) and (n_patients,)."""

    covered: NDArray[np.bool_]
    purity: FloatArray
    part: LongPart


def pam_statuses(maf: Path, panel: Path, index: PatientIndex) -> LongPart:
    """Read a MAF and its panel, and say of each patient what is altered.

    Parameters
    ----------
    maf : Path
        GDC MAF format; `Tumor_Sample_Barcode` is the patient. A filter whose column is absent is
        not applied, and the notes say so.
    panel : Path
        ``patient_id,genes,tumour_purity``; genes separated by ``;``, purity a fraction.
    index : PatientIndex
        Of the cohort.

    Returns
    -------
    LongPart
        ``pam_status`` and ``<gene>_status``: 1 altered, 0 wild type, -1 not known. Wild type only
        where the panel covers the gene and the sample holds enough tumour.

    Raises
    ------
    TableError
        If a file cannot be read or lacks a column.
    """
    check_headers(maf, _NEEDED)
    sequenced = _read_panel(panel, index)
    texts, patient, notes = _read_calls(maf, index)
    calls = pam.call_variants(*texts)
    nothing_known = np.full(index.n_patients, np.nan)
    assessable = pam.is_assessable(sequenced.purity, nothing_known)
    genes = pam.gene_statuses(calls, patient, sequenced.covered, assessable)
    unresolved = int((calls.rule == pam.RULES.index("unresolved")).sum())
    return LongPart(
        table={
            "pam_status": pam.pathway_status(genes),
            **{
                f"{gene.lower()}_status": genes[:, place]
                for place, gene in enumerate(pam.tier_genes())
            },
        },
        problems=sequenced.part.problems,
        tallies=sequenced.part.tallies,
        notes=(
            *notes,
            *counted("variants that cannot be resolved, neither altered nor wild type", unresolved),
        ),
    )


def _read_panel(path: Path, index: PatientIndex) -> _Panel:
    check_headers(path, (PATIENT_ID, "genes"))
    raw = read_table(path, (PATIENT_ID, "genes", _PURITY.name))
    table, broken = parse(raw, (_PURITY,))
    patient = index.rows(raw[PATIENT_ID])
    purity = np.full(index.n_patients, np.nan)
    known = patient >= 0
    purity[patient[known]] = table.get(_PURITY.name, np.full(len(patient), np.nan))[known]
    covered = np.zeros((index.n_patients, len(pam.tier_genes())), dtype=bool)
    covered[patient[known]] = _coverage(raw["genes"])[known]
    twice = np.unique(patient[known][_is_repeated(patient[known])])
    problems = [
        Problem(each.column, each.rule, np.unique(rows))
        for each in broken
        if (rows := patient[each.rows][known[each.rows]]).size
    ]
    problems += [Problem("gene_panel", "duplicated_patient", twice)] if twice.size else []
    book = TallyBook(path)
    book.add(
        0, {(each.column, each.rule): _mask(each.rows, len(patient)) for each in broken}, table
    )
    return _Panel(covered, purity, LongPart({}, tuple(problems), book.tallies()))


def _coverage(genes: pa.ChunkedArray) -> NDArray[np.bool_]:
    """Which genes of the tier each row lists; each distinct list is read once."""
    encoded = as_text(genes).dictionary_encode()
    lists = [
        {name.strip() for name in (text or "").split(";")}
        for text in encoded.dictionary.to_pylist()
    ]
    listed = np.array([[gene in each for gene in pam.tier_genes()] for each in [*lists, set()]])
    return np.asarray(listed[encoded.indices.fill_null(len(lists)).to_numpy(zero_copy_only=False)])


def _is_repeated(values: IntArray) -> NDArray[np.bool_]:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray(counts[inverse] > 1)


def _mask(rows: IntArray, n: int) -> NDArray[np.bool_]:
    mask = np.zeros(n, dtype=bool)
    mask[rows] = True
    return mask


def _read_calls(
    path: Path, index: PatientIndex
) -> tuple[list[NDArray[Any]], IntArray, tuple[str, ...]]:
    """Texts of the variants that are worth reading, their patients, and what was left out."""
    texts: list[list[NDArray[Any]]] = []
    patients: list[IntArray] = []
    strangers = failed = unread = 0
    not_applied: tuple[str, ...] = ()
    for batch in read_batches(path, (*_NEEDED, *_COUNTS, *_VERDICTS)):
        raw = pa.Table.from_batches([batch])
        raw = raw.filter(pc.is_in(as_text(raw[_GENE]), pa.array(pam.tier_genes())))
        patient = index.rows(raw[_PATIENT])
        kept, not_applied, bad = _filter(raw)
        inside = patient >= 0
        strangers += int((~inside).sum())
        failed += int((inside & ~kept).sum())
        unread += int((inside & bad).sum())
        chosen = pa.array(inside & kept)
        texts.append([_texts(raw[name].filter(chosen)) for name in (_GENE, *_DESCRIBED)])
        patients.append(patient[inside & kept])
    notes = (
        *counted("variants of patients who are not in the cohort's table", strangers),
        *counted("variants that did not pass the filters", failed),
        f"filters whose column is absent, not applied: {', '.join(not_applied) or 'none'}",
        *counted("variants with a count that is no number, its filter not applied", unread),
    )
    joined = [np.concatenate(each) for each in zip(*texts, strict=True)]
    return joined, np.concatenate(patients), notes


def _texts(cells: pa.ChunkedArray) -> NDArray[Any]:
    return np.asarray(as_text(cells).to_numpy(zero_copy_only=False), dtype=object)


def _filter(raw: pa.Table) -> tuple[NDArray[np.bool_], tuple[str, ...], NDArray[np.bool_]]:
    """Apply whatever filters the columns allow; the last array says where a number was unreadable."""
    bad = np.zeros(raw.num_rows, dtype=bool)
    numbers: dict[str, FloatArray] = {}
    for name in _COUNTS:
        if name in raw.column_names:
            numbers[name], broken = parse_number(raw[name])
            bad |= broken["not_a_number"]
    table: dict[str, NDArray[Any]] = {
        name.lower(): _verdicts(raw[name]) for name in _VERDICTS if name in raw.column_names
    }
    table |= {name.lower(): values for name, values in numbers.items() if name[:2] != "n_"}
    table |= _fractions(numbers)
    # A row without any column to filter by passes; the row itself is a column that always is there.
    kept, not_applied = passes({"row": np.arange(raw.num_rows), **table})
    return kept, not_applied, bad


def _verdicts(cells: pa.ChunkedArray) -> NDArray[Any]:
    """Text, None where the cell is empty."""
    texts = _texts(cells)
    texts[texts == ""] = None
    return texts


def _fractions(numbers: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Variant allele fractions of tumour and normal, where depth and count are there."""
    found: dict[str, FloatArray] = {}
    for tissue in ("t", "n"):
        depth, count = numbers.get(f"{tissue}_depth"), numbers.get(f"{tissue}_alt_count")
        if depth is not None and count is not None:
            found[f"{tissue}_vaf"] = count / np.where(depth > 0, depth, np.nan)
    return found
