"""Who answers, when, how long it takes; what waits for the morning, and what cannot."""

from datetime import timedelta
from typing import Any

from models.database import transaction
from models.shapes.base import local_day
from models.tables import Thread, WorkerAbsence
from models.vocabulary import Role, ScopeKind
from scheduling.actors import Actor
from tests.api.calling import Caller, problem_of
from tests.api.talking import ask, manager, notices, resident, say
from tests.governing import Grid
from tests.scheduling.acting import sql, stored
from tests.scheduling.outbox import claim
from tests.world import (
    CANTEEN,
    DISTRICT,
    HILL_HOUSE,
    NOW,
    READING,
    READING_ROOM,
    TOWN,
    World,
    at,
)

__all__ = ["manager", "resident"]


async def test_who_is_written_to(api: Caller, world: World, resident: Actor) -> None:
    """The point of the screen, else of the next booking, else near home, else the staff; never oneself."""

    async def desk(by: Actor, **about: str) -> tuple[str, str] | None:
        shown = (await api.get("/v1/help-desk", by, params=about)).json()
        return None if shown["desk"] is None else (shown["desk"]["kind"], shown["desk"]["name"])

    assert await desk(resident) is None
    refused = await api.post("/v1/threads", resident, json={"text": "你好"})
    assert [one["code"] for one in problem_of(refused, 409, "action-refused")["reasons"]] == ["nobody-to-ask"]
    await api.grant(await world.person("区"), Role.staff, ScopeKind.district, DISTRICT)
    assert await desk(resident) == ("division", "江宁区")
    await api.grant(await world.person("街道"), Role.staff, ScopeKind.division, TOWN)
    assert await desk(resident) == ("division", "江宁区")
    assert await desk(resident, point=str(CANTEEN)) == ("division", "东山街道"), "nobody manages it"
    assert await desk(resident, point=str(HILL_HOUSE)) == ("division", "江宁区")
    at_home = await world.person("李", home_division="320115001001")
    assert await desk(at_home) == ("division", "东山街道")
    canteen = await api.manager(CANTEEN)
    assert await desk(at_home) == ("point", "幸福食堂")
    assert await desk(canteen, point=str(CANTEEN)) == ("division", "东山街道"), "not oneself"
    await api.manager(READING_ROOM)
    near = await world.person("张", home_latitude=31.955, home_longitude=118.845)
    assert await desk(near) == ("point", "书香阅览室")
    booking = await world.book(at_home, await world.slot(READING, at(1, 11)))
    assert await desk(at_home) == ("point", "书香阅览室"), "where the next booking is"
    assert await desk(resident, point=str(CANTEEN)) == ("point", "幸福食堂")
    assert await desk(at_home, booking=str(booking.id)) == ("point", "书香阅览室")
    not_mine = await api.get("/v1/help-desk", resident, params={"booking": str(booking.id)})
    problem_of(not_mine, 404, "not-found")
    nowhere = await api.get("/v1/help-desk", resident, params={"point": str(booking.id)})
    problem_of(nowhere, 404, "not-found")


async def test_the_worker_of_ones_cell_answers_and_the_deputy_while_they_are_away(
    api: Caller, world: World
) -> None:
    grid = await Grid(world).settle()
    await api.manager(CANTEEN)
    shown = (await api.get("/v1/help-desk", grid.resident)).json()
    assert (shown["desk"]["kind"], shown["desk"]["name"]) == ("cell", "1号社区第1网格")
    assert sorted(shown["people"]) == ["李明", "王芳"]
    await away(world, grid.worker)
    thread = (await ask(api, grid.resident, "楼道灯坏了", point_id=None))["thread"]
    assert thread["desk"]["name"] == "1号社区第1网格"
    assert {notice.person_id for notice in await notices(world)} == {grid.deputy.person_id}
    answered = await say(api, grid.deputy, thread["id"], "下午去看")
    assert answered["thread"]["owner"]["name"] == "王芳"
    problem_of(await api.get(f"/v1/threads/{thread['id']}", grid.neighbour), 404, "not-found")
    (listed,) = (await api.get("/v1/threads", grid.worker, params={"role": "owner"})).json()["items"]
    assert (listed["id"], listed["owner"]["name"]) == (thread["id"], "王芳")
    await away(world, grid.deputy)
    neighbour = await world.person("邻居", home_division="320115001001")
    shown = (await api.get("/v1/help-desk", neighbour)).json()
    assert (shown["desk"]["kind"], shown["desk"]["name"]) == ("point", "幸福食堂"), "both are away"


async def away(world: World, person: Actor) -> None:
    """Somebody is absent this week."""
    day = local_day(NOW)
    async with transaction(world.database) as session:
        session.add(
            WorkerAbsence(
                created_at=NOW,
                person_id=person.require_person(),
                first_day=day,
                last_day=day + timedelta(days=6),
            )
        )


async def test_the_help_desk_tells_hours_and_makes_no_wait_up(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    await sql(world, "UPDATE division SET hotline = '025-12340000' WHERE code = :code", code=DISTRICT)

    async def shown() -> dict[str, Any]:
        body: dict[str, Any] = (
            await api.get("/v1/help-desk", resident, params={"point": str(CANTEEN)})
        ).json()
        return body

    first = await shown()
    assert (first["open_now"], first["usual_wait_minutes"], first["measured_at"]) == (True, None, None)
    assert first["people"] == ["站长"]
    assert [one["number"] for one in first["phones"]] == ["025-00000000", "025-12340000"]
    await world.slot(start=at(0, 10))
    await world.slot(start=at(0, 12))
    await world.slot(start=at(1, 11))
    api.now = at(0, 9)
    assert (await shown())["today"] == {
        "start": "2026-11-23T10:00:00+08:00",
        "end": "2026-11-23T13:00:00+08:00",
    }
    for minutes in (4, 11, 90):
        api.now = at(0, 10)
        asker = await world.person()
        thread = (await ask(api, asker))["thread"]["id"]
        api.now = at(0, 10) + timedelta(minutes=minutes)
        await say(api, manager, thread, "好的")
    api.now = at(0, 20)
    evening = await shown()
    assert (evening["open_now"], evening["next_from"]) == (False, "2026-11-24T11:00:00+08:00")
    assert (evening["usual_wait_minutes"], evening["measured_at"]) == (15, "desk")
    await api.manager(READING_ROOM)
    other = (await api.get("/v1/help-desk", resident, params={"point": str(READING_ROOM)})).json()
    assert (other["usual_wait_minutes"], other["measured_at"]) == (15, "district")


async def test_what_was_asked_in_the_evening_has_waited_since_the_morning(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    api.now = at(0, 20)
    thread = (await ask(api, resident))["thread"]["id"]
    api.now = at(1, 9, 10)
    await say(api, manager, thread, "早上好")
    (kept,) = await stored(world, Thread)
    assert (kept.answerable_from, kept.waited_s) == (at(1, 9), 600)


async def test_words_of_an_emergency_get_the_number_and_the_thread_is_opened_all_the_same(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    api.now = at(0, 23)
    said = await ask(api, resident, "奶奶晕倒了")
    assert said["emergency"] == ["120"]
    assert said["thread"]["urgent"] is True
    (told,) = await claim(world, api.now)
    assert (told.person_id, told.data["urgent"]) == (manager.person_id, True), "even at night"


async def test_at_night_the_message_is_kept_and_several_come_as_one(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    api.now = at(0, 22)
    thread = (await ask(api, resident, "第一句"))["thread"]["id"]
    await say(api, resident, thread, "第二句")
    assert await claim(world, api.now) == []
    (told,) = await claim(world, at(1, 8))
    assert [item["text"] for item in told.data["items"]] == ["第一句", "第二句"]
    await say(api, resident, thread, "第三句")
    assert len(await notices(world)) == 2, "what a bot has in hand is left alone"


async def test_what_was_kept_for_the_morning_goes_out_with_an_emergency(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    api.now = at(0, 22)
    thread = (await ask(api, resident, "请问"))["thread"]["id"]
    await say(api, resident, thread, "着火了！")
    (told,) = await claim(world, api.now)
    assert [item["text"] for item in told.data["items"]] == ["请问", "着火了！"]


async def test_long_messages_do_not_join_into_more_than_fits(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    thread = (await ask(api, resident, "长" * 2000))["thread"]["id"]
    await say(api, resident, thread, "长" * 2000)
    assert len(await notices(world)) == 2
