"""`neopcr agreement`: a file of reads in, figures and rates out."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from command_line import run
from neopcr.errors import ConfigError, TableError, TargetError
from neopcr.oncology.assay_error import AssayError, perturb
from neopcr.report.agreement_page import figure
from neopcr.validation.agreement import Agreement
from neopcr.workflows.agreement import agreement, read_assay_error


def ring(n=60, readers=3, who="reader"):
    rng = np.random.default_rng(2)
    true = {
        "her2_ihc": rng.integers(0, 4, n).astype(np.int16),
        "her2_cep17_ratio": np.exp(rng.normal(0.8, 0.5, n)),
        "ki67_percent": 2.0 ** rng.normal(4, 0.7, n).clip(0, 6),
        "er_percent": rng.choice([0.0, 5.0, 60.0], n),
    }
    drawn = perturb(true, rng, n_draws=readers)
    parts = []
    for place in range(readers):
        part = pd.DataFrame({name: values[place] for name, values in drawn.items()})
        part["her2_ihc"] = np.array(["0", "1+", "2+", "3+"])[part["her2_ihc"]]
        part.insert(0, "case_id", [f"case {i}" for i in range(n)])
        part.insert(1, who, f"R{place}")
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


@pytest.fixture
def table():
    return ring()


def written(tmp_path, table):
    path = tmp_path / "reads.csv"
    table.to_csv(path, index=False)
    return path


def test_a_folder_holds_figures_rates_and_a_page(tmp_path, table):
    table["mood"] = "good"
    result = agreement(written(tmp_path, table), tmp_path / "out" / "ring")
    folder = tmp_path / "out" / "ring"
    assert {path.name for path in folder.iterdir()} == {
        "agreement.json", "assay_error.json", "report.html",
    }  # fmt: skip
    data = json.loads((folder / "agreement.json").read_text())
    assert (data["cases"], data["readers"], data["between"]) == (60, 3, "reader")
    items = {one["item"] for one in data["agreement"]}
    assert items >= {"her2_ihc", "her2_ihc: 3+ or not", "er_percent >= 1", "ki67_percent >= 20"}
    rates = read_assay_error(folder / "assay_error.json")
    assert rates == read_assay_error(folder / "agreement.json")
    assert rates.model_dump() == {**AssayError().model_dump(), **data["assay_error"]}
    assert rates != AssayError()
    page = (folder / "report.html").read_text()
    assert "60 cases, 3 readers" in page
    assert "not a medical device" in page
    assert "Fleiss" in page
    assert "case 1" not in page
    assert not re.findall(r"(?:src|href)=\"http", page)
    assert result.lines[0] == "60 cases, 3 readers"
    assert result.lines[-1] == "columns that are not of the contract, not used: mood"


def test_the_command_says_what_the_workflow_found(tmp_path, table):
    path = written(tmp_path, table)
    done = run(f"agreement {path} -o {tmp_path}/a.json --seed 3 --json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["cases"] == 60
    assert run(f"agreement {tmp_path}/none.csv -o {tmp_path}/b.json").exit_code == 11


def test_the_order_of_rows_does_not_matter(tmp_path, table):
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    agreement(written(tmp_path, table), first)
    agreement(written(tmp_path, table.sample(frac=1, random_state=0)), second)
    assert first.read_bytes() == second.read_bytes()
    assert set(tmp_path.iterdir()) == {tmp_path / "reads.csv", first, second}


def test_laboratories_where_no_reader_is_named_or_where_they_are_asked_for(tmp_path):
    one = agreement(written(tmp_path, ring(who="laboratory")), tmp_path / "a.json")
    assert one.data["between"] == "laboratory"
    both = ring()
    both["laboratory"] = both["reader"].map({"R0": "L0", "R1": "L1", "R2": "L1"})
    path = written(tmp_path, both[both["reader"] != "R2"])
    two = agreement(path, tmp_path / "b.json", between="laboratory")
    assert (two.data["between"], two.data["readers"]) == ("laboratory", 2)
    assert "cohen_kappa" in {one["statistic"] for one in two.data["agreement"]}
    with pytest.raises(
        TableError, match=r"a laboratory read a case twice, in 60 row\(s\), first row 121"
    ):
        agreement(written(tmp_path, both), tmp_path / "c.json", between="laboratory")


def test_booleans_categories_and_what_cannot_be_read(tmp_path, table):
    table["lymphovascular_invasion"] = "no"
    table["ki67_percent"] = table["ki67_percent"].astype(str)
    table.loc[0, "ki67_percent"] = "many"
    table["er_percent"] = table["er_percent"].astype(str)
    table.loc[4, "er_percent"] = "20-30%"
    table.loc[1, "her2_ihc"] = ""
    table.loc[2, "case_id"] = ""
    table.loc[3, "reader"] = ""
    table["pten_ihc_loss"] = np.where(np.arange(len(table)) % 2, "yes", "no")
    table["centre"] = "C"
    table["age_years"] = 50 + np.arange(len(table)) % 60
    result = agreement(written(tmp_path, table), tmp_path / "a.json")
    notes = result.data["notes"]
    assert "ki67_percent: 1 cell(s) not used (not_a_number)" in notes
    assert "er_percent: intervals, read as their middle: 1" in notes
    assert "rows without a case or a reader, not used: 2" in notes
    assert {"pten_ihc_loss"} <= {one["item"] for one in result.data["agreement"]}
    assert [one["statistic"] for one in result.data["agreement"] if one["item"] == "age_years"] == [
        "icc_2_1", "icc_3_1",
    ]  # fmt: skip
    ihc = next(one for one in result.data["agreement"] if one["item"] == "her2_ihc")
    assert ihc["cases"] == 57


def test_low_percents_that_say_they_are_are_no_fractions(tmp_path, table):
    table["er_percent"] = "<1%"
    result = agreement(written(tmp_path, table), tmp_path / "a.json")
    er = [one for one in result.data["agreement"] if one["item"] == "er_percent"]
    assert {one["value"] for one in er} == {None}


def test_few_cases_say_nothing_and_keep_the_defaults(tmp_path):
    result = agreement(written(tmp_path, ring(n=5)), tmp_path / "a.json")
    assert result.data["assay_error"] == {}
    assert all("too few to say" in line for line in result.lines[1:])
    assert read_assay_error(tmp_path / "a.json") == AssayError()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.drop(columns="case_id"), r"needs column\(s\) \['case_id'\]"),
        (lambda t: t.drop(columns="reader"), r"needs column\(s\) \['laboratory'\]"),
        (lambda t: t[t["reader"] == "R0"], "two readers or more"),
        (lambda t: t[["case_id", "reader"]], "no column of it is an item"),
        (lambda t: t.assign(ki67_percent=0.2), "'ki67_percent' is in percent"),
        (lambda t: pd.concat([t, t[:2]]), r"read a case twice, in 2 row\(s\), first row 181"),
    ],
)
def test_files_that_are_refused(tmp_path, table, change, words):
    path = written(tmp_path, change(table))
    with pytest.raises(TableError, match=words) as caught:
        agreement(path, tmp_path / "a.json")
    assert "case 1" not in str(caught.value)
    assert not (tmp_path / "a.json").exists()


def test_the_output_may_not_be_the_input(tmp_path, table):
    path = tmp_path / "reads.parquet"
    table.to_parquet(path)
    with pytest.raises(TargetError):
        agreement(path, path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "readable JSON"),
        ("[]", "no rates"),
        ('{"ihc_9": 1}', "ihc_9"),
        ('{"er_flip": 2}', "er_flip"),
    ],
)
def test_rates_that_are_refused(tmp_path, content, words):
    path = tmp_path / "rates.json"
    path.write_text(content)
    with pytest.raises(ConfigError, match=words):
        read_assay_error(path)
    with pytest.raises(ConfigError, match="readable JSON"):
        read_assay_error(tmp_path / "none.json")


def test_a_figure_is_written_with_its_interval_where_it_has_one():
    one = Agreement(
        item="her2_ihc", statistic="", definition="", value=0.5, lower=None, upper=None, cases=9,
        readers=2, method="",
    )  # fmt: skip
    assert figure(one) == "0.500"
    assert figure(replace(one, lower=-0.1, upper=0.9)) == "0.500 (\N{MINUS SIGN}0.100 to 0.900)"
