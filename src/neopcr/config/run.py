"""One run, as a config asks for it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from neopcr.config.cohort import CohortConfig, External
from neopcr.config.types import Landmarks, Members, Some, Strict, Subgroup, later
from neopcr.specs import Landmark


class Resampling(Strict):
    """Folds and search. Every inner step of a fold uses one plan.

    Parameters
    ----------
    outer_folds, repeats : int
        The examination: folds, and how often the patients are dealt to them anew.
    inner_folds, trials : int
        Inside each outer fold: folds, and settings that a member's search tries.
    group : str
        Column whose values are never split over folds, such as ``centre``.
    optimism : int
        Bootstrap draws of patients in which an elastic net is made anew, to correct its performance
        for optimism, such as 500; 0 for none.
    learning_curve : list of float
        Shares of each fold's patients that the model learns from, such as ``[0.25, 0.5, 1]``; each
        costs a cross-validation.
    internal_external : str
        Column of centres or studies: each is examined by a model of the others, and pooled.
    temporal : str
        Column of dates: the later patients are examined by a model of the earlier.
    instability : int
        Bootstrap models whose predictions are set beside the model's (Riley & Collins 2023); 200
        or more are advised, 0 for none.
    bootstrap : int
        Refits that the instability interval rests on; 0 for none.
    """

    outer_folds: int = Field(5, ge=2)
    repeats: int = Field(5, ge=1)
    inner_folds: int = Field(3, ge=2)
    trials: int = Field(30, ge=1)
    group: str | None = None
    optimism: int = later(0, ge=0)
    learning_curve: tuple[Annotated[float, Field(gt=0.0, le=1.0)], ...] = later(())
    internal_external: str | None = later(None)
    temporal: str | None = later(None)
    instability: int = later(0, ge=0)
    bootstrap: int = later(50, ge=0)


class Tracking(Strict):
    """Where runs are logged.

    Parameters
    ----------
    experiment : str
        Name of the MLflow experiment.
    uri : str
        Of the MLflow store; the variable MLFLOW_TRACKING_URI wins over it.
    enabled : bool
        Without it nothing is logged or registered.
    """

    experiment: str = "neopcr"
    uri: str = "sqlite:///mlflow.db"
    enabled: bool = True


class Config(Strict):
    """One run, from files to bundle.

    Parameters
    ----------
    name : str
        Lower-case letters, digits, ``-`` and ``_``; bundles are called ``<name>-<landmark>``.
    seed : int
        Of everything drawn; the same config, data and seed give the same bytes.
    landmarks : list of str
        When predictions are made; one bundle each.
    modalities : list of str
        Which blocks of features a model may use; see the data dictionary.
    cohort : CohortConfig
        Files, columns and outcome of the patients a model is made from.
    external : External
        Patients for `neopcr validate` and `neopcr assemble --external`.
    members : list of str
        Models that are blended on the logit.
    resampling : Resampling
        Folds and search.
    subgroups : list of str, or of dict of str to list of float
        Columns by whose values performance is reported too; a number with its cut-points, each the
        lower end of a band: ``{age_years: [40, 50, 65]}``.
    ladder : list of list of str
        Added value: modalities of the first step, then those that each step adds.
    comparators : list of str
        Published models (YAML files such as ``configs/comparators/pch.yaml``) that are set beside
        this one, on the same folds.
    tracking : Tracking
        Where runs are logged.
    expected_auroc : float
        What a model of such features may reach, before it is fitted: with it, the patients that
        they need are counted (Riley, BMJ 368 (2020) m441).
    thresholds : list of float
        Probabilities of pCR at and above which one would act, declared before results are seen:
        net benefit, sensitivity, specificity and predictive values are reported at each.
    monotone : bool
        Whether p_pcr may only go the way that the field knows, feature by feature: up with IHC 3+
        and the ratio, down with hormone receptors; see the data dictionary.
    products : list of list of str
        Features that are multiplied, such as ``[[pam_altered, hr_positive]]``, each product a feature
        too; PAM by HR by dual blockade where it is left out, none where it is empty.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    seed: int = Field(0, ge=0)
    landmarks: Landmarks = (Landmark.baseline,)
    modalities: Annotated[tuple[str, ...], Some]
    cohort: CohortConfig
    external: External | None = None
    members: Members = ("elastic_net", "boosted_trees")
    resampling: Resampling = Resampling()
    subgroups: tuple[Subgroup, ...] = ()
    tracking: Tracking = Tracking()
    expected_auroc: float = later(0.75, gt=0.5, lt=1.0)
    ladder: tuple[Annotated[tuple[str, ...], Some], ...] = later(())
    comparators: tuple[str, ...] = later(())
    thresholds: tuple[Annotated[float, Field(gt=0.0, lt=1.0)], ...] = later(())
    monotone: bool = later(default=False)
    products: tuple[Annotated[tuple[str, ...], Some], ...] | None = later(None)
