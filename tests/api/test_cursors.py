"""Cursors: opaque, of their own list only, and any garbage in their place is refused."""

import base64
import json

from scheduling.actors import Actor
from tests.api.calling import Caller, pointers, problem_of
from tests.world import LUNCH, at

MOMENT = "2026-11-24T03:00:00+00:00"
ID = "00000000-0000-0000-0000-000000000001"


def cursor(*parts: object) -> str:
    """A cursor as ours are made, of any parts."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


GARBAGE = [
    "",
    "nonsense",
    "====",
    "ééé",
    "%00",
    "A" * 500,
    cursor(),
    cursor("one"),
    cursor(1, 2, 3, 4),
    cursor({}, [], None),
    cursor("x", MOMENT, "no id"),
    cursor(None, "2026-11-24T03:00:00", ID),
    cursor(None, "0001-01-01T00:00:00+14:00", ID),
    cursor(None, "9999-12-31T23:00:00-14:00", ID),
    base64.urlsafe_b64encode(b"{}").decode(),
    base64.urlsafe_b64encode(b'"text"').decode(),
    base64.urlsafe_b64encode(b"\xff\xff").decode(),
    base64.urlsafe_b64encode(b"[" * 300).decode(),
]


async def test_a_cursor_that_is_none_of_ours(api: Caller, person: Actor) -> None:
    for text in GARBAGE:
        answer = await api.get("/v1/slots", params={"cursor": text})
        assert pointers(problem_of(answer, 422, "invalid-input")) == [(None, "/cursor")], text
        for path in ("/v1/points", "/v1/bookings", "/v1/divisions"):
            answer = await api.get(path, person, params={"cursor": text})
            assert answer.status_code in {200, 422}, answer.text


async def test_a_cursor_with_what_no_database_keeps(api: Caller) -> None:
    near = {"near": "31.9,118.8"}
    for path, text, more in (
        ("/v1/divisions", cursor("\x00"), {}),
        ("/v1/divisions", cursor("\ud800"), {}),
        ("/v1/points", cursor(None, "\x00", ID), {}),
        ("/v1/points", cursor(float("nan"), "x", ID), near),
        ("/v1/points", cursor(10**310, "x", ID), near),
        ("/v1/slots", cursor(float("inf"), MOMENT, ID), {**near, "sort": "nearest"}),
    ):
        answer = await api.get(path, params={"cursor": text, **more})
        assert pointers(problem_of(answer, 422, "invalid-input")) == [(None, "/cursor")], path


async def test_a_cursor_of_another_order_is_refused(api: Caller) -> None:
    """The list nearest first cannot go on where the soonest ended."""
    for hour in (11, 12):
        await api.world.slot(LUNCH, at(1, hour))
    soonest = (await api.get("/v1/slots", params={"limit": 1})).json()["next"]
    answer = await api.get("/v1/slots", params={"cursor": soonest, "near": "31.9,118.8", "sort": "nearest"})
    assert pointers(problem_of(answer, 422, "invalid-input")) == [(None, "/cursor")]
    by_name = (await api.get("/v1/points", params={"limit": 1})).json()["next"]
    answer = await api.get("/v1/points", params={"cursor": by_name, "near": "31.9,118.8"})
    assert pointers(problem_of(answer, 422, "invalid-input")) == [(None, "/cursor")]
