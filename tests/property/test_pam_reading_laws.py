"""Tables of variants read whole columns at a time say what reading them row by row says."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neopcr.cohort import variant_calls
from neopcr.cohort.mutations import find_files, read_mutations
from neopcr.cohort.patient_index import PatientIndex
from neopcr.config import Mutations
from neopcr.oncology.facts import Facts
from neopcr.oncology.pam_genes import CORE_GENES
from neopcr.oncology.pam_rules import Described, Rules

PATIENTS = np.array(["P1", "P2", "P3"], dtype=object)
COUNTED = {"hotspot", "inframe_region", "truncating"}
NOTHING_SAID = {"", ".", "na", "n/a", "nan", "null", "unknown"}
BOUNDS = {"t_depth": 50, "t_alt_count": 5}

row = st.fixed_dictionaries(
    {
        "Hugo_Symbol": st.sampled_from(
            ["PIK3CA", " PTEN ", "AKT1", "TSC2", "RICTOR", "TP53", None]
        ),
        "Tumor_Sample_Barcode": st.sampled_from(["P1", " P2", "P3", "P4", None]),
        "Variant_Classification": st.sampled_from(
            [
                "Missense_Mutation",
                "Nonsense_Mutation",
                "missense_variant",
                "Silent",
                "Unknown",
                None,
            ]
        ),
        "HGVSp_Short": st.sampled_from(["p.H1047R", "p.E17K", "p.A2T", "p.R130*", ".", None, "NA"]),
        "HGVSc": st.sampled_from(["c.3140A>G", "c.49G>A", "c.801+2T>A", "", None]),
        "FILTER": st.sampled_from(["PASS", "PASS ", "artefact", ".", None]),
        "Mutation_Status": st.sampled_from(["Somatic", "Germline", "", None]),
        "t_depth": st.sampled_from([49, 50, 51, None]),
        "t_alt_count": st.sampled_from([2, 3, 4, 5, None]),
    }
)


def text(cell):
    said = (cell or "").strip()
    return "" if said.casefold() in NOTHING_SAID else said


def is_good(cells):
    """By the filters of tissue; a cell that is missing says nothing against a call."""
    if text(cells["FILTER"]) not in {"", "PASS"} or cells["Mutation_Status"] == "Germline":
        return False
    depth, count = cells["t_depth"], cells["t_alt_count"]
    share = math.nan if depth is None or count is None else count / depth
    enough = all(cells[name] is None or cells[name] >= bound for name, bound in BOUNDS.items())
    return enough and not share < 0.05


def row_by_row(rows):
    """Status of each core gene of each patient, all covered, by the rules of one variant."""
    found = {(who, gene): set() for who in PATIENTS for gene in CORE_GENES}
    for cells in rows:
        who = text(cells["Tumor_Sample_Barcode"])
        names = ("Hugo_Symbol", "Variant_Classification", "HGVSp_Short", "HGVSc")
        variant = Described(*(text(cells[name]) for name in names))
        if (who, variant.gene) in found and is_good(cells):
            found[who, variant.gene].add(Rules().rule(variant))
    return {key: 1 if r & COUNTED else -1 if "unresolved" in r else 0 for key, r in found.items()}


def by_columns(path):
    options = Mutations(path=str(path), exome=True, assume_purity=True)
    with PatientIndex(PATIENTS) as index:
        part = read_mutations(find_files(options, lambda _: path), options, index, Facts())
    return {
        (who, gene): part.table[f"{gene.lower()}_status"][place]
        for place, who in enumerate(PATIENTS)
        for gene in CORE_GENES
    }


@settings(max_examples=50)
@given(st.lists(row, min_size=1, max_size=12), st.booleans(), st.integers(1, 20))
def test_whole_columns_say_what_rows_say(tmp_path_factory, rows, coded, rows_a_group):
    path = tmp_path_factory.mktemp("calls") / "calls.parquet"
    table = pa.table({name: [cells[name] for cells in rows] for name in rows[0]})
    pq.write_table(table, path, use_dictionary=coded, row_group_size=rows_a_group)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(variant_calls, "CHUNK_ROWS", 5)
        assert by_columns(path) == row_by_row(rows)
