"""Annotated VCFs as the columns of a MAF; broken ones are refused by name and row."""

from __future__ import annotations

import gzip

import pyarrow as pa
import pytest

from neopcr.cohort import lines
from neopcr.cohort.vcf import COLUMNS, vcf_batches
from neopcr.errors import TableError

CSQ = (
    '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. '
    'Format: Allele|Consequence|SYMBOL|Feature|HGVSc|HGVSp|PICK|CANONICAL|MANE_SELECT|gnomADe_AF">'
)
ANN = (
    "##INFO=<ID=ANN,Number=.,Type=String,Description=\"Functional annotations: 'Allele | Annotation "
    "| Annotation_Impact | Gene_Name | Gene_ID | Feature_Type | Feature_ID | Transcript_BioType | "
    "Rank | HGVS.c | HGVS.p'\">"
)
FIXED = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
H1047R = "G|missense_variant|PIK3CA|ENST00000263967.4|c.3140A>G|ENSP1.3:p.His1047Arg||YES||0.0001"


def line(alt="G", ref="A", info=f"CSQ={H1047R}", samples=("0/1:60,40:100",), fmt="GT:AD:DP"):
    cells = ["3", "178952085", ".", ref, alt, ".", "PASS", info]
    return "\t".join([*cells, *([fmt, *samples] if samples else [])])


def text(*rows, described=CSQ, samples=("P1",), more=()):
    columns = "\t".join([FIXED, *(["FORMAT", *samples] if samples else [])])
    return "\n".join(["##fileformat=VCFv4.2", *more, described, columns, *rows, ""])


def read(tmp_path, content, *, name="P9.vcf", genes=None):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return pa.Table.from_batches(vcf_batches(path, genes)).to_pylist()


def test_vep(tmp_path):
    (row,) = read(tmp_path, text(line()))
    assert list(row) == list(COLUMNS)
    assert tuple(row.values()) == (
        "PIK3CA", "P1", "Missense_Mutation", "ENSP1.3:p.His1047Arg", "c.3140A>G", "3",
        "178952085", "A", "G", "PASS", "100", "40", "", "", "", "0.0001",
    )  # fmt: skip


def test_snpeff_and_gzip_by_its_content(tmp_path):
    entry = (
        "G|missense_variant|MODERATE|PIK3CA|E|transcript|NM_006218.4|c|21/21|c.3140A>G|p.His1047Arg"
    )
    content = text(line(info=f"DP=3;ANN={entry}"), described=ANN)
    (row,) = read(tmp_path, gzip.compress(content.encode()), name="P9.vcf")
    assert (row["Hugo_Symbol"], row["HGVSp_Short"]) == ("PIK3CA", "p.His1047Arg")
    assert row["Variant_Classification"] == "Missense_Mutation"


@pytest.mark.parametrize(
    ("entries", "chosen", "why"),
    [
        (("stop_gained|PIK3CA|ENST9||||", "missense_variant|PIK3CA|ENST00000263967.2||||"), 1,
         "the transcript of the table of codons"),
        (("stop_gained|PTEN|ENST9||||", "missense_variant|PTEN|ENST8|||1|"), 1, "picked by VEP"),
        (("stop_gained|PTEN|ENST9||||", "missense_variant|PTEN|ENST8||||YES"), 1, "canonical"),
        (("missense_variant|PTEN|ENST9||||", "stop_gained|PTEN|ENST8||||"), 1, "the most severe"),
        (("stop_gained|PTEN|ENST9||||", "stop_gained|PTEN|ENST8||||"), 0, "the first of equals"),
        (("stop_gained|PTEN|ENST9||||", "missense_variant|PTEN|ENST8|||||NM_000314.8"), 1, "MANE"),
    ],
)  # fmt: skip
def test_one_entry_of_an_allele_is_taken(tmp_path, entries, chosen, why):
    full = []
    for place, entry in enumerate(entries):
        consequence, symbol, feature, _, _, pick, canonical, *mane = entry.split("|")
        ends = (f"c.{place}", "", pick, canonical, *(mane or [""]), "")
        full.append("|".join(["G", consequence, symbol, feature, *ends]))
    (row,) = read(tmp_path, text(line(info=f"CSQ={','.join(full)}")))
    assert row["HGVSc"] == f"c.{chosen}", why


@pytest.mark.parametrize(
    ("ref", "alt", "allele", "consequence", "kind"),
    [
        ("TA", "T", "-", "frameshift_variant", "Frame_Shift_Del"),
        ("T", "TA", "A", "frameshift_variant&splice_region_variant", "Frame_Shift_Ins"),
        ("T", "TAAA", "AAA", "protein_altering_variant", "In_Frame_Ins"),
        ("A", "G", "G", "something_new", ""),
        ("A", "G", "T", "missense_variant", None),
    ],
)
def test_alleles_are_found_as_vep_writes_them(tmp_path, ref, alt, allele, consequence, kind):
    info = f"CSQ={allele}|{consequence}|PTEN|ENST1|c.1||||"
    rows = read(tmp_path, text(line(alt, ref, info)), genes={"PTEN"})
    assert [row["Variant_Classification"] for row in rows] == ([] if kind is None else [kind])


def test_each_allele_and_carrier_is_a_row(tmp_path):
    entries = ",".join(f"{base}|missense_variant|PIK3CA|ENST1|c.3140A>{base}|||||" for base in "GT")
    carriers = ("0/1:60,40,0:.", "2|0:50,0,50:100", "0/0:90,9,0:99", "./.:10,0,7:17", "./.:1,0,0:1")
    samples = ("A", "B", "C", "D", "E")
    content = text(line("G,T", info=f"CSQ={entries}", samples=carriers), samples=samples)
    rows = read(tmp_path, content)
    assert [
        (row["Tumor_Sample_Barcode"], row["HGVSc"], row["t_depth"], row["t_alt_count"])
        for row in rows
    ] == [
        ("A", "c.3140A>G", "100", "40"),
        ("B", "c.3140A>T", "100", "50"),
        ("D", "c.3140A>T", "17", "7"),
    ]


@pytest.mark.parametrize(
    ("samples", "more", "patient", "normal"),
    [
        (("TUMOR", "NORMAL"), (), "P9", "1"),
        (("NORMAL", "tumour"), (), "P9", "40"),
        (("P1_T", "P1_N"), ("##normal_sample=P1_N",), "P1_T", "1"),
    ],
)
def test_the_normal_is_told_from_the_tumour(tmp_path, samples, more, patient, normal):
    cells = ("0/1:60,40:100", "0/0:99,1:100")
    if samples[0] == "NORMAL":
        cells = ("0/0:60,40:100", "0/1:99,1:100")
    (row,) = read(tmp_path, text(line(samples=cells), samples=samples, more=more), name="P9.vcf.gz")
    assert (row["Tumor_Sample_Barcode"], row["n_alt_count"]) == (patient, normal)


def test_fractions_and_verdicts(tmp_path):
    row_of = line(samples=("0.25,0.5:.",), fmt="AF:DP", alt="G").replace("PASS", ".")
    (row,) = read(tmp_path, text(row_of))
    assert (row["FILTER"], row["t_vaf"], row["t_depth"], row["t_alt_count"]) == ("", "0.25", "", "")


def test_without_samples_the_file_is_the_patient(tmp_path):
    (row,) = read(tmp_path, text(line(samples=()), samples=()), name="P7.vcf")
    assert row["Tumor_Sample_Barcode"] == "P7"


def test_only_wanted_genes(tmp_path):
    content = text(
        line(), line(info="CSQ=G|missense_variant|TP53|ENST1|c.1|||||"), line(info="DP=1")
    )
    assert len(read(tmp_path, content, genes={"PIK3CA"})) == 1
    assert [row["Hugo_Symbol"] for row in read(tmp_path, content)] == ["PIK3CA", "TP53", ""]


def test_a_file_without_variants_is_one_empty_piece(tmp_path):
    path = tmp_path / "a.vcf"
    path.write_text(text())
    (batch,) = vcf_batches(path)
    assert (batch.num_rows, tuple(batch.schema.names)) == (0, COLUMNS)


def test_pieces_follow_one_another(tmp_path, monkeypatch):
    monkeypatch.setattr("neopcr.cohort.vcf._ROWS", 2)
    path = tmp_path / "a.vcf"
    path.write_text(text(*[line()] * 5))
    assert [batch.num_rows for batch in vcf_batches(path)] == [2, 2, 1]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "the file is empty"),
        ("a,b\n1,2\n", "does not say that it is a VCF"),
        ("##fileformat=VCFv4.2\n##INFO=<ID=DP>\n", "ends before its line of columns"),
        (f"##fileformat=VCFv4.2\n{CSQ}\n#CHROM\tPOS\n", "line of columns is not #CHROM"),
        (text(line(), described="##INFO=<ID=DP>"), "describes neither CSQ nor ANN"),
        (text(line(), "3\t17"), r"row 2 is no variant: 2 cells of 10"),
        (text(line().replace("178952085", "here")), "row 1 is no variant"),
        (text(line()).encode() + b"\xff", "line 5 is not UTF-8"),
        (text(line()).encode() + b"\0", "line 5 holds NUL bytes"),
        (gzip.compress(text(line()).encode(), mtime=0)[:-20], "damaged gzip"),
        (gzip.compress(text(line()).encode(), mtime=0)[:40] + b"\0" * 60, "damaged gzip"),
    ],
)
def test_broken_files_are_refused(tmp_path, content, fault):
    with pytest.raises(TableError, match=fault) as refused:
        read(tmp_path, content)
    assert "178952085" not in str(refused.value)


def test_a_line_that_never_ends_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(lines, "LONGEST", 1_000)
    bomb = gzip.compress(b"##fileformat=VCFv4.2\n" + b"A" * 2_000_000)
    with pytest.raises(TableError, match="line 2 is longer than 1,000 bytes"):
        read(tmp_path, bomb)


def test_an_absent_or_closed_file(tmp_path, monkeypatch):
    with pytest.raises(TableError, match="there is no such file"):
        list(vcf_batches(tmp_path / "none.vcf"))
    path = tmp_path / "a.vcf"
    path.write_text(text())

    def denied(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.open", denied)
    with pytest.raises(TableError, match="cannot be opened"):
        list(vcf_batches(path))
