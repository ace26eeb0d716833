"""Flavours of tables of variants, plasma, clonality."""

from __future__ import annotations

import gzip

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cohort_files import write
from neopcr.cohort import variants
from neopcr.cohort.mutations import find_files, read_mutations
from neopcr.cohort.patient_index import PatientIndex
from neopcr.config import Mutations
from neopcr.errors import ConfigError, TableError
from neopcr.oncology.facts import facts_from

PATIENTS = np.array(["P1", "P2", "P3"], dtype=object)
PIK3CA = ["PIK3CA", "P1", "Missense_Mutation", "p.H1047R"]
MAF = ("Hugo_Symbol", "Tumor_Sample_Barcode", "Variant_Classification", "HGVSp_Short")


def tabbed(header, *rows):
    return "\n".join("\t".join(cells) for cells in (header, *rows)) + "\n"


@pytest.fixture
def read(tmp_path):
    def read_text(text, *, name="calls.maf", facts=(), **options):
        if isinstance(text, str):
            write(tmp_path, name, text)
        config = Mutations(**{"path": name, "exome": True, "assume_purity": True, **options})
        with PatientIndex(PATIENTS) as index:
            found = find_files(config, lambda each: tmp_path / each)
            return read_mutations(found, config, index, facts_from(dict(facts)))

    return read_text


@pytest.mark.parametrize(
    ("name", "header", "row"),
    [
        ("data_mutations.txt", MAF, PIK3CA),
        ("calls.tsv", ("gene", "sample_id", "Consequence", "Protein_Change"),
         ["PIK3CA", "P1", "missense_variant", "H1047R"]),
        ("calls.maf", ("Hugo_Symbol", "Tumor_Sample_Barcode", "HGVSp"),
         ["PIK3CA", "P1", "p.His1047Arg"]),
        ("calls.maf", ("Hugo_Symbol", "Tumor_Sample_Barcode", "cDNA_Change"),
         ["PIK3CA", "P1", "c.3140A>G"]),
        ("calls.maf",
         ("Hugo_Symbol", "Tumor_Sample_Barcode", "Chr", "Pos", "Ref", "Alt", "NCBI_Build"),
         ["PIK3CA", "P1", "chr3", "179234297", "A", "G", "GRCh38"]),
    ],
)  # fmt: skip
def test_flavours(read, name, header, row):
    part = read(tabbed(header, row), name=name)
    assert part.table["pik3ca_status"].tolist() == [1, 0, 0]


def test_a_place_counts_only_where_nothing_else_is_said(read):
    header = (*MAF, *variants.PLACE)
    place = ["GRCh37", "3", "178952085", "A", "G"]
    rows = [[*PIK3CA[:3], "p.A2T", *place], ["PIK3CA", "P2", "Missense_Mutation", ".", *place]]
    assert read(tabbed(header, *rows)).table["pik3ca_status"].tolist() == [0, 1, 0]


def test_declared_columns(read):
    header = ("G", "P", "V")
    columns = dict(zip(("Hugo_Symbol", "Tumor_Sample_Barcode", "HGVSc"), header, strict=True))
    text = tabbed(header, ["PIK3CA", "P1", "c.3140A>G"])
    assert read(text, columns=columns).table["pik3ca_status"].tolist() == [1, 0, 0]
    with pytest.raises(TableError, match=r"the config names are not there: \['X'\]"):
        read(text, columns={**columns, "HGVSp_Short": "X"})
    with pytest.raises(TableError, match=r"not there: \['Gene'\]"):
        read(text, columns={**columns, "Gene": "G"})


def test_dictionaries_numbers_and_nulls_of_parquet(read, tmp_path):
    table = pa.table(
        {
            "Hugo_Symbol": pa.array([" PIK3CA", "PIK3CA", None]).dictionary_encode(),
            "Tumor_Sample_Barcode": ["P1", None, "P2"],
            "HGVSp_Short": ["p.H1047R", "p.H1047R", "p.E545K"],
            "Variant_Classification": pa.array([None, None, None], pa.float64()),
        }
    )
    pq.write_table(table, tmp_path / "calls.parquet")
    part = read(None, name="calls.parquet")
    assert part.table["pik3ca_status"].tolist() == [1, 0, 0]


def test_a_nested_column_of_parquet_says_nothing(read, tmp_path):
    """And is no dictionary: only texts are read as such."""
    table = {name: [cell] for name, cell in zip(MAF, PIK3CA, strict=True)}
    pq.write_table(pa.table(table | {"FILTER": [["PASS"]]}), tmp_path / "calls.parquet")
    part = read(None, name="calls.parquet")
    assert "variants that did not pass the filters: 1" in part.notes


def test_packed_tables_and_several_files(read, tmp_path):
    for name, patient in (("a.maf.gz", "P1"), ("b.maf.gz", "P3")):
        text = f"#version 2.4\n{tabbed(MAF, [PIK3CA[0], patient, *PIK3CA[2:]])}"
        (tmp_path / name).write_bytes(gzip.compress(text.encode()))
    part = read(None, name="x", path=["a.maf.gz", "b.maf.gz"])
    assert part.table["pik3ca_status"].tolist() == [1, 0, 1]


def test_a_packed_table_that_is_broken_names_itself(read, tmp_path, monkeypatch):
    path = tmp_path / "calls.maf.gz"
    path.write_bytes(gzip.compress(b"a\tb\n1\t2\n"))
    with pytest.raises(TableError, match=r"calls\.maf\.gz: it needs column"):
        read(None, name=path.name)
    path.write_bytes(gzip.compress(b"a" * 5_000_000)[:200])
    with pytest.raises(TableError, match="damaged gzip"):
        read(None, name=path.name)
    monkeypatch.setattr(variants, "_SMALL_BYTES", 1_000)
    path.write_bytes(gzip.compress(b"a\tb\n" * 4_000_000))
    with pytest.raises(TableError, match="it unpacks to more than"):
        read(None, name=path.name)


def test_a_vcf_is_a_table_of_variants(read):
    described = '##INFO=<ID=CSQ,Description="Format: Allele|Consequence|SYMBOL|HGVSp">'
    columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tP1\tP2"
    cells = "3\t1\t.\tA\tG\t.\tPASS\tCSQ=G|missense_variant|PIK3CA|p.His1047Arg\tGT:AD"
    row = f"{cells}\t0/1:60,40\t0/0:90,0"
    text = "\n".join(["##fileformat=VCFv4.2", described, columns, row, ""])
    assert read(text, name="all.vcf").table["pik3ca_status"].tolist() == [1, 0, 0]


def test_reference_reads_make_a_depth(read):
    header = (*MAF, "t_ref_count", "t_alt_count")
    rows = [[*PIK3CA, "45", "5"], ["PIK3CA", "P2", *PIK3CA[2:], "44", "5"]]
    assert read(tabbed(header, *rows)).table["pik3ca_status"].tolist() == [1, 0, 0]


def test_filters_of_a_config(read):
    header = (*MAF, "t_vaf", "FILTER")
    text = tabbed(header, [*PIK3CA, "0.03", "artefact"])
    altered = {}
    for filters in ({}, {"t_vaf": 0.02}, {"filter": None}, {"t_vaf": 0.02, "filter": None}):
        altered[len(filters), "filter" in filters] = read(text, filters=filters).table[
            "pam_status"
        ][0]
    assert altered == {(0, False): 0, (1, False): 0, (1, True): 0, (2, True): 1}
    with pytest.raises(ConfigError, match="there is no filter 'vaf'"):
        read(text, filters={"vaf": 0.1})
    with pytest.raises(ConfigError, match="'filter' has no bound"):
        read(text, filters={"filter": 0.1})


def test_facts_of_a_config(read):
    text = tabbed(MAF, [*PIK3CA[:3], "p.A2T"], ["PIK3R1", "P2", "In_Frame_Del", "p.A9del"])
    facts = {
        "pam_hotspots": {"PIK3CA": ["p.Ala2Thr", "an oddity"]},
        "pam_inframe_regions": {"PIK3R1": [[9, 9]]},
    }
    assert read(text).table["pam_status"].tolist() == [0, 0, 0]
    assert read(text, facts=facts).table["pam_status"].tolist() == [1, 1, 0]


def test_codons_of_a_config_read_calls_without_a_protein_change(read):
    header = (*MAF[:3], "HGVSc")
    text = tabbed(header, ["PIK3CA", "P1", "Missense_Mutation", "NM_1.1:c.3140A>G"])
    assert read(text).table["pam_status"].tolist() == [-1, 0, 0]
    facts = {"pam_transcripts": {"PIK3CA": ["NM_1"]}}
    assert read(text, facts=facts).table["pam_status"].tolist() == [1, 0, 0]


def test_plasma_reads_down_to_what_the_assay_can_tell(read):
    header = (*MAF, "t_vaf", "assay")
    rows = [[*PIK3CA, "0.0005", "ddpcr"], ["PIK3CA", "P2", *PIK3CA[2:], "0.0005", "panel"],
            ["PIK3CA", "P3", *PIK3CA[2:], "0.0005", ""]]  # fmt: skip
    lod = {"ddpcr": 0.0005, "panel": 0.005}
    part = read(tabbed(header, *rows), sample="plasma", lod=lod)
    assert part.table["pik3ca_status"].tolist() == [1, 0, 1]
    bare = tabbed(header[:-1], *[row[:-1] for row in rows])
    assert read(bare, sample="plasma", lod={"panel": 0.005}).table["pam_status"].tolist() == [0] * 3
    part = read(bare, sample="plasma", lod=lod)
    assert (
        "filters whose column is absent, not applied: filter, mutation_status, lod, gnomad_af, "
        "n_vaf" in part.notes
    )
    assert read(bare).table["pam_status"].tolist() == [0] * 3, "tissue asks for 0.05"


def test_genes_of_white_cells_in_plasma(read):
    rows = [["TET2", "P1", "Nonsense_Mutation", "p.Q9*"], ["TP53", "P1", *PIK3CA[2:]], PIK3CA]
    chip = (
        "variants of genes of clonal haematopoiesis, left out of plasma without matched white "
        "cells: {}"
    )
    flag = "TP53 variants that may be of white cells, not of the tumour: 1"
    notes = read(tabbed(MAF, *rows), sample="plasma").notes
    assert chip.format(1) in notes
    assert flag in notes
    notes = read(tabbed(MAF, *rows), sample="plasma", matched_normal=True).notes
    assert not any("white cells" in note for note in notes)
    part = read(tabbed(MAF, *rows), sample="plasma", facts={"chip_genes": ["PIK3CA", "TET2"]})
    assert chip.format(2) in part.notes
    assert part.table["pam_status"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("vaf", "other", "ccf", "expected"),
    [
        ("0.10", "0.40", "", 1),
        ("0.10", "0.41", "", 0),
        ("0.10", "0.40", "0.8", 1),
        ("0.40", "0.40", "0.79", 0),
        ("", "0.40", "", np.nan),
    ],
)
def test_clonality(read, vaf, other, ccf, expected):
    rows = [[*PIK3CA, vaf, ccf], ["GATA3", "P1", "Silent", "p.A1=", other, ""],
            ["GATA3", "P2", "Silent", "p.A1=", other, ""]]  # fmt: skip
    text = tabbed((*MAF, "VAF", "ccf"), *rows)
    clonal = read(text, clonality=True).table["pam_clonal"]
    np.testing.assert_array_equal(clonal, [expected, np.nan, np.nan])
    assert "pam_clonal" not in read(text).table


def test_one_clonal_variant_is_enough_and_an_unknown_one_leaves_it_open(read):
    header = (*MAF, "VAF", "ccf")
    subclonal, unknown, clonal = ("0.1", "0.1"), ("", ""), ("0.1", "0.9")
    for cells, expected in (((subclonal, unknown), np.nan), ((unknown, clonal), 1)):
        text = tabbed(header, *([*PIK3CA, *each] for each in cells))
        found = read(text, clonality=True).table["pam_clonal"][0]
        np.testing.assert_array_equal(found, expected)


def test_many_pieces_are_one(read, monkeypatch):
    text = tabbed(MAF, PIK3CA, ["PTEN", "P2", "Nonsense_Mutation", "p.Q4*"], ["PTEN", "P3", "", ""])
    whole = read(text)
    monkeypatch.setattr("neopcr.cohort.variant_calls.CHUNK_ROWS", 1)
    pieces = read(text)
    assert pieces.notes == whole.notes
    for name, codes in whole.table.items():
        np.testing.assert_array_equal(pieces.table[name], codes)
