"""Alterations of the PI3K/AKT/mTOR pathway in the tumour at diagnosis."""

from __future__ import annotations

from functools import partial

from neopcr.modalities._shared import Derived, derived, modality
from neopcr.oncology.kleene import equals
from neopcr.oncology.pam_genes import CORE_GENES
from neopcr.oncology.pam_status import STATUSES
from neopcr.specs import Column, FloatArray, Table

COLUMNS = (
    Column(
        name="pam_status", kind="category", categories=STATUSES, modality="pam",
        description="PI3K/AKT/mTOR pathway: altered where a core gene is, wild type only where "
        "every core gene was covered; not sequenced is missing.", source="neopcr",
        title="PI3K/AKT/mTOR pathway", unknown="not sequenced",
    ),
    Column(
        name="pam_extended_status", kind="category", categories=STATUSES, modality="pam",
        description="PI3K/AKT/mTOR pathway by the extended tier: more genes, and every "
        "substitution of a hotspot's residue.", source="neopcr",
        title="PI3K/AKT/mTOR pathway, extended tier", unknown="not sequenced",
    ),
    Column(
        name="pam_clonal", kind="boolean", modality="pam",
        description="Whether a variant that alters the pathway is clonal: in 80 % of cancer cells, "
        "or at a quarter of the patient's largest allele fraction.", source="neopcr",
        title="PI3K/AKT/mTOR alteration", words=("not clonal", "clonal"), unknown="not known",
    ),
    *(
        Column(
            name=f"{gene.lower()}_status", kind="category", categories=STATUSES, modality="pam",
            description=f"{gene}: altered where a variant counts, wild type only where the gene "
            "was covered; not sequenced is missing.", source="neopcr", title=gene,
            unknown="not sequenced",
        )
        for gene in CORE_GENES
    ),
    Column(
        name="pten_ihc_loss", kind="boolean", modality="pam",
        description="PTEN lost by immunohistochemistry; kept apart from pten_status.",
        source="NeoALTTO: Nuciforo, Ann Oncol 26 (2015) 1494", title="PTEN by IHC",
        words=("kept", "lost"),
    ),
)  # fmt: skip


def _altered(column: str, table: Table) -> FloatArray:
    return equals(table[column], STATUSES.index("altered"))


def _gene(name: str) -> Derived:
    return derived(f"{name}_altered", (f"{name}_status",), partial(_altered, f"{name}_status"))


MODALITY = modality(
    "pam",
    "PI3K/AKT/mTOR pathway",
    COLUMNS,
    (
        _gene("pam"),
        _gene("pik3ca"),
        _gene("pten"),
        derived(
            "pten_ihc_loss",
            ("pten_ihc_loss",),
            lambda table: table["pten_ihc_loss"].astype("float64"),
        ),
    ),
)
