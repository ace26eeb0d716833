"""What is planted in a cohort is found nowhere but where it belongs, after every command.

Identifiers, free text, dates and rare numbers are planted; every command of the command line is run
on them, once on files it can use and once on one that it must refuse; then everything that it said and
wrote is searched.
"""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import typer
import yaml

from command_line import CANARY, environment, program, run
from figure_marks import most_marks, numbers
from key_pair import key_pair
from neopcr import tracking
from neopcr.cli import app
from neopcr.simulation import simulate, write_trial
from neopcr.workflows import _tracked

if TYPE_CHECKING:
    from neopcr.report import Drawing
    from neopcr.workflows._trained import Trained

PLACE = "QQPLACE9"
"""Begins the folders and files that are named on the command line."""
DATE = "2087-03-19"
NUMBERS = ("97.125", "41.0625")
"""Of one patient each: an age and a ratio."""
SCRIPT = f"<script>alert('{PLACE[:2]}')</script>"
OFF_LIMITS = (CANARY, DATE)
SHY = (*OFF_LIMITS, *NUMBERS)


@dataclass(frozen=True)
class Use:
    """How a command is run here.

    Parameters
    ----------
    words : str
        On files that it can use; ``@`` is their folder.
    refused : str
        On a file that it must refuse; empty where it reads no cohort.
    holds : tuple of str
        Names of written files in which identifiers, dates and numbers belong.
    codes : tuple of int
        Exit codes of `words`.
    """

    words: str
    refused: str = ""
    holds: tuple[str, ...] = ()
    codes: tuple[int, ...] = (0,)


MODEL = "models/planted-c1"
REGISTERED = "models:/planted-c1@candidate"
USES: dict[str, tuple[Use, ...]] = {
    "simulate": (Use("simulate -n 30 -o drawn", holds=("patients.csv", "truth.parquet")),),
    "data get": (),  # reads nothing of the user's
    "assemble": (
        Use("assemble @/planted.yaml --external -o joined.parquet", "assemble @/broken.csv -o o.csv",
            holds=("joined.parquet",)),
        Use("assemble @/planted.yaml -o joined.csv", "assemble @/broken.yaml -o o.csv",
            holds=("joined.csv",)),
    ),
    "check": (
        Use("check @/planted.yaml -o checked", "check @/broken.csv -o no", codes=(11,)),
        Use("check @/new.csv -o checked_new", "check @/broken.yaml -o no", codes=(0, 11)),
    ),
    "train": (
        Use("train @/planted.yaml -o trained", "train @/broken.yaml -o no --models no"),
    ),
    "validate": (
        Use("validate models/planted-c1 @/planted.yaml -o validated",
            f"validate {MODEL} @/broken.yaml -o no"),
        Use(f"validate {MODEL} @/planted.yaml -o beside --against @/rival.csv",
            f"validate {MODEL} @/planted.yaml -o no --against @/broken.csv"),
    ),
    "explain": (
        Use(f"explain {MODEL} @/new.csv -o explained", f"explain {MODEL} @/broken.csv -o no"),
        Use(f"explain {MODEL} @/new.csv -o one --patient {CANARY}-0000009",
            f"explain {MODEL} @/new.csv -o no --patient {CANARY}-none"),
    ),
    "recalibrate": (
        Use(f"recalibrate {MODEL} @/new.csv -o child",
            f"recalibrate {MODEL} @/broken.csv -o no"),
    ),
    "score": (
        Use(f"score {MODEL} @/new.csv -o scores.csv --report page.html",
            f"score {MODEL} @/broken.csv -o no.csv --report no.html", holds=("scores.csv",)),
        Use(f"score {MODEL} @/new.csv -o scores.parquet --report ids.html --with-ids",
            f"score {MODEL} @/noid.csv -o no.csv", holds=("scores.parquet", "ids.html")),
        Use(f"score {REGISTERED} @/new.csv -o registered.csv --report registered.html",
            f"score {REGISTERED} @/broken.csv -o no.csv", holds=("registered.csv",)),
    ),
    "monitor": (
        Use(f"monitor {MODEL} @/new.csv -o watched --outcomes",
            f"monitor {MODEL} @/broken.csv -o no", codes=(0, 20, 21)),
    ),
    "prognosis": (
        Use("prognosis @/new.csv -o followed --by her2_ihc", "prognosis @/broken.csv -o no"),
    ),
    "compare": (
        Use("compare @/new.csv -o compared --by her2_ihc", "compare @/broken.csv -o no"),
    ),
    "pet": (Use("pet @/lesions.csv -o lesions", "pet @/broken.csv -o no"),),
    "screen": (
        Use("screen nct07239271 @/new.csv -o screened.csv",
            "screen nct07239271 @/broken.csv -o no.csv", holds=("screened.csv",)),
    ),
    "assign": (
        Use(f"assign @/new.csv --at c2 -o assigned.csv --bundle {MODEL}",
            "assign @/broken.csv --at c2 -o no.csv", holds=("assigned.csv",)),
    ),
    "simulate-trial": (
        Use("simulate-trial -n 40 --trials 5 --everoht-log-odds 0.5 -o arms", codes=(0,)),
    ),
    "agreement": (
        Use("agreement @/reads.csv -o agreed", "agreement @/broken.csv -o no"),
    ),
    "bundle inspect": (Use(f"bundle inspect {MODEL}", "bundle inspect @"),),
    "bundle sign": (Use(f"bundle sign {MODEL} --key @/ours.pem",
                        f"bundle sign {MODEL} --key @/broken.csv"),),
    "bundle verify": (Use(f"bundle verify {MODEL} --key @/ours.pub",
                          f"bundle verify {MODEL} --key @/broken.csv"),),
}  # fmt: skip


def commands(group: Any = None, way: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command of the command line, as it is called."""
    group = group or typer.main.get_command(app)
    for name, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from commands(one, (*way, name))
        else:
            yield " ".join((*way, name))


def test_every_command_is_run_here():
    missing = sorted(set(commands()) - set(USES))
    assert not missing, f"say how {missing} is run here: add it to USES"
    assert set(USES) <= set(commands())


def plant(table: pd.DataFrame, first: int) -> pd.DataFrame:
    """Put canaries into cells: identifiers, free text, cells that cannot be read, dates, numbers."""
    table["patient_id"] = [f"{CANARY}-{number:07d}" for number in range(first, first + len(table))]
    table["note"] = f"{CANARY} told us on {DATE} that"
    table["birth_date"] = DATE
    table["ki67_percent"] = table["ki67_percent"].astype(object)
    table.loc[table.index[[2, 3]], "ki67_percent"] = f"{CANARY} %"
    table["her2_ihc"] = table["her2_ihc"].astype(object)
    table.loc[table.index[4], "her2_ihc"] = f"{CANARY} 4+"
    table["surgery_date"] = table["surgery_date"].astype(object)
    table.loc[table.index[5], "surgery_date"] = DATE
    table.loc[table.index[6], "first_dose_date"] = f"{CANARY}-13-45"
    table["age_years"] = table["age_years"].astype(object)
    table.loc[table.index[9], "age_years"] = NUMBERS[0]
    table["her2_cep17_ratio"] = table["her2_cep17_ratio"].astype(object)
    table.loc[table.index[10], "her2_cep17_ratio"] = NUMBERS[1]
    table["centre"] = [SCRIPT if name == "centre-01" else name for name in table["centre"]]
    return table


def trial(folder: Path, n: int, seed: int, first: int) -> None:
    write_trial(simulate(n=n, seed=seed), folder)
    patients = pd.read_csv(folder / "patients.csv", dtype=str, keep_default_na=False)
    names = dict(zip(patients["patient_id"], range(first, first + n), strict=True))
    for name in ("ctdna.csv", "imaging.csv", "gene_panel.csv"):
        part = pd.read_csv(folder / name, dtype=str, keep_default_na=False)
        part["patient_id"] = [f"{CANARY}-{names[one]:07d}" for one in part["patient_id"]]
        part["comment"] = f"{CANARY} on {DATE}"
        part.to_csv(folder / name, index=False)
    calls = (folder / "mutations.maf").read_text()
    for old, number in names.items():
        calls = calls.replace(old, f"{CANARY}-{number:07d}")
    (folder / "mutations.maf").write_text(calls)
    plant(patients, first).to_csv(folder / "patients.csv", index=False)


def cohort(place: Path) -> pd.DataFrame:
    """New patients under canonical names, with follow-up and other people's predictions."""
    here = pd.read_csv(place / "new" / "patients.csv", dtype=str, keep_default_na=False)
    here["dfs_months"] = [str(5 + number % 50) for number in range(len(here))]
    here["dfs_event"] = [str(int(number % 4 == 0)) for number in range(len(here))]
    rival = here[["patient_id"]].assign(p_pcr="0.4", note=CANARY)
    rival.to_csv(place / f"{PLACE}-rival.csv", index=False)
    return here


def lesions(n: int) -> pd.DataFrame:
    """Lesions that two people read, a few of them biopsied."""
    rows = [
        {"patient_id": f"{CANARY}-{number // 2}", "lesion_id": f"{CANARY}-{number}",
         "reader1_score": 1 + number % 5, "reader2_score": 1 + (number + number % 3) % 5,
         "suvmax": 2.5 + number % 7, "tracer": "89Zr-trastuzumab",
         "biopsy_her2": ("positive", "negative", "")[number % 3], "note": f"{CANARY} {DATE}"}
        for number in range(n)
    ]  # fmt: skip
    rows[3]["suvmax"] = float(NUMBERS[1])
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder of planted files, whose own name is a canary too."""
    folder = tmp_path_factory.mktemp(PLACE)
    trial(folder / "trial", 160, 1, 0)
    trial(folder / "new", 120, 2, 5000)
    here = cohort(folder)
    here["patient_id"] = [f"{CANARY}-{number:07d}" for number in range(len(here))]
    here.to_csv(folder / f"{PLACE}-new.csv", index=False)
    here.drop(columns="patient_id").to_csv(folder / f"{PLACE}-noid.csv", index=False)
    # A quotation mark is opened and never closed: no command can read the file.
    (folder / f"{PLACE}-broken.csv").write_text(
        here.to_csv(index=False) + f'"{CANARY} {DATE} {NUMBERS[0]}\n'
    )
    reads = [
        {"case_id": f"{CANARY}-{case}", "reader": f"{CANARY} Dr {reader}", "ki67_percent": 5 + case,
         "her2_ihc": f"{case % 3 + 1}+", "note": f"{CANARY} {DATE}"}
        for case in range(20) for reader in "AB"
    ]  # fmt: skip
    lesions(40).to_csv(folder / f"{PLACE}-lesions.csv", index=False)
    pd.DataFrame(reads).to_csv(folder / f"{PLACE}-reads.csv", index=False)
    key_pair(folder, f"{PLACE}-ours")
    content = yaml.safe_load((Path(__file__).parents[2] / "configs" / "quick.yaml").read_text())
    content = yaml.safe_load(
        yaml.safe_dump(content)
        .replace("trial/", f"{folder}/trial/")
        .replace("new/", f"{folder}/new/")
    )
    content |= {
        "name": "planted",
        "landmarks": ["c1"],
        "resampling": {
            "outer_folds": 2,
            "repeats": 1,
            "inner_folds": 2,
            "trials": 1,
            "bootstrap": 5,
        },
        "tracking": {"experiment": "planted"},
    }
    (folder / f"{PLACE}-planted.yaml").write_text(yaml.safe_dump(content))
    content["cohort"]["patients"]["path"] = f"{folder}/{PLACE}-broken.csv"
    content["external"]["path"] = f"{folder}/{PLACE}-broken.csv"
    (folder / f"{PLACE}-broken.yaml").write_text(yaml.safe_dump(content))
    return folder


@dataclass
class Ran:
    """What one run said, and what it wrote."""

    use: Use
    words: str
    code: int
    said: str
    written: dict[str, Path]
    left: list[str]


@dataclass
class Logged:
    """What a training gave to MLflow."""

    trained: tuple[Trained, ...]
    drawings: tuple[Drawing, ...]
    """Those of its report that it logs."""


@pytest.fixture(scope="module")
def work(tmp_path_factory) -> Path:
    """Where commands are run."""
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def logged() -> list[Logged]:
    """Filled by `ran`."""
    return []


def keeping(logged: list[Logged], track: Callable[..., Any]) -> Callable[..., Any]:
    def kept(config: Any, trained: Any, drawings: Any) -> Any:
        logged.append(Logged(tuple(trained), tuple(drawings)))
        return track(config, trained, logged[-1].drawings)

    return kept


@pytest.fixture(scope="module")
def ran(place, work, logged, tmp_path_factory) -> list[Ran]:
    """Every command, in an order in which each finds what it needs; refusals after each."""
    aside = tmp_path_factory.mktemp("aside")
    before = Path.cwd()
    order = ["train", *(name for name in USES if name != "train")]
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        for name in ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI", "NEOPCR_TRACEBACK"):
            patch.delenv(name, raising=False)
        patch.setattr(tempfile, "tempdir", str(aside))
        patch.setattr(_tracked, "track", keeping(logged, _tracked.track))
        os.chdir(work)
        try:
            uses = [use for name in order for use in USES[name]]
            return [each for use in uses for each in _both(use, place, work, aside)]
        finally:
            os.chdir(before)


def _both(use: Use, place: Path, work: Path, aside: Path) -> Iterator[Ran]:
    for words in (use.words, use.refused):
        if not words:
            continue
        if REGISTERED in words:
            # What is fetched from a registry is removed when the process ends.
            yield _apart(use, words, place, work, aside)
            continue
        old = {path: path.stat().st_mtime_ns for path in files(work)}
        done = run(here(words, place))
        new = {
            str(path.relative_to(work)): path
            for path in files(work)
            if old.get(path) != path.stat().st_mtime_ns
        }
        left = [str(path) for path in files(aside)]
        shutil.rmtree(aside)
        aside.mkdir()
        yield Ran(use, words, done.exit_code, done.output, new, left)


def here(words: str, place: Path) -> str:
    """Words with the folder's name for ``@``, but for that of an alias."""
    return words.replace(" @/", f" {place}/{PLACE}-").replace(" @", f" {place}")


def files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def text_of(path: Path) -> str:
    """What a file holds, as text: parquet is compressed."""
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pandas().to_csv()
    return path.read_bytes().decode("utf-8", "replace")


def test_every_command_ends_as_it_should(ran):
    for each in ran:
        codes = each.use.codes if each.words == each.use.words else (10, 11, 12)
        assert each.code in codes, f"{each.words}: {each.code}: {each.said}"
        assert "Traceback" not in each.said
        assert "internal error" not in each.said


def test_no_patient_is_told_at_the_terminal(ran):
    told = {each.words: word for each in ran for word in SHY if word in each.said}
    assert told == {}


def test_what_is_planted_is_found_where_it_belongs(ran):
    """Or else the search would prove nothing."""
    held = {name: "" for each in ran for name in each.use.holds if name != "truth.parquet"}
    for each in ran:
        held |= {path.name: text_of(path) for path in each.written.values() if path.name in held}
    simulated = held.pop("patients.csv")
    assert CANARY not in simulated
    assert [name for name, text in held.items() if CANARY not in text] == []
    assert all(word in held["joined.csv"] for word in SHY)


def test_no_patient_is_written_but_where_it_belongs(ran):
    found = [
        (each.words, name, word)
        for each in ran
        for name, path in each.written.items()
        if path.exists() and path.name not in each.use.holds
        for word in OFF_LIMITS
        if word in text_of(path)
    ]
    assert found == []


def test_a_refusal_writes_nothing(ran):
    written = {each.words: each.written for each in ran if each.words == each.use.refused}
    assert {words: list(files) for words, files in written.items() if files} == {}


def test_no_rare_number_stands_in_a_manifest_a_log_a_bundle_or_the_store(ran):
    found = [
        (each.words, name, number)
        for each in ran
        for name, path in each.written.items()
        if path.exists() and path.suffix in {".json", ".db", ".yaml", ".md", ".txt", ""}
        and path.name not in each.use.holds
        for number in NUMBERS
        if number in text_of(path)
    ]  # fmt: skip
    assert found == []


def test_the_path_is_in_no_file(ran):
    found = [
        (each.words, name)
        for each in ran
        for name, path in each.written.items()
        if path.exists() and PLACE in text_of(path)
    ]
    assert found == []


def test_files_can_be_read_by_their_owner_alone(ran):
    open_to_others = {
        f"{each.words}: {name}": oct(path.stat().st_mode & 0o777)
        for each in ran
        for name, path in each.written.items()
        if path.exists() and path.stat().st_mode & 0o077
    }
    assert open_to_others == {}


def test_nothing_is_left_aside_and_no_part_stays(ran):
    assert {each.words: each.left for each in ran if each.left} == {}
    parts = [name for each in ran for name in each.written if name.endswith(".part")]
    assert parts == []


def test_a_script_in_a_cell_is_text_on_every_page(ran):
    pages = [(each.words, path) for each in ran for path in each.written.values()
             if path.exists() and path.suffix == ".html"]  # fmt: skip
    assert len(pages) > 8
    assert [words for words, path in pages if SCRIPT in text_of(path)] == []
    assert any("&lt;script&gt;alert" in text_of(path) for _, path in pages)


def planted() -> list[float]:
    """The rare numbers, and what features make of them."""
    return [
        form(float(each)) for each in NUMBERS for form in (float, math.log2, math.log, math.log1p)
    ]


def test_no_run_of_mlflow_holds_a_patient(ran, work):
    """Parameters, metrics, tags, inputs and registered models of every run of every command."""
    assert any(each.words.startswith("monitor") for each in ran)
    with tracking._store(f"sqlite:///{work}/mlflow.db") as (_, client):
        experiments = [each.experiment_id for each in client.search_experiments()]
        runs = client.search_runs(experiments)
        history = [
            one.value
            for each in runs
            for key in each.data.metrics
            for one in client.get_metric_history(each.info.run_id, key)
        ]
        models = [str(dict(each)) for each in client.search_model_versions()]
        models += [str(dict(each)) for each in client.search_registered_models()]
    assert len(runs) >= 3, "a training, its landmark and a monitoring"
    assert len(history) > 20
    assert models
    words = [str(each.to_dictionary()) for each in runs] + models
    assert [word for word in (*SHY, PLACE) for text in words if word in text] == []
    assert not np.isclose(np.array(history)[:, None], planted(), rtol=1e-9).any()


@pytest.mark.usefixtures("ran")
def test_no_figure_of_mlflow_shows_a_patient(work, logged):
    """Each is looked at: nothing is drawn once a patient, and nothing where one patient is."""
    [one] = logged
    stored = {path.stem for path in (work / "mlartifacts").rglob("figures/*")}
    pictures = {path.stem for path in (work / "mlartifacts").rglob("*.png")}
    assert stored == pictures == {each.name for each in one.drawings}
    assert len(stored) > 8
    p = np.concatenate([each.folds.p.ravel() for each in one.trained])
    fewest = min(len(each.prepared.y) for each in one.trained)
    alone = np.array([*np.unique(p), *planted()])
    many = {each.name: most_marks(each.figure) for each in one.drawings}
    assert {name: n for name, n in many.items() if n > fewest / 3} == {}
    drawn = {
        each.name: np.isclose(numbers(each.figure)[:, None], alone, rtol=1e-9, atol=0).sum()
        for each in one.drawings
    }
    assert {name: int(n) for name, n in drawn.items() if n} == {}


@pytest.fixture(scope="module")
def sparked(ran, place, work, tmp_path_factory) -> list[Ran]:
    """The Spark engine, in processes of their own: what Java says and leaves counts too."""
    assert ran, "they make the model"
    aside = tmp_path_factory.mktemp("spark")
    use = Use(
        f"score {MODEL} @/new.csv -o sparked --engine spark --master local[2]",
        f"score {MODEL} @/broken.csv -o no --engine spark --master local[2]",
    )
    return [_apart(use, words, place, work, aside) for words in (use.words, use.refused)]


def _apart(use: Use, words: str, place: Path, work: Path, aside: Path) -> Ran:
    old = set(files(work))
    folders = {"TMPDIR": str(aside), "SPARK_LOCAL_DIRS": str(aside)}
    folders["JDK_JAVA_OPTIONS"] = f"-Djava.io.tmpdir={aside}"
    done = subprocess.run(
        program(here(words, place).split()), cwd=work,
        env=environment() | folders, capture_output=True, text=True, check=False,
    )  # fmt: skip
    for _ in range(100):  # Java tidies up after us.
        if not files(aside):
            break
        time.sleep(0.1)
    new = {str(path.relative_to(work)): path for path in files(work) if path not in old}
    left = [str(path) for path in files(aside)]
    return Ran(use, words, done.returncode, done.stdout + done.stderr, new, left)


@pytest.mark.java
@pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed")
def test_spark_tells_no_patient(sparked):
    fine, broken = sparked
    assert (fine.code, broken.code) == (0, 11), (fine.said, broken.said)
    assert [word for each in sparked for word in SHY if word in each.said] == []
    assert "Traceback" not in broken.said
    scores = [path for name, path in fine.written.items() if name.startswith("sparked/")]
    assert any(CANARY in text_of(path) for path in scores if path.suffix == ".parquet")
    beside = [path for path in fine.written.values() if path not in scores]
    assert [path.name for path in beside] == ["sparked.manifest.json"]
    assert [word for path in beside for word in (*SHY, PLACE) if word in text_of(path)] == []
    assert [path.name for path in scores if PLACE in text_of(path)] == []
    assert [path.name for path in (*scores, *beside) if path.stat().st_mode & 0o077] == []
    assert (broken.written, fine.left, broken.left) == ({}, [], [])
