"""A plan into files that can be edited in a spreadsheet and imported again: what comes back is the same plan."""

import csv
import json
import re
from collections.abc import Sequence
from datetime import date, time
from enum import StrEnum
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from lastmetre.importing.columns import COLUMNS, POLICY, SHEET_NAMES, Column
from models.vocabulary import Language
from scheduling.drafts import DistrictPlan, Draft, Table
from scheduling.drafts.shapes import ServiceDraft

Value = str | int | float | bool | date | time | None

FORMATS = {str: "@", time: "hh:mm", date: "yyyy-mm-dd"}
"""Number formats, so that codes stay text and times stay times when somebody edits them."""


def write_csv(plan: DistrictPlan, folder: Path, *, language: Language = Language.zh) -> list[Path]:
    """Writes one CSV file a table into `folder` (UTF-8 with a mark at the beginning, as Excel needs it).

    A text that a spreadsheet would take for a formula gets an apostrophe before it, which reading takes off.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for table in _filled(plan):
        path = folder / f"{SHEET_NAMES[table][0]}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            for row in _grid(plan, table, language):
                writer.writerow([_csv_cell(column, value) for column, value in row])
        written.append(path)
    return written


def write_xlsx(plan: DistrictPlan, path: Path, *, language: Language = Language.zh) -> None:
    """Writes a workbook with one sheet a table."""
    workbook = Workbook(write_only=False)
    workbook.remove(workbook.worksheets[0])
    for table in _filled(plan):
        names = SHEET_NAMES[table]
        sheet = workbook.create_sheet(names[1] if language is Language.zh else names[0])
        sheet.freeze_panes = "A2"
        for number, row in enumerate(_grid(plan, table, language), start=1):
            for position, (column, value) in enumerate(row, start=1):
                cell = sheet.cell(number, position, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # whatever it begins with, it is neither a formula nor an error
                cell.number_format = next(
                    (form for kind, form in FORMATS.items() if isinstance(value, kind)), cell.number_format
                )
                if number == 1:
                    cell.font = Font(bold=True)
                    sheet.column_dimensions[get_column_letter(position)].width = 28 if column.is_text else 14
    workbook.save(path)


def _filled(plan: DistrictPlan) -> Sequence[Table]:
    """The tables with rows; at least one, since a workbook needs a sheet."""
    return [table for table in Table if plan.rows(table)] or [Table.points]


def _grid(plan: DistrictPlan, table: Table, language: Language) -> list[list[tuple[Column, Value]]]:
    """The headings and all rows. Policy columns that no row fills are left out."""
    rows = plan.rows(table)
    columns = [
        column
        for column in COLUMNS[table]
        if not column.field.startswith(POLICY)
        or any(_value(row, column, language) is not None for row in rows)
    ]
    zh = language is Language.zh
    heading: list[tuple[Column, Value]] = [(column, column.zh if zh else column.field) for column in columns]
    return [heading, *([(column, _value(row, column, language)) for column in columns] for row in rows)]


def _value(row: Draft, column: Column, language: Language) -> Value:
    if column.field.startswith(POLICY):
        return _setting(row, column.field.removeprefix(POLICY))
    value: Value = getattr(row, column.field)
    zh = language is Language.zh
    if isinstance(value, StrEnum):
        return column.words[value] if zh and column.words else value.value
    if isinstance(value, bool):
        return ("是" if value else "否") if zh else ("yes" if value else "no")
    return value


def _setting(row: Draft, field: str) -> Value:
    """A policy field: numbers as such, everything else as JSON; None where the service does not set it."""
    policy = row.policy if isinstance(row, ServiceDraft) else {}
    if field not in policy:
        return None
    setting = policy[field]
    if isinstance(setting, int | float) and not isinstance(setting, bool):
        return setting
    return json.dumps(setting, ensure_ascii=False)


def _csv_cell(column: Column, value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, str) and column.is_text and re.match(r"'*[=+\-@]", value):
        return f"'{value}"
    return repr(value) if isinstance(value, float) else str(value)
