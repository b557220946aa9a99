"""Conversations by HTTP: both sides of one, who may not know of it, limits."""

import pytest
from sqlmodel import col

from models.tables import AuditEntry, Thread
from models.vocabulary import NoticeKind, Role, ScopeKind
from scheduling.actors import Actor
from tests.api.calling import Caller, problem_of
from tests.api.talking import ask, manager, notices, resident, say
from tests.scheduling.acting import sql, stored
from tests.scheduling.outbox import claim, delivered
from tests.world import (
    CANTEEN,
    DISTRICT,
    READING_ROOM,
    TOWN,
    World,
    at,
)

__all__ = ["manager", "resident"]


async def test_a_conversation_from_both_sides(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    """Asked, told to the point's people, answered, told to the resident, closed, said to the other side."""
    opened = await ask(api, resident)
    thread = opened["thread"]
    assert (thread["state"], thread["owner"], thread["side"]) == ("open", None, "resident")
    assert (thread["desk"]["name"], thread["about"]["point"]["name"]) == ("幸福食堂", "幸福食堂")
    assert opened["emergency"] == []
    (told,) = await claim(world)
    assert told.person_id == manager.person_id
    assert [item["text"] for item in told.data["items"]] == ["轮椅能进来吗？"]
    assert (told.data["author"], told.data["to_staff"]) == ("王阿姨", True)
    await delivered(world, told.id)
    api.now = at(0, 9, 20)
    (listed,) = (await api.get("/v1/threads", manager, params={"role": "owner"})).json()["items"]
    assert (listed["id"], listed["unseen"], listed["side"]) == (thread["id"], 1, "staff")
    said = await say(api, manager, thread["id"], "可以，西门有坡道。")
    assert said["thread"]["state"] == "waiting_for_resident"
    assert said["thread"]["owner"]["id"] == str(manager.person_id)
    (answer,) = [one for one in await claim(world, api.now) if one.person_id == resident.person_id]
    assert [item["text"] for item in answer.data["items"]] == ["可以，西门有坡道。"]
    (mine,) = (await api.get("/v1/threads", resident)).json()["items"]
    assert (mine["unseen"], mine["preview"]) == (1, "可以，西门有坡道。")
    detail = (await api.get(f"/v1/threads/{thread['id']}", resident)).json()
    assert [(item["event"], item["side"], item["text"]) for item in detail["items"]] == [
        ("said", "staff", "可以，西门有坡道。"),
        ("taken", "staff", ""),
        ("said", "resident", "轮椅能进来吗？"),
    ]
    assert detail["colleagues"] == []
    seen = await api.post(f"/v1/threads/{thread['id']}/seen", resident, json={"number": 99})
    assert seen.json()["unseen"] == 0
    closed = await api.post(f"/v1/threads/{thread['id']}/close", resident, json={"number": 3})
    assert (closed.json()["state"], closed.json()["closed_at"] is not None) == ("closed", True)
    (end,) = await notices(world, NoticeKind.thread_closed)
    assert (end.person_id, end.data["by"]) == (manager.person_id, "resident")
    again = await api.post(f"/v1/threads/{thread['id']}/close", resident, json={"number": 0})
    assert again.json()["state"] == "closed", "closing it again changes nothing"
    assert len(await notices(world, NoticeKind.thread_closed)) == 1


async def test_the_audit_knows_who_and_when_and_no_text(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    opened = await ask(api, resident, "我家钥匙丢了")
    await say(api, manager, opened["thread"]["id"], "在前台")
    deeds = await stored(world, AuditEntry, col(AuditEntry.subject) == "thread")
    assert [deed.action for deed in sorted(deeds, key=lambda deed: deed.id)] == [
        "thread.opened",
        "thread.said",
        "thread.said",
    ]
    assert not any("钥匙" in str(deed.data) or "前台" in str(deed.data) for deed in deeds)


async def test_outsiders_do_not_even_hear_that_it_exists(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    thread = (await ask(api, resident))["thread"]["id"]
    town = await api.grant(await world.person("街道"), Role.staff, ScopeKind.division, TOWN)
    for outsider in (await world.person("路人"), await api.manager(READING_ROOM), town):
        problem_of(await api.get(f"/v1/threads/{thread}", outsider), 404, "not-found")
        for what, body in (
            ("messages", {"text": "你好"}),
            ("seen", {"number": 1}),
            ("close", {"number": 1}),
            ("hand-on", {}),
            ("take", None),
        ):
            path = f"/v1/threads/{thread}/{what}"
            problem_of(await api.post(path, outsider, json=body), 404, "not-found")
    problem_of(await api.get("/v1/threads", await world.person(), params={"role": "owner"}), 403, "forbidden")
    problem_of(await api.post(f"/v1/threads/{thread}/take", resident), 403, "forbidden")
    problem_of(await api.post(f"/v1/threads/{thread}/hand-on", resident, json={}), 403, "forbidden")
    problem_of(await api.post("/v1/threads", json={"text": "你好"}), 401, "sign-in-required")
    assert len(await stored(world, Thread)) == 1


async def test_one_open_thread_with_each_desk_and_a_repeat_writes_once(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    body = {"text": "几点开门？", "point_id": str(CANTEEN)}
    first = await api.post("/v1/threads", resident, json=body, key="k1")
    again = await api.post("/v1/threads", resident, json=body, key="k1")
    assert first.json() == again.json()
    more = await ask(api, resident, "还有，能刷卡吗？")
    assert more["thread"]["id"] == first.json()["thread"]["id"]
    assert more["message"]["number"] == 2
    reading = await api.manager(READING_ROOM)
    other = await ask(api, resident, "有空调吗", point_id=str(READING_ROOM))
    assert other["thread"]["id"] != more["thread"]["id"]
    (theirs,) = (await api.get("/v1/threads", reading, params={"role": "owner"})).json()["items"]
    assert theirs["id"] == other["thread"]["id"]


async def test_the_first_to_answer_owns_it_and_the_others_see_that(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    """首问负责."""
    colleague = await api.manager(CANTEEN)
    thread = (await ask(api, resident))["thread"]["id"]
    assert {notice.person_id for notice in await notices(world)} == {
        manager.person_id,
        colleague.person_id,
    }
    taken = await api.post(f"/v1/threads/{thread}/take", colleague)
    assert taken.json()["owner"]["id"] == str(colleague.person_id)
    assert {notice.person_id for notice in await notices(world)} == {colleague.person_id}, (
        "nobody else is knocked at"
    )
    for refused in (
        await api.post(f"/v1/threads/{thread}/take", manager),
        await api.post(f"/v1/threads/{thread}/messages", manager, json={"text": "我来"}),
        await api.post(f"/v1/threads/{thread}/close", manager, json={"number": 9}),
    ):
        body = problem_of(refused, 409, "action-refused")
        assert [(one["code"], one["owner"]) for one in body["reasons"]] == [("thread-taken", "站长")]
    again = await api.post(f"/v1/threads/{thread}/take", colleague)
    assert again.status_code == 200, "taking it again changes nothing"
    await say(api, resident, thread, "在吗")
    assert {notice.person_id for notice in await notices(world)} == {colleague.person_id}


async def test_handed_on_to_a_colleague_and_up(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    colleague = await api.manager(CANTEEN)
    staff = await api.grant(await world.person("街道小陈"), Role.staff, ScopeKind.division, TOWN)
    thread = (await ask(api, resident, "老人没人照看"))["thread"]["id"]
    await say(api, manager, thread, "我问一下")
    path = f"/v1/threads/{thread}/hand-on"
    colleagues = (await api.get(f"/v1/threads/{thread}", manager)).json()["colleagues"]
    assert {one["id"] for one in colleagues} == {str(colleague.person_id), str(staff.person_id)}
    assert (await api.get(f"/v1/threads/{thread}", manager)).json()["above"] == "东山街道"
    assert (await api.get(f"/v1/threads/{thread}", resident)).json()["above"] is None
    stranger = {"person_id": str((await world.person()).person_id)}
    body = problem_of(await api.post(path, manager, json=stranger), 409, "action-refused")
    assert [one["code"] for one in body["reasons"]] == ["not-a-colleague"]
    handed = await api.post(path, manager, json={"person_id": str(colleague.person_id)})
    assert handed.json()["owner"]["id"] == str(colleague.person_id)
    (told,) = await notices(world, NoticeKind.thread_handed)
    assert told.person_id == colleague.person_id
    assert [item["text"] for item in told.data["items"]] == ["老人没人照看", "我问一下"]
    up = await api.post(path, colleague, json={})
    assert (up.json()["owner"], up.json()["raised_to"]) == (None, "东山街道")
    (told,) = await notices(world, NoticeKind.thread_handed)
    assert told.person_id == staff.person_id, "what the colleague was not told yet was taken back"
    answered = await say(api, staff, thread, "我们上门看看")
    assert answered["thread"]["owner"]["name"] == "街道小陈"
    detail = (await api.get(f"/v1/threads/{thread}", resident)).json()
    assert [item["event"] for item in detail["items"]].count("handed_on") == 2, "the resident sees it"
    await say(api, resident, thread, "谢谢")
    top = await api.post(path, staff, json={})
    assert [one["code"] for one in problem_of(top, 409, "action-refused")["reasons"]] == ["nobody-above"]


async def test_nothing_is_closed_unread_or_unanswered(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    thread = (await ask(api, resident))["thread"]["id"]
    path = f"/v1/threads/{thread}/close"
    early = await api.post(path, manager, json={"number": 1})
    assert [one["code"] for one in problem_of(early, 409, "action-refused")["reasons"]] == ["not-answered"]
    number = (await say(api, manager, thread, "可以"))["message"]["number"]
    await say(api, resident, thread, "那几点？")
    unread = await api.post(path, manager, json={"number": number})
    assert [one["code"] for one in problem_of(unread, 409, "action-refused")["reasons"]] == ["newer-message"]
    closed = await api.post(path, manager, json={"number": number + 1})
    assert closed.json()["state"] == "closed"
    (end,) = await notices(world, NoticeKind.thread_closed)
    assert (end.person_id, end.data["by"]) == (resident.person_id, "staff")
    gone = await api.post(f"/v1/threads/{thread}/take", manager)
    assert [one["code"] for one in problem_of(gone, 409, "action-refused")["reasons"]] == ["thread-closed"]
    reopened = await say(api, resident, thread, "还有一件事")
    assert (reopened["thread"]["state"], reopened["thread"]["closed_at"]) == ("waiting_for_staff", None)
    assert reopened["thread"]["owner"]["id"] == str(manager.person_id)


async def test_an_old_thread_stays_closed_when_there_is_a_newer_one(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    old = (await ask(api, resident))["thread"]["id"]
    await api.post(f"/v1/threads/{old}/close", resident, json={"number": 1})
    new = (await ask(api, resident, "又来了"))["thread"]["id"]
    refused = await api.post(f"/v1/threads/{old}/messages", resident, json={"text": "在吗"})
    (reason,) = problem_of(refused, 409, "action-refused")["reasons"]
    assert (reason["code"], reason["thread_id"]) == ("newer-thread", new)


async def test_so_much_may_be_written_and_no_more(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    await sql(
        world,
        "INSERT INTO policy_override (scope, key, field, value, set_at) VALUES"
        " ('district', :district, 'thread_messages_hour', '3', now()),"
        " ('district', :district, 'threads_day', '1', now())",
        district=DISTRICT,
    )
    thread = (await ask(api, resident, "一"))["thread"]["id"]
    await say(api, resident, thread, "二")
    api.now = at(0, 9, 10)
    await say(api, resident, thread, "三")
    refused = await api.post(f"/v1/threads/{thread}/messages", resident, json={"text": "四"})
    problem_of(refused, 429, "too-many-messages")
    assert refused.headers["retry-after"] == "3000"
    api.now = at(0, 10, 1)
    await say(api, resident, thread, "四")
    await api.post(f"/v1/threads/{thread}/close", resident, json={"number": 9})
    again = await api.post("/v1/threads", resident, json={"text": "五", "point_id": str(CANTEEN)})
    problem_of(again, 429, "too-many-messages")


@pytest.mark.parametrize("text", ["", " \n ", "字" * 2001])
async def test_a_message_has_words(api: Caller, resident: Actor, manager: Actor, text: str) -> None:
    answer = await api.post("/v1/threads", resident, json={"text": text})
    assert problem_of(answer, 422, "invalid-input")["errors"][0]["pointer"] == "/text"


async def test_a_long_thread_is_read_page_by_page(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    thread = (await ask(api, resident, "1"))["thread"]["id"]
    for number in range(2, 8):
        await say(api, resident, thread, str(number))
    found: list[str] = []
    cursor: str | None = None
    while True:
        more = {} if cursor is None else {"cursor": cursor}
        page = (await api.get(f"/v1/threads/{thread}", manager, params={"limit": 3, **more})).json()
        found += [item["text"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == ["7", "6", "5", "4", "3", "2", "1"]


async def test_lists_by_what_waits(api: Caller, world: World, resident: Actor, manager: Actor) -> None:
    thread = (await ask(api, resident))["thread"]["id"]

    async def listed(by: Actor, role: str, which: str) -> list[str]:
        answer = await api.get("/v1/threads", by, params={"role": role, "which": which})
        return [one["id"] for one in answer.json()["items"]]

    assert await listed(manager, "owner", "waiting") == [thread]
    assert await listed(resident, "resident", "waiting") == []
    await say(api, manager, thread, "您好")
    assert await listed(manager, "owner", "waiting") == []
    assert await listed(resident, "resident", "waiting") == [thread]
    await api.post(f"/v1/threads/{thread}/close", resident, json={"number": 9})
    assert await listed(resident, "resident", "open") == []
    assert await listed(resident, "resident", "closed") == [thread]
    assert await listed(manager, "owner", "all") == [thread]
