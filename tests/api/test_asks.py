"""Asking for hands now, by HTTP: whom it would reach, whom it asks, and that it asks once."""

import pytest
from sqlalchemy import select

from models.database import transaction
from models.tables import ShiftAsk
from models.vocabulary import ShiftStatus
from scheduling.actors import Actor
from tests.api.calling import Caller, problem_of
from tests.rostering import assert_sound, shift, sign_up, volunteer
from tests.world import CANTEEN, READING_ROOM, World, at


@pytest.fixture
async def manager(api: Caller) -> Actor:
    return await api.manager(CANTEEN)


async def asked(world: World) -> list[ShiftAsk]:
    async with transaction(world.database) as session:
        return list((await session.execute(select(ShiftAsk))).scalars())


async def test_the_impact_counts_and_changes_nothing(api: Caller, world: World, manager: Actor) -> None:
    id_ = await shift(world, at(5, 11), needed=2, minimum=0)
    for number in range(8):
        await volunteer(world, f"志愿者{number}")
    await volunteer(world, "远处的", home=(31.5, 118.2))
    await volunteer(world, "不想被问的", takes_asks=False)
    said = (await api.get(f"/v1/shifts/{id_}/asks/impact", manager)).json()
    assert said == {"shift_id": str(id_), "missing": 2, "people": 8, "would_ask": 6, "asked": 0}
    assert await asked(world) == []


async def test_asking_asks_the_nearest_and_once(api: Caller, world: World, manager: Actor) -> None:
    id_ = await shift(world, at(5, 11), needed=1, minimum=0)
    near = [await volunteer(world, f"近{n}", home=(31.95 + n / 500, 118.84)) for n in range(5)]
    first = await api.post(f"/v1/shifts/{id_}/asks", manager, key="a", json={"people": 2})
    again = await api.post(f"/v1/shifts/{id_}/asks", manager, key="a", json={"people": 2})
    assert (first.status_code, first.json()) == (201, {"shift_id": str(id_), "asked": 2, "open": 2})
    assert again.json() == first.json()
    assert {one.person_id for one in await asked(world)} == {one.require_person() for one in near[:2]}
    assert (await api.post(f"/v1/shifts/{id_}/asks", manager, key="b")).json()["asked"] == 3
    left = (await api.get(f"/v1/shifts/{id_}/asks/impact", manager)).json()
    assert (left["people"], left["would_ask"], left["asked"]) == (0, 0, 5)
    await assert_sound(world)


async def test_nobody_is_asked_more_often_than_the_policy_allows(
    api: Caller, world: World, manager: Actor
) -> None:
    await volunteer(world)
    shifts = [await shift(world, at(day, 11), needed=1, minimum=0) for day in (3, 4, 5)]
    made = [
        (await api.post(f"/v1/shifts/{id_}/asks", manager, key=str(id_))).json()["asked"] for id_ in shifts
    ]
    assert made == [1, 1, 0]


async def test_full_drafts_and_what_has_begun_are_refused(api: Caller, world: World, manager: Actor) -> None:
    full = await shift(world, at(1, 11), needed=1)
    await sign_up(world, await volunteer(world), full)
    draft = await shift(world, at(2, 11), status=ShiftStatus.draft)
    begun = await shift(world, at(0, 8))
    for id_, code in ((full, "shift-full"), (draft, "shift-over"), (begun, "shift-started")):
        for answer in (
            await api.get(f"/v1/shifts/{id_}/asks/impact", manager),
            await api.post(f"/v1/shifts/{id_}/asks", manager, key=str(id_)),
        ):
            body = problem_of(answer, 409, "action-refused")
            assert code in [reason["code"] for reason in body["reasons"]]


async def test_it_is_for_the_points_manager(api: Caller, world: World) -> None:
    id_ = await shift(world, at(5, 11))
    other = await api.manager(READING_ROOM)
    problem_of(await api.post(f"/v1/shifts/{id_}/asks", other, key="x"), 403, "forbidden")
    problem_of(await api.get(f"/v1/shifts/{id_}/asks/impact", await world.person()), 403, "forbidden")
    problem_of(await api.post(f"/v1/shifts/{id_}/asks", key="x"), 401, "sign-in-required")


async def test_the_codes_of_a_shift_as_a_picture(api: Caller, world: World, manager: Actor) -> None:
    id_ = await shift(world)
    drawn = await api.get(f"/v1/shifts/{id_}/codes/in.png", manager)
    assert drawn.headers["content-type"] == "image/png"
    assert drawn.content.startswith(b"\x89PNG")
    other = await api.manager(READING_ROOM)
    problem_of(await api.get(f"/v1/shifts/{id_}/codes/in.png", other), 403, "forbidden")
