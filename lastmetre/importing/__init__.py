"""Spreadsheets in and out: points, services, opening rules, providers, divisions and grid cells as XLSX or CSV (docs/IMPORT.md)."""

from lastmetre.importing.establishing import Imported, import_files
from lastmetre.importing.reading import Reading, plan_of, read_plan
from lastmetre.importing.report import Place, Problem, report
from lastmetre.importing.sheets import Line, Sheet, csv_sheet, read_sheets, xlsx_sheets
from lastmetre.importing.writing import write_csv, write_xlsx

__all__ = [
    "Imported",
    "Line",
    "Place",
    "Problem",
    "Reading",
    "Sheet",
    "csv_sheet",
    "import_files",
    "plan_of",
    "read_plan",
    "read_sheets",
    "report",
    "write_csv",
    "write_xlsx",
    "xlsx_sheets",
]
