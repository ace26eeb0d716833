"""Reports and figures: draws what other rooms computed, and computes nothing.

`figures`, `forest` and `reasons` hold the drawings; they are imported by name because they bring
matplotlib and shap.
"""

from neopcr.report.content import Comparison, Difference, Examination, Report, Section
from neopcr.report.curves import Bins, Curve
from neopcr.report.drawing import Drawing, figure_files
from neopcr.report.model_card import write_card
from neopcr.report.write import write_report

__all__ = [
    "Bins",
    "Comparison",
    "Curve",
    "Difference",
    "Drawing",
    "Examination",
    "Report",
    "Section",
    "figure_files",
    "write_card",
    "write_report",
]
