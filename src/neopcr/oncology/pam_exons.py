"""Where the listed hotspots lie in the genome, as far as it is certain: parts of exons.

Within an exon a position of the genome and one of the coding sequence differ by a constant, so
that one anchor gives every codon of the exon. Anchors: PIK3CA c.3140 (H1047R), c.1633 (E545K),
c.1624 (E542K), c.1258 (C420R), c.1035 (N345K); AKT1 c.49 (E17K); PTEN c.389 (R130Q), c.517
(R173C). Written down from general knowledge (unverified), and in agreement with the calls of
Sammut (Nature 601 (2022) 623) on GRCh37. Each part ends where the exon is certain to go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Part(NamedTuple):
    """Bases `first` to `last` of a coding sequence; `origin` is where its base 0 would lie."""

    first: int
    last: int
    origin: int


class Locus(NamedTuple):
    """A gene on GRCh37; ``to_38`` is added for GRCh38."""

    chromosome: str
    strand: int
    to_38: int
    parts: tuple[Part, ...]


LOCI = {
    "PIK3CA": Locus(
        "3", 1, 282_212,
        (
            Part(1, 352, 178_916_613),
            Part(1033, 1059, 178_920_518),
            Part(1252, 1404, 178_926_722),
            Part(1540, 1664, 178_934_458),
            Part(2176, 2178, 178_936_758),
            Part(3010, 3150, 178_948_945),
        ),
    ),
    "PTEN": Locus("10", 1, -1_759_757, (Part(254, 492, 89_692_516), Part(505, 570, 89_711_382))),
    "AKT1": Locus("14", -1, -466_337, (Part(49, 51, 105_246_600),)),
}  # fmt: skip
_BUILDS = {
    "grch37": 0, "hg19": 0, "37": 0, "b37": 0, "grch38": 1, "hg38": 1, "38": 1,
}  # fmt: skip
_COMPLEMENT = str.maketrans("ACGT", "TGCA")


def coding_from_genome(gene: str, place: str, loci: Mapping[str, Locus] | None = None) -> str:
    """Read a substitution of one base in the genome as HGVSc.

    Parameters
    ----------
    gene : str
        Symbol.
    place : str
        Build, chromosome, position, reference and other allele, by blanks.
    loci : mapping of str to Locus, optional
        By gene; `LOCI` where None.

    Returns
    -------
    str
        Empty where the place is not in the table, or is no substitution of one base.

    Examples
    --------
    >>> coding_from_genome("PIK3CA", "GRCh38 chr3 179234297 A G")
    'c.3140A>G'
    >>> coding_from_genome("AKT1", "GRCh37 14 105246551 C T")
    'c.49G>A'
    """
    parts = place.split()
    locus = (LOCI if loci is None else loci).get(gene)
    if len(parts) != 5 or locus is None:
        return ""
    build, chromosome, position, old, new = parts
    is_38 = _BUILDS.get(build.casefold())
    alleles = {old.upper(), new.upper()}
    if is_38 is None or not position.isdecimal() or not alleles <= set("ACGT"):
        return ""
    if chromosome.removeprefix("chr") != locus.chromosome:
        return ""
    change = f"{old}>{new}".upper()
    base = _base(locus, int(position[:12]) - is_38 * locus.to_38)
    return (
        f"c.{base}{change if locus.strand > 0 else change.translate(_COMPLEMENT)}" if base else ""
    )


def _base(locus: Locus, position: int) -> int:
    """Base of the coding sequence at a position of GRCh37; 0 where it is not certain."""
    for part in locus.parts:
        base = (position - part.origin) * locus.strand
        if part.first <= base <= part.last:
            return base
    return 0
