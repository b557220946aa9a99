"""Policies with their origin, and the calendar to subscribe to, over the API."""

from icalendar import Calendar

from tests.api.calling import Caller, problem_of
from tests.world import CANTEEN, HILL_HOUSE, LUNCH, at


async def test_a_manager_sees_sets_and_takes_back_a_policy(api: Caller) -> None:
    """Booking 3: every number is a policy, and its origin is in the API."""
    manager = await api.manager(CANTEEN)

    async def field(name: str) -> dict[str, object]:
        answer = await api.get(f"/v1/services/{LUNCH}/policy")
        assert answer.status_code == 200
        (found,) = [one for one in answer.json()["fields"] if one["field"] == name]
        return dict(found)

    before = await field("max_party")
    assert before == {
        "field": "max_party",
        "value": 6,
        "default": 6,
        "origin": "default",
        "rule": "Booking 3",
        "about": "places in one booking at most.",
    }
    made = await api.call("PUT", f"/v1/policies/point/{CANTEEN}/max_party", manager, json={"value": 4})
    assert (made.status_code, made.json()["value"], made.json()["scope"]) == (200, 4, "point")
    assert await field("max_party") == before | {"value": 4, "origin": "point"}
    gone = await api.call("DELETE", f"/v1/policies/point/{CANTEEN}/max_party", manager)
    assert (gone.status_code, gone.content) == (204, b"")
    assert await field("max_party") == before


async def test_who_may_not_and_what_cannot_be(api: Caller) -> None:
    manager = await api.manager(CANTEEN)
    for path, value, status, code in (
        (f"/v1/policies/point/{HILL_HOUSE}/max_party", 4, 403, "forbidden"),
        (f"/v1/policies/point/{CANTEEN}/no_such_field", 4, 404, "not-found"),
        (f"/v1/policies/point/{CANTEEN}/max_party", 0, 422, "invalid-input"),
        (f"/v1/policies/point/{CANTEEN}/offer_minutes", 5, 422, "invalid-input"),
        (f"/v1/policies/division/{CANTEEN}/max_party", 4, 422, "invalid-input"),
    ):
        problem_of(await api.call("PUT", path, manager, json={"value": value}), status, code)
    nobody = await api.call("PUT", f"/v1/policies/point/{CANTEEN}/max_party", json={"value": 4})
    problem_of(nobody, 401, "sign-in-required")
    problem_of(await api.get(f"/v1/services/{CANTEEN}/policy"), 404, "not-found")


async def test_a_calendar_is_subscribed_to_without_signing_in(api: Caller) -> None:
    person = await api.world.person()
    slot = await api.world.slot()
    made = await api.post("/v1/me/calendar-key", person)
    assert made.status_code == 201
    url = made.json()["url"]
    assert url.startswith("http://api/v1/me/calendar.ics?key=")
    empty = await api.get(url)
    assert empty.headers["content-type"] == "text/calendar; charset=utf-8"
    booking = await api.world.book(person, slot)
    answer = await api.get(url)
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["UID"]) == str(booking.id)

    same = await api.get(url, headers={"if-none-match": answer.headers["etag"]})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", answer.headers["etag"])
    among = f'"other", W/{answer.headers["etag"]}'
    assert (await api.get(url, headers={"if-none-match": among})).status_code == 304
    there = await api.world.slot(start=at(2, 11))
    await api.post(f"/v1/bookings/{booking.id}/move", person, json={"slot_id": str(there)})
    changed = await api.get(url, headers={"if-none-match": answer.headers["etag"]})
    assert changed.status_code == 200
    (moved,) = Calendar.from_ical(changed.content).walk("VEVENT")
    assert (moved["UID"], moved["SEQUENCE"]) == (event["UID"], 1)


async def test_a_key_is_taken_back(api: Caller) -> None:
    person = await api.world.person()
    first, second = [(await api.post("/v1/me/calendar-key", person)).json()["url"] for _ in range(2)]
    problem_of(await api.get(first), 404, "not-found")
    assert (await api.get(second)).status_code == 200
    assert (await api.call("DELETE", "/v1/me/calendar-key", person)).status_code == 204
    problem_of(await api.get(second), 404, "not-found")
    problem_of(await api.get("/v1/me/calendar.ics"), 422, "invalid-input")
