"""The MAF means what the truth says, read by the rules of the pathway."""

from __future__ import annotations

import numpy as np
import pytest

from neopcr.oncology.pam import call_variants, tier_genes
from neopcr.oncology.pam_status import gene_statuses, pathway_status
from neopcr.simulation import Design, simulate


@pytest.fixture(scope="module")
def complete():
    return simulate(n=1500, seed=2, complete=True)


def _statuses(trial):
    maf = trial.files["mutations.maf"].to_pandas()
    maf = maf[maf["FILTER"] == "PASS"]
    ids = {name: row for row, name in enumerate(trial.truth["patient_id"].to_pylist())}
    calls = call_variants(
        *(
            maf[name].to_numpy(dtype=object)
            for name in ("Hugo_Symbol", "Variant_Classification", "HGVSp_Short")
        )
    )
    patient = maf["Tumor_Sample_Barcode"].map(ids).to_numpy()
    covered = np.ones((len(ids), len(tier_genes())), dtype=bool)
    return gene_statuses(calls, patient, covered, covered[:, 0])


def test_a_complete_maf_tells_who_is_altered(complete):
    statuses = _statuses(complete)
    truth = complete.truth
    for column, gene in enumerate(tier_genes()):
        np.testing.assert_array_equal(statuses[:, column], truth[gene.lower()].to_numpy())
    np.testing.assert_array_equal(pathway_status(statuses), truth["pam"].to_numpy())


def test_every_true_variant_can_be_seen_in_a_complete_maf(complete):
    maf = complete.files["mutations.maf"].to_pandas()
    assert (maf["t_alt_count"] / maf["t_depth"]).min() >= 0.05
    assert (maf["t_depth"] >= 50).all()
    assert (maf["t_ref_count"] + maf["t_alt_count"] == maf["t_depth"]).all()


def test_a_maf_also_holds_what_does_not_count(complete):
    maf = complete.files["mutations.maf"].to_pandas()
    assert {"TP53", "ERBB2"} <= set(maf["Hugo_Symbol"])
    assert {"Silent", "Nonsense_Mutation"} <= set(
        maf.loc[maf["Hugo_Symbol"] == "PIK3CA", "Variant_Classification"]
    )
    assert "panel_of_normals" in set(maf["FILTER"])


def test_nobody_has_a_call_in_a_gene_the_panel_lacks():
    trial = simulate(n=3000, seed=3, design=Design(n_centres=40))
    panel = trial.files["gene_panel.csv"].to_pandas().set_index("patient_id")
    maf = trial.files["mutations.maf"].to_pandas()
    genes = panel["genes"].reindex(maf["Tumor_Sample_Barcode"])
    assert genes.notna().all()
    assert all(
        gene in listed.split(";") for gene, listed in zip(maf["Hugo_Symbol"], genes, strict=True)
    )
    assert panel["genes"].nunique() == 2
    assert panel["tumour_purity"].between(0, 1).all()
