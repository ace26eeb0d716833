"""Simple and published models beside ours: the same patients, the same folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import yaml
from pydantic import Field, ValidationError, model_validator
from scipy.special import expit

from neopcr.config import Strict, explain_fault
from neopcr.errors import ConfigError
from neopcr.report import Comparison
from neopcr.validation.comparators import by_level, prevalence, refitted
from neopcr.workflows._paired import compared, forests, paired_row

if TYPE_CHECKING:
    from neopcr.config import Config
    from neopcr.report import Difference
    from neopcr.specs import FloatArray
    from neopcr.validation import Plan
    from neopcr.workflows._prepare import Prepared

HR = "hr_positive"
PREVALENCE = "prevalence"


class Term(Strict):
    """One coefficient of a published model.

    Parameters
    ----------
    of : str
        A column of the cohort, or a feature of the modalities.
    equals : str or float
        The term is 1 where the value is this one, else 0.
    at_least : float
        The term is 1 from this value on, else 0. With neither, the term is the value itself.
    log_odds : float
        The coefficient.
    source : str
        Where it stands, and what was assumed.
    """

    of: str
    equals: str | float | None = None
    at_least: float | None = None
    log_odds: float
    source: str = Field(min_length=10)


class PublishedModel(Strict):
    """A model as a paper printed it.

    Parameters
    ----------
    name : str
        As reports call it.
    source : str
        Paper, year, DOI.
    intercept : float or null
        Null where it was not printed: then it is fitted to the training part of each fold.
    terms : list of Term
    """

    name: str
    source: str = Field(min_length=10)
    intercept: float | None = None
    terms: tuple[Term, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_rule_a_term(self) -> PublishedModel:
        if any(term.equals is not None and term.at_least is not None for term in self.terms):
            message = "a term has `equals` or `at_least`, not both"
            raise ValueError(message)
        return self


@dataclass(frozen=True, slots=True)
class Comparator:
    """A model set beside ours, and what must be known of it."""

    name: str
    note: str
    p: FloatArray


def read_published(path: Path) -> PublishedModel:
    """Read the YAML file of a published model.

    Raises
    ------
    ConfigError
        If it is absent, is not YAML, or a key or value is not understood.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return PublishedModel.model_validate(content)
    except ValidationError as error:
        keys = {*PublishedModel.model_fields, *Term.model_fields}
        raise ConfigError(explain_fault(str(path), error, keys)) from None
    except (OSError, ValueError, yaml.YAMLError):
        message = f"{path}: not a readable YAML file. See configs/comparators/ for an example."
        raise ConfigError(message) from None


def linear_part(model: PublishedModel, prepared: Prepared) -> FloatArray:
    """Sum of a model's terms without the intercept, shape (n_patients,); NaN where not known.

    Raises
    ------
    ConfigError
        If a term's column is none of the cohort and no feature.
    """
    total: FloatArray = np.zeros(len(prepared.y))
    for term in model.terms:
        total = total + term.log_odds * _value(term, prepared)
    return total


def _value(term: Term, prepared: Prepared) -> FloatArray:
    if isinstance(term.equals, str):
        return _is_level(term.of, term.equals, prepared)
    values = _numbers(term.of, prepared)
    if values is None:
        message = (
            f"comparators: '{term.of}' is no number of the cohort and no feature of the "
            "modalities. Map it, or leave the comparator out."
        )
        raise ConfigError(message)
    if term.equals is not None:
        return np.where(np.isnan(values), np.nan, values == term.equals)
    if term.at_least is not None:
        return np.where(np.isnan(values), np.nan, values >= term.at_least)
    return values


def _is_level(name: str, level: str, prepared: Prepared) -> FloatArray:
    columns = {column.name: column for column in prepared.cohort.columns}
    if name not in columns or level not in columns[name].categories:
        message = (
            f"comparators: '{name}' is no category of the cohort with the level '{level}'. "
            "Map it, or leave the comparator out."
        )
        raise ConfigError(message)
    codes = prepared.cohort.table[name]
    return np.where(codes < 0, np.nan, codes == columns[name].categories.index(level))


def _numbers(name: str, prepared: Prepared) -> FloatArray | None:
    if name in prepared.space.names:
        values: FloatArray = prepared.X[:, prepared.space.names.index(name)]
        return values
    held = prepared.cohort.table.get(name)
    return held if held is not None and held.dtype == np.float64 else None


def comparators(config: Config, prepared: Prepared, plan: Plan) -> tuple[Comparator, ...]:
    """Prevalence, HR status alone, and the published models of a config.

    Parameters
    ----------
    config : Config
    prepared : Prepared
    plan : tuple of tuple of int array
        The folds of our model.

    Returns
    -------
    tuple of Comparator
        Without HR status where the cohort does not tell it.

    Raises
    ------
    ConfigError
        If a published model cannot be read, or asks for what there is not.
    """
    y = prepared.y
    share = "the share of pCR in the training part of each fold"
    found = [Comparator(PREVALENCE, f"Prevalence: {share}.", prevalence(y, plan))]
    status = _numbers(HR, prepared)
    if status is not None:
        note = f"HR status alone: {share} among patients of the same status."
        found.append(Comparator("HR status alone", note, by_level(y, status, plan)))
    published = (read_published(Path(path)) for path in config.comparators)
    return (*found, *(_published(model, prepared, plan) for model in published))


def _published(model: PublishedModel, prepared: Prepared, plan: Plan) -> Comparator:
    linear = linear_part(model, prepared)
    if model.intercept is None:
        note = "its intercept was fitted to the training part of each fold, its coefficients not"
        return Comparator(
            model.name, f"{model.name}: {model.source}; {note}.", refitted(prepared.y, linear, plan)
        )
    p = np.tile(expit(model.intercept + linear), (len(plan), 1))
    return Comparator(model.name, f"{model.name}: {model.source}; as printed.", p)


def comparison(
    config: Config, prepared: Prepared, p: FloatArray, others: Sequence[Comparator]
) -> Comparison:
    """Our model against each, on the patients whom both predict.

    Parameters
    ----------
    config : Config
    prepared : Prepared
    p : float array of shape (n_repeats, n_patients)
        Out-of-fold predictions of our model.
    others : sequence of Comparator
    """
    name = prepared.landmark.name
    metrics = compared(config.thresholds)
    rows: list[Difference] = []
    for other in others:
        both = ~np.isnan(other.p).any(axis=0)
        data = (prepared.y[both], p[:, both], other.p[:, both])
        # A constant ranks nobody: what folds make of it is below one half by construction.
        fit = [m for m in metrics if m.name != "auroc" or other.name != PREVALENCE]
        rows += [
            paired_row(m, f"against {other.name}", data, seed=config.seed)
            for m in fit
            if both.any()
        ]
    said = " ".join(other.note for other in others)
    return Comparison(
        title=f"Against simple and published models, {name}",
        note=f"On the folds of the model, each on the patients whose values it needs are known. {said}",
        first="This model",
        second="The other",
        rows=tuple(rows),
        figures=tuple(forests(f"{name}-comparators", rows, metrics)),
    )
