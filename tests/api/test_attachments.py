"""Attachments over the API: taken by what they are, seen by those who may see their request, swept when nothing uses them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from governance import asking, attachments
from governance.attachments import Keeping
from governance.files import AttachmentFiles
from governance.personal import RequestsPart, erase_requests_of, requests_of
from models.shapes.requests import FollowOrder
from models.tables import Attachment
from models.vocabulary import Language
from scheduling.actors import Actor
from tests.api.calling import Caller, problem_of
from tests.governance.test_media import VOICE, photo
from tests.governing import Grid, person
from tests.scheduling.acting import stored
from tests.world import NOW, World

BYTES = {"content-type": "application/octet-stream"}


@pytest.fixture
async def api(world: World, tmp_path: Path) -> AsyncIterator[Caller]:
    caller = Caller(world, keeping=Keeping(AttachmentFiles(tmp_path / "attachments")))
    async with caller.http:
        yield caller


@pytest.fixture
async def grid(world: World) -> Grid:
    return await Grid(world).settle()


async def send(api: Caller, by: Actor, content: bytes, **more: Any) -> Any:
    answer = await api.post("/v1/attachments", by, content=content, headers=BYTES, **more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def request_with(api: Caller, grid: Grid, *ids: str) -> dict[str, Any]:
    body = {
        "text": "路灯坏了",
        "location": {"latitude": 31.95, "longitude": 118.84},
        "attachments": list(ids),
    }
    answer = await api.post("/v1/requests", grid.resident, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def files(api: Caller) -> list[str]:
    assert api.keeping is not None
    return sorted(path.name for path in api.keeping.files.folder.glob("??/*"))


async def test_a_photo_is_sent_given_to_a_request_and_seen_by_who_may(api: Caller, grid: Grid) -> None:
    taken = await send(api, grid.resident, photo(place=True), key="one")
    assert taken["location"] == {"latitude": 31.95, "longitude": pytest.approx(118.84)}
    assert await send(api, grid.resident, photo(place=True), key="one") == taken
    assert len(await stored(api.world, Attachment)) == 1
    path = f"/v1/attachments/{taken['id']}"
    assert (await api.get(path, grid.worker)).status_code == 404, (
        "its sender's alone until a request takes it"
    )
    request = await request_with(api, grid, taken["id"])
    assert [one["step"] for one in request["attachments"]] == [1]
    shown = await api.get(path, grid.worker)
    assert shown.status_code == 200
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-disposition"] == f'inline; filename="{taken["id"]}.jpeg"'
    assert len(shown.content) == taken["size"]
    problem_of(await api.get(path, grid.neighbour), 404, "not-found")
    problem_of(await api.get(path), 401, "sign-in-required")


async def test_neighbours_who_follow_see_what_came_with_the_answer_only(api: Caller, grid: Grid) -> None:
    before = await send(api, grid.resident, photo((30, 30)))
    request = await request_with(api, grid, before["id"])
    other = await api.world.person("刘叔")
    url = f"/v1/requests/{request['id']}"
    assert (await api.post(f"{url}/follow", other, json={})).status_code == 200
    after = await send(api, grid.worker, photo((50, 50)))
    said = {"text": "灯已换好", "attachments": [after["id"]]}
    assert (await api.post(f"{url}/resolve", grid.worker, json=said)).status_code == 200
    seen = (await api.get(url, other)).json()
    assert [one["id"] for one in seen["attachments"]] == [after["id"]]
    assert (await api.get(f"/v1/attachments/{after['id']}", other)).status_code == 200
    problem_of(await api.get(f"/v1/attachments/{before['id']}", other), 404, "not-found")


async def test_nobody_gives_what_is_anothers_or_was_given_already(api: Caller, grid: Grid) -> None:
    mine = await send(api, grid.resident, VOICE)
    theirs = await send(api, grid.worker, VOICE)
    await request_with(api, grid, mine["id"])
    for id_ in (mine["id"], theirs["id"]):
        body = {"text": "又坏了", "community": "320115001001", "attachments": [id_]}
        problem_of(await api.post("/v1/requests", grid.resident, json=body), 422, "invalid-input")
    assert len(files(api)) == 1, "the same bytes are kept once"


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"<html>", "type"), (photo((300, 300))[:900], "damaged"), (b"\xff\xd8\xff" + bytes(11 << 20), "size")],
    ids=["type", "damaged", "size"],
)
async def test_what_is_not_taken_leaves_nothing(api: Caller, grid: Grid, content: bytes, why: str) -> None:
    answer = await api.post("/v1/attachments", grid.resident, content=content, headers=BYTES)
    assert problem_of(answer, 422, "attachment-not-taken")["why"] == why
    assert files(api) == []
    assert await stored(api.world, Attachment) == []


async def test_more_than_any_policy_allows_is_not_read(api: Caller, grid: Grid) -> None:
    answer = await api.post("/v1/attachments", grid.resident, content=bytes(22 << 20), headers=BYTES)
    problem_of(answer, 413, "body-too-large")


async def test_what_the_scanner_refuses_is_not_kept(api: Caller, grid: Grid) -> None:
    assert api.keeping is not None
    seen: list[bytes] = []

    def refuse(content: bytes) -> bool:
        seen.append(content)
        return False

    wary = Caller(api.world, keeping=Keeping(api.keeping.files, refuse))
    answer = await wary.post("/v1/attachments", grid.resident, content=VOICE, headers=BYTES)
    assert problem_of(answer, 422, "attachment-not-taken")["why"] == "scan"
    assert (seen, files(api)) == ([VOICE], [])


async def test_where_none_are_kept_it_is_said(world: World, grid: Grid) -> None:
    bare = Caller(world)
    answer = await bare.post("/v1/attachments", grid.resident, content=VOICE, headers=BYTES)
    assert [one["code"] for one in problem_of(answer, 409, "action-refused")["reasons"]] == [
        "attachments-not-offered"
    ]


async def test_so_many_a_day(api: Caller, grid: Grid) -> None:
    for _ in range(30):
        await send(api, grid.resident, VOICE)
    answer = await api.post("/v1/attachments", grid.resident, content=VOICE, headers=BYTES)
    assert problem_of(answer, 429, "too-many-requests")["most"] == 30
    assert int(answer.headers["retry-after"]) > 3600


async def test_what_no_request_takes_is_swept_and_what_one_has_stays(api: Caller, grid: Grid) -> None:
    assert api.keeping is not None
    used = await send(api, grid.resident, photo((30, 30)))
    await send(api, grid.resident, photo((60, 60)))
    await send(api, grid.worker, photo((30, 30)))
    await request_with(api, grid, used["id"])
    assert len(files(api)) == 2
    early, late = NOW + timedelta(hours=23), NOW + timedelta(hours=25)
    assert await attachments.sweep_unused(api.world.database, api.keeping, now=early) == 0
    assert await attachments.sweep_unused(api.world.database, api.keeping, now=late) == 2
    assert len(files(api)) == 1, "a file that another row names stays"
    assert (await api.get(f"/v1/attachments/{used['id']}", grid.resident)).status_code == 200


async def test_files_that_a_crash_left_without_a_row_are_swept(api: Caller, grid: Grid) -> None:
    assert api.keeping is not None
    used = await send(api, grid.resident, photo())
    stray = api.keeping.files.keep(b"left behind")
    half = api.keeping.files.path(stray).parent / ".half-1"
    half.write_bytes(b"half")
    written = api.keeping.files.path(stray).stat().st_mtime
    soon = NOW.fromtimestamp(written + 60, NOW.tzinfo)
    assert await attachments.sweep_strays(api.world.database, api.keeping, now=soon) == 0
    later = soon + timedelta(hours=2)
    assert await attachments.sweep_strays(api.world.database, api.keeping, now=later) == 1
    assert not half.exists()
    assert (await api.get(f"/v1/attachments/{used['id']}", grid.resident)).status_code == 200


async def test_who_answers_hands_over_first_and_chats_that_join_bring_everything(
    api: Caller, grid: Grid
) -> None:
    """People 1: what requests keep about people, as linking and erasing reach it."""
    part, sent = RequestsPart(), await send(api, grid.resident, photo())
    request = await request_with(api, grid, sent["id"])
    held = await grid.do(part.held, person(grid.worker), now=NOW)
    assert [(reason.code, dict(reason.data)) for reason in held] == [
        ("answers-requests", {"count": 1}),
        ("works-a-cell", {"cell": "1号社区第1网格"}),
    ]
    assert await grid.do(part.held, person(grid.resident), now=NOW) == []
    clash = await grid.do(part.clashes, person(grid.worker), person(grid.deputy), now=NOW)
    assert [reason.code for reason in clash] == ["both-answer-for-a-cell"]
    host = await api.world.person("陈奶奶的手机")
    await grid.do(
        asking.follow,
        actor=host,
        request_id=UUID(request["id"]),
        said=FollowOrder(),
        language=Language.zh,
        now=NOW,
    )
    assert await grid.do(part.clashes, person(grid.resident), person(host), now=NOW) == []
    await grid.do(part.move, person(grid.resident), person(host), now=NOW)
    mine = (await api.get(f"/v1/requests/{request['id']}", host)).json()
    assert (mine["mine"], mine["following"], len(mine["attachments"])) == (True, False, 1)
    (entry, rest) = await grid.do(part.show, person(host), now=NOW, most=10)
    assert entry["text"] == "路灯坏了"
    assert rest["following"] == []
    await grid.assert_sound()


async def test_a_person_takes_everything_along_and_leaves_nothing(api: Caller, grid: Grid) -> None:
    """People 1: export and erasure."""
    assert api.keeping is not None
    sent = await send(api, grid.resident, photo())
    request = await request_with(api, grid, sent["id"])
    await grid.resolve((await grid.ask("电梯停了")).id, grid.worker)
    exported = await grid.do(requests_of, person_id=person(grid.resident))
    assert [one.text for one in exported.sent] == ["路灯坏了", "电梯停了"]
    assert [str(id_) for id_ in exported.sent[0].attachments] == [sent["id"]]
    erased = await grid.do(erase_requests_of, actor=grid.resident, person_id=person(grid.resident), now=NOW)
    assert erased.requests == 2
    await attachments.forget_files(api.world.database, api.keeping, erased.names_to_forget)
    assert files(api) == []
    nothing = await grid.do(requests_of, person_id=person(grid.resident))
    assert (nothing.sent, nothing.steps, nothing.following) == ([], [], [])
    left = (await api.get(f"/v1/requests/{request['id']}", grid.worker)).json()
    assert (left["text"], left["asker"], left["location"], left["state"]) == (
        "（已按本人要求删除）",
        None,
        None,
        "withdrawn",
    )
    assert left["attachments"] == []
    await grid.assert_sound()
