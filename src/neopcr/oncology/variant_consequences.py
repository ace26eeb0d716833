"""Consequences of the Sequence Ontology, most severe first, and the classes of a MAF they are.

Order and terms: Ensembl, calculated consequences; classes: vcf2maf. Written down from general
knowledge (unverified).
"""

from __future__ import annotations

_FRAME, _INSIDE = "Frame_Shift", "In_Frame"
CLASSES: dict[str, str] = {
    "transcript_ablation": "Splice_Site",
    "exon_loss_variant": "Splice_Site",
    "splice_acceptor_variant": "Splice_Site",
    "splice_donor_variant": "Splice_Site",
    "stop_gained": "Nonsense_Mutation",
    "frameshift_variant": _FRAME,
    "stop_lost": "Nonstop_Mutation",
    "start_lost": "Translation_Start_Site",
    "initiator_codon_variant": "Translation_Start_Site",
    "inframe_insertion": "In_Frame_Ins",
    "conservative_inframe_insertion": "In_Frame_Ins",
    "disruptive_inframe_insertion": "In_Frame_Ins",
    "inframe_deletion": "In_Frame_Del",
    "conservative_inframe_deletion": "In_Frame_Del",
    "disruptive_inframe_deletion": "In_Frame_Del",
    "missense_variant": "Missense_Mutation",
    "coding_sequence_variant": "Missense_Mutation",
    "conservative_missense_variant": "Missense_Mutation",
    "rare_amino_acid_variant": "Missense_Mutation",
    "protein_altering_variant": _INSIDE,
    "splice_donor_5th_base_variant": "Splice_Region",
    "splice_region_variant": "Splice_Region",
    "splice_donor_region_variant": "Splice_Region",
    "splice_polypyrimidine_tract_variant": "Splice_Region",
    "incomplete_terminal_codon_variant": "Silent",
    "start_retained_variant": "Silent",
    "stop_retained_variant": "Silent",
    "synonymous_variant": "Silent",
    "mature_mirna_variant": "RNA",
    "5_prime_utr_premature_start_codon_gain_variant": "5'UTR",
    "5_prime_utr_variant": "5'UTR",
    "3_prime_utr_variant": "3'UTR",
    "non_coding_transcript_exon_variant": "RNA",
    "intron_variant": "Intron",
    "nmd_transcript_variant": "Silent",
    "non_coding_transcript_variant": "RNA",
    "upstream_gene_variant": "5'Flank",
    "downstream_gene_variant": "3'Flank",
    "intergenic_variant": "IGR",
    "intergenic_region": "IGR",
}
_SEVERITY = {term: place for place, term in enumerate(CLASSES)}
UNKNOWN = len(_SEVERITY)


def severity(consequence: str) -> int:
    """Place of the most severe term of ``a&b``, 0 the worst; `UNKNOWN` where none is known.

    >>> severity("splice_region_variant&missense_variant") == severity("missense_variant")
    True
    """
    return min(_SEVERITY.get(term.strip().casefold(), UNKNOWN) for term in consequence.split("&"))


def maf_class(consequence: str, *, longer: bool) -> str:
    """Class of a MAF that a consequence is; empty where no term of it is known.

    Parameters
    ----------
    consequence : str
        Terms joined by ``&``.
    longer : bool
        Whether the other allele is longer than the reference.

    Examples
    --------
    >>> maf_class("frameshift_variant&stop_gained", longer=True)
    'Nonsense_Mutation'
    >>> maf_class("frameshift_variant", longer=False)
    'Frame_Shift_Del'
    """
    place = severity(consequence)
    if place == UNKNOWN:
        return ""
    name = list(CLASSES.values())[place]
    return f"{name}_{'Ins' if longer else 'Del'}" if name in {_FRAME, _INSIDE} else name
