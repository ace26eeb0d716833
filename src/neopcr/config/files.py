"""Files of one row a patient, as a config names them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from neopcr.config.types import Paths, Recode, Strict, later


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
    recode: Recode = Field({})
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
    columns: dict[str, ColumnSource | str] = Field({})
    join: tuple[Joined, ...] = later(())
