"""Clinical TNM categories (AJCC Cancer Staging Manual, 8th edition, 2017)."""

from __future__ import annotations

T_STAGES = ("T0", "Tis", "T1", "T2", "T3", "T4")
N_STAGES = ("N0", "N1", "N2", "N3")
M_STAGES = ("M0", "M1")
