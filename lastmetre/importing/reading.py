"""Sheets into a plan, with a report of everything that is wrong. All or nothing: a plan comes out only without fault."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from lastmetre.importing import values
from lastmetre.importing.columns import (
    POLICY,
    SHEET_NAMES,
    Column,
    column_headed,
    required,
    table_named,
)
from lastmetre.importing.report import Place, Problem, problem
from lastmetre.importing.sheets import Cell, ExcelError, Line, Sheet, is_blank, read_sheets
from models.vocabulary import DivisionLevel
from scheduling.drafts import (
    DRAFTS,
    DistrictPlan,
    DivisionDraft,
    Draft,
    Fault,
    GridCellDraft,
    Known,
    OpeningRuleDraft,
    PointDraft,
    ProviderDraft,
    ServiceDraft,
    Table,
    check_plan,
    faults_of,
    wording,
)

D = TypeVar("D", bound=Draft)

LEFT_OUT = ("#", "说明", "备注", "readme", "note")
"""Sheets and columns whose names begin so are for people, not for the import."""


@dataclass(slots=True)
class Source:
    """Where the rows of one table came from: the place of each, and the headings of the fields."""

    places: list[Place] = field(default_factory=list)
    headings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """What files hold: a plan, or the problems that keep it from being one."""

    plan: DistrictPlan | None
    problems: tuple[Problem, ...]
    sources: dict[Table, Source]

    def problem_of(self, fault: Fault) -> Problem:
        """A fault of a row, as a problem of the line that the row came from."""
        return _problem_of(fault, self.sources.get(fault.table, Source()))


def read_plan(paths: Sequence[Path], *, known: Known, divisions: Sequence[DivisionDraft] = ()) -> Reading:
    """Reads workbooks, CSV files and folders of them.

    `known` is what exists already and may be named. `divisions` are taken where neither it nor the files have any.
    """
    sheets, problems = read_sheets(paths)
    return plan_of(sheets, problems, known=known, divisions=divisions)


def plan_of(
    sheets: Sequence[Sheet],
    problems: Sequence[Problem] = (),
    *,
    known: Known,
    divisions: Sequence[DivisionDraft] = (),
) -> Reading:
    """The plan in some sheets; `problems` is what was wrong with the files themselves."""
    reader = _Reader(problems=list(problems))
    for sheet in sheets:
        reader.read(sheet)
    if not known.divisions and not reader.has(Table.divisions):
        reader.drafts[Table.divisions].extend(divisions)
    plan = reader.plan()
    faults = check_plan(plan, reader.known_besides(known))
    found = [*reader.problems, *(_problem_of(fault, reader.sources[fault.table]) for fault in faults)]
    if not found and not any(source.places for source in reader.sources.values()):
        found.append(problem(Place("—"), "nothing"))
    return Reading(None if found else plan, tuple(found), dict(reader.sources))


def _problem_of(fault: Fault, source: Source) -> Problem:
    place = source.places[fault.row] if fault.row < len(source.places) else Place(fault.table.value)
    column = source.headings.get(fault.field or "", fault.field)
    return Problem(replace(place, column=column), fault.code, fault.zh, fault.en)


@dataclass(slots=True)
class _Reader:
    """Rows as they are read. Keys of rows that failed are kept: whoever names such a row is not to blame."""

    problems: list[Problem]
    drafts: defaultdict[Table, list[Draft]] = field(default_factory=lambda: defaultdict(list))
    sources: defaultdict[Table, Source] = field(default_factory=lambda: defaultdict(Source))
    failed: defaultdict[Table, set[str]] = field(default_factory=lambda: defaultdict(set))
    seen: set[Table] = field(default_factory=set)

    def has(self, table: Table) -> bool:
        """Whether there are rows of a table, good or failed."""
        return bool(self.drafts[table] or self.failed[table])

    def read(self, sheet: Sheet) -> None:
        """Reads one sheet into rows and problems."""
        table = table_named(sheet.name)
        if table is None:
            if sheet.lines and not _left_out(sheet.name):
                expected = "、".join(f"{names[0]}（{names[1]}）" for names in SHEET_NAMES.values())
                self.problems.append(problem(sheet.place, "sheet_name", given=sheet.name, expected=expected))
            return
        if table in self.seen:
            self.problems.append(problem(sheet.place, "sheet_twice", given=sheet.name))
            return
        self.seen.add(table)
        if not sheet.lines:
            return
        columns = self._columns(sheet, table, sheet.lines[0])
        if columns:
            for line in sheet.lines[1:]:
                self._row(sheet, table, columns, line)

    def _columns(self, sheet: Sheet, table: Table, heading: Line) -> dict[int, Column | None]:
        """The columns by their position, None for those left out; empty when the first line holds no headings."""
        place = replace(sheet.place, line=heading.number)
        columns: dict[int, Column | None] = {}
        wrong: list[Problem] = []
        headings = self.sources[table].headings
        for position, cell in enumerate(heading.cells):
            if is_blank(cell):
                continue
            name = cell.text if isinstance(cell, ExcelError) else str(cell).strip()
            column = column_headed(table, name)
            columns[position] = column
            if column is None:
                if not _left_out(name):
                    wrong.append(problem(place, "column_unknown", given=name))
            elif column.field in headings:
                wrong.append(problem(place, "column_twice", given=name))
            else:
                headings[column.field] = name
        if not headings:
            self.problems.append(problem(place, "no_heading"))
            return {}
        missing = [column for column in required(table) if column.field not in headings]
        wrong.extend(problem(place, "column_missing", given=f"{one.zh} {one.field}") for one in missing)
        self.problems.extend(wrong)
        return columns

    def _row(self, sheet: Sheet, table: Table, columns: dict[int, Column | None], line: Line) -> None:
        source = self.sources[table]
        place = replace(sheet.place, line=line.number)
        given: dict[str, object] = {}
        policy: dict[str, object] = {}
        wrong: list[Problem] = []
        for position, cell in enumerate(line.cells):
            column = columns.get(position)
            if is_blank(cell) or (position in columns and column is None):
                continue
            if column is None:
                shown = cell.text if isinstance(cell, ExcelError) else str(cell)
                wrong.append(problem(place, "beyond_headings", given=shown[:40]))
                continue
            value = _value(column, cell, place, source, typed=sheet.typed)
            if isinstance(value, Problem):
                wrong.append(value)
            elif column.field.startswith(POLICY):
                policy[column.field.removeprefix(POLICY)] = value
            else:
                given[column.field] = value
        if policy:
            given["policy"] = policy
        draft = self._draft(table, given, place, wrong)
        if draft is None or wrong:
            key = given.get("code" if table is Table.divisions else "key")
            self.failed[table].add(str(key).strip())
        else:
            self.drafts[table].append(draft)
            source.places.append(place)
        self.problems.extend(wrong)

    def _draft(
        self, table: Table, given: dict[str, object], place: Place, wrong: list[Problem]
    ) -> Draft | None:
        """The draft, or None with what is wrong added. What was said already, of a cell or a column, is not repeated."""
        source = self.sources[table]
        try:
            return DRAFTS[table].model_validate(given)
        except ValidationError as error:
            said = {one.place.column for one in wrong}
            for fault in faults_of(error, table, len(source.places)):
                heading = source.headings.get(fault.field or "")
                if (heading is None and fault.code == "missing") or (heading is not None and heading in said):
                    continue
                wrong.append(Problem(replace(place, column=heading), fault.code, fault.zh, fault.en))
            return None

    def plan(self) -> DistrictPlan:
        """The rows that are good."""
        return DistrictPlan(
            divisions=tuple(_only(DivisionDraft, self.drafts[Table.divisions])),
            providers=tuple(_only(ProviderDraft, self.drafts[Table.providers])),
            points=tuple(_only(PointDraft, self.drafts[Table.points])),
            services=tuple(_only(ServiceDraft, self.drafts[Table.services])),
            rules=tuple(_only(OpeningRuleDraft, self.drafts[Table.rules])),
            cells=tuple(_only(GridCellDraft, self.drafts[Table.cells])),
        )

    def known_besides(self, known: Known) -> Known:
        """What may be named besides the rows that are good: what exists, and the rows that failed."""
        return Known(
            divisions=(*known.divisions, *map(_stand_in, sorted(self.failed[Table.divisions]))),
            providers=known.providers | self.failed[Table.providers],
            points=known.points | self.failed[Table.points],
            services=known.services | self.failed[Table.services],
        )


def _left_out(name: str) -> bool:
    return name.strip().lower().startswith(LEFT_OUT)


def _value(
    column: Column, cell: Cell | ExcelError, place: Place, source: Source, *, typed: bool
) -> object | Problem:
    """What a cell says, or the problem with it."""
    here = replace(place, column=source.headings[column.field])
    if isinstance(cell, ExcelError):
        return problem(here, "excel_error", given=cell.text)
    value = values.csv_text(cell) if column.is_text and not typed else column.read(cell)
    if column.words is not None and value not in column.words:
        return Problem(here, "enum", *wording("enum", {"expected": "、".join(column.choices)}))
    return value


def _only(kind: type[D], rows: Iterable[Draft]) -> Iterable[D]:
    return (row for row in rows if isinstance(row, kind))


def _stand_in(code: str) -> DivisionDraft:
    """A division whose row failed, as far as its code tells."""
    level = DivisionLevel.community
    if code.endswith("000000"):
        level = DivisionLevel.district
    elif code.endswith("000"):
        level = DivisionLevel.subdistrict
    return DivisionDraft.model_construct(code=code, name=code, level=level)
