"""Races around household links, with real commits and their negative controls: a no counts from the moment it is said,
and tries made at once are all counted.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.database import in_transaction, transaction
from models.shapes.household import HouseholdLinkView, InvitationOrder
from models.tables import AuditEntry, Booking, HouseholdLink, Notice
from models.vocabulary import NoticeStatus
from scheduling import desk, household, invitations, links
from scheduling.actors import Actor
from scheduling.check import check
from scheduling.errors import NotFoundError, TooManyTriesError
from scheduling.invitations import CODE_REFUSED
from scheduling.locks import LockedPerson
from scheduling.queries.bookings import active_links
from tests.concurrency.meeting import Meeting
from tests.concurrency.test_booking_races import all_at_once, unlocked_persons
from tests.scheduling.acting import stored
from tests.world import NOW, World, at


@pytest.fixture
async def daughter(world: World) -> Actor:
    return await world.person("女儿")


@pytest.fixture
async def mother(world: World) -> Actor:
    return await world.person("妈妈")


async def end(world: World, actor: Actor, link_id: UUID) -> None:
    async def work(session: AsyncSession) -> None:
        await household.end_link(session, actor=actor, link_id=link_id, now=NOW)

    await in_transaction(world.database, work)


async def booked_after_the_no(
    world: World, daughter: Actor, mother: Actor, monkeypatch: pytest.MonkeyPatch
) -> bool:
    """Ends a link while a booking on its strength is under way; whether that booking was made after the end.

    The booking reads the link and then gives the end half a second to commit in between.
    """
    await world.link(daughter, mother)
    (link,) = await stored(world, HouseholdLink)
    slot = await world.slot()
    was_read, has_ended = asyncio.Event(), asyncio.Event()
    order: list[str] = []

    async def slowly_read(
        session: AsyncSession, pairs: Sequence[tuple[UUID, UUID]]
    ) -> Mapping[tuple[UUID, UUID], bool]:
        found = await active_links(session, pairs)
        was_read.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(has_ended.wait(), 0.5)
        return found

    async def book() -> None:
        await world.book(daughter, slot, attendee=mother)
        order.append("booked")

    async def say_no() -> None:
        await was_read.wait()
        await end(world, mother, link.id)
        order.append("ended")
        has_ended.set()

    monkeypatch.setattr(desk, "active_links", slowly_read)
    results = await all_at_once(book(), say_no())
    assert [one for one in results if isinstance(one, Exception)] == []
    async with transaction(world.database) as session:
        assert await check(session, now=NOW) == []
    return order == ["ended", "booked"]


async def test_nobody_books_on_the_strength_of_a_link_that_has_ended(
    world: World, daughter: Actor, mother: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever says no is heard after the booking that was under way: it is reminded of as the mother's own."""
    assert not await booked_after_the_no(world, daughter, mother, monkeypatch)
    pending = await stored(world, Notice, col(Notice.status) == NoticeStatus.pending)
    assert {notice.person_id for notice in pending} == {mother.person_id}


async def test_control_without_the_locks_of_both_the_no_comes_first_and_is_not_heard(
    world: World, daughter: Actor, mother: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "lock_persons", unlocked_persons)
    assert await booked_after_the_no(world, daughter, mother, monkeypatch)


async def guesses(world: World, guesser: Actor, inviter: Actor) -> list[object]:
    """Twelve wrong codes at once."""

    async def guess(number: int) -> HouseholdLinkView | None:
        async def work(session: AsyncSession) -> HouseholdLinkView | None:
            return await invitations.join(session, actor=guesser, code=f"{number:06d}", now=NOW)

        return await in_transaction(world.database, work)

    return await all_at_once(*(guess(number) for number in range(12)))


async def test_codes_tried_at_once_are_all_counted(world: World, daughter: Actor, mother: Actor) -> None:
    results = await guesses(world, daughter, mother)
    assert [type(one) for one in results if one is not None] == [TooManyTriesError] * 7
    assert len(await stored(world, AuditEntry, col(AuditEntry.action) == CODE_REFUSED)) == 5


async def test_control_without_the_persons_lock_more_are_tried_than_allowed(
    world: World, daughter: Actor, mother: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def later(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, LockedPerson]:
        return await unlocked_persons(session, ids)

    together = Meeting(6).after(invitations._require_tries_left)
    monkeypatch.setattr(invitations, "lock_persons", later)
    monkeypatch.setattr(invitations, "_require_tries_left", together)
    await guesses(world, daughter, mother)
    assert len(await stored(world, AuditEntry, col(AuditEntry.action) == CODE_REFUSED)) > 5


async def test_one_code_makes_one_link_however_many_enter_it(world: World, mother: Actor) -> None:
    async with transaction(world.database) as session:
        wanted = InvitationOrder(relation="妈妈", i_act=False)
        made = await invitations.invite(session, actor=mother, wanted=wanted, now=NOW)
    others = await world.people(6)

    async def enter(actor: Actor) -> HouseholdLinkView | None:
        async def work(session: AsyncSession) -> HouseholdLinkView | None:
            return await invitations.join(session, actor=actor, code=made.code, now=NOW)

        return await in_transaction(world.database, work)

    results = await all_at_once(*(enter(other) for other in others))
    assert [one for one in results if isinstance(one, Exception)] == []
    assert len([one for one in results if one is not None]) == 1
    assert len(await stored(world, HouseholdLink)) == 1


async def test_booking_for_each_other_at_once_locks_in_one_order(
    world: World, daughter: Actor, mother: Actor
) -> None:
    """Both book for each other, and both end the links: nobody waits for ever."""
    await world.link(daughter, mother)
    await world.link(mother, daughter)
    known = await stored(world, HouseholdLink)
    slots = [await world.slot(start=at(day, 11)) for day in range(1, 5)]
    results = await all_at_once(
        *(world.book(daughter, slot, attendee=mother) for slot in slots[:2]),
        *(world.book(mother, slot, attendee=daughter) for slot in slots[2:]),
        *(end(world, actor, link.id) for link, actor in zip(known, (mother, daughter), strict=True)),
    )
    assert [one for one in results if isinstance(one, Exception) and not isinstance(one, NotFoundError)] == []
    for booking in await stored(world, Booking):
        assert booking.attendee_id != booking.booked_by_id
    async with transaction(world.database) as session:
        assert await check(session, now=NOW) == []
