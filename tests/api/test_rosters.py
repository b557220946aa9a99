"""Everything about shifts by HTTP, as volunteers, managers and staff have it; scopes as two points and two teams."""

from datetime import timedelta
from typing import Any

import pytest

from models.vocabulary import Role, ScopeKind
from scheduling.actors import Actor
from tests.api.calling import Caller, problem_of
from tests.rostering import shift, volunteer
from tests.world import CANTEEN, DISTRICT, HILLS, LUNCH, NOW, READING_ROOM, at

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


async def test_a_profile_is_ones_own_and_certificates_count_once_checked(api: Caller, staff: Actor) -> None:
    me, stranger = await api.world.person("小李"), await api.world.person("别人")
    problem_of(await api.get("/v1/me/volunteer", me), 404, "not-found")
    university = await made(
        await api.post("/v1/organisations", staff, json={"name": "江宁大学", "kind": "university"}), 201
    )
    problem_of(
        await api.post("/v1/organisations", staff, json={"name": "江宁大学", "kind": "company"}),
        409,
        "action-refused",
    )
    problem_of(
        await api.post("/v1/organisations", me, json={"name": "我的", "kind": "company"}), 403, "forbidden"
    )
    profile = {
        "organisation_id": university["id"],
        "skills": ["calligraphy"],
        "hours_wanted": [{"weekday": 1, "start": "09:00", "end": "12:00"}],
        "guardian_phone": "138 0000 1234",
    }
    view = await made(await api.call("PUT", "/v1/me/volunteer", me, json=profile))
    assert view["organisation"]["name"] == "江宁大学"
    assert view["guardian_phone"] == "13800001234"
    listed = (await api.get("/v1/organisations", me)).json()["items"]
    assert [(one["name"], one["volunteers"]) for one in listed] == [("江宁大学", 1)]
    handed = await made(
        await api.post(
            "/v1/me/volunteer/certificates",
            me,
            json={"skill": "first_aid", "title": "急救员", "issuer": "红十字会", "issued_on": "2026-01-01"},
        ),
        201,
    )
    assert handed["status"] == "submitted"
    problem_of(await api.get("/v1/certificates", me), 403, "forbidden")
    assert [one["id"] for one in (await api.get("/v1/certificates", staff)).json()["items"]] == [handed["id"]]
    check = f"/v1/certificates/{handed['id']}/check"
    problem_of(await api.post(check, me, json={"accepted": True}), 403, "forbidden")
    problem_of(await api.post(check, stranger, json={"accepted": True}), 404, "not-found")
    assert (await made(await api.post(check, staff, json={"accepted": True})))["status"] == "verified"
    problem_of(await api.get(f"/v1/volunteers/{me.person_id}", stranger), 404, "not-found")
    seen = await made(await api.get(f"/v1/volunteers/{me.person_id}", staff))
    assert seen["guardian_phone"] == "138****1234"
    assert seen["certificates"][0]["status"] == "verified"


async def test_a_guardian_agrees_for_a_minor(api: Caller, staff: Actor) -> None:
    minor = await volunteer(api.world, birth_date=NOW.date().replace(year=2011))
    parent, stranger = await api.world.person("妈妈"), await api.world.person("别人")
    await api.world.link(parent, minor)
    path = f"/v1/volunteers/{minor.person_id}/guardian-consent"
    problem_of(await api.post(path, minor, json={}), 403, "forbidden")
    problem_of(await api.post(path, stranger, json={}), 404, "not-found")
    problem_of(await api.post(path, staff, json={}), 422, "invalid-input")
    assert (await made(await api.post(path, parent, json={})))["guardian_consent_at"]
    assert (await made(await api.post(path, staff, json={"evidence": "纸质同意书"})))["guardian_consent_at"]


async def test_staff_suspend_and_lift(api: Caller, staff: Actor, boss: Actor) -> None:
    who = await volunteer(api.world)
    path = f"/v1/volunteers/{who.person_id}/suspension"
    until = {"until": at(5, 9).isoformat(), "reason": "投诉核实中"}
    problem_of(await api.post(path, boss, json=until), 403, "forbidden")
    assert (await made(await api.post(path, staff, json=until)))["suspended_until"].startswith(
        "2026-11-28T09"
    )
    wanted = await shift(api.world)
    refusal = problem_of(await api.post(f"/v1/shifts/{wanted}/signups", who), 409, "signup-refused")
    assert [reason["code"] for reason in refusal["reasons"]] == ["suspended"]
    lifted = await api.post(path, staff, json={"until": None, "reason": "已核实"})
    assert (await made(lifted))["suspended_until"] is None
    assert (await api.post(f"/v1/shifts/{wanted}/signups", who)).status_code == 201


async def test_two_teams_and_their_leaders(api: Caller, staff: Actor) -> None:
    """A leader signs their own up, and nobody of the other team."""
    one, other, member = [await volunteer(api.world, name) for name in ("甲队长", "乙队长", "队员")]
    teams = [
        await made(
            await api.post("/v1/teams", staff, json={"name": name, "leader_id": str(leader.person_id)}), 201
        )
        for name, leader in (("甲队", one), ("乙队", other))
    ]
    problem_of(
        await api.post("/v1/teams", one, json={"name": "丙队", "leader_id": str(one.person_id)}),
        403,
        "forbidden",
    )
    mine, theirs = (f"/v1/teams/{team['id']}" for team in teams)
    await made(await api.post(f"{mine}/join", member))
    admit = f"{mine}/members/{member.person_id}/admit"
    problem_of(await api.post(admit, other), 403, "forbidden")
    problem_of(await api.post(f"{theirs}/members/{member.person_id}/admit", other), 404, "not-found")
    members = (await made(await api.post(admit, one)))["members"]
    assert [(m["person"]["name"], m["status"]) for m in members] == [("甲队长", "member"), ("队员", "member")]
    assert (await made(await api.get(mine, other)))["members"] == []
    assert len((await made(await api.get(mine, member)))["members"]) == 2
    assert [t["name"] for t in (await api.get("/v1/teams", member)).json()["items"]] == ["乙队", "甲队"]

    wanted = await shift(api.world, at(2, 11), needed=3)
    path = f"/v1/shifts/{wanted}/signups"
    ask = {"team_id": teams[0]["id"], "people": [str(member.person_id)]}
    problem_of(await api.post(path, other, json=ask), 403, "forbidden")
    problem_of(await api.post(path, other, json={**ask, "team_id": teams[1]["id"]}), 404, "not-found")
    problem_of(await api.post(path, one, json={"people": ask["people"]}), 422, "invalid-input")
    (signup,) = (await made(await api.post(path, one, json=ask), 201))["signups"]
    assert (signup["team"]["name"], signup["source"]) == ("甲队", "team")
    assert len((await made(await api.get(path, one)))["items"]) == 1
    problem_of(await api.get(path, other), 403, "forbidden")
    problem_of(await api.post(f"/v1/signups/{signup['id']}/withdraw", other), 404, "not-found")
    assert (await made(await api.post(f"/v1/signups/{signup['id']}/withdraw", one)))["status"] == "withdrawn"
    left = await made(await api.post(f"{mine}/members/{member.person_id}/leave", member))
    assert left["members"] == []
    problem_of(await api.post(path, one, json=ask), 404, "not-found")


async def test_two_points_and_their_managers(api: Caller, boss: Actor) -> None:
    """A manager plans their own point, and neither sees nor changes the other's drafts."""
    other, who = await api.manager(READING_ROOM), await volunteer(api.world)
    path = f"/v1/points/{CANTEEN}/shifts"
    order = {**CREW, **span(3, 11), "service_ids": [str(LUNCH)]}
    problem_of(await api.post(path, other, json=order), 403, "forbidden")
    problem_of(await api.post(path, who, json=order), 403, "forbidden")
    problem_of(await api.post(f"/v1/points/{READING_ROOM}/shifts", other, json=order), 422, "invalid-input")
    problem_of(await api.post(path, boss, json={**order, **span(-1, 11)}), 422, "invalid-input")
    draft = await made(await api.post(path, boss, json=order, key="k1"), 201)
    assert (await made(await api.post(path, boss, json=order, key="k1"), 201))["id"] == draft["id"]
    one = f"/v1/shifts/{draft['id']}"
    for stranger in (other, who):
        problem_of(await api.get(one, stranger), 404, "not-found")
        problem_of(await api.post(f"{one}/cancel", stranger), 404, "not-found")
    problem_of(await api.get(path, other), 403, "forbidden")
    assert [s["status"] for s in (await made(await api.get(path, boss)))["items"]] == ["draft"]
    problem_of(await api.post(f"{path}/publish", other, json={}), 403, "forbidden")
    published = await made(await api.post(f"{path}/publish", boss, json={}))
    assert [s["id"] for s in published["shifts"]] == [draft["id"]]

    answer = await api.get(one, who)
    assert answer.headers["etag"] == '"2"'
    match = {"headers": {"if-match": '"2"'}}
    problem_of(await api.patch(one, boss, json={"needed": 3}), 428, "version-required")
    problem_of(await api.patch(one, other, json={"needed": 3}, **match), 403, "forbidden")
    assert (await made(await api.patch(one, boss, json={"needed": 3}, **match)))["needed"] == 3
    problem_of(await api.patch(one, boss, json={"needed": 4}, **match), 412, "stale-version")
    for name in ("coverage", "shift-statistics", "shift-templates"):
        problem_of(await api.get(f"/v1/points/{CANTEEN}/{name}", other), 403, "forbidden")
        assert (await api.get(f"/v1/points/{CANTEEN}/{name}", boss)).status_code == 200
    problem_of(await api.get(f"{one}/codes", other), 403, "forbidden")
    problem_of(await api.get(f"{one}/codes", who), 403, "forbidden")
    signup = (await made(await api.post(f"{one}/signups", who), 201))["signups"][0]
    for deed in ("refuse", "verify", "excuse"):
        body = {"reason": "x"} if deed != "verify" else {"minutes": 5}
        problem_of(await api.post(f"/v1/signups/{signup['id']}/{deed}", other, json=body), 404, "not-found")
        problem_of(await api.post(f"/v1/signups/{signup['id']}/{deed}", who, json=body), 403, "forbidden")
    assert (await made(await api.post(f"{one}/cancel", boss, json={"reason": "停水"})))[
        "status"
    ] == "cancelled"
    away = await api.grant(await api.world.person("山里"), Role.staff, ScopeKind.division, HILLS)
    problem_of(await api.get(path, away), 403, "forbidden")
