"""What a bundle says of its training beside the model, with every part that one can have."""

from __future__ import annotations

from typing import Any

TRAINING: dict[str, Any] = {
    "n": 120, "events": 48, "between_centre_sd": 0.3,
    "sample_size": {"parameters": 9, "shrinkage": 800, "optimism": 300, "overall_risk": 380,
                    "events": 320, "cox_snell": 0.19},
    "rank_stability": {"models": 20, "overlap": 0.9, "concordance": 0.8,
                       "names": ["age_years", "her2_ihc"], "rank": [1, 2], "lower": [1, 1],
                       "upper": [2, 2]},
}  # fmt: skip

AUROC: dict[str, Any] = {
    "name": "auroc", "group": "all", "value": 0.75, "lower": 0.7, "upper": 0.8, "method": "DeLong",
    "n": 120, "events": 48, "beside": None, "beside_title": "",
}  # fmt: skip
METRICS = [
    AUROC,
    AUROC | {"name": "calibration_in_the_large", "value": 0.02, "lower": -0.3, "upper": 0.4},
    AUROC | {"name": "calibration_slope", "value": 0.9, "lower": 0.6, "upper": 1.3},
    AUROC | {"group": "her2_ihc 0", "value": None, "lower": None, "upper": None},
]

CENTRES = {
    "values": {"icc": 0.02, "concentration": 0.1},
    "missing": {"icc": 0.0, "concentration": 0.1},
}
REFERENCE: dict[str, Any] = {
    "age_years": {"n": 120, "missing": 0.1, "edges": [45.5, 60.5], "counts": [40, 40, 28],
                  "centres": CENTRES},
    "her2_ihc": {"n": 120, "missing": 0.0, "levels": {"2+": 20, "3+": 97}, "centres": CENTRES},
    "ctdna_detected_c1": {"n": 120, "missing": 0.5, "levels": {"0": 35, "1": 25},
                          "centres": CENTRES},
    "imaging_volume": {"n": 120, "missing": 0.975, "edges": [], "counts": [], "centres": CENTRES},
    "p_pcr": {"n": 120, "missing": 0.0, "edges": [0.3, 0.5], "counts": [50, 40, 30],
              "centres": CENTRES},
}  # fmt: skip

PROVENANCE: dict[str, Any] = {
    "commit": "0" * 40, "neopcr": "0.1.0", "parent_sha256": "f" * 64,
    "recalibration": {"step": "intercept", "intercept": 0.2, "slope": 1.0, "intercept_se": 0.1,
                      "p_values": {"none": 0.01}, "n": 60, "events": 30, "between_centre_sd": 0.3,
                      "data_sha256": "a" * 64},
}  # fmt: skip
