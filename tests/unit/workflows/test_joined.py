"""Screened and assigned in one pass: the same answers as one after the other."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from command_line import run
from neopcr.errors import ConfigError
from neopcr.workflows._assigned import Arm
from neopcr.workflows.assign import assign
from neopcr.workflows.screen import screen
from spec.spec_tables import read_spec

C2 = Arm(decision="c2", policy="c1_only")
ARM = {
    "ctdna_detected_baseline": "yes", "ctdna_detected_c1": "no", "pam_status": "altered",
    "recist_response_c2": "PR", "ctdna_mtm_per_ml_c1": "", "ctdna_assay": "",
}  # fmt: skip


def cohort(folder):
    cells = {row["column"]: row["value"] for row in read_spec("nct07239271_patient.txt")}
    changes = (
        {}, {"ecog": "2"}, {"ctdna_detected_c1": ""}, {"lvef_percent": "", "recist_response_c2": "SD"},
        {"ctdna_mtm_per_ml_c1": "900", "ctdna_assay": "tumour_informed"},
        {"her2_cep17_ratio": "0"}, {"pam_status": "magic"},
    )  # fmt: skip
    rows = [{"patient_id": f"p{i}", **cells, **ARM, **each} for i, each in enumerate(changes)]
    path = folder / "cohort.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def read(path):
    return pd.read_csv(path, keep_default_na=False, dtype=str).set_index("row")


def test_one_pass_says_what_two_say(tmp_path):
    source = cohort(tmp_path)
    result = screen("nct07239271", source, tmp_path / "both.csv", C2)
    screen("nct07239271", source, tmp_path / "screened.csv")
    assign(source, tmp_path / "assigned.csv", C2)
    both, screened, assigned = (
        read(tmp_path / f"{name}.csv") for name in ("both", "screened", "assigned")
    )
    rows = ["1", "2", "3", "4"]
    assert list(both.index) == rows
    assert list(both.columns) == [
        *screened.columns, *(f"c2_{name}" for name in assigned.columns if name != "patient_id"),
    ]  # fmt: skip
    pd.testing.assert_frame_equal(both[screened.columns], screened.loc[rows])
    of_arm = both.filter(regex="^c2_").rename(columns=lambda name: name.removeprefix("c2_"))
    pd.testing.assert_frame_equal(of_arm, assigned.loc[rows, of_arm.columns])
    assert both["eligible"].tolist() == ["met", "not_met", "met", "unknown"]
    assert both["c2_regimen"].tolist() == ["nab-PHP", "nab-PHP", "", "TCbHP"]
    assert result.data["rules"] == {
        "ctdna_contradiction:ctdna_detected_c1": 1, "not_above_zero:her2_cep17_ratio": 1,
        "unknown_category:pam_status": 1,
    }  # fmt: skip


def test_the_manifest_and_both_pages_account_for_every_row(tmp_path):
    result = screen("nct07239271", cohort(tmp_path), tmp_path / "both.csv", C2)
    manifest = json.loads((tmp_path / "both.csv.manifest.json").read_text())
    assert (manifest["rows"], manifest["answered"], manifest["rejected"]) == (7, 4, 3)
    assert sum(manifest["counts"]["eligible"].values()) == 4
    assert sum(manifest["counts"]["c2_status"].values()) == 4
    assert (manifest["trial"], manifest["c2"]["ctdna_policy"]) == ("nct07239271", "c1_only")
    assert [line for line in result.lines if "4 assigned (3 decided, 1 open), 3 rejected" in line]
    assert "I2 ECOG" in (tmp_path / "both.csv.html").read_text()
    assert "4 patients at c2" in (tmp_path / "both.csv.c2.html").read_text()


def test_only_the_trial_with_an_adaptive_arm_assigns(tmp_path):
    with pytest.raises(ConfigError, match="nct02286843 has no adaptive arm here"):
        screen("nct02286843", cohort(tmp_path), tmp_path / "out.csv", C2)


def test_the_command_line_takes_the_arm(tmp_path):
    words = f"screen nct07239271 {cohort(tmp_path)} -o {tmp_path / 'out.csv'}"
    assert run(f"{words} --assign-at c4 --ctdna-policy baseline_or_c1").exit_code == 0
    assert "c4_regimen" in read(tmp_path / "out.csv").columns
    assert run(words).exit_code == 0
    assert "c4_regimen" not in read(tmp_path / "out.csv").columns
