"""The bot's side of the outbox by the API."""

from typing import Any

from sqlalchemy import text

from models.database import transaction
from scheduling.actors import Actor
from tests.api.calling import Caller, problem_of
from tests.world import LUNCH, at

CLAIM, NOWHERE = "/v1/notices/claim", "00000000-0000-0000-0000-000000000099"


async def claimed(api: Caller, **wanted: Any) -> list[dict[str, Any]]:
    answer = await api.post(CLAIM, "service", json={"channel": "telegram", **wanted})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def resident(api: Caller, user_id: str = "1001") -> str:
    """A chat user's token."""
    who = {"channel": "telegram", "user_id": user_id, "name": "李明", "language": "en"}
    token: str = (await api.post("/v1/auth/chat", "service", json=who)).json()["access_token"]
    return token


async def test_the_life_of_a_reminder(api: Caller) -> None:
    """Owed with the booking, claimed when due, failed, claimed again, delivered."""
    token = await resident(api)
    slot = await api.world.slot(LUNCH, at(1, 11))
    booking = (await api.post("/v1/bookings", token, json={"slot_id": str(slot)})).json()
    assert await claimed(api) == []
    api.now = at(0, 18)
    (reminder,) = await claimed(api, limit=1)
    assert (reminder["kind"], reminder["channel"], reminder["address"]) == (
        "booking_reminder_evening",
        "telegram",
        "1001",
    )
    assert (reminder["language"], reminder["large_text"]) == ("en", False)
    assert (reminder["due_at"], reminder["lease_until"]) == (
        "2026-11-23T18:00:00+08:00",
        "2026-11-23T18:01:00+08:00",
    )
    assert (reminder["data"]["booking_id"], reminder["data"]["code"]) == (booking["id"], booking["code"])
    path = f"/v1/notices/{reminder['id']}"
    failed = await api.post(f"{path}/failed", "service", json={"error": "timed out", "retry_after_s": 10})
    assert (failed.status_code, failed.content) == (204, b"")
    api.now = at(0, 18, 1)
    (again,) = await claimed(api)
    assert again["id"] == reminder["id"]
    for _ in range(2):
        assert (await api.post(f"{path}/delivered", "service")).status_code == 204
    api.now = at(0, 19)
    assert await claimed(api) == []


async def test_claims_are_limited_to_those_who_are_connected(api: Caller) -> None:
    for user_id in ("1", "2"):
        token = await resident(api, user_id)
        slot = await api.world.slot(LUNCH, at(1, 10 + int(user_id)))
        await api.post("/v1/bookings", token, json={"slot_id": str(slot)})
    api.now = at(0, 18)
    assert await claimed(api, addresses=[]) == []
    assert [notice["address"] for notice in await claimed(api, addresses=["2", "3"])] == ["2"]
    assert await claimed(api, channel="web") == []


async def test_only_the_service_credential(api: Caller, person: Actor) -> None:
    """401 for nobody, 403 for people, 404 for a notice that is not there."""
    for path, body in (
        (CLAIM, {"channel": "web"}),
        (f"/v1/notices/{NOWHERE}/delivered", None),
        (f"/v1/notices/{NOWHERE}/failed", {"error": "no"}),
    ):
        problem_of(await api.post(path, json=body), 401, "sign-in-required")
        problem_of(await api.post(path, person, json=body), 403, "forbidden")
        if path != CLAIM:
            problem_of(await api.post(path, "service", json=body), 404, "not-found")


async def test_what_does_not_fit(api: Caller) -> None:
    for path, body in (
        (CLAIM, {"channel": "letter"}),
        (CLAIM, {"channel": "web", "limit": 0}),
        (CLAIM, {"channel": "web", "limit": 501}),
        (f"/v1/notices/{NOWHERE}/failed", {}),
        (f"/v1/notices/{NOWHERE}/failed", {"error": "x" * 501}),
        (f"/v1/notices/{NOWHERE}/failed", {"error": "x", "retry_after_s": -1}),
        ("/v1/notices/nonsense/delivered", {}),
    ):
        problem_of(await api.post(path, "service", json=body), 422, "invalid-input")


async def test_a_blocked_bot_is_remembered(api: Caller) -> None:
    token = await resident(api)
    await api.post("/v1/bookings", token, json={"slot_id": str(await api.world.slot(LUNCH, at(1, 11)))})
    api.now = at(0, 18)
    (reminder,) = await claimed(api)
    path = f"/v1/notices/{reminder['id']}/failed"
    assert (await api.post(path, "service", json={"error": "blocked", "blocked": True})).status_code == 204
    assert await claimed(api) == []
    async with transaction(api.world.database) as session:
        blocked = await session.execute(text("SELECT blocked_at FROM channel_identity"))
        assert blocked.scalar_one() == at(0, 18)
    await resident(api)
    assert [one["id"] for one in await claimed(api)] == [reminder["id"]], "who writes again is reached again"
