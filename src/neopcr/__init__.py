"""Predict pathological complete response (pCR) to neoadjuvant therapy in HER2-positive breast cancer."""

__version__ = "0.1.0"
