"""One small study, trained once: simulated files, two bundles, a report, a new cohort."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bad_place import Place
from command_line import CANARY
from neopcr.simulation import simulate, write_trial
from neopcr.workflows.assemble import assemble
from neopcr.workflows.train import train

QUICK = Path(__file__).parents[2] / "configs" / "quick.yaml"


@dataclass(frozen=True)
class Study:
    """Where the files of the study are, and what training returned."""

    folder: Path
    config: Path
    training: dict

    def bundle(self, landmark: str = "c1") -> str:
        return str(self.folder / "models" / f"quick-{landmark}")


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("study")
    config = folder / "quick.yaml"
    shutil.copy(QUICK, config)
    before = Path.cwd()
    os.chdir(folder)
    try:
        write_trial(simulate(n=300, seed=1), folder / "trial")
        write_trial(simulate(n=150, seed=2), folder / "new")
        training = train(config, folder / "models", folder / "training").data
        assemble(config, folder / "new.parquet", external=True)
    finally:
        os.chdir(before)
    return Study(folder, config, training)


@pytest.fixture
def there(study: Study, monkeypatch: pytest.MonkeyPatch) -> Study:
    """The study, from inside its folder."""
    monkeypatch.chdir(study.folder)
    return study


@pytest.fixture(scope="session")
def canaries(study, tmp_path_factory) -> Path:
    """The study's files with canaries for identifiers."""
    folder = tmp_path_factory.mktemp("canaries")
    shutil.copytree(study.folder / "models", folder / "models")
    shutil.copy(study.config, folder / "quick.yaml")
    for part in ("trial", "new"):
        (folder / part).mkdir()
        for path in (study.folder / part).glob("*.[cm]*"):
            text = path.read_text().replace("P0", f"{CANARY}-0")
            (folder / part / path.name).write_text(text)
    scored = pq.read_table(study.folder / "new.parquet").to_pandas()
    scored["patient_id"] = scored["patient_id"].str.replace("P0", f"{CANARY}-0")
    scored.to_csv(folder / "new.csv", index=False)
    return folder


@pytest.fixture
def place(canaries, tmp_path, monkeypatch) -> Place:
    shutil.copytree(canaries, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return Place(tmp_path)
