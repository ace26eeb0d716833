"""Patients of a whole transcriptome, scored: named genes as reasons, and what was filled in told."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from neopcr.bundle import Bundle
from neopcr.features import WIDE, feature_space
from neopcr.kernel import LinearMember, Model, Score
from neopcr.scoring.batch import prepare, score_batch
from neopcr.specs import Landmark

GENES = [f"expression_g{number:03d}" for number in range(WIDE)]


@pytest.fixture(scope="module")
def scorer():
    space = feature_space(["clinical", "expression"], ["grade", *GENES], Landmark.baseline)
    coefficient = np.full(WIDE, 0.001)
    coefficient[7] = 0.9
    score = Score(np.arange(1, WIDE + 1), np.zeros(WIDE), coefficient)
    member = LinearMember(0.2, np.zeros(2), np.array([0.1, 1.0]), np.zeros(2))
    return prepare(
        Bundle(
            name="wide", version=1, landmark=Landmark.baseline, space=space,
            model=Model(2, (member,), (1.0,), 0.0, 1.0, scores=(score,)),
            estimand="", definition="", training={}, metrics=[], reference={}, provenance={},
        )
    )  # fmt: skip


def batch_of(cells):
    columns = dict(zip(GENES, cells.T, strict=True))
    ids = [f"p{number}" for number in range(len(cells))]
    return pa.table({"patient_id": ids, "grade": [2.0] * len(cells), **columns})


def test_genes_are_reasons_and_a_block_half_known_is_told(scorer):
    cells = np.ones((4, WIDE))
    cells[1, : WIDE // 20] = np.nan
    cells[2, : WIDE // 20 + 1] = np.nan
    cells[3] = np.nan
    scores = score_batch(scorer, batch_of(cells)).to_pydict()
    assert scores["status"] == ["scored"] * 4
    assert scores["flags"] == ["", "", "imputed:expression", "missing:expression"]
    assert scores["reason_1"][0] == "expression_g007"
    assert scores["reason_1_contribution"][0] == pytest.approx(0.9)
    assert scores["p_pcr"][0] == pytest.approx(
        1 / (1 + np.exp(-(0.2 + 0.2 + 0.9 + 0.001 * (WIDE - 1))))
    )
