"""Managers by the API: 401, 403 and 404, versions by If-Match, the day, capacity, checking in."""

from typing import Any

import pytest

from models.vocabulary import Role, ScopeKind
from scheduling.actors import Actor
from tests.api.calling import Caller, pointers, problem_of
from tests.world import CANTEEN, DISTRICT, HILL_HOUSE, HILLS, LUNCH, TOWN, at

NOWHERE = "00000000-0000-0000-0000-000000000099"


@pytest.fixture
async def manager(api: Caller) -> Actor:
    """Who manages the canteen."""
    return await api.manager(CANTEEN)


async def edit(
    api: Caller, by: Actor, slot: object, to: int, version: str | None = '"1"', **more: Any
) -> Any:
    headers = {} if version is None else {"if-match": version}
    return await api.patch(f"/v1/slots/{slot}", by, json={"capacity": to, **more}, headers=headers)


async def test_roles_and_their_scopes(api: Caller, person: Actor) -> None:
    """A manager of the point; staff of a division around it; nobody else, whatever else they may do."""
    path = f"/v1/points/{CANTEEN}/day"
    for role, scope, key in (
        (Role.point_manager, ScopeKind.point, CANTEEN),
        (Role.staff, ScopeKind.division, TOWN),
        (Role.administrator, ScopeKind.district, DISTRICT),
    ):
        actor = await api.grant(await api.world.person(), role, scope, key)
        assert (await api.get(path, actor)).status_code == 200
    for role, scope, key in (
        (Role.point_manager, ScopeKind.point, HILL_HOUSE),
        (Role.staff, ScopeKind.division, HILLS),
    ):
        actor = await api.grant(await api.world.person(), role, scope, key)
        problem_of(await api.get(path, actor), 403, "forbidden")
    problem_of(await api.get(path, person), 403, "forbidden")
    problem_of(await api.get(f"/v1/points/{NOWHERE}/day", person), 404, "not-found")
    for nobody in (None, "service", "nonsense"):
        problem_of(await api.get(path, nobody), 401, "sign-in-required")


async def test_a_role_ends_at_once(api: Caller) -> None:
    """Roles are those of the moment, not of the token."""
    manager = await api.manager(CANTEEN)
    token = api.token(manager)
    assert (await api.get(f"/v1/points/{CANTEEN}/day", token)).status_code == 200
    await api.sql("DELETE FROM role_grant")
    problem_of(await api.get(f"/v1/points/{CANTEEN}/day", token), 403, "forbidden")


async def test_the_day(api: Caller, manager: Actor) -> None:
    resident = await api.world.person("李大爷", phone="13812345678")
    slot = await api.world.slot(LUNCH, at(1, 11))
    booking = await api.world.book(resident, slot, 2)
    day = (await api.get(f"/v1/points/{CANTEEN}/day?date=2026-11-24", manager)).json()
    assert (day["date"], day["point"]["id"], len(day["slots"])) == ("2026-11-24", str(CANTEEN), 1)
    (row,) = day["slots"][0]["bookings"]
    known = {name: row[name] for name in ("id", "code", "status", "party", "phone", "note")}
    assert known == {
        "id": str(booking.id),
        "code": booking.code,
        "status": "confirmed",
        "party": 2,
        "phone": "13812345678",
        "note": "",
    }
    assert row["attendee"] == {"id": str(resident.person_id), "name": "李大爷"}
    assert (await api.get(f"/v1/points/{CANTEEN}/day", manager)).json()["date"] == "2026-11-23", "today"
    api.now = at(1, 0)
    assert (await api.get(f"/v1/points/{CANTEEN}/day", manager)).json()["date"] == "2026-11-24", (
        "the district's"
    )


async def test_an_edit_names_the_version_that_was_seen(api: Caller, manager: Actor) -> None:
    """412 when stale, 428 when missing; the new ETag is given, and bookings do not change it."""
    slot = await api.world.slot(capacity=10)
    etag = (await api.get(f"/v1/slots/{slot}")).headers["etag"]
    problem_of(await edit(api, manager, slot, 12, None), 428, "version-required")
    await api.world.book(await api.world.person(), slot)
    edited = await edit(api, manager, slot, 12, etag)
    assert (edited.status_code, edited.json()["capacity"], edited.json()["taken"]) == (200, 12, 1)
    assert edited.headers["etag"] == (await api.get(f"/v1/slots/{slot}")).headers["etag"] != etag
    assert problem_of(await edit(api, manager, slot, 15, etag), 412, "stale-version")["version"] == 2
    assert (await edit(api, manager, slot, 15, f"W/{edited.headers['etag']}")).status_code == 200


async def test_an_if_match_that_is_no_version_of_ours_is_stale(api: Caller, manager: Actor) -> None:
    slot = await api.world.slot(capacity=10)
    for odd in ("", "*", '"one"', '"-1"', '"1", "2"', "1.0", '"' + "9" * 5000 + '"', "\xb2", '"\xb9"'):
        headers = {
            b"if-match": odd.encode("latin-1"),
            b"authorization": f"Bearer {api.token(manager)}".encode(),
        }
        answer = await api.http.patch(f"/v1/slots/{slot}", json={"capacity": 5}, headers=headers)
        problem_of(answer, 412, "stale-version")
    assert await api.world.counts(slot) == (0, 0, 10)


async def test_who_may_not_edit_is_told_before_the_version(api: Caller, person: Actor) -> None:
    slot = await api.world.slot()
    problem_of(await edit(api, person, slot, 5, '"7"'), 403, "forbidden")
    problem_of(await edit(api, await api.manager(HILL_HOUSE), slot, 5), 403, "forbidden")
    problem_of(await edit(api, person, NOWHERE, 5), 404, "not-found")
    problem_of(await api.patch(f"/v1/slots/{slot}", json={"capacity": 5}), 401, "sign-in-required")


async def test_below_what_is_taken(api: Caller, manager: Actor) -> None:
    """Booking 8: it shows who is affected and asks; keep lets everybody stay."""
    slot = await api.world.slot(capacity=10)
    resident = await api.world.person("李大爷", phone="13812345678")
    booking = await api.world.book(resident, slot, 4)
    affected = [
        {
            "id": str(booking.id),
            "code": booking.code,
            "party": 4,
            "attendee": {"id": str(resident.person_id), "name": "李大爷"},
        }
    ]
    impact = (await api.get(f"/v1/slots/{slot}/impact?capacity=3", manager)).json()
    assert (impact["taken"], impact["affected"]) == (4, affected)
    body = problem_of(await edit(api, manager, slot, 3), 409, "capacity-below-taken")
    assert (body["taken"], body["affected"]) == (4, affected)
    kept = (await edit(api, manager, slot, 3, affected="keep")).json()
    assert (kept["taken"], kept["capacity"], kept["free"]) == (4, 4, 0)
    problem_of(await api.get(f"/v1/slots/{slot}/impact?capacity=3"), 401, "sign-in-required")
    problem_of(await api.get(f"/v1/slots/{slot}/impact?capacity=3", resident), 403, "forbidden")
    problem_of(await api.get(f"/v1/slots/{slot}/impact?capacity=-1", manager), 422, "invalid-input")


async def test_an_edit_that_does_not_fit(api: Caller, manager: Actor) -> None:
    slot = await api.world.slot()
    for sent, pointer in (
        ({"capacity": -1}, "/capacity"),
        ({"capacity": 2001}, "/capacity"),
        ({"capacity": 5, "affected": "drop"}, "/affected"),
    ):
        answer = await api.patch(f"/v1/slots/{slot}", manager, json=sent, headers={"if-match": '"1"'})
        assert pointers(problem_of(answer, 422, "invalid-input")) == [("body", pointer)]


async def test_checking_in(api: Caller, manager: Actor, person: Actor) -> None:
    """Booking 10: by code and by name."""
    slot = await api.world.slot(LUNCH, at(1, 11))
    first, second = [await api.world.book(one, slot) for one in (person, await api.world.person())]
    path = f"/v1/bookings/{first.id}/check-in"
    (reason,) = problem_of(await api.post(path, manager), 409, "action-refused")["reasons"]
    assert (reason["code"], reason["opens_at"]) == ("too-early-to-check-in", "2026-11-24T10:00:00+08:00")
    api.now = at(1, 10)
    problem_of(await api.post(path, person), 403, "forbidden")
    problem_of(await api.post(path, await api.manager(HILL_HOUSE)), 404, "not-found")
    problem_of(await api.post(path), 401, "sign-in-required")
    came = (await api.post(path, manager)).json()
    assert (came["status"], came["checked_in_at"]) == ("attended", "2026-11-24T10:00:00+08:00")
    by_code = await api.post("/v1/check-in", manager, json={"code": second.code})
    assert (by_code.status_code, by_code.json()["id"]) == (200, str(second.id))
    problem_of(await api.post("/v1/check-in", person, json={"code": second.code}), 404, "not-found")
    problem_of(await api.post("/v1/check-in", manager, json={"code": "0000"}), 404, "not-found")
    problem_of(await api.post("/v1/check-in", manager, json={"code": "1"}), 422, "invalid-input")
