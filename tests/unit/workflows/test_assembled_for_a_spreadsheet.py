"""What a spreadsheet would run is escaped in an assembled csv, and how much is told."""

from __future__ import annotations

import pytest

from neopcr.workflows.assemble import assemble


@pytest.mark.parametrize(
    ("name", "identifier", "escaped"),
    [("o.csv", "=1+1", 1), ("o.csv", "P1", 0), ("o.parquet", "=1+1", 0)],
)
def test_what_is_escaped_is_counted(tmp_path, monkeypatch, name, identifier, escaped):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "patients.csv").write_text(f"patient_id,age_years\n{identifier},44\nP2,45\n")
    told = assemble(tmp_path / "patients.csv", tmp_path / name)
    assert told.data["escaped_cells"] == escaped
    assert any("what a spreadsheet would run" in line for line in told.lines) == bool(escaped)
