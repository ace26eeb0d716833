"""Measurements on images: MRI, PET, digital pathology."""

from __future__ import annotations

from neopcr.modalities._shared import generic

MODALITY = generic("imaging", "Imaging")
