"""Pages of an explanation: of a cohort, and of one patient when a person asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neopcr import __version__
from neopcr.explain import importance, sentences, stability_from
from neopcr.kernel import points, top_reasons
from neopcr.report.chapters import Chapter, ChapterPage, Grid
from neopcr.report.numbers import count, number, percent
from neopcr.workflows._models import title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from neopcr.bundle import Bundle
    from neopcr.explain import Explanation, RankStability
    from neopcr.report import Drawing
    from neopcr.specs import Cohort, Table

_SENTENCES = 10

_EXACT = (
    "For every patient they add up, from the base, to the logit of p_pcr: features share theirs equally "
    "over the columns they are made of, columns add up to modalities. What the lack of a column "
    "contributes belongs to that column; where a patient lacks a whole modality, another model scores "
    "it, and what this changes belongs to the columns that lack. Contributions describe the model: they "
    "are neither causes nor effects of treatment."
)
_PATH = (
    "Contributions are exact, path-dependent SHAP values: a split on a column that is left out is "
    "averaged over the training patients that reached it. The base is the logit of the average training "
    "patient, {base}."
)
_BACKGROUND = (
    "Contributions are exact, interventional SHAP values: a column that is left out takes its values "
    "from a background of {n} patients. The base is their mean logit, {base}."
)
_POINTS = (
    "Points say how far p_pcr would move, were that one contribution taken away. Contributions add up on "
    "the logit; points do not."
)


class Explained(NamedTuple):
    """A cohort and its explanation.

    Parameters
    ----------
    bundle : Bundle
    cohort : Cohort
    explanation : Explanation
        Of it.
    provenance : mapping of str to str
        What the pages cite.
    n_background : int or None
        Patients that stand in for what is left out; None where values are path-dependent.
    """

    bundle: Bundle
    cohort: Cohort
    explanation: Explanation
    provenance: Mapping[str, str]
    n_background: int | None


def cohort_page(of: Explained, figures: Sequence[Drawing]) -> ChapterPage:
    """Make the page of a cohort: no patient is named."""
    left_out = tuple(
        f"{step.reason}: {count(step.excluded)} left out, {count(step.remaining)} remain."
        for step in of.cohort.flow
        if step.excluded
    )
    return ChapterPage(
        title=f"{title(of.bundle)}: explanation",
        subtitle=f"Version {of.bundle.version}; {count(len(of.explanation.p))} patients",
        version=__version__,
        notice=of.bundle.estimand,
        chapters=(
            Chapter(title="How contributions are meant", text=(*_meant(of), *left_out)),
            Chapter(
                title="What moves the predictions",
                figures=tuple(figures),
                folded=(_columns(of.explanation, stability_from(of.bundle.training)),),
            ),
        ),
        provenance=of.provenance,
    )


def patient_page(of: Explained, patient: int, figures: Sequence[Drawing]) -> ChapterPage:
    """Make the page of one patient, by 0-based place in the cohort; the page has no identifier."""
    p = percent(float(of.explanation.p[patient]))
    row = count(int(of.cohort.row[patient]))
    return ChapterPage(
        title=f"{title(of.bundle)}: explanation of one patient",
        subtitle=f"Version {of.bundle.version}; row {row} of the cohort; p_pcr {p}",
        version=__version__,
        notice=of.bundle.estimand,
        chapters=(
            Chapter(title="Reasons", grids=(_reasons(of.explanation, of.cohort.table, patient),)),
            Chapter(title="How it is made up, and how firm it is", figures=tuple(figures)),
            Chapter(title="How contributions are meant", text=_meant(of)),
        ),
        provenance=of.provenance,
    )


def _meant(of: Explained) -> tuple[str, str]:
    base = number(of.explanation.base)
    if of.n_background is None:
        return _PATH.format(base=base), _EXACT
    return _BACKGROUND.format(n=count(of.n_background), base=base), _EXACT


def _reasons(explanation: Explanation, table: Table, patient: int) -> Grid:
    """What moved one patient's p_pcr most, in words, largest first."""
    phi = explanation.columns[patient : patient + 1]
    index, value = top_reasons(phi, min(_SENTENCES, phi.shape[1]))
    index = np.where(value == 0, -1, index)
    alone = {name: cells[patient : patient + 1] for name, cells in table.items()}
    worth = points(explanation.logit[patient : patient + 1], value)
    said = [each[0].as_py() for each in sentences(explanation.specs, alone, index, worth)]
    return Grid(
        title="What moved p_pcr most",
        how=_POINTS,
        header=("Reason", "Contribution (logit)"),
        rows=tuple(
            (text, number(float(far), 2, signed=True))
            for text, far in zip(said, value[0], strict=True)
            if text is not None
        ),
    )


def _columns(explanation: Explanation, stability: RankStability | None) -> Grid:
    ranks: Mapping[str, tuple[int, int, int]] = {}
    if stability is not None:
        triples = zip(stability.rank, stability.lower, stability.upper, strict=True)
        ranks = dict(zip(stability.names, triples, strict=True))
    titles = {column.name: column.title for column in explanation.specs}
    missing = np.isnan(explanation.values).mean(axis=0)
    shares = dict(zip(explanation.column_names, missing.tolist(), strict=True))
    rows = []
    for one in importance(explanation):
        own = ranks.get(one.name)
        rows.append(
            (
                one.name,
                titles[one.name],
                percent(shares[one.name]),
                number(one.value),
                "" if own is None else str(own[0]),
                "" if own is None else f"{own[1]} to {own[2]}",
            )
        )
    return Grid(
        title="Every column",
        how="Mean absolute contribution in these patients; rank in training, and the ranks in 95 % of "
        "models fitted to bootstrap samples of the training patients.",
        header=("Column", "What it is", "Missing", "Contribution", "Rank", "Ranks of refits"),
        rows=tuple(rows),
        words=2,
    )
