"""Variant calls, and what proves that they were looked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import model_validator

from neopcr.config.types import Paths, Some, Strict, later


class Purity(Strict):
    """Share of tumour cells of each sample, a column of `samples`.

    Parameters
    ----------
    source : str
        The header in the file.
    unit : {"fraction", "percent"}
        Of its values; never guessed.
    """

    source: str
    unit: Literal["fraction", "percent"]


class Mutations(Strict):
    """Variant calls, and what proves who was sequenced for what.

    Parameters
    ----------
    path : str or list of str
        MAF (GDC or cBioPortal), VCF annotated by VEP or SnpEff, or any table of their columns.
    panel : str
        ``patient_id,genes,tumour_purity``, and for plasma ``tumour_fraction,ctdna_detected``.
        Without ``genes``, `exome` says what was covered.
    columns : dict of str to str
        Name of a MAF's column to the header in the file, where it is another.
    samples : str
        ``sample_id,patient_id``, where calls carry samples; cBioPortal's sample file is one. Calls
        of samples it does not list are left out.
    purity : dict
        Which column of `samples` proves that there was enough tumour, and its unit; see `Purity`.
    barcode : str
        ``tcga``: the first three parts of a barcode are the patient.
    gene_panel_matrix, gene_panels : str, list of str
        cBioPortal's matrix of samples and the files that define its panels.
    exome : bool
        Every gene was covered: of the patients that `sequenced` or `panel` lists, of all without.
    sequenced : str
        A list of the samples that were sequenced; cBioPortal's case list is one.
    assume_purity : bool
        Take it that every sample held enough tumour.
    copy_number : str
        Genes by samples, GISTIC -2 to 2 (cBioPortal's ``data_cna.txt``).
    sample : {"tissue", "plasma"}
        What was sequenced; calls from plasma alone may be of blood cells.
    matched_normal : bool
        Plasma was compared with white blood cells.
    lod : dict of str to float
        Plasma: lowest fraction an assay can tell, by the ``assay`` of a call.
    filters : dict of str to float or null
        Limits in place of the defaults; null switches one off.
    clonality : bool
        Say of altered patients whether a counted variant is clonal.
    """

    path: str | Annotated[tuple[str, ...], Some]
    panel: str | None = None
    columns: dict[str, str] = later({})
    samples: str | None = later(None)
    purity: Purity | None = later(None)
    barcode: Literal["tcga"] | None = later(None)
    gene_panel_matrix: str | None = later(None)
    gene_panels: Paths = later(())
    exome: bool = later(default=False)
    sequenced: str | None = later(None)
    assume_purity: bool = later(default=False)
    copy_number: str | None = later(None)
    sample: Literal["tissue", "plasma"] = later("tissue")
    matched_normal: bool = later(default=False)
    lod: dict[str, float] = later({})
    filters: dict[str, float | None] = later({})
    clonality: bool = later(default=False)

    @model_validator(mode="after")
    def _purity_has_a_file(self) -> Mutations:
        if self.purity is not None and self.samples is None:
            message = "purity is a column of samples, and no file of samples is named"
            raise ValueError(message)
        return self

    @property
    def files(self) -> tuple[str, ...]:
        """Every file, in a fixed order."""
        calls = (self.path,) if isinstance(self.path, str) else self.path
        others = (
            self.panel, self.samples, self.gene_panel_matrix, *self.gene_panels, self.sequenced,
            self.copy_number,
        )  # fmt: skip
        return (*calls, *(name for name in others if name is not None))

    def moved(self, move: Callable[[str], str]) -> Mutations:
        """Return the same with every file elsewhere."""
        single = ("panel", "samples", "gene_panel_matrix", "sequenced", "copy_number")
        given = {name: getattr(self, name) for name in single}
        update: dict[str, object] = {name: move(path) for name, path in given.items() if path}
        calls = self.path
        update["path"] = move(calls) if isinstance(calls, str) else tuple(map(move, calls))
        update["gene_panels"] = tuple(map(move, self.gene_panels))
        return self.model_copy(update=update)
