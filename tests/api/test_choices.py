"""What volunteers choose from by HTTP: shifts with every reason against them, all that is ahead, and codes that are scanned."""

from typing import Any

import pytest

from api.tickets import shift_ticket_text
from models.vocabulary import Role, ScopeKind
from scheduling.actors import Actor
from tests.api.calling import MINT, Caller, problem_of
from tests.rostering import shift, team, volunteer
from tests.world import CANTEEN, DISTRICT, HILL_HOUSE, HILLS, LUNCH, READING, READING_ROOM, TOWN, at

TEMPLATE = {
    "role": "serving",
    "title": "食堂打饭",
    "needed": 2,
    "minimum": 1,
    "rrule": "FREQ=WEEKLY;BYDAY=TU",
    "start_time": "11:00",
    "end_time": "13:00",
    "valid_from": "2026-11-24",
    "valid_until": "2026-12-31",
    "publishes_itself": True,
}


@pytest.fixture
async def boss(api: Caller) -> Actor:
    return await api.manager(CANTEEN)


async def made(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_every_reason_stands_with_the_shift_before_anybody_signs_up(api: Caller) -> None:
    me, other = await volunteer(api.world), await volunteer(api.world, "别人")
    free = await shift(api.world, at(1, 11))
    full = await shift(api.world, at(2, 11), needed=1)
    hard = await shift(api.world, at(3, 11), required_skills=["driving"], minimum_age=60)
    await made(await api.post(f"/v1/shifts/{full}/signups", other), 201)
    found = {one["id"]: one for one in (await made(await api.get("/v1/me/shifts", me)))["items"]}
    codes = {id_: [reason["code"] for reason in one["reasons"]] for id_, one in found.items()}
    assert codes == {
        str(free): [],
        str(full): ["shift-full"],
        str(hard): ["too-young", "certificate-missing"],
    }
    assert [found[str(one)]["can_wait"] for one in (free, full, hard)] == [False, True, False]
    assert found[str(hard)]["reasons"][1]["missing"] == ["driving"]
    english = await made(await api.get(f"/v1/me/shifts/{full}", me, language="en"))
    assert english["reasons"][0]["title"] == "The shift is full"
    refused = problem_of(await api.post(f"/v1/shifts/{hard}/signups", me), 409, "signup-refused")
    assert [reason["code"] for reason in refused["reasons"]] == codes[str(hard)]

    await made(await api.post(f"/v1/shifts/{full}/wait", me), 201)
    signup = (await made(await api.post(f"/v1/shifts/{free}/signups", me), 201))["signups"][0]
    on_it = await made(await api.get(f"/v1/me/shifts/{free}", me))
    assert on_it["signup"] == {"id": signup["id"], "status": "confirmed"}
    waited = await made(await api.get(f"/v1/me/shifts/{full}", me))
    assert (waited["wait"]["status"], waited["can_wait"]) == ("waiting", False)
    problem_of(await api.get(f"/v1/me/shifts/{signup['id']}", me), 404, "not-found")
    problem_of(await api.get("/v1/me/shifts"), 401, "sign-in-required")


async def test_shifts_are_found_by_category_wish_and_division(api: Caller) -> None:
    me = await volunteer(api.world)
    lunch = await shift(api.world, at(1, 11), services=(LUNCH,))
    any_canteen = await shift(api.world, at(2, 11))
    reading = await shift(api.world, at(3, 11), point_id=READING_ROOM, services=(READING,))

    async def ids(**query: Any) -> list[str]:
        return [one["id"] for one in (await made(await api.get("/v1/me/shifts", me, params=query)))["items"]]

    assert await ids(category="meals") == [str(lunch), str(any_canteen)]
    # The canteen also cuts hair, but this shift serves lunch.
    assert await ids(category="elder_care") == [str(any_canteen)]
    assert await ids(category="culture", takeable=True) == [str(reading)]
    assert await ids(wished=True) == [str(lunch), str(any_canteen), str(reading)]
    await made(await api.call("PUT", "/v1/me/volunteer", me, json={"categories_wished": ["culture"]}))
    assert await ids(wished=True) == [str(reading)]
    assert await ids(division=TOWN) == await ids(division=DISTRICT) == await ids()
    assert await ids(division=HILLS) == []
    away = await shift(api.world, at(4, 11), point_id=HILL_HOUSE)
    home = {"near": "31.95,118.84", "in_reach": True}
    assert await ids(**home) == [str(lunch), str(any_canteen), str(reading)]
    await made(await api.call("PUT", "/v1/me/volunteer", me, json={"reach_m": 30_000}))
    assert await ids(**home) == [str(lunch), str(any_canteen), str(reading), str(away)]
    stranger = await api.world.person("没有档案")
    listed = (await made(await api.get("/v1/me/shifts", stranger, params=home)))["items"]
    assert len(listed) == 3
    assert await ids(division="320115001002") == [str(reading)]
    problem_of(await api.get("/v1/me/shifts?category=cooking", me), 422, "invalid-input")


async def test_a_list_for_me_has_pages(api: Caller) -> None:
    me = await volunteer(api.world)
    made_shifts = [str(await shift(api.world, at(day, 11))) for day in (1, 2, 3)]
    for takeable in (True, False):
        seen: list[str] = []
        query: dict[str, Any] = {"limit": 2, "takeable": takeable, "near": "31.95,118.84"}
        while True:
            page = await made(await api.get("/v1/me/shifts", me, params=query))
            seen += [one["id"] for one in page["items"]]
            assert all(one["distance_m"] is not None for one in page["items"])
            if page["next"] is None:
                break
            query["cursor"] = page["next"]
        assert seen == made_shifts


async def test_all_that_is_ahead_comes_at_once(api: Caller, boss: Actor) -> None:
    me, other, third = [await volunteer(api.world, name) for name in ("甲", "乙", "丙")]
    template = (
        await made(await api.post(f"/v1/points/{CANTEEN}/shift-templates", boss, json=TEMPLATE), 201)
    )["template"]
    tuesday = (await made(await api.get("/v1/me/shifts", me)))["items"][0]
    assert tuesday["template"]["valid_until"] == "2026-12-31"
    await made(
        await api.post(f"/v1/shift-templates/{template['id']}/standing", me, json={"until": "2026-12-02"}),
        201,
    )
    full, theirs = await shift(api.world, at(3, 11), needed=1), await shift(api.world, at(5, 11), needed=1)
    taken = (await made(await api.post(f"/v1/shifts/{full}/signups", other), 201))["signups"][0]
    await made(await api.post(f"/v1/shifts/{full}/wait", me), 201)
    await made(await api.post(f"/v1/shifts/{theirs}/signups", third), 201)
    await made(await api.post(f"/v1/signups/{taken['id']}/stand-in", other))
    roster = await made(await api.get("/v1/me/roster", me))
    assert len(roster["signups"]) == 2
    assert [one["shift"]["id"] for one in roster["waits"]] == [str(full)]
    assert [one["stand_in_for"]["name"] for one in roster["asks"]] == ["乙"]
    (standing,) = roster["standing"]
    assert (standing["template"]["title"], standing["template"]["rrule"]) == (
        "食堂打饭",
        "FREQ=WEEKLY;BYDAY=TU",
    )
    asked = await made(await api.get(f"/v1/me/shifts/{full}", me))
    assert asked["ask_id"] == roster["asks"][0]["id"]
    mine = next(one for one in roster["signups"] if one["shift"]["id"] == tuesday["id"])
    await made(await api.post(f"/v1/signups/{mine['id']}/withdraw", me))
    for one in roster["signups"]:
        assert one["late_from"] < one["check_in_from"] < one["shift"]["start"] < one["check_out_until"]


async def test_what_is_shown_at_the_point_says_which_shift_and_which_way(api: Caller) -> None:
    me, other = await volunteer(api.world), await volunteer(api.world, "别人")
    today, later = await shift(api.world, at(0, 11)), await shift(api.world, at(1, 11))
    foreign = await shift(api.world, at(0, 11), point_id=READING_ROOM)
    for one in (today, later):
        await made(await api.post(f"/v1/shifts/{one}/signups", me), 201)
    await made(await api.post(f"/v1/shifts/{foreign}/signups", other), 201)

    early = problem_of(await api.post("/v1/me/scans", me, json={"code": "111111"}), 409, "action-refused")
    assert early["reasons"][0]["code"] == "no-shift-now"
    assert early["reasons"][0]["check_in_from"] == "2026-11-23T10:00:00+08:00"
    api.now = at(0, 10, 55)
    problem_of(await api.post("/v1/me/scans", me, json={}), 422, "invalid-input")
    for wrong in ({"code": "999999"}, {"qr": shift_ticket_text(foreign, "in", MINT.key)}):
        refusal = problem_of(await api.post("/v1/me/scans", me, json=wrong), 409, "action-refused")
        assert [reason["code"] for reason in refusal["reasons"]] == ["wrong-code"]
    problem_of(await api.post("/v1/me/scans", me, json={"qr": "LM2:ABCDEFGH"}), 404, "not-found")
    for _ in range(2):
        came = await made(await api.post("/v1/me/scans", me, json={"code": "111111"}))
        assert (came["way"], came["signup"]["status"]) == ("in", "attended")
    api.now = at(0, 13)
    going = (await made(await api.get("/v1/me/roster", me)))["signups"]
    assert [one["shift"]["id"] for one in going] == [str(today), str(later)]
    out = {"qr": shift_ticket_text(today, "out", MINT.key)}
    for _ in range(2):
        went = await made(await api.post("/v1/me/scans", me, json=out))
        assert (went["way"], went["signup"]["minutes"]) == ("out", 120)
    assert went["signup"]["verified_by"] == "scans"
    assert len((await made(await api.get("/v1/me/roster", me)))["signups"]) == 1
    problem_of(
        await api.post("/v1/me/scans", await volunteer(api.world), json={"code": "111111"}),
        409,
        "action-refused",
    )


async def test_a_team_is_found_by_its_code_or_name_and_says_what_one_is_to_it(api: Caller) -> None:
    leader, member = await volunteer(api.world, "队长"), await volunteer(api.world, "队员")
    stranger = await volunteer(api.world, "新人")
    wanted = await team(api.world, leader, member, name="青年志愿队")
    await team(api.world, leader, name="银发志愿队")

    async def names(by: Actor, **query: Any) -> list[str]:
        return [one["name"] for one in (await made(await api.get("/v1/teams", by, params=query)))["items"]]

    shown = await made(await api.get(f"/v1/teams/{wanted}", member))
    assert (shown["mine"], len(shown["code"])) == ("member", 6)
    assert await names(stranger, q=shown["code"]) == await names(stranger, q="青年") == ["青年志愿队"]
    assert await names(stranger, q="%") == []
    assert await names(stranger, mine=True) == []
    assert (await made(await api.post(f"/v1/teams/{wanted}/join", stranger)))["mine"] == "asked"
    assert await names(stranger, mine=True) == ["青年志愿队"]
    assert await names(leader, mine=True) == ["银发志愿队", "青年志愿队"]


async def test_whom_to_call_is_whole_only_for_those_who_must(api: Caller, boss: Actor) -> None:
    me = await volunteer(api.world)
    profile = {"emergency_name": "王芳", "emergency_phone": "138 1234 5678", "categories_wished": ["meals"]}
    mine = await made(await api.call("PUT", "/v1/me/volunteer", me, json=profile))
    assert (mine["emergency_name"], mine["emergency_phone"]) == ("王芳", "13812345678")
    staff = await api.grant(await api.world.person("区里"), Role.staff, ScopeKind.district, DISTRICT)
    seen = await made(await api.get(f"/v1/volunteers/{me.person_id}", staff))
    assert "1234" not in seen["emergency_phone"]
    coming = await shift(api.world, at(1, 11))
    await made(await api.post(f"/v1/shifts/{coming}/signups", me), 201)
    must_call = await made(await api.get(f"/v1/volunteers/{me.person_id}", boss))
    assert must_call["emergency_phone"] == "13812345678"
