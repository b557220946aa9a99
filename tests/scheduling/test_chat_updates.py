"""What channels tell the bot is dealt with once, in each chat's order, whoever claims it and whoever dies."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import col

from models.shapes.chats import (
    ChatReach,
    ChatUpdateClaim,
    ChatUpdateDone,
    ChatUpdateFailure,
    ChatUpdateReceipt,
    ChatUpdateReceived,
    ChatUpdatesHeld,
    ChatUpdateView,
    HeldUpdate,
)
from models.tables import AuditEntry, ChannelIdentity, ChatLane, ChatUpdate
from models.vocabulary import Channel, ChatUpdateStatus
from scheduling import chat_updates, reach
from scheduling.actors import Actor
from scheduling.errors import ForbiddenError
from scheduling.jobs import forget_the_old
from scheduling.rules.lanes import (
    LEASE,
    LONGEST_LEASE,
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    MOST_CLAIMS,
    lease,
    pause_after,
)
from tests.scheduling.acting import do, stored
from tests.scheduling.outbox import BOT, HOUR, SECOND, address, claim, message, owe
from tests.world import NOW, World


async def tell(
    world: World, update_id: int, chat: str = "a", *, take: bool = False, now: datetime = NOW
) -> ChatUpdateReceipt:
    received = ChatUpdateReceived(
        channel=Channel.telegram, update_id=update_id, chat=chat, payload=f"{{{update_id}}}", take=take
    )
    return await do(world, chat_updates.record, actor=BOT, received=received, now=now)


async def take(world: World, now: datetime = NOW, limit: int = 50) -> list[ChatUpdateView]:
    wanted = ChatUpdateClaim(channel=Channel.telegram, limit=limit)
    return (await do(world, chat_updates.claim, actor=BOT, wanted=wanted, now=now)).items


async def finish(
    world: World, claimed: ChatUpdateView, now: datetime = NOW, **more: bool
) -> ChatUpdateView | None:
    outcome = ChatUpdateDone(attempt=claimed.attempt, **more)
    return await do(world, chat_updates.done, actor=BOT, update_row_id=claimed.id, outcome=outcome, now=now)


async def fail(world: World, claimed: ChatUpdateView, now: datetime = NOW, **more: object) -> None:
    failure = ChatUpdateFailure.model_validate({"attempt": claimed.attempt, "error": "no answer"} | more)
    await do(world, chat_updates.failed, actor=BOT, update_row_id=claimed.id, failure=failure, now=now)


async def hold(world: World, now: datetime, *claimed: ChatUpdateView) -> list[UUID]:
    """Says that these are in hand; the lost ones. Of two claims of one update, one is not lost."""
    held = ChatUpdatesHeld(items=[HeldUpdate(id=one.id, attempt=one.attempt) for one in claimed])
    return await do(world, chat_updates.held, actor=BOT, claims=held, now=now)


def ids(claimed: list[ChatUpdateView]) -> list[int]:
    return [one.update_id for one in claimed]


async def test_one_update_of_each_chat_in_the_order_of_their_numbers(world: World) -> None:
    for update_id, chat in ((12, "a"), (11, "a"), (13, "b"), (14, "a")):
        await tell(world, update_id, chat)
    first, other = await take(world)
    assert (ids([first, other]), first.behind, first.payload) == ([11, 13], 2, "{11}")
    assert await take(world) == [], "nothing of a chat that has one in hand"
    second = await finish(world, first, take=True)
    assert second is not None
    assert (second.update_id, second.behind) == (12, 1)
    assert await finish(world, second) is None
    assert ids(await take(world)) == [14]


async def test_a_repeat_is_recorded_once_even_when_it_was_dealt_with(world: World) -> None:
    assert (await tell(world, 5)).new
    assert not (await tell(world, 5)).new
    (claimed,) = await take(world)
    await finish(world, claimed)
    assert not (await tell(world, 5, take=True)).new
    assert await take(world, NOW + HOUR) == []


async def test_whoever_records_may_take_at_once_but_not_past_what_is_in_hand(world: World) -> None:
    first = (await tell(world, 5, take=True)).taken
    assert first is not None
    assert first.update_id == 5
    assert (await tell(world, 6, take=True)).taken is None
    late = await tell(world, 4, take=True)
    assert late.taken is None, "an earlier one that comes later waits for its turn as well"
    following = await finish(world, first, take=True)
    assert following is not None
    assert following.update_id == 4
    assert (await tell(world, 7, "b", take=True)).taken is not None, "chats do not wait for each other"


async def test_a_lease_that_runs_out_gives_it_to_another_and_the_first_can_end_nothing(world: World) -> None:
    await tell(world, 5)
    await tell(world, 6)
    (lost,) = await take(world)
    later = NOW + LEASE
    assert await take(world, later - SECOND) == []
    (again,) = await take(world, later)
    assert (again.id, again.attempt) == (lost.id, 2)
    assert await finish(world, lost, later, take=True) is None
    await fail(world, lost, later)
    assert await take(world, later) == [], "6 must not begin while another has 5 in hand"
    following = await finish(world, again, later, take=True)
    assert following is not None
    assert following.update_id == 6


async def test_work_that_goes_on_keeps_its_lease_and_who_was_too_slow_is_told(world: World) -> None:
    await tell(world, 5)
    (claimed,) = await take(world)
    for number in range(1, 4):
        assert await hold(world, NOW + number * LEASE / 2, claimed) == []
        assert await take(world, NOW + number * LEASE / 2 + LEASE / 2) == []
    moment = NOW + 5 * LEASE / 2
    (again,) = await take(world, moment)
    assert again.attempt == 2
    assert await hold(world, moment, claimed, again) == []
    assert await hold(world, moment, claimed) == [claimed.id]
    assert ids(await take(world, moment + 2 * LEASE)) == [5], "who lost the lease cannot prolong another's"
    assert await hold(world, moment) == []


def test_leases_grow_with_each_attempt_and_end() -> None:
    assert [lease(attempt) / LEASE for attempt in (1, 2, 3, 4, 100)] == [1, 2, 3, 3, 3]
    assert lease(3) == LONGEST_LEASE


async def test_failures_hold_up_their_chat_for_a_while_and_no_other(world: World) -> None:
    await tell(world, 5)
    await tell(world, 6)
    (claimed,) = await take(world)
    await fail(world, claimed)
    await tell(world, 7, "b")
    (other,) = await take(world)
    assert other.update_id == 7
    await finish(world, other)
    moment = NOW + pause_after(1)
    (again,) = await take(world, moment)
    assert (again.update_id, again.attempt, again.spent) == (5, 2, False)
    await fail(world, again, moment, retry_after_s=30)
    assert await take(world, moment + 29 * SECOND) == []
    assert ids(await take(world, moment + 30 * SECOND)) == [5]


async def test_what_fails_again_and_again_is_only_apologised_for_and_then_set_aside(world: World) -> None:
    await tell(world, 5)
    await tell(world, 6)
    moment = NOW
    for attempt in range(1, MOST_ATTEMPTS + 1):
        (claimed,) = await take(world, moment)
        assert (claimed.update_id, claimed.attempt, claimed.spent) == (5, attempt, False)
        await fail(world, claimed, moment)
        moment += LONGEST_PAUSE
    (claimed,) = await take(world, moment)
    assert claimed.spent
    await fail(world, claimed, moment, set_aside=True)
    assert ids(await take(world, moment)) == [6]
    (row,) = await stored(world, ChatUpdate, col(ChatUpdate.update_id) == 5)
    assert (row.status, row.last_error) == (ChatUpdateStatus.set_aside, "no answer")
    assert (row.payload, row.chat) == (None, "")


async def test_what_kills_whoever_takes_it_is_set_aside_without_a_word(world: World) -> None:
    await tell(world, 5)
    await tell(world, 6)
    for number in range(MOST_CLAIMS):
        assert ids(await take(world, NOW + number * LONGEST_LEASE)) == [5]
    moment = NOW + MOST_CLAIMS * LONGEST_LEASE
    assert await take(world, moment) == []
    assert ids(await take(world, moment)) == [6]


async def test_what_was_dealt_with_is_forgotten_at_once_and_its_number_after_days(world: World) -> None:
    began = datetime.now(tz=NOW.tzinfo)  # rows are named by the real clock
    await tell(world, 5, now=began)
    await tell(world, 6, "b", now=began)
    for claimed in await take(world, began, limit=1):
        await finish(world, claimed, began)
    kept = {row.update_id: (row.payload, row.chat) for row in await stored(world, ChatUpdate)}
    assert kept == {5: (None, ""), 6: ("{6}", "b")}
    await forget_the_old(world.database, began + timedelta(days=2))
    assert len(await stored(world, ChatUpdate)) == 2
    await forget_the_old(world.database, began + timedelta(days=4))
    assert await stored(world, ChatUpdate) == []
    assert await stored(world, ChatLane) == []


async def test_when_the_bot_last_spoke_in_a_chat_is_told(world: World) -> None:
    first = (await tell(world, 5, take=True)).taken
    assert first is not None
    assert first.spoke_s_ago is None
    await finish(world, first, NOW + SECOND)
    second = (await tell(world, 6, take=True, now=NOW + 2 * SECOND)).taken
    assert second is not None
    assert second.spoke_s_ago == 1
    await finish(world, second, NOW + HOUR, answered=False)
    third = (await tell(world, 7, take=True, now=NOW + HOUR)).taken
    assert third is not None
    assert third.spoke_s_ago == 3599


async def test_a_clock_that_is_set_back_stops_no_chat_for_long(world: World) -> None:
    first = (await tell(world, 5, take=True, now=NOW + HOUR)).taken
    assert first is not None
    await tell(world, 6)
    assert ids(await take(world, NOW + LONGEST_PAUSE)) == [5]


async def test_only_the_bot(world: World) -> None:
    person = await world.person()
    received = ChatUpdateReceived(channel=Channel.telegram, update_id=1, chat="a", payload="{}")
    with pytest.raises(ForbiddenError):
        await do(world, chat_updates.record, actor=person, received=received, now=NOW)
    wanted = ChatUpdateClaim(channel=Channel.telegram)
    with pytest.raises(ForbiddenError):
        await do(world, chat_updates.claim, actor=person, wanted=wanted, now=NOW)


async def blocks(world: World, user_id: str, *, blocked: bool) -> None:
    told = ChatReach(channel=Channel.telegram, user_id=user_id, blocked=blocked)
    await do(world, reach.note, actor=BOT, told=told, now=NOW)


async def test_who_blocks_the_bot_is_told_elsewhere_and_who_returns_here_again(
    world: World, person: Actor
) -> None:
    there = await address(world, person, seen=NOW)
    await address(world, person, Channel.sms, seen=NOW - HOUR)
    await owe(world, message(person))
    for _ in range(2):
        await blocks(world, there, blocked=True)
    assert await claim(world) == []
    await blocks(world, there, blocked=False)
    assert [one.address for one in await claim(world)] == [there]
    (identity,) = await stored(world, ChannelIdentity, col(ChannelIdentity.address) == there)
    assert identity.blocked_at is None
    deeds = [one.action for one in await stored(world, AuditEntry) if one.action.startswith("channel.")]
    assert sorted(deeds) == ["channel.blocked", "channel.unblocked"], "said twice, it happened once"
    await blocks(world, "nobody", blocked=True)


@pytest.fixture
async def person(world: World) -> Actor:
    return await world.person()
