"""From called variants to the status of genes and of the pathway in each patient.

A patient is wild type only where it was looked for and enough tumour was there: absence from a
list of variants proves nothing. A variant that was seen needs no such proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from neopcr.oncology.pam_genes import CORE_GENES, DELETED_GENES, EXTENDED_GENES
from neopcr.oncology.pam_rules import COUNTED, RULES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes
    from neopcr.oncology.pam import Calls
    from neopcr.specs import FloatArray, IntArray

STATUSES = ("wild_type", "altered")

# Below these the tumour's variants may be there and not seen (the project's choice).
MINIMUM_PURITY = 0.20
MINIMUM_TUMOUR_FRACTION = 0.01
# A variant is clonal from this share of cancer cells, or where those are not known from this share
# of the patient's largest allele fraction (the project's choice).
MINIMUM_CCF = 0.8
MINIMUM_VAF_SHARE = 0.25

_RESIDUE, _UNRESOLVED = RULES.index("residue_hotspot"), RULES.index("unresolved")
_COUNTED = tuple(sorted(RULES.index(name) for name in COUNTED - {"residue_hotspot"}))
_BIT = np.uint32(1) << np.arange(len(EXTENDED_GENES), dtype=np.uint32)


def bits(genes: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """Genes as bits of one number a row, in the order of the extended tier.

    Parameters
    ----------
    genes : bool array of shape (n, n_genes)

    Examples
    --------
    >>> bits(np.array([[True, False, True]]))
    array([5], dtype=uint32)
    """
    found: NDArray[np.uint32] = (genes * _BIT[: genes.shape[1]]).sum(axis=1, dtype=np.uint32)
    return found


@dataclass(slots=True)
class Evidence:
    """What was found in each patient, as bits of the extended tier's genes; shape (n_patients,).

    Parameters
    ----------
    counted, residue, unresolved : uint32 arrays
        Variants (and deep deletions) that count in both tiers, in the extended tier only, and
        that could not be read.
    """

    counted: NDArray[np.uint32]
    residue: NDArray[np.uint32]
    unresolved: NDArray[np.uint32]

    @classmethod
    def of(cls, n_patients: int) -> Self:
        """Nothing found yet."""
        return cls(*(np.zeros(n_patients, dtype=np.uint32) for _ in range(3)))

    def add(self, calls: Calls, patient: IntArray) -> None:
        """Add variants; `patient` is the row, -1 who is not of the cohort."""
        for target, rules in (
            (self.counted, _COUNTED), (self.residue, (_RESIDUE,)), (self.unresolved, (_UNRESOLVED,)),
        ):  # fmt: skip
            rows = np.isin(calls.rule, rules) & (calls.gene >= 0) & (patient >= 0)
            np.bitwise_or.at(target, patient[rows], _BIT[calls.gene[rows]])

    def add_deletions(self, gene: Codes, patient: IntArray) -> None:
        """Add deep deletions that count; `gene` is an index into the extended tier."""
        inside = patient >= 0
        np.bitwise_or.at(self.counted, patient[inside], _BIT[gene[inside]])

    def status(
        self,
        gene: int,
        covered: NDArray[np.uint32],
        assessable: NDArray[np.bool_],
        *,
        extended: bool = False,
    ) -> Codes:
        """Status of one gene in every patient.

        Parameters
        ----------
        gene : int
            Index into the extended tier.
        covered : uint32 array of shape (n_patients,)
            Bits of the genes that the patient was sequenced for.
        assessable : bool array of shape (n_patients,)
            Whether the sample held enough tumour, or the config declares so.
        extended : bool
            Whether other substitutions of a hotspot's residue count.

        Returns
        -------
        int array of shape (n_patients,)
            Codes into `STATUSES`; -1 not known: not covered, too little tumour, or a variant that
            could not be resolved.
        """
        bit = _BIT[gene]
        found = self.counted | self.residue if extended else self.counted
        absent = assessable & ((covered & bit) > 0) & ((self.unresolved & bit) == 0)
        return np.where((found & bit) > 0, 1, np.where(absent, 0, -1)).astype(np.int16)

    def pathway(
        self, covered: NDArray[np.uint32], assessable: NDArray[np.bool_], *, extended: bool = False
    ) -> Codes:
        """Status of the pathway: altered where any gene is, wild type only where every gene is."""
        genes = range(len(EXTENDED_GENES if extended else CORE_GENES))
        wanted = bits(np.ones((1, len(genes)), dtype=bool))[0]
        found = (self.counted | self.residue if extended else self.counted) & wanted
        absent = assessable & ((covered & ~self.unresolved & wanted) == wanted)
        return np.where(found > 0, 1, np.where(absent, 0, -1)).astype(np.int16)


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
        Codes into `STATUSES`; -1 not known. In the extended tier (more genes than the core's)
        other substitutions of a hotspot's residue count.

    Examples
    --------
    >>> from neopcr.oncology.pam import call_variants
    >>> text = lambda *values: np.array(values, dtype=object)
    >>> calls = call_variants(text("PIK3CA"), text("Missense_Mutation"), text("p.H1047R"))
    >>> covered = np.ones((2, 7), dtype=bool)
    >>> gene_statuses(calls, np.array([1]), covered, np.array([True, False]))[:, 0]
    array([0, 1], dtype=int16)
    """
    n_patients, n_genes = covered.shape
    evidence = Evidence.of(n_patients)
    evidence.add(calls, patient)
    extended = n_genes > len(CORE_GENES)
    return np.stack(
        [
            evidence.status(gene, bits(covered), assessable, extended=extended)
            for gene in range(n_genes)
        ],
        axis=1,
    )


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
        Share of tumour cells in the tissue, 0-1; NaN not known, or plasma.
    tumour_fraction : float array of shape (n_patients,)
        Share of tumour DNA in plasma, 0-1; NaN not known, or tissue. Where ctDNA was not detected
        plasma cannot tell wild type, whatever the share.
    """
    enough: NDArray[np.bool_] = (purity >= MINIMUM_PURITY) | (
        tumour_fraction >= MINIMUM_TUMOUR_FRACTION
    )
    return enough


def is_clonal(ccf: FloatArray, vaf: FloatArray, largest_vaf: FloatArray) -> FloatArray:
    """Whether variants are clonal: 1, 0, NaN where neither share is known.

    Parameters
    ----------
    ccf : float array
        Share of cancer cells that carry the variant; NaN not known.
    vaf, largest_vaf : float arrays
        Allele fraction of the variant, and the largest of its patient.

    Examples
    --------
    >>> nan = np.nan
    >>> is_clonal(np.array([0.8, 0.7, nan, nan]), np.array([0.1, 0.4, 0.1, nan]), np.full(4, 0.4))
    array([ 1.,  0.,  1., nan])
    """
    by_share = np.where(np.isnan(vaf + largest_vaf), np.nan, vaf >= MINIMUM_VAF_SHARE * largest_vaf)
    return np.where(np.isnan(ccf), by_share, ccf >= MINIMUM_CCF)
