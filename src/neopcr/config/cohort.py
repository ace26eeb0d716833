"""A cohort, as a config names it: its files and its outcome."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from neopcr.config.files import Joined, WideTable
from neopcr.config.mutations import Mutations
from neopcr.config.types import Paths, Strict, as_list, later


class Outcome(Strict):
    """The column of the outcome, and what its values mean; any other value is a bad cell.

    Parameters
    ----------
    source : str
        Its header in the patients' file.
    reached, residual : list of str
        Cell texts that mean pCR, and those that mean residual disease.
    definition : str
        Of pCR; every estimate is printed with it.
    ypt, ypn : str
        Headers of the stages after therapy, of which pCR is then made by the definition: that is
        one of ``ypT0/Tis ypN0``, ``ypT0 ypN0`` and ``ypT0/Tis``, and `source` is not read.
    """

    source: str = "pcr"
    reached: tuple[str, ...] = ("1",)
    residual: tuple[str, ...] = ("0",)
    definition: str = "ypT0/Tis ypN0"
    ypt: str = later("")
    ypn: str = later("")

    @property
    def headers(self) -> dict[str, str]:
        """What is read of the patients' files, by what it is."""
        stages = {"ypt": self.ypt, "ypn": self.ypn}
        named = {name: header for name, header in stages.items() if header}
        return named or {"pcr": self.source}


class Condition(Strict):
    """Who is kept: rows whose column has one of the values; the others are counted under `reason`.

    Parameters
    ----------
    column : str
        A canonical column.
    equals : list of str or number
        The values that stay.
    reason : str
        How the flow of patients names those who go.
    """

    column: str
    equals: Annotated[tuple[str | float, ...], BeforeValidator(as_list)]
    reason: str


class CohortConfig(Strict):
    """The files of a cohort, and how they become one row a patient.

    Parameters
    ----------
    patients : WideTable
        The clinical table; without a patient's row in it nothing else of the patient counts.
    imaging : WideTable
        Numbers of the imaging modality, one row a patient.
    ctdna : str
        The long table of plasma samples, one row a sample.
    pet : str
        The table of HER2-PET lesions, one row a lesion.
    recist : str
        The table of measured lesions, one row a lesion and scan.
    mutations : Mutations
        Variant calls and who was sequenced.
    outcome : Outcome
        What counts as pCR.
    keep : list of Condition
        Who belongs to the cohort; all, where it is empty.
    facts : dict of str to value
        Replaces clinical facts by name; see `neopcr.oncology.facts`.
    allow : dict of str to str
        Columns that separate the outcome and are sound all the same, each with the reason, which
        reports repeat.
    """

    patients: WideTable
    imaging: WideTable | None = None
    ctdna: str | None = None
    mutations: Mutations | None = None
    pet: str | None = later(None)
    recist: str | None = later(None)
    outcome: Outcome = Outcome()
    keep: tuple[Condition, ...] = ()
    facts: dict[str, Any] = later({})
    allow: dict[str, Annotated[str, Field(min_length=10)]] = later({})


class External(Strict):
    """Another cohort with the same mapping: only its files differ.

    Parameters
    ----------
    path : str or list of str
        Its clinical table.
    join : list of Joined
        Files that stand beside it.
    imaging, ctdna, pet, recist : str
        Its other tables; a block whose file is absent is missing for all of its patients.
    mutations : Mutations
        Its variant calls, and what proves coverage there.
    """

    path: Paths
    join: tuple[Joined, ...] | None = later(None)
    imaging: Paths | None = None
    ctdna: str | None = None
    mutations: Mutations | None = None
    pet: str | None = later(None)
    recist: str | None = later(None)
