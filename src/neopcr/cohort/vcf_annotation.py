"""What VEP (``CSQ``) and SnpEff (``ANN``) say of an allele, as the columns of a MAF.

Of the entries of an allele one is taken: the transcript whose numbering the hotspots use, else the
one that VEP picked, else the MANE or canonical one, else the most severe; of equals the first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from neopcr.oncology.pam_codons import TRANSCRIPTS
from neopcr.oncology.variant_consequences import maf_class, severity

_FORMAT = re.compile(r'ID=(CSQ|ANN)\b.*Description="[^"]*?(?:Format:|:)\s*\'?([^"\']+)')
# SnpEff's names of what VEP calls otherwise.
_NAMES = {
    "Annotation": "Consequence",
    "Gene_Name": "SYMBOL",
    "Feature_ID": "Feature",
    "HGVS.c": "HGVSc",
    "HGVS.p": "HGVSp",
}
_FREQUENCIES = ("MAX_AF", "gnomADe_AF", "gnomAD_AF", "gnomADg_AF")


class Annotated(NamedTuple):
    """One allele in the columns of a MAF."""

    gene: str = ""
    kind: str = ""
    protein: str = ""
    coding: str = ""
    population_af: str = ""


NOTHING = Annotated()


@dataclass(frozen=True, slots=True)
class Format:
    """How a file writes its annotations: the key in INFO, and the names of the fields."""

    key: str
    fields: tuple[str, ...]

    def chosen(self, entries: str, alleles: Collection[str], *, longer: bool) -> Annotated:
        """Read the entry of an allele.

        Parameters
        ----------
        entries : str
            Value of the key in INFO.
        alleles : collection of str
            How the allele may be written there.
        longer : bool
            Whether it is longer than the reference.
        """
        split = (entry.split("|") for entry in entries.split(","))
        named = [dict(zip(self.fields, values, strict=False)) for values in split]
        of_allele = [entry for entry in named if entry.get("Allele", "") in alleles]
        if not of_allele:
            return NOTHING
        entry = min(of_allele, key=_rank)
        return Annotated(
            entry.get("SYMBOL", ""),
            maf_class(entry.get("Consequence", ""), longer=longer),
            entry.get("HGVSp", "").replace("%3D", "="),
            entry.get("HGVSc", ""),
            _first(entry, _FREQUENCIES),
        )


def read_format(header: str) -> Format | None:
    """Read the line of a header that describes the annotations; None where it is another line.

    >>> read_format('##INFO=<ID=CSQ,Description="VEP. Format: Allele|Consequence|SYMBOL">')
    Format(key='CSQ', fields=('Allele', 'Consequence', 'SYMBOL'))
    """
    found = _FORMAT.search(header)
    if found is None:
        return None
    names = [name.strip() for name in found[2].split("|")]
    return Format(found[1], tuple(_NAMES.get(name, name) for name in names))


def alleles_of(reference: str, other: str) -> tuple[str, str]:
    """Return how SnpEff and VEP write an allele; VEP leaves out a first base that all share.

    >>> alleles_of("TA", "T"), alleles_of("A", "G")
    (('T', '-'), ('G', 'G'))
    """
    shared = len(reference) != len(other) and reference[:1] == other[:1]
    return other, (other[1:] or "-") if shared else other


def _rank(entry: Mapping[str, str]) -> tuple[bool, bool, bool, int]:
    """Smallest is best."""
    accession = entry.get("Feature", "").partition(".")[0]
    is_known = accession in TRANSCRIPTS.get(entry.get("SYMBOL", ""), ())
    is_main = bool(entry.get("MANE_SELECT") or entry.get("CANONICAL") == "YES")
    return (
        not is_known,
        entry.get("PICK") != "1",
        not is_main,
        severity(entry.get("Consequence", "")),
    )


def _first(entry: Mapping[str, str], names: Sequence[str]) -> str:
    """First value that is there; a frequency of several values is their first."""
    return next((entry[name].partition("&")[0] for name in names if entry.get(name)), "")
