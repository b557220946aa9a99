"""A grid from a spreadsheet: cells with the phones of their people, who are found or registered; all or nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import col

from governance.check import check
from lastmetre.importing import Imported, import_files, report
from models.database import Database, transaction
from models.tables import Division, Grant, GridCell, Person
from models.vocabulary import Language, Role
from scheduling.actors import SYSTEM
from tests.scheduling.acting import stored
from tests.world import DISTRICT, NOW, World

NORTH, SOUTH = "320115001001", "320115001002"
HEADING = "社区代码,网格号,名称,纬度,经度,网格员电话,网格员姓名,副手电话,副手姓名"


async def bring_in(world: World, folder: Path, *lines: str, name: str = "网格.csv") -> Imported:
    path = folder / name
    path.write_text("\n".join([HEADING, *lines, ""]), encoding="utf-8")
    async with transaction(world.database) as session:
        return await import_files(session, actor=SYSTEM, paths=[path], now=NOW)


async def cells(world: World) -> list[GridCell]:
    found = await stored(world, GridCell)
    return sorted(found, key=lambda cell: (cell.community_code, cell.number))


def said(done: Imported) -> list[tuple[int | None, str | None, str]]:
    return [(one.place.line, one.place.column, one.code) for one in done.problems]


async def test_cells_and_their_people_at_once(world: World, tmp_path: Path) -> None:
    """Two cells of one worker; who has that phone already is that person, whatever signs stand between its digits."""
    deputy = await world.person("王芳", phone="13800000002")
    done = await bring_in(
        world,
        tmp_path,
        f"{NORTH},1,北一网格,31.951,118.841,138-0000-0001,李明,13800000002,",
        f"{NORTH},2,北二网格,31.952,118.842,13800000001,,13800000002,王芳",
    )
    assert done.problems == ()
    assert done.grid is not None
    assert (done.grid.cells.created, done.grid.registered) == (2, 1)
    (worker,) = await stored(world, Person, col(Person.phone) == "13800000001")
    assert (worker.name, worker.district_code) == ("李明", DISTRICT)
    first, second = await cells(world)
    assert (first.name, first.latitude, first.worker_id, first.deputy_id) == (
        "北一网格",
        31.951,
        worker.id,
        deputy.person_id,
    )
    assert second.worker_id == worker.id
    grants = await stored(world, Grant, col(Grant.role) == Role.grid_worker)
    assert {(one.person_id, one.key) for one in grants} == {
        (person, str(cell.id)) for cell in (first, second) for person in (worker.id, deputy.person_id)
    }
    async with transaction(world.database) as session:
        assert await check(session, now=NOW) == []


async def test_again_changes_nothing_and_a_correction_corrects(world: World, tmp_path: Path) -> None:
    line = f"{NORTH},1,北一网格,31.951,118.841,13800000001,李明,,"
    await bring_in(world, tmp_path, line)
    before = await cells(world)
    again = await bring_in(world, tmp_path, line)
    assert again.grid is not None
    assert (again.grid.cells.unchanged, again.grid.registered) == (1, 0)
    assert [one.model_dump() for one in await cells(world)] == [one.model_dump() for one in before]
    other = await bring_in(
        world, tmp_path, f"{NORTH},1,北门网格,31.951,118.841,13800000009,赵强,13800000001,"
    )
    assert other.grid is not None
    assert (other.grid.cells.updated, other.grid.registered) == (1, 1)
    (cell,) = await cells(world)
    (worker,) = await stored(world, Person, col(Person.phone) == "13800000009")
    assert (cell.id, cell.name, cell.worker_id, cell.version) == (before[0].id, "北门网格", worker.id, 2)
    grants = await stored(world, Grant, col(Grant.role) == Role.grid_worker)
    assert {one.person_id for one in grants} == {worker.id, before[0].worker_id}


async def test_everything_wrong_with_the_people_is_said_by_line_and_nothing_is_written(
    world: World, tmp_path: Path
) -> None:
    for name in ("甲", "乙"):
        await world.person(name, phone="13800000003")
    people = len(await stored(world, Person))
    done = await bring_in(
        world,
        tmp_path,
        f"{NORTH},1,好网格,31.95,118.84,13800000001,李明,,",
        f"{NORTH},2,没人,31.95,118.84,13800000002,,,",
        f"{NORTH},3,几个人,31.95,118.84,13800000003,,,",
        f"{NORTH},4,另一个名字,31.95,118.84,13800000003,丙,,",
        f"{NORTH},5,前面叫李明,31.95,118.84,13800000001,李敏,,",
        f"{NORTH},6,分得清,31.95,118.84,13800000003,乙,,",
    )
    assert said(done) == [
        (3, "网格员电话", "unknown_person"),
        (4, "网格员电话", "several_people"),
        (5, "网格员电话", "another_name"),
        (6, "网格员电话", "two_names"),
    ]
    assert "请填上姓名，导入时会登记" in report(done.problems, Language.zh)
    assert "Please give a name: then they are registered." in report(done.problems, Language.en)
    assert await cells(world) == []
    assert len(await stored(world, Person)) == people


async def test_what_is_wrong_with_a_row_or_between_rows_is_found_before(world: World, tmp_path: Path) -> None:
    done = await bring_in(
        world,
        tmp_path,
        f"{NORTH},1,一,31.95,118.84,13800000001,李明,,",
        f"{NORTH},1,同号,31.95,118.84,13800000001,,,",
        "320115001999,1,没有社区,31.95,118.84,13800000001,,,",
        "320115001000,1,街道,31.95,118.84,13800000001,,,",
        f"{SOUTH},1,自己当副手,31.95,118.84,13800000001,李明,138 0000 0001,",
        f"{SOUTH},2,不知道在哪,,,13800000001,,,",
        f"{SOUTH},3,半个位置,31.95,,13800000001,,,",
        f"{SOUTH},4,副手没电话,31.95,118.84,13800000001,,,王芳",
        f"{SOUTH},零,网格号,31.95,118.84,13800000001,,,",
        f"{SOUTH},5,没有网格员,31.95,118.84,,,,",
    )
    assert {(line, code) for line, _, code in said(done)} == {
        (3, "same_cell"),
        (4, "unknown_community"),
        (5, "not_a_community"),
        (6, "same_person"),
        (7, "no_centre"),
        (8, "half_coordinates"),
        (9, "deputy_phone"),
        (10, "int_type"),
        (11, "missing"),
    }
    assert await cells(world) == []


async def test_without_a_place_a_cell_lies_in_the_middle_of_its_community(
    world: World, tmp_path: Path
) -> None:
    async with transaction(world.database) as session:
        community = await session.get_one(Division, NORTH)
        community.latitude, community.longitude = 31.9, 118.8
        session.add(community)
    done = await bring_in(world, tmp_path, f"{NORTH},1,北一网格,,,13800000001,李明,,")
    assert done.problems == ()
    (cell,) = await cells(world)
    assert (cell.latitude, cell.longitude) == (31.9, 118.8)


@pytest.mark.parametrize("ended", [False, True])
async def test_cells_that_a_file_does_not_name_stay_and_one_given_up_opens_again(
    world: World, tmp_path: Path, ended: bool
) -> None:
    await bring_in(
        world,
        tmp_path,
        f"{NORTH},1,北一网格,31.95,118.84,13800000001,李明,,",
        f"{NORTH},2,北二网格,31.95,118.84,13800000001,,,",
    )
    if ended:
        async with transaction(world.database) as session:
            for cell in await cells(world):
                cell.ended_at = datetime(2026, 11, 1, tzinfo=UTC)
                await session.merge(cell)
    await bring_in(world, tmp_path, f"{NORTH},1,北一网格,31.95,118.84,13800000001,李明,,")
    first, second = await cells(world)
    assert first.ended_at is None
    assert (second.ended_at is not None) is ended


async def test_an_empty_installation_gets_grid_and_places_from_one_folder(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "网格.csv").write_text(
        f"{HEADING}\n{NORTH},1,北一网格,31.95,118.84,13800000001,李明,,\n", encoding="gb18030"
    )
    async with transaction(database) as session:
        done = await import_files(session, actor=SYSTEM, paths=[tmp_path], now=NOW)
    assert done.problems == ()
    assert done.established is not None
    assert done.established.divisions.created == 218
    assert done.grid is not None
    assert done.grid.cells.created == 1
