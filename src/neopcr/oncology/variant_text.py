"""How a MAF writes variants: classes, and protein changes in one letter or three."""

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


def protein_change(hgvsp: str) -> str:
    """Normalise a protein change to one-letter form without ``p.``.

    >>> protein_change("p.His1047Arg"), protein_change("p.(E542K)")
    ('H1047R', 'E542K')
    """
    text = hgvsp.strip().rpartition(":")[2].removeprefix("p.").strip("()")
    return _THREE_LETTERS.sub(lambda match: _AMINO_ACIDS[match.group(0)], text)
