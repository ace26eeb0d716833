"""What proves that a gene was looked for and that enough tumour was there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neopcr.cohort.cells import as_text
from neopcr.cohort.contract import PATIENT_ID, parse
from neopcr.cohort.header import refuse
from neopcr.cohort.long_table import LongPart, TallyBook
from neopcr.cohort.readers import read_header, read_table
from neopcr.oncology.pam_genes import EXTENDED_GENES
from neopcr.oncology.pam_status import bits, is_assessable
from neopcr.specs import Column, Problem

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from neopcr.cohort.patient_index import PatientIndex
    from neopcr.specs import FloatArray, IntArray

GENES = "genes"
_SHARES = tuple(
    Column(
        name=name, kind="number", low=0, high=1, unit="fraction", modality="pam",
        description=description, source="neopcr",
    )
    for name, description in (
        ("tumour_purity", "Share of tumour cells in the sequenced tissue."),
        ("tumour_fraction", "Share of tumour DNA in the sequenced plasma."),
    )
)  # fmt: skip
_DETECTED = Column(
    name="ctdna_detected", kind="boolean", modality="pam", source="neopcr",
    description="Whether the sequenced plasma held tumour DNA.",
)  # fmt: skip
EVERY_GENE = bits(np.ones((1, len(EXTENDED_GENES)), dtype=bool))[0]
_NOTHING = LongPart({})
_UNDEFINED = "samples whose gene panel no file of gene_panels defines, what they cover is not known"


@dataclass(frozen=True, slots=True)
class Proof:
    """Of each patient; arrays of shape (n_patients,).

    Parameters
    ----------
    covered : uint32 array
        Bits of the genes that were sequenced.
    purity, tumour_fraction : float arrays
        NaN not known.
    part : LongPart
        What was wrong with the file; no columns.
    """

    covered: NDArray[np.uint32]
    purity: FloatArray
    tumour_fraction: FloatArray
    part: LongPart = _NOTHING

    def assessable(self, *, plasma: bool) -> NDArray[np.bool_]:
        """Whether the tissue, or the plasma, held enough tumour."""
        unknown = np.full(len(self.covered), np.nan)
        return is_assessable(
            unknown if plasma else self.purity, self.tumour_fraction if plasma else unknown
        )


def no_proof(n_patients: int, *, exome: bool = False) -> Proof:
    """Nobody was sequenced; or everybody, for every gene."""
    unknown = np.full(n_patients, np.nan)
    covered = np.full(n_patients, EVERY_GENE if exome else 0, dtype=np.uint32)
    return Proof(covered, unknown, unknown)


def read_panel(path: Path, index: PatientIndex, *, unlisted: int | None) -> Proof:
    """Read who was sequenced for what, and how much tumour there was.

    Parameters
    ----------
    path : Path
        ``patient_id,genes,tumour_purity,tumour_fraction,ctdna_detected``; genes separated by
        ``;``, shares as fractions; all but the first may be absent.
    index : PatientIndex
    unlisted : int, optional
        Bits of the genes that a patient was sequenced for where the file has no ``genes``; it is
        needed where None.

    Raises
    ------
    TableError
    """
    header = read_header(path)
    absent = [name for name in (PATIENT_ID, GENES)[: 1 + (unlisted is None)] if name not in header]
    if absent:
        refuse(path, f"it needs column(s) {absent}, which are not in its header", "Add them")
    columns = (*_SHARES, _DETECTED)
    raw = read_table(path, (PATIENT_ID, GENES, *(column.name for column in columns)))
    table, broken = parse(raw, columns)
    patient = index.rows(raw[PATIENT_ID])
    known = patient >= 0
    covered = np.zeros(index.n_patients, dtype=np.uint32)
    listed = _coverage(raw[GENES]) if GENES in raw.column_names else np.uint32(unlisted or 0)
    covered[patient[known]] = np.broadcast_to(listed, len(patient))[known]
    shares = [_placed(table.get(column.name), patient, index.n_patients) for column in columns]
    book = TallyBook(path)
    book.add(
        0, {(each.column, each.rule): _mask(each.rows, len(patient)) for each in broken}, table
    )
    problems = (*_problems(broken, patient), *_repeated(patient[known]))
    return Proof(
        covered, shares[0], _told(shares[1], shares[2]), LongPart({}, problems, book.tallies())
    )


def _told(fraction: FloatArray, detected: FloatArray) -> FloatArray:
    """Tumour fraction, all or nothing where it is only known whether any was detected."""
    return np.where(detected == 0, 0.0, np.where(np.isnan(fraction), detected, fraction))


def _placed(values: FloatArray | None, patient: IntArray, n: int) -> FloatArray:
    placed = np.full(n, np.nan)
    if values is not None:
        known = patient >= 0
        placed[patient[known]] = values[known]
    return placed


def _problems(broken: Sequence[Problem], patient: IntArray) -> list[Problem]:
    """Problems by the patients' rows."""
    rows = [(each, patient[each.rows][patient[each.rows] >= 0]) for each in broken]
    return [Problem(each.column, each.rule, np.unique(found)) for each, found in rows if found.size]


def _repeated(patient: IntArray) -> list[Problem]:
    rows, counts = np.unique(patient, return_counts=True)
    twice = rows[counts > 1]
    return [Problem("gene_panel", "duplicated_patient", twice)] if twice.size else []


def _coverage(genes: pa.ChunkedArray) -> NDArray[np.uint32]:
    """Genes of the tier that each row lists; each distinct list is read once."""
    encoded = as_text(genes).dictionary_encode()
    lists = [
        {name.strip() for name in (text or "").split(";")}
        for text in encoded.dictionary.to_pylist()
    ]
    listed = gene_bits([*lists, set()])
    row = encoded.indices.fill_null(len(lists)).to_numpy(zero_copy_only=False)
    return np.asarray(listed[row])


def gene_bits(lists: Sequence[set[str]]) -> NDArray[np.uint32]:
    """Bits of the genes of the extended tier that are in each set."""
    return bits(np.array([[gene in each for gene in EXTENDED_GENES] for each in lists], dtype=bool))


def _mask(rows: IntArray, n: int) -> NDArray[np.bool_]:
    mask = np.zeros(n, dtype=bool)
    mask[rows] = True
    return mask
