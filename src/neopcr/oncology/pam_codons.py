"""Reference codons of the listed hotspots, so that a change of the coding sequence can be read.

A codon is written with IUPAC letters where only part of it is certain: R is A or G, Y is C or T,
N any base.

=========== =============================================================================
gene        where its codons come from
=========== =============================================================================
PIK3CA      read off a public copy of the coding sequence of NM_006218 (1068 residues)
PTEN        read off a public copy of the coding sequence of NM_000314.8 (403 residues)
AKT3        read off a public copy of its mRNA
all others  deduced from the standard genetic code alone: the codons of the residue from
            which each of its listed substitutions is one base away
=========== =============================================================================

A deduced codon needs no transcript at hand and cannot be wrong where the hotspots are right; a
substitution that its open letters leave undecided stays unresolved.
"""

from __future__ import annotations

from itertools import product

# RefSeq and Ensembl transcripts whose numbering the hotspots use, without versions. Ensembl's
# were written down from general knowledge (unverified).
TRANSCRIPTS: dict[str, tuple[str, ...]] = {
    "PIK3CA": ("NM_006218", "ENST00000263967"),
    "PTEN": ("NM_000314", "ENST00000371953"),
    "AKT1": (
        "NM_005163", "NM_001014431", "NM_001014432", "ENST00000349310", "ENST00000407796",
        "ENST00000554581", "ENST00000555528", "ENST00000649815",
    ),
    "AKT2": ("NM_001626", "ENST00000392038"),
    "AKT3": ("NM_005465", "NM_181690", "ENST00000263826", "ENST00000366539", "ENST00000673466"),
    "PIK3CB": ("NM_006219", "ENST00000289153", "ENST00000477593", "ENST00000674063"),
    "PIK3R1": ("NM_181523", "ENST00000274335", "ENST00000396611", "ENST00000521381"),
    "MTOR": ("NM_004958", "ENST00000361445"),
    "RHEB": ("NM_005614", "ENST00000262187"),
}  # fmt: skip

_CODONS = {
    "PIK3CA": (
        "38:CGT 81:GAA 88:CGA 93:CGG 106:GGC 108:CGT 110:GAA 111:AAG 118:GGT 345:AAT 365:GAA "
        "366:CCC 378:TGT 420:TGT 447:CCA 453:GAA 455:TTG 542:GAA 545:GAG 546:CAG 726:GAA 939:GAT "
        "1004:ATG 1007:GGC 1025:ACC 1043:ATG 1044:AAT 1047:CAT 1049:GGT"
    ),
    "PTEN": "92:GAC 93:CAT 124:TGT 129:GGA 130:CGA 173:CGC",
    "AKT3": "17:GAA",
    "AKT1": "17:GAR 52:CTN 79:CAR 80:TGG",
    "AKT2": "17:GAR",
    "PIK3CB": "1051:GAR 1067:GAY",
    "PIK3R1": "376:GGN 560:GAY 564:AAY 567:AAR 573:CTN",
    "MTOR": "1460:CTN 1483:TGY 1799:GAR 1888:TTY 1977:ACR 2006:GTY 2215:TCY 2500:ATY",
    "RHEB": "35:TAY",
}  # fmt: skip

# The standard genetic code, in the order of its bases (NCBI translation table 1).
_BASES = "TCAG"
_AMINO_ACIDS = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
_CODE = {
    "".join(codon): letter
    for codon, letter in zip(product(_BASES, repeat=3), _AMINO_ACIDS, strict=True)
}
_IUPAC = {**{base: base for base in _BASES}, "R": "AG", "Y": "CT", "N": _BASES}


def _by_residue(text: str) -> dict[int, str]:
    pairs = (each.split(":") for each in text.split())
    return {int(residue): codon for residue, codon in pairs}


REFERENCE_CODONS = {gene: _by_residue(text) for gene, text in _CODONS.items()}


def possible(letter: str) -> str:
    """Bases that an IUPAC letter of the table stands for.

    >>> possible("Y"), possible("A")
    ('CT', 'A')
    """
    return _IUPAC[letter]


def translate(codon: str) -> str:
    """Amino acid of a codon, whatever its open letters are; ``""`` where they decide.

    >>> translate("CGT"), translate("GAR"), translate("TGA"), translate("TTN")
    ('R', 'E', '*', '')
    """
    letters = {_CODE["".join(bases)] for bases in product(*(_IUPAC[base] for base in codon))}
    return letters.pop() if len(letters) == 1 else ""
