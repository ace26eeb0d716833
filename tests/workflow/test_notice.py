"""Every output of a trial's or a study's analysis says that it is not a treatment recommendation."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow.parquet as pq
import pytest

from command_line import run

COHORT = pd.DataFrame(
    {
        "patient_id": [f"p{number}" for number in range(40)],
        "her2_ihc": ["3+", "2+"] * 20,
        "her2_ish": ["", "positive"] * 20,
        "her2_cep17_ratio": [3.0, 8.0] * 20,
        "pcr": [0, 0, 1, 1] * 10,
        "surgery_date": "2020-01-01",
        "recurrence_date": ["", "", "2021-01-01", ""] * 10,
        "last_followup_date": "2022-01-01",
    }
)
LESIONS = pd.DataFrame(
    {"patient_id": ["a", "b"], "lesion_id": 1, "reader1_score": 5, "reader2_score": [4, 1]}
)
COMMANDS = {
    "screen nct07239271 cohort.csv -o out/a.parquet": ("a.parquet.manifest.json", "a.parquet.html"),
    "screen nct07239271 cohort.csv -o out/b.csv --assign-at c2": (
        "b.csv.manifest.json", "b.csv.html", "b.csv.c2.html",
    ),
    "assign cohort.csv --at c4 -o out/c.csv": ("c.csv.manifest.json", "c.csv.html"),
    "simulate-trial --everoht-log-odds 0.4 --trials 2 -n 200 -o out/d": (
        "d/result.json", "d/report.html",
    ),
    "prognosis cohort.csv -o out": ("prognosis.json", "prognosis.html"),
    "compare cohort.csv -o out": ("compare.json", "compare.html"),
    "pet lesions.csv -o out": ("pet.json", "pet.html"),
}  # fmt: skip
SAYS = "treatment recommendation"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.split(" -")[0])
def test_the_console_the_json_and_the_page_say_so(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    COHORT.to_csv("cohort.csv", index=False)
    LESIONS.to_csv("lesions.csv", index=False)
    done = run(command)
    assert done.exit_code == 0, done.output
    assert SAYS in done.stdout
    for name in COMMANDS[command]:
        text = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert SAYS in (json.loads(text)["notice"] if name.endswith(".json") else text), name
    if (tmp_path / "out" / "a.parquet").exists():
        assert SAYS in str(pq.read_schema(tmp_path / "out" / "a.parquet").metadata)
