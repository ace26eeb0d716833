"""What a report says, as data: workflows fill it in, `write_report` lays it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neopcr.report.checklist import Audit
    from neopcr.report.drawing import Drawing
    from neopcr.specs import Estimate, Step
    from neopcr.validation import Characteristics, Missingness


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One paired difference and the two estimates it is made of.

    Parameters
    ----------
    label : str
        What is compared, as in "c1 against baseline".
    first, second : Estimate
        On the same patients.
    difference : Estimate
        First minus second.
    verdict : str
        In words, from validation: "better", "not worse", "worse", "not shown to help".
    """

    label: str
    first: Estimate
    second: Estimate
    difference: Estimate
    verdict: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two or more models on the same patients.

    Parameters
    ----------
    title, note : str
        What is compared, and what must be known to read it.
    first, second : str
        Headers of the two columns of estimates, as in "This model" and "Published model".
    rows : tuple of Difference
        One a metric, group or pair of landmarks.
    figures : tuple of Drawing
        Forests.
    """

    title: str
    note: str = ""
    first: str
    second: str
    rows: tuple[Difference, ...]
    figures: tuple[Drawing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """One more way in which a model was examined: by centre, by time, by resampling.

    Parameters
    ----------
    title, note : str
        What was done, and what must be known to read it.
    first : str
        Header of the column of groups, such as "Centre".
    estimates : tuple of Estimate
        Every metric in every group.
    figures : tuple of Drawing
    """

    title: str
    note: str = ""
    first: str = "Group"
    estimates: tuple[Estimate, ...] = ()
    figures: tuple[Drawing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One model: how it did, and what it leans on.

    Parameters
    ----------
    name : str
        A landmark, such as "baseline"; unique in a report.
    n, events : int
        Patients, and those who reached pCR.
    performance : tuple of Estimate
        Every metric in every group; group "all" comes first. None where only explanations
        are reported.
    reachable : tuple of Estimate
        What the best possible model reaches on these columns; simulated cohorts only.
    flow : tuple of Step
        Attrition that belongs to this landmark alone.
    essentials : tuple of Drawing
        What a reader must see first: calibration, decision curve, predictions by outcome.
    figures, explanations : tuple of Drawing
        Of performance, and of contributions.
    characteristics : Characteristics or None
        Who the patients are, by outcome.
    availability : tuple of Missingness
        One a column.
    choices : mapping of str to str
        What the search chose, by name.
    bundle : str
        SHA-256 by which the bundle is cited.
    """

    name: str
    n: int
    events: int
    performance: tuple[Estimate, ...] = ()
    reachable: tuple[Estimate, ...] = ()
    flow: tuple[Step, ...] = ()
    essentials: tuple[Drawing, ...] = ()
    figures: tuple[Drawing, ...] = ()
    explanations: tuple[Drawing, ...] = ()
    characteristics: Characteristics | None = None
    availability: tuple[Missingness, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    bundle: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything a report says.

    Parameters
    ----------
    title, subtitle : str
        Of the page.
    version : str
        Of the package.
    estimand : str
        What p_pcr is the probability of, and under which treatment policy.
    definition : str
        How pCR was defined.
    design : str
        How performance was estimated: folds, repeats, grouping, or external cohort.
    flow : tuple of Step
        Attrition shared by all landmarks, first step first.
    sections : tuple of Section
        One a model.
    comparisons : tuple of Comparison
        What landmarks add; another model's predictions.
    examinations : tuple of Examination
        By centre, by time, by resampling.
    audits : tuple of Audit
        Checklists of reporting and of bias, filled in.
    data : str
        What the cohort is, for the model card.
    role : str
        What the cohort was for: "Training cohort", or "Evaluated in".
    limits : tuple of str
        What this run cannot show, beside the limits every report states.
    provenance : mapping of str to str
        Config hash, data fingerprint, versions, …; no times and no hosts.
    """

    title: str
    subtitle: str = ""
    version: str
    estimand: str
    definition: str
    design: str
    flow: tuple[Step, ...] = ()
    sections: tuple[Section, ...]
    comparisons: tuple[Comparison, ...] = ()
    examinations: tuple[Examination, ...] = ()
    audits: tuple[Audit, ...] = ()
    data: str = ""
    role: str = "Training cohort"
    limits: tuple[str, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)
