"""Assign: what the adaptive arm of NCT07239271 says of each patient, after cycle 2 or cycle 4."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from neopcr.bundle import bundle_hash, load_bundle
from neopcr.cohort.contract import PATIENT_ID
from neopcr.errors import TableError, UserError
from neopcr.workflows._assigned import Arm, contradictions
from neopcr.workflows._assigned_page import assigned_page
from neopcr.workflows._assigned_path import path_of
from neopcr.workflows._assigned_told import NOTICE, about, assigned_lines
from neopcr.workflows._beside_rule import Beside, beside
from neopcr.workflows._models import bundle_folder
from neopcr.workflows._outputs import require_writable
from neopcr.workflows._result import Result, progress
from neopcr.workflows._streamed import Question, answer_file

if TYPE_CHECKING:
    from neopcr.specs import Column, Table


@dataclass(slots=True)
class _Asked:
    """The arm, the model beside it, and the one patient whose path is wanted."""

    arm: Arm
    model: Beside | None
    patient: str | None
    about: dict[str, object] = field(default_factory=dict)
    path: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is read: once each, the arm's first."""
        of_model = self.model.scorer.columns if self.model else ()
        return tuple({one.name: one for one in (*self.arm.columns, *of_model)}.values())

    def answer(self, table: Table) -> Mapping[str, pa.Array]:
        """Answer a batch, count it, and keep the path of the patient asked for."""
        told = self.arm.answer(table)
        if self.model:
            scores = self.model.score(table)
            self.model.add(_branch(told), scores["p_pcr"])
            # The manifest is written when the last batch is answered.
            self.about["agreement"] = self.model.agreement()
            told |= scores
        for place in np.flatnonzero(table[PATIENT_ID] == self.patient):
            one = {name: values[place : place + 1] for name, values in table.items()}
            self.path = path_of(self.arm, one, {k: v[int(place)].as_py() for k, v in told.items()})
        return told


def assign(
    path: Path,
    output: Path | None,
    arm: Arm,
    *,
    bundle: str | None = None,
    patient: str | None = None,
) -> Result:
    """Write one row a patient: the regimen that the protocol's text names, or why it names none.

    Parameters
    ----------
    path : Path
        A cohort under canonical names.
    output : Path or None
        csv or parquet; beside it ``<output>.html``, ``.manifest.json`` and ``.rejects.csv``.
        None where only `patient` is asked for.
    arm : Arm
        Which decision, in which readings.
    bundle : str, optional
        A model at c1 or c2, whose p_pcr stands beside the branch; see `bundle_folder`.
    patient : str, optional
        Identifier of the patient whose path is told.

    Raises
    ------
    UserError
        If neither an output nor a patient is asked for.
    BundleError, TableError, TargetError
    """
    if output is None and patient is None:
        message = "nothing is asked for. Give an output with -o, a patient with --explain, or both."
        raise UserError(message)
    folder = bundle_folder(bundle) if bundle else None
    model = beside(load_bundle(folder), arm.decision) if folder else None
    asked = _Asked(arm, model, patient)
    if output is None:
        with tempfile.TemporaryDirectory() as aside:
            manifest = _run(path, Path(aside) / "assigned.csv", asked, folder)
        return Result(manifest, _path(asked))
    page = output.with_name(f"{output.name}.html")
    require_writable(page)
    manifest = _run(path, output, asked, folder)
    assigned_page(manifest, arm, model, page)
    data = {**manifest, "assigned": str(output), "page": str(page)}
    told = _path(asked) if patient else (NOTICE,)
    return Result(data, (*assigned_lines(output, manifest), f"page: {page}", *told))


def _run(path: Path, output: Path, asked: _Asked, folder: Path | None) -> dict[str, Any]:
    model = asked.model
    asked.about |= about(asked.arm)
    if model and folder:
        asked.about |= {"bundle_hash": bundle_hash(folder), "p_pcr_holds_for": model.policy}
    question = Question(
        columns=asked.columns, answer=asked.answer, check=contradictions, about=asked.about
    )
    with progress("assigning") as move:
        return answer_file(path, output, question, progress=move)


def _branch(told: Mapping[str, pa.Array]) -> pa.Array:
    """The regimen where one is decided, else why none is."""
    status, regimen = (told[name].cast(pa.string()) for name in ("status", "regimen"))
    return pc.if_else(pc.equal(regimen, ""), status, regimen)


def _path(asked: _Asked) -> tuple[str, ...]:
    """Lines of the patient asked for.

    Raises
    ------
    TableError
        If no row that can be used is theirs.
    """
    if not asked.path:
        message = (
            "the patient asked for is not among the rows that can be used. Check the identifier, "
            "and the rejects of `neopcr assign … -o`."
        )
        raise TableError(message)
    return (*asked.path, NOTICE)
