"""What proves that a gene was looked for: panels, a matrix, a list of the sequenced, an exome."""

from __future__ import annotations

import numpy as np
import pytest

from cohort_files import write
from neopcr.cohort.mutations import find_files, read_mutations
from neopcr.cohort.patient_index import PatientIndex
from neopcr.config import Mutations
from neopcr.errors import TableError
from neopcr.oncology.facts import Facts

CORE = "PIK3CA;PIK3R1;PTEN;AKT1;MTOR;TSC1;TSC2"
MAF = "Hugo_Symbol\tTumor_Sample_Barcode\tHGVSp_Short\nPIK3CA\tS2\tp.H1047R\n"
SAMPLES = "sample_id,patient_id\nS1,P1\nS2,P2\nS3,P3\nS4,P3\n"
FILES = {
    "calls.maf": MAF,
    "samples.csv": SAMPLES,
    "matrix.txt": "SAMPLE_ID\tmutations\tcna\nS1\tBIG\tBIG\nS2\tsmall\tNA\nS3\tNA\tNA\nS4\tSMALL\tNA\n",
    "big.txt": f"stable_id: BIG\ndescription: all\ngene_list:\t{CORE.replace(';', chr(9))}\n",
    "small.txt": "stable_id: SMALL\ngene_list: PIK3CA, AKT1\n",
    "sequenced.txt": "cancer_study_identifier: x\ncase_list_ids:\tS1\tS4\n",
    "list.txt": "S1\nS4\n",
    "panel.csv": f"patient_id,genes,tumour_purity\nP1,{CORE},0.6\nP3,PIK3CA,0.6\n",
    "purity.csv": "patient_id,tumour_purity\nP1,0.6\nP3,0.1\n",
    "plasma.csv": (
        "patient_id,tumour_purity,tumour_fraction,ctdna_detected\n"
        "P1,,0.01,\nP2,,,1\nP3,0.9,,\nP4,0.9,0.009,\nP5,,0.4,0\n"
    ),
}
PATIENTS = np.array(["P1", "P2", "P3", "P4", "P5"], dtype=object)


@pytest.fixture
def status(tmp_path):
    def read(gene, files=FILES, **options):
        for name, text in files.items():
            write(tmp_path, name, text)
        config = Mutations(**{"path": "calls.maf", "samples": "samples.csv", **options})
        with PatientIndex(PATIENTS) as index:
            found = find_files(config, lambda name: tmp_path / name)
            assert [path.name for path in found.all()] == list(config.files)
            part = read_mutations(found, config, index, Facts())
        read.notes = part.notes
        return part.table[f"{gene}_status"].tolist()

    return read


MATRIX = {"gene_panel_matrix": "matrix.txt", "gene_panels": ["big.txt", "small.txt"]}


def test_a_matrix_of_panels(status):
    assert status("pik3ca", **MATRIX, assume_purity=True) == [0, 1, 0, -1, -1]
    assert status("pten", **MATRIX, assume_purity=True) == [0, -1, -1, -1, -1]
    assert status("pam", **MATRIX, assume_purity=True) == [0, 1, -1, -1, -1]


def test_a_sample_without_a_panel_is_an_exome_only_where_it_is_declared(status):
    assert status("pten", **MATRIX, assume_purity=True, exome=True) == [0, -1, 0, -1, -1]


def test_a_matrix_and_purity_from_a_panel_file(status):
    assert status("pik3ca", **MATRIX, panel="purity.csv") == [0, 1, -1, -1, -1]


def test_a_panel_and_a_matrix_prove_together(status):
    found = status("pten", **MATRIX, panel="panel.csv", assume_purity=True)
    assert found == [0, -1, -1, -1, -1]
    assert status("pik3ca", **MATRIX, panel="panel.csv") == [0, 1, 0, -1, -1]


def test_an_exome_of_everybody_of_those_listed_and_of_nobody(status):
    assert status("pten", exome=True, assume_purity=True) == [0, 0, 0, 0, 0]
    assert status("pten", exome=True) == [-1, -1, -1, -1, -1]
    assert status("pten", assume_purity=True) == [-1, -1, -1, -1, -1]
    assert status("pten", exome=True, panel="purity.csv") == [0, -1, -1, -1, -1]
    assert status("pten", exome=True, panel="purity.csv", assume_purity=True) == [0, -1, 0, -1, -1]


UNDEFINED = "samples whose gene panel no file of gene_panels defines, what they cover is not known"


def test_a_panel_that_no_file_defines_proves_nothing_and_is_told(status):
    """And the other samples are read as ever; samples of nobody in the cohort are not counted."""
    text = "SAMPLE_ID\tmutations\nS1\tBIG\nS2\tHUGE\nS3\tHUGE\nS9\tHUGE\n"
    found = status("pik3ca", {**FILES, "matrix.txt": text}, **MATRIX, assume_purity=True)
    assert found == [0, 1, -1, -1, -1], "a variant that was seen needs no proof"
    assert f"{UNDEFINED}: 2" in status.notes
    status("pik3ca", **MATRIX, assume_purity=True)
    assert not [note for note in status.notes if UNDEFINED in note]
    bare = {"gene_panel_matrix": "matrix.txt", "assume_purity": True}
    assert status("pten", **bare) == [-1, -1, -1, -1, -1]
    assert f"{UNDEFINED}: 3" in status.notes


def test_the_matrix_tells_the_panel_also_of_a_sample_that_is_listed_as_sequenced(status):
    """Else a declared exome would make a small panel's patients wild type for genes it lacks."""
    options = {**MATRIX, "sequenced": "list.txt", "exome": True, "assume_purity": True}
    text = "SAMPLE_ID\tmutations\nS1\tSMALL\nS2\tHUGE\nS9\tBIG\n"
    files = {**FILES, "matrix.txt": text, "list.txt": "S1\nS2\nS4\n"}
    assert status("pten", files, **options) == [-1, -1, 0, -1, -1]


PURITY = {"samples": "content.csv", "exome": True}


def content(*shares, patients="P1 P2 P3 P3"):
    rows = zip(patients.split(), shares, strict=True)
    lines = [f"S{place},{who},{share}\n" for place, (who, share) in enumerate(rows, start=1)]
    return {**FILES, "content.csv": "".join(["sample_id,patient_id,content\n", *lines])}


@pytest.mark.parametrize(
    ("unit", "shares", "expected", "why"),
    [
        ("percent", (20, 19, 60, 60), [0, -1, 0], "from 20 % a sample shows wild type"),
        ("fraction", ("0.2", "0.19", "0.6", 1), [0, -1, 0], "the same as fractions"),
        ("percent", (20, 20, 60, 10), [0, 0, -1], "of two samples the poorer decides"),
        ("percent", (20, 20, "", 60), [0, 0, -1], "one that is not known leaves it open"),
        ("percent", ("NA", 60, 60, 60), [-1, 0, 0], "not known is no proof"),
        ("percent", (0, 0, 0, 0), [-1, -1, -1], "none at all is none in any unit"),
    ],
)
def test_tumour_content_by_sample(status, unit, shares, expected, why):
    purity = {"source": "content", "unit": unit}
    found = status("pten", content(*shares), **PURITY, purity=purity)
    assert found == [*expected, -1, -1], why
    assert not [note for note in status.notes if "no share" in note]


def test_shares_that_are_none_are_not_known_and_counted(status):
    purity = {"source": "content", "unit": "percent"}
    files = content(101, "[Not Available]", -1, 60)
    assert status("pten", files, **PURITY, purity=purity) == [-1, -1, -1, -1, -1]
    assert "content: values that are no share, not known: 3" in status.notes


def test_a_panel_file_goes_before_the_content_of_a_sample(status):
    options = {**PURITY, "panel": "purity.csv", "purity": {"source": "content", "unit": "percent"}}
    assert status("pten", content(5, 50, 50, 50), **options) == [0, -1, -1, -1, -1]


@pytest.mark.parametrize(
    ("purity", "fault"),
    [
        ({"source": "content", "unit": "fraction"}, "declared as fraction, and its values are not"),
        ({"source": "share", "unit": "percent"}, r"needs column\(s\) \['share'\]"),
    ],
)
def test_tumour_content_of_another_unit_is_refused(status, purity, fault):
    with pytest.raises(TableError, match=fault):
        status("pten", content(20, 30, 40, 50), **PURITY, purity=purity)
    with pytest.raises(TableError, match="Declare `unit: fraction`"):
        status(
            "pten",
            content(0.2, 0.3, 1, ""),
            **PURITY,
            purity={**purity, "source": "content", "unit": "percent"},
        )


def test_tumour_content_stands_in_a_file_of_samples():
    with pytest.raises(ValueError, match="no file of samples is named"):
        Mutations(path="a", purity={"source": "content", "unit": "percent"})


@pytest.mark.parametrize("name", ["sequenced.txt", "list.txt"])
def test_a_list_of_the_sequenced(status, name):
    options = {"sequenced": name, "assume_purity": True}
    assert status("pten", exome=True, **options) == [0, -1, 0, -1, -1]
    assert status("pten", **options) == [-1, -1, -1, -1, -1]


def test_plasma_needs_tumour_dna_and_tissue_needs_tumour(status):
    options = {"exome": True, "panel": "plasma.csv"}
    assert status("pten", sample="plasma", **options) == [0, 0, -1, -1, -1]
    assert status("pten", **options) == [-1, -1, 0, 0, -1]


def test_a_deep_deletion_alters(status):
    files = {**FILES, "cna.txt": "Hugo_Symbol\tS1\tS3\nPTEN\t-2\t-1\n"}
    found = status("pten", files, copy_number="cna.txt", exome=True, assume_purity=True)
    assert found == [1, 0, 0, 0, 0]
    assert status("pam", files, copy_number="cna.txt") == [1, 1, -1, -1, -1]


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("matrix.txt", "SAMPLE_ID\tcna\nS1\tBIG\n", r"needs column\(s\) \['mutations'\]"),
        ("big.txt", "stable_id: BIG\n", "is no gene panel"),
        ("big.txt", "gene_list: PTEN\n", "is no gene panel"),
    ],
)
def test_broken_matrices_are_refused(status, name, text, fault):
    with pytest.raises(TableError, match=fault):
        status("pten", {**FILES, name: text}, **MATRIX)
