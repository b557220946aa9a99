"""Household links, people without a phone, and bookings made for others, over the API."""

from uuid import UUID

from sqlmodel import col

from models.tables import HouseholdLink, IdempotencyRecord
from models.vocabulary import Role, ScopeKind
from tests.api.calling import Caller, problem_of
from tests.scheduling.acting import stored
from tests.world import CANTEEN, HILL_LUNCH, LUNCH, NOW, TOWN, at


async def test_a_daughter_is_let_act_by_a_code_books_and_is_let_go(api: Caller) -> None:
    daughter, mother = await api.world.person("女儿"), await api.world.person("妈妈")
    made = await api.post("/v1/me/household", daughter, json={"relation": "妈妈", "i_act": True})
    assert made.status_code == 201
    code = made.json()["code"]
    assert made.json()["expires_at"] == "2026-11-24T09:00:00+08:00"
    seen = (await api.get("/v1/me/household", daughter)).json()
    assert [one["id"] for one in seen["invitations"]] == [made.json()["id"]]
    assert code not in str(seen), "it is shown once"

    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    refused = problem_of(
        await api.post("/v1/me/household/join", mother, json={"code": wrong}), 409, "action-refused"
    )
    assert [reason["code"] for reason in refused["reasons"]] == ["invitation-unknown"]
    joined = await api.post("/v1/me/household/join", mother, json={"code": code})
    assert (joined.status_code, joined.json()["name"]) == (201, "女儿")
    link = joined.json()["id"]

    slot = await api.world.slot()
    order = {"slot_id": str(slot), "attendee_id": str(mother.person_id)}
    booking = (await api.post("/v1/bookings", daughter, json=order)).json()
    assert (booking["attendee"]["name"], booking["booked_by"]["name"]) == ("妈妈", "女儿")

    edited = await api.patch(f"/v1/me/household/{link}", mother, json={"notify_relative": False})
    assert edited.json()["notify_relative"] is False
    assert (await api.call("DELETE", f"/v1/me/household/{link}", mother)).status_code == 204
    problem_of(await api.call("DELETE", f"/v1/me/household/{link}", mother), 404, "not-found")
    another = {"slot_id": str(await api.world.slot(start=at(2, 11))), "attendee_id": str(mother.person_id)}
    problem_of(await api.post("/v1/bookings", daughter, json=another), 404, "not-found")
    assert (await api.get(f"/v1/bookings/{booking['id']}", mother)).json()["status"] == "confirmed"


async def test_too_many_wrong_codes_are_429_and_say_when_to_come_back(api: Caller) -> None:
    """Each wrong one is counted although it was refused."""
    person = await api.world.person()
    for number in range(5):
        answer = await api.post("/v1/me/household/join", person, json={"code": f"00000{number}"})
        problem_of(answer, 409, "action-refused")
    answer = await api.post("/v1/me/household/join", person, json={"code": "000009"}, language="zh-CN")
    problem = problem_of(answer, 429, "too-many-tries")
    assert answer.headers["retry-after"] == str(problem["retry_after_s"]) == "3601"
    assert problem["title"] == "输错次数过多"


async def test_a_code_must_look_like_one(api: Caller) -> None:
    person = await api.world.person()
    for code in ("12345", "1234567", "abcdef", ""):
        answer = await api.post("/v1/me/household/join", person, json={"code": code})
        problem_of(answer, 422, "invalid-input")


async def test_no_stored_answer_keeps_a_code(api: Caller) -> None:
    """Only its hash is kept: invitations take no Idempotency-Key."""
    person = await api.world.person()
    wanted = {"relation": "妈妈", "i_act": True}
    answers = [await api.post("/v1/me/household", person, json=wanted, key="same") for _ in range(2)]
    assert answers[0].json()["id"] != answers[1].json()["id"]
    assert await stored(api.world, IdempotencyRecord) == []


async def test_staff_record_a_consent_on_paper_and_end_it(api: Caller) -> None:
    staff = await api.grant(await api.world.person("街道"), Role.staff, ScopeKind.division, TOWN)
    daughter, mother = await api.world.person("女儿"), await api.world.person("妈妈")
    given = {
        "person_id": str(daughter.person_id),
        "relative_id": str(mother.person_id),
        "relation": "妈妈",
        "evidence": "窗口登记册第3页",
    }
    problem_of(await api.post("/v1/household-links", daughter, json=given), 404, "not-found")
    made = await api.post("/v1/household-links", staff, json=given)
    assert (made.status_code, made.json()["evidence"]) == (201, "窗口登记册第3页")
    problem_of(
        await api.post("/v1/household-links", staff, json=given | {"evidence": ""}), 422, "invalid-input"
    )
    mine = (await api.get("/v1/me", daughter)).json()["household"]
    assert [one["name"] for one in mine] == ["妈妈"]
    ended = await api.call("DELETE", f"/v1/household-links/{made.json()['id']}", staff)
    assert ended.status_code == 204
    assert not await stored(api.world, HouseholdLink, col(HouseholdLink.status) == "active")


async def test_somebody_without_a_phone_is_registered_once_found_and_booked_for(api: Caller) -> None:
    """A full citizen: the whole way through the house at the hands of the point."""
    manager = await api.manager(CANTEEN)
    wanted = {"name": "李奶奶", "birth_date": "1940-05-06"}
    first, again = [await api.post("/v1/people", manager, json=wanted, key="k1") for _ in range(2)]
    assert first.status_code == 201
    assert first.content == again.content
    found = (await api.get("/v1/people", manager, params={"q": "李奶"})).json()
    assert found == {"items": [first.json()], "next": None}
    assert (found["items"][0]["birth_year"], found["items"][0]["phone"]) == (1940, None)

    attendee = first.json()["id"]
    slot, there = await api.world.slot(LUNCH), await api.world.slot(LUNCH, at(2, 11))
    order = {"slot_id": str(slot), "attendee_id": attendee}
    booking = (await api.post("/v1/bookings", manager, json=order, key="k2")).json()
    assert (booking["attendee"]["name"], booking["booked_by"]["name"]) == ("李奶奶", "站长")
    moved = await api.post(f"/v1/bookings/{booking['id']}/move", manager, json={"slot_id": str(there)})
    assert moved.json()["slot"]["id"] == str(there)
    elsewhere = await api.world.slot(HILL_LUNCH, at(3, 11))
    answer = await api.post(f"/v1/bookings/{booking['id']}/move", manager, json={"slot_id": str(elsewhere)})
    problem_of(answer, 403, "forbidden")
    cancelled = await api.post(f"/v1/bookings/{booking['id']}/cancel", manager)
    assert cancelled.json()["status"] == "cancelled"


async def test_only_who_works_here_registers_and_finds_people(api: Caller) -> None:
    person = await api.world.person()
    problem_of(await api.post("/v1/people", person, json={"name": "李奶奶"}), 403, "forbidden")
    problem_of(await api.get("/v1/people", person, params={"q": "李奶奶"}), 403, "forbidden")
    manager = await api.manager(CANTEEN)
    problem_of(await api.get("/v1/people", manager, params={"q": "李"}), 422, "invalid-input")
    problem_of(await api.post("/v1/people", manager, json={"name": "  "}), 422, "invalid-input")
    problem_of(await api.get("/v1/people", manager), 422, "invalid-input")


async def test_finding_people_goes_page_by_page(api: Caller) -> None:
    manager = await api.manager(CANTEEN)
    made = {
        UUID((await api.post("/v1/people", manager, json={"name": "李奶奶"})).json()["id"]) for _ in range(3)
    }
    seen: list[UUID] = []
    cursor: str | None = None
    while True:
        params = {"q": "李奶奶", "limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await api.get("/v1/people", manager, params=params)).json()
        seen += [UUID(one["id"]) for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert (len(seen), set(seen)) == (3, made)
    assert api.now == NOW
