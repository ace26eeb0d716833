"""Regimens against the components that a file records of them directly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neopcr.cohort.contract import found
from neopcr.oncology.regimen import TRAITS, contradicts

if TYPE_CHECKING:
    from neopcr.specs import Problem, Table

ASSIGNED = "regimen_assigned"


def regimen_contradictions(table: Table) -> list[Problem]:
    """Rows whose regimen, by its name, has a component that is recorded as absent, or the reverse.

    Under the component's name, such as ``regimen_platinum``. What is missing, or left open by the
    name, contradicts nothing.

    Examples
    --------
    >>> import numpy as np
    >>> from neopcr.oncology.regimen_names import REGIMEN_NAMES
    >>> codes = np.array([REGIMEN_NAMES.index("TCbHP")] * 2, dtype=np.int16)
    >>> table = {"regimen_assigned": codes, "regimen_platinum": np.array([1.0, 0.0])}
    >>> [(each.column, each.rule, each.rows) for each in regimen_contradictions(table)]
    [('regimen_platinum', 'regimen_contradicts_components', array([1]))]
    """
    if ASSIGNED not in table:
        return []
    given = {trait: table[f"regimen_{trait}"] for trait in TRAITS if f"regimen_{trait}" in table}
    return [
        problem
        for trait, rows in contradicts(table[ASSIGNED], given).items()
        for problem in found(f"regimen_{trait}", {"regimen_contradicts_components": rows})
    ]
