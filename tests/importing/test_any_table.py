"""Any table of garbage gives a report, never an exception; and what is written out comes back the same."""

import string
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from lastmetre.importing import Line, Place, Sheet, plan_of, read_plan, report, write_csv, write_xlsx
from lastmetre.importing.columns import COLUMNS, SHEET_NAMES
from lastmetre.importing.sheets import ExcelError
from models.vocabulary import Category, DayKind, Language, Zone
from scheduling.drafts import (
    DistrictPlan,
    Known,
    OpeningRuleDraft,
    PointDraft,
    ProviderDraft,
    ServiceDraft,
    check_plan,
)
from tests.demo.drafts import PLAN, TOWN, VILLAGE

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
HEADINGS = [name for columns in COLUMNS.values() for column in columns for name in (column.field, column.zh)]
SHEETS = [name for names in SHEET_NAMES.values() for name in names]

WORDS = st.sampled_from(
    [
        "P1",
        "lunch",
        TOWN,
        "每天",
        "Mon-Fri",
        "周一至",
        "9:00",
        "25:00",
        "是",
        "助餐",
        "street",
        "2026-13-01",
        "1e999",
        "#",
    ]
)
CELLS = st.one_of(
    st.none(),
    WORDS,
    st.text(max_size=12),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.times(),
    st.dates(),
    st.datetimes(),
    st.timedeltas(),
    st.sampled_from(["#REF!", "#N/A"]).map(ExcelError),
)
GARBAGE = st.builds(
    Sheet,
    place=st.just(Place("garbage.xlsx")),
    name=st.one_of(st.sampled_from(SHEETS), st.text(max_size=8)),
    lines=st.tuples(
        st.lists(st.one_of(st.sampled_from(HEADINGS), CELLS), min_size=1, max_size=12).map(
            lambda cells: Line(1, tuple(cells))
        ),
        *(
            st.lists(CELLS, min_size=1, max_size=12).map(lambda cells: Line(2, tuple(cells)))
            for _ in range(3)
        ),
    ),
    typed=st.booleans(),
)


@settings(deadline=None)
@given(st.lists(GARBAGE, min_size=1, max_size=3))
def test_garbage_gives_a_report(sheets: list[Sheet]) -> None:
    reading = plan_of(sheets, known=Known(PLAN.divisions))
    assert (reading.plan is None) == bool(reading.problems)
    for language in Language:
        assert len(report(reading.problems, language).splitlines()) >= len(reading.problems)


RIGHT_HEADINGS = st.sampled_from(list(COLUMNS)).flatmap(
    lambda table: st.lists(st.lists(CELLS, max_size=len(COLUMNS[table])), max_size=4).map(
        lambda rows: Sheet(
            Place("garbage.csv"),
            table.value,
            (
                Line(1, tuple(column.field for column in COLUMNS[table])),
                *(Line(number, (*cells, "x")) for number, cells in enumerate(rows, start=2)),
            ),
            typed=False,
        )
    )
)


@settings(deadline=None)
@given(RIGHT_HEADINGS)
def test_garbage_under_the_right_headings_gives_a_report(sheet: Sheet) -> None:
    reading = plan_of([sheet], known=Known(PLAN.divisions))
    assert (reading.plan is None) == bool(reading.problems)


@SLOW
@given(st.binary(max_size=200), st.sampled_from(["points.csv", "district.xlsx"]))
def test_garbage_bytes_give_a_report(content: bytes, name: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        reading = read_plan([path], known=Known())
    assert reading.plan is None
    assert reading.problems


@cache
def good_workbook() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "district.xlsx"
        write_xlsx(PLAN, path)
        return path.read_bytes()


@SLOW
@given(st.floats(0, 1, exclude_max=True), st.integers(1, 255))
def test_a_workbook_with_a_damaged_byte_gives_a_report_or_a_plan(where: float, change: int) -> None:
    content = bytearray(good_workbook())
    content[int(where * len(content))] ^= change
    with TemporaryDirectory() as folder:
        path = Path(folder) / "district.xlsx"
        path.write_bytes(bytes(content))
        reading = read_plan([path], known=Known())
    assert (reading.plan is None) == bool(reading.problems)


def valid(**given: object) -> bool:
    """Whether a text is one that a draft takes."""
    try:
        ServiceDraft.model_validate(
            {
                "key": "k",
                "point_key": "P1",
                "provider_key": "x",
                "category": Category.meals,
                "name": "n",
                **given,
            }
        )
    except ValidationError:
        return False
    return True


TEXTS = st.one_of(
    st.text(min_size=1, max_size=20),
    st.text(alphabet="'=+-@,\";\t\n #_x000D" + string.digits, min_size=1, max_size=8),
    st.sampled_from(
        ["=1+1", "'=x", "#N/A", "TRUE", "1e5", "007", "_x000D_", "2026-01-01", "9:00", "是", '"', "'"]
    ),
)
NAMES = TEXTS.map(str.strip).filter(lambda text: valid(name=text))
KEYS = TEXTS.map(str.strip).filter(lambda text: valid(key=text))
DESCRIPTIONS = TEXTS.map(str.strip).filter(lambda text: valid(description=text))
DAYS_OF_VALIDITY = st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2199, 12, 31)))
NUMBERS = st.floats(39.8, 40.2, allow_nan=False)

POLICIES = st.fixed_dictionaries(
    {},
    optional={
        "max_party": st.integers(1, 1000),
        "pauses": st.booleans(),
        "kitchen_cutoff_hour": st.one_of(st.none(), st.integers(0, 23)),
        "questions": st.just([{"key": "diet", "zh": "忌口", "en": "Diet", "kind": "text"}]),
    },
)


@st.composite
def plans(draw: st.DrawFn) -> DistrictPlan:
    """Plans of all shapes, mostly without fault."""
    points = draw(
        st.lists(
            st.builds(
                PointDraft,
                key=KEYS,
                name=NAMES,
                community_code=st.sampled_from([TOWN, VILLAGE]),
                address=NAMES,
                phone=st.one_of(st.none(), st.sampled_from(["000-10000001", "+86 000", "-0001", "00012345"])),
                latitude=NUMBERS,
                longitude=NUMBERS.map(lambda number: number + 60),
                demo=st.booleans(),
            ),
            min_size=1,
            max_size=3,
            unique_by=lambda point: point.key,
        )
    )
    providers = draw(
        st.lists(
            st.builds(ProviderDraft, key=KEYS, name=NAMES, zone=st.sampled_from(Zone)),
            min_size=1,
            max_size=2,
            unique_by=lambda provider: provider.key,
        )
    )
    services = draw(
        st.lists(
            st.builds(
                ServiceDraft,
                key=KEYS,
                point_key=st.sampled_from([point.key for point in points]),
                provider_key=st.sampled_from([provider.key for provider in providers]),
                category=st.sampled_from(Category),
                name=NAMES,
                description=DESCRIPTIONS,
                policy=POLICIES,
            ),
            max_size=3,
            unique_by=lambda service: service.key,
        )
    )
    rules = []
    for service in services:
        start = draw(st.integers(0, 20))
        first, last = draw(DAYS_OF_VALIDITY), draw(DAYS_OF_VALIDITY)
        if first and last and (last - first) < timedelta(days=40):
            last = None
        rules.append(
            OpeningRuleDraft(
                service_key=service.key,
                rrule=draw(
                    st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,SU", "FREQ=MONTHLY;BYDAY=-1FR"])
                ),
                start_time=time(start, draw(st.integers(0, 59))),
                end_time=time(start + 3),
                slot_minutes=None,
                capacity=draw(st.integers(1, 2000)),
                days=draw(st.sampled_from(DayKind)),
                valid_from=first,
                valid_until=last,
            )
        )
    return replace(
        PLAN, points=tuple(points), providers=tuple(providers), services=tuple(services), rules=tuple(rules)
    )


@SLOW
@given(plans(), st.sampled_from(Language))
def test_what_is_written_as_csv_comes_back_the_same(plan: DistrictPlan, language: Language) -> None:
    with TemporaryDirectory() as folder:
        write_csv(plan, Path(folder), language=language)
        reading = read_plan([Path(folder)], known=Known())
    assert {problem.code for problem in reading.problems} == {fault.code for fault in check_plan(plan)}
    assert reading.problems or reading.plan == plan


@SLOW
@given(plans(), st.sampled_from(Language))
def test_what_is_written_as_a_workbook_comes_back_the_same(plan: DistrictPlan, language: Language) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "district.xlsx"
        write_xlsx(plan, path, language=language)
        reading = read_plan([path], known=Known())
    assert {problem.code for problem in reading.problems} == {fault.code for fault in check_plan(plan)}
    assert reading.problems or reading.plan == plan


def test_a_formula_in_a_text_does_not_reach_a_spreadsheet(tmp_path: Path) -> None:
    point = PLAN.points[0].model_copy(update={"name": "=HYPERLINK(1)"})
    (written,) = [
        path for path in write_csv(replace(PLAN, points=(point,)), tmp_path) if path.stem == "points"
    ]
    assert ",'=HYPERLINK(1)," in written.read_text(encoding="utf-8-sig")


def test_no_zone_slips_into_times() -> None:
    """A time cell is local; a datetime cell is taken for its time only."""
    cells = (datetime(2026, 1, 1, 9), time(10))  # noqa: DTZ001  # spreadsheets know no zone
    sheet = Sheet(
        Place("a.xlsx"),
        "rules",
        (
            Line(1, ("service_key", "rrule", "capacity", "start_time", "end_time")),
            Line(2, ("lunch", "daily", 5, *cells)),
        ),
        typed=True,
    )
    reading = plan_of([sheet], known=Known(PLAN.divisions, services=frozenset({"lunch"})))
    assert reading.plan is not None
    assert reading.plan.rules[0].start_time == time(9)
