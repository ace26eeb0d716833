"""What the features of each modality mean."""

import numpy as np
import pytest

from neopcr.modalities import CONTRACT, MODALITIES, find_column, generic_column
from neopcr.specs import Landmark

NAN = np.nan


def derive(modality, **given):
    """Features of a few patients: categories as text, columns not given all missing."""
    n = len(next(iter(given.values())))
    table = {}
    for column in MODALITIES[modality].columns:
        if column.categories:
            cells = given.get(column.name, [""] * n)
            table[column.name] = np.array(
                [column.categories.index(cell) if cell else -1 for cell in cells], dtype=np.int16
            )
        else:
            table[column.name] = np.array(given.get(column.name, [NAN] * n), dtype=np.float64)
    return MODALITIES[modality].derive(table)


def check(features, **expected):
    for name, values in expected.items():
        np.testing.assert_allclose(features[name], values, atol=1e-12, err_msg=name)


def test_clinical():
    check(
        derive(
            "clinical",
            age_years=[50, NAN],
            ct_stage=["Tis", "T4"],
            cn_stage=["N0", "N1mi"],
            nodal_status_positive=[1, 0],
            histology=["ductal", "lobular"],
            menopausal_status=["perimenopausal", "postmenopausal"],
        ),
        age_years=[50, NAN],
        t_stage=[0, 4],
        node_positive=[0, 1],
        histology_ductal=[1, 0],
        postmenopausal=[0, 1],
    )


def test_t_stage_counts_up_from_no_invasive_tumour():
    stages = ["T0", "Tis", "T1", "T2", "T3", "T4", ""]
    check(derive("clinical", ct_stage=stages), t_stage=[0, 0, 1, 2, 3, 4, NAN])


def test_nodes_by_call_where_there_is_no_stage():
    features = derive("clinical", cn_stage=["", "", ""], nodal_status_positive=[1, 0, NAN])
    check(features, node_positive=[1, 0, NAN])


def test_her2():
    check(
        derive(
            "her2",
            her2_ihc=["3+", "2+", "2+", "1+", ""],
            her2_cep17_ratio=[4, 1, NAN, 0, NAN],
            her2_copies_per_cell=[16, 2, NAN, NAN, NAN],
            her2_status=["", "", "", "", "positive"],
        ),
        her2_positive=[1, 0, NAN, NAN, 1],
        her2_ihc_3plus=[1, 0, 0, 0, NAN],
        her2_log2_ratio=[2, 0, NAN, NAN, NAN],
        her2_log2_copies=[4, 1, NAN, NAN, NAN],
    )


def test_receptors_by_scores():
    check(
        derive(
            "receptors",
            er_allred=["8", "2", "", ""],
            er_h_score=[0, 210, 210, NAN],
            pgr_h_score=[0.5, 1, NAN, NAN],
        ),
        er_positive=[1, 0, 1, NAN],
        hr_positive=[1, 1, 1, NAN],
    )


def test_receptors():
    check(
        derive(
            "receptors",
            er_percent=[0, 80, NAN],
            pgr_percent=[0, NAN, NAN],
            er_status=["positive", "", "negative"],
            hr_status=["", "", "positive"],
        ),
        er_positive=[0, 1, 0],
        hr_positive=[0, 1, 1],
        er_percent=[0, 80, NAN],
    )


def test_ctdna():
    features = derive(
        "ctdna",
        ctdna_assay=["tumour_informed", "panel", ""],
        ctdna_detected_baseline=[1, 0, 1],
        ctdna_detected_c1=[0, 0, NAN],
        ctdna_mtm_per_ml_baseline=[15, NAN, 3],
        ctdna_mtm_per_ml_c1=[0, NAN, 1.5],
        ctdna_mean_vaf_c1=[NAN, NAN, 0.01],
    )
    check(
        features,
        ctdna_tumour_informed=[1, 0, NAN],
        ctdna_detected_c1=[0, 0, NAN],
        ctdna_log10_mtm_baseline=np.log10([15, 0.15, 3]),
        ctdna_log10_vaf_c1=np.log10([5e-5, 5e-5, 0.01]),
        ctdna_cleared_c1=[1, 0, NAN],
        ctdna_log10_change_c1=[-2, 0, np.log10(0.5)],
    )


def test_pam():
    check(
        derive(
            "pam",
            pam_status=["altered", "wild_type", ""],
            pik3ca_status=["wild_type", "", "altered"],
            pten_ihc_loss=[1, 0, NAN],
        ),
        pam_altered=[1, 0, NAN],
        pik3ca_altered=[0, NAN, 1],
        pten_altered=[NAN, NAN, NAN],
        pten_ihc_loss=[1, 0, NAN],
    )


def test_regimen_by_name_and_by_component():
    check(
        derive(
            "regimen",
            regimen_assigned=["TCbHP", "", "PCbHP", ""],
            regimen_platinum=[0, 1, NAN, NAN],
            regimen_nab_paclitaxel=[NAN, NAN, 1, NAN],
            regimen_first_taxane=[1, 0, NAN, NAN],
        ),
        regimen_platinum=[1, 1, 1, NAN],
        regimen_nab_paclitaxel=[0, NAN, 1, NAN],
        regimen_dual_blockade=[1, NAN, 1, NAN],
        regimen_first_taxane=[1, 0, NAN, NAN],
    )


def test_regimen_given_later_is_kept_apart():
    features = derive("regimen", regimen_assigned=["nab-PHP"], regimen_given_to_c4=["EveroHT"])
    check(
        features,
        regimen_mtor_inhibitor=[0],
        regimen_dual_blockade=[1],
        regimen_given_to_c4_mtor_inhibitor=[1],
        regimen_given_to_c4_dual_blockade=[0],
        regimen_given_to_c2_mtor_inhibitor=[NAN],
    )


def test_a_generic_modality_takes_the_columns_of_its_prefix():
    table = {"imaging_volume": np.array([1.0]), "genomic_tmb": np.array([2.0])}
    assert list(MODALITIES["imaging"].derive(table)) == ["imaging_volume"]


def test_volumes_change_in_percent_and_of_nothing_there_is_no_share():
    features = derive(
        "imaging",
        imaging_ftv_cc_baseline=[10.0, 10.0, 0.0, NAN],
        imaging_ftv_cc_c2=[2.5, 12.0, 1.0, 1.0],
    )
    check(
        features,
        imaging_ftv_change_percent_c2=[-75, 20, NAN, NAN],
        imaging_ftv_change_percent_c4=[NAN] * 4,
    )


def test_who_responded_by_recist_is_not_known_where_it_could_not_be_evaluated():
    features = derive("imaging", recist_response_c2=["CR", "PR", "SD", "PD", "NE", None])
    check(features, recist_responded_c2=[1, 1, 0, 0, NAN, NAN], recist_responded_c4=[NAN] * 6)


def test_a_change_belongs_to_the_later_image():
    early = {
        feature.name
        for feature in MODALITIES["imaging"].features
        if max(CONTRACT[name].landmark for name in feature.columns) <= Landmark.c1
    }
    assert {"imaging_ftv_change_percent_c1", "recist_responded_c1"} <= early
    assert not {"imaging_ftv_change_percent_c2", "recist_responded_c2"} & early


def test_generic_columns():
    column = generic_column("expression_stat1_presurgery")
    assert (column.kind, column.modality) == ("number", "expression")
    assert column.landmark == Landmark.presurgery
    assert generic_column("genomic_c1_burden").landmark == Landmark.baseline


@pytest.mark.parametrize("name", ["expression_", "her2_ihcs", "c1"])
def test_a_name_of_no_modality(name):
    with pytest.raises(KeyError, match=name):
        find_column(name)


def test_find_column():
    assert find_column("her2_ihc") is CONTRACT["her2_ihc"]
    assert find_column("imaging_x").modality == "imaging"
