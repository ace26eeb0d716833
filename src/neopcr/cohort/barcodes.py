"""Whose sample it is: barcodes as rows of the cohort, by a map, by a declared rule, or as they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from neopcr.cohort.cells import as_text
from neopcr.cohort.header import refuse
from neopcr.cohort.readers import PLAIN, read_header, read_table
from neopcr.cohort.samples import PATIENT, SAMPLE, choose_samples

if TYPE_CHECKING:
    from neopcr.cohort.patient_index import PatientIndex
    from neopcr.specs import IntArray

# TCGA barcodes: project, site and participant are the first three parts.
_TCGA = r"^(?P<patient>[^-]+-[^-]+-[^-]+)"


class Barcodes:
    """Rows of the cohort by sample.

    Parameters
    ----------
    index : PatientIndex
    path : Path, optional
        Table of ``sample_id`` and ``patient_id``, in any case. Samples that it does not list belong
        to nobody; of cBioPortal's sample file (upper case) one counts of each patient, see
        `neopcr.cohort.samples`. Without it a sample's name is the patient's.
    rule : {"tcga"}, optional
        The first three parts of a barcode are the patient; not with `path`.

    Raises
    ------
    TableError
        If the table cannot be read, lacks a column, or lists a sample twice.
    """

    def __init__(
        self, index: PatientIndex, path: Path | None = None, rule: str | None = None
    ) -> None:
        self.n_patients = index.n_patients
        self._index = index
        self._rule = rule
        self._listed = None if path is None else _read_map(path)
        self._rows = None if self._listed is None else index.rows(self._listed["patient_id"])

    def rows(self, samples: pa.ChunkedArray | pa.Array) -> IntArray:
        """0-based row of each sample's patient; -1 where there is none in the cohort."""
        names = as_text(samples)
        if self._listed is not None and self._rows is not None:
            place = pc.index_in(names, self._listed["sample_id"])
            found = pc.fill_null(place, fill_value=-1).to_numpy(zero_copy_only=False)
            return np.asarray(np.append(self._rows, -1)[found])
        if self._rule:
            names = pc.struct_field(pc.extract_regex(names, _TCGA), "patient")
        return self._index.rows(names)


def _read_map(path: Path) -> dict[str, pa.Array]:
    header = {name.casefold(): name for name in read_header(path)}
    wanted = ("sample_id", "patient_id")
    absent = [name for name in wanted if name not in header]
    if absent:
        refuse(path, f"it needs column(s) {absent}, which are not in its header", "Add them")
    if {SAMPLE, PATIENT} <= set(header.values()):
        # cBioPortal's sample file: the sample that the patient's other columns are of.
        table, _ = choose_samples(path, PLAIN, ())
    else:
        table = read_table(path, tuple(header[name] for name in wanted))
    columns = {name: as_text(table[header[name]]) for name in wanted}
    samples = columns["sample_id"]
    if len(pc.unique(samples)) < len(samples):
        refuse(path, "it lists a sample more than once", "Keep one row a sample")
    return columns
