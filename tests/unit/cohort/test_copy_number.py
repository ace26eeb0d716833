"""Deep deletions of a cBioPortal study."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from cohort_files import write
from neopcr.cohort.barcodes import Barcodes
from neopcr.cohort.copy_number import read_deletions
from neopcr.cohort.patient_index import PatientIndex
from neopcr.errors import TableError
from neopcr.oncology.pam_genes import EXTENDED_GENES

TABLE = """Hugo_Symbol\tEntrez_Gene_Id\tP1\tP2\tPX\tP3
PTEN\t5728\t-2\t-1\t-2\tNA
PIK3CA\t5290\t-2\t2\t2\t0
TP53\t7157\t-2\t-2\t-2\t-2
STK11\t6794\t0\t-2.0\t0\t-9
PPP2R1A\t5518\t2\t-2\t0\t
"""


def read(tmp_path, content):
    path = write(tmp_path, "data_cna.txt", content)
    with PatientIndex(np.array(["P1", "P2", "P3"], dtype=object)) as index:
        return read_deletions(path, Barcodes(index))


def test_deep_deletions_of_suppressors(tmp_path):
    found = read(tmp_path, TABLE)
    told = sorted(
        (EXTENDED_GENES[gene], int(patient))
        for gene, patient in zip(found.gene, found.patient, strict=True)
    )
    assert told == [("PTEN", -1), ("PTEN", 0), ("STK11", 1)]
    assert found.notes == (
        "deep deletions that count: 2",
        "amplified oncogenes of the pathway, which alter nothing: 2",
        "copy numbers that are no GISTIC call, not used: 1",
    )


def test_without_entrez_and_with_comments(tmp_path):
    found = read(tmp_path, "#from GISTIC\nHugo_Symbol\tP3\nPTEN\t-2\n")
    assert found.patient.tolist() == [2]


def test_a_table_without_genes_of_the_pathway(tmp_path):
    found = read(tmp_path, "Hugo_Symbol\tP3\nTP53\t-2\n")
    assert (found.patient.size, found.gene.size, found.notes) == (0, 0, ())


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("gene\tP1\nPTEN\t-2\n", "first column is not Hugo_Symbol"),
        ("Hugo_Symbol\tEntrez_Gene_Id\nPTEN\t1\n", "it has no samples"),
        ("#nothing\n", "first column is not Hugo_Symbol"),
        ("Hugo_Symbol\tP1\tP2\nTP53\t1\t1\nPTEN\t-2\n", "row 2 has 2 cells, the header 3"),
    ],
)
def test_broken_tables_are_refused(tmp_path, content, fault):
    with pytest.raises(TableError, match=fault):
        read(tmp_path, content)


def test_samples_are_patients_by_a_map_or_a_rule(tmp_path):
    names = pa.array(["S1", "S2", "S9", None])
    table = write(tmp_path, "samples.csv", "SAMPLE_ID,Patient_ID\nS1,P2\nS2,PX\nS3,P1\n")
    patients = np.array(["P1", "P2", "TCGA-A1-A0SB"], dtype=object)
    with PatientIndex(patients) as index:
        assert Barcodes(index, table).rows(names).tolist() == [1, -1, -1, -1]
        assert Barcodes(index).rows(pa.array(["P1", " P2 ", None])).tolist() == [0, 1, -1]
        barcodes = pa.array(["TCGA-A1-A0SB-01A-11D", "TCGA-A1-A0SB", "TCGA-A1", None])
        assert Barcodes(index, rule="tcga").rows(barcodes).tolist() == [2, 2, -1, -1]


def test_a_map_lists_each_sample_once(tmp_path):
    with PatientIndex(np.array(["P1"], dtype=object)) as index:
        twice = write(tmp_path, "a.csv", "sample_id,patient_id\nS1,P1\nS1,P2\n")
        with pytest.raises(TableError, match="lists a sample more than once"):
            Barcodes(index, twice)
        lacking = write(tmp_path, "b.csv", "sample_id,patient\nS1,P1\n")
        with pytest.raises(TableError, match=r"needs column\(s\) \['patient_id'\]"):
            Barcodes(index, lacking)
