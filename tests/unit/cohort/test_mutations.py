"""A MAF and a panel: altered, wild type only where it was looked for, else not known."""

from __future__ import annotations

import numpy as np
import pytest

from cohort_files import write
from neopcr.cohort.long_table import add_notes
from neopcr.cohort.mutations import MutationFiles, read_mutations
from neopcr.cohort.patient_index import PatientIndex
from neopcr.config import Mutations
from neopcr.errors import TableError
from neopcr.oncology.facts import Facts

PATIENTS = np.array([f"P{number}" for number in range(1, 8)], dtype=object)
CORE = "PIK3CA;PIK3R1;PTEN;AKT1;MTOR;TSC1;TSC2"
PANEL = f"""patient_id,genes,tumour_purity
P1,{CORE},0.6
P2,{CORE},0.6
P3,PIK3CA ; AKT1,0.6
P4,{CORE},0.1
P5,{CORE},
P6,,0.6
PX,{CORE},0.6
"""
HEADER = ("Hugo_Symbol", "Tumor_Sample_Barcode", "Variant_Classification", "HGVSp_Short")
COUNTS = ("FILTER", "t_depth", "t_alt_count", "n_depth", "n_alt_count", "Mutation_Status")
CALLS = (
    ("PIK3CA", "P2", "Missense_Mutation", "p.H1047R"),
    ("PIK3CA", "P3", "Missense_Mutation", "p.H1047R"),
    ("PIK3CA", "P4", "Missense_Mutation", "p.E545K"),
    ("PTEN", "P1", "Missense_Mutation", ""),
    ("PIK3CA", "PX", "Missense_Mutation", "p.H1047R"),
    ("TP53", "P1", "Missense_Mutation", "p.R175H"),
)


def statuses(tmp_path, calls=CALLS, panel=PANEL, header=HEADER):
    text = "\n".join("\t".join(cells) for cells in [header, *calls])
    maf = write(tmp_path, "mutations.maf", f"#version 2.4\n{text}\n")
    with PatientIndex(PATIENTS) as index:
        files = MutationFiles(calls=(maf,), panel=write(tmp_path, "panel.csv", panel))
        return read_mutations(files, Mutations(path=maf.name, panel="panel.csv"), index, Facts())


def test_wild_type_needs_coverage_and_tumour(tmp_path):
    part = statuses(tmp_path)
    #                                               P1 P2 P3 P4 P5 P6 P7
    assert part.table["pik3ca_status"].tolist() == [0, 1, 1, 1, -1, -1, -1]
    assert part.table["pten_status"].tolist() == [-1, 0, -1, -1, -1, -1, -1]
    assert part.table["akt1_status"].tolist() == [0, 0, 0, -1, -1, -1, -1]
    assert part.table["pam_status"].tolist() == [-1, 1, 1, 1, -1, -1, -1]
    assert part.problems == ()
    assert part.notes == (
        "variants of patients who are not in the cohort's table: 1",
        "filters whose column is absent, not applied: filter, mutation_status, t_vaf, t_depth, "
        "t_alt_count, gnomad_af, n_vaf",
        "variants that cannot be resolved, neither altered nor wild type: 1",
        "variants of the pathway read as hotspot: 3",
        "patients without proof that a gene was sequenced: 2",
        "sequenced patients without proof of enough tumour: 2",
    )
    assert add_notes([part.notes, part.notes])[-1] == (
        "variants that cannot be resolved, neither altered nor wild type: 2"
    )


def test_filters_are_applied_where_their_columns_are(tmp_path):
    call = ("PIK3CA", "P1", "Missense_Mutation", "p.H1047R")
    good = ("PASS", "200", "50", "100", "0", "Somatic")
    for place, cell in enumerate(("artefact", "20", "4", "10", "90", "Germline")):
        if place == 3:
            continue
        cells = [*good]
        cells[place] = cell
        part = statuses(tmp_path, [(*call, *cells)], header=(*HEADER, *COUNTS))
        assert part.table["pik3ca_status"][0] == 0, COUNTS[place]
        assert part.notes[0] == "variants that did not pass the filters: 1"
    part = statuses(tmp_path, [(*call, *good)], header=(*HEADER, *COUNTS))
    assert part.table["pik3ca_status"][0] == 1
    assert part.notes[0] == "filters whose column is absent, not applied: gnomad_af"


def test_a_count_that_is_missing_passes_and_one_that_is_no_number_is_told(tmp_path):
    header = (*HEADER, "t_depth", "t_alt_count", "FILTER")
    calls = [
        ("PIK3CA", "P1", "Missense_Mutation", "p.H1047R", "", "", ""),
        ("PIK3CA", "P2", "Missense_Mutation", "p.H1047R", "deep", "50", "PASS"),
        ("PIK3CA", "P3", "Missense_Mutation", "p.H1047R", "0", "50", "PASS"),
    ]
    part = statuses(tmp_path, calls, header=header)
    assert part.table["pik3ca_status"][:3].tolist() == [1, 1, 0]
    assert "variants with a count that is no number, its filter not applied: 1" in part.notes


def test_a_maf_without_calls_leaves_the_covered_wild_type(tmp_path):
    part = statuses(tmp_path, [])
    assert part.table["pam_status"].tolist() == [0, 0, -1, -1, -1, -1, -1]


def test_a_panel_may_lack_purity_and_then_nobody_is_wild_type(tmp_path):
    part = statuses(tmp_path, panel=f"patient_id,genes\nP1,{CORE}\n")
    assert part.table["pik3ca_status"].tolist() == [-1, 1, 1, 1, -1, -1, -1]


def test_a_bad_purity_and_a_patient_listed_twice_are_problems(tmp_path):
    panel = f"{PANEL}P2,{CORE},0.6\nP7,{CORE},60\nPY,{CORE},lots\n"
    part = statuses(tmp_path, panel=panel)
    assert {(each.column, each.rule): each.rows.tolist() for each in part.problems} == {
        ("tumour_purity", "out_of_range"): [6],
        ("gene_panel", "duplicated_patient"): [1],
    }
    assert {(each.rule, each.first, each.broken, each.filled) for each in part.tallies} == {
        ("out_of_range", 9, 1, 9),
        ("not_a_number", 10, 1, 9),
    }


def test_headers_are_needed(tmp_path):
    calls = [(*call[:2], call[3]) for call in CALLS]
    with pytest.raises(TableError, match=r"mutations\.maf: it needs column\(s\) \['HGVSp_Short'\]"):
        statuses(tmp_path, calls, header=(*HEADER[:2], "other"))
    needs = r"needs column\(s\) \['Hugo_Symbol', 'Tumor_Sample_Barcode'\]"
    with pytest.raises(TableError, match=needs):
        statuses(tmp_path, calls, header=("a", "b", "HGVSc"))
    with pytest.raises(TableError, match=r"panel\.csv: it needs column\(s\) \['genes'\]"):
        statuses(tmp_path, panel="patient_id\nP1\n")


def test_pieces_of_a_maf_are_put_together(tmp_path, monkeypatch):
    whole = statuses(tmp_path)
    monkeypatch.setattr("neopcr.cohort.text_files.BLOCK_BYTES", 90)
    pieces = statuses(tmp_path)
    assert pieces.notes == whole.notes
    for name, values in whole.table.items():
        np.testing.assert_array_equal(pieces.table[name], values)
