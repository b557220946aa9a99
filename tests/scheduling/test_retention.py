"""What is old is forgotten as a district's policy says, and nothing that is still wanted."""

from datetime import datetime, timedelta

from sqlmodel import col

from models.tables import AuditEntry, Booking, Notice, Offer, WaitlistEntry
from scheduling.check import check
from scheduling.jobs import forget_the_old
from tests.bot.chatting import Chat, api_over, offered_to
from tests.scheduling.acting import do, sql, stored
from tests.scheduling.outbox import HOUR, address, claim, delivered, message, owe
from tests.world import DISTRICT, LUNCH, World, at


async def forget(world: World, now: datetime) -> None:
    await forget_the_old(world.database, now)
    assert await forget_the_old(world.database, now) == 0, "all of it at once"


async def test_what_was_sent_is_forgotten_in_time_and_what_is_owed_is_not(world: World) -> None:
    reader = await world.person()
    await address(world, reader)
    # Rows are named by the real clock, so the past is reckoned from it.
    began = datetime.now(tz=at(0, 9).tzinfo)
    await owe(
        world,
        message(reader, "sent", due_at=began, expires_at=began + HOUR, quiet=(24, 0)),
        message(reader, "owed", due_at=began + timedelta(days=400), expires_at=began + timedelta(days=401)),
    )
    (sent,) = await claim(world, began)
    await delivered(world, sent.id, began)
    await forget(world, began + timedelta(days=89))
    assert len(await stored(world, Notice)) == 2
    await sql(
        world,
        "INSERT INTO policy_override (scope, key, field, value, set_at)"
        " VALUES ('district', :district, 'keep_notices_days', '120', now())",
        district=DISTRICT,
    )
    await forget(world, began + timedelta(days=119))
    assert len(await stored(world, Notice)) == 2, "the district keeps them longer"
    await forget(world, began + timedelta(days=121))
    assert [one.dedupe_key for one in await stored(world, Notice)] == ["owed"]


async def test_waiting_and_what_people_wrote_go_and_the_bookings_stay(world: World) -> None:
    chat = Chat(api_over(world.database))
    slot = await world.slot(LUNCH, at(1, 11), capacity=1)
    await offered_to(world, chat, slot)
    kept = await world.book(await world.person(), await world.slot(LUNCH, at(2, 11)))
    await sql(world, """UPDATE booking SET note = '不吃辣', answers = '{"serving": "eat_in"}'""")
    await sql(world, "UPDATE waitlist_entry SET status = 'left', held = 0")
    await sql(world, "UPDATE slot SET taken = 0 WHERE id = :slot", slot=slot)
    much_later = max(at(2, 12), datetime.now(tz=at(0, 9).tzinfo)) + timedelta(days=181)
    await forget(world, much_later)
    assert await stored(world, WaitlistEntry) == []
    assert await stored(world, Offer) == []
    (booking,) = await stored(world, Booking, col(Booking.id) == kept.id)
    assert (booking.note, booking.answers) == ("", {})
    assert await stored(world, AuditEntry), "the audit is kept longer"
    assert await do(world, check, now=much_later) == []
    await forget(world, much_later + timedelta(days=1100))
    assert await stored(world, AuditEntry) == []
    assert await do(world, check, now=much_later + timedelta(days=1100)) == []
