"""The configs of the public cohorts: every column reads, and the known counts come out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from neopcr.cohort.build import build_cohort
from neopcr.config import read_config
from neopcr.modalities import MODALITIES, find_column
from neopcr.specs import Landmark

CONFIGS = Path(__file__).parents[3] / "configs"


def training(name, data_dir, monkeypatch):
    monkeypatch.setenv("NEOPCR_DATA_DIR", str(data_dir))
    config = read_config(CONFIGS / f"{name}.yaml")
    cohort, problems = build_cohort(
        config.cohort, find_column, landmark=Landmark.baseline, mode="train", base=Path()
    )
    assert problems == ()
    return cohort


@pytest.mark.parametrize(("name", "n_columns"), [("transneo", 33), ("ispy2", 5), ("ispy1", 5)])
def test_every_mapped_column_is_of_a_modality_the_config_asks_for(name, n_columns):
    config = read_config(CONFIGS / f"{name}.yaml")
    columns = [find_column(column) for column in config.cohort.patients.columns]
    assert len(columns) == n_columns
    assert {column.modality for column in columns} == set(config.modalities) <= set(MODALITIES)
    assert all(column.landmark is Landmark.baseline for column in columns)


@pytest.mark.data
def test_transneo(data_dir, monkeypatch):
    cohort = training("transneo", data_dir, monkeypatch)
    # Sammut et al., Nature 601 (2022) 623: 147 patients, 38 pCR, 55 HER2 positive.
    assert (len(cohort.pcr), cohort.pcr.sum()) == (147, 38)
    assert (cohort.table["her2_status"] == 1).sum() == 55
    assert (cohort.table["pik3ca_status"] == 1).sum() == 38
    assert not any(np.isnan(v).any() for v in cohort.table.values() if v.dtype.kind == "f")


@pytest.mark.data
def test_ispy2(data_dir, monkeypatch):
    cohort = training("ispy2", data_dir, monkeypatch)
    assert (len(cohort.pcr), cohort.pcr.sum()) == (982, 316)
    positive = cohort.table["her2_status"] == 1
    assert (positive.sum(), cohort.pcr[positive].sum()) == (242, 111)
    assert np.isnan(cohort.table["age_years"]).sum() == 3
    volume = cohort.table["imaging_tumor_volume_mm3"]
    assert np.isnan(volume).sum() == 2
    # 42,423 voxels of 0.6055 x 0.6055 x 2 mm in the file's first row.
    assert volume[0] == pytest.approx(42423 * 0.6055**2 * 2)


@pytest.mark.data
def test_ispy1(data_dir, monkeypatch):
    cohort = training("ispy1", data_dir, monkeypatch)
    # 221 patients, six of them without surgery.
    assert cohort.flow[0].remaining == 221
    assert (len(cohort.pcr), cohort.pcr.sum()) == (215, 58)
    assert (cohort.table["her2_status"] == 1).sum() == 66
    assert np.isnan(cohort.table["tumor_diameter_mm"]).sum() == 2
