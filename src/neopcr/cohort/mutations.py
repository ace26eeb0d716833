"""Variants, and the proof of who was sequenced for what, as PAM statuses of the patients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neopcr.cohort.barcodes import Barcodes
from neopcr.cohort.copy_number import read_deletions
from neopcr.cohort.long_table import LongPart, counted
from neopcr.cohort.panel_matrix import read_matrix, read_sequenced
from neopcr.cohort.panels import EVERY_GENE, Proof, no_proof, read_panel
from neopcr.cohort.tumour_content import read_purity
from neopcr.cohort.variant_calls import VariantReader
from neopcr.oncology.pam_genes import CORE_GENES
from neopcr.oncology.pam_status import STATUSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.cohort.patient_index import PatientIndex
    from neopcr.config import Mutations
    from neopcr.oncology.facts import Facts
    from neopcr.oncology.pam_status import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationFiles:
    """Files of a config's `mutations`, found; see `neopcr.config.Mutations`."""

    calls: tuple[Path, ...]
    panel: Path | None = None
    samples: Path | None = None
    matrix: Path | None = None
    panels: tuple[Path, ...] = ()
    sequenced: Path | None = None
    copy_number: Path | None = None

    def all(self) -> tuple[Path, ...]:
        """Every file, in the order of the config's `files`."""
        found = (*self.calls, self.panel, self.samples, self.matrix, *self.panels)
        return tuple(
            path for path in (*found, self.sequenced, self.copy_number) if path is not None
        )


def find_files(options: Mutations, find: Callable[[str], Path]) -> MutationFiles:
    """Resolve the paths of a config."""
    calls = (options.path,) if isinstance(options.path, str) else options.path

    def found(name: str | None) -> Path | None:
        return None if name is None else find(name)

    return MutationFiles(
        calls=tuple(find(name) for name in calls),
        panel=found(options.panel),
        samples=found(options.samples),
        matrix=found(options.gene_panel_matrix),
        panels=tuple(find(name) for name in options.gene_panels),
        sequenced=found(options.sequenced),
        copy_number=found(options.copy_number),
    )


def read_mutations(
    files: MutationFiles, options: Mutations, index: PatientIndex, facts: Facts
) -> LongPart:
    """Read variants, and say of each patient what is altered.

    Parameters
    ----------
    files : MutationFiles
        Of `options`.
    options : Mutations
        A filter whose column is absent is not applied, and the notes say so.
    index : PatientIndex
        Of the cohort.
    facts : Facts
        Hotspots, regions and genes of clonal haematopoiesis.

    Returns
    -------
    LongPart
        ``pam_status``, ``pam_extended_status`` and ``<gene>_status``: 1 altered, 0 wild type, -1
        not known; with `clonality` ``pam_clonal``. Wild type only where the gene was covered and
        the sample held enough tumour.

    Raises
    ------
    TableError
        If a file cannot be read or lacks a column.
    ConfigError
        If a filter is not known.
    """
    samples = Barcodes(index, files.samples, options.barcode)
    proof = _proof(files, options, index, samples)
    reader = VariantReader(options, samples, facts)
    for path in files.calls:
        reader.read(path)
    notes = reader.notes()
    if files.copy_number is not None:
        deletions = read_deletions(files.copy_number, samples)
        reader.evidence.add_deletions(deletions.gene, deletions.patient)
        notes = (*notes, *deletions.notes)
    assessable = proof.assessable(plasma=options.sample == "plasma") | options.assume_purity
    table = dict(_statuses(reader.evidence, proof, assessable))
    if reader.clonality is not None:
        altered = table["pam_status"] == STATUSES.index("altered")
        table["pam_clonal"] = np.where(altered, reader.clonality.clonal(), np.nan)
    notes = (*notes, *proof.part.notes, *_proof_notes(proof, assessable))
    return replace(proof.part, table=table, notes=notes)


def _statuses(
    evidence: Evidence, proof: Proof, assessable: NDArray[np.bool_]
) -> Iterator[tuple[str, NDArray[np.int16]]]:
    yield "pam_status", evidence.pathway(proof.covered, assessable)
    yield "pam_extended_status", evidence.pathway(proof.covered, assessable, extended=True)
    for place, gene in enumerate(CORE_GENES):
        yield f"{gene.lower()}_status", evidence.status(place, proof.covered, assessable)


def _proof(
    files: MutationFiles, options: Mutations, index: PatientIndex, samples: Barcodes
) -> Proof:
    """Put together what every file proves; a panel's genes need no other proof."""
    others, notes = _others(files, options, samples)
    elsewhere = files.matrix is not None or files.sequenced is not None
    if files.panel is None:
        proof = no_proof(index.n_patients, exome=options.exome and not elsewhere)
    else:
        without_genes = 0 if elsewhere else EVERY_GENE if options.exome else None
        proof = read_panel(files.panel, index, unlisted=without_genes)
    purity = proof.purity
    if options.purity is not None and files.samples is not None:
        share, told = read_purity(files.samples, options.purity, samples)
        purity, notes = np.where(np.isnan(purity), share, purity), (*notes, *told)
    part = replace(proof.part, notes=notes)
    return replace(proof, covered=proof.covered | others, purity=purity, part=part)


def _others(
    files: MutationFiles, options: Mutations, samples: Barcodes
) -> tuple[NDArray[np.uint32], tuple[str, ...]]:
    """Genes that samples were sequenced for, by the matrix and the list of the sequenced."""
    covered = np.zeros(samples.n_patients, dtype=np.uint32)
    matrix = None
    if files.matrix is not None:
        matrix = read_matrix(files.matrix, files.panels, samples, exome=options.exome)
        covered |= matrix.covered
    if files.sequenced is not None and options.exome:
        covered |= read_sequenced(files.sequenced, samples, matrix)
    return covered, () if matrix is None else matrix.notes


def _proof_notes(proof: Proof, assessable: NDArray[np.bool_]) -> tuple[str, ...]:
    sequenced = proof.covered > 0
    return (
        *counted("patients without proof that a gene was sequenced", int((~sequenced).sum())),
        *counted(
            "sequenced patients without proof of enough tumour",
            int((sequenced & ~assessable).sum()),
        ),
    )
