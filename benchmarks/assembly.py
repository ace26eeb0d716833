"""Assembly of a cohort in a process of its own, against DuckDB's plain join and group of the files."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from assembly_files import GENES, write_files
from measure import Line

if TYPE_CHECKING:
    from study import Study

# A tenth of what was promised and run once: 10 million patients, 40 million ctDNA rows, 60 million
# mutations.
PATIENTS = 1_000_000
LARGEST_MB = 2_048.0
FLOOR = 0.5
ROUNDS = 3
CONFIG = """\
name: assembly
modalities: [clinical]
cohort:
  patients: {path: assembly/patients.parquet}
  ctdna: assembly/ctdna.parquet
  mutations: {path: assembly/mutations.parquet, panel: assembly/panel.parquet}
"""
_WINDOWS = {
    "baseline": (None, "first_dose_date"),
    "c1": ("first_dose_date", "cycle2_date"),
    "c2": ("cycle2_date", "cycle3_date"),
    "c4": ("cycle4_date", "cycle5_date"),
    "presurgery": ("last_dose_date", "surgery_date"),
}
_MEASURED = ("detected", "mtm_per_ml", "mean_vaf", "n_variants_detected")


def lines(_: Study, *, quick: bool) -> Iterator[Line]:
    """Seconds, and the peak of memory, with the interpreter and the libraries themselves."""
    n, rounds = (2_000, 1) if quick else (PATIENTS, ROUNDS)
    write_files(Path("assembly"), n)
    Path("assembly.yaml").write_text(CONFIG, encoding="utf-8")
    taken = [[_in_a_process(name) for name in ("ours", "plain")] for _round in range(rounds)]
    of_ours, of_plain = (sorted(each) for each in zip(*taken, strict=True))
    middle = rounds // 2
    rows = "4 plasma samples and 6 mutations a patient"
    yield Line(
        name="assembly",
        value=of_ours[middle][0],
        unit="s",
        baseline=of_plain[middle][0],
        n=n,
        cpu_per_wall=of_ours[middle][2],
        floor=FLOOR,
        note=f"{rows}; median of {rounds}; against one SQL statement without checks or order",
    )
    yield Line(
        name="assembly, peak memory",
        value=max(peak for _, peak, _ in of_ours),
        unit="MB",
        baseline=LARGEST_MB,
        n=n,
        cpu_per_wall=of_ours[middle][2],
        floor=1.0,
        note=f"{rows}; largest of {rounds} processes; the baseline is what was promised",
    )


def _in_a_process(name: str) -> tuple[float, float, float]:
    """Seconds, MB of memory at the peak, and cores kept busy, of a run after its imports."""
    done = subprocess.run(
        [sys.executable, __file__, name], check=True, capture_output=True, text=True
    )
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def measured(run: Callable[[], object]) -> tuple[float, float, float]:
    """Seconds, MB at the peak and cores kept busy."""
    cpu, started = time.process_time(), time.perf_counter()
    run()
    wall = time.perf_counter() - started
    return wall, _peak_mb(), (time.process_time() - cpu) / wall


def _peak_mb() -> float:
    """Largest resident memory; `ru_maxrss` would start at that of the process we come from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def ours() -> Callable[[], object]:
    """`neopcr assemble`."""
    from neopcr.workflows.assemble import assemble  # noqa: PLC0415 - the plain run needs none of it

    return partial(assemble, Path("assembly.yaml"), Path("ours.parquet"))


def plain() -> None:
    """The same columns by one statement: nothing is checked, counted or kept in order."""
    settings = {"memory_limit": "1GB", "threads": 2, "temp_directory": "spilled"}
    with duckdb.connect(config=settings) as database:
        database.execute(f"COPY ({_statement()}) TO 'plain.parquet' (FORMAT parquet)")


def _statement() -> str:
    windows = " ".join(
        f"WHEN c.collected_date <= p.{until}"
        + (f" AND c.collected_date > p.{after}" if after else "")
        + f" THEN '{name}'"
        for name, (after, until) in _WINDOWS.items()
    )
    wide = ", ".join(
        f"arg_max({what}, collected_date) FILTER (landmark = '{name}') AS ctdna_{what}_{name}"
        for name in _WINDOWS
        for what in _MEASURED
    )
    altered = ", ".join(f"bool_or(Hugo_Symbol = '{gene}') AS {gene}" for gene in GENES)
    listed = ", ".join(f"'{gene}'" for gene in GENES)
    return f"""
        WITH sample AS (
          SELECT c.*, CASE {windows} END AS landmark
          FROM 'assembly/ctdna.parquet' c JOIN 'assembly/patients.parquet' p USING (patient_id)
          WHERE qc_fail = 0
        ),
        plasma AS (SELECT patient_id, {wide} FROM sample GROUP BY patient_id),
        tumour AS (
          SELECT Tumor_Sample_Barcode AS patient_id, {altered}
          FROM 'assembly/mutations.parquet'
          WHERE Hugo_Symbol IN ({listed}) AND Variant_Classification <> 'Silent'
            AND t_depth >= 20 AND t_alt_count / t_depth >= 0.05
          GROUP BY ALL
        )
        SELECT * FROM 'assembly/patients.parquet'
        LEFT JOIN plasma USING (patient_id) LEFT JOIN tumour USING (patient_id)
        LEFT JOIN 'assembly/panel.parquet' USING (patient_id)
    """  # noqa: S608 - all names are constants of this file


if __name__ == "__main__":
    print(json.dumps(measured(ours() if sys.argv[1] == "ours" else plain)))
