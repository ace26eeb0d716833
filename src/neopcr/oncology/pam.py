"""Which variants of a table alter the PI3K/AKT/mTOR (PAM) pathway; each distinct one is read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from neopcr.oncology.pam_genes import CORE_GENES, EXTENDED_GENES
from neopcr.oncology.pam_rules import COUNTED, RULES, Described, Rules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes


# A product of columns that a number of 64 bits still holds.
_MOST_KEYS = 1 << 62


@dataclass(frozen=True, slots=True)
class Calls:
    """Variants as read by the rules; arrays of shape (n_variants,).

    Parameters
    ----------
    gene : int array
        Index into the genes of the tier; -1 another gene.
    rule : int array
        Codes into `RULES`.
    counted : bool array
        Whether the variant alters the pathway.
    """

    gene: Codes
    rule: Codes
    counted: NDArray[np.bool_]


def tier_genes(*, extended: bool = False) -> tuple[str, ...]:
    """Genes of the core or of the extended tier."""
    return EXTENDED_GENES if extended else CORE_GENES


def call_variants(
    gene: NDArray[Any],
    classification: NDArray[Any],
    hgvsp_short: NDArray[Any],
    *,
    hgvsc: NDArray[Any] | None = None,
    extended: bool = False,
    rules: Rules | None = None,
) -> Calls:
    """Say of each variant whether it alters the pathway, and by which rule.

    Parameters
    ----------
    gene, classification, hgvsp_short, hgvsc : object arrays of shape (n_variants,)
        ``Hugo_Symbol``, ``Variant_Classification``, ``HGVSp_Short`` and ``HGVSc`` of a MAF; None
        missing.
    extended : bool
        Whether the extended tier of genes counts, and other substitutions of a hotspot's residue.
    rules : Rules, optional
        With other hotspots.

    Returns
    -------
    Calls

    Examples
    --------
    >>> genes = np.array(["PIK3CA", "PTEN", "PIK3CA", "TP53"], dtype=object)
    >>> classes = ["Missense_Mutation", "Nonsense_Mutation", "Nonsense_Mutation", "Silent"]
    >>> changes = np.array(["p.H1047R", "p.R130*", "p.Q4*", "p.P36="], dtype=object)
    >>> calls = call_variants(genes, np.array(classes, dtype=object), changes)
    >>> [RULES[rule] for rule in calls.rule]
    ['hotspot', 'truncating', 'uncertain', 'other_gene']
    """
    given = [gene, classification, hgvsp_short, *([] if hgvsc is None else [hgvsc])]
    keys, variants = distinct(*(pd.factorize(each) for each in given))
    return call_distinct(keys, variants, extended=extended, rules=rules or Rules())


def distinct(*columns: tuple[NDArray[Any], Any]) -> tuple[NDArray[np.intp], list[Described]]:
    """Distinct variants, and which of them each row is.

    Parameters
    ----------
    *columns : pairs of codes and levels
        Of the fields of `Described`, in their order; code -1 missing.
    """
    n_rows = len(columns[0][0])
    key, n_keys = np.zeros(n_rows, dtype=np.int64), 1
    for codes, levels in columns:
        if n_keys * (len(levels) + 1) > _MOST_KEYS:
            key, found = pd.factorize(key)
            n_keys = len(found)
        key = key * (len(levels) + 1) + codes + 1
        n_keys *= len(levels) + 1
    key, found = pd.factorize(key)
    first = np.empty(len(found), dtype=np.intp)
    # Written backwards, so that the first row of each stays.
    first[key[::-1]] = np.arange(n_rows)[::-1]
    cells = [_picked(codes[first], levels) for codes, levels in columns]
    return key, [Described(*row) for row in zip(*cells, strict=True)]


def _picked(codes: NDArray[Any], levels: Any) -> list[str]:  # noqa: ANN401 - array or list
    """Text of the levels, trimmed; empty where there is none or it is no text."""
    texts = [level.strip() if isinstance(level, str) else "" for level in levels]
    return [texts[code] if code >= 0 else "" for code in codes]


def call_distinct(
    keys: NDArray[np.intp], variants: list[Described], *, extended: bool, rules: Rules
) -> Calls:
    """Call rows that are given by their distinct variants; see `distinct`."""
    place = {name: index for index, name in enumerate(tier_genes(extended=extended))}
    gene = np.array([place.get(each.gene, -1) for each in variants], dtype=np.int16)
    rule = np.where(gene >= 0, rules.codes(variants), RULES.index("other_gene")).astype(np.int16)
    counts = COUNTED if extended else COUNTED - {"residue_hotspot"}
    counted = np.isin(rule, [RULES.index(name) for name in counts])
    return Calls(gene[keys], rule[keys], counted[keys])
