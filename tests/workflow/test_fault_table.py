"""How often faults of a cohort are told, and how often a sound one is suspected.

Every cohort is a trial of 300 patients in 10 centres, simulated as the training's was; its centres
are others, with other laboratories and habits. `make test-slow` prints the table.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from neopcr.bundle import Bundle, load_bundle
from neopcr.scoring import prepare
from neopcr.simulation import simulate, write_trial
from neopcr.workflows._drift import compare
from neopcr.workflows._models import bundle_folder
from neopcr.workflows._watched import watch
from neopcr.workflows.assemble import assemble

Fault = Callable[[pd.DataFrame, Bundle, np.random.Generator], pd.DataFrame]


def numbers(bundle: Bundle) -> list[str]:
    return [column.name for column in bundle.space.columns if column.kind == "number"]


def slip(factor: float) -> Fault:
    """One column of numbers is in another unit."""

    def made(table, bundle, rng):
        name = rng.choice(numbers(bundle))
        return table.assign(**{name: table[name] * factor})

    return made


def swapped(table, bundle, rng):
    """Two columns of numbers stand under each other's name."""
    one, two = rng.choice(numbers(bundle), 2, replace=False)
    return table.assign(**{one: table[two], two: table[one]})


def absent_block(table, bundle, rng):
    """No column of a modality is in the file."""
    modality = rng.choice(sorted(bundle.space.modalities))
    gone = [column.name for column in bundle.space.columns if column.modality == modality]
    return table.drop(columns=gone)


def shifted_centres(table, bundle, rng):
    """A third of the centres read one column two standard deviations higher."""
    varied = [name for name in numbers(bundle) if len(bundle.reference[name]["counts"]) > 1]
    name = rng.choice(varied)
    centres = sorted(table["centre"].unique())
    there = table["centre"].isin(rng.choice(centres, round(len(centres) / 3), replace=False))
    values = table[name].astype(float)
    return table.assign(**{name: values + 2 * values.std() * there})


def empty_rows(table, bundle, rng):
    """One row in twenty holds nothing that the model reads."""
    rows = rng.choice(len(table), len(table) // 20, replace=False)
    read = [column.name for column in bundle.space.columns if column.name in table]
    found = table.copy()
    for name in read:
        found[name] = found[name].mask(found.index.isin(rows))
    return found


def duplicated(table, _bundle, rng):
    """One row in fifty stands there twice."""
    rows = rng.choice(len(table), len(table) // 50, replace=False)
    return pd.concat([table, table.iloc[rows]], ignore_index=True)


FAULTS: dict[str, Fault] = {
    "unit slip x 10": slip(10),
    "unit slip x 100": slip(100),
    "unit slip x 1000": slip(1000),
    "swapped columns": swapped,
    "absent block": absent_block,
    "shifted centres": shifted_centres,
    "all-missing rows": empty_rows,
    "duplicated ids": duplicated,
}


def cohorts(study, folder: Path, n: int) -> Iterator[Path]:
    """Assemble cohorts of other seeds than the training's."""
    before = Path.cwd()
    for seed in range(1000, 1000 + n):
        shutil.rmtree(folder / "new", ignore_errors=True)
        write_trial(simulate(n=300, seed=seed), folder / "new")
        shutil.copy(study.config, folder / "quick.yaml")
        os.chdir(folder)
        try:
            assemble(Path("quick.yaml"), Path(f"{seed}.parquet"), external=True)
        finally:
            os.chdir(before)
        yield folder / f"{seed}.parquet"


def measured(study, folder: Path, n: int) -> dict[str, int]:
    """How many of `n` cohorts are told to have drifted, sound and by fault."""
    bundle = load_bundle(bundle_folder(study.bundle()))
    scorer = prepare(bundle)
    told = dict.fromkeys(("none", *FAULTS), 0)
    for seed, path in enumerate(cohorts(study, folder, n)):
        table = pd.read_parquet(path)
        told["none"] += compare(bundle, watch(scorer, path, outcomes=False)).drifted
        for name, fault in FAULTS.items():
            broken = folder / "broken.parquet"
            fault(table, bundle, np.random.default_rng(seed)).to_parquet(broken)
            told[name] += compare(bundle, watch(scorer, broken, outcomes=False)).drifted
    return told


def test_faults_are_told_and_sound_cohorts_are_not_suspected(study, tmp_path):
    told = measured(study, tmp_path, 3)
    assert told.pop("none") == 0
    assert min(told.values()) >= 2, told


@pytest.mark.slow
def test_the_table_of_faults(study, tmp_path, capsys):
    told = measured(study, tmp_path, 100)
    with capsys.disabled():
        print("\n".join(["", *(f"{name:<18} {n:>3} of 100" for name, n in told.items())]))  # noqa: T201
    assert told.pop("none") <= 2
    assert min(told.values()) >= 95, told
