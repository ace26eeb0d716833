"""Where public cohorts come from: repository, commit, path and SHA-256."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from neopcr.cohort.published import HER2_PARTS, SEEDS


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file of a repository at a commit.

    Parameters
    ----------
    name : str
        As we call it.
    repository, commit, path : str
        Where it lies on GitHub.
    sha256 : str
        Of the file; empty where none was recorded and the commit alone pins it.
    """

    name: str
    repository: str
    commit: str
    path: str
    sha256: str

    @property
    def url(self) -> str:
        """Address of its bytes."""
        return (
            f"https://raw.githubusercontent.com/{self.repository}/{self.commit}/{quote(self.path)}"
        )


@dataclass(frozen=True, slots=True)
class PublicCohort:
    """Files of a cohort.

    Parameters
    ----------
    name, citation, licence : str
        `licence` as the source states it.
    files : tuple of PublicFile
        As they are at the source.
    derived : PublicFile or None
        A file made of `parts`, by `neopcr.cohort.published`; it has no address.
    parts : tuple of PublicFile
    """

    name: str
    citation: str
    licence: str
    files: tuple[PublicFile, ...]
    derived: PublicFile | None = None
    parts: tuple[PublicFile, ...] = ()


_NAT_ML = ("micrisor/NAT-ML", "94ce67a936b1e66410fb0be42e5516fe1d4086cf")
_TABLES = (
    "cclab-brca/neoadjuvant-therapy-response-predictor",
    "405041d583baea6f8709d2e7dd43387b36cc7581",
)
_LOCAL_ONLY = "no licence file in the source: local analysis only, do not pass the files on"

PUBLIC: dict[str, PublicCohort] = {
    "transneo": PublicCohort(
        name="transneo",
        citation="Sammut et al., Nature 601 (2022) 623, doi:10.1038/s41586-021-04278-5",
        licence=_LOCAL_ONLY,
        files=(
            PublicFile(
                "training_df.csv", *_NAT_ML, "inputs/training_df.csv",
                "1951f0d4bbf9f30da9a848dab2222b29a4d7ab1d61513b4f8d908f30a9a233fc",
            ),
            PublicFile(
                "testing_her2neg_df.csv", *_NAT_ML, "inputs/testing_her2neg_df.csv",
                "3c47c73f9c1c123037f34e6cecc1f5601f06c9a3d91275352454fd30a50ef52d",
            ),
            PublicFile(
                "testing_her2pos_df.csv", *_NAT_ML, "inputs/testing_her2pos_df.csv",
                "8949dcc0df5d63f4839d43be00ca6af1e21d2c6143fb2bb1064552b9b437d7e8",
            ),
            PublicFile(
                "supplementary_tables.xlsx", *_TABLES, "Tables/Supplementary Tables.xlsx",
                "60c170dbb162cad3064340f41c8283b8ce7d9875b31702212e7bdbe6d06470c3",
            ),
        ),
        derived=PublicFile(
            "published_predictions_validation.csv", *_NAT_ML, "",
            "4de5d7800e9fbf805741d46ed9056fec043c09284001011e555ddd96521e736b",
        ),
        parts=tuple(
            PublicFile(
                f"predictions_{her2}_{seed}.txt", *_NAT_ML,
                f"validation_results/results_her2{her2}_rs{seed}/predictions.txt", "",
            )
            for her2 in HER2_PARTS
            for seed in SEEDS
        ),
    ),
    "ispy1": PublicCohort(
        name="ispy1",
        citation="I-SPY 1, The Cancer Imaging Archive",
        licence="repository MIT, data CC BY 3.0",
        files=(
            PublicFile(
                "ispy1_clinical_and_outcome.xlsx",
                "JCardenasRdz/Insights-into-the-I-SPY-clinical-trial",
                "f117ed9faf432f858dc1eec77a8aef46631247a6",
                "data/I-SPY_1_All_Patient_Clinical_and_Outcome_Data.xlsx",
                "b488e8479d89986de72de0553c379a11417d8e207f001c1bd1851c22508813ba",
            ),
        ),
    ),
    "ispy2": PublicCohort(
        name="ispy2",
        citation="I-SPY 2 in BreastDCEDL, (c) 2025 Naomi Fridman",
        licence="CC BY 4.0",
        files=(
            PublicFile(
                "metadata_spy2_vis1_for_modeling.csv",
                "naomifridman/BreastDCEDL",
                "8ee14bb2de76bd144e8593d0ba984584d1a67b1a",
                "ISPY2/metadata_spy2_vis1_for_modeling.csv",
                "420b88cb9dc60266979ce7bc703bcd78a0eaeef3e9c482bee92b064a49d4ea28",
            ),
        ),
    ),
}  # fmt: skip
