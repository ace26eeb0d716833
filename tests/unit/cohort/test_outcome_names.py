"""Words that only somebody who knows the outcome can have filled, and words that sound alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from neopcr.cohort.mapping import source_of
from neopcr.cohort.outcome_names import tells_outcome
from neopcr.config import read_config
from neopcr.modalities import CONTRACT, MODALITIES, find_column
from neopcr.specs import Landmark

CONFIGS = sorted((Path(__file__).parents[3] / "configs").glob("*.yaml"))

TOLD = {
    "residual disease": [
        "RCB", "rcb_class", "RCB.score", "imaging_rcb_class", "RCBclass", "RCB3", "rcb index",
        "ResidualDisease", "genomic_residual_size", "near_pCR", "Miller-Payne", "miller_payne_grade",
        "Sataloff", "Chevallier", "T downstaging",
    ],
    "a pathological stage": [
        "ypT", "ypN0", "ypt_stage", "expression_ypt", "ypTNM", "ypTis", "yp stage", "pT", "pN1",
        "pT stage", "pn_stage", "AJCC_PATHOLOGIC_TUMOR_STAGE", "PATH_T_STAGE", "pathological stage",
    ],
    "the response to therapy": [
        "pCR", "pCR.RD", "tpCR", "bpcr", "imaging_pcr", "expression_pcr_status", "resp.pCR", "response",
        "resp.Chemosensitive", "pathological_response", "pathological complete response", "pathResponse",
        "NAC response", "response to chemotherapy", "responder", "non-responder", "best_response",
        "outcome", "clinical outcome",
    ],
    "surgery": [
        "surgery_type", "date of surgery", "time_to_surgery", "mastectomy", "Lumpectomy",
        "nodes_removed", "ALND", "postop_size", "post-NAC Ki67", "imaging_size_post_treatment",
    ],
    "the follow-up": [
        "recurrence", "Recurrence date", "relapse_free", "DFS", "EFS.event", "OS", "os_months",
        "OVERALL SURVIVAL", "vital_status", "death", "follow-up", "iDFS", "last contact date",
    ],
    "therapy as it was given": [
        "cycles_given", "cycles received", "Chemo.NumCycles", "Trast.NumCycles", "Chemo.Issue",
        "totalCycles", "number of cycles", "dose_reductions", "discontinued", "adjuvant_tdm1",
        "final_regimen", "regimen received", "treatment_received", "regimen_given", "actual arm",
        "regimen_given_to_c6", "salvage_chemo",
    ],
}  # fmt: skip

INNOCENT = [
    "Age.at.diagnosis", "genomic_recurrence_score", "Oncotype recurrence score", "risk_of_recurrence",
    "ddpcr_assay", "RT-PCR HER2", "qPCR", "regimen_planned_cycles", "planned_num_cycles",
    "expression_rcbtb1", "expression_ypel3", "cycle2_date", "response_signature", "grade", "HRD.sum",
    "Danaher.T.cells", "expression_programmed_death_ligand_1", "neoadjuvant_regimen",
    "neo-adjuvant arm", "regimen_given_to_c2", "regimen_given_to_c4", "ctdna_presurgery",
    "ctdna_pre_surgery", "prior_surgery", "os9", "pt_age", "patient", "imaging_recist_c2",
    "surgical biopsy", "expression_pdcd1",
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "name"), [(what, name) for what, names in TOLD.items() for name in names]
)
def test_names_that_the_outcome_gives(what, name):
    assert tells_outcome(name).startswith(what)


@pytest.mark.parametrize("name", INNOCENT)
def test_names_that_it_does_not(name):
    assert tells_outcome(name) == ""


def test_no_column_of_the_contract_and_no_feature_is_mistaken_for_the_outcome():
    columns = [column.name for column in CONTRACT.values() if column.modality != "core"]
    features = [each.name for one in MODALITIES.values() for each in one.features]
    assert [name for name in (*columns, *features) if tells_outcome(name)] == []


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_no_header_of_a_published_cohort_that_we_map_is_mistaken_for_it(path):
    """But for what is mapped to a column of the outcome, which no model is offered."""
    mapped = read_config(path).cohort.patients.columns
    before = [
        each for name, each in mapped.items() if find_column(name).landmark < Landmark.surgery
    ]
    headers = [name for each in before for name in (source_of(each).source, *source_of(each).times)]
    assert [name for name in headers if tells_outcome(name)] == []
