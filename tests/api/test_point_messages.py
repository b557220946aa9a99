"""Messages to those booked: whom they reach, once each, when, how often, and what the sender sees of it."""

from typing import Any

import pytest
from sqlmodel import col

from models.shapes.notices import NoticeView
from models.tables import AuditEntry, Notice
from models.vocabulary import NoticeKind
from scheduling.actors import Actor
from tests.api.calling import Caller, problem_of
from tests.scheduling.acting import sql, stored
from tests.scheduling.outbox import address, claim, delivered
from tests.world import CANTEEN, DISTRICT, HAIRCUT, LUNCH, READING, READING_ROOM, World, at

PATH = f"/v1/points/{CANTEEN}/messages"


@pytest.fixture
async def manager(api: Caller) -> Actor:
    return await api.manager(CANTEEN)


async def impact(api: Caller, by: Actor, **about: object) -> dict[str, Any]:
    answer = await api.get(f"{PATH}/impact", by, params=about)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def every_notice(world: World) -> list[NoticeView]:
    """Delivers all that can be delivered, one address one at a time."""
    found: list[NoticeView] = []
    while some := await claim(world):
        for told in some:
            await delivered(world, told.id)
        found += some
    return found


async def test_everybody_booked_is_told_once_and_the_sender_sees_how_many_have_got_it(
    api: Caller, world: World, manager: Actor
) -> None:
    """Messages 2. A daughter and her mother, one who booked twice, one whom nothing reaches, one who has cancelled."""
    lunch, later, haircut = (
        await world.slot(LUNCH, at(1, 11)),
        await world.slot(LUNCH, at(1, 12)),
        await world.slot(HAIRCUT, at(1, 15)),
    )
    daughter, mother, twice, silent, gone = [await world.person(name) for name in "女母两静走"]
    await world.link(daughter, mother)
    for person in (daughter, mother, twice, gone):
        await address(world, person)
    await world.book(daughter, lunch, attendee=mother)
    await world.book(twice, lunch)
    await world.book(twice, later)
    await world.book(silent, later)
    left = await world.book(gone, lunch)
    await api.post(f"/v1/bookings/{left.id}/cancel", gone)
    await world.book(gone, haircut)
    in_slot = await impact(api, manager, slot=str(lunch))
    assert (in_slot["people"], in_slot["reachable"], in_slot["left_today"]) == (3, 3, 5)
    lunches = await impact(api, manager, day="2026-11-24", service=str(LUNCH))
    assert (lunches["people"], lunches["reachable"]) == (4, 3)
    whole_day = await impact(api, manager, day="2026-11-24")
    assert whole_day["people"] == 5
    assert (await impact(api, manager, day="2026-11-25"))["people"] == 0
    assert await stored(world, Notice, col(Notice.kind) == NoticeKind.point_message) == []
    body = {"text": "明天停水，请自带水杯。", "day": "2026-11-24", "service_id": str(LUNCH)}
    sent = await api.post(PATH, manager, json=body, key="once")
    assert sent.status_code == 201, sent.text
    assert (await api.post(PATH, manager, json=body, key="once")).json() == sent.json()
    owed = await stored(world, Notice, col(Notice.kind) == NoticeKind.point_message)
    assert {one.person_id for one in owed} == {one.person_id for one in (daughter, mother, twice, silent)}
    assert len(owed) == 4
    (listed,) = (await api.get(PATH, manager)).json()["items"]
    assert (listed["people"], listed["reachable"], listed["delivered"]) == (4, 3, 0)
    arrived = [told for told in await every_notice(world) if told.kind is NoticeKind.point_message]
    assert [told.data["text"] for told in arrived] == ["明天停水，请自带水杯。"] * 3
    (listed,) = (await api.get(PATH, manager)).json()["items"]
    assert (listed["delivered"], listed["author"]["name"]) == (3, "站长")
    (deed,) = await stored(world, AuditEntry, col(AuditEntry.action) == "point_message.sent")
    assert deed.data == {"people": 4, "reachable": 3}
    await sql(world, "DELETE FROM notice WHERE kind = 'point_message' AND status = 'delivered'")
    (listed,) = (await api.get(PATH, manager)).json()["items"]
    assert listed["delivered"] is None, "what is forgotten is not counted as nobody"


async def test_at_night_only_what_is_about_the_same_day(api: Caller, world: World, manager: Actor) -> None:
    person = await world.person()
    await address(world, person)
    today, tomorrow = await world.slot(HAIRCUT, at(1, 9)), await world.slot(LUNCH, at(2, 11))
    await world.book(person, today)
    await world.book(person, tomorrow)
    api.now = at(1, 6)
    assert (await impact(api, manager, slot=str(today)))["goes_out_at"] == "2026-11-24T06:00:00+08:00"
    assert (await impact(api, manager, slot=str(tomorrow)))["goes_out_at"] == "2026-11-24T08:00:00+08:00"
    await api.post(PATH, manager, json={"text": "后天", "slot_id": str(tomorrow)})
    assert [one.data["text"] for one in await claim(world, api.now)] == []
    await api.post(PATH, manager, json={"text": "今天停电", "slot_id": str(today)})
    told = [one for one in await claim(world, api.now) if one.kind is NoticeKind.point_message]
    assert [one.data["text"] for one in told] == ["今天停电"]


async def test_who_may_and_about_what(api: Caller, world: World, manager: Actor) -> None:
    slot, elsewhere = await world.slot(LUNCH, at(1, 11)), await world.slot(READING, at(1, 11))
    await world.book(await world.person(), slot)
    body = {"text": "你好", "slot_id": str(slot)}
    problem_of(await api.post(PATH, await world.person(), json=body), 403, "forbidden")
    problem_of(await api.get(PATH, await api.manager(READING_ROOM)), 403, "forbidden")
    other = {"text": "你好", "slot_id": str(elsewhere)}
    problem_of(await api.post(PATH, manager, json=other), 404, "not-found")
    service = {"text": "你好", "day": "2026-11-24", "service_id": str(READING)}
    problem_of(await api.post(PATH, manager, json=service), 404, "not-found")
    for wrong in (
        {"text": "你好"},
        {"text": "你好", "slot_id": str(slot), "day": "2026-11-24"},
        {"text": "字" * 501, "slot_id": str(slot)},
        {"text": " ", "slot_id": str(slot)},
    ):
        problem_of(await api.post(PATH, manager, json=wrong), 422, "invalid-input")
    nobody = await api.post(PATH, manager, json={"text": "你好", "day": "2026-11-30"})
    assert [one["code"] for one in problem_of(nobody, 409, "action-refused")["reasons"]] == ["nobody-booked"]
    api.now = at(1, 13)
    over = await api.post(PATH, manager, json=body)
    assert [one["code"] for one in problem_of(over, 409, "action-refused")["reasons"]] == ["nobody-booked"]


async def test_a_point_writes_only_so_often(api: Caller, world: World, manager: Actor) -> None:
    await sql(
        world,
        "INSERT INTO policy_override (scope, key, field, value, set_at)"
        " VALUES ('district', :district, 'point_messages_day', '2', now())",
        district=DISTRICT,
    )
    slot = await world.slot(LUNCH, at(3, 11))
    await world.book(await world.person(), slot)
    body = {"text": "你好", "slot_id": str(slot)}
    assert (await impact(api, manager, slot=str(slot)))["left_today"] == 2
    for _ in range(2):
        assert (await api.post(PATH, manager, json=body)).status_code == 201
    assert (await impact(api, manager, slot=str(slot)))["left_today"] == 0
    (reason,) = problem_of(await api.post(PATH, manager, json=body), 409, "action-refused")["reasons"]
    assert (reason["code"], reason["most"]) == ("too-many-point-messages", 2)
    api.now = at(1, 9, 1)
    assert (await api.post(PATH, manager, json=body)).status_code == 201
