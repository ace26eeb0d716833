"""Deep deletions from a table of genes by samples (cBioPortal's ``data_cna.txt``, GISTIC)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from neopcr.cohort.header import refuse
from neopcr.cohort.lines import read_lines
from neopcr.cohort.long_table import counted
from neopcr.oncology.pam_genes import EXTENDED_GENES, SUPPRESSORS
from neopcr.oncology.pam_status import is_deep_deletion

if TYPE_CHECKING:
    from neopcr.cohort.barcodes import Barcodes
    from neopcr.oncology.kleene import Codes
    from neopcr.specs import FloatArray, IntArray

_GENE, _ENTREZ = "hugo_symbol", "entrez_gene_id"
# -1.5 stands in some studies for a loss in part of the cells or the gene; it is no deep deletion.
_GISTIC = {str(level): float(level) for level in (-2, -1.5, -1, 0, 1, 2)}
_GISTIC |= {f"{level}.0": float(level) for level in (-2, -1, 0, 1, 2)}
_NOT_KNOWN = frozenset({"", "na", "nan"})


class Deletions(NamedTuple):
    """Deep deletions that count: gene (index into the extended tier) and row of the patient."""

    gene: Codes
    patient: IntArray
    notes: tuple[str, ...]


def read_deletions(path: Path, samples: Barcodes) -> Deletions:
    """Read the genes of the pathway, line by line, in bounded memory.

    Parameters
    ----------
    path : Path
        ``Hugo_Symbol``, perhaps ``Entrez_Gene_Id``, then a column a sample; GISTIC -2 to 2.
    samples : Barcodes

    Returns
    -------
    Deletions
        A value that is no GISTIC call is not used and counted; so are amplified oncogenes (2),
        which are reported and alter nothing.

    Raises
    ------
    TableError
        If the file cannot be read, or a row has another number of cells than the header.
    """
    lines = (line for line in read_lines(path) if not line.startswith("#"))
    header = next(lines, "").split("\t")
    first = _first_sample(path, header)
    patient = samples.rows(pa.array(header[first:], pa.string()))
    found: list[tuple[int, IntArray]] = []
    unread = amplified = 0
    for number, line in enumerate(lines, start=1):
        gene, _, _ = line.partition("\t")
        if gene not in EXTENDED_GENES:
            continue
        cells = line.split("\t")
        if len(cells) != len(header):
            fault = f"row {number} has {len(cells)} cells, the header {len(header)}"
            refuse(path, fault, "Export it again")
        values, bad = _values(cells[first:])
        unread += bad
        amplified += int((values == 2).sum()) if gene not in SUPPRESSORS else 0
        deep = is_deep_deletion(np.full(len(values), gene, dtype=object), values)
        found.append((EXTENDED_GENES.index(gene), patient[deep]))
    return _joined(found, unread, amplified)


def _first_sample(path: Path, header: list[str]) -> int:
    names = [name.strip().casefold() for name in header[:2]]
    if names[0] != _GENE:
        refuse(path, "its first column is not Hugo_Symbol", "Put the genes there")
    first = 2 if names[1:] == [_ENTREZ] else 1
    if len(header) == first:
        refuse(path, "it has no samples", "Export it again")
    return first


def _values(cells: list[str]) -> tuple[FloatArray, int]:
    """Read GISTIC calls, NaN where there is none, and count what is neither."""
    texts = [cell.strip() for cell in cells]
    values = np.array([_GISTIC.get(text, np.nan) for text in texts])
    bad = sum(text not in _GISTIC and text.casefold() not in _NOT_KNOWN for text in texts)
    return values, bad


def _joined(found: list[tuple[int, IntArray]], unread: int, amplified: int) -> Deletions:
    patient = np.concatenate([np.empty(0, np.int64), *(rows for _, rows in found)])
    gene = np.repeat([place for place, _ in found], [len(rows) for _, rows in found])
    notes = (
        *counted("deep deletions that count", int((patient >= 0).sum())),
        *counted("amplified oncogenes of the pathway, which alter nothing", amplified),
        *counted("copy numbers that are no GISTIC call, not used", unread),
    )
    return Deletions(gene.astype(np.int16), patient, notes)
