"""From a config to what a model is fitted on, at one landmark."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neopcr.cohort import build_cohort, refuse_separating_features, require_outcomes
from neopcr.errors import ConfigError, TableError
from neopcr.features import FeatureSpace, feature_space
from neopcr.modalities import MODALITIES, find_column
from neopcr.pipeline import products_for
from neopcr.specs import Product

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.bundle import Bundle
    from neopcr.config import CohortConfig, Config
    from neopcr.specs import Cohort, FloatArray, Landmark, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A cohort at a landmark, and the matrix a model is fitted on.

    Parameters
    ----------
    landmark : Landmark
        When the prediction is made.
    cohort : Cohort
        Patients on neoadjuvant therapy then, with a known outcome.
    problems : tuple of Problem
        Rows that were rejected, and why.
    space : FeatureSpace
        Which features there are, and of which columns.
    X : float array of shape (n_patients, n_features)
        NaN where missing.
    groups : str array of shape (n_patients,) or None
        Patients of one group never stand on both sides of a fold.
    """

    landmark: Landmark
    cohort: Cohort
    problems: tuple[Problem, ...]
    space: FeatureSpace
    X: FloatArray
    groups: NDArray[np.str_] | None

    @property
    def y(self) -> FloatArray:
        """1 pCR, 0 residual disease."""
        return self.cohort.pcr


def prepare(config: Config, landmark: Landmark) -> Prepared:
    """Read the training cohort of a config at a landmark.

    Raises
    ------
    ConfigError
        If a modality is not known.
    TableError
        If the cohort breaks the contract, has too few events to learn from, or a column or
        feature leaks the outcome.
    """
    refuse_unknown_modalities(config)
    cohort, problems = build_cohort(
        config.cohort,
        find_column,
        landmark=landmark,
        mode="train",
        base=Path(),
        latest=max(config.landmarks),
    )
    require_outcomes(cohort)
    offered = [column.name for column in cohort.columns]
    plain = feature_space(config.modalities, offered, landmark)
    products = products_for(plain.names) if config.products is None else _declared(config)
    space = feature_space(config.modalities, offered, landmark, products)
    X = space.matrix(cohort.table)
    _refuse_leaks(config, space, X, cohort)
    return Prepared(
        landmark=landmark,
        cohort=cohort,
        problems=problems,
        space=space,
        X=X,
        groups=_groups(config.resampling.group, cohort),
    )


def prepare_external(config: Config, bundle: Bundle) -> Prepared:
    """Read the cohort of the config's `external` block as a bundle needs it.

    Raises
    ------
    ConfigError
        If there is no such block.
    TableError
        If the cohort breaks the contract.
    """
    cohort, problems = build_cohort(
        external_files(config),
        find_column,
        landmark=bundle.landmark,
        mode="train",
        base=Path(),
        latest=max(*config.landmarks, bundle.landmark),
    )
    return Prepared(
        landmark=bundle.landmark,
        cohort=cohort,
        problems=problems,
        space=bundle.space,
        X=bundle.space.matrix(cohort.table),
        groups=None,
    )


def refuse_unknown_modalities(config: Config) -> None:
    """Raise ConfigError where a config names a modality that is not registered."""
    unknown = [name for name in config.modalities if name not in MODALITIES]
    if unknown:
        message = f"{config.name}: unknown modality '{unknown[0]}'. Known: {', '.join(MODALITIES)}."
        raise ConfigError(message)


def _declared(config: Config) -> tuple[Product, ...]:
    """Products that a config declares itself; those of features not yet known are left out later."""
    chosen = [MODALITIES[name] for name in config.modalities]
    prefixes = tuple(each.prefix for each in chosen if each.prefix)
    names = {feature.name for each in chosen for feature in each.features}
    for factors in config.products or ():
        unknown = [each for each in factors if each not in names and not each.startswith(prefixes)]
        if unknown or len(factors) < 2:
            fault = (
                f"'{unknown[0]}' is no feature of its modalities" if unknown else "one has no pair"
            )
            message = f"{config.name}: products: {fault}. Name two features or more of each."
            raise ConfigError(message)
    if config.monotone and config.products:
        message = (
            f"{config.name}: monotone: a product of numbers of either sign keeps to no direction. "
            "Leave `products` out, or `monotone`."
        )
        raise ConfigError(message)
    return tuple(Product("_x_".join(factors), factors) for factors in config.products or ())


def external_files(config: Config) -> CohortConfig:
    """The cohort of the config's `external` block: its own files, the same mapping.

    Raises
    ------
    ConfigError
        If the config has no such block.
    """
    if config.external is None:
        message = f"{config.name}: there is no `external` block. Add one with the cohort's files."
        raise ConfigError(message)
    own, there = config.cohort, config.external
    join = own.patients.join if there.join is None else there.join
    imaging = (
        own.imaging.model_copy(update={"path": there.imaging})
        if own.imaging and there.imaging
        else None
    )
    return own.model_copy(
        update={
            "patients": own.patients.model_copy(update={"path": there.path, "join": join}),
            "imaging": imaging,
            "ctdna": there.ctdna,
            "pet": there.pet,
            "recist": there.recist,
            "mutations": there.mutations,
        }
    )


def _refuse_leaks(config: Config, space: FeatureSpace, X: FloatArray, cohort: Cohort) -> None:
    """Refuse a feature that alone separates the outcome."""
    made_of = {
        name: tuple(space.columns[place].name for place in places)
        for name, places in zip(space.names, space.column_groups(), strict=True)
    }
    features = dict(zip(space.names, X.T, strict=True))
    refuse_separating_features(features, cohort.pcr, made_of, config.cohort.allow)


def _groups(column: str | None, cohort: Cohort) -> NDArray[np.str_] | None:
    """The column that keeps patients together; those without a value are one group."""
    if column is None:
        return None
    if column not in cohort.table:
        message = f"{column}: folds are grouped by it, but the cohort lacks it. Map it, or drop it."
        raise TableError(message)
    return np.array(["" if value is None else str(value) for value in cohort.table[column]])
