"""TransNEO's 16,134 somatic calls as PAM statuses of its 168 sequenced patients (aggregates only).

Source: Sammut, Nature 601 (2022) 623, Supplementary Table 2; it has no protein changes, only HGVSc.
By plain counting of non-silent calls 55 patients have one in a core gene, by rule 51. What is
counted plainly and not by rule: in PIK3CA three changes that are not listed (two substitutions and
an in-frame deletion) and another substitution of a hotspot's residue, in two patients without a
hotspot (44 to 42); in PTEN two substitutions that are not listed (9 to 7); in TSC2 one (1 to 0).
AKT1 (3) and PIK3R1 (2) count alike. No call of the pathway is unresolved. The extended tier has 52.
With the default filters of depth, reads and allele fraction, which that study did not use, ten
calls of the pathway's genes are left out and 47 patients are altered.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from neopcr.cohort.barcodes import Barcodes
from neopcr.cohort.mutations import find_files, read_mutations
from neopcr.cohort.patient_index import PatientIndex
from neopcr.cohort.variant_calls import VariantReader
from neopcr.config import Mutations
from neopcr.oncology.facts import Facts
from neopcr.oncology.pam_genes import CORE_GENES
from neopcr.oncology.variant_text import SILENT

COLUMNS = {
    "Tumor_Sample_Barcode": "Donor.ID", "Variant_Classification": "MAF_Variant",
    "t_vaf": "tumour.vaf", "t_depth": "tumour.depth", "t_alt_count": "tumour.alt_count",
}  # fmt: skip
EVERY_CALL = {"t_vaf": None, "t_depth": None, "t_alt_count": None, "n_vaf": None}

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def sheets(data_dir):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(
        data_dir / "transneo" / "supplementary_tables.xlsx", read_only=True, data_only=True
    )
    patients, calls = (
        list(book[f"Supplementary Table {number}"].iter_rows(values_only=True)) for number in (1, 2)
    )
    return patients, calls


@pytest.fixture(scope="module")
def calls(sheets, tmp_path_factory):
    """Table 2 as a parquet file, and the 168 identifiers of Table 1."""
    header, *rows = sheets[1]
    texts = {
        name: ["" if cell is None else str(cell) for cell in cells]
        for name, cells in zip(header, zip(*rows, strict=True), strict=True)
    }
    path = tmp_path_factory.mktemp("transneo") / "calls.parquet"
    pq.write_table(pa.table(texts), path)
    patients = np.array([row[0] for row in sheets[0][1:] if row[0] is not None], dtype=object)
    return path, patients


def read(calls, **options):
    path, patients = calls
    defaults = {"columns": COLUMNS, "exome": True, "assume_purity": True}
    config = Mutations(path=str(path), **{**defaults, **options})
    files = find_files(config, lambda _: path)
    with PatientIndex(patients) as index:
        part = read_mutations(files, config, index, Facts())
        reader = VariantReader(config, Barcodes(index), Facts())
        reader.read(path)
    return part, reader.by_gene


def altered(part):
    return {
        name.removesuffix("_status"): int((codes == 1).sum()) for name, codes in part.table.items()
    }


def test_by_plain_counting(sheets):
    header, *rows = sheets[1]
    gene, patient, kind = (
        header.index(name) for name in ("Hugo_Symbol", "Donor.ID", "MAF_Variant")
    )
    assert len(rows) == 16_134
    told = {(row[gene], row[patient]) for row in rows if row[kind].casefold() not in SILENT}
    carriers = Counter(name for name, _ in told if name in CORE_GENES)
    assert carriers == {"PIK3CA": 44, "PTEN": 9, "AKT1": 3, "PIK3R1": 2, "TSC2": 1}
    assert len({who for name, who in told if name in CORE_GENES}) == 55


def test_by_rule_every_sequenced_patient_has_a_status(calls):
    part, _ = read(calls, filters=EVERY_CALL)
    assert len(calls[1]) == 168
    for name, codes in part.table.items():
        assert (codes >= 0).all(), name
    assert altered(part) == {
        "pam": 51, "pam_extended": 52, "pik3ca": 42, "pten": 7, "akt1": 3, "pik3r1": 2,
        "mtor": 0, "tsc1": 0, "tsc2": 0,
    }  # fmt: skip


def test_rules_of_the_core_genes(calls):
    _, by_gene = read(calls, filters=EVERY_CALL)
    core = {key: n for key, n in by_gene.items() if key[0] in CORE_GENES and key[1] != "silent"}
    assert core == {
        ("PIK3CA", "hotspot"): 43,
        ("PIK3CA", "residue_hotspot"): 1,
        ("PIK3CA", "uncertain"): 3,
        ("PTEN", "truncating"): 7,
        ("PTEN", "uncertain"): 2,
        ("AKT1", "hotspot"): 3,
        ("PIK3R1", "inframe_region"): 1,
        ("PIK3R1", "truncating"): 1,
        ("TSC2", "uncertain"): 1,
    }
    assert not any(rule == "unresolved" for _, rule in by_gene)


def test_the_patient_without_any_call_is_wild_type(calls, sheets):
    part, _ = read(calls, filters=EVERY_CALL)
    header, *rows = sheets[1]
    called = {row[header.index("Donor.ID")] for row in rows}
    without = np.array([patient not in called for patient in calls[1]])
    assert without.sum() == 1
    assert part.table["pam_extended_status"][without].tolist() == [0]


def test_without_a_declared_exome_nobody_is_wild_type(calls):
    part, _ = read(calls, filters=EVERY_CALL, exome=False)
    assert np.unique(part.table["pam_status"]).tolist() == [-1, 1]


def test_default_filters(calls):
    part, _ = read(calls)
    assert "variants that did not pass the filters: 10" in part.notes
    assert altered(part)["pam"] == 47


def test_the_genome_alone_tells_the_hotspots(calls):
    """GRCh37 positions of the parts of exons that are certain agree with HGVSc."""
    columns = {name: each for name, each in COLUMNS.items() if name != "HGVSc"}
    place = {
        "Chromosome": "Chr", "Start_Position": "Start", "Reference_Allele": "Ref_Allele",
        "Tumor_Seq_Allele2": "Tumor_Alt_Allele", "NCBI_Build": "build", "HGVSc": "none",
    }  # fmt: skip
    path, patients = calls
    table = pq.read_table(path)
    empty = pa.array([""] * table.num_rows)
    build = pa.array(["GRCh37"] * table.num_rows)
    other = path.with_name("places.parquet")
    pq.write_table(table.append_column("build", build).append_column("none", empty), other)
    _, by_gene = read((other, patients), filters=EVERY_CALL, columns={**columns, **place})
    told = {key: n for key, n in by_gene.items() if key[1] in {"hotspot", "residue_hotspot"}}
    assert told == {
        ("PIK3CA", "hotspot"): 43, ("PIK3CA", "residue_hotspot"): 1, ("AKT1", "hotspot"): 3,
    }  # fmt: skip
