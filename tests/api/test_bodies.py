"""A body that cannot be meant is refused with the place where it stands: never an error of ours."""

import pytest

from scheduling.actors import Actor
from tests.api.calling import Caller, pointers, problem_of

JSON = {"content-type": "application/json"}
ID = "00000000-0000-0000-0000-000000000001"

BODIES: list[tuple[object, list[str]]] = [
    ({}, ["/slot_id"]),
    ({"slot_id": "no id", "party": 0}, ["/slot_id", "/party"]),
    ({"slot_id": ID, "party": 1001}, ["/party"]),
    ({"slot_id": ID, "note": "x" * 301}, ["/note"]),
    ({"slot_id": ID, "coffee": True}, ["/coffee"]),
    ({"slot_id": ID, "a/b~c": 1}, ["/a~1b~0c"]),
    ([], [""]),
    (None, [""]),
]


async def test_a_body_that_does_not_fit_says_where(api: Caller, person: Actor) -> None:
    """RFC 6901: a pointer to the whole document is empty; `/` and `~` in names are escaped."""
    for sent, expected in BODIES:
        answer = await api.post("/v1/bookings", person, json=sent)
        body = problem_of(answer, 422, "invalid-input")
        assert pointers(body) == [("body", pointer) for pointer in expected], sent


@pytest.mark.parametrize("path", ["/v1/bookings", "/v1/me/consents"])
async def test_a_body_that_is_no_json(api: Caller, person: Actor, path: str) -> None:
    for sent in (b"", b"{", b"{]", b"\xff\xfe", b'{"slot_id": "\xff"}', b"[" * 100_000):
        answer = await api.post(path, person, content=sent, headers=JSON)
        assert pointers(problem_of(answer, 422, "invalid-input")) == [("body", "")], sent[:20]


async def test_a_body_where_none_is_needed_is_in_nobodys_way(api: Caller, person: Actor) -> None:
    """Not even when it tells one use of an Idempotency-Key from another."""
    booking = await api.world.book(person, await api.world.slot())
    for number, sent in enumerate([b"\xff", b"[" * 100_000, b'{"a": 1}']):
        answer = await api.post(f"/v1/bookings/{booking.id}/cancel", person, key=str(number), content=sent)
        assert answer.status_code == 200


async def test_a_form_that_is_none(api: Caller) -> None:
    answer = await api.post("/v1/auth/token", data={"username": "wang"})
    assert pointers(problem_of(answer, 422, "invalid-input")) == [("body", "/password")]
    multipart = {"content-type": "multipart/form-data; boundary=x"}
    answer = await api.post("/v1/auth/token", content=b"nonsense", headers=multipart)
    problem_of(answer, 422, "invalid-input")
