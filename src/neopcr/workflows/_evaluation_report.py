"""What the report of an external evaluation says: filled in here, laid out by `report`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neopcr import __version__
from neopcr.config import config_hash
from neopcr.report import Comparison, Report, Section
from neopcr.report.checklist import evaluation_audits
from neopcr.workflows._availability import assumptions, availability, described, of_centres
from neopcr.workflows._checklist import facts_of_evaluation
from neopcr.workflows._drawn import (
    essential_figures,
    explanation_figures,
    performance_figures,
)
from neopcr.workflows._evaluation_size import evaluation_sentence
from neopcr.workflows._models import title

if TYPE_CHECKING:
    from neopcr.bundle import Bundle
    from neopcr.config import Config
    from neopcr.specs import Estimate, FloatArray
    from neopcr.workflows._prepare import Prepared


def evaluation_report(
    config: Config,
    bundle: Bundle,
    prepared: Prepared,
    found: tuple[FloatArray, tuple[Estimate, ...], tuple[Comparison, ...]],
    sha256: str,
) -> Report:
    """Gather the report of an external evaluation.

    Parameters
    ----------
    config : Config
        What was asked for.
    bundle : Bundle
        Which was examined.
    prepared : Prepared
        The cohort.
    found : tuple of p, estimates and comparisons
        Predicted probabilities, every metric, and other models' predictions.
    sha256 : str
        By which the bundle is cited.

    Returns
    -------
    Report
    """
    p, estimates, comparisons = found
    return Report(
        title=f"{title(bundle)}: external validation",
        subtitle=f"Version {bundle.version}, examined with the config '{config.name}'",
        version=__version__,
        estimand=bundle.estimand,
        definition=prepared.cohort.definition,
        design="The bundle was frozen before this cohort was read; nothing was fitted to it. "
        "Intervals are 95 %, by the method that each table names.",
        flow=prepared.cohort.flow,
        sections=(_section(config, bundle, prepared, (p, estimates), sha256),),
        comparisons=comparisons,
        audits=evaluation_audits(facts_of_evaluation(config, prepared, bundle)),
        data=f"{len(prepared.y):,} patients of the config's `external` block"
        f"{of_centres(prepared)}; made from {bundle.training['n']:,} others, "
        f"{bundle.training['events']:,} with pCR.",
        role="Evaluated in",
        limits=_limits(bundle, prepared),
        provenance={
            **{f"training_{key}": value for key, value in bundle.provenance.items()},
            "config_sha256": config_hash(config),
            "data_sha256": prepared.cohort.fingerprint,
        },
    )


def _section(
    config: Config,
    bundle: Bundle,
    prepared: Prepared,
    found: tuple[FloatArray, tuple[Estimate, ...]],
    sha256: str,
) -> Section:
    (p, estimates), name, y = found, prepared.landmark.name, prepared.y
    return Section(
        name=name,
        n=len(y),
        events=int(y.sum()),
        performance=estimates,
        essentials=essential_figures(name, y, p, estimates, config.thresholds),
        figures=performance_figures(name, y, p, estimates),
        explanations=explanation_figures(name, bundle, prepared.cohort.table),
        characteristics=described(prepared),
        availability=availability(prepared),
        bundle=sha256,
    )


def _limits(bundle: Bundle, prepared: Prepared) -> tuple[str, ...]:
    absent = sorted(
        {column.name for column in bundle.space.columns}
        - {column.name for column in prepared.cohort.columns}
    )
    lacks = [f"The cohort lacks columns the model was trained with: {', '.join(absent)}."]
    return (
        "One external cohort shows how the model does there, and nowhere else.",
        evaluation_sentence(prepared.y),
        *assumptions(prepared),
        *(lacks if absent else []),
    )
