"""Pauses and ratings by HTTP."""

import pytest

from models.tables import Pause
from models.vocabulary import Role, ScopeKind
from scheduling.actors import Actor
from tests.api.calling import Caller, problem_of
from tests.scheduling.acting import stored
from tests.scheduling.doors import miss, visit
from tests.world import HILLS, READING, READING_ROOM, TOWN, World, at


@pytest.fixture
async def person(world: World) -> Actor:
    return await world.person("小王")


@pytest.fixture
async def pause(api: Caller, world: World, person: Actor) -> Pause:
    """Three readings missed; it is the morning after."""
    await miss(world, person, 1, 2, 3)
    api.now = at(4, 9)
    (pause,) = await stored(world, Pause)
    return pause


async def test_from_a_pause_by_an_appeal_to_a_booking(
    api: Caller, world: World, person: Actor, pause: Pause
) -> None:
    """Booking 5: the person sees why, appeals, and staff lift it."""
    slot = await world.slot(READING, at(5, 11))
    refused = problem_of(
        await api.post("/v1/bookings", person, json={"slot_id": str(slot)}), 409, "booking-refused"
    )
    assert [reason["code"] for reason in refused["reasons"]] == ["paused"]
    (mine,) = (await api.get("/v1/me/pauses", person)).json()["items"]
    assert (mine["id"], mine["active"], len(mine["missed"])) == (str(pause.id), True, 3)
    said = await api.post(f"/v1/me/pauses/{pause.id}/appeal", person, json={"text": "我住院了"})
    assert said.json()["appeal"] == "我住院了"
    staff = await api.grant(await world.person("街道"), Role.staff, ScopeKind.division, TOWN)
    (to_decide,) = (await api.get("/v1/pauses", staff, params={"appealed": "true"})).json()["items"]
    assert (to_decide["id"], to_decide["person"]["name"]) == (str(pause.id), "小王")
    assert (await api.get("/v1/pauses", staff, params={"appealed": "false"})).json()["items"] == []
    lifted = await api.post(f"/v1/pauses/{pause.id}/lift", staff, json={"reason": "住院属实"})
    assert (lifted.json()["active"], lifted.json()["lift_reason"]) == (False, "住院属实")
    booked = await api.post("/v1/bookings", person, json={"slot_id": str(slot)})
    assert booked.status_code == 201, booked.text


async def test_who_may_not_decide(api: Caller, world: World, person: Actor, pause: Pause) -> None:
    problem_of(await api.get("/v1/pauses", person), 403, "forbidden")
    why = {"reason": "我想预约"}
    problem_of(await api.post(f"/v1/pauses/{pause.id}/lift", person, json=why), 403, "forbidden")
    elsewhere = await api.grant(await world.person("汤山"), Role.staff, ScopeKind.division, HILLS)
    assert (await api.get("/v1/pauses", elsewhere)).json()["items"] == []
    problem_of(await api.post(f"/v1/pauses/{pause.id}/lift", elsewhere, json=why), 404, "not-found")
    said = {"text": "不是我的"}
    problem_of(await api.post(f"/v1/me/pauses/{pause.id}/appeal", elsewhere, json=said), 404, "not-found")


@pytest.mark.parametrize("text", ["", "  ", "字" * 1001])
async def test_an_appeal_has_words(api: Caller, person: Actor, pause: Pause, text: str) -> None:
    answer = await api.post(f"/v1/me/pauses/{pause.id}/appeal", person, json={"text": text})
    assert problem_of(answer, 422, "invalid-input")["errors"][0]["pointer"] == "/text"


async def test_a_visit_is_rated_and_the_service_shows_it_from_five_on(api: Caller, world: World) -> None:
    manager = await api.manager(READING_ROOM)
    slot = await world.slot(READING, at(1, 11))
    stars = [5, 4, 4, 5, 5]
    for person, given in zip(await world.people(5), stars, strict=True):
        assert (await api.get(f"/v1/services/{READING}")).json()["rating"] is None
        booking = await world.book(person, slot)
        api.now = at(1, 11)
        path = f"/v1/bookings/{booking.id}/rating"
        early = problem_of(await api.post(path, person, json={"stars": given}), 409, "action-refused")
        assert [reason["code"] for reason in early["reasons"]] == ["not-attended"]
        await api.post(f"/v1/bookings/{booking.id}/check-in", manager)
        rated = await api.post(path, person, json={"stars": given, "comment": "很好"}, key="rating-1")
        assert rated.status_code == 201, rated.text
        again = await api.post(path, person, json={"stars": given, "comment": "很好"}, key="rating-1")
        assert again.json() == rated.json()
    service = (await api.get(f"/v1/services/{READING}")).json()
    assert service["rating"] == {"average": 4.6, "count": 5}
    (listed,) = (await api.get(f"/v1/points/{READING_ROOM}/services")).json()["items"]
    assert listed == service


@pytest.mark.parametrize("stars", [0, 6, "five", None])
async def test_stars_are_one_to_five(api: Caller, world: World, stars: object) -> None:
    person = await world.person()
    booking = await visit(world, person)
    answer = await api.post(f"/v1/bookings/{booking.id}/rating", person, json={"stars": stars})
    assert problem_of(answer, 422, "invalid-input")["errors"][0]["pointer"] == "/stars"
