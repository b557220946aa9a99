"""The commands as whoever runs the program has them: what they print, their exit status, and kind words for trouble."""

import re
import shutil
import socket
from pathlib import Path

import asyncpg
import pytest
import typer
from sqlalchemy import select, text
from sqlmodel import SQLModel, col

from lastmetre.commands.trouble import explained
from models.database import Database, DatabaseBusyError, transaction
from models.tables import (
    AuditEntry,
    Grant,
    OpeningRule,
    Person,
    Point,
    PolicyOverride,
    Provider,
    Service,
    Slot,
)
from tests.program.running import environment, free_port, url_of
from tests.program.saying import run

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "import"
PASSWORD = "a long password"


@pytest.fixture
def env(database: Database, tmp_path: Path) -> dict[str, str]:
    """An environment over a database with tables and nothing in them."""
    return environment(url_of(database), tmp_path / "data", free_port())


async def rows(database: Database, *tables: type[SQLModel]) -> dict[str, list[dict[str, object]]]:
    """All rows of some tables, in the order of their ids."""
    found: dict[str, list[dict[str, object]]] = {}
    async with database.engine.connect() as connection:
        for table in tables:
            columns = SQLModel.metadata.tables[str(table.__tablename__)]
            said = await connection.execute(select(columns).order_by(*columns.primary_key.columns))
            found[table.__name__] = [dict(row) for row in said.mappings()]
    return found


async def test_import_brings_a_district_in_and_again_changes_nothing(
    env: dict[str, str], database: Database
) -> None:
    first = await run(env, "import", str(EXAMPLES))
    assert first.status == 0, first.err
    assert "微服务点：新增 3，更新 0，不变 0" in first.out
    assert "区划：新增 218" in first.out
    made = re.search(r"新开放时段：(\d+)", first.out)
    assert made is not None
    assert len((await rows(database, Slot))["Slot"]) == int(made[1]) > 50
    again = await run(env, "import", str(EXAMPLES), "--language", "en")
    assert "points: 0 new, 0 changed, 3 as before" in again.out
    assert "new slots: 0" in again.out


async def test_what_is_wrong_is_listed_by_line_and_nothing_is_written(
    env: dict[str, str], database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "import"
    shutil.copytree(EXAMPLES, folder)
    rules = folder / "opening_rules.csv"
    rules.write_text(rules.read_text(encoding="utf-8").replace("9:30,11:00", "9:30,8:00"), encoding="utf-8")
    said = await run(env, "import", str(folder))
    assert said.kindly()[1:] == [
        "opening_rules.csv 第 4 行「结束」：结束时间要晚于开始时间。跨午休请写成两行。"
    ]
    assert said.out == ""
    assert await rows(database, Point, Slot, AuditEntry) == {"Point": [], "Slot": [], "AuditEntry": []}
    missing = await run(env, "import", str(tmp_path / "nowhere"), "--language", "en")
    assert missing.kindly()[1:] == ["nowhere: There is no such file. Please check its name and place."]


@pytest.mark.parametrize(("target", "language"), [("district.xlsx", "zh-CN"), ("folder", "en")])
async def test_importing_an_export_of_the_demonstration_changes_nothing(
    demo_database: Database, tmp_path: Path, target: str, language: str
) -> None:
    """Nor does it open or take back a slot."""
    env = environment(url_of(demo_database), tmp_path / "data", free_port())
    tables = (Provider, Point, Service, OpeningRule, PolicyOverride, Slot)
    before = await rows(demo_database, *tables)
    assert len(before["PolicyOverride"]) > 0
    written = await run(env, "export", str(tmp_path / target), "--language", language)
    assert written.status == 0, written.err
    assert len(written.out.splitlines()) == (1 if target.endswith(".xlsx") else 5)
    said = await run(env, "import", str(tmp_path / target), "--language", "en")
    assert said.status == 0, said.err
    counts = re.findall(r"(\d+) new, (\d+) changed, (\d+) as before", said.out)
    assert [(new, changed) for new, changed, _ in counts] == [("0", "0")] * 5
    assert int(counts[2][2]) == 500
    # The tests' demonstration was laid at a moment of its own: the import opens slots by today's clock.
    after = await rows(demo_database, *tables)
    kept = {row["id"] for row in before["Slot"]}
    after["Slot"] = [row for row in after["Slot"] if row["id"] in kept]
    assert after == before


async def test_control_an_export_that_was_edited_changes_just_that(
    env: dict[str, str], database: Database, tmp_path: Path
) -> None:
    await run(env, "import", str(EXAMPLES))
    await run(env, "export", str(tmp_path / "out"))
    points = tmp_path / "out" / "points.csv"
    before = (await rows(database, Point))["Point"]
    points.write_text(points.read_text("utf-8-sig").replace(str(before[0]["name"]), "新食堂"), "utf-8-sig")
    said = await run(env, "import", str(tmp_path / "out"))
    assert "微服务点：新增 0，更新 1，不变 2" in said.out
    assert "新食堂" in {row["name"] for row in (await rows(database, Point))["Point"]}


async def test_staff_come_sign_in_anew_and_go(env: dict[str, str], database: Database) -> None:
    await run(env, "import", str(EXAMPLES))
    options = ("--name", "王师傅", "--role", "point_manager", "--scope", "P-001", "--scope", "P-002")
    added = await run(env, "staff", "add", "wang", *options, typed=f"{PASSWORD}\n")
    assert (added.status, added.err) == (0, "")
    assert PASSWORD not in added.out
    admin = await run(
        env, "staff", "add", "admin", "--name", "李", "--role", "administrator", typed=f"{PASSWORD}\n"
    )
    assert "江宁区" in admin.out
    listed = (await run(env, "staff", "list")).out.splitlines()
    assert [line.split("\t")[:2] for line in listed] == [["admin", "李"], ["wang", "王师傅"]]
    assert listed[1].count("point manager") == 2
    changed = await run(env, "staff", "password", "wang", typed="another password\n")
    assert changed.status == 0
    (wang,) = [row for row in (await rows(database, Person))["Person"] if row["name"] == "王师傅"]
    assert wang["token_epoch"] == 1
    assert (await run(env, "staff", "remove", "wang")).status == 0
    assert wang["id"] not in {row["person_id"] for row in (await rows(database, Grant))["Grant"]}
    assert (await run(env, "staff", "remove", "wang")).kindly()[0].startswith("没有这个用户名")
    async with database.sessions() as session:
        said = await session.execute(
            select(col(AuditEntry.action)).where(col(AuditEntry.subject_id) == wang["id"])
        )
        actions = set(said.scalars())
    assert actions >= {"staff.account_opened", "staff.password_set", "staff.account_closed"}


async def test_a_sign_in_that_cannot_be_is_explained(env: dict[str, str], database: Database) -> None:
    await run(env, "import", str(EXAMPLES))
    await run(env, "staff", "add", "taken", "--name", "早来", "--role", "administrator", typed=PASSWORD)
    manager, staff, administrator = (("--role", role) for role in ("point_manager", "staff", "administrator"))
    for arguments, typed, words in (
        (("wang", *manager, "--scope", "P-001"), "short", "8 to 200"),
        (("wang", *manager, "--scope", "P-999"), PASSWORD, "No point"),
        (("wang", *manager), PASSWORD, "--scope"),
        (("wang", *staff, "--scope", "320115999000"), PASSWORD, "No division"),
        (("wang", *staff, "--scope", "320115000000"), PASSWORD, "do not go together"),
        (("wang", *administrator, "--scope", "320115001000"), PASSWORD, "do not go together"),
        (("two words", *administrator), PASSWORD, "no spaces"),
        (("taken", *administrator), PASSWORD, "is taken"),
    ):
        said = await run(env, "staff", "add", *arguments, "--name", "王", typed=typed)
        assert words in said.kindly()[1]
        assert len(said.kindly()) == 2
    assert [row["name"] for row in (await rows(database, Person))["Person"]] == ["早来"]


async def test_without_a_district_it_is_said_how_to_get_one(env: dict[str, str], tmp_path: Path) -> None:
    for command in (("staff", "list"), ("export", str(tmp_path / "out"))):
        said = await run(env, *command)
        assert said.kindly()[1].startswith("There is no district yet")


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        (
            "LASTMETRE_DATABASE_URL",
            "mysql://somebody:secret@127.0.0.1/x",
            "LASTMETRE_DATABASE_URL is not right",
        ),
        ("LASTMETRE_DATABASE_URL", "postgresql://somebody:secret@127.0.0.1:port/x", "is not right"),
        ("LASTMETRE_DATABASE_URL", "nonsense", "is not right"),
        ("LASTMETRE_DATABASE_URL", "postgresql://somebody:secret@127.0.0.1:1/x", "cannot be reached"),
        ("LASTMETRE_DATABASE_URL", "postgresql://somebody:secret@nowhere.invalid/x", "cannot be reached"),
        ("LASTMETRE_PORT", "many", "LASTMETRE_PORT is not right"),
    ],
)
@pytest.mark.parametrize("command", ["check", "serve"])
async def test_wrong_settings_are_named_and_passwords_are_not(
    tmp_path: Path, setting: str, value: str, words: str, command: str
) -> None:
    env = {**environment(None, tmp_path / "data", free_port()), setting: value}
    said = await run(env, command)
    assert words in said.kindly()[1]
    assert len(said.kindly()) == 2
    assert "secret" not in said.err


async def test_a_database_that_does_not_exist_is_said(env: dict[str, str]) -> None:
    elsewhere = re.sub(r"/test_\w+", "/no_such_database", env["LASTMETRE_DATABASE_URL"])
    said = await run({**env, "LASTMETRE_DATABASE_URL": elsewhere}, "check")
    assert "no_such_database" in said.kindly()[1]
    assert "LASTMETRE_DATABASE_URL" in said.kindly()[1]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "cannot be reached"),
        (asyncpg.InvalidCatalogNameError('database "x" does not exist'), "said no"),
    ],
)
@pytest.mark.parametrize("busy", [False, True])
def test_a_database_that_is_not_there_is_said_wherever_it_is_found_out(
    error: Exception, words: str, busy: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    """While the program starts the error comes as it is, in a transaction as busy."""
    raised: Exception = error
    if busy:
        raised = DatabaseBusyError()
        raised.__cause__ = error
    with pytest.raises(typer.Exit), explained():
        raise raised
    assert words in capsys.readouterr().err


async def test_a_port_in_use_is_said_before_anything_is_done(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = await run(environment(None, tmp_path / "data", port), "serve")
    assert f"Port {port} is in use" in said.kindly()[1]
    assert not (tmp_path / "data").exists()


async def test_a_data_folder_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    said = await run(environment(None, tmp_path / "data", free_port()), "check")
    assert str(tmp_path / "data") in said.kindly()[1]


async def test_a_database_newer_than_the_program_is_said(env: dict[str, str], database: Database) -> None:
    async with transaction(database) as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    said = await run(env, "check")
    assert "newer than this program" in said.kindly()[1]
