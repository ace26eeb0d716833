"""The configs people write, as types; an unknown key is an error that names its neighbour."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from neopcr.errors import ConfigError
from neopcr.specs import Landmark

_Name = TypeVar("_Name", bound=str | Landmark)


class Strict(BaseModel):
    """A block of a config that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def later(default: Any, **limits: Any) -> Any:  # noqa: ANN401 - as pydantic's own Field
    """Declare a key that came after configs were frozen: left out of the hash where it is not used.

    >>> class Block(Strict):
    ...     old: int = 1
    ...     new: int = later(2)
    >>> Block().model_dump(), Block(new=3).model_dump()
    ({'old': 1}, {'old': 1, 'new': 3})
    """
    return Field(default, **limits, exclude_if=lambda value: bool(value == default))


def _as_text_keys(recode: object) -> object:
    return (
        {str(key): value for key, value in recode.items()} if isinstance(recode, dict) else recode
    )


def _as_list(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


def _as_landmark(value: object) -> object:
    if isinstance(value, Landmark):
        return value
    if isinstance(value, str) and value in Landmark.__members__:
        return Landmark[value]
    message = f"a landmark is one of {', '.join(Landmark.__members__)}"
    raise ValueError(message)


def _some_and_once(names: tuple[_Name, ...]) -> tuple[_Name, ...]:
    if not names or len(set(names)) < len(names):
        message = "one name or more is needed here, and none of them twice"
        raise ValueError(message)
    return names


def _rising(
    subgroup: str | dict[str, tuple[float, ...]],
) -> str | dict[str, tuple[float, ...]]:
    for cuts in () if isinstance(subgroup, str) else subgroup.values():
        if not cuts or list(cuts) != sorted(set(cuts)):
            message = "cut-points are needed here, each larger than the one before"
            raise ValueError(message)
    return subgroup


Recode = Annotated[dict[str, str | float | None], BeforeValidator(_as_text_keys)]
Paths = Annotated[tuple[str, ...], BeforeValidator(_as_list)]
LandmarkName = Annotated[Landmark, BeforeValidator(_as_landmark)]
Some = AfterValidator(_some_and_once)
Subgroup = Annotated[str | dict[str, tuple[float, ...]], AfterValidator(_rising)]
Landmarks = Annotated[tuple[LandmarkName, ...], Some]
Members = Annotated[tuple[Literal["elastic_net", "boosted_trees"], ...], Some]


class ColumnSource(Strict):
    """Where a canonical column comes from.

    Parameters
    ----------
    source : str
        The header in the file.
    recode : dict of str to str, number or null
        Cell text to canonical value. With a recode, a cell it does not list is a bad cell.
    unit : str
        Unit of the file's values, where it is not the column's own (``cm`` for ``mm``,
        ``fraction`` for ``percent``); converted, never guessed.
    times : list of str
        Headers by which the value is multiplied: voxels times the size of one.
    synonyms : dict of str to str
        A site's own names for what the column knows, such as regimens; a cell that it does not
        list is read as it stands.
    """

    source: str
    recode: Recode = {}
    unit: str = ""
    times: tuple[str, ...] = ()
    synonyms: dict[str, str] = later({})


class Redcap(Strict):
    """A REDCap export, read as variable names and the labels of its choices.

    Parameters
    ----------
    dictionary : str
        The project's data dictionary (csv).
    event : str
        Which rows count, as the export names the event; of a repeated instrument none do.
    export : {"", "raw", "labels"}
        Codes or labels; needed only where a code of a field is also the label of another.
    """

    dictionary: str = ""
    event: str = ""
    export: Literal["", "raw", "labels"] = ""


class FileForm(Strict):
    """How a file was written, where the file itself cannot say it; nothing is guessed.

    Parameters
    ----------
    encoding : str
        Of a text file that is not UTF-8, such as ``windows-1252`` or ``gb18030``.
    delimiter : str
        Between the cells of a text file, where its header leaves it open.
    decimal : {".", ","}
        In the numbers of a text file.
    sheet : str
        Of a workbook that has several.
    redcap : Redcap
        How a REDCap export is read.
    """

    encoding: str = later("")
    delimiter: Literal["", ",", ";", "\t", "|"] = later("")
    decimal: Literal[".", ","] = later(".")
    sheet: str = later("")
    redcap: Redcap | None = later(None)


class Joined(FileForm):
    """Another file of one row a patient, whose columns stand beside those of the first.

    Parameters
    ----------
    path : str
        The first file itself where it is empty: another sheet, or another event.
    id : str
        Header of the patient identifier.
    columns : list of str
        Headers that are taken from it though the first file has them too, as of another event.
    choose_sample : bool
        A cBioPortal sample file: of a patient's samples one is chosen, by a rule.
    """

    path: str = ""
    id: str = "patient_id"
    columns: tuple[str, ...] = ()
    choose_sample: bool = False


class WideTable(FileForm):
    """Files of one row a patient; `FileForm` says how they may be written.

    Parameters
    ----------
    path : str or list of str
        Relative to the working directory; ``public:transneo/x.csv`` is a file of
        ``neopcr data get transneo``. Several files are stacked.
    id : str
        Header of the patient identifier.
    columns : dict of str to str or ColumnSource
        Canonical column to header. Where it is empty, headers are canonical names.
    join : list of Joined
        More files of one row a patient, found by its identifier.
    """

    path: Paths
    id: str = "patient_id"
    columns: dict[str, ColumnSource | str] = {}
    join: tuple[Joined, ...] = later(())


class Mutations(Strict):
    """Variant calls, and what proves who was sequenced for what.

    Parameters
    ----------
    path : str or list of str
        MAF (GDC or cBioPortal), VCF annotated by VEP or SnpEff, or any table of their columns.
    panel : str
        ``patient_id,genes,tumour_purity``, and for plasma ``tumour_fraction,ctdna_detected``.
        Without ``genes``, `exome` says what was covered.
    columns : dict of str to str
        Name of a MAF's column to the header in the file, where it is another.
    samples : str
        ``sample_id,patient_id``, where calls carry samples; cBioPortal's sample file is one. Calls
        of samples it does not list are left out.
    barcode : str
        ``tcga``: the first three parts of a barcode are the patient.
    gene_panel_matrix, gene_panels : str, list of str
        cBioPortal's matrix of samples and the files that define its panels.
    exome : bool
        Every gene was covered: of the patients that `sequenced` or `panel` lists, of all without.
    sequenced : str
        A list of the samples that were sequenced; cBioPortal's case list is one.
    assume_purity : bool
        Take it that every sample held enough tumour.
    copy_number : str
        Genes by samples, GISTIC -2 to 2 (cBioPortal's ``data_cna.txt``).
    sample : {"tissue", "plasma"}
        What was sequenced; calls from plasma alone may be of blood cells.
    matched_normal : bool
        Plasma was compared with white blood cells.
    lod : dict of str to float
        Plasma: lowest fraction an assay can tell, by the ``assay`` of a call.
    filters : dict of str to float or null
        Limits in place of the defaults; null switches one off.
    clonality : bool
        Say of altered patients whether a counted variant is clonal.
    """

    path: str | Annotated[tuple[str, ...], Some]
    panel: str | None = None
    columns: dict[str, str] = later({})
    samples: str | None = later(None)
    barcode: Literal["tcga"] | None = later(None)
    gene_panel_matrix: str | None = later(None)
    gene_panels: Paths = later(())
    exome: bool = later(default=False)
    sequenced: str | None = later(None)
    assume_purity: bool = later(default=False)
    copy_number: str | None = later(None)
    sample: Literal["tissue", "plasma"] = later("tissue")
    matched_normal: bool = later(default=False)
    lod: dict[str, float] = later({})
    filters: dict[str, float | None] = later({})
    clonality: bool = later(default=False)

    @property
    def files(self) -> tuple[str, ...]:
        """Every file, in a fixed order."""
        calls = (self.path,) if isinstance(self.path, str) else self.path
        others = (
            self.panel, self.samples, self.gene_panel_matrix, *self.gene_panels, self.sequenced,
            self.copy_number,
        )  # fmt: skip
        return (*calls, *(name for name in others if name is not None))

    def moved(self, move: Callable[[str], str]) -> Mutations:
        """Return the same with every file elsewhere."""
        single = ("panel", "samples", "gene_panel_matrix", "sequenced", "copy_number")
        given = {name: getattr(self, name) for name in single}
        update: dict[str, object] = {name: move(path) for name, path in given.items() if path}
        calls = self.path
        update["path"] = move(calls) if isinstance(calls, str) else tuple(map(move, calls))
        update["gene_panels"] = tuple(map(move, self.gene_panels))
        return self.model_copy(update=update)


class Outcome(Strict):
    """The column of the outcome, and what its values mean; any other value is a bad cell.

    Parameters
    ----------
    source : str
        Its header in the patients' file.
    reached, residual : list of str
        Cell texts that mean pCR, and those that mean residual disease.
    definition : str
        Of pCR; every estimate is printed with it.
    """

    source: str = "pcr"
    reached: tuple[str, ...] = ("1",)
    residual: tuple[str, ...] = ("0",)
    definition: str = "ypT0/Tis ypN0"


class Condition(Strict):
    """Who is kept: rows whose column has one of the values; the others are counted under `reason`.

    Parameters
    ----------
    column : str
        A canonical column.
    equals : list of str or number
        The values that stay.
    reason : str
        How the flow of patients names those who go.
    """

    column: str
    equals: Annotated[tuple[str | float, ...], BeforeValidator(_as_list)]
    reason: str


class CohortConfig(Strict):
    """The files of a cohort, and how they become one row a patient.

    Parameters
    ----------
    patients : WideTable
        The clinical table; without a patient's row in it nothing else of the patient counts.
    imaging : WideTable
        Numbers of the imaging modality, one row a patient.
    ctdna : str
        The long table of plasma samples, one row a sample.
    pet : str
        The table of HER2-PET lesions, one row a lesion.
    mutations : Mutations
        Variant calls and who was sequenced.
    outcome : Outcome
        What counts as pCR.
    keep : list of Condition
        Who belongs to the cohort; all, where it is empty.
    facts : dict of str to value
        Replaces clinical facts by name; see `neopcr.oncology.facts`.
    allow : dict of str to str
        Columns that separate the outcome and are sound all the same, each with the reason, which
        reports repeat.
    """

    patients: WideTable
    imaging: WideTable | None = None
    ctdna: str | None = None
    mutations: Mutations | None = None
    pet: str | None = later(None)
    outcome: Outcome = Outcome()
    keep: tuple[Condition, ...] = ()
    facts: dict[str, Any] = later({})
    allow: dict[str, Annotated[str, Field(min_length=10)]] = later({})


class External(Strict):
    """Another cohort with the same mapping: only its files differ.

    Parameters
    ----------
    path : str or list of str
        Its clinical table.
    join : list of Joined
        Files that stand beside it.
    imaging, ctdna, pet : str
        Its other tables; a block whose file is absent is missing for all of its patients.
    mutations : Mutations
        Its variant calls, and what proves coverage there.
    """

    path: Paths
    join: tuple[Joined, ...] | None = later(None)
    imaging: Paths | None = None
    ctdna: str | None = None
    mutations: Mutations | None = None
    pet: str | None = later(None)


class Resampling(Strict):
    """Folds and search. Every inner step of a fold uses one plan.

    Parameters
    ----------
    outer_folds, repeats : int
        The examination: folds, and how often the patients are dealt to them anew.
    inner_folds, trials : int
        Inside each outer fold: folds, and settings that a member's search tries.
    group : str
        Column whose values are never split over folds, such as ``centre``.
    optimism : int
        Bootstrap draws of patients in which an elastic net is made anew, to correct its performance
        for optimism, such as 500; 0 for none.
    learning_curve : list of float
        Shares of each fold's patients that the model learns from, such as ``[0.25, 0.5, 1]``; each
        costs a cross-validation.
    internal_external : str
        Column of centres or studies: each is examined by a model of the others, and pooled.
    temporal : str
        Column of dates: the later patients are examined by a model of the earlier.
    instability : int
        Bootstrap models whose predictions are set beside the model's (Riley & Collins 2023); 200
        or more are advised, 0 for none.
    bootstrap : int
        Refits that the instability interval rests on; 0 for none.
    """

    outer_folds: int = Field(5, ge=2)
    repeats: int = Field(5, ge=1)
    inner_folds: int = Field(3, ge=2)
    trials: int = Field(30, ge=1)
    group: str | None = None
    optimism: int = later(0, ge=0)
    learning_curve: tuple[Annotated[float, Field(gt=0.0, le=1.0)], ...] = later(())
    internal_external: str | None = later(None)
    temporal: str | None = later(None)
    instability: int = later(0, ge=0)
    bootstrap: int = later(50, ge=0)


class Tracking(Strict):
    """Where runs are logged.

    Parameters
    ----------
    experiment : str
        Name of the MLflow experiment.
    uri : str
        Of the MLflow store; the variable MLFLOW_TRACKING_URI wins over it.
    enabled : bool
        Without it nothing is logged or registered.
    """

    experiment: str = "neopcr"
    uri: str = "sqlite:///mlflow.db"
    enabled: bool = True


class Config(Strict):
    """One run, from files to bundle.

    Parameters
    ----------
    name : str
        Lower-case letters, digits, ``-`` and ``_``; bundles are called ``<name>-<landmark>``.
    seed : int
        Of everything drawn; the same config, data and seed give the same bytes.
    landmarks : list of str
        When predictions are made; one bundle each.
    modalities : list of str
        Which blocks of features a model may use; see the data dictionary.
    cohort : CohortConfig
        Files, columns and outcome of the patients a model is made from.
    external : External
        Patients for `neopcr validate` and `neopcr assemble --external`.
    members : list of str
        Models that are blended on the logit.
    resampling : Resampling
        Folds and search.
    subgroups : list of str, or of dict of str to list of float
        Columns by whose values performance is reported too; a number with its cut-points, each the
        lower end of a band: ``{age_years: [40, 50, 65]}``.
    ladder : list of list of str
        Added value: modalities of the first step, then those that each step adds.
    comparators : list of str
        Published models (YAML files such as ``configs/comparators/pch.yaml``) that are set beside
        this one, on the same folds.
    tracking : Tracking
        Where runs are logged.
    expected_auroc : float
        What a model of such features may reach, before it is fitted: with it, the patients that
        they need are counted (Riley, BMJ 368 (2020) m441).
    thresholds : list of float
        Probabilities of pCR at and above which one would act, declared before results are seen:
        net benefit, sensitivity, specificity and predictive values are reported at each.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    seed: int = Field(0, ge=0)
    landmarks: Landmarks = (Landmark.baseline,)
    modalities: Annotated[tuple[str, ...], Some]
    cohort: CohortConfig
    external: External | None = None
    members: Members = ("elastic_net", "boosted_trees")
    resampling: Resampling = Resampling()
    subgroups: tuple[Subgroup, ...] = ()
    tracking: Tracking = Tracking()
    expected_auroc: float = later(0.75, gt=0.5, lt=1.0)
    ladder: tuple[Annotated[tuple[str, ...], Some], ...] = later(())
    comparators: tuple[str, ...] = later(())
    thresholds: tuple[Annotated[float, Field(gt=0.0, lt=1.0)], ...] = later(())


class _OneValueAKey(yaml.SafeLoader):
    """YAML as it is meant: PyYAML takes the last of two equal keys without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """Refuse a key that is written twice."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                said = "a key is written twice"
                raise yaml.constructor.ConstructorError(
                    problem=said, problem_mark=node.value[place][0].start_mark
                )
        return super().construct_mapping(node, deep)


def read_config(path: Path) -> Config:
    """Read a config.

    Parameters
    ----------
    path : Path
        A YAML file.

    Returns
    -------
    Config

    Raises
    ------
    ConfigError
        If the file is absent, is not YAML, or a key or value is not understood.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _OneValueAKey)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        message = f"{path}: there is no such config. Check the path."
        raise ConfigError(message) from None
    # PyYAML says ValueError to a date that does not exist.
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        message = (
            f"{path}: not a readable YAML file{where}. Correct its syntax or encoding (UTF-8)."
        )
        raise ConfigError(message) from None
    if not isinstance(content, dict):
        message = f"{path}: a config is a mapping of keys to values. See configs/ for examples."
        raise ConfigError(message)
    try:
        return Config.model_validate(content)
    except ValidationError as error:
        raise ConfigError(explain_fault(str(path), error)) from None


def config_hash(config: Config) -> str:
    """SHA-256 of what a config means; comments and the order of keys do not change it."""
    return hashlib.sha256(config.model_dump_json().encode()).hexdigest()


def explain_fault(where: str, error: ValidationError, keys: Iterable[str] = ()) -> str:
    """One sentence for the first of pydantic's complaints; its values are never quoted."""
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        key = str(first["loc"][-1])
        close = difflib.get_close_matches(key, [*keys] or _all_keys(), n=1)
        hint = f"; did you mean '{close[0]}'?" if close else ". Remove it."
        return f"{where}: unknown key '{place}'{hint}"
    fault = first["msg"].removeprefix("Value error, ")
    return f"{where}: {place}: {fault}. Correct the value."


def _all_keys() -> list[str]:
    blocks: list[type[Strict]] = [
        Config, CohortConfig, WideTable, Joined, Redcap, ColumnSource, Mutations, Outcome, Condition, External,
        Resampling, Tracking,
    ]  # fmt: skip
    return sorted({key for block in blocks for key in block.model_fields})
