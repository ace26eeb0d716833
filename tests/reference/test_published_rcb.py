"""RCB of TransNEO (Sammut et al., Nature 2022, Supplementary Table 1) from its own components.

168 patients. 161 have every component and a published score: 159 agree to the three decimals that
were printed. The other two agree once a component is taken to be rounded to the tenth of a
millimetre that was printed. The seven without a score lack components here too: four have no
surgery on record, three lack part or all of what the formula asks for.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from neopcr.cohort.contract import read_columns
from neopcr.modalities import CONTRACT
from neopcr.oncology import rcb, receptor_scores, receptors

pytestmark = pytest.mark.data

COMPONENTS = (
    "Tumour.dimension.surgery.1", "Tumour.dimension.surgery.2", "Percent.cellularity",
    "Percent.CIS", "Number.of.positive.LN", "Max.LN.met.size",
)  # fmt: skip
PRINTED = 5e-4


@pytest.fixture(scope="module")
def table(data_dir):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(
        data_dir / "transneo" / "supplementary_tables.xlsx", read_only=True, data_only=True
    )
    header, *rows = book["Supplementary Table 1"].iter_rows(values_only=True)
    book.close()
    return {name: [row[place] for row in rows] for place, name in enumerate(header)}


def numbers(cells):
    return np.array([cell if isinstance(cell, int | float) else np.nan for cell in cells], float)


def index_of(components):
    d1, d2, *rest = components
    return rcb.rcb_index((d1, d2), *rest)


@pytest.fixture(scope="module")
def components(table):
    return np.array([numbers(table[name]) for name in COMPONENTS])


@pytest.fixture(scope="module")
def published(table):
    return numbers(table["RCB.score"])


def test_no_component_contradicts_another(components):
    d1, d2, *rest = components
    errors = rcb.rcb_errors((d1, d2), *rest)
    assert {name: int(rows.sum()) for name, rows in errors.items() if rows.any()} == {}


def test_the_published_score_is_reproduced(components, published):
    index = index_of(components)
    assert published.size == 168
    assert (~np.isnan(published)).sum() == (~np.isnan(index)).sum() == 161
    assert np.array_equal(np.isnan(published), np.isnan(index))
    difference = np.abs(index - published)[~np.isnan(index)]
    assert (difference < PRINTED).sum() == 159
    assert difference.max() == pytest.approx(0.00973, abs=1e-5)


def test_the_two_that_differ_have_components_rounded_to_a_tenth(components, published):
    """Moving each length printed in tenths by half a tenth spans the published score."""
    differ = np.flatnonzero(np.abs(index_of(components) - published) >= PRINTED)
    assert differ.size == 2
    for row in differ:
        lengths = [place for place in (0, 1, 5) if components[place, row] % 1]
        assert lengths, "no length of this patient is printed in tenths"
        ends = []
        for half_a_tenth in (-0.05, 0.05):
            moved = components[:, [row]].copy()
            moved[lengths] += half_a_tenth
            ends.append(index_of(moved)[0])
        assert min(ends) < published[row] < max(ends)


def test_whom_nothing_can_be_said_of(table, components, published):
    unknown = np.isnan(published)
    operated = np.array([cell not in {"N/A", "NA", None} for cell in table["Surgery.type"]])
    lacks = Counter(np.isnan(components).sum(axis=0)[unknown & operated].tolist())
    assert (unknown & ~operated).sum() == 4
    # One has no component, one a single diameter and no size of a metastasis, one nothing of nodes.
    assert lacks == {6: 1, 4: 1, 2: 1}


def test_the_published_classes_and_pcr_are_reproduced(table, components):
    index = index_of(components)
    classes = [rcb.RCB_CLASSES[code] if code >= 0 else "NA" for code in rcb.rcb_class(index)]
    printed = [{"pCR": "RCB-0"}.get(cell, cell) for cell in table["RCB.category"]]
    assert classes == printed
    assert Counter(classes) == {
        "RCB-0": 42, "RCB-I": 25, "RCB-II": 65, "RCB-III": 29, "NA": 7,
    }  # fmt: skip
    pcr = np.array([{"pCR": 1.0, "RD": 0.0}.get(cell, np.nan) for cell in table["pCR.RD"]])
    assert not rcb.contradicts_pcr(index, pcr).any()


def test_allred_totals_give_the_published_status_of_er(table):
    """All but one of 168; that one has a total of 1, which is impossible, and is refused."""
    cells = pa.array([str(cell) for cell in table["ER.Allred"]])
    column = CONTRACT["er_allred"]
    read, problems, _ = read_columns(pa.table({"er_allred": cells}), [column])
    assert [(each.rule, each.rows.size) for each in problems] == [("unknown_category", 1)]
    nan = np.full(len(cells), np.nan)
    er = receptors.is_positive(
        receptors.Evidence(
            percent=nan,
            allred=receptor_scores.totals(read["er_allred"]),
            h_score=nan,
            call=np.full(len(cells), -1, np.int16),
        )
    )
    status = np.array([{"POS": 1.0, "NEG": 0.0}[cell] for cell in table["ER.status"]])
    assert (er == status).sum() == 167
    assert np.isnan(er).sum() == 1
