"""Dead letters by the API, addresses that are confirmed by a code, groups of notices, and the numbers for Prometheus."""

from datetime import timedelta
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from models.tables import Notice
from models.vocabulary import Channel, NoticeKind, Role, ScopeKind
from scheduling import watching
from scheduling.actors import Actor
from scheduling.watching import Run
from tests.api.calling import Caller, problem_of
from tests.scheduling.acting import do, stored
from tests.scheduling.outbox import HOUR, address, claim, delivered, fail, message, owe
from tests.world import CANTEEN, DISTRICT, HILL_HOUSE, HILLS, NOW, TOWN, at

DEAD = "/v1/notices/dead"


async def dead_letter(api: Caller, person: Actor, key: str, **changes: Any) -> str:
    """Owes a notice that turns out never to be sendable; its id."""
    await owe(api.world, message(person, key, **changes))
    (claimed,) = await claim(api.world)
    await fail(api.world, claimed.id, permanent=True)
    return str(claimed.id)


async def test_dead_letters_are_seen_by_whom_they_concern_and_sent_again(api: Caller, person: Actor) -> None:
    await address(api.world, person)
    slot = await api.world.slot()
    booking = await api.world.book(person, slot)
    about = await dead_letter(api, person, "about a booking", booking_id=booking.id)
    other = await dead_letter(api, person, "of no booking")
    staff = {
        "district": await api.grant(
            await api.world.person(), Role.administrator, ScopeKind.district, DISTRICT
        ),
        "town": await api.grant(await api.world.person(), Role.staff, ScopeKind.division, TOWN),
        "hills": await api.grant(await api.world.person(), Role.staff, ScopeKind.division, HILLS),
        "canteen": await api.manager(CANTEEN),
        "hill house": await api.manager(HILL_HOUSE),
    }
    seen = {
        who: {item["id"] for item in (await api.get(DEAD, actor)).json()["items"]}
        for who, actor in staff.items()
    }
    assert seen == {
        "district": {about, other},
        "town": {about},
        "hills": set(),
        "canteen": {about},
        "hill house": set(),
    }
    problem_of(await api.get(DEAD), 401, "sign-in-required")
    problem_of(await api.get(DEAD, person), 403, "forbidden")
    record = (await api.get(f"/v1/notices/{about}", staff["canteen"])).json()
    assert record["last_error"] == "it did not work"
    assert "data" not in record
    problem_of(await api.get(f"/v1/notices/{about}", staff["hills"]), 404, "not-found")
    problem_of(await api.post(f"/v1/notices/{about}/replay", staff["hills"]), 404, "not-found")
    for _ in range(2):
        answer = await api.post(f"/v1/notices/{about}/replay", staff["canteen"])
        assert (answer.status_code, answer.json()["status"]) == (200, "pending")
    assert [str(one.id) for one in await claim(api.world)] == [about]
    pages = [(await api.get(DEAD, staff["district"], params={"limit": 1})).json()]
    assert [item["id"] for item in pages[0]["items"]] == [other]


async def test_what_is_worth_nothing_any_more_is_not_sent_again(api: Caller, person: Actor) -> None:
    await address(api.world, person)
    kind = NoticeKind.booking_reminder_soon
    reminder = await dead_letter(api, person, "reminder", kind=kind, expires_at=NOW + HOUR)
    offer = await dead_letter(
        api,
        person,
        "offer",
        kind=NoticeKind.waitlist_offer,
        expires_at=NOW + HOUR,
        data={"expires_at": "soon"},
    )
    news = await dead_letter(api, person, "news", expires_at=NOW + HOUR)
    staff = await api.grant(await api.world.person(), Role.administrator, ScopeKind.district, DISTRICT)
    api.now = NOW + 2 * HOUR
    for gone in (reminder, offer):
        refused = await api.post(f"/v1/notices/{gone}/replay", staff)
        assert problem_of(refused, 409, "action-refused")["reasons"][0]["code"] == "notice-worthless"
    again = (await api.post(f"/v1/notices/{news}/replay", staff)).json()
    assert again["expires_at"] == "2026-11-23T23:00:00+08:00"


async def code_for(api: Caller) -> str:
    """The code in the newest letter."""
    codes = await stored(api.world, Notice, Notice.kind == NoticeKind.address_code)  # type: ignore[arg-type]
    return str(max(codes, key=lambda one: one.id).data["code"])


async def test_an_address_is_used_once_its_code_has_come_back(api: Caller, person: Actor) -> None:
    where = "/v1/me/addresses"
    named = await api.post(where, person, json={"channel": "email", "address": " Wang@Example.ORG "})
    assert (named.status_code, named.json()["address"]) == (201, "Wang@example.org")
    assert (await api.get(where, person)).json()["items"] == [named.json()]
    (letter,) = await claim(api.world, channel=Channel.email)
    assert letter.address == "Wang@example.org"
    await delivered(api.world, letter.id)
    code = await code_for(api)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(2):
        refused = await api.post(f"{where}/confirm", person, json={"channel": "email", "code": wrong})
        assert problem_of(refused, 409, "action-refused")["reasons"][0]["code"] == "code-wrong"
    await owe(api.world, message(person, "news"))
    late = NOW + timedelta(seconds=5)
    assert await claim(api.world, channel=Channel.email, now=late) == [], "the address is not theirs yet"
    confirmed = await api.post(f"{where}/confirm", person, json={"channel": "email", "code": code})
    assert confirmed.json()["confirmed"] is True
    news = [
        one
        for one in await claim(api.world, channel=Channel.email, now=late)
        if one.kind is NoticeKind.booking_changed
    ]
    assert [one.address for one in news] == ["Wang@example.org"], "who has no chat is told there"
    problem_of(
        await api.post(f"{where}/confirm", person, json={"channel": "email", "code": code}), 404, "not-found"
    )
    assert (await api.call("DELETE", f"{where}/email", person)).status_code == 204
    assert (await api.get(where, person)).json()["items"] == []
    problem_of(await api.call("DELETE", f"{where}/email", person), 404, "not-found")


async def test_codes_cannot_be_tried_out_nor_strangers_flooded(api: Caller, person: Actor) -> None:
    where = "/v1/me/addresses"
    order = {"channel": "sms", "address": "138 1234 5678"}
    assert (await api.post(where, person, json=order)).json()["address"] == "13812345678"
    code = await code_for(api)
    wrong = {"channel": "sms", "code": f"{(int(code) + 1) % 10**6:06}"}
    for _ in range(5):
        problem_of(await api.post(f"{where}/confirm", person, json=wrong), 409, "action-refused")
    right = {"channel": "sms", "code": code}
    problem_of(await api.post(f"{where}/confirm", person, json=right), 429, "too-many-tries")
    for _ in range(4):
        assert (await api.post(where, person, json=order)).status_code == 201
    problem_of(await api.post(where, person, json=order), 429, "too-many-tries")
    api.now = NOW + HOUR
    assert (await api.post(where, person, json=order)).status_code == 201
    api.now = at(0, 23)
    problem_of(await api.post(f"{where}/confirm", person, json=right), 404, "not-found")
    for channel, text in (("email", "nobody"), ("email", "a@b"), ("email", "王@例子.中国"), ("sms", "12ab5")):
        refused = await api.post(where, person, json={"channel": channel, "address": text})
        problem_of(refused, 422, "invalid-input")


async def test_an_address_belongs_to_one_person(api: Caller, person: Actor) -> None:
    where, order = "/v1/me/addresses", {"channel": "email", "address": "wang@example.org"}
    other = await api.world.person()
    for one, status in ((person, 200), (other, 409)):
        await api.post(where, one, json=order)
        said = {"channel": "email", "code": await code_for(api)}
        assert (await api.post(f"{where}/confirm", one, json=said)).status_code == status


async def test_groups_of_notices_are_chosen_by_oneself(api: Caller, person: Actor) -> None:
    chosen = {"opted_out": ["summaries", "confirmations", "summaries"]}
    answer = await api.patch("/v1/me", person, json=chosen)
    assert answer.json()["opted_out"] == ["confirmations", "summaries"]
    problem_of(await api.patch("/v1/me", person, json={"opted_out": ["cancellations"]}), 422, "invalid-input")


async def test_what_prometheus_reads(api: Caller, person: Actor) -> None:
    await address(api.world, person)
    await dead_letter(api, person, "dead")
    await owe(api.world, message(person, "waiting"))
    await claim(api.world)
    for error in (None, "no", None):
        await do(api.world, watching.note, run=Run("expire_offers", NOW, 0.25, 2, error))
    api.now = NOW + timedelta(minutes=5)
    answer = await api.http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    samples = {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    job = ("job", "expire_offers")
    assert samples["lastmetre_job_runs_total", job, ("outcome", "succeeded")] == 2
    assert samples["lastmetre_job_runs_total", job, ("outcome", "failed")] == 1
    assert samples["lastmetre_job_duration_seconds_sum", job] == 0.75
    assert samples["lastmetre_job_duration_seconds_count", job] == 3
    assert samples["lastmetre_job_rows_total", job] == 6
    assert samples["lastmetre_job_last_success_timestamp_seconds", job] == NOW.timestamp()
    of = (("channel", "telegram"), ("priority", "prompt"))
    assert samples["lastmetre_notices_due", *of] == 1
    assert samples["lastmetre_notices_oldest_due_seconds", *of] == 300
    assert samples[("lastmetre_notices_dead",)] == 1
