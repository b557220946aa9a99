"""Text that no PostgreSQL keeps is refused wherever text is taken, and all other text is kept as it is."""

import json
from typing import Any

import pytest

from scheduling.actors import Actor
from tests.api.calling import Caller, problem_of

JSON = {"content-type": "application/json"}
ID = "00000000-0000-0000-0000-000000000001"


@pytest.mark.parametrize("odd", ["\x00", "a\x00b", "\ud800"])
async def test_characters_that_are_none(api: Caller, person: Actor, odd: str) -> None:
    """U+0000 and halves of surrogate pairs."""
    slot = str(await api.world.slot())
    requests: list[tuple[str, str, Actor | str, dict[str, Any]]] = [
        ("PATCH", "/v1/me", person, {"name": odd}),
        ("POST", "/v1/me/consents", person, {"purpose": "service", "version": odd}),
        ("POST", "/v1/bookings", person, {"slot_id": slot, "note": odd}),
        ("POST", "/v1/bookings", person, {"slot_id": slot, odd: 1}),
        ("POST", "/v1/check-in", person, {"code": f"12{odd}34"}),
        ("POST", "/v1/auth/chat", "service", {"channel": "web", "user_id": odd}),
        ("POST", "/v1/auth/chat", "service", {"channel": "web", "user_id": "1", "name": odd}),
        ("POST", "/v1/notices/claim", "service", {"channel": "web", "addresses": [odd]}),
        ("POST", f"/v1/notices/{ID}/failed", "service", {"error": odd}),
    ]
    for method, path, by, body in requests:
        answer = await api.call(method, path, by, content=json.dumps(body), headers=JSON)
        problem_of(answer, 422, "invalid-input")
    if odd.isascii():
        problem_of(await api.get("/v1/points", params={"q": odd}), 422, "invalid-input")
        form = {"username": odd, "password": "right"}
        problem_of(await api.post("/v1/auth/token", data=form), 422, "invalid-input")
        parts = {name: (None, value) for name, value in form.items()}
        problem_of(await api.post("/v1/auth/token", files=parts), 422, "invalid-input")
    assert (await api.get("/v1/bookings", person)).json()["items"] == []


async def test_all_other_text_is_kept_as_it_is(api: Caller, person: Actor) -> None:
    """Rare characters, emoji, and what only looks like an escape."""
    for number, text in enumerate(
        ["𠮷野家 👩‍👧", "\\u0000", "e\u0301 \u202e\ufffe", "'; DROP TABLE slot; --", "\x01\x7f"]
    ):
        answer = await api.patch("/v1/me", person, json={"name": text})
        assert answer.json()["name"] == text, number
        assert (await api.get("/v1/me", person)).json()["name"] == text
        assert (await api.get("/v1/points", params={"q": text})).json()["items"] == []
