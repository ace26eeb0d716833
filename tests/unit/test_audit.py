"""make audit: the bill of materials, and what is said of its look-up."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

import neopcr

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def audit():
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def written(audit, tmp_path, monkeypatch):
    """What a run writes where no database can be reached."""
    monkeypatch.setattr(audit, "looked_up", lambda _lock: ("", "a connection failed"))
    target = tmp_path / "dist" / "sbom.json"
    assert audit.main(ROOT / "requirements.lock", target) == 0
    return json.loads(target.read_text())


def test_the_bill_lists_what_runs_with_us_and_not_what_builds_us(written):
    assert (written["bomFormat"], written["specVersion"]) == ("CycloneDX", "1.6")
    own = written["metadata"]["component"]
    assert (own["name"], own["version"]) == ("neopcr", neopcr.__version__)
    names = {one["name"]: one for one in written["components"]}
    assert {"numpy", "xgboost", "mlflow", "pyarrow", "starlette"} <= set(names)
    assert not {"pytest", "ruff", "pip-audit", "neopcr"} & set(names)
    assert names["numpy"]["purl"].startswith("pkg:pypi/numpy@")


def test_every_package_is_locked_in_that_version(written):
    lock = (ROOT / "requirements.lock").read_text()
    other = [
        each for each in written["components"] if f"\n{each['name']}=={each['version']}" not in lock
    ]
    # What an older Python needs beside, and pip, are not everywhere.
    assert len(other) <= 2, other


def test_who_needs_whom_is_told(written):
    needs = {one["ref"]: one.get("dependsOn", []) for one in written["dependencies"]}
    own = needs[written["metadata"]["component"]["bom-ref"]]
    assert any(each.startswith("pkg:pypi/numpy@") for each in own)
    assert set(own) <= {one["bom-ref"] for one in written["components"]}


def test_a_known_fault_is_told_and_fails(audit, monkeypatch, tmp_path, capsys):
    vulns = [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]
    found = {"dependencies": [{"name": "a", "version": "1.0", "vulns": vulns},
                              {"name": "b", "version": "2.0", "vulns": []},
                              {"name": "c", "skip_reason": "not found"}]}  # fmt: skip
    monkeypatch.setattr(audit, "looked_up", lambda _lock: (json.dumps(found), ""))
    assert audit.main(tmp_path / "lock", tmp_path / "sbom.json") == 1
    said = capsys.readouterr().out
    assert "1 packages have known faults; 1 are not in the database:" in said
    assert "  a 1.0: PYSEC-1, mended in ['1.1']" in said


@pytest.mark.parametrize("answer", ["", '{"dependencies": [{"name": "c", "skip_reason": "x"}]}'])
def test_no_database_is_no_fault_and_no_clean_bill(audit, answer):
    faults, said = audit.told(answer, "down")
    assert faults == 0
    assert said.startswith("no vulnerability database could be reached: nothing was looked up")
