"""An explanation, estimates and a report with something of everything."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from neopcr.explain import Explanation, importance
from neopcr.report import (
    Bins,
    Comparison,
    Curve,
    Difference,
    Examination,
    Report,
    Section,
)
from neopcr.report.checklist import audits
from neopcr.report.decision import decision
from neopcr.report.figures import calibration, distributions, roc
from neopcr.report.forest import forest
from neopcr.report.reasons import beeswarm, modality_bars
from neopcr.report.stability import centres
from neopcr.report.waterfall import waterfall
from neopcr.specs import Column, Estimate, Step
from neopcr.validation import Missingness
from neopcr.validation.characteristics import Characteristics, Count, Line, Quartiles

FACTS = (
    "centres", "regimen", "enough", "by_centre", "subgroups", "thresholds", "grouped",
    "commit",
)  # fmt: skip
COLUMNS = (
    Column(
        name="her2_ihc", kind="category", description="", source="", modality="her2",
        categories=("0", "1+", "2+", "3+"),
    ),
    Column(name="ki67_percent", kind="number", unit="%", description="", source="", modality="receptors"),
    Column(name="ctdna_detected_c1", kind="boolean", description="", source="", modality="ctdna"),
)  # fmt: skip


@pytest.fixture(scope="session")
def explanation() -> Explanation:
    """350 patients; ctDNA after cycle 1 is known in no one."""
    rng = np.random.default_rng(5)
    n = 350
    values = np.column_stack([rng.integers(2, 4, n), rng.uniform(0, 90, n), np.full(n, np.nan)])
    values[::7, 1] = np.nan
    phi = np.column_stack(
        [values[:, 0] - 2.5, np.nan_to_num(values[:, 1] - 45) / 60, np.full(n, 0.1)]
    )
    logit = -0.2 + phi.sum(axis=1)
    return Explanation(
        base=-0.2,
        feature_names=("ihc_3", "ki67", "cleared"),
        column_names=tuple(column.name for column in COLUMNS),
        modality_names=("her2", "receptors", "ctdna"),
        features=phi,
        columns=phi,
        modalities=phi,
        values=values,
        specs=COLUMNS,
        logit=logit,
        p=1 / (1 + np.exp(-logit)),
    )


@pytest.fixture(scope="session")
def auroc() -> Estimate:
    return Estimate(
        name="auroc", value=0.7412, lower=0.7015, upper=0.7833, n=350, events=160, method="DeLong"
    )


@pytest.fixture(scope="session")
def few() -> Estimate:
    return Estimate(
        name="auroc", value=None, lower=None, upper=None, n=9, events=3, method="DeLong",
        group="centre 7",
    )  # fmt: skip


WHO = Characteristics(
    n=(350, 160, 190),
    lines=(
        Line(column="age_years", unit="years", level="",
             cells=(Quartiles(44.2, 52, 61), Quartiles(43, 51, 60), None)),
        Line(column="her2_ihc", unit="", level="3+",
             cells=(Count(300, 350), Count(150, 160), Count(150, 190))),
        Line(column="her2_ihc", unit="", level="missing",
             cells=(Count(50, 350), Count(10, 160), Count(40, 190))),
    ),
    left_out={"expression": 20_000},
)  # fmt: skip


@pytest.fixture(scope="session")
def performance(auroc, few):
    slope = replace(
        auroc, name="calibration_slope", value=1.018, lower=0.9, upper=1.2, method="Wald"
    )
    return (auroc, slope, few)


@pytest.fixture(scope="session")
def drawings(explanation, auroc):
    """Of performance, and of explanations."""
    outcome = (explanation.p > 0.5).astype(float)
    line = np.linspace(0, 1, 11)
    curve = Curve(label="Blend", x=line, y=line**0.8, lower=line**1.2, upper=line**0.5)
    bins = Bins(
        predicted=np.array([0.2, 0.7]),
        observed=np.array([0.25, 0.6]),
        lower=np.array([0.1, 0.5]),
        upper=np.array([0.4, 0.8]),
    )
    return (
        (
            roc("roc", [curve], [auroc]),
            calibration("calibration", [curve], bins, outcome, explanation.p, [auroc]),
            distributions("distributions", outcome, explanation.p),
        ),
        (
            beeswarm("beeswarm", explanation),
            modality_bars("modalities", importance(explanation, "modalities")),
            waterfall("waterfall", explanation, 0, "typical profile"),
        ),
    )


@pytest.fixture(scope="session")
def worth():
    """A decision curve."""
    line = np.linspace(0.1, 0.9, 9)
    model = Curve(
        label="Blend", x=line, y=0.5 - line / 2, lower=0.4 - line / 2, upper=0.6 - line / 2
    )
    return decision("decision", model, Curve(label="all", x=line, y=0.5 - line), [0.4])


@pytest.fixture(scope="session")
def report(performance, few, drawings, worth) -> Report:
    gain = replace(
        performance[0], value=0.041, lower=-0.006, upper=0.088, method="paired bootstrap"
    )
    availability = (
        Missingness(
            column="ctdna_detected_c1", modality="ctdna", known=210, n=350,
            tells={
                "outcome": replace(performance[0], value=0.512),
                "arm": replace(performance[0], value=0.913, group="control"),
                "centre": few,
            },
        ),
        Missingness(column="her2_ihc", modality="her2", known=350, n=350),
    )  # fmt: skip
    return Report(
        title="pCR in <a cohort>",
        subtitle="Two landmarks",
        version="0.1.0",
        estimand="p_pcr as treated in the training cohort.",
        definition="ypT0/Tis ypN0",
        design="Out of fold, 5 x 5.",
        flow=(
            Step("in the file", 0, 359),
            Step("samples not used: 6", 0, 359),
            Step("outcome not known", 9, 350),
        ),
        sections=(
            Section(
                name="baseline", n=350, events=160, performance=performance,
                reachable=(replace(performance[0], value=0.791),),
                essentials=(*drawings[0][1:], worth), figures=drawings[0][:1],
                explanations=drawings[1], availability=availability, characteristics=WHO,
                choices={"max_depth": "3"}, bundle="ab" * 32,
            ),
            Section(
                name="c1", n=340, events=155, performance=performance,
                flow=(Step("still on therapy", 10, 340),),
            ),
        ),
        comparisons=(
            Comparison(
                title="What each landmark adds", note="On the 340 in both.", first="Later",
                second="Earlier",
                rows=(
                    Difference(
                        label="c1 against baseline", first=performance[0], second=performance[0],
                        difference=gain, verdict="not shown to help",
                    ),
                    Difference(label="centre 7", first=few, second=few, difference=few),
                ),
                figures=(forest("forest", "AUROC", ["c1", "centre 7"], [gain, few], "higher"),),
            ),
        ),
        examinations=(
            Examination(
                title="Internal-external validation", note="Each centre by the others.", first="Centre",
                estimates=(replace(performance[0], group="centre 1"), few),
                figures=(centres("centres", "AUROC", [replace(performance[0], group="1"), few], 0.7),),
            ),
        ),
        audits=audits(dict.fromkeys(FACTS, True) | {"grouped": False}),
        data="Simulated.",
        limits=("Simulated patients only.",),
        provenance={"config (SHA-256)": "cd" * 32},
    )  # fmt: skip


@pytest.fixture(scope="session")
def bare(performance) -> Report:
    """Only what every report must say."""
    return Report(
        title="Bare", version="0.1.0", estimand="p_pcr.", definition="ypT0 ypN0", design="None.",
        sections=(Section(name="external", n=350, events=160, performance=performance),),
    )  # fmt: skip
