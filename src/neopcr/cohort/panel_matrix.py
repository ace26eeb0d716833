"""Which panel each sample was sequenced with: cBioPortal's matrix, and its list of the sequenced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from neopcr.cohort.cells import as_text
from neopcr.cohort.header import refuse
from neopcr.cohort.lines import read_lines
from neopcr.cohort.long_table import counted
from neopcr.cohort.panels import EVERY_GENE, gene_bits
from neopcr.cohort.readers import read_header, read_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.cohort.barcodes import Barcodes

_UNDEFINED = "samples whose gene panel no file of gene_panels defines, what they cover is not known"


@dataclass(frozen=True, slots=True)
class Matrix:
    """What cBioPortal's matrix of gene panels proves.

    Parameters
    ----------
    covered : uint32 array of shape (n_patients,)
        Bits of the genes that any sample of the patient covers.
    samples : pyarrow Array
        Every sample that it lists.
    notes : tuple of str
    """

    covered: NDArray[np.uint32]
    samples: pa.Array
    notes: tuple[str, ...]


def read_matrix(path: Path, panels: Sequence[Path], samples: Barcodes, *, exome: bool) -> Matrix:
    """Read cBioPortal's matrix: which panel each sample was sequenced with.

    Parameters
    ----------
    path : Path
        ``SAMPLE_ID`` and ``mutations``: the name of a panel, or nothing.
    panels : sequence of Path
        Files that define them: ``stable_id`` and ``gene_list``. A sample whose panel none of
        them defines proves nothing, and is counted.
    samples : Barcodes
    exome : bool
        A sample without a panel was sequenced for every gene; else it proves nothing.

    Raises
    ------
    TableError
        If a file cannot be read.
    """
    header = {name.casefold(): name for name in read_header(path)}
    absent = [name for name in ("sample_id", "mutations") if name not in header]
    if absent:
        refuse(path, f"it needs column(s) {absent}, which are not in its header", "Add them")
    table = read_table(path, (header["sample_id"], header["mutations"]))
    genes = dict.fromkeys(("", "na"), EVERY_GENE if exome else np.uint32(0))
    genes |= {name.casefold(): covers for name, covers in map(_read_definition, panels)}
    encoded = as_text(table[header["mutations"]]).fill_null("").dictionary_encode()
    names = [name.casefold() for name in encoded.dictionary.to_pylist()]
    listed = np.array([genes.get(name, 0) for name in names], dtype=np.uint32)
    is_unknown = np.array([name not in genes for name in names], dtype=bool)
    name, sample = encoded.indices.to_numpy(), as_text(table[header["sample_id"]])
    patient = samples.rows(sample)
    inside = patient >= 0
    covered = np.zeros(samples.n_patients, dtype=np.uint32)
    np.bitwise_or.at(covered, patient[inside], listed[name][inside])
    return Matrix(covered, sample, counted(_UNDEFINED, int(is_unknown[name][inside].sum())))


def _read_definition(path: Path) -> tuple[str, np.uint32]:
    """Name and genes of a panel, from lines of ``key: value``."""
    pairs = (line.partition(":") for line in read_lines(path))
    values = {key.strip(): value.strip() for key, _, value in pairs}
    if not values.get("stable_id") or not values.get("gene_list"):
        refuse(path, "it is no gene panel: stable_id or gene_list is absent", "Check the path")
    genes = set(values["gene_list"].replace(",", " ").split())
    return values["stable_id"], gene_bits([genes])[0]


def read_sequenced(
    path: Path, samples: Barcodes, matrix: Matrix | None = None
) -> NDArray[np.uint32]:
    """Read a list of sequenced samples: one a line, or cBioPortal's ``case_list_ids``.

    Returns
    -------
    uint32 array of shape (n_patients,)
        Every gene for those who are listed, but for samples of which the matrix tells the panel.
    """
    names: list[str] = []
    for line in read_lines(path):
        key, colon, value = line.partition(":")
        if not colon:
            names.append(line.strip())
        elif key.strip() == "case_list_ids":
            names += value.split()
    listed = pa.array(names, pa.string())
    if matrix is not None:
        listed = listed.filter(pc.invert(pc.is_in(listed, matrix.samples)))
    patient = samples.rows(listed)
    covered = np.zeros(samples.n_patients, dtype=np.uint32)
    covered[patient[patient >= 0]] = EVERY_GENE
    return covered
