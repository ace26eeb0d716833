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
        ("matrix.txt", "SAMPLE_ID\tmutations\nS1\tHUGE\n", r"1 gene panel\(s\) that no file"),
        ("big.txt", "stable_id: BIG\n", "is no gene panel"),
        ("big.txt", "gene_list: PTEN\n", "is no gene panel"),
    ],
)
def test_broken_matrices_are_refused(status, name, text, fault):
    with pytest.raises(TableError, match=fault):
        status("pten", {**FILES, name: text}, **MATRIX)
