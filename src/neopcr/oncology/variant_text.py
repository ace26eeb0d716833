"""How tables write variants: classes, and protein changes in one letter or three."""

from __future__ import annotations

import re

# Variant_Classification of a MAF (GDC MAF format v1.0.0). Translation_Start_Site as truncating is
# the project's choice.
MISSENSE = frozenset({"missense_mutation"})
INFRAME = frozenset({"in_frame_del", "in_frame_ins"})
TRUNCATING = frozenset(
    {
        "nonsense_mutation", "frame_shift_del", "frame_shift_ins", "splice_site",
        "nonstop_mutation", "translation_start_site",
    }
)  # fmt: skip
SILENT = frozenset(
    {
        "silent", "splice_region", "intron", "3'utr", "5'utr", "3'flank", "5'flank", "igr", "rna",
        "targeted_region",
    }
)  # fmt: skip

_AMINO_ACIDS = dict(
    zip(
        re.findall("...", "AlaArgAsnAspCysGlnGluGlyHisIleLeuLysMetPheProSerThrTrpTyrValTer"),
        "ARNDCQEGHILKMFPSTWYV*",
        strict=True,
    )
)
_THREE_LETTERS = re.compile("|".join(_AMINO_ACIDS))
# An older way to write a stop: R130X, K267RfsX9.
_OLD_STOP = re.compile(r"(?<=\d)X$|(?<=fs)X(?=\d*$)")

# Class of a change by how it is written, in this order; A1V needs no class beside it.
_WRITTEN: tuple[tuple[str, str], ...] = (
    (r"M1([A-Z?]|ext|del).*", "translation_start_site"),
    (r"([A-Z*])\d+(=|\1)|=", "silent"),
    (r"\*\d+.+", "nonstop_mutation"),
    (r"[A-Z?]\d+.*fs.*", "frame_shift_del"),
    (r"[A-Z?]\d+\*", "nonsense_mutation"),
    (r"[A-Z?]\d+[A-Z?]", "missense_mutation"),
    (r"[A-Z?]\d+(_[A-Z?]\d+)?(delins|del)[A-Z]*", "in_frame_del"),
    (r"[A-Z?]\d+(_[A-Z?]\d+)?(ins|dup)[A-Z]*", "in_frame_ins"),
)


def protein_change(hgvsp: str) -> str:
    """Normalise a protein change to one-letter form without ``p.``.

    >>> protein_change("p.His1047Arg"), protein_change("p.(E542K)"), protein_change("p.R130X")
    ('H1047R', 'E542K', 'R130*')
    """
    text = hgvsp.strip().rpartition(":")[2].replace("%3D", "=")
    text = text.strip("()").removeprefix("p.").strip("()[]")
    letters = _THREE_LETTERS.sub(lambda match: _AMINO_ACIDS[match.group(0)], text)
    return _OLD_STOP.sub("*", letters)


def class_of_change(change: str) -> str:
    """Class of a normalised protein change, as a MAF names it; empty where it does not tell.

    >>> class_of_change("H1047R"), class_of_change("K267Rfs*9"), class_of_change("MUTATED")
    ('missense_mutation', 'frame_shift_del', '')
    """
    for pattern, kind in _WRITTEN:
        if re.fullmatch(pattern, change):
            return kind
    return ""
