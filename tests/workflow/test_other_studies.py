"""Studies that lack what the simulated one has: dates, a named regimen, a second landmark, columns."""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from command_line import run
from neopcr.workflows import fetch

TINY = {
    "modalities": ["clinical", "receptors", "regimen"],
    "members": ["elastic_net"],
    "resampling": {"outer_folds": 2, "repeats": 1, "inner_folds": 2, "trials": 1},
    "tracking": {"enabled": False},
}


def config(folder: Path, columns: dict, **more: object) -> None:
    """Write a config on the study's patients that maps these columns alone."""
    content = TINY | {
        "name": "small",
        "landmarks": ["c1"],
        "subgroups": ["arm", "hr_positive"],
        "cohort": {
            "patients": {"path": str(folder / "trial" / "patients.csv"), "columns": columns}
        },
        "external": {"path": str(folder / "new" / "patients.csv")},
        **more,
    }
    Path("small.yaml").write_text(yaml.safe_dump(content))


def done(words: str) -> dict:
    found = run(f"{words} --json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def test_what_was_taken_for_granted_is_said(study, tmp_path, monkeypatch):
    """No dates, so nobody knows who was still on therapy; components, so no regimen has a name."""
    monkeypatch.chdir(tmp_path)
    recode = {"TCbHP": 1, "nab-PHP": 0}
    columns = {
        "age_years": "age_years",
        "er_percent": "er_percent",
        "ki67_percent": "ki67_percent",
        "arm": "arm",
        "regimen_platinum": {"source": "regimen_assigned", "recode": recode},
    }
    config(study.folder, columns)
    done("train small.yaml -o out")
    page = Path("out/report.html").read_text()
    assert "Whether patients were still on therapy at the landmark was not assessed." in page
    assert "The cohort names no regimen." in page
    assert "arm: experimental" in page
    assert "hr_positive: yes" in page
    assert "What each landmark adds" not in page

    fewer = {name: columns[name] for name in ("age_years", "arm", "er_percent")}
    config(study.folder, fewer)
    data = done("validate models/small-c1/1 small.yaml -o validated")
    assert data["performance"][0]["n"] == 148
    page = Path("validated/report.html").read_text()
    lacking = "The cohort lacks columns the model was trained with: ki67_percent, regimen_platinum."
    assert lacking in page


def test_an_external_cohort_without_whole_modalities_is_examined_all_the_same(place):
    place.change(lambda c: c.update(external={"path": "new/patients.csv"}))
    data = done("validate models/quick-c1 quick.yaml -o out")
    estimates = {one["name"]: one for one in data["performance"] if one["group"] == "all"}
    assert 0.5 < estimates["auroc"]["value"] < 0.9
    page = Path("out/report.html").read_text()
    [lacking] = re.findall(r"The cohort lacks columns the model was trained with: ([^.]*)", page)
    assert {"ctdna_detected_c1", "imaging_ftv_cc_baseline", "pik3ca_status"} <= set(
        lacking.split(", ")
    )


def test_a_trial_is_simulated_from_the_command_line(tmp_path):
    data = done(f"simulate -n 40 --seed 3 --preset ma2025 --complete -o {tmp_path}/trial")
    assert data["files"] == sorted(path.name for path in (tmp_path / "trial").iterdir())
    assert (tmp_path / "trial" / "patients.csv").read_text().count("\n") == 41


def test_a_public_cohort_is_named_with_its_licence(monkeypatch):
    monkeypatch.setattr(fetch, "get", lambda _: [Path("transneo/a.csv"), Path("transneo/b.csv")])
    found = run("data get transneo")
    assert found.exit_code == 0
    assert found.stdout.splitlines()[:2] == ["transneo/a.csv", "transneo/b.csv"]
    assert "local analysis only" in found.stdout or "icence" in found.stdout
