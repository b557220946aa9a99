"""Notices: owed once, claimed under a lease, acknowledged, retried, and handed to the next channel (Messages 1, 2)."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import col

from models.database import transaction
from models.ids import new_id
from models.shapes.notices import NoticeClaim, NoticeFailure, NoticeView
from models.tables import ChannelIdentity, Notice
from models.vocabulary import Channel, Language, NoticeKind, NoticeStatus
from scheduling import bookings, notices
from scheduling.actors import SYSTEM, Actor
from scheduling.errors import ForbiddenError, NotFoundError
from scheduling.jobs import expire_notices
from scheduling.notices import LEASE, MOST_ATTEMPTS, RETRY_PAUSE, Owed
from tests.scheduling.acting import do, sql, stored
from tests.world import DISTRICT, LUNCH, NOW, World, at

BOT = Actor(service=True)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


async def address(
    world: World, actor: Actor, channel: Channel = Channel.telegram, seen: datetime = NOW
) -> str:
    """Gives somebody an address in a channel and returns it."""
    text = f"{channel}-{actor.require_person()}"
    async with transaction(world.database) as session:
        session.add(
            ChannelIdentity(
                created_at=NOW,
                person_id=actor.require_person(),
                channel=channel,
                address=text,
                last_seen_at=seen,
            )
        )
    return text


def message(actor: Actor, key: str = "one", **changes: object) -> Owed:
    values: dict[str, object] = {
        "person_id": actor.require_person(),
        "kind": NoticeKind.booking_changed,
        "dedupe_key": key,
        "due_at": NOW,
        "expires_at": NOW + 10 * HOUR,
        "data": {"code": "123456"},
        "district_code": DISTRICT,
    }
    return Owed(**{**values, **changes})  # type: ignore[arg-type]  # tests say what they change


async def owe(world: World, *owed: Owed) -> None:
    await do(world, notices.owe, owed, now=NOW)


async def claim(
    world: World,
    now: datetime = NOW,
    *,
    channel: Channel = Channel.telegram,
    limit: int = 50,
    addresses: list[str] | None = None,
) -> list[NoticeView]:
    wanted = NoticeClaim(channel=channel, limit=limit, addresses=addresses)
    return await do(world, notices.claim, actor=BOT, wanted=wanted, now=now)


async def fail(
    world: World, notice_id: UUID, now: datetime, *, retry_after_s: float | None = None, blocked: bool = False
) -> None:
    failure = NoticeFailure(error="it did not work", retry_after_s=retry_after_s, blocked=blocked)
    await do(world, notices.failed, actor=BOT, notice_id=notice_id, failure=failure, now=now)


async def delivered(world: World, notice_id: UUID, now: datetime = NOW) -> None:
    await do(world, notices.delivered, actor=BOT, notice_id=notice_id, now=now)


async def only(world: World) -> Notice:
    (notice,) = await stored(world, Notice)
    return notice


@pytest.fixture
async def reader(world: World) -> Actor:
    """Somebody who can be reached by Telegram."""
    actor = await world.person(language=Language.en, large_text=True)
    await address(world, actor)
    return actor


async def test_what_is_due_is_claimed_with_all_that_is_needed_to_send_it(world: World, reader: Actor) -> None:
    await owe(world, message(reader, due_at=NOW + HOUR))
    assert await claim(world, NOW + HOUR - SECOND) == []
    now = NOW + HOUR
    (claimed,) = await claim(world, now)
    assert claimed == NoticeView(
        id=claimed.id,
        kind=NoticeKind.booking_changed,
        channel=Channel.telegram,
        address=f"telegram-{reader.person_id}",
        language=Language.en,
        large_text=True,
        person_id=reader.require_person(),
        due_at=now,
        lease_until=now + LEASE,
        data={"code": "123456"},
    )
    notice = await only(world)
    assert (notice.status, notice.attempts, notice.channel) == (NoticeStatus.pending, 1, Channel.telegram)


async def test_what_is_owed_twice_is_owed_once(world: World, reader: Actor) -> None:
    await owe(world, message(reader), message(reader, data={"code": "other"}))
    await owe(world, message(reader))
    assert (await only(world)).data == {"code": "123456"}


async def test_who_may_claim_and_acknowledge(world: World, reader: Actor) -> None:
    """Only the bot's service credential."""
    await owe(world, message(reader))
    (claimed,) = await claim(world)
    failure, wanted = NoticeFailure(error="no"), NoticeClaim(channel=Channel.telegram)
    for actor in (reader, SYSTEM):
        with pytest.raises(ForbiddenError):
            await do(world, notices.claim, actor=actor, wanted=wanted, now=NOW)
        with pytest.raises(ForbiddenError):
            await do(world, notices.delivered, actor=actor, notice_id=claimed.id, now=NOW)
        with pytest.raises(ForbiddenError):
            await do(world, notices.failed, actor=actor, notice_id=claimed.id, failure=failure, now=NOW)
    with pytest.raises(NotFoundError):
        await delivered(world, new_id())
    with pytest.raises(NotFoundError):
        await fail(world, new_id(), NOW)


async def test_a_claimed_notice_is_its_claimers_until_the_lease_runs_out(world: World, reader: Actor) -> None:
    """The bot claims and dies: another claims it again."""
    await owe(world, message(reader))
    (first,) = await claim(world)
    assert await claim(world, NOW + LEASE - SECOND) == []
    (second,) = await claim(world, NOW + LEASE)
    assert second.id == first.id
    assert (await only(world)).attempts == 2


async def test_claimers_at_once_never_share_a_notice(world: World) -> None:
    """FOR UPDATE SKIP LOCKED: together they get everything, each notice once."""
    for number in range(5):
        actor = await world.person()
        await address(world, actor)
        await owe(world, *(message(actor, f"{number}-{one}") for one in range(8)))
    claims = await asyncio.gather(*(claim(world, limit=7) for _ in range(8)))
    ids = [notice.id for some in claims for notice in some]
    assert len(ids) == len(set(ids))
    rest = await claim(world)
    assert len(ids) + len(rest) == 40
    assert {notice.attempts for notice in await stored(world, Notice)} == {1}


async def test_a_claim_passes_over_what_another_transaction_is_claiming(world: World, reader: Actor) -> None:
    await owe(world, message(reader, "one"), message(reader, "two", due_at=NOW - SECOND))
    wanted = NoticeClaim(channel=Channel.telegram, limit=1)
    async with transaction(world.database) as session:
        (first,) = await notices.claim(session, actor=BOT, wanted=wanted, now=NOW)
        (second,) = await claim(world)
        assert second.id != first.id
    assert await claim(world) == []


async def test_the_oldest_come_first_and_no_more_than_wanted(world: World, reader: Actor) -> None:
    await owe(world, *(message(reader, str(age), due_at=NOW - age * HOUR) for age in (1, 3, 2)))
    assert [notice.due_at for notice in await claim(world, limit=2)] == [NOW - 3 * HOUR, NOW - 2 * HOUR]
    assert [notice.due_at for notice in await claim(world, limit=2)] == [NOW - HOUR]


async def test_delivered_is_delivered_however_often_it_is_said(world: World, reader: Actor) -> None:
    """Messages 2: a message is sent once."""
    await owe(world, message(reader))
    (claimed,) = await claim(world)
    await delivered(world, claimed.id, NOW + SECOND)
    await delivered(world, claimed.id, NOW + HOUR)
    await fail(world, claimed.id, NOW + HOUR)
    notice = await only(world)
    assert (notice.status, notice.finished_at) == (NoticeStatus.delivered, NOW + SECOND)
    assert await claim(world, NOW + 2 * HOUR) == []


async def test_a_failure_is_tried_again_after_pauses_that_double(world: World, reader: Actor) -> None:
    """Messages 2: delivery retries; after so many failures it is given up and kept to be seen."""
    await owe(world, message(reader, expires_at=NOW + 100 * HOUR))
    now, pause = NOW, RETRY_PAUSE
    for _ in range(MOST_ATTEMPTS - 1):
        (claimed,) = await claim(world, now)
        await fail(world, claimed.id, now)
        assert await claim(world, now + pause - SECOND) == []
        now, pause = now + pause, pause * 2
    (claimed,) = await claim(world, now)
    await fail(world, claimed.id, now)
    notice = await only(world)
    assert (notice.status, notice.finished_at, notice.last_error) == (
        NoticeStatus.failed,
        now,
        "it did not work",
    )
    assert await claim(world, now + 50 * HOUR) == []


async def test_the_channels_own_pause_is_kept(world: World, reader: Actor) -> None:
    """Messages 2: delivery gives way to rate limits."""
    await owe(world, message(reader))
    (claimed,) = await claim(world)
    await fail(world, claimed.id, NOW, retry_after_s=300)
    assert await claim(world, NOW + timedelta(seconds=299)) == []
    assert len(await claim(world, NOW + timedelta(seconds=300))) == 1


async def test_who_blocked_the_bot_is_told_on_the_next_channel(world: World, reader: Actor) -> None:
    """Messages 2: it stops when the person blocks the bot, and falls back to the next channel."""
    on_page = await address(world, reader, Channel.web, seen=NOW - HOUR)
    await owe(world, message(reader, "one"), message(reader, "two"))
    assert await claim(world, channel=Channel.web) == []
    (claimed,) = await claim(world, limit=1)
    await fail(world, claimed.id, NOW, blocked=True)
    assert await claim(world) == []
    by_page = await claim(world, channel=Channel.web)
    assert {notice.id for notice in by_page} == {notice.id for notice in await stored(world, Notice)}
    assert {notice.address for notice in by_page} == {on_page}


async def test_who_has_no_channel_left_stays_owed_until_they_are_back(world: World, reader: Actor) -> None:
    await owe(world, message(reader))
    (claimed,) = await claim(world)
    await fail(world, claimed.id, NOW, blocked=True)
    assert await claim(world, NOW + HOUR) == []
    await sql(world, "UPDATE channel_identity SET blocked_at = NULL")
    assert [notice.id for notice in await claim(world, NOW + HOUR)] == [claimed.id]


async def test_people_are_reached_where_they_were_last_seen(world: World, reader: Actor) -> None:
    await address(world, reader, Channel.web, seen=NOW + SECOND)
    await owe(world, message(reader))
    assert await claim(world) == []
    assert len(await claim(world, channel=Channel.web)) == 1


async def test_the_page_claims_only_for_those_connected_to_it(world: World) -> None:
    here, away = await world.person(), await world.person()
    addresses = [await address(world, one, Channel.web) for one in (here, away)]
    await owe(world, message(here, "here"), message(away, "away"))
    assert await claim(world, channel=Channel.web, addresses=[]) == []
    (claimed,) = await claim(world, channel=Channel.web, addresses=addresses[:1])
    assert claimed.person_id == here.person_id


async def test_what_nobody_could_send_in_time_expires(world: World, reader: Actor) -> None:
    await owe(
        world,
        message(reader, "late", expires_at=NOW + HOUR),
        message(reader, "due", expires_at=NOW + 2 * HOUR),
    )
    assert await claim(world, NOW + 2 * HOUR) == []
    assert await expire_notices(world.database, NOW + HOUR) == 1
    assert await expire_notices(world.database, NOW + HOUR) == 0
    states = {notice.dedupe_key: notice.status for notice in await stored(world, Notice)}
    assert states == {"late": NoticeStatus.expired, "due": NoticeStatus.pending}
    (claimed,) = await claim(world, NOW + HOUR)
    assert claimed.id == next(one.id for one in await stored(world, Notice) if one.dedupe_key == "due")


async def test_reminders_can_be_stopped_and_wanted_again(world: World, reader: Actor) -> None:
    """Messages 1: stopping reminders is one tap, also for what is booked already; other messages still come."""
    await world.book(reader, await world.slot(LUNCH, at(1, 11)))
    await owe(world, message(reader, due_at=at(0, 18)))
    await sql(world, "UPDATE person SET reminders = false")
    assert [notice.kind for notice in await claim(world, at(0, 18))] == [NoticeKind.booking_changed]
    await sql(world, "UPDATE person SET reminders = true")
    assert [notice.kind for notice in await claim(world, at(0, 18))] == [NoticeKind.booking_reminder_evening]


async def test_a_reminder_goes_to_who_booked_and_says_for_whom(world: World) -> None:
    daughter, mother = await world.person("女儿"), await world.person("妈妈")
    await world.link(daughter, mother)
    await address(world, daughter)
    await address(world, mother)
    slot = await world.slot(LUNCH, at(1, 11))
    booking = await world.book(daughter, slot, 2, attendee=mother)
    (reminder,) = [one for one in await claim(world, at(0, 18)) if one.person_id == daughter.person_id]
    assert reminder.data == {
        "booking_id": str(booking.id),
        "code": booking.code,
        "service": "长者午餐",
        "category": "meals",
        "point": "幸福食堂",
        "address": "幸福食堂路1号",
        "start": "2026-11-24T11:00:00+08:00",
        "end": "2026-11-24T12:00:00+08:00",
        "party": 2,
        "attendee": "妈妈",
        "for_self": False,
        "latitude": 31.95,
        "longitude": 118.84,
    }


async def test_a_reminder_under_way_is_not_sent_again_for_a_moved_booking(
    world: World, reader: Actor
) -> None:
    """Moving withdraws what is owed for the old time, even while a bot holds it, and owes it for the new one."""
    here, there = await world.slot(LUNCH, at(1, 11)), await world.slot(LUNCH, at(3, 11))
    booking = await world.book(reader, here)
    (claimed,) = await claim(world, at(0, 18))
    await do(world, bookings.move, actor=reader, booking_id=booking.id, slot_id=there, now=at(0, 18, 1))
    await fail(world, claimed.id, at(0, 18, 1))
    assert await claim(world, at(0, 19)) == []
    (evening,) = await claim(world, at(2, 18))
    assert evening.data["start"] == "2026-11-26T11:00:00+08:00"
    (old,) = await stored(world, Notice, col(Notice.id) == claimed.id)
    assert old.status is NoticeStatus.cancelled


async def test_no_notice_carries_a_phone_number(world: World, reader: Actor) -> None:
    """People 1: phone numbers are shown whole only to those who must call."""
    await sql(world, "UPDATE person SET phone = '13812345678'")
    await world.book(reader, await world.slot(LUNCH, at(1, 11)))
    reminders = await stored(world, Notice)
    assert len(reminders) == 2
    assert all("1381234" not in str(notice.data) for notice in reminders)
