"""From owed to told: a channel is chosen, notices are claimed under a lease at the channel's pace, acknowledged, retried,
and handed to the next channel (Messages 1, 2).
"""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlmodel import col

from models.ids import new_id
from models.shapes.notices import NoticeClaim, NoticeFailure, NoticeView
from models.shapes.people import ChatSignIn
from models.tables import Notice
from models.vocabulary import Channel, Language, NoticeKind, NoticeStatus
from scheduling import delivery
from scheduling.actors import SYSTEM, Actor
from scheduling.errors import ForbiddenError, NotFoundError
from scheduling.jobs import tidy_notices
from scheduling.routing import PAGE_WAITS
from scheduling.rules.pacing import FIRST_PAUSE, LEASE, MOST_ATTEMPTS
from scheduling.signing_in import sign_in_from_chat
from tests.scheduling.acting import do, sql, stored
from tests.scheduling.outbox import (
    BOT,
    HOUR,
    SECOND,
    address,
    claim,
    delivered,
    fail,
    message,
    only,
    owe,
    paced,
    reached,
)
from tests.world import LUNCH, NOW, World, at


@pytest.fixture
async def reader(world: World) -> Actor:
    """Somebody who can be reached by Telegram."""
    actor = await world.person(language=Language.en, large_text=True)
    await address(world, actor)
    return actor


async def states(world: World) -> dict[str, NoticeStatus]:
    return {notice.dedupe_key: notice.status for notice in await stored(world, Notice)}


async def keys(world: World, claimed: list[NoticeView]) -> list[str]:
    names = {notice.id: notice.dedupe_key for notice in await stored(world, Notice)}
    return [names[notice.id] for notice in claimed]


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


async def test_who_may_claim_and_acknowledge(world: World, reader: Actor) -> None:
    """Only the bot's service credential."""
    await owe(world, message(reader))
    (claimed,) = await claim(world)
    failure, wanted = NoticeFailure(error="no"), NoticeClaim(channel=Channel.telegram)
    for actor in (reader, SYSTEM):
        with pytest.raises(ForbiddenError):
            await do(world, delivery.claim, actor=actor, wanted=wanted, now=NOW)
        with pytest.raises(ForbiddenError):
            await do(world, delivery.delivered, actor=actor, notice_id=claimed.id, now=NOW)
        with pytest.raises(ForbiddenError):
            await do(world, delivery.failed, actor=actor, notice_id=claimed.id, failure=failure, now=NOW)
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


async def test_claimers_at_once_never_share_a_notice_nor_go_faster_together(world: World) -> None:
    """Eight bots ask at once: they get what one would get, each notice once."""
    people = await reached(world, 40)
    await owe(world, *(message(person, str(number)) for number, person in enumerate(people)))
    together = await asyncio.gather(*(paced(world, limit=7) for _ in range(8)))
    assert sum(len(some.items) for some in together) == 5, "the bucket holds five"
    unhurried = await asyncio.gather(*(claim(world, NOW + SECOND, limit=7) for _ in range(8)))
    ids = [notice.id for some in [*(one.items for one in together), *unhurried] for notice in some]
    assert len(ids) == len(set(ids)) == 40
    assert {notice.attempts for notice in await stored(world, Notice)} == {1}


async def test_the_pace_is_kept_whoever_asks_and_however_often(world: World) -> None:
    """25 a second over all bots: asked every 20 ms for two seconds, there are no more than the bucket and its filling."""
    people = await reached(world, 120)
    await owe(world, *(message(person, str(number)) for number, person in enumerate(people)))
    taken: list[datetime] = []
    waits = []
    for number in range(101):
        now = NOW + timedelta(milliseconds=20 * number)
        claimed = await paced(world, now)
        taken += [now] * len(claimed.items)
        waits.append(claimed.wait_s)
    assert 5 + 50 - 2 <= len(taken) <= 5 + 50
    busiest = max(sum(begin <= one < begin + SECOND for one in taken) for begin in taken)
    assert busiest <= 30, "Telegram's limit"
    assert 0 < max(waits) <= 0.2


async def test_a_clock_set_back_neither_stops_nor_floods_a_channel(world: World) -> None:
    people = await reached(world, 30)
    await owe(world, *(message(person, str(n), due_at=NOW - 3 * HOUR) for n, person in enumerate(people)))
    assert len((await paced(world)).items) == 5
    back = NOW - HOUR
    assert (await paced(world, back)).items == []
    assert len((await paced(world, back + SECOND)).items) == 5


async def test_one_address_gets_one_at_a_time_in_their_order_a_second_apart(
    world: World, reader: Actor
) -> None:
    await owe(world, *(message(reader, str(age), due_at=NOW - age * HOUR) for age in (1, 3, 2)))
    now, order = NOW, []
    for _ in range(3):
        (claimed,) = (await paced(world, now)).items
        order.append(claimed)
        assert (await paced(world, now + SECOND)).items == [], "one is in hand"
        now += 2 * SECOND
        await delivered(world, claimed.id, now)
        assert (await paced(world, now + 0.9 * SECOND)).items == [], "it has just got one"
        now += SECOND
    assert await keys(world, order) == ["3", "2", "1"]


async def test_a_failing_notice_keeps_those_behind_it_waiting_but_nobody_else(
    world: World, reader: Actor
) -> None:
    (other,) = await reached(world, 1)
    await owe(world, message(reader, "first"), message(reader, "second"), message(other, "other"))
    claimed = await claim(world)
    assert sorted(await keys(world, claimed)) == ["first", "other"]
    (first,) = [one for one in claimed if one.person_id == reader.person_id]
    await fail(world, first.id)
    assert await claim(world, NOW + FIRST_PAUSE - SECOND) == []
    assert await keys(world, await claim(world, NOW + FIRST_PAUSE)) == ["first"]
    await fail(world, first.id, NOW + FIRST_PAUSE, permanent=True)
    assert await keys(world, await claim(world, NOW + FIRST_PAUSE)) == ["second"]
    assert (await states(world))["first"] is NoticeStatus.failed, "a dead letter at once"


async def test_what_one_person_waits_for_passes_what_many_are_told(world: World, reader: Actor) -> None:
    crowd = await reached(world, 30)
    await owe(
        world,
        *(message(one, f"bulk {n}", due_at=NOW - HOUR, bulk=True) for n, one in enumerate(crowd)),
        message(reader, "bulk", due_at=NOW - HOUR, bulk=True),
        message(crowd[0], "reminder", kind=NoticeKind.booking_reminder_soon, due_at=NOW - 2 * SECOND),
        message(reader, "prompt"),
    )
    assert await keys(world, (await paced(world, limit=2)).items) == ["prompt", "reminder"]
    rest = await keys(world, (await paced(world)).items)
    assert len(rest) == 3
    assert "bulk 0" not in rest, "its chat has the reminder in hand"
    assert "bulk" not in rest, "its chat has the prompt one in hand"


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
    now, pause = NOW, FIRST_PAUSE
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


async def test_the_channels_own_pause_is_kept_and_is_no_attempt(world: World, reader: Actor) -> None:
    """Messages 2: delivery gives way to rate limits, however long they last, and all others go slower as well."""
    (other,) = await reached(world, 1)
    await owe(world, message(reader, expires_at=NOW + 100 * HOUR))
    now = NOW
    for _ in range(MOST_ATTEMPTS + 2):
        (claimed,) = (await paced(world, now)).items
        await fail(world, claimed.id, now, retry_after_s=300)
        assert (await paced(world, now + timedelta(seconds=299))).items == []
        now += timedelta(seconds=300)
    assert (await only(world)).attempts == 0
    (claimed,) = (await paced(world, now)).items
    await fail(world, claimed.id, now, retry_after_s=300)
    await owe(world, message(other, "other"))
    assert (await paced(world, now)).items == [], "the bucket is empty"
    assert len((await paced(world, now + SECOND)).items) == 1


async def test_who_blocked_the_bot_is_told_on_the_next_channel(world: World, reader: Actor) -> None:
    """Messages 2: it stops when the person blocks the bot, and falls back to the next channel."""
    on_page = await address(world, reader, Channel.web, seen=NOW - HOUR)
    await owe(world, message(reader, "one"), message(reader, "two"))
    assert await claim(world, channel=Channel.web) == []
    (claimed,) = await claim(world)
    await fail(world, claimed.id, NOW, blocked=True)
    assert await claim(world) == []
    by_page = await claim(world, channel=Channel.web)
    assert await keys(world, by_page) == ["one", "two"]
    assert {notice.address for notice in by_page} == {on_page}


async def test_who_has_no_channel_left_stays_owed_until_they_are_back(world: World, reader: Actor) -> None:
    await owe(world, message(reader))
    (claimed,) = await claim(world)
    await fail(world, claimed.id, NOW, blocked=True)
    assert await claim(world, NOW + HOUR) == []
    who = ChatSignIn(channel=Channel.telegram, user_id=claimed.address)
    await do(world, sign_in_from_chat, actor=BOT, who=who, now=NOW + HOUR)
    assert [notice.id for notice in await claim(world, NOW + HOUR)] == [claimed.id]


async def test_people_are_reached_where_they_were_last_seen(world: World, reader: Actor) -> None:
    await address(world, reader, Channel.web, seen=NOW + SECOND)
    await owe(world, message(reader))
    assert await claim(world) == []
    assert len(await claim(world, channel=Channel.web)) == 1


async def test_what_the_page_does_not_show_in_time_goes_to_the_next_channel(
    world: World, reader: Actor
) -> None:
    """The page is a channel only while it is open; who has nothing else finds it there on coming back."""
    await address(world, reader, Channel.web, seen=NOW + SECOND)
    lonely = await world.person()
    at_page = await address(world, lonely, Channel.web)
    await owe(world, message(reader, "both"), message(lonely, "page only"))
    assert await claim(world) == []
    late = NOW + PAGE_WAITS
    assert await keys(world, await claim(world, late)) == ["both"]
    assert await claim(world, late + HOUR, channel=Channel.web, addresses=["elsewhere"]) == []
    waiting = await claim(world, late + 9 * HOUR, channel=Channel.web, addresses=[at_page])
    assert await keys(world, waiting) == ["page only"]


async def test_an_open_page_keeps_what_it_has_in_hand(world: World, reader: Actor) -> None:
    await address(world, reader, Channel.web, seen=NOW + SECOND)
    await owe(world, message(reader))
    (shown,) = await claim(world, NOW + PAGE_WAITS - SECOND, channel=Channel.web)
    assert await claim(world, NOW + PAGE_WAITS) == [], "the browser may still be showing it"
    await delivered(world, shown.id, NOW + PAGE_WAITS)
    assert await claim(world, NOW + 2 * PAGE_WAITS) == []


async def test_the_page_claims_only_for_those_connected_to_it(world: World) -> None:
    here, away = await world.person(), await world.person()
    addresses = [await address(world, one, Channel.web) for one in (here, away)]
    await owe(world, message(here, "here"), message(away, "away"))
    assert await claim(world, channel=Channel.web, addresses=[]) == []
    (claimed,) = await claim(world, channel=Channel.web, addresses=addresses[:1])
    assert claimed.person_id == here.person_id


async def test_what_nobody_could_send_in_time_expires(world: World, reader: Actor) -> None:
    nowhere = await world.person()
    await owe(
        world,
        message(reader, "late", expires_at=NOW + HOUR),
        message(nowhere, "nowhere", expires_at=NOW + HOUR),
        message(reader, "due", expires_at=NOW + 2 * HOUR),
    )
    assert await claim(world, NOW + 2 * HOUR) == []
    await tidy_notices(world.database, NOW + HOUR)
    assert await tidy_notices(world.database, NOW + HOUR) == 0
    assert await states(world) == {
        "late": NoticeStatus.expired,
        "nowhere": NoticeStatus.expired,
        "due": NoticeStatus.pending,
    }
    assert await keys(world, await claim(world, NOW + HOUR)) == ["due"]


async def test_what_falls_into_quiet_hours_waits_for_the_morning(world: World, reader: Actor) -> None:
    """Messages 1: nothing between 21:00 and 08:00: also what was due before and could not be sent in time."""
    crowd = await reached(world, 3)
    owed = [message(one, str(n), due_at=at(0, 20, 59), expires_at=at(2, 0)) for n, one in enumerate(crowd)]
    await owe(
        world, *owed, message(reader, "night", quiet=(24, 0), due_at=at(0, 20, 59), expires_at=at(2, 0))
    )
    (sent,) = await claim(world, at(0, 20, 59), limit=1)
    assert await keys(world, await claim(world, at(0, 21))) == ["night"], "a service that is open at night"
    for moment in (at(0, 23), at(1, 3), at(1, 7, 59)):
        assert sent.id not in [one.id for one in await claim(world, moment)] or moment > at(0, 21, 59)
        assert not {"0", "1", "2"} & set(await keys(world, await claim(world, moment)))
    assert sorted(await keys(world, await claim(world, at(1, 8)))) == ["0", "1", "2", "night"]


async def test_a_cancellation_for_the_same_night_may_wake(world: World, reader: Actor) -> None:
    """Messages 1: what its use case made due in the night is meant for the night, if its kind may be."""
    (other,) = await reached(world, 1)
    night = at(0, 23)
    await owe(
        world,
        message(
            reader, "lost", kind=NoticeKind.booking_cancelled_by_point, due_at=night, expires_at=at(2, 0)
        ),
        message(other, "offer", kind=NoticeKind.waitlist_offer, due_at=night, expires_at=at(2, 0)),
    )
    assert await keys(world, await claim(world, night)) == ["lost"]
    assert await keys(world, await claim(world, at(1, 8))) == ["lost", "offer"]


async def test_reminders_can_be_stopped_and_wanted_again(world: World, reader: Actor) -> None:
    """Messages 1: stopping reminders is one tap, also for what is booked already; other messages still come. Who wants
    them again gets those still ahead.
    """
    await world.book(reader, await world.slot(LUNCH, at(1, 11)))
    await owe(world, message(reader, due_at=at(0, 18)))
    await sql(world, "UPDATE person SET reminders = false")
    (claimed,) = await claim(world, at(0, 18))
    assert claimed.kind is NoticeKind.booking_changed
    await delivered(world, claimed.id, at(0, 18))
    assert await claim(world, at(0, 18, 1)) == []
    await sql(world, "UPDATE person SET reminders = true")
    assert await claim(world, at(0, 18, 2)) == []
    assert [one.kind for one in await claim(world, at(1, 9))] == [NoticeKind.booking_reminder_soon]


async def test_groups_of_notices_can_be_done_without_one_by_one(world: World, reader: Actor) -> None:
    await world.book(reader, await world.slot(LUNCH, at(1, 11)))
    await sql(world, """UPDATE person SET opted_out = '["evening_reminders", "confirmations"]'""")
    await owe(world, message(reader, "news", kind=NoticeKind.booking_confirmed, due_at=at(0, 18)))
    assert await claim(world, at(0, 18)) == []
    assert [one.kind for one in await claim(world, at(1, 9))] == [NoticeKind.booking_reminder_soon]
    unwanted = await stored(world, Notice, col(Notice.status) == NoticeStatus.cancelled)
    assert {one.last_error for one in unwanted} == {"not wanted"}


async def test_a_queue_of_those_not_to_be_sent_is_looked_through_once(world: World, reader: Actor) -> None:
    """At night thousands wait for the morning in front of the one that may be sent; each is put aside once."""
    crowd = await reached(world, 450)
    held = [message(one, f"held {n}", due_at=at(0, 20), expires_at=at(2, 0)) for n, one in enumerate(crowd)]
    await owe(
        world, *held, message(reader, "night", due_at=at(0, 20, 30), expires_at=at(2, 0), quiet=(24, 0))
    )
    found: list[str] = []
    for number in range(6):
        found += await keys(world, await claim(world, at(0, 22) + number * SECOND))
    assert found == ["night"]
    aside = await stored(world, Notice, col(Notice.next_at) == at(1, 8))
    assert len(aside) == 450
