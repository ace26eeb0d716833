"""What MLflow calls to load a bundle; it imports no MLflow itself.

MLflow's ``load_model`` imports the module that a model names, which for ours is this one. The
bundle is data: loading it parses and checks it, and runs nothing.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from neopcr.bundle import load_bundle
from neopcr.scoring.batch import Scorer, patient_ids, prepare, score_batch
from neopcr.scoring.duplicates import hash_ids, is_repeated, repeated

if TYPE_CHECKING:
    import pandas as pd


class PyfuncModel:
    """Scores of a pandas table, as ``neopcr score`` gives them.

    Parameters
    ----------
    scorer : Scorer
        From `neopcr.scoring.prepare`.
    """

    def __init__(self, scorer: Scorer) -> None:
        self._scorer = scorer

    def predict(self, cohort: pd.DataFrame, params: object = None) -> pd.DataFrame:
        """Score a cohort.

        Parameters
        ----------
        cohort : DataFrame
            Canonical columns, one row a patient. Repeated identifiers are looked for in it alone.
        params : object
            MLflow's inference parameters, of which there are none.

        Returns
        -------
        DataFrame
            The score table, rows in order.

        Raises
        ------
        TableError
            If there are no identifiers.
        """
        del params
        table = pa.table({name: _cells(cohort[name]) for name in cohort.columns})
        ids = patient_ids(table)
        duplicated = is_repeated(ids, repeated([hash_ids(ids)]))
        scores: pd.DataFrame = score_batch(self._scorer, table, duplicated=duplicated).to_pandas()
        return scores


def _cells(column: pd.Series) -> pa.Array:
    """Cells as Arrow holds them; where types are mixed, as text, so that one bad cell is one row."""
    try:
        return pa.array(column, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        texts = column.map(str).where(column.notna(), None)
        return pa.array(texts, pa.string(), from_pandas=True)


def _load_pyfunc(data_path: str) -> PyfuncModel:
    """Load a bundle; the name is MLflow's.

    MLflow checks a table before we see it, and its error would quote the patients of one that does
    not fit: loading one of our models switches that off for the process.
    """
    os.environ["MLFLOW_DISABLE_SCHEMA_DETAILS"] = "true"
    return PyfuncModel(prepare(load_bundle(Path(data_path))))
