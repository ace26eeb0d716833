"""From variants to the status of genes, pathway and patient."""

import numpy as np
import pytest

from neopcr.oncology import pam, pam_genes, pam_status, variant_filters
from neopcr.oncology.variant_text import protein_change


def text(*cells):
    return np.array(cells, dtype=object)


def call(*rows, extended=False):
    genes, kinds, changes = zip(*rows, strict=True)
    return pam.call_variants(text(*genes), text(*kinds), text(*changes), extended=extended)


def statuses(rows, patient, *, covered=True, assessable=True, n=1):
    return pam_status.gene_statuses(
        call(*rows),
        np.array(patient),
        np.full((n, len(pam_genes.CORE_GENES)), covered),
        np.full(n, assessable),
    )


HOTSPOT = ("PIK3CA", "Missense_Mutation", "p.H1047R")
UNCERTAIN = ("PIK3CA", "Missense_Mutation", "p.A2T")
UNRESOLVED = ("PIK3CA", "Missense_Mutation", None)


@pytest.mark.parametrize(
    ("rows", "covered", "assessable", "expected", "why"),
    [
        ([HOTSPOT], True, True, 1, "counted"),
        ([HOTSPOT], False, False, 1, "a variant that was seen needs no proof of coverage"),
        ([UNCERTAIN], True, True, 0, "looked for, nothing that counts"),
        ([UNCERTAIN], False, True, -1, "absence from a list proves nothing"),
        ([UNCERTAIN], True, False, -1, "too little tumour"),
        ([UNRESOLVED], True, True, -1, "a call that cannot be read is neither"),
        ([UNRESOLVED, HOTSPOT], True, True, 1, "another call decides"),
        ([HOTSPOT, UNRESOLVED], True, True, 1, "in any order"),
    ],
)
def test_gene_status(rows, covered, assessable, expected, why):
    found = statuses(rows, [0] * len(rows), covered=covered, assessable=assessable)
    assert found[0, 0] == expected, why


def test_a_sequenced_patient_without_a_call_is_wild_type():
    found = statuses([HOTSPOT], [1], n=3)
    assert list(found[:, 0]) == [0, 1, 0]
    assert list(pam_status.pathway_status(found)) == [0, 1, 0]


def test_variants_of_other_patients_and_genes_are_left_aside():
    found = statuses([HOTSPOT, ("TP53", "Missense_Mutation", "p.R175H")], [-1, 0])
    assert (found == 0).all()


def test_genes_stand_in_the_order_of_the_tier():
    found = statuses([("TSC2", "Nonsense_Mutation", "p.Q4*")], [0])
    assert list(found[0]) == [0] * 6 + [1]


def test_another_change_of_a_hotspots_residue_counts_in_the_extended_tier_alone():
    row = ("PIK3CA", "Missense_Mutation", "p.H1047Q")
    genes, kinds, changes = (text(cell) for cell in row)
    assert [pam.call_variants(genes, kinds, changes).counted[0], call(row).counted[0]] == [
        False
    ] * 2
    found = call(row, extended=True)
    assert found.counted[0]
    for tier, expected in ((pam.tier_genes(), 0), (pam.tier_genes(extended=True), 1)):
        covered = np.ones((1, len(tier)), dtype=bool)
        statuses = pam_status.gene_statuses(found, np.array([0]), covered, covered[:, 0])
        assert list(statuses[0]) == [expected] + [0] * (len(tier) - 1)


@pytest.mark.parametrize("extended", [False, True])
def test_tiers(extended):
    genes = pam.tier_genes(extended=extended)
    assert len(genes) == (17 if extended else 7)
    assert len(set(genes)) == len(genes)
    assert genes[:7] == pam_genes.CORE_GENES


def test_hotspots_are_of_the_extended_tier_and_listed_once():
    assert set(pam_genes.HOTSPOTS) <= set(pam_genes.EXTENDED_GENES)
    assert "E17K" not in pam_genes.UNVERIFIED_HOTSPOTS["AKT1"]
    solar1 = ["C420R", "E542K", "E545A", "E545D", "E545G", "E545K", "Q546E", "Q546R"]
    for change in [*solar1, "H1047L", "H1047R", "H1047Y"]:
        assert change in pam_genes.HOTSPOTS["PIK3CA"] - pam_genes.UNVERIFIED_HOTSPOTS["PIK3CA"]


def test_an_inframe_hotspot_is_no_residue_hotspot():
    found = call(("PIK3CA", "Missense_Mutation", "p.E110K"), extended=True)
    assert pam.RULES[found.rule[0]] == "uncertain"


def test_an_inframe_change_at_a_hotspots_residue_is_uncertain():
    found = call(("PIK3CA", "In_Frame_Del", "p.H1047del"), extended=True)
    assert pam.RULES[found.rule[0]] == "uncertain"


def test_protein_change():
    assert protein_change(" p.Gln546His ") == "Q546H"
    assert protein_change("R130*") == "R130*"
    assert protein_change("p.Arg130Ter") == "R130*"


def test_deep_deletions():
    genes = text("PTEN", "PTEN", "PIK3CA", "STK11")
    assert list(pam_status.is_deep_deletion(genes, np.array([-2.0, -1.0, -2.0, np.nan]))) == [
        True, False, False, False,
    ]  # fmt: skip


def test_assessable():
    purity = np.array([0.20, 0.19, np.nan, np.nan, np.nan])
    fraction = np.array([np.nan, np.nan, 0.01, 0.009, np.nan])
    assert list(pam_status.is_assessable(purity, fraction)) == [True, False, True, False, False]


def test_filters():
    table = {
        "filter": text("PASS", "panel_of_normals", None, "PASS", "PASS", "PASS"),
        "mutation_status": text("Somatic", "Somatic", None, "Germline", "Somatic", "Somatic"),
        "t_depth": np.array([50, 50, np.nan, 50, 49, 50]),
        "gnomad_af": np.array([0.001, 0, np.nan, 0, 0, 0.0011]),
    }
    kept, not_applied = variant_filters.passes(table)
    assert list(kept) == [True, False, True, False, False, False]
    assert not_applied == ("t_vaf", "t_alt_count", "n_vaf")


@pytest.mark.parametrize(
    ("column", "passing", "failing"),
    [
        ("t_vaf", 0.05, 0.049),
        ("t_depth", 50, 49),
        ("t_alt_count", 5, 4),
        ("gnomad_af", 0.001, 0.0011),
        ("n_vaf", 0.3, 0.31),
    ],
)
def test_bounds_of_the_filters_pass(column, passing, failing):
    kept, _ = variant_filters.passes({column: np.array([passing, failing, np.nan])})
    assert list(kept) == [True, False, True]


def test_more_keys_than_a_number_holds_are_the_same_variants(monkeypatch):
    columns = [
        (np.array([0, 1, 0, -1, 1]), ["PIK3CA", "PTEN"]),
        (np.array([1, 0, 1, 1, 0]), ["Silent", "Nonsense_Mutation"]),
        (np.array([0, -1, 0, 0, 0]), [" p.H1047R "]),
    ]
    plain = pam.distinct(*columns)
    monkeypatch.setattr(pam, "_MOST_KEYS", 1)
    for found in (plain, pam.distinct(*columns)):
        assert list(found[0]) == [0, 1, 0, 2, 3]
        assert [(each.gene, each.protein) for each in found[1]] == [
            ("PIK3CA", "p.H1047R"), ("PTEN", ""), ("", "p.H1047R"), ("PTEN", "p.H1047R"),
        ]  # fmt: skip
