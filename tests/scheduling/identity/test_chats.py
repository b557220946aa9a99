"""The chats that are one person: the others are told of a new one, and can part with it (product: People 1)."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col

from models.database import transaction
from models.shapes.notices import NoticeClaim, NoticeFailure, NoticeView
from models.tables import ChannelIdentity, Notice, Person, StaffAccount
from models.vocabulary import Channel, NoticeKind, NoticeStatus
from scheduling import delivery, signing_in
from scheduling.actors import Actor
from scheduling.errors import ActionRefusedError, NotFoundError, SignInRequiredError
from scheduling.identity import chats
from scheduling.signing_in import Identity
from tests.rostering import run
from tests.scheduling.acting import sql, stored
from tests.scheduling.identity.chats import BOT, chat, code_of, enter, owner
from tests.world import NOW, World, at

LINKED = NoticeKind.chat_linked


async def claimed(
    world: World, channel: Channel, *, now: object = NOW, addresses: list[str] | None = None
) -> list[NoticeView]:
    wanted = NoticeClaim(channel=channel, limit=10, addresses=addresses)
    found = await run(world, delivery.claim, actor=BOT, wanted=wanted, now=now)  # type: ignore[arg-type]  # a moment
    return found.items


async def id_of(world: World, user_id: str) -> UUID:
    (row,) = await stored(world, ChannelIdentity, col(ChannelIdentity.address) == user_id)
    return row.id


async def linked(world: World, *, now: object = NOW) -> tuple[Actor, Actor]:
    """Somebody in Telegram, and whoever linked a second Telegram chat by their code."""
    host, guest = await chat(world, "700"), await chat(world, "666", name="骗子")
    assert await enter(world, await code_of(world, host), "666", now=now) is not None
    return host, guest


async def test_the_other_chat_is_told_and_not_the_new_one(world: World) -> None:
    """Although the new one was seen last, where everything else would go."""
    await linked(world)
    (told,) = await claimed(world, Channel.telegram)
    assert (told.kind, told.address) == (LINKED, "700")
    assert told.data == {
        "chat_id": str(await id_of(world, "666")),
        "channel": "telegram",
        "name": "",
    }


async def test_every_other_chat_is_told_each_once(world: World) -> None:
    host = await chat(world, "700")
    await chat(world, "page", channel=Channel.web)
    await enter(world, await code_of(world, host), "page", channel=Channel.web)
    await sql(world, "UPDATE notice SET status = 'delivered', finished_at = now()")
    await chat(world, "666")
    await enter(world, await code_of(world, host), "666")
    later = NOW + timedelta(hours=1)
    assert [one.address for one in await claimed(world, Channel.telegram, now=later)] == ["700"]
    assert [one.address for one in await claimed(world, Channel.web, now=later, addresses=["page"])] == [
        "page"
    ]
    assert await claimed(world, Channel.web, now=later, addresses=["another"]) == []


async def test_only_looking_at_a_code_tells_nobody(world: World) -> None:
    host = await chat(world, "700")
    await enter(world, await code_of(world, host), "666", confirmed=False)
    assert await stored(world, Notice) == []


async def test_it_is_told_in_the_night(world: World) -> None:
    night = at(0, 23)
    host = await chat(world, "700")
    await enter(world, await code_of(world, host), "666")
    await sql(world, "DELETE FROM notice")
    await chat(world, "667")
    await sql(world, "UPDATE link_code SET expires_at = :until", until=night + timedelta(hours=1))
    code = await code_of(world, host)
    await sql(world, "UPDATE link_code SET expires_at = :until", until=night + timedelta(hours=1))
    await enter(world, code, "667", now=night)
    assert {one.kind for one in await claimed(world, Channel.telegram, now=night)} == {LINKED}


async def test_what_is_for_one_page_goes_nowhere_else(world: World) -> None:
    host = await chat(world, "page", channel=Channel.web)
    await enter(world, await code_of(world, host), "666")
    for minutes in (0, 5, 60):
        assert await claimed(world, Channel.telegram, now=NOW + timedelta(minutes=minutes)) == []
    other = ["another page"]
    assert await claimed(world, Channel.web, now=NOW + timedelta(hours=1), addresses=other) == []
    assert len(await claimed(world, Channel.web, now=NOW + timedelta(hours=1), addresses=["page"])) == 1


async def test_a_stolen_account_is_taken_back(world: World) -> None:
    """Whoever writes there is somebody else again, their tokens are worth nothing, and what is owed to it is not sent."""
    host, _ = await linked(world)
    stolen = Identity(
        host.require_person(), (await stored(world, Person, col(Person.id) == host.person_id))[0].token_epoch
    )
    await run(world, chats.unlink, actor=host, chat_id=await id_of(world, "666"), now=NOW)
    with pytest.raises(SignInRequiredError):
        await run(world, signing_in.actor_of, identity=stolen)
    assert await owner(world, "700") == host.person_id
    thief = await chat(world, "666")
    assert thief.person_id != host.person_id
    (told,) = await claimed(world, Channel.telegram)
    assert told.address == "700"
    with pytest.raises(NotFoundError):
        await run(world, chats.unlink, actor=host, chat_id=await id_of(world, "666"), now=NOW)


async def test_whoever_stole_a_code_cannot_shut_its_person_out(world: World) -> None:
    """Both are the same person to the API; the first chat stays, whichever of them asks."""
    host, _ = await linked(world, now=NOW + timedelta(minutes=1))
    shown = await run(world, chats.mine, actor=host)
    assert [(one.id, one.can_be_unlinked) for one in shown] == [
        (await id_of(world, "700"), False),
        (await id_of(world, "666"), True),
    ]
    with pytest.raises(ActionRefusedError) as refusal:
        await run(world, chats.unlink, actor=host, chat_id=await id_of(world, "700"), now=NOW)
    assert [reason.code for reason in refusal.value.reasons] == ["first-chat-stays"]


async def test_a_chat_older_than_the_account_is_no_first_one(world: World) -> None:
    """It counts from when it became this person's: a thief's chat may have been there for years."""
    await chat(world, "666")
    await sql(world, "UPDATE channel_identity SET created_at = created_at - interval '3 years'")
    host = await chat(world, "700")
    await enter(world, await code_of(world, host), "666", now=NOW + timedelta(minutes=1))
    assert [one.id for one in await run(world, chats.mine, actor=host)] == [
        await id_of(world, "700"),
        await id_of(world, "666"),
    ]


async def test_whoever_has_a_sign_in_besides_can_part_with_every_chat(world: World) -> None:
    host = await chat(world, "700")
    async with transaction(world.database) as session:
        session.add(StaffAccount(username="m", person_id=host.require_person(), password_hash="x"))
    await run(world, chats.unlink, actor=host, chat_id=await id_of(world, "700"), now=NOW)
    assert await run(world, chats.mine, actor=host) == []


async def test_a_chat_of_somebody_else_is_not_found(world: World) -> None:
    host, _ = await linked(world)
    other = await chat(world, "800")
    with pytest.raises(NotFoundError):
        await run(world, chats.unlink, actor=other, chat_id=await id_of(world, "666"), now=NOW)
    assert await owner(world, "666") == host.person_id


async def test_a_chat_that_blocked_us_is_told_nothing(world: World) -> None:
    host = await chat(world, "700")
    await sql(world, "UPDATE channel_identity SET blocked_at = now()")
    await enter(world, await code_of(world, host), "666")
    assert await stored(world, Notice, col(Notice.kind) == LINKED) == []


async def test_blocked_when_it_is_sent_it_goes_to_no_other_chat(world: World) -> None:
    """The other one is the one it warns of."""
    await linked(world)
    (told,) = await claimed(world, Channel.telegram)
    failure = NoticeFailure(error="blocked", blocked=True)
    await run(world, delivery.failed, actor=BOT, notice_id=told.id, failure=failure, now=NOW)
    (row,) = await stored(world, Notice, col(Notice.kind) == LINKED)
    assert row.status is NoticeStatus.failed
    assert await claimed(world, Channel.telegram, now=NOW + timedelta(hours=1)) == []
