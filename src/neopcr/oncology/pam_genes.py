"""Genes of the PI3K/AKT/mTOR pathway, their roles, and the changes that count.

Roles: maftools, oncogenic signalling pathways (Sanchez-Vega, Cell 173 (2018) 321). Tiers are the
project's choice: no guideline names a list. A table whose name says UNVERIFIED was written down
from general knowledge and awaits a curator.
"""

from __future__ import annotations

CORE_GENES = ("PIK3CA", "PIK3R1", "PTEN", "AKT1", "MTOR", "TSC1", "TSC2")
EXTENDED_GENES = (
    *CORE_GENES, "PIK3CB", "PIK3R2", "AKT2", "AKT3", "INPP4B", "RHEB", "STK11", "RICTOR", "RPTOR",
    "PPP2R1A",
)  # fmt: skip
SUPPRESSORS = frozenset({"INPP4B", "PIK3R1", "PPP2R1A", "PTEN", "STK11", "TSC1", "TSC2"})
# A deep deletion (GISTIC -2) of one of these counts; a shallow one (-1) does not.
DELETED_GENES = frozenset({"PTEN", "TSC1", "TSC2", "STK11", "INPP4B", "PIK3R1"})

# SOLAR-1 (Andre, N Engl J Med 380 (2019) 1929): 11 substitutions of exons 7, 9 and 20. Their number
# was checked against Rugo, Clin Cancer Res 2023; the list itself is unverified.
_PIK3CA_SOLAR1 = "C420R E542K E545A E545D E545G E545K Q546E Q546R H1047L H1047R H1047Y"
# Recurrent in the breast cancers of TCGA.
_PIK3CA_TCGA = (
    "E81K R88Q R108H E110del K111del G118D N345K P366R P447_L455del E453K Q546K E726K D939G "
    "M1004I G1007R M1043I N1044Y G1049R"
)
_VERIFIED = {"PIK3CA": f"{_PIK3CA_SOLAR1} {_PIK3CA_TCGA}", "AKT1": "E17K"}
_UNVERIFIED = {
    "PIK3CA": "R38H R38C R93W R93Q G106V K111E K111N C378R E365K T1025A M1043V Q546P Q546H",
    "AKT1": "L52R Q79K W80R",
    "AKT2": "E17K",
    "AKT3": "E17K",
    "PIK3CB": "D1067V D1067Y D1067A E1051K",
    "RHEB": "Y35N Y35C Y35H",
    "MTOR": (
        "L1460P C1483F C1483R C1483W C1483Y E1799K F1888I F1888L F1888V T1977K T1977R V2006F "
        "V2006I V2006L S2215F S2215P S2215Y I2500F I2500M"
    ),
    "PIK3R1": "G376R D560Y D560H D560G N564D N564K K567E L573P",
    "PTEN": ("C124R C124S G129E G129R G129V R130G R130L R130P R130Q R173C R173H H93R H93Y D92E"),
}


def _by_gene(*tables: dict[str, str]) -> dict[str, frozenset[str]]:
    genes = sorted({gene for table in tables for gene in table})
    return {
        gene: frozenset(change for table in tables for change in table.get(gene, "").split())
        for gene in genes
    }


UNVERIFIED_HOTSPOTS = _by_gene(_UNVERIFIED)
HOTSPOTS = _by_gene(_VERIFIED, _UNVERIFIED)

# In-frame insertions and deletions that begin in these residues, both ends included (unverified).
INFRAME_REGIONS: dict[str, tuple[tuple[int, int], ...]] = {"PIK3R1": ((434, 475), (550, 600))}
