"""Prognosis: recurrence by group, with nothing that pCR could stand in for."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr import __version__
from neopcr.cohort import read_cohort, write_rejects
from neopcr.target import whole_or_absent
from neopcr.workflows._columns import find_any_column
from neopcr.workflows._followed import followed
from neopcr.workflows._groups import groups_of
from neopcr.workflows._outputs import require_writable
from neopcr.workflows._prognosis_page import write_prognosis
from neopcr.workflows._recurrence import Prognosis, analyse, columns_beside
from neopcr.workflows._regimens import unmatched_in
from neopcr.workflows._result import PUBLISHED, Result

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from neopcr.validation.survival import Cox


def prognosis(
    path: Path,
    by: str,
    output: Path,
    *,
    adjust: Sequence[str] = (),
    months: float = 60.0,
    landmark_months: float | None = None,
) -> Result:
    """Compare groups of a cohort in how long they stay free of disease.

    Parameters
    ----------
    path : Path
        A cohort under canonical names, with follow-up.
    by : str
        See `groups_of`.
    output : Path
        Folder of ``prognosis.html``, ``prognosis.json`` and ``rejects.csv``.
    adjust : sequence of str
        Columns of the cohort beside the group; patients in whom one is missing are left out there.
    months : float
        Horizon of restricted means; shortened to the follow-up that every group has.
    landmark_months : float, optional
        Where the clock starts; see `followed`.

    Raises
    ------
    TableError, TargetError
    """
    require_writable(output / "prognosis.html")
    cohort, problems = read_cohort(path, find_any_column)
    groups = groups_of(by, cohort)
    here = followed(cohort, groups, landmark_months)
    found = analyse(cohort, groups, here, columns_beside(cohort, here, adjust), months)
    page = write_prognosis(found, cohort, output / "prognosis.html")
    data = {
        "notice": PUBLISHED,
        **told(found),
        "version": __version__,
        "data_sha256": cohort.fingerprint,
    }
    with whole_or_absent(output / "prognosis.json") as file:
        file.write(json.dumps(data, indent=2).encode())
    named = (*problems, *unmatched_in(path), *here.problems)
    rejects = write_rejects(named, output / "rejects.csv")
    return Result({**data, "page": str(page), "rejects": str(rejects)}, _lines(found, page))


def told(found: Prognosis) -> dict[str, Any]:
    """The same as plain values, for a file."""
    return {
        "by": found.groups.name,
        "endpoint": found.followed.endpoint,
        "flow": [asdict(step) for step in found.followed.flow],
        "groups": {
            name: {"n": curve.n, "events": curve.events, "median_months": curve.median()}
            for name, curve in found.curves.items()
        },
        "log_rank": dict(zip(("chi_squared", "p_value"), map(_plain, found.test), strict=True)),
        "hazard_ratios": _terms(found.crude),
        "adjusted_for": list(found.covariates),
        "adjusted_hazard_ratios": _terms(found.adjusted),
        "proportional_hazards": [asdict(each) for each in found.proportional],
        "restricted_mean": {
            "months": found.horizon,
            "gained": {
                name: dict(
                    zip(("months", "lower", "upper", "p_value"), map(_plain, each), strict=True)
                )
                for name, each in found.gained.items()
            },
        },
        "cut_offs": {
            f"{cut:g}": None if one is None else asdict(one) for cut, one in found.cut_offs.items()
        },
    }


def _terms(fitted: Cox | None) -> dict[str, Any] | None:
    if fitted is None:
        return None
    return {
        "n": fitted.n,
        "events": fitted.events,
        "concordance": fitted.concordance,
        "terms": [asdict(each) for each in fitted.terms],
    }


def _plain(value: float) -> float | None:
    """A number, or None where it is not defined: JSON has no NaN."""
    return float(value) if np.isfinite(value) else None


def _lines(found: Prognosis, page: Path) -> tuple[str, ...]:
    groups = [
        f"{name}: {curve.n:,} patients, {curve.events:,} events"
        for name, curve in found.curves.items()
    ]
    ratios = (
        ["hazard ratio: too few to say"]
        if found.crude is None
        else [
            f"hazard ratio {one.name} v {next(iter(found.curves))}: {one.ratio:.2f} "
            f"({one.lower:.2f} to {one.upper:.2f})"
            for one in found.crude.terms
        ]
    )
    return (found.followed.endpoint, *groups, *ratios, f"page: {page}", PUBLISHED)
