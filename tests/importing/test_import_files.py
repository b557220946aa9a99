"""From spreadsheets to slots that can be booked: all or nothing, and again without harm."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel, col

from lastmetre.importing import Imported, import_files, report
from models.database import Database, transaction
from models.ids import PersonId, new_id
from models.shapes.base import local
from models.tables import Division, Point, Service, Slot
from models.vocabulary import Language
from scheduling.actors import SYSTEM, Actor
from scheduling.errors import ForbiddenError

EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "import"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


async def bring_in(database: Database, *paths: Path) -> Imported:
    async with transaction(database) as session:
        return await import_files(session, actor=SYSTEM, paths=paths, now=NOW)


async def count(database: Database, table: type[SQLModel]) -> int:
    async with database.sessions() as session:
        found: int = (await session.execute(select(func.count()).select_from(table))).scalar_one()
        return found


async def test_the_examples_can_be_booked_at_once(database: Database) -> None:
    done = await bring_in(database, EXAMPLES)
    assert done.problems == ()
    assert done.established is not None
    assert (done.established.points.created, done.established.divisions.created) == (3, 218)
    assert done.slots == await count(database, Slot) > 50
    async with database.sessions() as session:
        lunches = await session.execute(
            select(Slot)
            .join(Service, col(Service.id) == col(Slot.service_id))
            .where(col(Service.key) == "P-001-lunch")
        )
        starts = {
            (local(slot.start).weekday() < 5, f"{local(slot.start):%H:%M}") for slot in lunches.scalars()
        }
    weekdays = {(True, "10:30"), (True, "11:00"), (True, "11:30"), (True, "12:00")}
    assert starts == weekdays | {(False, "11:00"), (False, "11:45")}


async def test_again_changes_nothing(database: Database) -> None:
    await bring_in(database, EXAMPLES)
    before = await count(database, Slot)
    again = await bring_in(database, EXAMPLES)
    assert again.established is not None
    assert (again.established.service_ids, again.slots) == ((), 0)
    assert await count(database, Slot) == before


async def test_one_wrong_cell_and_nothing_is_written(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "import"
    shutil.copytree(EXAMPLES, folder)
    rules = folder / "opening_rules.csv"
    rules.write_text(rules.read_text(encoding="utf-8").replace("9:30,11:00", "9:30,8:00"), encoding="utf-8")
    done = await bring_in(database, folder)
    assert done.established is None
    assert report(done.problems, Language.zh).splitlines()[1:] == [
        "opening_rules.csv 第 4 行「结束」：结束时间要晚于开始时间。跨午休请写成两行。"
    ]
    assert await count(database, Division) == await count(database, Point) == 0


async def test_what_contradicts_the_database_is_reported_by_line(database: Database, tmp_path: Path) -> None:
    await bring_in(database, EXAMPLES)
    moved = tmp_path / "services.csv"
    moved.write_text(
        "编号,微服务点编号,服务主体编号,类别,名称\nP-001-lunch,P-002,sunset,助餐,老年午餐\n", encoding="utf-8"
    )
    done = await bring_in(database, moved)
    assert done.established is None
    (problem,) = done.problems
    assert (problem.place.file, problem.place.line, problem.code) == ("services.csv", 2, "service_moved")


async def test_a_file_of_rules_alone_is_fine_once_the_services_exist(
    database: Database, tmp_path: Path
) -> None:
    await bring_in(database, EXAMPLES)
    rules = tmp_path / "开放规则.csv"
    rules.write_text("服务编号,重复,开始,结束,容量\nP-002-phone,每天,19:00,20:00,12\n", encoding="gb18030")
    done = await bring_in(database, rules)
    assert done.established is not None
    assert (done.established.rules.created, done.established.rules_removed) == (1, 1)
    assert done.established.slots_withdrawn > 0
    assert done.slots >= 14


async def test_not_everybody_may(database: Database) -> None:
    async with database.sessions() as session:
        stranger = Actor(PersonId(new_id()))
        with pytest.raises(ForbiddenError):
            await import_files(session, actor=stranger, paths=[EXAMPLES], now=NOW)
