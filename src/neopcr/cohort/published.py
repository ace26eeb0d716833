"""The TransNEO paper's own predictions for its 75 validation patients, as one table.

The repository keeps them in ten text files, one a HER2 status and random seed, of lines such as::

    pCR resp 0 1
    pCR ID A1 A2
    pCR_chemo_r0.8 avg 0.25 0.5

The paper averages the five seeds of the mean of its three models at a correlation cut of 0.8.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

import numpy as np

from neopcr.cohort.ranks import auroc
from neopcr.errors import TableError

HER2_PARTS = ("neg", "pos")
SEEDS = (1, 2, 3, 4, 5)
MODELS = ("clinical", "dna", "clin_rna", "rna", "imag", "chemo")
HEADER = ("Trial.ID", *(f"published_{model}" for model in MODELS), "pcr", "her2")

# Sammut et al., Nature 601 (2022) 623: the fully integrated model on the 75, to four places.
PUBLISHED_AUROC, PUBLISHED_BRIER = 0.8656, 0.1342

Part = tuple[str, int]


def derive_predictions(texts: Mapping[Part, str]) -> str:
    """Average the predictions of the seeds.

    Parameters
    ----------
    texts : mapping of (str, int) to str
        Text of ``predictions.txt`` by HER2 part (``neg``, ``pos``) and seed.

    Returns
    -------
    str
        csv of `HEADER`, one row a patient: the HER2-negative first, in the order of the files.

    Raises
    ------
    TableError
        If a file lacks a line, or the files of two seeds are not of the same patients.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(HEADER)
    for part in HER2_PARTS:
        seeds = [_lines(texts[part, seed]) for seed in SEEDS]
        identifiers, outcomes = _one(seeds, "pCR ID"), _one(seeds, "pCR resp")
        means = [_mean(seeds, f"pCR_{model}_r0.8 avg") for model in MODELS]
        writer.writerows(
            [identifier, *row, outcome, part]
            for identifier, outcome, *row in zip(identifiers, outcomes, *means, strict=True)
        )
    return buffer.getvalue()


def reproduces_paper(text: str) -> bool:
    """Whether a derived table gives the published AUROC and Brier score of the integrated model."""
    rows = list(csv.DictReader(io.StringIO(text)))
    outcome = np.array([float(row["pcr"]) for row in rows])
    predicted = np.array([float(row["published_chemo"]) for row in rows])
    if len(np.unique(outcome)) < 2:
        return False
    brier = float(np.mean((predicted - outcome) ** 2))
    found = round(auroc(predicted, outcome), 4), round(brier, 4)
    return found == (PUBLISHED_AUROC, PUBLISHED_BRIER)


def _lines(text: str) -> dict[str, list[str]]:
    """Values by the two words that start a line; of equal lines the first."""
    lines: dict[str, list[str]] = {}
    for line in text.splitlines():
        first, second, *values = line.split(" ")
        lines.setdefault(f"{first} {second}", [value for value in values if value])
    return lines


def _get(lines: Mapping[str, list[str]], name: str) -> list[str]:
    if name not in lines:
        message = f"predictions.txt: it has no line '{name}'. Fetch the files again."
        raise TableError(message)
    return lines[name]


def _one(seeds: list[dict[str, list[str]]], name: str) -> list[str]:
    """Values that are the same in every seed."""
    every = [_get(lines, name) for lines in seeds]
    if any(each != every[0] for each in every):
        message = f"predictions.txt: line '{name}' differs between the seeds. Fetch them again."
        raise TableError(message)
    return every[0]


def _mean(seeds: list[dict[str, list[str]]], name: str) -> list[float]:
    values = np.array([[float(value) for value in _get(lines, name)] for lines in seeds])
    means: list[float] = values.mean(axis=0).tolist()
    return means
