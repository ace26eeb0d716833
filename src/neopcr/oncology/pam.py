"""Which variants alter the PI3K/AKT/mTOR (PAM) pathway, and what that makes of a patient.

In an oncogene a listed hotspot counts and truncation does not; in a suppressor truncation counts
and so do its listed hotspots. A patient is wild type only where it was looked for: absence from a
list of variants proves nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from neopcr.oncology.pam_genes import (
    CORE_GENES,
    DELETED_GENES,
    EXTENDED_GENES,
    HOTSPOTS,
    INFRAME_REGIONS,
    SUPPRESSORS,
)
from neopcr.oncology.variant_text import (
    INFRAME,
    MISSENSE,
    SILENT,
    TRUNCATING,
    protein_change,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes
    from neopcr.specs import FloatArray, IntArray

STATUSES = ("wild_type", "altered")

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

# Below these the tumour's variants may be there and not seen (the project's choice).
MINIMUM_PURITY = 0.20
MINIMUM_TUMOUR_FRACTION = 0.01

_RESIDUE = re.compile(r"([A-Z])(\d+)")
_HOTSPOT_RESIDUES = frozenset(
    (gene, residue.group(0))
    for gene, changes in HOTSPOTS.items()
    for change in changes
    if (residue := _RESIDUE.match(change)) and "del" not in change
)


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
    extended: bool = False,
) -> Calls:
    """Say of each variant whether it alters the pathway, and by which rule.

    Parameters
    ----------
    gene, classification, hgvsp_short : object arrays of shape (n_variants,)
        ``Hugo_Symbol``, ``Variant_Classification`` and ``HGVSp_Short`` of a MAF; None missing.
    extended : bool
        Whether the extended tier of genes counts, and other substitutions of a hotspot's residue.

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
    position = {name: index for index, name in enumerate(tier_genes(extended=extended))}
    labels, names = pd.factorize(gene)
    index = np.array([*(position.get(str(name), -1) for name in names), -1], dtype=np.int16)[labels]
    rule = np.full(len(index), RULES.index("other_gene"), dtype=np.int16)
    for row in np.flatnonzero(index >= 0):
        called = _call(gene[row], _text(classification[row]).casefold(), _text(hgvsp_short[row]))
        rule[row] = RULES.index(called)
    counts = COUNTED if extended else COUNTED - {"residue_hotspot"}
    return Calls(index, rule, np.isin(rule, [RULES.index(name) for name in counts]))


def _text(cell: object) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _call(gene: str, kind: str, hgvsp: str) -> str:
    """Rule of one variant of a gene of the tier."""
    if kind in SILENT:
        return "silent"
    if kind in TRUNCATING:
        return "truncating" if gene in SUPPRESSORS else "uncertain"
    change = protein_change(hgvsp)
    residue = _RESIDUE.match(change)
    known_kind = kind in MISSENSE or kind in INFRAME
    if residue is None or (kind and not known_kind):
        return "unresolved"
    if change in HOTSPOTS.get(gene, ()):
        return "hotspot"
    if not kind:
        return "unresolved"
    return _by_residue(gene, residue, inframe=kind in INFRAME)


def _by_residue(gene: str, residue: re.Match[str], *, inframe: bool) -> str:
    """Rule of a change that is not listed itself, by where it lies."""
    if inframe:
        number, regions = int(residue.group(2)), INFRAME_REGIONS.get(gene, ())
        inside = any(low <= number <= high for low, high in regions)
        return "inframe_region" if inside else "uncertain"
    return "residue_hotspot" if (gene, residue.group(0)) in _HOTSPOT_RESIDUES else "uncertain"


def is_deep_deletion(gene: NDArray[Any], gistic: FloatArray) -> NDArray[np.bool_]:
    """Whether a copy-number call is a deep deletion (GISTIC -2) of a gene whose loss counts."""
    lost = np.array([name in DELETED_GENES for name in gene], dtype=bool)
    deep: NDArray[np.bool_] = lost & (gistic == -2)
    return deep


def is_assessable(purity: FloatArray, tumour_fraction: FloatArray) -> NDArray[np.bool_]:
    """Whether the sample holds enough tumour for "no variant" to mean anything.

    Parameters
    ----------
    purity : float array of shape (n_patients,)
        Share of tumour cells in the tissue, 0-1; NaN not known.
    tumour_fraction : float array of shape (n_patients,)
        Share of tumour DNA in plasma, 0-1; NaN not known.
    """
    enough: NDArray[np.bool_] = (purity >= MINIMUM_PURITY) | (
        tumour_fraction >= MINIMUM_TUMOUR_FRACTION
    )
    return enough


def gene_statuses(
    calls: Calls, patient: IntArray, covered: NDArray[np.bool_], assessable: NDArray[np.bool_]
) -> Codes:
    """Status of each gene in each patient.

    Parameters
    ----------
    calls : Calls
    patient : int array of shape (n_variants,)
        Row of the patient in `covered`; -1 for a patient who is not of the cohort.
    covered : bool array of shape (n_patients, n_genes)
        Whether the patient was sequenced for the gene; columns in the order of `tier_genes`.
    assessable : bool array of shape (n_patients,)
        Whether the sample held enough tumour, or the config declares so.

    Returns
    -------
    int array of shape (n_patients, n_genes)
        Codes into `STATUSES`; -1 not known: not covered, too little tumour, or a variant that
        could not be resolved.

    Examples
    --------
    >>> text = lambda *values: np.array(values, dtype=object)
    >>> calls = call_variants(text("PIK3CA"), text("Missense_Mutation"), text("p.H1047R"))
    >>> covered = np.ones((2, 7), dtype=bool)
    >>> gene_statuses(calls, np.array([1]), covered, np.array([True, False]))[:, 0]
    array([0, 1], dtype=int16)
    """
    inside = (calls.gene >= 0) & (patient >= 0)
    status = np.where(covered & assessable[:, None], 0, -1).astype(np.int16)
    unresolved = inside & (calls.rule == RULES.index("unresolved"))
    status[patient[unresolved], calls.gene[unresolved]] = -1
    counted = inside & calls.counted
    status[patient[counted], calls.gene[counted]] = STATUSES.index("altered")
    return status


def pathway_status(genes: Codes) -> Codes:
    """Status of the pathway: altered where any gene is, wild type only where every gene is.

    Parameters
    ----------
    genes : int array of shape (n_patients, n_genes)
        Of the tier, from `gene_statuses`.

    Examples
    --------
    >>> pathway_status(np.array([[0, 1, -1], [0, 0, -1], [0, 0, 0]], dtype=np.int16))
    array([ 1, -1,  0], dtype=int16)
    """
    altered = (genes == STATUSES.index("altered")).any(axis=1)
    unknown = (genes < 0).any(axis=1)
    return np.where(altered, 1, np.where(unknown, -1, 0)).astype(np.int16)
