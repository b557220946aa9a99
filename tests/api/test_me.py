"""One's own data by the API (product: People)."""

from datetime import timedelta

import pytest

from models.vocabulary import Role, ScopeKind
from scheduling.actors import Actor
from tests.api.calling import Caller, pointers, problem_of
from tests.world import CANTEEN, TOWN

JSON = {"content-type": "application/json"}

UNFIT: list[tuple[dict[str, object], str]] = [
    ({"name": ""}, "/name"),
    ({"name": None}, "/name"),
    ({"name": "x" * 81}, "/name"),
    ({"phone": "call me"}, "/phone"),
    ({"language": "fr"}, "/language"),
    ({"home_division": "999999999999"}, "/home_division"),
    ({"home": {"latitude": 91, "longitude": 118}}, "/home/latitude"),
    ({"home": {"latitude": 31, "longitude": -181}}, "/home/longitude"),
    ({"home": {"latitude": 31}}, "/home/longitude"),
    ({"birth_date": "someday"}, "/birth_date"),
    ({"number": 7}, "/number"),
]


async def test_my_data_with_roles_household_and_consents(api: Caller, person: Actor) -> None:
    mother = await api.world.person("妈妈")
    await api.world.link(person, mother)
    await api.grant(person, Role.point_manager, ScopeKind.point, CANTEEN)
    given = await api.post("/v1/me/consents", person, json={"purpose": "service", "version": "1"})
    assert (given.status_code, given.json()["given_at"]) == (201, "2026-11-23T09:00:00+08:00")
    assert (await api.get("/v1/me", person)).json() == {
        "id": str(person.person_id),
        "name": "王阿姨",
        "language": "zh-CN",
        "phone": None,
        "birth_date": "1990-01-01",
        "disability": False,
        "home_division": None,
        "home": None,
        "reminders": True,
        "opted_out": [],
        "large_text": False,
        "consents": [given.json()],
        "roles": [{"role": "point_manager", "scope": "point", "key": str(CANTEEN), "name": "幸福食堂"}],
        "household": [{"person_id": str(mother.person_id), "name": "妈妈", "relation": "妈妈"}],
        "draft": None,
    }


async def test_a_draft_is_kept_until_it_is_dropped_or_runs_out(api: Caller, person: Actor) -> None:
    for kind in ("request_text", "request_place"):
        kept = await api.call(
            "PUT", "/v1/me/draft", person, json={"kind": kind, "data": {"said": "路灯坏了"}, "minutes": 10}
        )
        assert kept.json() == {
            "kind": kind,
            "data": {"said": "路灯坏了"},
            "expires_at": "2026-11-23T09:10:00+08:00",
        }
    assert (await api.get("/v1/me", person)).json()["draft"] == kept.json()
    assert (await api.get("/v1/me", await api.world.person())).json()["draft"] is None
    api.now += timedelta(minutes=10)
    assert (await api.get("/v1/me", person)).json()["draft"] is None
    api.now -= timedelta(minutes=1)
    assert (await api.get("/v1/me", person)).json()["draft"] is not None
    assert (await api.call("DELETE", "/v1/me/draft", person)).status_code == 204
    assert (await api.call("DELETE", "/v1/me/draft", person)).status_code == 204
    assert (await api.get("/v1/me", person)).json()["draft"] is None


@pytest.mark.parametrize(
    "draft",
    [
        {"kind": "Not a word"},
        {"kind": "x", "minutes": 0},
        {"kind": "x", "minutes": 1441},
        {"kind": "x", "data": {"said": "长" * 8_000}},
    ],
)
async def test_a_draft_that_is_none_is_refused(api: Caller, person: Actor, draft: dict[str, object]) -> None:
    assert (await api.call("PUT", "/v1/me/draft", person, json=draft)).status_code == 422


async def test_an_edit_answers_what_is_stored(api: Caller, person: Actor) -> None:
    edited = await api.patch("/v1/me", person, json={"phone": "138 1234 5678", "home_division": TOWN})
    assert edited.json()["phone"] == "138****5678"
    assert edited.json()["home_division"] == {"code": TOWN, "name": "东山街道"}
    assert (await api.get("/v1/me", person)).json() == edited.json()
    assert (await api.patch("/v1/me", person, json={})).json() == edited.json()


async def test_an_edit_that_does_not_fit_changes_nothing(api: Caller, person: Actor) -> None:
    before = (await api.get("/v1/me", person)).json()
    for edit, pointer in UNFIT:
        body = problem_of(
            await api.patch("/v1/me", person, json={"disability": True, **edit}), 422, "invalid-input"
        )
        assert [where for _, where in pointers(body)] == [pointer], edit
    assert (await api.get("/v1/me", person)).json() == before


async def test_coordinates_are_numbers_on_earth(api: Caller, person: Actor) -> None:
    """Python's JSON knows numbers that are none; they could be stored, but not answered."""
    for number in ("NaN", "Infinity", "-Infinity", "1e999"):
        body = f'{{"home": {{"latitude": {number}, "longitude": 118.8}}}}'
        problem_of(await api.patch("/v1/me", person, content=body, headers=JSON), 422, "invalid-input")
    assert (await api.get("/v1/me", person)).json()["home"] is None


async def test_a_consent_that_does_not_fit(api: Caller, person: Actor) -> None:
    for purpose, version, pointer in (("Service", "1", "/purpose"), ("service", "", "/version")):
        answer = await api.post("/v1/me/consents", person, json={"purpose": purpose, "version": version})
        assert pointers(problem_of(answer, 422, "invalid-input")) == [("body", pointer)]


async def test_a_consent_taken_back_counts_and_a_repeat_after_agreeing_again_books(api: Caller) -> None:
    """The refusal is not kept under the key: what was in the way can be put right."""
    person, slot = await api.world.person(), await api.world.slot()
    agreed = {"purpose": "service", "version": "1"}
    await api.post("/v1/me/consents", person, json=agreed)
    await api.call("DELETE", "/v1/me/consents/service", person)
    order, key = {"slot_id": str(slot)}, {"Idempotency-Key": "lunch"}
    for path, body in (
        ("/v1/bookings", order),
        ("/v1/waitlist", order),
        ("/v1/series", {**order, "rrule": "FREQ=DAILY", "until": "2026-11-26"}),
    ):
        problem = problem_of(
            await api.post(path, person, json=body, headers=key if path == "/v1/bookings" else {}),
            409,
            "consent-withdrawn",
        )
        assert (problem["purpose"], problem["person_id"]) == ("service", str(person.person_id)), path
    await api.post("/v1/me/consents", person, json=agreed)
    assert (await api.post("/v1/bookings", person, json=order, headers=key)).status_code == 201


async def test_what_a_birthday_would_mean(api: Caller, person: Actor) -> None:
    """Booking 3: in meals and elder care one books earlier from 60 on; the day decides in the year of turning 60."""
    for born, meaning in (
        ("1966-11-23", {"earlier": ["elder_care", "meals"], "year_is_enough": False}),
        ("1966-11-24", {"earlier": [], "year_is_enough": False}),
        ("1950-01-01", {"earlier": ["elder_care", "meals"], "year_is_enough": True}),
        ("1990-01-01", {"earlier": [], "year_is_enough": True}),
        ("2012-01-01", {"earlier": [], "year_is_enough": False}),
    ):
        answer = await api.post("/v1/me/birthday/preview", person, json={"birth_date": born})
        assert answer.json() == meaning, born
    unread = await api.post("/v1/me/birthday/preview", person, json={"birth_date": "soon"})
    assert pointers(problem_of(unread, 422, "invalid-input")) == [("body", "/birth_date")]
    stranger = await api.post("/v1/me/birthday/preview", json={"birth_date": "1950-01-01"})
    problem_of(stranger, 401, "sign-in-required")
