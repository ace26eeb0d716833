"""Tumour genome beyond the PAM pathway: burden, instability, HLA loss, TP53."""

from __future__ import annotations

from neopcr.modalities._shared import generic

MODALITY = generic("genomic", "Tumour genome")
