"""What a site may know better than this package, by name: a config's ``facts`` replace the defaults.

A fact that is not verified was written down from general knowledge, without a public copy of its
source at hand; the documentation says so of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, PositiveFloat, ValidationError

from neopcr.config import Strict, explain_fault
from neopcr.errors import ConfigError
from neopcr.oncology import ctdna_samples, pam_genes, variant_filters
from neopcr.oncology.pam_codons import REFERENCE_CODONS, TRANSCRIPTS
from neopcr.oncology.pam_exons import LOCI, Locus

if TYPE_CHECKING:
    from collections.abc import Mapping

_Codon = Annotated[str, Field(pattern="^[ACGTRYN]{3}$")]
_Assay = Literal["tumour_informed", "panel", "ddpcr", "methylation"]


def _fact(default: object, description: str, source: str, *, verified: bool) -> Any:  # noqa: ANN401
    return Field(
        default,
        description=description,
        json_schema_extra={"source": source, "verified": verified},
    )


class Facts(Strict):
    """Clinical facts that rules are called with; each says where it comes from."""

    pam_hotspots: dict[str, frozenset[str]] = _fact(
        pam_genes.HOTSPOTS,
        "Substitutions and in-frame changes that count, by gene.",
        "PIK3CA: SOLAR-1 (Andre, N Engl J Med 380 (2019) 1929) and TCGA; other genes: none",
        verified=False,
    )
    pam_inframe_regions: dict[str, tuple[tuple[int, int], ...]] = _fact(
        pam_genes.INFRAME_REGIONS,
        "First and last residues between which in-frame changes count, by gene.",
        "none",
        verified=False,
    )
    pam_codons: dict[str, dict[int, _Codon]] = _fact(
        REFERENCE_CODONS,
        "Reference codons by gene and residue, by which a change of the coding sequence (HGVSc) is "
        "read; R is A or G, Y is C or T, N any base.",
        "PIK3CA, PTEN and AKT3: read off public copies of their transcripts; other genes: deduced "
        "from the genetic code",
        verified=False,
    )
    pam_transcripts: dict[str, tuple[str, ...]] = _fact(
        TRANSCRIPTS,
        "Transcripts whose numbering the codons use, by gene, without versions; a change on another "
        "transcript is not read.",
        "none",
        verified=False,
    )
    pam_loci: dict[str, Locus] = _fact(
        LOCI,
        "Where exons lie on GRCh37, by gene: bases `first` to `last` of the coding sequence, whose "
        "base 0 would lie at `origin`; `to_38` is added for GRCh38.",
        "none; in agreement with the calls of Sammut (Nature 601 (2022) 623) on GRCh37",
        verified=False,
    )
    chip_genes: tuple[str, ...] = _fact(
        variant_filters.CHIP_GENES,
        "Genes of clonal haematopoiesis: in plasma without matched white cells not the tumour's.",
        "none",
        verified=False,
    )
    ctdna_lod_mtm_per_ml: dict[_Assay, PositiveFloat] = _fact(
        dict(ctdna_samples.LOD_BY_ASSAY),
        "Limit of detection by assay, where a report gives none; 0.3 for an assay not listed.",
        "LoD95 of 16 variants, wording of the Signatera report",
        verified=True,
    )
    itc_is_pcr: bool = _fact(
        default=False,
        description="Whether isolated tumour cells in the nodes after therapy, ypN0(i+), are pCR; "
        "where the outcome is made of ypT and ypN.",
        source="AJCC; trials vary",
        verified=False,
    )


def facts_from(replaced: Mapping[str, object]) -> Facts:
    """Defaults, with those of a config in their place.

    Raises
    ------
    ConfigError
        If a fact is not known or its value is of another kind.

    Examples
    --------
    >>> facts_from({"chip_genes": ["TET2"]}).chip_genes
    ('TET2',)
    >>> facts_from({"chip_gene": ["TET2"]})
    Traceback (most recent call last):
    neopcr.errors.ConfigError: facts: unknown key 'chip_gene'; did you mean 'chip_genes'?
    """
    try:
        return Facts.model_validate(dict(replaced))
    except ValidationError as error:
        raise ConfigError(explain_fault("facts", error, Facts.model_fields)) from None
