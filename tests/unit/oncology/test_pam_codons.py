"""The table of reference codons agrees with the hotspots, the genetic code and itself."""

from __future__ import annotations

import re
from itertools import product

import numpy as np
import pytest

from neopcr.errors import ConfigError
from neopcr.oncology import pam_codons, pam_genes, variant_filters
from neopcr.oncology.facts import facts_from
from neopcr.oncology.pam import call_variants
from neopcr.oncology.pam_codons import REFERENCE_CODONS, possible, translate
from neopcr.oncology.pam_exons import LOCI, coding_from_genome
from neopcr.oncology.pam_rules import Coding, Described, Rules
from neopcr.oncology.pam_status import is_clonal
from neopcr.oncology.variant_coding import protein_from_coding
from neopcr.oncology.variant_consequences import CLASSES, UNKNOWN, maf_class, severity
from neopcr.oncology.variant_text import INFRAME, MISSENSE, SILENT, TRUNCATING, class_of_change

RESIDUES = re.compile(r"([A-Z])(\d+)")
HOTSPOTS = [(gene, change) for gene, changes in pam_genes.HOTSPOTS.items() for change in changes]


@pytest.mark.parametrize(("gene", "change"), sorted(HOTSPOTS))
def test_every_listed_residue_has_a_codon_that_codes_for_it(gene, change):
    for letter, residue in RESIDUES.findall(change):
        assert translate(REFERENCE_CODONS[gene][int(residue)]) == letter


def test_no_codon_stands_in_the_table_without_a_hotspot():
    for gene, codons in REFERENCE_CODONS.items():
        changes = " ".join(pam_genes.HOTSPOTS[gene])
        listed = {int(residue) for _, residue in RESIDUES.findall(changes)}
        assert set(codons) == listed
    assert set(pam_codons.TRANSCRIPTS) == set(REFERENCE_CODONS)


@pytest.mark.parametrize(
    ("gene", "change"), sorted(each for each in HOTSPOTS if "del" not in each[1])
)
def test_every_listed_substitution_is_reached_by_a_change_of_one_codon(gene, change):
    """Not always by one base: K111E and K111N are, R93W of CGG is."""
    residue = int(RESIDUES.match(change)[2])
    first = 3 * residue - 2
    one_base = set()
    for offset, old, new in product(range(3), "ACGT", "ACGT"):
        if old != new and old in possible(REFERENCE_CODONS[gene][residue][offset]):
            one_base.add(protein_from_coding(gene, f"c.{first + offset}{old}>{new}"))
    assert change in one_base


def test_the_genetic_code():
    codons = ["".join(bases) for bases in product("ACGT", repeat=3)]
    letters = [translate(codon) for codon in codons]
    assert [letters.count(letter) for letter in "*WMLRSAI"] == [3, 1, 1, 6, 6, 6, 4, 3]
    assert (translate("ATG"), translate("TAA"), translate("TGG")) == ("M", "*", "W")


def test_parts_of_exons_hold_whole_codons_of_hotspots_and_do_not_overlap():
    for gene, locus in LOCI.items():
        bounds = [bound for part in locus.parts for bound in part[:2]]
        assert bounds == sorted(bounds), gene
        told = {
            residue
            for residue in REFERENCE_CODONS[gene]
            if any(
                part.first <= 3 * residue - 2 and 3 * residue <= part.last for part in locus.parts
            )
        }
        assert (
            told
            >= {"PIK3CA": {345, 420, 542, 545, 546, 1047}, "PTEN": {130, 173}, "AKT1": {17}}[gene]
        )


@pytest.mark.parametrize(
    ("consequence", "kind"),
    [
        ("transcript_ablation", "Splice_Site"),
        ("splice_acceptor_variant&intron_variant", "Splice_Site"),
        ("stop_lost", "Nonstop_Mutation"),
        ("start_lost&start_retained_variant", "Translation_Start_Site"),
        ("inframe_insertion", "In_Frame_Ins"),
        ("splice_region_variant&synonymous_variant", "Splice_Region"),
        ("intron_variant&non_coding_transcript_variant", "Intron"),
        ("5_prime_UTR_variant", "5'UTR"),
        ("Missense_Variant", "Missense_Mutation"),
        ("nonsense", ""),
    ],
)
def test_consequences_as_classes(consequence, kind):
    assert maf_class(consequence, longer=False) == kind


def test_every_consequence_is_of_a_class_that_the_rules_know():
    known = MISSENSE | INFRAME | TRUNCATING | SILENT
    assert all(maf_class(term, longer=True).casefold() in known for term in CLASSES)
    assert severity("a&b") == UNKNOWN > severity("intergenic_region")


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("M1V", "translation_start_site"), ("M1?", "translation_start_site"),
        ("M1ext-5", "translation_start_site"), ("M10V", "missense_mutation"),
        ("=", "silent"), ("H1047H", "silent"), ("*1069=", "silent"), ("*1069R", "nonstop_mutation"),
        ("R130*", "nonsense_mutation"), ("K267Rfs*9", "frame_shift_del"),
        ("E110del", "in_frame_del"), ("P447_L455del", "in_frame_del"),
        ("E439_K440delinsV", "in_frame_del"), ("Q475_E476insK", "in_frame_ins"),
        ("E439dup", "in_frame_ins"), ("?", ""), ("X70_splice", ""), ("", ""),
    ],
)  # fmt: skip
def test_what_a_protein_change_says_of_its_class(change, kind):
    assert class_of_change(change) == kind


def test_each_distinct_variant_is_read_once_and_the_memory_is_bounded(monkeypatch):
    rules = Rules()
    read = []
    monkeypatch.setattr(rules, "rule", lambda each: read.append(each) or "silent")
    monkeypatch.setattr("neopcr.oncology.pam_rules._MOST_KEPT", 2)
    one, two, three = (Described("PTEN", protein=f"p.A{place}V") for place in (1, 2, 3))
    assert rules.codes([one, two, one, three]).tolist() == [1, 1, 1, 1]
    assert read == [one, two, three]
    rules.codes([one])
    assert read == [one, two, three, one]


def test_hgvsc_stands_in_where_the_protein_is_missing():
    text = np.array(["PIK3CA", "PTEN"], dtype=object)
    kinds = np.array(["Missense_Mutation", None], dtype=object)
    none = np.array([None, 7], dtype=object)
    coding = np.array(["c.3140A>G", "c.388C>T"], dtype=object)
    calls = call_variants(text, kinds, none, hgvsc=coding)
    assert calls.counted.tolist() == [True, True]
    assert call_variants(text, kinds, none).counted.tolist() == [False, False]


def test_filters_of_plasma_and_what_is_switched_off():
    plasma = variant_filters.filters_from({"t_depth": 100, "n_vaf": None, "lod": None}, plasma=True)
    assert plasma.names == ("filter", "mutation_status", "t_depth", "gnomad_af")
    table = {"t_vaf": np.array([0.005, 0.0049, np.nan]), "lod": np.array([0.005, 0.005, 0.005])}
    kept, absent = variant_filters.passes(table, variant_filters.PLASMA)
    assert kept.tolist() == [True, False, True]
    assert absent == ("filter", "mutation_status", "gnomad_af", "n_vaf")
    kept, absent = variant_filters.passes({"lod": table["lod"]}, variant_filters.PLASMA)
    assert "lod" in absent


@pytest.mark.parametrize(
    ("ccf", "vaf", "largest", "clonal"),
    [
        (0.8, np.nan, np.nan, 1), (0.79, np.nan, np.nan, 0), (np.nan, 0.1, 0.4, 1),
        (np.nan, 0.099, 0.4, 0), (np.nan, np.nan, 0.4, np.nan), (0.79, 0.4, 0.4, 0),
    ],
)  # fmt: skip
def test_clonal(ccf, vaf, largest, clonal):
    found = is_clonal(np.array([ccf]), np.array([vaf]), np.array([largest]))
    np.testing.assert_array_equal(found, [clonal])


def test_tables_of_a_site_read_what_ours_do_not():
    call = Described("PIK3CA", "missense_variant", coding="NM_1.2:c.3140A>G")
    assert Rules().rule(call) == "unresolved"
    coding = Coding(transcripts={"PIK3CA": ("NM_1",)})
    assert Rules(coding=coding).rule(call) == "hotspot"
    assert Rules(coding=Coding(codons={}, transcripts={})).rule(call) == "unresolved"
    there = Described("PIK3CA", "missense_variant", place="GRCh37 3 178952085 A G")
    assert Rules().rule(there) == "hotspot"
    assert Rules(coding=Coding(loci={})).rule(there) == "unresolved"


def test_tables_of_a_config_are_checked():
    facts = facts_from(
        {
            "pam_codons": {"PIK3CA": {"1047": "CAT"}},
            "pam_transcripts": {"PIK3CA": ["NM_1"]},
            "pam_loci": {
                "PIK3CA": {
                    "chromosome": "3", "strand": 1, "to_38": 5,
                    "parts": [{"first": 1, "last": 9, "origin": 100}],
                }
            },
        }
    )  # fmt: skip
    assert facts.pam_codons == {"PIK3CA": {1047: "CAT"}}
    assert coding_from_genome("PIK3CA", "GRCh38 3 109 A G", facts.pam_loci) == "c.4A>G"
    for wrong in ({"pam_codons": {"PIK3CA": {"1047": "CAX"}}}, {"pam_loci": {"PIK3CA": ["3", 1]}}):
        with pytest.raises(ConfigError, match="facts"):
            facts_from(wrong)
