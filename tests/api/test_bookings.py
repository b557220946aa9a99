"""Booking, listing, moving and cancelling by the API."""

from typing import Any

from scheduling.actors import Actor
from tests.api.calling import Caller, problem_of
from tests.world import HAIRCUT, LUNCH, READING, READING_ROOM, at

NOWHERE = "00000000-0000-0000-0000-000000000099"


async def book(api: Caller, by: Actor, slot_id: object, **more: Any) -> dict[str, Any]:
    answer = await api.post("/v1/bookings", by, json={"slot_id": str(slot_id), **more})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_booking_as_the_design_has_it(api: Caller, person: Actor) -> None:
    slot_id = await api.world.slot(LUNCH, at(1, 11), capacity=10)
    booking = await book(api, person, slot_id, party=2, note="少盐")
    assert booking["slot"]["id"] == str(slot_id)
    assert booking["slot"]["free"] == 8
    assert booking["point"] == booking["slot"]["point"]
    known = {name: booking[name] for name in ("status", "party", "note", "late_cancel", "demo")}
    assert known == {"status": "confirmed", "party": 2, "note": "少盐", "late_cancel": False, "demo": False}
    assert booking["service"] == {"id": str(LUNCH), "name": "长者午餐", "category": "meals"}
    assert booking["attendee"] == booking["booked_by"] == {"id": str(person.person_id), "name": "王阿姨"}
    assert booking["free_cancel_until"] == "2026-11-24T09:00:00+08:00"
    assert booking["created_at"] == "2026-11-23T09:00:00+08:00"
    assert booking["checked_in_at"] is booking["cancelled_at"] is None
    assert (await api.get(f"/v1/bookings/{booking['id']}", person)).json() == booking
    assert (await api.get("/v1/bookings", person)).json() == {"items": [booking], "next": None}


async def test_a_refusal_gives_all_reasons_and_what_can_be_booked_instead(api: Caller, person: Actor) -> None:
    """Booking 6: three alternatives that are really bookable now."""
    full = await api.world.slot(LUNCH, at(1, 11), capacity=1)
    for hour in (12, 13):
        await api.world.slot(LUNCH, at(1, hour))
    await api.world.slot(LUNCH, at(2, 11))
    answer = await api.post("/v1/bookings", person, json={"slot_id": str(full), "party": 7}, language="en")
    body = problem_of(answer, 409, "booking-refused")
    assert [(reason["code"], reason["title"]) for reason in body["reasons"]] == [
        ("party-too-large", "The party is too large"),
        ("not-enough-places", "Not enough places are left"),
    ]
    assert body["reasons"][0]["limit"] == 6
    assert body["alternatives"] == [], "a party of seven fits nowhere"
    answer = await api.post("/v1/bookings", person, json={"slot_id": str(full), "party": 2})
    body = problem_of(answer, 409, "booking-refused")
    assert sorted(one["kind"] for one in body["alternatives"]) == ["other_day", "other_time", "other_time"]
    for alternative in body["alternatives"]:
        shown = (await api.get(f"/v1/slots/{alternative['id']}")).json()
        del shown["questions"]  # are asked of the one that is chosen
        assert {**shown, "kind": alternative["kind"], "distance_m": 0} == alternative
        await book(api, await api.world.person(), alternative["id"], party=2)


async def test_the_clash_is_named(api: Caller, person: Actor) -> None:
    """Booking 4."""
    first = await book(api, person, await api.world.slot(LUNCH, at(1, 11)))
    other = await api.world.slot(READING, at(1, 11, 30))
    answer = await api.post("/v1/bookings", person, json={"slot_id": str(other)})
    (reason,) = problem_of(answer, 409, "booking-refused")["reasons"]
    assert reason["clash"] == {
        "booking_id": first["id"],
        "service": "长者午餐",
        "point": "幸福食堂",
        "start": "2026-11-24T11:00:00+08:00",
        "end": "2026-11-24T12:00:00+08:00",
        "same_slot": False,
    }


async def test_moving_and_cancelling(api: Caller, person: Actor) -> None:
    booking = await book(api, person, await api.world.slot(LUNCH, at(1, 11)))
    there = await api.world.slot(HAIRCUT, at(2, 9))
    moved = await api.post(f"/v1/bookings/{booking['id']}/move", person, json={"slot_id": str(there)})
    assert moved.status_code == 200
    assert (moved.json()["id"], moved.json()["slot"]["id"]) == (booking["id"], str(there))
    full = await api.world.slot(LUNCH, at(1, 13), capacity=0)
    answer = await api.post(f"/v1/bookings/{booking['id']}/move", person, json={"slot_id": str(full)})
    body = problem_of(answer, 409, "booking-refused")
    assert [one["slot_id"] if "slot_id" in one else one["id"] for one in body["alternatives"]] == [
        booking["slot"]["id"]
    ]
    answer = await api.post(f"/v1/bookings/{booking['id']}/move", person, json={"slot_id": NOWHERE})
    problem_of(answer, 404, "not-found")
    cancelled = await api.post(f"/v1/bookings/{booking['id']}/cancel", person)
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert (await api.post(f"/v1/bookings/{booking['id']}/cancel", person)).json() == cancelled.json()
    answer = await api.post(f"/v1/bookings/{booking['id']}/move", person, json={"slot_id": str(there)})
    (reason,) = problem_of(answer, 409, "action-refused")["reasons"]
    assert (reason["code"], reason["status"]) == ("booking-over", "cancelled")
    assert (await api.get("/v1/bookings", person)).json()["items"] == []
    assert [one["id"] for one in (await api.get("/v1/bookings?when=past", person)).json()["items"]] == [
        booking["id"]
    ]


async def test_pages_of_my_bookings(api: Caller, person: Actor) -> None:
    for day in range(1, 6):
        await book(api, person, await api.world.slot((LUNCH, HAIRCUT)[day % 2], at(day, 11)))
    whole = [one["id"] for one in (await api.get("/v1/bookings", person)).json()["items"]]
    found: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = (await api.get("/v1/bookings", person, params=query)).json()
        found += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert found == whole
    assert len(found) == 5
    problem_of(await api.get("/v1/bookings?when=never", person), 422, "invalid-input")


async def test_outsiders_learn_nothing_of_a_booking(api: Caller, person: Actor) -> None:
    """404 for what the actor may not know of; 401 without credential."""
    slot = str(await api.world.slot())
    booking = await book(api, person, slot)
    stranger, path = await api.world.person(), f"/v1/bookings/{booking['id']}"
    unknown = f"/v1/bookings/{NOWHERE}"
    for outsider in (stranger, await api.manager(READING_ROOM)):
        for one in (path, unknown):
            told = problem_of(await api.get(one, outsider), 404, "not-found")
            assert told == problem_of(await api.post(f"{one}/cancel", outsider), 404, "not-found")
            answer = await api.post(f"{one}/move", outsider, json={"slot_id": slot})
            assert told == problem_of(answer, 404, "not-found")
    for nobody in (None, "service"):
        problem_of(await api.get(path, nobody), 401, "sign-in-required")
        problem_of(await api.get("/v1/bookings", nobody), 401, "sign-in-required")
        problem_of(await api.post(f"{path}/cancel", nobody), 401, "sign-in-required")
        problem_of(await api.post("/v1/bookings", nobody, json={"slot_id": slot}), 401, "sign-in-required")
    order = {"slot_id": slot, "attendee_id": str(stranger.person_id)}
    problem_of(await api.post("/v1/bookings", person, json=order), 404, "not-found")


async def test_a_daughter_books_for_her_mother(api: Caller, person: Actor) -> None:
    mother = await api.world.person("妈妈")
    await api.world.link(person, mother)
    booking = await book(api, person, await api.world.slot(), attendee_id=str(mother.person_id))
    assert (booking["attendee"]["name"], booking["booked_by"]["name"]) == ("妈妈", "王阿姨")
    assert (await api.get(f"/v1/bookings/{booking['id']}", mother)).json() == booking
