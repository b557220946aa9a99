"""Files into a plan, or into a report that says where, what, and how to mend it."""

import io
from datetime import date, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from lastmetre.importing import Reading, read_plan, report
from lastmetre.importing.columns import COLUMNS, POLICY, SHEET_NAMES
from models.data import read_divisions
from models.vocabulary import Category, DayKind, Language, Zone
from scheduling.drafts import DRAFTS, Known, Table, division_drafts
from scheduling.policies import Policy
from tests.demo.drafts import PLAN

ROOT = Path(__file__).parent.parent.parent
KNOWN = Known(PLAN.divisions, frozenset({"office"}))

POINTS = "编号,名称,社区代码,地址,电话,纬度,经度\nP1,食堂,990101001001,幸福路1号,,40.0,100.0\n"
SERVICES = "key,point_key,provider_key,category,name,policy.max_party\nlunch,P1,office,助餐,午餐,4\n"
RULES = "服务编号,重复,开始,结束,容量\nlunch,每天,11:00,12:00,20\n"


def read(folder: Path, **files: str | bytes) -> Reading:
    for name, content in files.items():
        path = folder / f"{name}.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_plan([folder], known=KNOWN)


def said(reading: Reading, language: Language = Language.en) -> list[str]:
    assert (reading.plan is None) == bool(reading.problems)
    return [problem.words(language) for problem in reading.problems]


def codes(reading: Reading) -> list[str]:
    return [problem.code for problem in reading.problems]


def test_headings_in_both_languages_become_a_plan(tmp_path: Path) -> None:
    reading = read(tmp_path, points=POINTS, services=SERVICES, opening_rules=RULES)
    assert said(reading) == []
    assert reading.plan is not None
    assert reading.plan.points[0].name == "食堂"
    assert reading.plan.services[0].category is Category.meals
    assert reading.plan.services[0].policy == {"max_party": 4}
    assert reading.plan.rules[0].start_time == time(11)
    assert reading.plan.rules[0].days is DayKind.any


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_that_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    reading = read(tmp_path, points=POINTS.encode(encoding))
    assert reading.plan is not None
    assert reading.plan.points[0].address == "幸福路1号"


def test_headings_may_carry_remarks_and_stars_in_any_order(tmp_path: Path) -> None:
    text = "名称 *,编号（必填）,Latitude,LONGITUDE,地址,社区代码,#note,备注\n食堂,P1,40,100,路1号,990101001001,x,y\n"
    assert said(read(tmp_path, points=text)) == []


def test_blank_lines_and_trailing_commas_do_not_matter(tmp_path: Path) -> None:
    text = f"\n{POINTS}\n,,,,,,\n  ,,\nP2,书屋,990101001001,幸福路2号,,40.0,100.0,,\n\n"
    reading = read(tmp_path, points=text)
    assert reading.plan is not None
    assert [point.key for point in reading.plan.points] == ["P1", "P2"]


def test_the_report_names_file_line_and_column_in_both_languages(tmp_path: Path) -> None:
    text = f"{POINTS}P2,书屋,990101001001,幸福路2号,,118.8,31.9\n"
    reading = read(tmp_path, points=text)
    assert said(reading, Language.zh) == [
        "points.csv 第 3 行「纬度」：纬度应在 -90 到 90 之间。是不是和经度填反了？请改正。"
    ]
    assert said(reading) == [
        "points.csv, line 3, column “纬度”: A latitude lies between -90 and 90. Are latitude and longitude swapped? Please correct it."
    ]
    assert report(reading.problems, Language.zh).startswith("发现 1 个问题，什么都没有写入。")
    assert report(reading.problems, Language.en).startswith("1 problems were found; nothing was written.")
    assert report((), Language.zh) == "没有发现问题。"


def test_lines_are_counted_as_a_text_editor_does_even_with_line_breaks_in_texts(tmp_path: Path) -> None:
    text = (
        "key,point_key,provider_key,category,name,description\n"
        'a,P1,office,助餐,午餐,"两行\n文字"\nb,P1,office,月亮,午餐,\n'
    )
    reading = read(tmp_path, points=POINTS, services=text)
    assert said(reading) == [
        "services.csv, line 4, column “category”: There is no such choice. You may enter: 养老、助餐、文化、健身、课堂、志愿、法律、调解、妇幼、心理."
    ]


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        points=f"{POINTS},书屋,990101001001,幸福路2号,无,x,100.0\nP3,茶馆,990101001999,幸福路3号,,40.0,100.0\n",
        services=f"{SERVICES}tea,P9,nobody,culture,喝茶,many\n",
        opening_rules=f"{RULES}lunch,有时,9点,8点,\nlunch,每天,11:30,13:00,5\n",
    )
    found = {(p.place.file, p.place.line, p.place.column, p.code) for p in reading.problems}
    assert found == {
        ("points.csv", 3, "编号", "missing"),
        ("points.csv", 3, "电话", "phone"),
        ("points.csv", 3, "纬度", "float_type"),
        ("points.csv", 4, "社区代码", "unknown_community"),
        ("services.csv", 3, None, "policy_value"),
        ("opening_rules.csv", 3, "重复", "rrule"),
        ("opening_rules.csv", 3, "容量", "missing"),
        ("opening_rules.csv", 4, "开始", "rules_overlap"),
    }


def test_rows_that_name_a_row_that_failed_are_not_to_blame(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        points=POINTS.replace("40.0", "north"),
        services=SERVICES.replace("助餐", "月亮"),
        opening_rules=RULES,
    )
    assert codes(reading) == ["float_type", "enum"]


def test_communities_of_a_division_that_failed_are_not_to_blame(tmp_path: Path) -> None:
    text = (
        "code,name,level,parent_code,latitude\n"
        "990101000000,某区,区,,north\n990101001000,某街道,街道,990101000000,\n"
    )
    reading = read_plan([put(tmp_path / "divisions.csv", text)], known=Known())
    assert codes(reading) == ["float_type"]


def put(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("编号,名称\nP1,食堂\n", ["column_missing"] * 4),
        (POINTS.replace("电话", "颜色"), ["column_unknown"]),
        (POINTS.replace("电话", "name"), ["column_twice"]),
        ("P1,食堂\n", ["no_heading"]),
        (POINTS.replace("100.0", "100.0,,好吃,便宜"), ["beyond_headings", "beyond_headings"]),
        (POINTS.replace(",", ";"), ["delimiter"]),
        (POINTS.replace("食堂", '"食堂'), ["csv"]),
        (POINTS.encode("utf-16"), ["encoding"]),
        ("", ["nothing"]),
        ("编号,名称,社区代码,地址,纬度,经度\n", ["nothing"]),
        (POINTS + POINTS.split("\n")[1] + "\n", ["duplicate"]),
    ],
)
def test_files_that_are_wrong_as_such(tmp_path: Path, content: str | bytes, expected: list[str]) -> None:
    assert codes(read(tmp_path, points=content)) == expected


def test_a_column_that_is_missing_is_said_once_not_on_every_line(tmp_path: Path) -> None:
    lines = "".join(f"P{number},食堂,990101001001,路,40,\n" for number in range(50))
    reading = read(tmp_path, points=f"编号,名称,社区代码,地址,纬度,电话\n{lines}")
    assert said(reading, Language.zh) == ["points.csv 第 1 行：缺少“经度 longitude”这一栏。请加上。"]


def test_names_of_files_are_checked(tmp_path: Path) -> None:
    assert codes(read(tmp_path, point=POINTS)) == ["sheet_name"]
    assert codes(read_plan([tmp_path / "none.csv"], known=KNOWN)) == ["no_file"]
    assert codes(read_plan([put(tmp_path / "points.xls", b"")], known=KNOWN)) == ["file_type"]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert codes(read_plan([empty], known=KNOWN)) == ["no_files"]
    twice = [put(tmp_path / "points.csv", POINTS), put(tmp_path / "站点.csv", POINTS)]
    assert codes(read_plan(twice, known=KNOWN)) == ["sheet_twice"]


def test_a_file_too_large_or_too_long_is_refused(tmp_path: Path) -> None:
    assert codes(read(tmp_path, points=b"x" * (20 * 1024 * 1024 + 1))) == ["file_large"]
    assert codes(read(tmp_path, points="编号\n" + "P1\n" * 50_001)) == ["rows"]


def workbook(**sheets: list[list[object]]) -> bytes:
    book = Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_workbook_with_cells_of_all_sorts(tmp_path: Path) -> None:
    content = workbook(
        说明=[["请按下面的样子填写"]],
        站点=[
            ["编号", "名称", "社区代码", "地址", "电话", "纬度", "经度"],
            [101, "食堂", 990101001001, "路1号", 25000001, "40.0", 100],
            [None, None, None, None, None, None, None],
            ["  ", "", None, None, None, None, None],
        ],
        services=[
            ["key", "point_key", "provider_key", "category", "name", "policy.max_party"],
            ["lunch", "101", "office", "Meals", "午餐", "4"],
        ],
        rules=[
            [
                "service_key",
                "rrule",
                "start_time",
                "end_time",
                "slot_minutes",
                "capacity",
                "days",
                "valid_from",
            ],
            ["lunch", "Mon-Fri", time(11), "12:00", "30", 20.0, "工作日", date(2026, 9, 1)],
            ["lunch", "Mon-Fri", 17 / 24, time(18), None, "20", None, 46357],
        ],
    )
    reading = read_plan([put(tmp_path / "district.xlsx", content)], known=KNOWN)
    assert said(reading) == []
    assert reading.plan is not None
    (point,) = reading.plan.points
    assert (point.key, point.community_code, point.phone) == ("101", "990101001001", "25000001")
    first, second = reading.plan.rules
    assert (first.slot_minutes, first.capacity, first.days) == (30, 20, DayKind.workday)
    assert first.valid_from == date(2026, 9, 1)
    assert (second.start_time, second.valid_from) == (time(17), date(2026, 12, 1))


def test_a_workbooks_report_names_the_sheet_and_excels_errors(tmp_path: Path) -> None:
    content = workbook(服务主体=[["编号", "名称", "四区"], ["a", "#REF!", "街区"], ["b", "乙", "月亮"]])
    reading = read_plan([put(tmp_path / "district.xlsx", content)], known=KNOWN)
    assert said(reading, Language.zh) == [
        "district.xlsx 工作表“服务主体” 第 2 行「名称」：单元格里是 Excel 的错误值（#REF!）。请改好公式或直接填写。",
        "district.xlsx 工作表“服务主体” 第 3 行「四区」：没有这个选项。可以填：街区、社区、园区、校区。",
    ]


def test_sheets_that_are_not_known_are_said_and_empty_ones_are_not(tmp_path: Path) -> None:
    content = workbook(Sheet2=[], 服务主体=[["编号", "名称", "四区"], ["a", "甲", "街区"]], 站典=[["x"]])
    assert codes(read_plan([put(tmp_path / "a.xlsx", content)], known=KNOWN)) == ["sheet_name"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a workbook at all" * 50])
def test_a_damaged_workbook_is_a_line_of_the_report(tmp_path: Path, content: bytes) -> None:
    assert codes(read_plan([put(tmp_path / "a.xlsx", content)], known=KNOWN)) == ["file_unreadable"]


def test_the_programs_divisions_are_taken_only_where_there_are_none(tmp_path: Path) -> None:
    bundled = division_drafts(read_divisions())
    providers = put(tmp_path / "providers.csv", "key,name,zone\na,甲,park\n")
    fresh = read_plan([providers], known=Known(), divisions=bundled)
    assert fresh.plan is not None
    assert fresh.plan.divisions == bundled
    assert fresh.plan.providers[0].zone is Zone.park
    existing = read_plan([providers], known=KNOWN, divisions=bundled)
    assert existing.plan is not None
    assert existing.plan.divisions == ()


def test_the_examples_import_as_they_stand() -> None:
    reading = read_plan(
        [ROOT / "examples" / "import"], known=Known(), divisions=division_drafts(read_divisions())
    )
    assert said(reading) == []
    assert reading.plan is not None
    assert len(reading.plan.points) == 3
    assert len(reading.plan.rules) == 7


def test_the_guide_lists_every_table_and_column() -> None:
    guide = (ROOT / "docs" / "IMPORT.md").read_text(encoding="utf-8")
    for table, columns in COLUMNS.items():
        assert all(name in guide for name in SHEET_NAMES[table])
        for column in columns:
            if not column.field.startswith(POLICY) or column.zh != column.field:
                assert f"`{column.field}`" in guide
                assert column.zh in guide
            assert all(choice in guide for choice in column.choices)


def test_every_field_of_a_draft_has_a_column() -> None:
    for table in Table:
        fields = set(DRAFTS[table].model_fields) - {"policy"}
        columns = {column.field for column in COLUMNS[table]}
        policy = {f"{POLICY}{name}" for name in Policy.model_fields} if table is Table.services else set()
        assert columns == fields | policy
