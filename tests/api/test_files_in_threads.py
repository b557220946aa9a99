"""Photos and voice notes in conversations: seen by their two sides only, taken along, forgotten and erased with them."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from governance import attachments
from governance.attachments import Keeping
from governance.check import check
from governance.files import AttachmentFiles
from governance.parts import PERSONAL_PARTS
from governance.threads.personal import threads_of_person
from governance.threads.sweeps import forget_texts
from models.database import transaction
from models.tables import Attachment, Notice, ThreadMessage
from scheduling.actors import Actor
from scheduling.identity import erasing
from tests.api.calling import Caller, problem_of
from tests.api.talking import ask, manager, resident
from tests.governance.test_media import VOICE, photo
from tests.scheduling.acting import do, sql, stored
from tests.world import CANTEEN, NOW, World

__all__ = ["manager", "resident"]

BYTES = {"content-type": "application/octet-stream"}


@pytest.fixture
async def api(world: World, tmp_path: Path) -> AsyncIterator[Caller]:
    caller = Caller(world, keeping=Keeping(AttachmentFiles(tmp_path / "attachments")))
    async with caller.http:
        yield caller


async def send(api: Caller, by: Actor, content: bytes) -> str:
    answer = await api.post("/v1/attachments", by, content=content, headers=BYTES)
    assert answer.status_code == 201, answer.text
    id_: str = answer.json()["id"]
    return id_


async def pass_on(api: Caller, by: Actor, thread: str, *ids: str, text: str = "") -> dict[str, Any]:
    body = {"text": text, "attachments": list(ids)}
    answer = await api.post(f"/v1/threads/{thread}/messages", by, json=body)
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.json()
    return said


async def sees(api: Caller, who: Actor, file: str) -> bool:
    answer = await api.get(f"/v1/attachments/{file}", who)
    assert answer.status_code in {200, 404}, answer.text
    return answer.status_code == 200


async def sound(world: World) -> None:
    async with transaction(world.database) as session:
        assert await check(session, now=NOW) == []


async def test_both_sides_send_and_see_and_nobody_else(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    outsider = await world.person("路人")
    picture, note = await send(api, resident, photo()), await send(api, manager, VOICE)
    assert not await sees(api, manager, picture), "its sender's alone until it is given"
    thread = (await ask(api, resident))["thread"]["id"]
    said = await pass_on(api, resident, thread, picture, text="轮椅坡道坏了")
    (shown,) = said["message"]["attachments"]
    assert (shown["id"], shown["kind"], shown["media_type"]) == (picture, "image", "image/jpeg")
    await pass_on(api, manager, thread, note)
    for one in (resident, manager):
        assert await sees(api, one, picture)
        assert await sees(api, one, note)
        page = (await api.get(f"/v1/threads/{thread}", one)).json()
        assert [
            [file["id"] for file in item["attachments"]] for item in page["items"] if item["event"] == "said"
        ] == [
            [note],
            [picture],
            [],
        ]
    assert not await sees(api, outsider, picture)
    assert not await sees(api, outsider, note)
    carried = [item["files"] for one in await stored(world, Notice) for item in one.data["items"]]
    assert sorted(carried) == sorted([[], [picture], [note]])
    await sound(world)


async def test_a_thread_can_begin_with_a_photo(api: Caller, resident: Actor, manager: Actor) -> None:
    picture = await send(api, resident, photo())
    body = {"point_id": str(CANTEEN), "attachments": [picture]}
    answer = await api.post("/v1/threads", resident, json=body)
    assert (answer.status_code, answer.json()["message"]["text"]) == (201, "")
    assert await sees(api, manager, picture)


async def test_whose_it_is_not_or_what_was_given_already_is_refused(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    thread = (await ask(api, resident))["thread"]["id"]
    theirs, mine = await send(api, manager, photo()), await send(api, resident, photo((90, 20)))
    await pass_on(api, resident, thread, mine)
    for ids in (
        [theirs],
        [mine],
        [str(CANTEEN)],
        [await send(api, resident, photo((91 + n, 20))) for n in range(7)],
    ):
        answer = await api.post(f"/v1/threads/{thread}/messages", resident, json={"attachments": ids})
        assert problem_of(answer, 422, "invalid-input")["errors"][0]["pointer"] == "/attachments"
    body = {"text": "路灯坏了", "community": "320115001001", "attachments": [mine]}
    assert (await api.post("/v1/requests", resident, json=body)).status_code != 201
    assert len([one for one in await stored(world, ThreadMessage) if one.attachments]) == 1


async def test_what_a_conversation_has_is_not_swept(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    thread = (await ask(api, resident))["thread"]["id"]
    kept, left = await send(api, resident, photo()), await send(api, resident, photo((90, 20)))
    await pass_on(api, resident, thread, kept)
    assert api.keeping is not None
    late = NOW + timedelta(days=10)
    assert await attachments.sweep_unused(world.database, api.keeping, now=late) == 1
    assert await sees(api, manager, kept)
    assert not await sees(api, resident, left)


async def test_taken_along_and_erased_with_the_person(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    """All of their threads, from both sides; what they sent as staff belongs to the other's."""
    thread = (await ask(api, resident))["thread"]["id"]
    mine, answer = await send(api, resident, photo()), await send(api, manager, photo((90, 20)))
    await pass_on(api, resident, thread, mine)
    await pass_on(api, manager, thread, answer)
    (exported,) = await do(world, threads_of_person, resident.require_person())
    assert [said["attachments"] for said in exported["messages"]] == [[], [mine], [answer]]  # type: ignore[union-attr, index, call-overload]  # JSON
    other = await world.person("邻居")
    theirs = (await ask(api, other))["thread"]["id"]
    kept = await send(api, manager, photo((91, 20)))
    await pass_on(api, manager, theirs, kept)
    await do(world, erasing.erase, actor=resident, parts=PERSONAL_PARTS, now=NOW)
    assert {str(one.id) for one in await stored(world, Attachment)} == {kept}
    assert not any(mine in str(one.data) for one in await stored(world, Notice))
    assert await sees(api, other, kept)
    assert api.keeping is not None
    await sound(world)


async def test_whoever_leaves_takes_no_answer_from_a_resident(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    thread = (await ask(api, resident))["thread"]["id"]
    answer = await send(api, manager, photo())
    await pass_on(api, manager, thread, answer)
    await api.post(f"/v1/threads/{thread}/close", manager, json={"number": 9})
    await sql(world, "DELETE FROM role_grant WHERE person_id = :one", one=manager.person_id)
    await do(world, erasing.erase, actor=Actor(manager.person_id), parts=PERSONAL_PARTS, now=NOW)
    (row,) = await stored(world, Attachment)
    assert row.uploader_id is None
    assert await sees(api, resident, answer)


async def test_old_ones_are_forgotten_with_their_words(
    api: Caller, world: World, resident: Actor, manager: Actor
) -> None:
    """Also of a message that had no words."""
    began = datetime.now(tz=NOW.tzinfo)
    thread = (await ask(api, resident))["thread"]["id"]
    mine = await send(api, resident, photo())
    await pass_on(api, resident, thread, mine)
    await sql(world, "UPDATE thread SET state = 'closed', alert_at = NULL, closed_at = :began", began=began)
    await do(world, forget_texts, now=began + timedelta(days=179))
    assert await sees(api, manager, mine)
    await do(world, forget_texts, now=began + timedelta(days=181))
    assert await stored(world, Attachment) == []
    assert [one.attachments for one in await stored(world, ThreadMessage)] == [[], []]
    assert not any(mine in str(one.data) for one in await stored(world, Notice))
