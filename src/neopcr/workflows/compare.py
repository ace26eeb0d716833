"""Compare: response, blockade, loss of HER2 and recurrence by class, and by another reader."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from neopcr import __version__
from neopcr.cohort import read_cohort, write_rejects
from neopcr.oncology.assay_error import DEFAULT
from neopcr.target import whole_or_absent
from neopcr.workflows._classes import Comparison, compare_classes
from neopcr.workflows._columns import find_any_column
from neopcr.workflows._compare_page import write_comparison
from neopcr.workflows._groups import groups_of, led_by
from neopcr.workflows._outputs import require_writable
from neopcr.workflows._regimens import unmatched_in
from neopcr.workflows._reread import DRAWS, Reread, reread
from neopcr.workflows._result import PUBLISHED, Result
from neopcr.workflows.agreement import read_assay_error
from neopcr.workflows.prognosis import told as told_prognosis

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def compare(
    path: Path,
    by: str,
    output: Path,
    *,
    reference: str | None = None,
    assay_error: Path | None = None,
    seed: int = 0,
) -> Result:
    """Compare classes of a cohort.

    Parameters
    ----------
    path : Path
        A cohort under canonical names.
    by : str
        See `groups_of`.
    output : Path
        Folder of ``compare.html``, ``compare.json`` and ``rejects.csv``.
    reference : str, optional
        The class that others are compared with; the first where None.
    assay_error : Path, optional
        Measured rates of error, as `neopcr agreement` writes them.
    seed : int
        Of the re-reads.

    Raises
    ------
    ConfigError, TableError, TargetError
    """
    require_writable(output / "compare.html")
    error = DEFAULT if assay_error is None else read_assay_error(assay_error)
    cohort, problems = read_cohort(path, find_any_column)
    groups = groups_of(by, cohort)
    groups = groups if reference is None else led_by(groups, reference)
    found = compare_classes(cohort, groups)
    rereads = reread(cohort, groups, error, seed=seed)
    page = write_comparison(found, rereads, cohort, output / "compare.html")
    data = {
        "notice": PUBLISHED,
        **told(found, rereads),
        "reread": {"draws": DRAWS, "seed": seed, "error": error.model_dump()},
        "flow": [asdict(step) for step in cohort.flow],
        "version": __version__,
        "data_sha256": cohort.fingerprint,
    }
    with whole_or_absent(output / "compare.json") as file:
        file.write(json.dumps(data, indent=2).encode())
    named = (*problems, *unmatched_in(path), *found.problems)
    rejects = write_rejects(named, output / "rejects.csv")
    return Result(
        {**data, "page": str(page), "rejects": str(rejects)},
        (*_lines(found), f"page: {page}", PUBLISHED),
    )


def told(found: Comparison, rereads: Sequence[Reread]) -> dict[str, Any]:
    """The same as plain values, for a file."""
    return {
        "by": found.groups.name,
        "unknown": found.unknown,
        "classes": [asdict(one) for one in found.classes],
        "pairs": [asdict(one) for one in found.pairs],
        "blockade": [asdict(one) for one in found.blockade],
        "loss": [asdict(one) for one in found.loss],
        "recurrence": {
            name: one if isinstance(one, str) else told_prognosis(one)
            for name, one in found.recurrence.items()
        },
        "odds_ratio_over_rereads": [
            {
                "first": one.first,
                "second": one.second,
                "by_hormone_receptors": one.stratified,
                "as_recorded": one.as_read,
                **dict(zip(("median", "lower", "upper"), one.quantiles(), strict=True)),
                "turned": one.turned(),
                "left": one.left,
            }
            for one in rereads
        ],
    }


def _lines(found: Comparison) -> tuple[str, ...]:
    shares = [
        f"{one.name}: {one.n:,} patients, pCR {one.pcr.events:,} of {one.pcr.n:,}"
        for one in found.classes
    ]
    ratios = [
        f"HR-adjusted odds ratio of pCR, {one.first} v {one.second}: "
        + (
            "too few to say"
            if one.adjusted is None
            else "{0.ratio:.2f} ({0.lower:.2f} to {0.upper:.2f})".format(one.adjusted.terms[0])
        )
        for one in found.pairs
    ]
    return (*shares, *ratios)
