"""Managers say by HTTP when a point is open: capacity, closing, closures, extra openings, rules, services."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from models.tables import Provider
from scheduling.actors import Actor
from tests.api.calling import Caller, pointers, problem_of
from tests.scheduling.acting import stored
from tests.world import CANTEEN, HILL_HOUSE, LUNCH, World, at

RULE = {"rrule": "FREQ=DAILY", "start_time": "11:00", "end_time": "12:00", "capacity": 20}


@pytest.fixture
async def manager(api: Caller) -> Actor:
    return await api.manager(CANTEEN)


async def patch_slot(api: Caller, by: Actor, slot: UUID, body: dict[str, Any], version: int = 1) -> Any:
    return await api.patch(f"/v1/slots/{slot}", by, json=body, headers={"if-match": f'"{version}"'})


async def test_a_slot_is_cut_closed_and_opened(api: Caller, world: World, manager: Actor) -> None:
    slot = await world.slot(start=at(1, 11))
    there = await world.slot(start=at(1, 12))
    person = await world.person()
    booking = await world.book(person, slot, 2)
    body = problem_of(await patch_slot(api, manager, slot, {"capacity": 1}), 409, "capacity-below-taken")
    assert [each["id"] for each in body["affected"]] == [str(booking.id)]
    problem_of(await patch_slot(api, manager, slot, {"status": "closed"}), 409, "capacity-below-taken")
    moved = await patch_slot(api, manager, slot, {"status": "closed", "affected": "move"})
    assert (moved.status_code, moved.json()["status"], moved.headers["etag"]) == (200, "closed", '"2"')
    mine = (await api.get(f"/v1/bookings/{booking.id}", person)).json()
    assert (mine["slot"]["id"], mine["status"]) == (str(there), "confirmed")
    opened = await patch_slot(api, manager, slot, {"status": "open"}, 2)
    assert (opened.status_code, opened.json()["status"]) == (200, "open")
    for wrong in ({}, {"capacity": 1, "status": "open"}, {"status": "ajar"}):
        problem_of(await patch_slot(api, manager, slot, wrong, 3), 422, "invalid-input")


async def test_what_it_would_mean_is_asked_for_one_thing_at_a_time(
    api: Caller, world: World, manager: Actor
) -> None:
    slot = await world.slot(start=at(1, 11))
    booking = await world.book(await world.person(), slot, 2)
    path = f"/v1/slots/{slot}/impact"
    for question in ("capacity=1", "status=closed"):
        answer = (await api.get(f"{path}?{question}", manager)).json()
        assert [each["id"] for each in answer["affected"]] == [str(booking.id)]
    for question in ("", "capacity=1&status=closed"):
        problem_of(await api.get(f"{path}?{question}", manager), 422, "invalid-input")


async def test_a_closure_is_made_once_listed_and_lifted(api: Caller, world: World, manager: Actor) -> None:
    slot = await world.slot(start=at(1, 11))
    await world.book(await world.person(), slot)
    body = {"start": at(1, 0).isoformat(), "end": at(2, 0).isoformat(), "reason": "停水"}
    path = f"/v1/points/{CANTEEN}/closures"
    foreseen = await api.get(f"{path}/impact", manager, params={"start": body["start"], "end": body["end"]})
    assert (foreseen.json()["slots"], len(foreseen.json()["affected"])) == (1, 1)
    first, again = [await api.post(path, manager, json=body, key="no water") for _ in range(2)]
    assert (first.status_code, first.json()) == (201, again.json())
    made = first.json()
    assert (made["slots_closed"], len(made["cancelled"]), made["service"]) == (1, 1, None)
    (listed,) = (await api.get(path, manager)).json()["items"]
    assert (listed["id"], listed["reason"]) == (made["id"], "停水")
    lifted = await api.call("DELETE", f"/v1/closures/{made['id']}", manager)
    assert lifted.json() == {"slots_reopened": 1, "slots_made": 0}
    problem_of(await api.call("DELETE", f"/v1/closures/{made['id']}", manager), 404, "not-found")


async def test_closures_are_listed_in_pages(api: Caller, manager: Actor) -> None:
    path = f"/v1/points/{CANTEEN}/closures"
    for day in (3, 1, 2):
        body = {"start": at(day, 0).isoformat(), "end": at(day, 1).isoformat()}
        assert (await api.post(path, manager, json=body)).status_code == 201
    first = (await api.get(f"{path}?limit=2", manager)).json()
    rest = (await api.get(f"{path}?limit=2&cursor={first['next']}", manager)).json()
    starts = [one["start"] for one in first["items"] + rest["items"]]
    assert starts == [f"2026-11-{day}T00:00:00+08:00" for day in (24, 25, 26)]
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-11-24T10:00:00", "2026-11-24T11:00:00"), ("2026-11-24T10:00Z", "2026-11-24T10:00Z")],
)
async def test_spans_have_an_offset_and_a_length(api: Caller, manager: Actor, start: str, end: str) -> None:
    path = f"/v1/points/{CANTEEN}/closures"
    asked = {"start": start, "end": end}
    problem_of(await api.get(f"{path}/impact", manager, params=asked), 422, "invalid-input")
    problem_of(await api.post(path, manager, json=asked), 422, "invalid-input")


async def test_an_extra_opening_can_be_booked(api: Caller, world: World, manager: Actor) -> None:
    path = f"/v1/services/{LUNCH}/extra-openings"
    body = {"start": at(1, 17).isoformat(), "end": at(1, 18).isoformat(), "capacity": 4, "slot_minutes": 30}
    made = await api.post(path, manager, json=body)
    assert made.status_code == 201
    first, _ = made.json()["slots"]
    person = await world.person()
    booked = await api.post("/v1/bookings", person, json={"slot_id": first["id"]})
    assert booked.status_code == 201
    refused = problem_of(await api.post(path, manager, json=body, language="en"), 409, "action-refused")
    assert {reason["code"] for reason in refused["reasons"]} == {"overlaps-slot"}
    assert refused["reasons"][0]["title"] == "It overlaps a slot that is there"


async def test_rules_are_added_changed_and_taken_back(api: Caller, manager: Actor) -> None:
    path = f"/v1/services/{LUNCH}/rules"
    made = await api.post(path, manager, json=RULE)
    assert (made.status_code, made.json()["slots_made"]) == (201, 15)
    rule = made.json()["rule"]
    assert (rule["start_time"], rule["days"]) == ("11:00", "any")
    assert (await api.get(path, manager)).json() == {"items": [rule], "next": None}
    one = f"/v1/rules/{rule['id']}"
    problem_of(await api.call("PUT", one, manager, json=RULE), 428, "version-required")
    stale = await api.call("PUT", one, manager, json=RULE, headers={"if-match": '"0"'})
    assert problem_of(stale, 412, "stale-version")["version"] == rule["version"]
    seen = {"if-match": f'"{rule["version"]}"'}
    changed = await api.call("PUT", one, manager, json={**RULE, "capacity": 30}, headers=seen)
    assert (changed.status_code, changed.json()["slots_changed"]) == (200, 15)
    assert changed.headers["etag"] == f'"{changed.json()["rule"]["version"]}"' != seen["if-match"]
    gone = await api.call("DELETE", one, manager, headers={"if-match": changed.headers["etag"]})
    assert (gone.json()["rule"], gone.json()["slots_withdrawn"]) == (None, 15)


async def test_rules_that_cannot_be_are_refused(api: Caller, manager: Actor) -> None:
    path = f"/v1/services/{LUNCH}/rules"
    await api.post(path, manager, json=RULE)
    refused = problem_of(await api.post(path, manager, json=RULE), 409, "action-refused")
    assert [reason["code"] for reason in refused["reasons"]] == ["rule-overlaps"]
    never = {
        **RULE,
        "start_time": "08:00",
        "end_time": "09:00",
        "valid_from": "2027-01-01",
        "valid_until": "2027-01-01",
    }
    refused = problem_of(
        await api.post(path, manager, json={**never, "rrule": "FREQ=WEEKLY;BYDAY=SU"}), 409, "action-refused"
    )
    assert [reason["code"] for reason in refused["reasons"]] == ["rule-never-opens"]
    wrong = problem_of(
        await api.post(path, manager, json={**never, "rrule": "every day"}), 422, "invalid-input"
    )
    assert pointers(wrong) == [(None, "/rrule")]


async def test_services_are_added_and_described(api: Caller, world: World, manager: Actor) -> None:
    (provider,) = await stored(world, Provider)
    body = {"category": "fitness", "name": "太极", "provider_id": str(provider.id)}
    made = await api.post(f"/v1/points/{CANTEEN}/services", manager, json=body)
    assert (made.status_code, made.json()["name"]) == (201, "太极")
    edited = await api.patch(f"/v1/services/{made.json()['id']}", manager, json={"description": "早晨"})
    assert (edited.json()["name"], edited.json()["description"]) == ("太极", "早晨")
    body["provider_id"] = str(uuid4())
    problem_of(await api.post(f"/v1/points/{CANTEEN}/services", manager, json=body), 404, "not-found")


async def test_only_managers_of_the_point(api: Caller, world: World, manager: Actor) -> None:
    slot = await world.slot(start=at(1, 11))
    span = {"start": at(1, 17).isoformat(), "end": at(1, 18).isoformat()}
    made = (await api.post(f"/v1/points/{CANTEEN}/closures", manager, json=span)).json()
    for other in (await world.person(), await api.manager(HILL_HOUSE)):
        for answer in (
            await patch_slot(api, other, slot, {"status": "closed"}),
            await api.get(f"/v1/slots/{slot}/impact?status=closed", other),
            await api.post(f"/v1/points/{CANTEEN}/closures", other, json=span),
            await api.get(f"/v1/points/{CANTEEN}/closures", other),
            await api.call("DELETE", f"/v1/closures/{made['id']}", other),
            await api.post(f"/v1/services/{LUNCH}/extra-openings", other, json={**span, "capacity": 1}),
            await api.get(f"/v1/services/{LUNCH}/rules", other),
            await api.post(f"/v1/services/{LUNCH}/rules", other, json=RULE),
            await api.patch(f"/v1/services/{LUNCH}", other, json={"name": "x"}),
        ):
            problem_of(answer, 403, "forbidden")
    problem_of(await api.get(f"/v1/points/{uuid4()}/closures", manager), 404, "not-found")
    problem_of(await api.get(f"/v1/services/{uuid4()}/rules", manager), 404, "not-found")
