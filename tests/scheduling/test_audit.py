"""Every deed leaves an audit row, in the transaction that did it."""

from typing import Any
from uuid import UUID

import pytest

from models.database import transaction
from models.shapes.bookings import BookingOrder, SlotEdit
from models.shapes.people import ChatSignIn, ConsentGiven, MeEdit
from models.tables import AuditEntry, HouseholdLink
from models.vocabulary import LinkStatus
from scheduling import accounts, bookings, capacity, door, people, signing_in
from scheduling.accounts import NewAccount
from scheduling.actors import SYSTEM, Actor
from scheduling.audit import Deed, record
from scheduling.errors import BookingRefusedError
from tests.scheduling.acting import do, sql, stored
from tests.world import CANTEEN, DISTRICT, LUNCH, NOW, World, at, manager_of

Trail = list[tuple[str, UUID | None, UUID | None]]


async def trail(world: World) -> Trail:
    """What was done, by whom, to what."""
    entries = sorted(await stored(world, AuditEntry), key=lambda entry: entry.id)
    assert all(entry.district_code == DISTRICT and entry.created_at == NOW for entry in entries)
    return [(entry.action, entry.actor_id, entry.subject_id) for entry in entries]


@pytest.fixture
async def resident(world: World) -> Actor:
    return await world.person("李大爷", phone="13812345678")


async def test_the_life_of_a_booking(world: World, resident: Actor) -> None:
    me = resident.person_id
    here, there = await world.slot(LUNCH, at(0, 10, 30)), await world.slot(LUNCH, at(0, 13))
    booking = await world.book(resident, there)
    await do(world, bookings.move, actor=resident, booking_id=booking.id, slot_id=here, now=NOW)
    manager = manager_of(CANTEEN, (await world.person()).person_id)
    await sql(world, "UPDATE slot SET start = start - interval '30 minutes'")
    await sql(world, "UPDATE booking SET start = start - interval '30 minutes'")
    await do(world, door.check_in, actor=manager, booking_id=booking.id, now=NOW)
    other = await world.book(await world.person(), there)
    actor = Actor(other.booked_by.id)  # type: ignore[arg-type]  # an id as the API shows it
    await do(world, bookings.cancel, actor=actor, booking_id=other.id, now=NOW)
    await do(world, bookings.cancel, actor=actor, booking_id=other.id, now=NOW)
    assert await trail(world) == [
        ("booking.made", me, booking.id),
        ("booking.moved", me, booking.id),
        ("booking.checked_in", manager.person_id, booking.id),
        ("booking.made", other.booked_by.id, other.id),
        ("booking.cancelled", other.booked_by.id, other.id),
    ]


async def test_an_audit_row_says_what_and_names_nobody(world: World, resident: Actor) -> None:
    """`data` holds ids and numbers, never names or phone numbers."""
    slot = await world.slot(LUNCH)
    booking = await world.book(resident, slot, 2)
    await do(
        world, people.edit_me, actor=resident, edit=MeEdit(name="李老先生", phone="13900000009"), now=NOW
    )
    made, edited = sorted(await stored(world, AuditEntry), key=lambda entry: entry.id)
    assert (made.subject, made.subject_id) == ("booking", booking.id)
    expected = {"slot_id": str(slot), "party": 2, "for": str(resident.person_id)}
    assert made.data == {**made.data, **expected}
    assert "李" not in str(made.data)
    assert (edited.subject, edited.subject_id) == ("person", resident.person_id)
    assert edited.data == {"fields": ["name", "phone"]}


async def test_what_people_do_with_their_own_data(world: World, resident: Actor) -> None:
    me = resident.person_id
    given = ConsentGiven(purpose="service", version="1")
    await do(world, people.edit_me, actor=resident, edit=MeEdit(large_text=True), now=NOW)
    await do(world, people.consent, actor=resident, given=given, now=NOW)
    await do(world, people.consent, actor=resident, given=given, now=NOW)
    await do(world, signing_in.revoke_tokens, actor=resident, now=NOW)
    assert await trail(world) == [
        ("person.edited", me, me),
        ("consent.given", me, me),
        ("person.tokens_revoked", me, me),
    ]


async def test_what_staff_and_the_program_do(world: World, resident: Actor) -> None:
    staff = manager_of(CANTEEN, (await world.person("站长")).person_id)
    slot = await world.slot(LUNCH, capacity=10)
    link = HouseholdLink(
        created_at=NOW,
        person_id=staff.require_person(),
        relative_id=resident.require_person(),
        relation="爸爸",
        status=LinkStatus.active,
    )
    account = NewAccount("wang", "right", staff.require_person(), DISTRICT)
    await do(world, people.link_household, actor=SYSTEM, links=[link], now=NOW)
    await do(world, accounts.open_accounts, actor=SYSTEM, accounts=[account], now=NOW)
    await do(world, signing_in.sign_in_staff, username="wang", password="right", now=NOW)
    await do(
        world,
        capacity.edit_slot,
        actor=staff,
        slot_id=slot,
        edit=SlotEdit(capacity=12),
        seen_version=1,
        now=NOW,
    )
    chat = ChatSignIn.model_validate({"channel": "telegram", "user_id": "1"})
    new = await do(world, signing_in.sign_in_from_chat, actor=Actor(service=True), who=chat, now=NOW)
    assert await trail(world) == [
        ("household.linked", None, link.id),
        ("staff.account_opened", None, staff.person_id),
        ("staff.signed_in", staff.person_id, staff.person_id),
        ("slot.capacity_set", staff.person_id, slot),
        ("person.registered", new.person_id, new.person_id),
    ]
    (capacity_set,) = [one for one in await stored(world, AuditEntry) if one.action == "slot.capacity_set"]
    assert capacity_set.data == {"from": 10, "to": 12}


async def test_what_was_refused_or_undone_was_not_done(world: World, resident: Actor) -> None:
    full = await world.slot(LUNCH, capacity=0)
    with pytest.raises(BookingRefusedError):
        await world.book(resident, full)

    async def undone(**values: Any) -> None:
        async with transaction(world.database) as session:
            await bookings.book(session, **values)
            message = "the commit is never reached"
            raise RuntimeError(message)

    wanted = BookingOrder(slot_id=await world.slot(LUNCH, at(2, 11)))
    with pytest.raises(RuntimeError):
        await undone(actor=resident, wanted=wanted, now=NOW)
    assert await trail(world) == []


async def test_a_deed_may_name_its_own_actor(world: World, resident: Actor) -> None:
    deeds = [
        Deed("one", "thing", None, DISTRICT, actor=resident),
        Deed("other", "thing", None, DISTRICT),
    ]
    await do(world, record, deeds, actor=SYSTEM, now=NOW)
    await do(world, record, [], actor=SYSTEM, now=NOW)
    assert await trail(world) == [("one", resident.person_id, None), ("other", None, None)]
