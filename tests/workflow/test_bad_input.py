"""Configs and training tables that are refused: one sentence, an exit code, nothing left behind.

Every identifier of the cohort, and every odd cell, begins with a canary that must not come out.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from bad_place import Change, Edit, put
from command_line import CANARY, refused_apart, run


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda c: c.update(modalites=["her2"]),
            "unknown key 'modalites'; did you mean 'modalities'?",
        ),
        (
            lambda c: c["resampling"].update(outer_fold=3),
            "unknown key 'resampling.outer_fold'; did you mean 'outer_folds'?",
        ),
        (lambda c: c.update(zz9=1), "unknown key 'zz9'. Remove it."),
        (lambda c: c.update(landmarks=["c9"]), "a landmark is one of baseline, c1, c2"),
        (lambda c: c.update(landmarks=[1]), "a landmark is one of baseline, c1, c2"),
        (lambda c: c.update(landmarks=[]), "landmarks: one name or more is needed"),
        (lambda c: c.update(members=[]), "members: one name or more is needed"),
        (lambda c: c.update(modalities=["her2", "her2"]), "none of them twice"),
        (lambda c: c.update(modalities=["her3"]), "unknown modality 'her3'. Known: clinical, her2"),
        (lambda c: c.update(seed=-1), "seed: Input should be greater than or equal to 0"),
        (lambda c: c.update(name="Of Mine"), "name: String should match pattern"),
        (lambda c: c.pop("cohort"), "cohort: Field required"),
        (
            lambda c: c["cohort"]["patients"].update(columns={"her2_ihcc": "her2_ihc"}),
            "columns.her2_ihcc is not a column that can be mapped",
        ),
        (
            lambda c: c["cohort"].update(keep=[{"column": "no_such", "equals": 1, "reason": "x"}]),
            "keep asks for column 'no_such'",
        ),
        (lambda c: c.update(subgroups=["no_such"]), "subgroups: 'no_such' is no category"),
        (lambda c: c.update(subgroups=["age_years"]), "subgroups: 'age_years' is no category"),
    ],
)
def test_a_config_that_is_not_understood(place, change, says):
    place.change(change)
    assert says in place.refused("train quick.yaml", 10)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"- a\n- b\n", "a config is a mapping of keys to values"),
        (b"", "a config is a mapping of keys to values"),
        (b"name: [\n", "not a readable YAML file (line 2)"),
        (b"name: 2024-13-45\n", "not a readable YAML file"),
        (b"\x89PNG\xff\x00\x01", "not a readable YAML file"),
    ],
)
def test_a_file_that_is_no_config(place, content, says):
    Path("quick.yaml").write_bytes(content)
    assert says in place.refused("train quick.yaml", 10)


def test_a_config_that_is_not_there_or_lacks_what_is_asked_for(place):
    assert "no-such.yaml: there is no such config" in place.refused("train no-such.yaml", 10)
    place.change(lambda c: c.pop("external"))
    for words in ("assemble quick.yaml --external -o x.csv",
                  "validate models/quick-c1 quick.yaml -o out"):  # fmt: skip
        assert "there is no `external` block" in place.refused(words, 10)


def outcomes(events: int) -> Edit:
    """Leave so many patients with pCR."""

    def edit(table: pd.DataFrame) -> None:
        table["pcr"] = ["1"] * events + ["0"] * (len(table) - events)

    return edit


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (
            put("ki67_percent", f"{CANARY} %", range(6, 36)),
            "ki67_percent must be a number, but 30 of NNN rows do not (first at row 7). Correct",
        ),
        (
            put("her2_cep17_ratio", "612.25", range(4, 44)),
            "her2_cep17_ratio must lie in [0, 50], but 40 of NNN rows do not (first at row 5). Cor",
        ),
        (
            put("her2_ihc", CANARY, range(30)),
            "her2_ihc must be one of 0, 1+, 2+, 3+, but 30 of 300 rows do not (first at row 1). Cor",
        ),
        (
            put("first_dose_date", f"{CANARY}-13-45", range(1, 21)),
            "first_dose_date must be a date like 2024-03-09, but 20 of 300 rows do not (first at row 2)",
        ),
        (
            put("pcr", f"{CANARY}", range(20)),
            "pcr must be one of the outcome's values, but 20 of NNN rows do not (first at row 1). Add",
        ),
        (
            lambda table: pd.concat([table, table.iloc[[7, 9]]]),
            "patient_id must be unique, but 4 of 302 rows do not (first at row 8). Keep one row",
        ),
        (
            lambda table: table.drop(columns="patient_id"),
            "patients.csv: it needs column(s) ['patient_id'], which are not in its header",
        ),
        (
            lambda table: table.drop(columns="pcr"),
            "patients.csv: the outcome's column is not in its header",
        ),
        (outcomes(0), "have residual disease, and one class cannot be learned"),
        (outcomes(300), "have pCR, and one class cannot be learned"),
        (
            outcomes(19),
            "needs at least 20 patients with pCR and 20 without, but there are 19 and NNN. Use",
        ),
        (
            lambda table: table.assign(tumor_diameter_mm="3" + table["pcr"]),
            "'tumor_diameter_mm' is refused: alone it separates the outcome",
        ),
        (lambda table: table.drop(columns="centre"), "centre: folds are grouped by it, but"),
    ],
)
def test_a_training_table_that_breaks_the_contract(place, edit, says):
    place.edit("trial/patients.csv", edit)
    said = place.refused("train quick.yaml", 11)
    assert re.search(re.escape(says).replace("NNN", r"\d+"), said), said


@pytest.mark.parametrize("name", ["trial/patients.csv", "trial/ctdna.csv", "trial/gene_panel.csv"])
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "there is no such file"),
        (b"", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00" + bytes(range(256)) * 9, "it holds NUL bytes"),
        (CANARY.encode("utf-16"), ""),
        (f"a,b\n{CANARY}\xe9,1\n".encode("latin-1"), ""),
        # Without a header the first patient stands in its place.
        (f"{CANARY},{CANARY},54\n{CANARY},2,3\n".encode(), "columns 1 and 2 have the same header"),
        (f"{CANARY},54,3\n{CANARY}-2,55,2\n".encode(), "header"),
    ],
)
def test_a_file_that_is_no_table(place, name, content, says):
    path = Path(name)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    said = place.refused("train quick.yaml", 11)
    assert name in said
    assert says in said


def test_rows_that_do_not_fit_and_quotes_that_stay_open_are_counted_and_not_quoted(place):
    path = Path("trial/patients.csv")
    whole = path.read_text()
    path.write_text(f"{whole}{CANARY},1\n")
    assert "1 do not have them (first at row 301)" in place.refused("train quick.yaml", 11)
    path.write_text(f'{whole}"{CANARY}')
    assert "a quotation mark is opened and never closed" in place.refused("train quick.yaml", 11)
    path.write_text(whole.splitlines()[0] + "\n")
    assert "it has no rows" in place.refused("train quick.yaml", 11)


def named(header: str, column: str, landmark: str = "baseline") -> Change:
    """Name one column, at one landmark."""

    def change(content: dict) -> None:
        content["landmarks"] = [landmark]
        content["cohort"]["patients"]["columns"] = {column: header}

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (named("no_such_header", "age_years"), "needs column(s) ['no_such_header'], which are not"),
        (
            named("regimen_given_to_c2", "regimen_given_to_c2"),
            "'regimen_given_to_c2' is refused: it is known only from landmark c2, and the latest",
        ),
        (
            named("ftv", "imaging_ftv_cc_c4", "c2"),
            "'imaging_ftv_cc_c4' is refused: it is known only from landmark c4",
        ),
        (
            named("RCB.score", "imaging_x"),
            "'RCB.score' is refused: its name says that it is derived",
        ),
        (named("pcr", "imaging_x"), "'pcr' is refused: its name says that it is derived"),
        (named("age_years", "imaging_residual_size"), "'imaging_residual_size' is refused"),
        (
            lambda c: c["cohort"]["imaging"].update(columns={"imaging_ftv_cc_c4": "x"}),
            "'imaging_ftv_cc_c4' is refused: it is known only from landmark c4",
        ),
        (
            lambda c: c["cohort"].update(
                keep=[{"column": "ctdna_detected_presurgery", "equals": 0, "reason": "x"}]
            ),
            "'ctdna_detected_presurgery' is refused: it is known only from landmark presurgery",
        ),
        (
            lambda c: c["cohort"].update(
                keep=[{"column": "her2_ihc", "equals": "0", "reason": "none like this"}]
            ),
            "no patient is left of 300 (the last were left out at: none like this)",
        ),
        (lambda c: c["cohort"]["outcome"].update(reached=["yes"]), "must be one of the outcome's"),
        (lambda c: c["resampling"].update(outer_folds=40), "40 folds need 40 "),
        (lambda c: c["cohort"]["patients"].update(path="public:no/x.csv"), "no: there is no such"),
        (lambda c: c["cohort"]["patients"].update(path="trial"), "trial: there is no such file"),
        (
            lambda c: c["cohort"]["patients"].update(path="trial/mutations.xlsx"),
            "there is no such file",
        ),
    ],
)
def test_columns_and_files_that_a_config_may_not_name(place, change, says):
    place.change(lambda c: c["cohort"].setdefault("outcome", {}))
    place.change(change)
    assert says in place.refused("train quick.yaml", 11)


def test_fewer_bad_rows_go_to_the_rejects_and_the_flow(place):
    """By row, column and rule; no value and no identifier comes out, whatever is written."""
    place.edit("trial/patients.csv", put("ki67_percent", f"{CANARY} %", range(6, 9)))
    place.change(
        lambda c: c.update(
            landmarks=["baseline"],
            members=["elastic_net"],
            modalities=["clinical", "receptors"],
            resampling={"outer_folds": 2, "repeats": 1, "inner_folds": 2, "trials": 1},
        )
    )
    done = run("train quick.yaml -o out --models fitted")
    assert done.exit_code == 0, done.output
    assert Path("out/rejects.csv").read_text() == (
        "row,column,rule\n" + "".join(f"{row},ki67_percent,not_a_number\n" for row in (7, 8, 9))
    )
    assert "rows that break the data contract" in Path("out/report.html").read_text()
    written = [path for part in ("out", "fitted") for path in Path(part).rglob("*")]
    assert sorted(path.name for path in written if path.is_file()) == [
        "SHA256SUMS", "bundle.json", "model_card.md", "rejects.csv", "report.html", "trees.json",
    ]  # fmt: skip
    assert not any(CANARY.encode() in path.read_bytes() for path in written if path.is_file())
    assert CANARY not in done.output


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ("simulate --preset nct07239272 -o out", 2, "nct07239271"),
        ("simulate --preset zzz -o out", 2, "ma2025"),
        ("screen nct0 new.csv -o out.csv", 10, "unknown trial 'nct0'. Known: nct07239271"),
        ("data get transneon", 11, "transneo"),
    ],
)
def test_a_name_that_is_not_known(place, words, code, says):
    assert says in place.refused(words, code)


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ("train no-such.yaml", 10, "there is no such config"),
        ("train quick.yaml", 11, "patient_id must be unique, but 2 of 301 rows"),
        ("score models/nothing new.csv -o out.csv", 12, "there is no bundle here"),
        ("score models/quick-c1 new.csv -o new.csv", 13, "Choose another target"),
    ],
)
def test_a_process_says_the_same(place, words, code, says):
    place.edit("trial/patients.csv", lambda table: pd.concat([table, table.iloc[[7]]]))
    assert says in refused_apart(words.split(), code, place.folder)
