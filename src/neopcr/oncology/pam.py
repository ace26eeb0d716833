"""The PI3K/AKT/mTOR (PAM) pathway."""

from __future__ import annotations

STATUSES = ("wild_type", "altered")
# The project's tier of core genes: no guideline names one.
CORE_GENES = ("PIK3CA", "PIK3R1", "PTEN", "AKT1", "MTOR", "TSC1", "TSC2")
