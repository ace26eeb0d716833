"""Two questions answered in one pass over a cohort."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neopcr.workflows._streamed import Question

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from neopcr.specs import Problem, Table


def joined(first: Question, second: Question, name: str) -> Question:
    """Ask both at once: every column is read once, and a row that either rejects has no answer.

    Parameters
    ----------
    first, second : Question
    name : str
        Before the names of the second's answers, ``<name>_<answer>``; and where its part of the
        manifest stands.
    """

    def answer(table: Table) -> Mapping[str, pa.Array]:
        told = second.answer(table)
        return {**first.answer(table), **{f"{name}_{each}": told[each] for each in told}}

    def check(table: Table) -> Sequence[Problem]:
        return (*first.check(table), *second.check(table))

    return Question(
        columns=tuple({one.name: one for one in (*first.columns, *second.columns)}.values()),
        answer=answer,
        check=check,
        about={**first.about, name: second.about},
    )


def part(manifest: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the manifest as if the second question had been asked alone."""
    start = f"{name}_"
    counts = {
        each.removeprefix(start): tally
        for each, tally in manifest["counts"].items()
        if each.startswith(start)
    }
    return {**manifest, **manifest[name], "counts": counts}
