"""Files into sheets of cells. Nothing here knows what the cells mean; whatever the bytes are, a report comes out."""

import csv
import io
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from lastmetre.importing.report import Place, Problem, problem

MOST_MEGABYTES = 20
MOST_ROWS = 50_000
MOST_COLUMNS = 200

ENCODINGS = ("utf-8-sig", "gb18030")
"""Tried in turn: what spreadsheets write as “CSV UTF-8”, and what Chinese Windows writes as “CSV”."""

Cell = str | int | float | bool | datetime | date | time | timedelta | None


@dataclass(frozen=True, slots=True)
class ExcelError:
    """A cell whose formula failed; `text` is what it shows, such as #REF!."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet; `number` counts as the spreadsheet does."""

    number: int
    cells: tuple[Cell | ExcelError, ...]

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return all(is_blank(cell) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines of a CSV file, or of one sheet of a workbook, without the blank ones.

    `typed` cells come from a workbook, which knows numbers, dates and times; those of a CSV file are all text.
    """

    place: Place
    name: str
    lines: tuple[Line, ...]
    typed: bool


def is_blank(cell: Cell | ExcelError) -> bool:
    """Whether a cell holds nothing to see."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def read_sheets(paths: Sequence[Path]) -> tuple[list[Sheet], list[Problem]]:
    """All sheets of some files; a folder stands for the CSV and XLSX files in it."""
    sheets: list[Sheet] = []
    problems: list[Problem] = []
    for path in _files(paths, problems):
        try:
            sheets.extend(_read(path))
        except _UnreadableError as error:
            problems.append(error.problem)
    return sheets, problems


class _UnreadableError(Exception):
    def __init__(self, found: Problem) -> None:
        super().__init__(found.en)
        self.problem = found


def _files(paths: Sequence[Path], problems: list[Problem]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = sorted(
                file
                for file in path.iterdir()
                if file.suffix.lower() in {".csv", ".xlsx"} and not file.name.startswith((".", "~$", "#"))
            )
            if not found:
                problems.append(problem(Place(path.name), "no_files"))
            yield from found
        elif path.is_file():
            yield path
        else:
            problems.append(problem(Place(path.name), "no_file"))


def _read(path: Path) -> list[Sheet]:
    place = Place(path.name)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _UnreadableError(problem(place, "file_unreadable")) from error
    if len(content) > MOST_MEGABYTES * 1024 * 1024:
        raise _UnreadableError(problem(place, "file_large", limit=MOST_MEGABYTES))
    if path.suffix.lower() == ".csv":
        return [csv_sheet(content, path.name)]
    if path.suffix.lower() == ".xlsx":
        return xlsx_sheets(content, path.name)
    raise _UnreadableError(problem(place, "file_type"))


def csv_sheet(content: bytes, file: str) -> Sheet:
    """A CSV file as a sheet that is named like the file. Commas, quotes doubled inside quotes (RFC 4180)."""
    place = Place(file)
    text = _decoded(content, place)
    heading = text.partition("\n")[0]
    if "," not in heading and any(separator in heading for separator in ";\t|"):
        raise _UnreadableError(problem(place, "delimiter"))
    return Sheet(place, Path(file).stem, _kept(_csv_lines(text, place), place), typed=False)


def _decoded(content: bytes, place: Place) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _UnreadableError(problem(place, "encoding"))


def _csv_lines(text: str, place: Place) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 1
    try:
        for cells in reader:
            yield Line(number, tuple(cells))
            number = reader.line_num + 1
    except csv.Error as error:
        raise _UnreadableError(problem(Place(place.file, line=number), "csv")) from error


def xlsx_sheets(content: bytes, file: str) -> list[Sheet]:
    """The sheets of a workbook. Formulas count as the values that the spreadsheet last computed for them."""
    with warnings.catch_warnings():
        # The library warns of whatever it leaves out (drop-down lists, broken dates). What matters is reported by line.
        warnings.simplefilter("ignore")
        try:
            with closing(load_workbook(io.BytesIO(content), read_only=True, data_only=True)) as workbook:
                return [_xlsx_sheet(sheet, file) for sheet in workbook.worksheets]
        except _UnreadableError:
            raise
        except Exception as error:
            # Damaged workbooks fail in the library in ways without number (zip, XML, missing parts, odd values). To
            # whoever imports they all mean the same.
            raise _UnreadableError(problem(Place(file), "file_unreadable")) from error


def _xlsx_sheet(sheet: Worksheet, file: str) -> Sheet:
    place = Place(file, sheet=sheet.title)
    return Sheet(place, sheet.title, _kept(_xlsx_lines(sheet.iter_rows()), place), typed=True)


def _xlsx_lines(rows: Iterable[Sequence[object]]) -> Iterator[Line]:
    for number, row in enumerate(rows, start=1):
        yield Line(number, tuple(_xlsx_cell(cell) for cell in row))


def _xlsx_cell(cell: object) -> Cell | ExcelError:
    value = getattr(cell, "value", None)
    if getattr(cell, "data_type", None) == "e":
        return ExcelError(str(value))
    if value is None or isinstance(value, str | int | float | datetime | date | time | timedelta):
        return value
    return str(value)


def _kept(lines: Iterable[Line], place: Place) -> tuple[Line, ...]:
    """The lines that hold something; their blank cells at the end are cut off."""
    kept: list[Line] = []
    for line in lines:
        if line.blank:
            continue
        if len(kept) > MOST_ROWS:
            raise _UnreadableError(problem(place, "rows", limit=MOST_ROWS))
        cells = line.cells
        while is_blank(cells[-1]):
            cells = cells[:-1]
        kept.append(Line(line.number, cells[:MOST_COLUMNS]))
    return tuple(kept)
