"""HER2 by immunohistochemistry and in-situ hybridisation."""

from __future__ import annotations

import numpy as np

from neopcr.modalities._shared import derived, modality
from neopcr.oncology import her2, her2_ish
from neopcr.oncology.kleene import equals
from neopcr.specs import Column, Direction, FloatArray, Table

_ASCO = "ASCO/CAP 2018 (affirmed 2023): Wolff, J Clin Oncol 36 (2018) 2105"

COLUMNS = (
    Column(
        name="her2_ihc", kind="category", categories=her2.IHC_SCORES, modality="her2",
        description="HER2 score by immunohistochemistry.", source=_ASCO, title="HER2 IHC",
    ),
    Column(
        name="her2_ihc_percent", kind="number", unit="percent", low=0, high=100, modality="her2",
        description="Invasive tumour cells with any HER2 staining.", source=_ASCO,
        title="HER2-stained cells", decimals=0,
    ),
    Column(
        name="her2_ihc_zero_plus", kind="boolean", modality="her2",
        description="Of IHC 0, whether the score was written 0+ (faint staining of up to 10 % of "
        "cells), by a source that tells 0 from 0+; empty where the source does not.",
        source="Rakha, Mod Pathol 39 (2026) 100925", title="HER2 IHC 0",
        words=("without staining", "with faint staining"),
    ),
    Column(
        name="her2_cep17_ratio", kind="number", low=0, high=50, modality="her2",
        description="HER2/CEP17 ratio by dual-probe in-situ hybridisation.", source=_ASCO,
        title="HER2/CEP17 ratio", decimals=1,
    ),
    Column(
        name="her2_copies_per_cell", kind="number", unit="signals per cell", low=0, high=100,
        modality="her2", description="Mean HER2 signals per cell.", source=_ASCO,
        title="HER2 copy number", decimals=1,
    ),
    Column(
        name="cep17_copies_per_cell", kind="number", unit="signals per cell", low=0, high=50,
        modality="her2", description="Mean CEP17 signals per cell.", source=_ASCO,
        title="CEP17 copy number", decimals=1,
    ),
    Column(
        name="her2_ish_assay", kind="category", categories=her2_ish.ASSAYS, modality="her2",
        description="Probes of the in-situ hybridisation.", source=_ASCO, title="HER2 ISH assay",
        unknown="not recorded",
    ),
    Column(
        name="her2_ish_cells", kind="number", unit="cells", low=1, high=1000, modality="her2",
        description="Cells counted by in-situ hybridisation.", source=_ASCO,
        title="HER2 ISH count", decimals=0,
    ),
    Column(
        name="her2_recount_ratio", kind="number", low=0, high=50, modality="her2",
        description="HER2/CEP17 ratio of the blinded recount.", source=_ASCO,
        title="HER2/CEP17 ratio of the recount", decimals=1, unknown="not done",
    ),
    Column(
        name="her2_recount_copies_per_cell", kind="number", unit="signals per cell", low=0,
        high=100, modality="her2", description="Mean HER2 signals per cell of the recount.",
        source=_ASCO, title="HER2 copy number of the recount", decimals=1, unknown="not done",
    ),
    Column(
        name="her2_ish", kind="category", categories=her2.CALLS, modality="her2",
        description="In-situ hybridisation as the laboratory called it; used where its numbers "
        "leave the status open.", source=_ASCO, title="HER2 ISH",
    ),
    Column(
        name="her2_status", kind="category", categories=her2.CALLS, modality="her2",
        description="HER2 as called over all; used where IHC and ISH leave the status open.",
        source=_ASCO, title="HER2 status as called", unknown="not recorded",
    ),
)  # fmt: skip

_STATUS_COLUMNS = (
    "her2_ihc", "her2_cep17_ratio", "her2_copies_per_cell", "cep17_copies_per_cell",
    "her2_ish_assay", "her2_ish_cells", "her2_recount_ratio", "her2_recount_copies_per_cell",
    "her2_ish", "her2_status",
)  # fmt: skip


def _her2_positive(table: Table) -> FloatArray:
    given = her2.Her2Input.from_table({name: table[name] for name in _STATUS_COLUMNS})
    return her2.is_positive(her2.classify(given).asco_cap_status)


def _log2(values: FloatArray) -> FloatArray:
    """Log2 of a positive number; zero and below are not valid, so not known."""
    return np.log2(np.where(values > 0, values, np.nan))


# Each in HER2-positive disease, the last two in one multivariable analysis of 151 patients' RCB.
_BY_IHC = Direction(
    1, "Yucel, Cancer Treat Rev 143 (2026) 103074: odds ratio 5.38 (3.72-7.80) of 3+"
)
_BY_RATIO = Direction(
    1, "Gonullu, Int J Mol Sci 24 (2023) 3590: pCR 33, 49, 57, 79 % by class of ratio, n = 11,238"
)
_BY_COPIES = Direction(
    1, "Int J Breast Cancer 6684629: odds ratio 1.07 (1.02-1.14) a copy, of less residual burden"
)

MODALITY = modality(
    "her2",
    "HER2",
    COLUMNS,
    (
        derived("her2_positive", _STATUS_COLUMNS, _her2_positive),
        derived(
            "her2_ihc_3plus", ("her2_ihc",), lambda table: equals(table["her2_ihc"], 3), _BY_IHC
        ),
        derived(
            "her2_log2_ratio",
            ("her2_cep17_ratio",),
            lambda table: _log2(table["her2_cep17_ratio"]),
            _BY_RATIO,
        ),
        derived(
            "her2_log2_copies",
            ("her2_copies_per_cell",),
            lambda table: _log2(table["her2_copies_per_cell"]),
            _BY_COPIES,
        ),
    ),
)
