"""Validate: a bundle examined once on the external cohort of a config."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from neopcr.bundle import bundle_hash, load_bundle
from neopcr.cohort import write_rejects
from neopcr.config import config_hash, read_config
from neopcr.kernel import compile_model, logit, probability
from neopcr.metrics import metrics_at
from neopcr.report import write_card, write_report
from neopcr.target import whole_or_absent
from neopcr.validation import performance
from neopcr.workflows._against import compare, read_rival
from neopcr.workflows._availability import patterns
from neopcr.workflows._evaluation_report import evaluation_report
from neopcr.workflows._models import bundle_folder, title
from neopcr.workflows._outputs import require_writable
from neopcr.workflows._prepare import prepare_external
from neopcr.workflows._result import Result, said
from neopcr.workflows._subgroups import subgroups

if TYPE_CHECKING:
    from neopcr.specs import Estimate


def validate(text: str, path: Path, output: Path, *, against: Path | None, column: str) -> Result:
    """Examine a bundle on another cohort, and report whatever comes out.

    Parameters
    ----------
    text : str
        A bundle; see `bundle_folder`.
    path : Path
        A config; the files of its `external` block are read at the bundle's landmark.
    output : Path
        Folder of ``report.html``, ``model_card.md``, ``performance.json`` and ``rejects.csv``.
    against : Path or None
        Another model's predictions: a csv or parquet file with the identifier and `column`.
    column : str
        Where in that file the probability of pCR stands.

    Raises
    ------
    BundleError, ConfigError, TableError, TargetError
    """
    require_writable(output / "report.html")
    folder = bundle_folder(text)
    bundle, config = load_bundle(folder), read_config(path)
    prepared = prepare_external(config, bundle)
    p = probability(logit(compile_model(bundle.model), prepared.X))
    groups = subgroups(config.subgroups, prepared)
    estimates = performance(
        prepared.y,
        p,
        groups={**groups, **patterns(prepared)},
        metrics=metrics_at(config.thresholds),
        seed=config.seed,
    )
    comparisons = (
        ()
        if against is None
        else (compare(read_rival(against, config, column), prepared, p, groups, seed=config.seed),)
    )
    report = evaluation_report(
        config, bundle, prepared, (p, estimates, comparisons), bundle_hash(folder)
    )
    page = write_report(report, output / "report.html")
    write_card(report, output / "model_card.md")
    write_rejects(prepared.problems, output / "rejects.csv")
    data = {
        "bundle": bundle_hash(folder),
        "config_sha256": config_hash(config),
        "data_sha256": prepared.cohort.fingerprint,
        "performance": [asdict(one) for one in estimates],
        "against": [asdict(row) for one in comparisons for row in one.rows],
        "report": str(page),
    }
    with whole_or_absent(output / "performance.json") as file:
        file.write(f"{json.dumps(data, indent=1)}\n".encode())
    lines = [f"{title(bundle)} {bundle.version}: {said(estimates)}"]
    lines += [
        f"{row.label}: {row.difference.name} {_number(row.difference)} ({row.verdict})"
        for one in comparisons
        for row in one.rows
    ]
    return Result(data, (*lines, f"report: {page}"))


def _number(one: Estimate) -> str:
    if one.value is None or one.lower is None or one.upper is None:
        return one.method
    return f"{one.value:+.3f} ({one.lower:+.3f} to {one.upper:+.3f})"
