"""Requests over the API: sent once for each key, followed, handled, answered, in both languages."""

from datetime import timedelta
from typing import Any

import pytest

from models.vocabulary import NoticeKind
from scheduling.actors import Actor
from tests.api.calling import Caller, problem_of
from tests.governing import Grid, person
from tests.world import NOW

GATE = {"latitude": 31.95, "longitude": 118.84}


@pytest.fixture
async def grid(api: Caller) -> Grid:
    return await Grid(api.world).settle()


async def send(api: Caller, by: Actor, text: str = "小区北门的路灯坏了", **more: Any) -> Any:
    answer = await api.post("/v1/requests", by, json={"text": text, "location": GATE}, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def act(api: Caller, by: Actor, id_: str, verb: str, body: Any = None, **more: Any) -> Any:
    answer = await api.post(f"/v1/requests/{id_}/{verb}", by, json=body, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_sent_with_a_key_it_is_sent_once(api: Caller, grid: Grid) -> None:
    first = await send(api, grid.resident, key="k")
    assert await send(api, grid.resident, key="k") == first
    assert (first["owner"]["name"], first["kind"], first["may"]) == ("李明", "lighting", ["withdraw"])
    other = {"text": "别的", "location": GATE}
    problem_of(
        await api.post("/v1/requests", grid.resident, json=other, key="k"), 422, "idempotency-key-reused"
    )
    assert await grid.told(grid.worker, NoticeKind.request_work) == ["received"]


async def test_before_sending_one_sees_who_gets_it_and_what_was_said(api: Caller, grid: Grid) -> None:
    first = await send(api, grid.resident)
    other = await api.world.person("刘叔")
    draft = {"text": "北门路灯不亮了", "location": GATE}
    shown = (await api.post("/v1/requests/similar", other, json=draft)).json()
    assert shown["foreseen"]["owner"]["name"] == "李明"
    assert shown["foreseen"]["acknowledge_due_at"] == "2026-11-24T18:00:00+08:00"
    assert [one["id"] for one in shown["similar"]] == [first["id"]]
    joined = await act(api, other, first["id"], "follow", {"text": "我也看不见"}, key="f")
    assert (joined["following"], joined["followers"], joined["asker"]) == (True, 1, None)
    mine = (await api.get("/v1/requests?role=follower", other)).json()
    assert [one["id"] for one in mine["items"]] == [first["id"]]
    assert (await api.post(f"/v1/requests/{first['id']}/unfollow", other)).status_code == 204
    problem_of(await api.get(f"/v1/requests/{first['id']}", other), 404, "not-found")


async def test_the_way_through_all_hands(api: Caller, grid: Grid) -> None:
    id_ = (await send(api, grid.resident))["id"]
    assert (await act(api, grid.worker, id_, "accept"))["state"] == "accepted"
    takers = (await api.get(f"/v1/requests/{id_}/takers", grid.worker)).json()["items"]
    assert [one["name"] for one in takers] == ["王芳", "张磊", "赵强", "孙丽"]
    to = {"to_id": str(person(grid.neighbour)), "text": "在您那边"}
    handed = await act(api, grid.worker, id_, "transfer", to)
    assert (handed["owner"]["name"], handed["transfer"]["to"]["name"]) == ("李明", "张磊")
    offered = (await api.get("/v1/requests?role=taker", grid.neighbour)).json()["items"]
    assert [one["id"] for one in offered] == [id_]
    assert (
        await api.post(f"/v1/requests/{id_}/decline", grid.neighbour, json={"text": "不是"})
    ).status_code == 204
    await act(api, grid.worker, id_, "progress", {"text": "约了师傅"})
    up = await act(api, grid.worker, id_, "escalate", {"text": "要换电缆"})
    assert (up["owner"]["name"], up["state"]) == ("王芳", "in_progress")
    problem_of(
        await api.post(f"/v1/requests/{id_}/resolve", grid.worker, json={"text": "好"}), 403, "forbidden"
    )
    await act(api, grid.deputy, id_, "resolve", {"text": "灯已换好"})
    again = await act(api, grid.resident, id_, "reopen", {"text": "又不亮"})
    assert again["state"] == "received"
    await act(api, grid.deputy, id_, "resolve", {"text": "线也换了"})
    rated = await act(api, grid.resident, id_, "rate", {"stars": 5})
    assert (rated["state"], rated["rating"]["stars"]) == ("closed", 5)
    english = (await api.get(f"/v1/requests/{id_}", grid.resident, language="en")).json()
    assert [step["said"] for step in english["story"]] == [
        "The request came in. 李明 (grid worker) answers for it.",
        "李明 took it on.",
        "李明 asked 张磊 to take over; until then 李明 (grid worker) still answers for it. “在您那边”",
        "张磊 did not take it; 李明 (grid worker) still answers for it. “不是”",
        "李明 said how it goes: “约了师傅”",
        "李明 handed it up. Now 王芳 (community grid worker) answers for it. “要换电缆”",
        "王芳 answered: “灯已换好”",
        "You asked for it to be done again: “又不亮”",
        "王芳 answered: “线也换了”",
        "You rated the answer: 5 stars.",
    ]
    await grid.assert_sound()


async def test_a_worklist_by_state_page_by_page(api: Caller, grid: Grid) -> None:
    ids = [(await send(api, grid.resident, f"第 {number} 件"))["id"] for number in range(3)]
    await act(api, grid.worker, ids[1], "resolve", {"text": "好了"})
    page = (await api.get("/v1/requests?role=owner&limit=1", grid.worker)).json()
    rest = (await api.get(f"/v1/requests?role=owner&limit=1&cursor={page['next']}", grid.worker)).json()
    assert [one["id"] for one in (*page["items"], *rest["items"])] == [ids[0], ids[2]]
    assert rest["next"] is None
    answered = (await api.get("/v1/requests?role=owner&state=resolved&state=closed", grid.worker)).json()
    assert [one["id"] for one in answered["items"]] == [ids[1]]
    problem_of(await api.get("/v1/requests?role=staff", grid.resident), 403, "forbidden")
    above = (await api.get("/v1/requests?role=staff", grid.street)).json()
    assert len(above["items"]) == 2


async def test_too_many_in_a_day_are_told_how_long_to_wait(api: Caller, grid: Grid) -> None:
    for number in range(5):
        await send(api, grid.resident, f"第 {number} 件")
    answer = await api.post("/v1/requests", grid.resident, json={"text": "第六件", "location": GATE})
    assert problem_of(answer, 429, "too-many-requests")["most"] == 5
    assert int(answer.headers["retry-after"]) == 24 * 3600 + 1
    api.now = NOW + timedelta(hours=25)
    await send(api, grid.resident, "第六件")


async def test_where_nobody_answers_it_is_said(api: Caller) -> None:
    by = await api.world.person("陈奶奶")
    answer = await api.post("/v1/requests", by, json={"text": "路灯坏了", "location": GATE})
    reasons = problem_of(answer, 409, "action-refused")["reasons"]
    assert [one["code"] for one in reasons] == ["nobody-answers"]


async def test_a_worker_sees_their_cells_in_their_roles(api: Caller, grid: Grid) -> None:
    roles = (await api.get("/v1/me", grid.worker)).json()["roles"]
    assert [(one["role"], one["scope"], one["name"]) for one in roles] == [
        ("grid_worker", "cell", "1号社区第1网格"),
        ("grid_worker", "cell", "1号社区第2网格"),
    ]


async def test_a_wish_over_the_api(api: Caller, grid: Grid) -> None:
    id_ = (await send(api, grid.resident, "微心愿：想要一台收音机"))["id"]
    volunteer = await api.world.person("周同学")
    published = await act(api, grid.worker, id_, "publish-wish", {"text": "一位老人想要收音机"})
    assert (published["wish"], published["wish_text"]) == ("published", "一位老人想要收音机")
    (wish,) = (await api.get("/v1/wishes?division=320115001000", volunteer)).json()["items"]
    assert (wish["id"], wish["text"], wish["mine"]) == (id_, "一位老人想要收音机", False)
    assert (await api.get("/v1/wishes?division=320115003000", volunteer)).json()["items"] == []
    claimed = await api.post(f"/v1/wishes/{id_}/claim", volunteer, key="c")
    assert claimed.status_code == 200
    assert claimed.json()["may"] == ["fulfil", "give-back"]
    (mine,) = (await api.get("/v1/me/wishes", volunteer)).json()["items"]
    assert mine["id"] == id_
    assert (
        await api.post(f"/v1/wishes/{id_}/give-back", volunteer, json={"text": "要考试"})
    ).status_code == 204
    await api.post(f"/v1/wishes/{id_}/claim", volunteer)
    assert (await api.post(f"/v1/wishes/{id_}/fulfil", volunteer, json={"text": "送到了"})).status_code == 200
    done = await api.post(f"/v1/wishes/{id_}/confirm", grid.resident)
    assert (done.status_code, done.json()["state"]) == (200, "resolved")
    await grid.assert_sound()
