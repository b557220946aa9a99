"""What channels tell the bot, by the API."""

from typing import Any

from scheduling.actors import Actor
from tests.api.calling import Caller, problem_of

UPDATES, NOWHERE = "/v1/chat-updates", "00000000-0000-0000-0000-000000000099"


def update(update_id: int, **more: Any) -> dict[str, Any]:
    return {"channel": "telegram", "update_id": update_id, "chat": "1001", "payload": "{}"} | more


async def test_the_life_of_an_update(api: Caller) -> None:
    """Recorded and taken at once; a repeat of it; the next one taken when it is done; a failure; done again."""
    receipt = (
        await api.post(UPDATES, "service", json=update(5, payload='{"text":"\\u0000"}', take=True))
    ).json()
    taken = receipt["taken"]
    assert (receipt["new"], taken["payload"], taken["attempt"]) == (True, '{"text":"\\u0000"}', 1)
    assert (await api.post(UPDATES, "service", json=update(5))).json() == {"new": False, "taken": None}
    await api.post(UPDATES, "service", json=update(6))
    held = {"items": [{"id": taken["id"], "attempt": 1}]}
    assert (await api.post(f"{UPDATES}/held", "service", json=held)).json() == {"lost": []}
    done = await api.post(f"{UPDATES}/{taken['id']}/done", "service", json={"attempt": 1, "take": True})
    following = done.json()["taken"]
    assert (following["update_id"], following["spent"]) == (6, False)
    path = f"{UPDATES}/{following['id']}"
    failure = {"attempt": 1, "error": "no answer", "retry_after_s": 0}
    assert (await api.post(f"{path}/failed", "service", json=failure)).status_code == 204
    claimed = (await api.post(f"{UPDATES}/claim", "service", json={"channel": "telegram"})).json()
    assert [(one["update_id"], one["attempt"]) for one in claimed["items"]] == [(6, 2)]
    assert (await api.post(f"{UPDATES}/held", "service", json=held)).json() == {"lost": [taken["id"]]}
    assert (await api.post(f"{path}/done", "service", json={"attempt": 2})).json() == {"taken": None}


async def test_only_the_service_credential(api: Caller, person: Actor) -> None:
    for path, body in (
        (UPDATES, update(1)),
        (f"{UPDATES}/claim", {"channel": "telegram"}),
        (f"{UPDATES}/held", {"items": []}),
        (f"{UPDATES}/{NOWHERE}/done", {"attempt": 1}),
        (f"{UPDATES}/{NOWHERE}/failed", {"attempt": 1, "error": "no"}),
        ("/v1/chat-reach", {"channel": "telegram", "user_id": "1", "blocked": True}),
    ):
        problem_of(await api.post(path, json=body), 401, "sign-in-required")
        problem_of(await api.post(path, person, json=body), 403, "forbidden")
        if NOWHERE in path:
            problem_of(await api.post(path, "service", json=body), 404, "not-found")


async def test_what_does_not_fit(api: Caller) -> None:
    for path, body in (
        (UPDATES, update(-1)),
        (UPDATES, update(2**63)),
        (UPDATES, update(1, chat="")),
        (UPDATES, update(1, payload="")),
        (UPDATES, update(1, payload="x" * (512 * 1024 + 1))),
        (f"{UPDATES}/claim", {"channel": "telegram", "limit": 0}),
        (f"{UPDATES}/{NOWHERE}/done", {"attempt": 0}),
        (f"{UPDATES}/{NOWHERE}/failed", {"attempt": 1, "error": "x" * 501}),
        ("/v1/chat-reach", {"channel": "letter", "user_id": "1", "blocked": True}),
    ):
        problem_of(await api.post(path, "service", json=body), 422, "invalid-input")


async def test_who_blocked_the_bot_is_known(api: Caller) -> None:
    who = {"channel": "telegram", "user_id": "1001", "name": "李明"}
    await api.post("/v1/auth/chat", "service", json=who)
    told = {"channel": "telegram", "user_id": "1001", "blocked": True}
    assert (await api.post("/v1/chat-reach", "service", json=told)).status_code == 204
    stranger = told | {"user_id": "4"}
    assert (await api.post("/v1/chat-reach", "service", json=stranger)).status_code == 204
