"""Monitor: is a cohort still like the patients a bundle was trained on, and is it still calibrated."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr import __version__
from neopcr.bundle import bundle_hash, load_bundle
from neopcr.bundle.reference import P_PCR
from neopcr.errors import BundleError, TableError
from neopcr.scoring import prepare
from neopcr.scoring.manifest import fingerprint
from neopcr.target import whole_or_absent
from neopcr.validation.calibration_drift import CalibrationDrift, calibration_drift, known
from neopcr.validation.drift import FEWEST_KNOWN
from neopcr.workflows._drift import Compared, compare
from neopcr.workflows._models import bundle_folder, title
from neopcr.workflows._monitor_page import calibration_sentence, sentence, write_monitor_page
from neopcr.workflows._outputs import refuse_input, require_writable
from neopcr.workflows._result import Result
from neopcr.workflows._watched import Watched, watch

if TYPE_CHECKING:
    from neopcr.bundle import Bundle

DRIFT, CALIBRATION = 20, 21
"""Exit codes, for schedulers; calibration drift wins."""

PAGE, ACCOUNT = "monitor.html", "monitor.json"


def monitor(text: str, path: Path, output: Path, *, outcomes: bool, track: bool) -> Result:
    """Hold a cohort against what a bundle remembers of its training patients.

    Parameters
    ----------
    text : str
        A bundle; see `bundle_folder`.
    path : Path
        A cohort under canonical names; it is read into memory.
    output : Path
        Folder of ``monitor.html`` and ``monitor.json``; older ones are replaced.
    outcomes : bool
        Hold the column ``pcr`` against p_pcr too.
    track : bool
        Log the figures to MLflow.

    Returns
    -------
    Result
        Its exit code is 0, 20 where columns or scores have drifted, 21 where calibration has.

    Raises
    ------
    BundleError, TableError, TargetError
    """
    for name in (PAGE, ACCOUNT):
        refuse_input(output / name, [path])
        require_writable(output / name)
    folder = bundle_folder(text)
    bundle = load_bundle(folder)
    _require_reference(bundle, folder)
    watched = watch(prepare(bundle), path, outcomes=outcomes)
    if watched.n < FEWEST_KNOWN:
        message = (
            f"{path}: {watched.n} patients on therapy at {bundle.landmark.name} are too few to "
            f"monitor. Wait for {FEWEST_KNOWN}."
        )
        raise TableError(message)
    found = compare(bundle, watched)
    calibration = _calibration(bundle, watched)
    provenance = {"bundle_sha256": bundle_hash(folder), "data_sha256": fingerprint(path)}
    data = _told(bundle, watched, found, calibration) | provenance
    page = write_monitor_page(bundle, watched, found, calibration, provenance, output / PAGE)
    with whole_or_absent(output / ACCOUNT) as file:
        file.write(f"{json.dumps(data, indent=1)}\n".encode())
    data |= {"report": str(page), "tracking": _track(bundle, data) if track else {}}
    return Result(data, (*_lines(data, found, calibration), f"report: {page}"))


def _require_reference(bundle: Bundle, folder: Path) -> None:
    if P_PCR.name not in bundle.reference:
        message = (
            f"{folder}: this bundle does not remember its training patients. Train it again, with "
            "this neopcr."
        )
        raise BundleError(message)


def _calibration(bundle: Bundle, watched: Watched) -> CalibrationDrift | None:
    """Of scored patients of known outcome; room is left for centres that differ."""
    if watched.pcr is None:
        return None
    there = ~np.isnan(watched.pcr) & ~np.isnan(watched.p)
    internal = {one["name"]: one for one in bundle.metrics if one["group"] == "all"}
    extra = _centre_sd(bundle, watched)
    return calibration_drift(
        watched.pcr[there],
        watched.p[there],
        known(internal.get("calibration_in_the_large"), 0.0, extra),
        known(internal.get("calibration_slope"), 1.0),
    )


def _centre_sd(bundle: Bundle, watched: Watched) -> float:
    """Of the mean of as many centres; none is allowed for where the cohort names no centre."""
    sd = bundle.training.get("between_centre_sd")
    if sd is None or watched.centre is None:
        return 0.0
    sizes = np.bincount(watched.centre[watched.centre >= 0])
    return float(sd) * math.sqrt(float(np.sum(sizes**2)) / max(float(sizes.sum()), 1.0) ** 2)


def _told(
    bundle: Bundle, watched: Watched, found: Compared, calibration: CalibrationDrift | None
) -> dict[str, Any]:
    code = DRIFT if found.drifted else 0
    code = CALIBRATION if calibration is not None and calibration.drifted else code
    return {
        "exit_code": code,
        "drift": found.drifted,
        "calibration_drift": None if calibration is None else calibration.drifted,
        "model": title(bundle),
        "version": bundle.version,
        "neopcr": __version__,
        "rows": watched.n + watched.left_out,
        "compared": watched.n,
        "not_scored": watched.rules,
        "faults": [asdict(one) for one in found.faults],
        "shifts": [asdict(one) for one in found.shifts],
        "hints": found.hints,
        "calibration": None if calibration is None else asdict(calibration),
    }


def _lines(
    data: dict[str, Any], found: Compared, calibration: CalibrationDrift | None
) -> tuple[str, ...]:
    head = f"{data['model']} {data['version']}: {data['compared']:,} patients compared"
    lines = [f"{head}: {'drift' if found.drifted else 'no drift'}"]
    lines += [f"  {one.subject}: {one.says}" for one in found.faults]
    lines += [
        f"  {one.column}: {sentence(one)}{_hint(found, one.column)}"
        for one in found.shifts
        if one.drifted
    ]
    if calibration is not None:
        lines.append(calibration_sentence(calibration))
    return tuple(lines)


def _hint(found: Compared, column: str) -> str:
    return f"; {found.hints[column]}" if column in found.hints else ""


def _track(bundle: Bundle, data: dict[str, Any]) -> dict[str, object]:
    from neopcr.tracking import Monitoring, log_monitoring  # noqa: PLC0415 - MLflow costs seconds

    everyone = [one for one in data["shifts"] if one["centre"] is None]
    shifts = {f"{one['what']}/{one['column']}": one["value"] for one in everyone}
    calibration = data["calibration"] or {}
    figures = {name: calibration[name]["value"] for name in ("intercept", "slope") if calibration}
    figures["evidence"] = calibration.get("evidence")
    told = Monitoring(
        name=f"{title(bundle)}-monitor",
        tags={name: str(data[name]) for name in ("bundle_sha256", "data_sha256", "exit_code")},
        metrics={
            "patients": data["compared"],
            "faults": len(data["faults"]),
            "drifted": sum(one["drifted"] for one in data["shifts"]),
            **shifts,
            **{
                f"calibration/{name}": value for name, value in figures.items() if value is not None
            },
        },
    )
    return {"run_id": log_monitoring(told)}
