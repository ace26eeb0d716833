"""A cBioPortal study folder, made up: what is taken for what, and one row a patient."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from neopcr.cli import app
from neopcr.cohort.cbioportal import read_study
from neopcr.errors import TableError
from neopcr.modalities import find_column

PATIENT = """\
#Patient Identifier\tAge at diagnosis\tER by IHC\tHER2\tTumour size\tPathologic response\tOverall survival\tSex
#Identifier\tAge in years\tER\tHER2\tLargest diameter ({unit})\tpCR\tmonths\tsex
#STRING\tNUMBER\tSTRING\tSTRING\tNUMBER\tSTRING\tNUMBER\tSTRING
#1\t1\t1\t1\t1\t1\t1\t1
PATIENT_ID\tAGE\tER_STATUS_BY_IHC\tHER2_STATUS\tTUMOR_SIZE\tPCR\tOS_MONTHS\tSEX
P1\t45\tPositive\tPositive\t2.5\tYes\t60\tFemale
P2\t61\tNegative\tEquivocal\t3\tNo\t12\tFemale
P3\t38\tPositve\tIndeterminate\t4.1\tNo\t33\tFemale
P4\t50\t[Not Available]\tNegative\t\t\t1\tFemale
"""
SAMPLE = """\
#Sample Identifier\tPatient Identifier\tType\tGrade
#S\tP\tType\tGrade
#STRING\tSTRING\tSTRING\tSTRING
#1\t1\t1\t1
SAMPLE_ID\tPATIENT_ID\tSAMPLE_TYPE\tGRADE\tONCOTREE_CODE
S1M\tP1\tMetastasis\tG1\tIDC
S1\tP1\tPrimary\tG3\tIDC
S2\tP2\tPrimary\tII\tILC
S3\tP3\tPrimary\t3\tMBC
S9\tP9\tPrimary\t3\tIDC
"""
HEADER = "Hugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification\tHGVSp_Short\n"
MUTATIONS = (
    HEADER
    + "PIK3CA\tS1M\tMissense_Mutation\tp.H1047R\n"
    + "PIK3CA\tS2\tMissense_Mutation\tp.E545K\n"
    # One quotation mark: in a MAF an ordinary character.
    + 'TTN\tS3\tMissense_Mutation\tp.A1"B\n'
)
MATRIX = "SAMPLE_ID\tmutations\nS1M\tIMPACT\nS1\tIMPACT\nS2\tIMPACT\nS3\tSMALL\n"
IMPACT = "stable_id: IMPACT\ngene_list: PIK3CA\tPIK3R1\tPTEN\tAKT1\tMTOR\tTSC1\tTSC2\n"
SMALL = "stable_id: SMALL\ngene_list: PIK3CA\tTTN\n"
COPIES = "Hugo_Symbol\tS1\tS2\tS3\nPTEN\t0\t0\t-2\n"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    (folder / "gene_panels").mkdir(parents=True)
    files = {
        "data_clinical_patient.txt": PATIENT.format(unit="cm"),
        "data_clinical_sample.txt": SAMPLE,
        "data_mutations.txt": MUTATIONS,
        "data_mutations_uncalled.txt": HEADER,
        "data_gene_panel_matrix.txt": MATRIX,
        "data_gene_panel_impact.txt": IMPACT,
        "gene_panels/small.txt": SMALL,
        "data_cna.txt": COPIES,
    }
    for name, content in files.items():
        (folder / name).write_text(content)
    return folder


def assembled(study: Path, *flags: str) -> tuple[dict[str, list], list[str]]:
    output = study.parent / "cohort.parquet"
    done = CliRunner().invoke(app, ["assemble", str(study), "-o", str(output), "--json", *flags])
    assert done.exit_code == 0, done.output
    return pq.read_table(output).to_pydict(), json.loads(done.stdout)["flow"]


def test_a_study_becomes_a_cohort_in_one_call(study):
    table, flow = assembled(study, "--assume-purity")
    assert table["patient_id"] == ["P1", "P2", "P3", "P4"]
    assert table["age_years"] == [45, 61, 38, 50]
    assert table["er_status"] == ["positive", "negative", "positive", None]
    assert table["her2_status"] == ["positive", "equivocal", None, "negative"]
    assert table["tumor_diameter_mm"] == [25, 30, 41, None]
    assert table["pcr"] == [1, 0, 0, None]
    # From the sample of the primary tumour, not from the metastasis that stands first.
    assert table["grade"] == [3, 2, 3, None]
    assert table["histology"] == ["ductal", "lobular", None, None]
    assert "er_status is read from ER_STATUS_BY_IHC" in flow
    assert "HER2_STATUS: values we cannot read, not known: 1" in flow
    assert "clinical headers that are not used: 2" in flow
    notes = "\n".join(flow)
    assert "samples beside the one that was chosen of each patient: 1" in notes
    assert "rows of data_clinical_sample.txt whose patient is not in the first file" in notes


def test_mutations_are_those_of_the_chosen_sample(study):
    table, _ = assembled(study, "--assume-purity")
    # P1's variant is of the metastasis; P3's panel lacks most genes, but a deletion counts.
    assert table["pam_status"] == ["wild_type", "altered", "altered", None]
    assert table["pik3ca_status"] == ["wild_type", "altered", "wild_type", None]


def test_without_proof_of_tumour_nobody_is_wild_type(study):
    table, _ = assembled(study)
    assert table["pam_status"] == [None, "altered", "altered", None]


def test_a_panel_that_no_file_defines_does_not_stop_the_study(study):
    (study / "gene_panels" / "small.txt").unlink()
    (study / "data_gene_panel_matrix.txt").write_text(MATRIX.replace("S2\tIMPACT", "S2\tOTHER"))
    table, flow = assembled(study, "--assume-purity")
    assert table["pam_status"] == ["wild_type", "altered", "altered", None]
    assert table["akt1_status"] == ["wild_type", None, None, None]
    what = "samples whose gene panel no file of gene_panels defines, what they cover is not known"
    assert f"{what}: 2" in "\n".join(flow)


def with_purity(study, told, *shares):
    """The sample file with a column of tumour content, described as told."""
    lines = SAMPLE.splitlines()
    cells = ["Tumor Purity", told, "NUMBER", "1", "TUMOR_PURITY", *shares]
    # S1M, S1, S2, S3, S9; the comments say nothing of the column before.
    lines = [f"{line}\t" if line.startswith("#") else line for line in lines]
    text = "".join(f"{line}\t{cell}\n" for line, cell in zip(lines, cells, strict=True))
    (study / "data_clinical_sample.txt").write_text(text)


@pytest.mark.parametrize(
    ("told", "shares", "expected", "unit"),
    [
        ("Tumor purity (%)", ("90", "20", "5", "50", ""), "wild_type", "percent"),
        ("Tumor purity (%)", ("90", "19", "5", "50", ""), None, "percent"),
        ("Fraction of tumour cells", ("0.9", "0.2", "0.5", "0.5", "x"), "wild_type", "fraction"),
        # Values above 1 are no fractions.
        ("Tumor purity", ("90", "20", "5", "50", ""), "wild_type", "percent"),
    ],
)
def test_tumour_content_of_the_chosen_sample_proves_wild_type(study, told, shares, expected, unit):
    with_purity(study, told, *shares)
    table, flow = assembled(study)
    assert table["pam_status"] == [expected, "altered", "altered", None]
    assert f"the tumour content of samples is read from TUMOR_PURITY ({unit})" in flow
    assert "clinical headers that are not used: 2" in flow


@pytest.mark.parametrize(
    ("told", "shares"),
    [
        ("Tumor purity", ("0.9", "0.8", "1", "", "")),
        ("Tumor purity", ("", "", "", "", "")),
        ("Tumor purity (%)", ("0.9", "0.8", "0.1", "", "")),
        ("Fraction of tumour cells", ("90", "80", "10", "", "")),
        ("Percent, or fraction", ("0.9", "0.8", "0.1", "", "")),
    ],
)
def test_tumour_content_whose_unit_is_not_certain_proves_nothing(study, told, shares):
    with_purity(study, told, *shares)
    table, flow = assembled(study)
    assert table["pam_status"] == [None, "altered", "altered", None]
    fault = "neither its description nor its values prove its unit, not used"
    assert f"TUMOR_PURITY: {fault}" in flow


def test_a_study_of_exomes(study):
    (study / "data_gene_panel_matrix.txt").unlink()
    (study / "case_lists").mkdir()
    (study / "case_lists" / "cases_sequenced.txt").write_text("case_list_ids: S1\tS2\n")
    table, _ = assembled(study, "--exome", "--assume-purity")
    assert table["pam_status"] == ["wild_type", "altered", "altered", None]


def test_a_size_without_a_unit_is_not_used(study):
    (study / "data_clinical_patient.txt").write_text(PATIENT.format(unit="see notes"))
    table, flow = assembled(study)
    assert "tumor_diameter_mm" not in table
    assert "TUMOR_SIZE: its description names no unit, not used" in flow
    bare = "".join(f"{line}\n" for line in PATIENT.splitlines() if not line.startswith("#"))
    (study / "data_clinical_patient.txt").write_text(bare)
    assert "tumor_diameter_mm" not in assembled(study)[0]
    (study / "data_clinical_patient.txt").write_text(f"#a\n#b\n{bare}")
    assert "tumor_diameter_mm" not in assembled(study)[0]


def test_a_study_may_lack_what_is_not_clinical(study):
    for name in ("data_mutations.txt", "data_mutations_uncalled.txt"):
        (study / name).unlink()
    config = read_study(study, find_column).config
    assert config.mutations is None
    lines = [line.split("\t") for line in PATIENT.splitlines()]
    without = "\n".join("\t".join(cells[:5] + cells[6:]) for cells in lines)
    (study / "data_clinical_patient.txt").write_text(without)
    assert read_study(study, find_column).config.outcome.source == "pcr"


def test_an_outcome_in_words_we_do_not_know_leaves_them_to_the_contract(study):
    text = PATIENT.format(unit="mm").replace("\tYes\t", "\tgood\t").replace("\tNo\t", "\tpoor\t")
    (study / "data_clinical_patient.txt").write_text(text)
    outcome = read_study(study, find_column).config.outcome
    assert (outcome.reached, outcome.residual) == (("1",), ("0",))


def test_a_folder_that_is_no_study(study):
    (study / "data_clinical_sample.txt").unlink()
    with pytest.raises(TableError, match="a study has this file, and the folder has not"):
        read_study(study, find_column)
    done = CliRunner().invoke(app, ["assemble", str(study), "-o", "x.parquet"])
    assert done.exit_code == 11


def test_flags_of_a_study_are_no_flags_of_a_table(study):
    path = study / "data_clinical_patient.txt"
    done = CliRunner().invoke(app, ["assemble", str(path), "-o", "x.parquet", "--exome"])
    assert done.exit_code == 10
    assert "--exome and --assume-purity are of a study folder" in done.output


def test_one_table_is_assembled_without_a_config(tmp_path):
    (tmp_path / "a.csv").write_text("patient_id,age_years\nP1,50\n")
    words = ["assemble", str(tmp_path / "a.csv"), "-o", str(tmp_path / "b.csv")]
    assert CliRunner().invoke(app, words).exit_code == 0
    assert (tmp_path / "b.csv").read_text() == '"patient_id","age_years","pcr"\n"P1",50,\n'
