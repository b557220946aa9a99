"""Shifts by HTTP: found, taken, handed on, served, suggested, and the hours that come of them."""

import re
from datetime import timedelta
from typing import Any

import pytest

from api.tickets import shift_ticket_text
from models.vocabulary import Role, ScopeKind
from scheduling import jobs
from scheduling.actors import Actor
from tests.api.calling import MINT, Caller, problem_of
from tests.rostering import certified, shift, volunteer
from tests.world import CANTEEN, DISTRICT, NOW, READING_ROOM, at

CREW = {"role": "serving", "title": "食堂打饭", "needed": 2, "minimum": 1}


@pytest.fixture
async def boss(api: Caller) -> Actor:
    return await api.manager(CANTEEN)


@pytest.fixture
async def staff(api: Caller) -> Actor:
    return await api.grant(await api.world.person("区里"), Role.staff, ScopeKind.district, DISTRICT)


async def made(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


def span(days: int, hour: int, hours: float = 2) -> dict[str, str]:
    start = at(days, hour)
    return {"start": start.isoformat(), "end": (start + timedelta(hours=hours)).isoformat()}


async def test_shifts_are_found_and_what_is_eligible_can_be_taken(api: Caller) -> None:
    me = await volunteer(api.world)
    near = await shift(api.world, at(1, 11))
    hard = await shift(api.world, at(2, 11), required_skills=["driving"])
    reading = await shift(api.world, at(3, 11), point_id=READING_ROOM, role="reading")
    await shift(api.world, at(16, 11))

    async def ids(**query: Any) -> list[str]:
        found: list[str] = []
        while True:
            page = (await api.get("/v1/shifts", me, params=query)).json()
            found += [one["id"] for one in page["items"]]
            if page["next"] is None:
                return found
            query["cursor"] = page["next"]

    assert await ids(limit=1) == [str(one) for one in (near, hard, reading)]
    assert await ids(limit=1, eligible=True) == [str(near), str(reading)]
    assert await ids(point=str(READING_ROOM)) == [str(reading)]
    assert await ids(role="reading") == [str(reading)]
    assert await ids(near="31.95,118.84", radius_m=100) == [str(near), str(hard)]
    assert await ids(**{"from": "2026-11-25"}, to="2026-11-25") == [str(hard)]
    assert await ids(mine=True) == []
    for one in (near, reading):
        assert (await api.post(f"/v1/shifts/{one}/signups", me)).status_code == 201
    assert await ids(mine=True) == [str(near), str(reading)]
    assert await ids(eligible=True) == []
    problem_of(await api.get("/v1/shifts"), 401, "sign-in-required")
    problem_of(await api.get("/v1/shifts?role=Not%20a%20word", me), 422, "invalid-input")


async def test_a_refusal_names_shifts_that_can_be_taken(api: Caller) -> None:
    me = await volunteer(api.world)
    full = await shift(api.world, at(1, 11), needed=1)
    await made(await api.post(f"/v1/shifts/{full}/signups", await volunteer(api.world)), 201)
    for day in (2, 3, 4, 5):
        await shift(api.world, at(day, 11))
    refusal = problem_of(await api.post(f"/v1/shifts/{full}/signups", me, key="a"), 409, "signup-refused")
    assert [reason["code"] for reason in refusal["reasons"]] == ["shift-full"]
    assert refusal["reasons"][0]["title"] == "人数已满"
    assert len(refusal["shifts"]) == 3
    assert (await api.post(f"/v1/shifts/{full}/signups", me, key="a")).json() == refusal
    for proposed in refusal["shifts"]:
        await made(await api.post(f"/v1/shifts/{proposed['id']}/signups", me), 201)
    mine = (await api.get("/v1/signups", me, params={"limit": 2})).json()
    assert len(mine["items"]) == 2
    assert len((await api.get("/v1/signups", me, params={"cursor": mine["next"]})).json()["items"]) == 1
    assert (await api.get("/v1/signups?when=past", me)).json()["items"] != []


async def test_waiting_standing_in_and_swapping(api: Caller, boss: Actor) -> None:
    one, two, three = [await volunteer(api.world, name) for name in ("甲", "乙", "丙")]
    wanted, later = await shift(api.world, at(3, 11), needed=1), await shift(api.world, at(5, 11), needed=1)
    mine = (await made(await api.post(f"/v1/shifts/{wanted}/signups", one), 201))["signups"][0]
    problem_of(await api.post(f"/v1/shifts/{later}/wait", two), 409, "signup-refused")
    wait = await made(await api.post(f"/v1/shifts/{wanted}/wait", two), 201)
    assert [w["id"] for w in (await api.get("/v1/shift-waits", two)).json()["items"]] == [wait["id"]]
    problem_of(await api.post(f"/v1/shift-waits/{wait['id']}/leave", three), 404, "not-found")

    assert (await made(await api.post(f"/v1/signups/{mine['id']}/stand-in", one)))[
        "status"
    ] == "stand_in_wanted"
    assert (await made(await api.post(f"/v1/signups/{mine['id']}/keep", one)))["status"] == "confirmed"
    await made(await api.post(f"/v1/signups/{mine['id']}/withdraw", one, json={"reason": "有事"}))
    taken = await made(await api.post(f"/v1/shift-waits/{wait['id']}/accept", two))
    assert (taken["status"], taken["source"]) == ("confirmed", "waitlist")

    await made(await api.post(f"/v1/signups/{taken['id']}/stand-in", two))
    (ask,) = (await api.get("/v1/shift-asks", three)).json()["items"]
    assert ask["stand_in_for"]["name"] == "乙"
    problem_of(await api.post(f"/v1/shift-asks/{ask['id']}/accept", one), 404, "not-found")
    stood_in = await made(await api.post(f"/v1/shift-asks/{ask['id']}/accept", three))
    assert stood_in["source"] == "stand_in"
    assert (await made(await api.get(f"/v1/signups/{taken['id']}", two)))["status"] == "withdrawn"

    other = (await made(await api.post(f"/v1/shifts/{later}/signups", one), 201))["signups"][0]
    partners = (await api.get(f"/v1/signups/{other['id']}/swap-partners", one)).json()["items"]
    assert [p["id"] for p in partners] == [stood_in["id"]]
    order = {"with_signup_id": stood_in["id"]}
    problem_of(await api.post(f"/v1/signups/{other['id']}/swap", two, json=order), 404, "not-found")
    swap = await made(await api.post(f"/v1/signups/{other['id']}/swap", one, json=order), 201)
    assert [s["id"] for s in (await api.get("/v1/swaps", three)).json()["items"]] == [swap["id"]]
    problem_of(await api.post(f"/v1/swaps/{swap['id']}/accept", one), 403, "forbidden")
    assert (await made(await api.post(f"/v1/swaps/{swap['id']}/accept", three)))["status"] == "accepted"
    assert (await made(await api.get(f"/v1/signups/{other['id']}", boss)))["shift"]["id"] == str(wanted)


async def test_the_day_and_the_hours(api: Caller, boss: Actor) -> None:
    me, friend = await volunteer(api.world), await volunteer(api.world, "朋友")
    wanted = await shift(api.world, at(0, 11))
    signup = (await made(await api.post(f"/v1/shifts/{wanted}/signups", me), 201))["signups"][0]
    path = f"/v1/signups/{signup['id']}"
    codes = await made(await api.get(f"/v1/shifts/{wanted}/codes", boss))
    image = await api.get(f"/v1/shifts/{wanted}/codes/in.svg", boss)
    assert image.headers["content-type"] == "image/svg+xml"
    assert image.content.startswith(b"<?xml")
    problem_of(await api.get(f"/v1/shifts/{wanted}/codes/up.svg", boss), 422, "invalid-input")
    api.now = at(0, 10, 55)
    problem_of(await api.post(f"{path}/check-in", me), 403, "forbidden")
    problem_of(await api.post(f"{path}/check-in", me, json={"qr": "LM2:ABCDEFGH"}), 404, "not-found")
    await made(await api.post(f"{path}/check-in", me, json={"code": codes["code_in"]}))
    api.now = at(0, 13)
    done = await made(await api.post(f"{path}/check-out", me, json={"code": codes["code_out"]}))
    assert (done["minutes"], done["verified_by"]) == (120, "scans")
    verified = await made(
        await api.post(f"{path}/verify", boss, json={"minutes": 90, "reason": "早退", "stars": 4})
    )
    assert (verified["minutes"], verified["stars"]) == (90, 4)
    corrections = (await api.get(f"{path}/corrections", me)).json()["items"]
    assert [(c["minutes_before"], c["minutes_after"]) for c in corrections] == [(120, 90)]
    hours = await made(await api.get("/v1/me/hours", me))
    assert (hours["served_minutes"], hours["balance_minutes"]) == (90, 90)
    gift = {"minutes": 30, "to_person_id": str(friend.person_id)}
    assert (await made(await api.post("/v1/me/hours/donations", me, json=gift, key="g"), 201))[
        "balance_minutes"
    ] == 60
    assert (await made(await api.post("/v1/me/hours/donations", me, json=gift, key="g"), 201))[
        "balance_minutes"
    ] == 60
    assert (await made(await api.get("/v1/me/hours", friend)))["balance_minutes"] == 30
    record = await made(await api.get("/v1/me/hours/record", me))
    assert (record["total_minutes"], record["average_stars"]) == (90, 4)
    statistics = await made(await api.get(f"/v1/points/{CANTEEN}/shift-statistics", boss))
    assert (statistics["attended"], statistics["minutes"], statistics["new"]) == (3, 90, 2)


async def test_a_qr_code_is_for_its_shift_and_way(api: Caller, boss: Actor) -> None:
    me = await volunteer(api.world)
    wanted, other = await shift(api.world, at(0, 11)), await shift(api.world, at(0, 22))
    signup = (await made(await api.post(f"/v1/shifts/{wanted}/signups", me), 201))["signups"][0]
    path = f"/v1/signups/{signup['id']}/check-in"
    api.now = at(0, 11)
    problem_of(
        await api.post(path, me, json={"qr": shift_ticket_text(wanted, "out", MINT.key)}), 404, "not-found"
    )
    problem_of(
        await api.post(path, me, json={"qr": shift_ticket_text(other, "in", MINT.key)}), 409, "action-refused"
    )
    await made(await api.post(path, me, json={"qr": shift_ticket_text(wanted, "in", MINT.key)}))


async def test_a_statement_is_drawn_and_checked(api: Caller, boss: Actor) -> None:
    me = await volunteer(api.world, "王小明")
    wanted = await shift(api.world, at(0, 11))
    signup = (await made(await api.post(f"/v1/shifts/{wanted}/signups", me), 201))["signups"][0]
    api.now = at(0, 14)
    await made(await api.post(f"/v1/signups/{signup['id']}/verify", boss, json={"minutes": 100}))
    order = {"first": "2026-11-01", "last": "2026-11-30"}
    issued = await made(await api.post("/v1/me/hours/statements", me, json=order), 201)
    checked = await made(await api.get(issued["check_url"].removeprefix("http://api")))
    assert (checked["name"], checked["minutes"], checked["official"]) == ("王**", 100, False)
    drawn = await api.get(issued["pdf_url"].removeprefix("http://api"), me)
    assert drawn.headers["content-type"] == "application/pdf"
    assert drawn.content.startswith(b"%PDF-")
    table = await api.get(issued["csv_url"].removeprefix("http://api"), me, language="en")
    assert "not an official certificate" in table.text
    assert "食堂打饭" in table.text
    problem_of(await api.get(issued["pdf_url"].removeprefix("http://api"), boss), 404, "not-found")
    problem_of(await api.get("/v1/hours/statements/AAAAAAAAAAAA"), 404, "not-found")


async def test_a_suggestion_is_explained_applied_in_part_and_confirmed(api: Caller, boss: Actor) -> None:
    other = await api.manager(READING_ROOM)
    people = [
        await volunteer(api.world, f"志愿者{n}", roles_wished=["serving"] if n % 2 else []) for n in range(4)
    ]
    driver = await volunteer(api.world, "司机")
    await certified(api.world, driver, "driving")
    for day in (1, 2, 3):
        await shift(api.world, at(day, 11), needed=2)
    driving = await shift(api.world, at(4, 11), needed=1, required_skills=["driving"])
    path, days = f"/v1/points/{CANTEEN}/roster-suggestion", {"first": "2026-11-23", "last": "2026-11-29"}
    problem_of(await api.post(path, other, json=days), 403, "forbidden")
    problem_of(await api.post(path, boss, json={**days, "last": "2027-01-01"}), 422, "invalid-input")
    found = await made(await api.post(path, boss, json=days))
    assert found["measures"]["filled"] == 7
    assert found["measures"]["wishes"] >= found["greedy"]["wishes"]
    assert all(choice["because"] for choice in found["choices"])
    (drives,) = [choice for choice in found["choices"] if choice["shift_id"] == str(driving)]
    assert drives["person"]["name"] == "司机"

    part = [{"shift_id": c["shift_id"], "person_id": c["person"]["id"]} for c in found["choices"][:2]]
    nonsense = {"shift_id": str(driving), "person_id": str(people[0].person_id)}
    problem_of(await api.post(f"{path}/apply", other, json={"choices": part}), 403, "forbidden")
    applied = await made(await api.post(f"{path}/apply", boss, json={"choices": [*part, nonsense]}))
    assert [one["status"] for one in applied["proposed"]] == ["proposed", "proposed"]
    assert [one["reasons"] for one in applied["refused"]] == [["certificate-missing"]]
    first, second = applied["proposed"]
    actors = {str(one.person_id): one for one in [*people, driver]}
    problem_of(await api.post(f"/v1/signups/{first['id']}/confirm", boss), 403, "forbidden")
    confirmed = await made(
        await api.post(f"/v1/signups/{first['id']}/confirm", actors[first["person"]["id"]])
    )
    assert confirmed["status"] == "confirmed"
    api.now = NOW + timedelta(hours=49)
    await jobs.expire_shift_offers(api.world.database, api.now)
    ran_out = await made(await api.get(f"/v1/signups/{second['id']}", actors[second["person"]["id"]]))
    assert ran_out["status"] == "withdrawn"


async def test_recurring_shifts_and_standing_places(api: Caller, boss: Actor) -> None:
    me, other = await volunteer(api.world), await volunteer(api.world, "别人")
    order = {
        **CREW,
        "rrule": "FREQ=WEEKLY;BYDAY=TU",
        "start_time": "11:00",
        "end_time": "13:00",
        "valid_from": "2026-11-01",
        "valid_until": "2027-06-30",
        "publishes_itself": True,
    }
    path = f"/v1/points/{CANTEEN}/shift-templates"
    problem_of(await api.post(path, boss, json={**order, "rrule": "FREQ=HOURLY"}), 422, "invalid-input")
    template = (await made(await api.post(path, boss, json=order), 201))["template"]
    standing = f"/v1/shift-templates/{template['id']}/standing"
    problem_of(await api.post(standing, me, json={"until": "2028-01-01"}), 422, "invalid-input")
    taken = await made(await api.post(standing, me, json={"until": "2027-05-31"}), 201)
    assert (len(taken["signed_up"]), taken["refused"]) == (4, [])
    problem_of(await api.post(f"/v1/standing-places/{taken['id']}/end", other), 404, "not-found")
    assert len((await api.get("/v1/standing-places", me)).json()["items"]) == 1
    await made(await api.post(f"/v1/standing-places/{taken['id']}/end", me))
    assert (await api.get("/v1/standing-places", me)).json()["items"] == []
    problem_of(await api.post(f"/v1/shift-templates/{template['id']}/end", me), 403, "forbidden")
    await made(await api.post(f"/v1/shift-templates/{template['id']}/end", boss))
    assert (await made(await api.get(path, boss)))["items"] == []


async def test_calendars_behind_ones_own_key(api: Caller, boss: Actor) -> None:
    me = await volunteer(api.world)
    wanted = await shift(api.world, at(1, 11), needed=2, minimum=2)
    signup = (await made(await api.post(f"/v1/shifts/{wanted}/signups", me), 201))["signups"][0]

    async def key_of(actor: Actor) -> str:
        answer = await api.post("/v1/me/calendar-key", actor)
        found = re.search(r"key=([\w-]+)", answer.json()["url"])
        assert found
        return found[1]

    mine, theirs = await key_of(me), await key_of(boss)
    calendar = await api.get("/v1/me/shifts.ics", params={"key": mine})
    assert f"UID:{signup['id']}" in calendar.text
    assert "STATUS:CONFIRMED" in calendar.text
    again = await api.get(
        "/v1/me/shifts.ics", params={"key": mine}, headers={"if-none-match": calendar.headers["etag"]}
    )
    assert again.status_code == 304
    await made(await api.post(f"/v1/signups/{signup['id']}/withdraw", me))
    assert "STATUS:CANCELLED" in (await api.get("/v1/me/shifts.ics", params={"key": mine})).text
    of_point = f"/v1/points/{CANTEEN}/shifts.ics"
    assert f"UID:{wanted}" in (await api.get(of_point, params={"key": theirs})).text
    problem_of(await api.get(of_point, params={"key": mine}), 403, "forbidden")
    problem_of(await api.get(of_point, params={"key": "nonsense"}), 404, "not-found")
    problem_of(await api.get("/v1/me/shifts.ics", params={"key": "nonsense"}), 404, "not-found")
