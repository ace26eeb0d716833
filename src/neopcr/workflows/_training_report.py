"""What the report of a training says: filled in here, laid out by `report`."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from neopcr import __version__
from neopcr.metrics import METRICS
from neopcr.report import Comparison, Difference, Drawing, Report, Section
from neopcr.report.checklist import audits
from neopcr.report.forest import forest
from neopcr.simulation import reachable
from neopcr.validation import estimate, paired_difference, verdict
from neopcr.workflows._availability import assumptions, availability, described, of_centres
from neopcr.workflows._checklist import facts_of
from neopcr.workflows._drawn import (
    essential_figures,
    explanation_figures,
    performance_figures,
)
from neopcr.workflows._firmness import firmness
from neopcr.workflows._folds import shared_patients
from neopcr.workflows._size import size_sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.config import Config
    from neopcr.specs import Step
    from neopcr.workflows._trained import Trained

COMPARED = ("auroc", "brier")


def training_report(config: Config, trained: Sequence[Trained]) -> Report:
    """Gather the report of a training.

    Parameters
    ----------
    config : Config
        What was asked for.
    trained : sequence of Trained
        One a landmark, in the config's order.

    Returns
    -------
    Report
    """
    first = trained[0]
    shared = _shared_steps(trained)
    return Report(
        title=f"{config.name}: prediction of pathological complete response",
        subtitle="Internal validation by nested, repeated cross-validation",
        version=__version__,
        estimand=first.bundle.estimand,
        definition=first.bundle.definition,
        design=_design(config),
        flow=shared,
        sections=tuple(_section(config, each, len(shared)) for each in trained),
        comparisons=(
            *(_landmark_comparison(config, trained) if len(trained) > 1 else ()),
            *(one for each in trained for one in each.further.comparisons),
        ),
        examinations=(
            *(one for each in trained if (one := firmness(each)) is not None),
            *(one for each in trained for one in each.further.examinations),
        ),
        audits=audits(facts_of(config, trained)),
        data=f"{len(first.prepared.y):,} patients at {first.prepared.landmark.name}"
        f"{of_centres(first.prepared)}, read by the config '{config.name}'.",
        limits=_limits(trained),
        provenance=first.bundle.provenance,
    )


def _design(config: Config) -> str:
    resampling = config.resampling
    grouped = f", whole {resampling.group}s left out together" if resampling.group else ""
    return (
        f"Performance is that of patients the model had not seen: {resampling.outer_folds} outer "
        f"folds, repeats: {resampling.repeats}{grouped}. Inside each, {resampling.trials} trials of "
        f"a random search over {resampling.inner_folds} inner folds chose the members' settings, "
        "their weights and the recalibration. Values are means over the repeats; intervals are "
        "95 %, from 2,000 bootstrap draws of patients, each averaged over the repeats."
    )


def _section(config: Config, trained: Trained, shared_steps: int) -> Section:
    prepared, name = trained.prepared, trained.prepared.landmark.name
    return Section(
        name=name,
        n=len(prepared.y),
        events=int(prepared.y.sum()),
        performance=trained.estimates,
        reachable=reachable(config, prepared.landmark),
        flow=prepared.cohort.flow[shared_steps:],
        essentials=essential_figures(
            name, prepared.y, trained.folds.p, trained.estimates, config.thresholds
        ),
        figures=performance_figures(name, prepared.y, trained.folds.p, trained.estimates),
        explanations=explanation_figures(
            name,
            trained.bundle,
            prepared.cohort.table,
            trained.classifier.as_members_saw(prepared.X)[1],
        ),
        characteristics=described(prepared),
        availability=availability(prepared),
        choices={key: str(value) for key, value in trained.classifier.choices_.items()},
        bundle=trained.sha256,
    )


def _shared_steps(trained: Sequence[Trained]) -> tuple[Step, ...]:
    """The steps of the flow, from the first on, that every landmark has in common."""
    if len(trained) == 1:
        return ()
    together = zip(*(each.prepared.cohort.flow for each in trained), strict=False)
    return tuple(steps[0] for steps in takewhile(lambda steps: len(set(steps)) == 1, together))


def _landmark_comparison(config: Config, trained: Sequence[Trained]) -> tuple[Comparison, ...]:
    """Each landmark against the one before, on the patients that all of them hold."""
    shared = shared_patients(
        [each.prepared for each in trained], [each.folds.p for each in trained]
    )
    rows, forests = [], []
    names = [each.prepared.landmark.name for each in trained]
    for key in COMPARED:
        metric, labels, differences = METRICS[key], [], []
        for later in range(1, len(trained)):
            pair = (shared.p[later], shared.p[later - 1])
            difference = paired_difference(metric, shared.y, *pair, seed=config.seed)
            rows.append(
                Difference(
                    label=f"{names[later]} against {names[later - 1]}",
                    first=estimate(metric, shared.y, pair[0], seed=config.seed),
                    second=estimate(metric, shared.y, pair[1], seed=config.seed),
                    difference=difference,
                    verdict=verdict(difference, metric),
                )
            )
            labels.append(rows[-1].label)
            differences.append(difference)
        better = "higher" if metric.direction == "higher" else "lower"
        forests.append(forest(f"landmarks-{key}", metric.title, labels, differences, better))
    return (
        Comparison(
            title="What each landmark adds",
            note=f"On the {len(shared.y):,} patients of all landmarks, with one fold plan.",
            first="Later",
            second="Earlier",
            rows=tuple(rows),
            figures=tuple(forests),
        ),
    )


def _limits(trained: Sequence[Trained]) -> tuple[str, ...]:
    limits = [
        "Internal validation speaks of patients like these. How the model does elsewhere is shown "
        "by `neopcr validate` on another cohort.",
        *assumptions(trained[0].prepared),
        *(f"At {each.prepared.landmark.name} {size_sentence(each.bundle)}" for each in trained),
    ]
    if any(
        each.prepared.cohort.flow and "not assessed" in step.reason
        for each in trained
        for step in each.prepared.cohort.flow
    ):
        limits.append("Whether patients were still on therapy at the landmark was not assessed.")
    return tuple(limits)


def drawings(report: Report) -> tuple[Drawing, ...]:
    """Every figure of a report that shows no single patient."""
    drawn = [
        *(
            drawing
            for one in report.sections
            for drawing in (*one.essentials, *one.figures, *one.explanations)
        ),
        *(drawing for one in report.comparisons for drawing in one.figures),
        *(drawing for one in report.examinations for drawing in one.figures),
    ]
    return tuple(drawing for drawing in drawn if not drawing.shows_patients)
