"""Linking, exporting, erasing and consents by the API (product: People 1)."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID

from api.state import ApiState
from models.ids import PersonId
from models.vocabulary import Role, ScopeKind
from scheduling.actors import Actor
from tests.api.calling import APP, Caller, pointers, problem_of
from tests.world import CANTEEN


async def chat(api: Caller, user_id: str = "700") -> Actor:
    """Somebody who writes to the bot."""
    said = {"channel": "telegram", "user_id": user_id, "name": "王阿姨"}
    answer = await api.post("/v1/auth/chat", "service", json=said)
    return Actor(PersonId(UUID(answer.json()["person_id"])))


async def link(api: Caller, code: str, user_id: str = "700", *, confirmed: bool = True) -> Any:
    """Enters a code in a chat."""
    said = {"channel": "telegram", "user_id": user_id, "code": code, "confirmed": confirmed}
    return await api.post("/v1/auth/link", "service", json=said)


async def test_a_manager_goes_on_in_the_chat(api: Caller) -> None:
    manager = await api.manager(CANTEEN)
    await chat(api)
    made = await api.post("/v1/me/link-codes", manager, key="one")
    assert made.status_code == 201
    assert made.json() == {
        "code": made.json()["code"],
        "start": f"link_{made.json()['code'].replace('-', '')}",
        "telegram_url": None,
        "expires_at": "2026-11-23T09:10:00+08:00",
    }
    assert (await api.post("/v1/me/link-codes", manager, key="one")).json() == made.json()
    looked = await link(api, made.json()["start"], confirmed=False)
    assert (looked.status_code, looked.json()["done"], looked.json()["token"]) == (200, False, None)
    done = await link(api, made.json()["code"])
    token = done.json()["token"]["access_token"]
    me = (await api.get("/v1/me", token)).json()
    assert (me["id"], me["roles"][0]["name"]) == (str(manager.person_id), "幸福食堂")
    assert (await link(api, made.json()["code"])).json()["done"]


async def test_the_bots_name_makes_a_deep_link(api: Caller, person: Actor) -> None:
    state: ApiState = APP.state.api
    APP.state.api = replace(state, bot_name=lambda: "last_metre_bot")
    made = (await api.post("/v1/me/link-codes", person)).json()
    assert made["telegram_url"] == f"https://t.me/last_metre_bot?start={made['start']}"


async def test_codes_that_do_not_hold(api: Caller, person: Actor) -> None:
    """In plain words, counted even though it was refused; people have no say here."""
    problem = problem_of(await link(api, "2345-ABCD"), 409, "action-refused")
    assert [reason["code"] for reason in problem["reasons"]] == ["link-code-unknown"]
    for _ in range(4):
        await link(api, "what?")
    late = await link(api, "2345-ABCD")
    problem_of(late, 429, "too-many-tries")
    assert int(late.headers["retry-after"]) > 0
    said = {"channel": "telegram", "user_id": "1", "code": "2345-ABCD"}
    problem_of(await api.post("/v1/auth/link", person, json=said), 403, "forbidden")
    for _ in range(10):
        await api.post("/v1/me/link-codes", person)
    problem_of(await api.post("/v1/me/link-codes", person), 429, "too-many-codes")
    problem_of(await api.post("/v1/me/link-codes", "service"), 401, "sign-in-required")


async def test_a_code_from_the_desk(api: Caller, person: Actor) -> None:
    manager = await api.manager(CANTEEN)
    made = await api.post(f"/v1/people/{person.person_id}/link-codes", manager, key="one")
    assert made.status_code == 201
    assert (await link(api, made.json()["code"])).json()["person_id"] == str(person.person_id)
    refused = await api.post(f"/v1/people/{person.person_id}/link-codes", manager)
    assert problem_of(refused, 409, "action-refused")["reasons"][0]["title"].startswith("这位居民已有")
    problem_of(await api.post(f"/v1/people/{person.person_id}/link-codes", person), 403, "forbidden")


async def test_consents_are_shown_and_taken_back(api: Caller, person: Actor) -> None:
    for version in ("1", "2"):
        await api.post("/v1/me/consents", person, json={"purpose": "service", "version": version})
    problem_of(await api.call("DELETE", "/v1/me/consents/photos", person), 404, "not-found")
    gone = await api.call("DELETE", "/v1/me/consents/service", person)
    assert gone.json() == {
        "purpose": "service",
        "versions": ["1", "2"],
        "follows": "已撤回。已经约好的照常保留；下次预约或提诉求前，我们会再征求您的同意。",
    }
    again = await api.call("DELETE", "/v1/me/consents/service", person, language="en")
    assert again.json()["versions"] == []
    assert again.json()["follows"].startswith("Taken back.")
    assert (await api.get("/v1/me", person)).json()["consents"] == []
    items = (await api.get("/v1/me/consents", person)).json()["items"]
    assert {item["version"] for item in items} == {"1", "2"}
    assert all(item["withdrawn_at"] == "2026-11-23T09:00:00+08:00" for item in items)
    await api.post("/v1/me/consents", person, json={"purpose": "service", "version": "2"})
    given = (await api.get("/v1/me", person)).json()["consents"]
    assert [one["version"] for one in given] == ["2"]


async def test_everything_in_one_document(api: Caller, person: Actor) -> None:
    await api.patch("/v1/me", person, json={"phone": "13812345678"})
    slot = await api.world.slot()
    booked = (await api.post("/v1/bookings", person, json={"slot_id": str(slot)})).json()
    answer = await api.get("/v1/me/export", person)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="last-metre-my-data.json"'
    assert answer.headers["cache-control"] == "no-store"
    document = json.loads(answer.content)
    assert (document["format"], document["phone"]) == ("last-metre/my-data/1", "13812345678")
    assert [one["id"] for one in document["bookings"]] == [booked["id"]]
    problem_of(await api.get("/v1/me/export", "service"), 401, "sign-in-required")


async def test_everything_to_read_in_either_language(api: Caller, person: Actor) -> None:
    """One page without anything from elsewhere, and nothing of it is taken for mark-up."""
    await api.patch(
        "/v1/me", person, json={"name": "<b>王</b>", "phone": "13812345678", "birth_date": "1950-05-03"}
    )
    await api.post("/v1/me/consents", person, json={"purpose": "service", "version": "1"})
    await api.post("/v1/bookings", person, json={"slot_id": str(await api.world.slot()), "note": "少盐"})
    chinese = await api.get("/v1/me/export.html", person)
    assert chinese.headers["content-type"] == "text/html; charset=utf-8"
    assert "filename=" in chinese.headers["content-disposition"]
    for words in (
        "我的资料",
        "&lt;b&gt;王&lt;/b&gt;",
        "13812345678",
        "1950-05-03",
        "长者午餐",
        "少盐",
        "已确认",
        "2026-11-24 11:00",
    ):
        assert words in chinese.text, words
    assert "http" not in chinese.text
    english = await api.get("/v1/me/export.html", person, language="en")
    assert "confirmed" in english.text
    assert "keeping bookings and reminding" in english.text
    problem_of(await api.get("/v1/me/export.html"), 401, "sign-in-required")


async def test_erased_once_confirmed_and_again_the_same(api: Caller) -> None:
    person = await chat(api)
    await api.post("/v1/bookings", person, json={"slot_id": str(await api.world.slot())})
    for query in ("", "?confirm=yes"):
        body = problem_of(await api.call("DELETE", f"/v1/me{query}", person), 422, "invalid-input")
        assert [where for _, where in pointers(body)] == ["/confirm"]
    done = await api.call("DELETE", "/v1/me?confirm=erase", person)
    assert (done.status_code, done.json()["bookings"]) == (200, 1)
    again = await api.call("DELETE", "/v1/me?confirm=erase", person)
    assert (again.status_code, again.json()["erased_at"]) == (200, done.json()["erased_at"])
    problem_of(await api.get("/v1/me", person), 401, "sign-in-required")
    problem_of(await api.call("DELETE", "/v1/me?confirm=erase", "service"), 401, "sign-in-required")
    assert await chat(api) != person


async def test_what_is_to_be_handed_over_is_named(api: Caller) -> None:
    manager = await api.manager(CANTEEN)
    refused = await api.call("DELETE", "/v1/me?confirm=erase", manager, language="en")
    (reason,) = problem_of(refused, 409, "action-refused")["reasons"]
    assert (reason["code"], reason["place"]) == ("alone-in-a-role", "幸福食堂")
    await api.grant(await api.world.person(), Role.point_manager, ScopeKind.point, CANTEEN)
    assert (await api.call("DELETE", "/v1/me?confirm=erase", manager)).status_code == 200
