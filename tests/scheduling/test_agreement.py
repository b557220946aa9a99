"""A consent that was taken back counts wherever it is needed, and nowhere else (product: People 1)."""

import asyncio
from functools import partial

import pytest
from sqlmodel import col

from models.database import in_transaction, transaction
from models.shapes.bookings import BookingOrder
from models.shapes.door import WalkIn
from models.shapes.people import ConsentGiven, MeEdit
from models.shapes.waitlist import WaitlistOrder
from models.tables import AuditEntry, Booking, Person
from scheduling import bookings, people, waitlist, walk_ins
from scheduling.actors import Actor
from scheduling.check import check
from scheduling.errors import ConsentWithdrawnError
from scheduling.identity import consents, exporting
from scheduling.locks import lock_persons
from tests.scheduling.acting import do, sql, stored
from tests.world import CANTEEN, NOW, World, at, manager_of


async def agree(world: World, actor: Actor, purpose: str = "service", version: str = "1") -> None:
    given = ConsentGiven(purpose=purpose, version=version)
    await do(world, people.consent, actor=actor, given=given, now=NOW)


async def withdraw(world: World, actor: Actor, purpose: str = "service") -> None:
    await do(world, consents.withdraw, actor=actor, purpose=purpose, now=NOW)


async def sound(world: World) -> None:
    async with transaction(world.database) as session:
        assert await check(session, now=NOW) == []


@pytest.fixture
async def gone(world: World) -> Actor:
    """Somebody who agreed and took it back."""
    actor = await world.person("王阿姨")
    await agree(world, actor)
    await withdraw(world, actor)
    return actor


async def test_nothing_new_is_booked_until_they_agree_again(world: World, gone: Actor) -> None:
    slot = await world.slot()
    with pytest.raises(ConsentWithdrawnError) as refusal:
        await world.book(gone, slot)
    assert refusal.value.data == {"purpose": "service", "person_id": str(gone.person_id)}
    assert await stored(world, Booking) == []
    await sound(world)
    await agree(world, gone)
    await world.book(gone, slot)
    await sound(world)


async def test_one_version_that_stands_is_enough(world: World) -> None:
    actor = await world.person()
    await agree(world, actor)
    await withdraw(world, actor)
    await agree(world, actor, version="2")
    await world.book(actor, await world.slot())
    await sound(world)


async def test_whoever_was_never_asked_is_not_refused(world: World) -> None:
    """They were registered at a desk, or their client has yet to ask: nothing was taken back."""
    await world.book(await world.person(), await world.slot())


async def test_another_purpose_is_no_matter(world: World) -> None:
    actor = await world.person()
    await agree(world, actor, "volunteering")
    await withdraw(world, actor, "volunteering")
    await world.book(actor, await world.slot())


async def test_nobody_books_for_whom_took_it_back_nor_may_they_for_others(world: World, gone: Actor) -> None:
    relative, slot = await world.person("女儿"), await world.slot()
    await world.link(relative, gone)
    await world.link(gone, relative)
    for actor, attendee in ((relative, gone), (gone, relative)):
        with pytest.raises(ConsentWithdrawnError) as refusal:
            await world.book(actor, slot, attendee=attendee)
        assert refusal.value.data["person_id"] == str(gone.person_id)


async def test_in_a_batch_only_theirs_is_refused(world: World, gone: Actor) -> None:
    slot, other = await world.slot(), await world.person("李叔叔")
    wanted = BookingOrder(slot_id=slot)

    judged = await in_transaction(
        world.database,
        partial(bookings.grant_together, orders=[(gone, wanted), (other, wanted)], now=NOW),
    )
    assert [isinstance(one, ConsentWithdrawnError) for one in judged] == [True, False]
    assert (await world.counts(slot))[:2] == (1, 1)


async def test_at_the_door_they_are_asked_there(world: World, gone: Actor) -> None:
    """Who stands there says so; a manager who took back their own does their work all the same."""
    manager = await world.person("站长")
    await agree(world, manager)
    await withdraw(world, manager)
    keeper, slot = manager_of(CANTEEN, manager.person_id), await world.slot(start=at(0, 9, 10))
    walk_in = WalkIn(person_id=gone.person_id, party=1)
    await do(world, walk_ins.take, actor=keeper, slot_id=slot, walk_in=walk_in, now=NOW)
    await world.book(keeper, await world.slot(), attendee=await world.person("陈爷爷"))


async def test_an_offer_is_taken_after_agreeing_again(world: World) -> None:
    actor, other, slot = await world.person(), await world.person(), await world.slot(capacity=1)
    await agree(world, actor)
    booked = await world.book(other, slot)
    wanted = WaitlistOrder(slot_id=slot)
    await do(world, waitlist.join, actor=actor, wanted=wanted, now=NOW)
    await do(world, bookings.cancel, actor=other, booking_id=booked.id, now=NOW)
    await withdraw(world, actor)
    ((entry,), _) = await do(world, waitlist.mine, actor=actor, limit=5, after=None)
    assert entry.offer is not None
    with pytest.raises(ConsentWithdrawnError):
        await do(world, waitlist.accept, actor=actor, offer_id=entry.offer.id, now=NOW)
    await agree(world, actor)
    made = await do(world, waitlist.accept, actor=actor, offer_id=entry.offer.id, now=NOW)
    assert made.slot.id == slot
    await sound(world)


async def test_nobody_joins_a_queue_without(world: World, gone: Actor) -> None:
    slot = await world.slot(capacity=1)
    await world.book(await world.person(), slot)
    with pytest.raises(ConsentWithdrawnError):
        await do(world, waitlist.join, actor=gone, wanted=WaitlistOrder(slot_id=slot), now=NOW)


async def test_what_is_theirs_stays_theirs(world: World) -> None:
    """Seeing, correcting, taking along, moving and cancelling need no consent."""
    actor = await world.person()
    await agree(world, actor)
    kept, dropped = [await world.book(actor, await world.slot(start=at(day, 11))) for day in (1, 2)]
    await withdraw(world, actor)
    await do(world, people.edit_me, actor=actor, edit=MeEdit(name="王奶奶"), now=NOW)
    exported = await do(world, exporting.export, actor=actor, parts=(), now=NOW)
    assert {one.id for one in exported.bookings} == {kept.id, dropped.id}
    await do(
        world,
        bookings.move,
        actor=actor,
        booking_id=kept.id,
        slot_id=await world.slot(start=at(3, 11)),
        now=NOW,
    )
    gone = await do(world, bookings.cancel, actor=actor, booking_id=dropped.id, now=NOW)
    assert gone.status == "cancelled"
    assert "王奶奶" not in str(await stored(world, AuditEntry))
    await sound(world)


async def test_a_booking_that_waited_for_the_withdrawal_sees_it(world: World) -> None:
    """It stands beside the person that is locked: a booking that waits for that lock decides on what is there then."""
    actor, slot = await world.person(), await world.slot()
    await agree(world, actor)
    async with transaction(world.database) as session:
        await lock_persons(session, [actor.require_person()])
        booking = asyncio.create_task(world.book(actor, slot))
        await asyncio.sleep(0.2)
        assert not booking.done()
        await consents.withdraw(session, actor=actor, purpose="service", now=NOW)
    with pytest.raises(ConsentWithdrawnError):
        await booking


async def test_check_finds_a_person_whose_consents_say_otherwise(world: World, gone: Actor) -> None:
    await sql(world, "UPDATE person SET withdrawn = '{}'")
    async with transaction(world.database) as session:
        (offence,) = await check(session, now=NOW)
    assert (offence.id, offence.detail) == (gone.person_id, "{}, by the consents {service}")
    (row,) = await stored(world, Person, col(Person.id) == gone.person_id)
    assert row.withdrawn == []
