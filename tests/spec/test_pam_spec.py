"""PAM variants from the coding sequence, and what proves wild type, as tables."""

import itertools

import numpy as np
import pytest

from neopcr.oncology import pam_status, variant_filters
from neopcr.oncology.pam import call_variants
from neopcr.oncology.pam_exons import coding_from_genome
from neopcr.oncology.pam_genes import EXTENDED_GENES
from neopcr.oncology.pam_rules import Described, Rules
from neopcr.oncology.variant_coding import protein_from_coding
from spec.spec_tables import code, number, read_spec

HGVSC = read_spec("pam_hgvsc.txt")
STATUS = read_spec("pam_status.txt")
COPY_NUMBER = read_spec("pam_copy_number.txt")
FILTERS = read_spec("pam_filters.txt")
CLONALITY = read_spec("pam_clonality.txt")


def text(*cells):
    return np.array(cells, dtype=object)


@pytest.mark.parametrize("row", HGVSC, ids=lambda row: row["why"])
def test_change_and_rule_of_the_coding_sequence(row):
    variant = Described(row["gene"], row["classification"], coding=row["hgvsc"], place=row["place"])
    coding = variant.coding or coding_from_genome(variant.gene, variant.place)
    assert protein_from_coding(variant.gene, coding) == row["change"]
    assert Rules().rule(variant) == row["rule"]


@pytest.mark.parametrize("row", STATUS, ids=lambda row: row["why"])
def test_what_proves_wild_type(row):
    listed = [each.split() for each in row["variants"].split(";") if each.strip()]
    genes, changes = zip(*listed, strict=True) if listed else ((), ())
    genes_covered = {
        "core": EXTENDED_GENES[:7], "extended": EXTENDED_GENES, "none": (),
    }.get(row["covered"], tuple(row["covered"].split()))  # fmt: skip
    purity, fraction = np.array([number(row["purity"])]), np.array([number(row["fraction"])])
    assessable = pam_status.is_assessable(purity, fraction) | (row["assumed"] == "yes")
    covered = pam_status.bits(np.array([[gene in genes_covered for gene in EXTENDED_GENES]]))
    calls = call_variants(
        text(*genes), text(*["Missense_Mutation"] * len(genes)), text(*changes), extended=True
    )
    evidence = pam_status.Evidence.of(1)
    evidence.add(calls, np.zeros(len(genes), dtype=np.int64))
    found = {
        "pik3ca": evidence.status(0, covered, assessable),
        "core": evidence.pathway(covered, assessable),
        "extended": evidence.pathway(covered, assessable, extended=True),
    }
    for name, status in found.items():
        assert status[0] == code("" if row[name] == "unknown" else row[name], pam_status.STATUSES)


@pytest.mark.parametrize(
    ("row", "level"), list(itertools.product(COPY_NUMBER, ("-2", "-1", "0", "1", "2", "")))
)
def test_only_a_deep_deletion_of_a_listed_gene_counts(row, level):
    counts = pam_status.is_deep_deletion(text(row["gene"]), np.array([number(level)]))[0]
    assert counts == (level == "-2" and row["deep_deletion"] == "counts")


@pytest.mark.parametrize("sample", ["tissue", "plasma"])
def test_which_calls_are_good_enough(sample):
    table = {
        name: text(*(row[name] or None for row in FILTERS))
        for name in ("filter", "mutation_status")
    }
    for name in (*variant_filters.AT_LEAST, *variant_filters.AT_MOST, variant_filters.LOD):
        table[name] = np.array([number(row[name]) for row in FILTERS])
    kept, absent = variant_filters.passes(
        table, variant_filters.filters_from({}, plasma=sample == "plasma")
    )
    assert [row["why"] for row, each in zip(FILTERS, kept, strict=True) if each] == [
        row["why"] for row in FILTERS if row[sample] == "read"
    ]
    assert not absent


def test_which_variants_are_clonal():
    given = [
        np.array([number(row[name]) for row in CLONALITY]) for name in ("ccf", "vaf", "largest_vaf")
    ]
    expected = [{"yes": 1.0, "no": 0.0, "unknown": np.nan}[row["clonal"]] for row in CLONALITY]
    np.testing.assert_array_equal(pam_status.is_clonal(*given), expected)
