"""What residents say and see before they come, by HTTP: tickets, answers, previews of series, invitations."""

from uuid import uuid4

import pytest
from sqlmodel import col

from api.tickets import read_ticket
from models.tables import AuditEntry, Booking
from scheduling import jobs
from tests.api.calling import MINT, Caller, problem_of
from tests.scheduling.acting import stored
from tests.scheduling.doors import assert_sound, set_policy
from tests.world import CANTEEN, HAIRCUT, LUNCH, READING, READING_ROOM, World, at

SERIES = {"rrule": "FREQ=DAILY", "until": "2026-11-27"}


async def test_a_ticket_is_for_those_whose_it_is(api: Caller, world: World) -> None:
    daughter, mother, other = [await world.person(name) for name in ("女儿", "妈妈", "别人")]
    await world.link(daughter, mother)
    booking = await world.book(daughter, await world.slot(LUNCH), attendee=mother)
    path = f"/v1/bookings/{booking.id}/ticket"
    for person in (daughter, mother):
        answer = await api.get(path, person)
        assert answer.headers["cache-control"] == "private, no-store"
        assert read_ticket(answer.json()["qr"], MINT.key) == booking.id
        assert answer.json()["code"] == booking.code
    problem_of(await api.get(path, other), 404, "not-found")
    problem_of(await api.get(path), 401, "sign-in-required")
    problem_of(await api.get(path, await api.manager(CANTEEN)), 403, "forbidden")
    await api.post(f"/v1/bookings/{booking.id}/cancel", daughter)
    problem_of(await api.get(path, daughter), 409, "action-refused")


async def test_late_keeps_the_places_longer_and_is_seen_by_the_point(api: Caller, world: World) -> None:
    """Booking 10: others are given on after fifteen minutes, who comes late after thirty-five."""
    await set_policy(world, LUNCH, release_after_minutes=15)
    slot = await world.slot(LUNCH)
    late, silent = await world.people(2)
    theirs = await world.book(late, slot)
    other = await world.book(silent, slot)
    assert theirs.kept_until == at(1, 11, 15)
    path = f"/v1/bookings/{theirs.id}/answer"
    said = await api.post(path, late, json={"answer": "late"})
    assert (said.json()["arrival"], said.json()["kept_until"]) == ("late", "2026-11-24T11:35:00+08:00")
    again = await api.post(path, late, json={"answer": "late"})
    assert again.json() == said.json()
    assert len(await stored(world, AuditEntry, col(AuditEntry.action) == "booking.answered")) == 1
    manager = await api.manager(CANTEEN)
    day = (await api.get(f"/v1/points/{CANTEEN}/day", manager, params={"date": "2026-11-24"})).json()
    assert {one["id"]: one["arrival"] for one in day["slots"][0]["bookings"]} == {
        str(theirs.id): "late",
        str(other.id): None,
    }
    for minute, released in ((15, {other.id}), (34, {other.id}), (35, {other.id, theirs.id})):
        await jobs.release_unclaimed(world.database, at(1, 11, minute))
        gone = [one.id for one in await stored(world, Booking, col(Booking.status) == "no_show")]
        assert set(gone) == released, minute
    await assert_sound(world)
    problem_of(await api.post(path, late, json={"answer": "coming"}), 409, "action-refused")


async def test_who_may_answer(api: Caller, world: World) -> None:
    person, other = await world.people(2)
    booking = await world.book(person, await world.slot(READING))
    path = f"/v1/bookings/{booking.id}/answer"
    problem_of(await api.post(path, other, json={"answer": "coming"}), 404, "not-found")
    problem_of(
        await api.post(path, await api.manager(READING_ROOM), json={"answer": "coming"}), 403, "forbidden"
    )
    problem_of(
        await api.post(f"/v1/bookings/{uuid4()}/answer", other, json={"answer": "coming"}), 404, "not-found"
    )
    wrong = problem_of(await api.post(path, person, json={"answer": "perhaps"}), 422, "invalid-input")
    assert wrong["errors"][0]["pointer"] == "/answer"
    assert (await api.post(path, person, json={"answer": "coming"})).json()["arrival"] == "coming"
    api.now = at(1, 12)
    problem_of(await api.post(path, person, json={"answer": "late"}), 409, "action-refused")


async def test_a_preview_says_what_the_order_then_does(api: Caller, world: World) -> None:
    """Free, full, clashing, and with nothing open: each day is the same in both, and looking books nothing."""
    person = await world.person()
    slots = [await world.slot(HAIRCUT, at(day, 11), capacity=1) for day in (1, 2, 3)]
    await world.book(await world.person(), slots[1])
    await world.book(person, await world.slot(READING, at(3, 11)))
    wanted = {"slot_id": str(slots[0]), **SERIES}
    seen = (await api.post("/v1/series/preview", person, json=wanted)).json()
    assert [day["status"] for day in seen["days"]] == ["booked", "waitlisted", "refused", "skipped"]
    assert [reason["code"] for reason in seen["days"][2]["reasons"]] == ["overlapping-booking"]
    assert seen["days"][3]["slot"] is None
    assert len(await stored(world, Booking)) == 2
    made = (await api.post("/v1/series", person, json=wanted)).json()
    assert [(one["date"], one["status"]) for one in made["occurrences"]] == [
        (day["date"], day["status"]) for day in seen["days"]
    ]
    (listed,) = (await api.get("/v1/series", person)).json()["items"]
    assert (listed["id"], listed["ahead"], listed["point"]["name"]) == (made["id"], 1, "幸福食堂")
    assert listed["start"] == "2026-11-24T11:00:00+08:00"
    await api.post(f"/v1/series/{made['id']}/cancel", person)
    assert (await api.get("/v1/series", person)).json()["items"] == []


async def test_series_of_a_relative_are_listed_for_both_and_for_nobody_else(
    api: Caller, world: World
) -> None:
    daughter, mother, other = [await world.person(name) for name in ("女儿", "妈妈", "别人")]
    slot = await world.slot(HAIRCUT, at(1, 11))
    wanted = {"slot_id": str(slot), **SERIES, "attendee_id": str(mother.person_id)}
    problem_of(await api.post("/v1/series/preview", daughter, json=wanted), 404, "not-found")
    await world.link(daughter, mother)
    await api.post("/v1/series", daughter, json=wanted)
    for person, number in ((daughter, 1), (mother, 1), (other, 0)):
        assert len((await api.get("/v1/series", person)).json()["items"]) == number
    page = (await api.get("/v1/series", daughter, params={"limit": 1})).json()
    assert page["next"] is None


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [({"rrule": "FREQ=YEARLY"}, "/rrule"), ({"until": "2030-01-01"}, "/until"), ({"party": 0}, "/party")],
)
async def test_a_pattern_that_cannot_be_taken_is_not_previewed(
    api: Caller, world: World, changed: dict[str, object], pointer: str
) -> None:
    person = await world.person()
    wanted = {"slot_id": str(await world.slot(HAIRCUT)), **SERIES, **changed}
    problem = problem_of(await api.post("/v1/series/preview", person, json=wanted), 422, "invalid-input")
    assert problem["errors"][0]["pointer"] == pointer


async def test_an_invitation_is_seen_before_it_is_agreed_to(api: Caller, world: World) -> None:
    daughter, mother = await world.person("女儿"), await world.person("妈妈")
    order = {"relation": "妈妈", "i_act": True, "notify_relative": False}
    code = (await api.post("/v1/me/household", daughter, json=order)).json()["code"]
    seen = (await api.post("/v1/me/household/see", mother, json={"code": code})).json()
    assert (seen["inviter"], seen["inviter_acts"], seen["relation"]) == ("女儿", True, "妈妈")
    assert seen["notify_relative"] is False
    assert (await api.get("/v1/me/household", mother)).json()["they_act_for_me"] == []
    own = problem_of(
        await api.post("/v1/me/household/see", daughter, json={"code": code}), 409, "action-refused"
    )
    assert [reason["code"] for reason in own["reasons"]] == ["own-invitation"]


async def test_looking_at_codes_is_counted_like_joining(api: Caller, world: World) -> None:
    person = await world.person()
    for number in range(3):
        problem_of(
            await api.post("/v1/me/household/see", person, json={"code": f"00000{number}"}),
            409,
            "action-refused",
        )
    for number in range(2):
        problem_of(
            await api.post("/v1/me/household/join", person, json={"code": f"00001{number}"}),
            409,
            "action-refused",
        )
    problem_of(await api.post("/v1/me/household/see", person, json={"code": "000020"}), 429, "too-many-tries")


async def test_a_slot_by_itself_has_its_questions(api: Caller, world: World) -> None:
    slot = (await api.get(f"/v1/slots/{await world.slot(LUNCH)}")).json()
    assert [question["key"] for question in slot["questions"]] == ["serving", "diet"]
    assert (await api.get(f"/v1/slots/{await world.slot(READING)}")).json()["questions"] == []


async def test_points_are_found_by_a_service(api: Caller, world: World) -> None:
    del world
    found = (await api.get("/v1/points", params={"q": "理发"})).json()["items"]
    assert [point["name"] for point in found] == ["幸福食堂"]
    assert (await api.get("/v1/points", params={"q": "%"})).json()["items"] == []


async def test_a_visit_shows_how_it_was_rated(api: Caller, world: World) -> None:
    person, manager = await world.person(), await api.manager(CANTEEN)
    booking = await world.book(person, await world.slot(LUNCH))
    api.now = at(1, 11)
    await api.post(f"/v1/bookings/{booking.id}/check-in", manager)
    assert (await api.get(f"/v1/bookings/{booking.id}", person)).json()["stars"] is None
    await api.post(f"/v1/bookings/{booking.id}/rating", person, json={"stars": 4})
    assert (await api.get(f"/v1/bookings/{booking.id}", person)).json()["stars"] == 4
