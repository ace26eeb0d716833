"""The rules of the PI3K/AKT/mTOR (PAM) pathway: whether a variant alters it.

In an oncogene a listed hotspot counts and truncation does not; in a suppressor truncation counts
and so do its listed hotspots. What a call says of the protein is taken from its protein change,
else from its change of the coding sequence, else from its place in the genome; a call that cannot
be resolved is neither altered nor wild type.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.pam_codons import REFERENCE_CODONS, TRANSCRIPTS
from neopcr.oncology.pam_exons import LOCI, Locus, coding_from_genome
from neopcr.oncology.pam_genes import EXTENDED_GENES, HOTSPOTS, INFRAME_REGIONS, SUPPRESSORS
from neopcr.oncology.variant_coding import protein_from_coding, splice_class
from neopcr.oncology.variant_consequences import maf_class
from neopcr.oncology.variant_text import (
    INFRAME,
    MISSENSE,
    SILENT,
    TRUNCATING,
    class_of_change,
    protein_change,
)

if TYPE_CHECKING:
    from neopcr.oncology.kleene import Codes

RULES = (
    "other_gene",  # not of the tier
    "silent",  # a class that does not change the protein
    "uncertain",  # changes the protein, significance not known
    "unresolved",  # cannot be read: neither altered nor wild type
    "hotspot",
    "inframe_region",
    "truncating",
    "residue_hotspot",  # a hotspot's residue, another substitution: counts in the extended tier
)
COUNTED = frozenset({"hotspot", "inframe_region", "truncating", "residue_hotspot"})

_PLACES = re.compile(r"([A-Z*?])(\d{1,6})(?:_[A-Z*?](\d{1,6}))?")
_MOST_KEPT = 1 << 18


@dataclass(frozen=True, slots=True)
class Described:
    """One variant as a table describes it; empty where it does not.

    Parameters
    ----------
    gene, kind : str
        ``Hugo_Symbol`` and ``Variant_Classification`` of a MAF, or a term of the Sequence Ontology.
    protein, coding : str
        ``HGVSp_Short`` and ``HGVSc``.
    place : str
        Build, chromosome, position, reference and other allele, by blanks.
    """

    gene: str
    kind: str = ""
    protein: str = ""
    coding: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Coding:
    """How a change of the coding sequence or of the genome is read as one of the protein, by gene.

    Parameters
    ----------
    codons : mapping of str to mapping of int to str
        Reference codons by residue.
    transcripts : mapping of str to collection of str
        Whose numbering they use.
    loci : mapping of str to Locus
        Where they lie in the genome.
    """

    codons: Mapping[str, Mapping[int, str]] = field(default_factory=lambda: REFERENCE_CODONS)
    transcripts: Mapping[str, Collection[str]] = field(default_factory=lambda: TRANSCRIPTS)
    loci: Mapping[str, Locus] = field(default_factory=lambda: LOCI)


class Rules:
    """The rules with one list of hotspots and regions; each distinct variant is read once.

    Parameters
    ----------
    hotspots : mapping of str to set of str
        Changes that count, by gene, however written (``H1047R``, ``p.His1047Arg``).
    regions : mapping of str to pairs of int
        First and last residues between which in-frame changes count, by gene.
    coding : Coding
        Tables by which calls without a protein change are read.
    """

    def __init__(
        self,
        hotspots: Mapping[str, AbstractSet[str]] = HOTSPOTS,
        regions: Mapping[str, tuple[tuple[int, int], ...]] = INFRAME_REGIONS,
        coding: Coding | None = None,
    ) -> None:
        self._coding = coding or Coding()
        self._hotspots = {
            gene: frozenset(map(protein_change, changes)) for gene, changes in hotspots.items()
        }
        self._regions = regions
        self._substituted: dict[str, dict[int, str]] = {}
        self._spans: dict[str, set[tuple[int, int]]] = {}
        for gene, changes in self._hotspots.items():
            for letter, first, last in map(_places, changes):
                if letter:
                    self._substituted.setdefault(gene, {})[first] = letter
                else:
                    self._spans.setdefault(gene, set()).add((first, last))
        self._known: dict[Described, int] = {}
        self._classes: dict[str, str] = {}

    def codes(self, variants: list[Described]) -> Codes:
        """Codes into `RULES` of variants of the tier."""
        if len(self._known) > _MOST_KEPT:
            self._known.clear()
            self._classes.clear()
        for each in variants:
            if each not in self._known:
                self._known[each] = RULES.index(self.rule(each))
        return np.array([self._known[each] for each in variants], dtype=np.int16)

    def rule(self, variant: Described) -> str:
        """Rule of one variant, any gene.

        >>> Rules().rule(Described("PIK3CA", "missense_variant", coding="c.3140A>G"))
        'hotspot'
        """
        if variant.gene not in EXTENDED_GENES:
            return "other_gene"
        kind = self._class(variant.kind)
        change = protein_change(variant.protein)
        if _PLACES.match(change) is None and kind not in SILENT | TRUNCATING:
            tables = self._coding
            coding = variant.coding or coding_from_genome(variant.gene, variant.place, tables.loci)
            kind = kind or splice_class(coding)
            change = protein_from_coding(variant.gene, coding, tables.codons, tables.transcripts)
        kind = kind or class_of_change(change)
        if kind in SILENT:
            return "silent"
        if kind in TRUNCATING:
            return "truncating" if variant.gene in SUPPRESSORS else "uncertain"
        if _PLACES.match(change) is None or kind not in MISSENSE | INFRAME:
            return "unresolved"
        if change in self._hotspots.get(variant.gene, ()):
            return "hotspot"
        return self._by_place(variant.gene, change, inframe=kind in INFRAME)

    def _class(self, text: str) -> str:
        """Class of a MAF, in lower case, also where the table has terms of the Sequence Ontology."""
        if text not in self._classes:
            kind = maf_class(text, longer=False) or text
            self._classes[text] = kind.strip().casefold()
        return self._classes[text]

    def _by_place(self, gene: str, change: str, *, inframe: bool) -> str:
        """Rule of a change that is not listed itself, by where it lies."""
        letter, first, last = _places(change, always=True)
        if inframe and any(low <= first <= high for low, high in self._regions.get(gene, ())):
            return "inframe_region"
        if "?" in change and self._may_be_listed(gene, change, (first, last), inframe=inframe):
            return "unresolved"
        if inframe or "del" in change:
            return "uncertain"
        listed = self._substituted.get(gene, {}).get(first) == letter
        return "residue_hotspot" if listed else "uncertain"

    def _may_be_listed(
        self, gene: str, change: str, place: tuple[int, int], *, inframe: bool
    ) -> bool:
        """Whether what is open in a change could be a listed one."""
        first, last = place
        if not inframe:
            return any(first <= residue <= last for residue in self._substituted.get(gene, ()))
        spans = self._spans.get(gene, set())
        if change.endswith("del"):
            return place in spans
        return any(low <= last and first <= high for low, high in spans)


def _places(change: str, *, always: bool = False) -> tuple[str, int, int]:
    """Letter (of a substitution), first and last residue of a change; zeros where it has none."""
    found = _PLACES.match(change)
    if found is None:
        return "", 0, 0
    first = int(found[2])
    is_substitution = always or class_of_change(change) == "missense_mutation"
    return found[1] if is_substitution else "", first, int(found[3] or first)
