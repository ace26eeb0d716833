"""Gene and signature expression of the tumour at diagnosis."""

from __future__ import annotations

from neopcr.modalities._shared import generic

MODALITY = generic("expression", "Gene expression")
