"""A cohort of any size, from its files to one file, in bounded memory.

The files are taken apart by patient (`split`), each part is joined as a small cohort is
(`assemble.join`) and laid aside (`spill`), and the patients are written in the order of their
files. How many parts there are changes nothing in what is written.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neopcr.cohort.assemble import Assembled, join
from neopcr.cohort.beside import located
from neopcr.cohort.flow import first_steps, those_left
from neopcr.cohort.gather import Gathered, Laid, gather, lay_aside
from neopcr.cohort.leakage import refuse_names
from neopcr.cohort.parts import THREADS, Part, enough_parts, take_apart, whole_origin
from neopcr.cohort.readers import require_file
from neopcr.cohort.sources import find_sources
from neopcr.cohort.storage import cohort_file
from neopcr.cohort.units import is_ambiguous
from neopcr.cohort.wide_part import largest_percents
from neopcr.specs import Landmark, Problem, Step
from neopcr.target import one_sentence

if TYPE_CHECKING:
    from neopcr.cohort.mapping import FindColumn
    from neopcr.config import CohortConfig
    from neopcr.specs import Cohort, Column


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a cohort's files.

    Parameters
    ----------
    n_patients, n_columns : int
        As written, the identifier and the outcome apart.
    problems : tuple of Problem
        Why rows were rejected, by 0-based row of the patients' files.
    flow : tuple of Step
        Attrition, first step first.
    escaped : int
        Texts that a csv escapes because a spreadsheet would run them.
    """

    n_patients: int
    n_columns: int
    problems: tuple[Problem, ...]
    flow: tuple[Step, ...]
    escaped: int


def write_assembled(
    config: CohortConfig,
    find_column: FindColumn,
    target: Path,
    *,
    base: Path,
    n_parts: int | None = None,
) -> Written:
    """Join the files of a config and write one row a patient, whatever the landmark.

    Parameters
    ----------
    config : CohortConfig
    find_column : callable
        Canonical name to declaration; KeyError where there is none.
    target : Path
        ``.parquet`` or ``.csv``. Replaced whole where it exists.
    base : Path
        Folder that relative paths start from.
    n_parts : int, optional
        By the size of the files where None. Pieces lie in the folder of temporary files
        (``TMPDIR``) meanwhile, and take about the room of the files as text.

    Returns
    -------
    Written

    Raises
    ------
    TableError
        If a file cannot be read.
    ConfigError
        If the config names a column or a unit that does not exist.
    TargetError
        If the target cannot be written.
    """
    refuse_names(config, find_column, Landmark.surgery)
    with cohort_file(target) as write, tempfile.TemporaryDirectory(prefix="neopcr-") as folder:
        gathered = _assemble_parts(config, find_column, base, n_parts, Path(folder))
        flow: list[Step] = []
        escaped = 0
        for assembled in gathered.in_order():
            cohort = _in_check(assembled, config)
            escaped += write(cohort)
            flow = _added(flow, cohort.flow)
    return Written(
        flow[-1].remaining, len(gathered.columns), gathered.problems, tuple(flow), escaped
    )


def _in_check(assembled: Assembled, config: CohortConfig) -> Cohort:
    flow = first_steps(assembled, config.keep, assembled.notes)
    return those_left(assembled, flow, config.outcome.definition)


def _added(first: Sequence[Step], second: Sequence[Step]) -> list[Step]:
    """Steps of two sets of patients as those of both."""
    if not first:
        return list(second)
    return [
        Step(one.reason, one.excluded + other.excluded, one.remaining + other.remaining)
        for one, other in zip(first, second, strict=True)
    ]


def _assemble_parts(
    config: CohortConfig, find_column: FindColumn, base: Path, n_parts: int | None, folder: Path
) -> Gathered:
    config, whole = located(config, base), find_sources(config, base)
    for path in whole.all():
        require_file(path)
    with one_sentence(folder.parent):
        parts = take_apart(whole, config, find_column, n_parts or enough_parts(whole), folder)
        ambiguous = None if len(parts) == 1 else _ambiguous(parts, config, find_column)

        def laid_aside(place: int) -> Laid:
            part = parts[place]
            with part.named():
                joined = join(part.sources, part.config, find_column, Landmark.surgery, ambiguous)
            origin = whole_origin(parts, joined.origin)
            laid = lay_aside(joined, part.rows(origin), origin, folder / f"assembled-{place}")
            part.discard()
            return laid

        with ThreadPoolExecutor(THREADS) as pool:
            return gather(pool.map(laid_aside, range(len(parts))))


def _ambiguous(
    parts: Sequence[Part], config: CohortConfig, find_column: FindColumn
) -> frozenset[str]:
    """Columns whose unit is in doubt over all parts together."""
    largest: dict[Column, list[float]] = {}
    for part in parts:
        wide_files = [(part.sources.patients, config.patients)]
        wide_files += [(part.sources.imaging, config.imaging)] if config.imaging else []
        for paths, wide in wide_files:
            with part.named():
                found = largest_percents(paths, wide, find_column, Landmark.surgery)
            for column, value in found.items():
                largest.setdefault(column, []).append(value)
    return frozenset(
        column.name for column, values in largest.items() if is_ambiguous(np.array(values), column)
    )
