"""A sweep that draws reminders up, and bookings that commit at the same time: nobody's is written by neither of the two."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.database import transaction
from models.shapes.bookings import BookingOrder
from models.tables import Notice, Slot
from scheduling import bookings, reminders
from scheduling.jobs import draw_up_reminders
from tests.concurrency.meeting import Meeting
from tests.concurrency.test_booking_races import all_at_once, assert_sound, unexpected
from tests.scheduling.acting import stored
from tests.world import World, at

BEFORE_MIDNIGHT, MIDNIGHT = at(1, 23, 59), at(2, 0)


async def book_while_a_sweep_passes(world: World, swept: Callable[[], Awaitable[None]]) -> UUID:
    """Somebody is judged before midnight, and commits when the sweep has read. Returns the person."""
    person, slot = await world.person(), await world.slot(start=at(3, 11))
    async with transaction(world.database) as session:
        await bookings.book(session, actor=person, wanted=BookingOrder(slot_id=slot), now=BEFORE_MIDNIGHT)
        sweep = asyncio.create_task(draw_up_reminders(world.database, MIDNIGHT))
        await swept()
    await sweep
    await draw_up_reminders(world.database, at(2, 0, 5))
    return person.require_person()


async def test_who_commits_while_a_sweep_passes_is_reminded(world: World) -> None:
    person = await book_while_a_sweep_passes(world, partial(asyncio.sleep, 0.3))
    assert [one.person_id for one in await stored(world, Notice)] == [person, person]


async def test_control_without_the_slots_lock_nobody_reminds_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unlocked(session: AsyncSession, now: datetime) -> Mapping[UUID, datetime]:
        found = await session.execute(
            select(col(Slot.id), col(Slot.created_at)).where(col(Slot.reminders_drawn).is_(False))
        )
        return {row.id: row.created_at for row in found}

    swept = Meeting()
    monkeypatch.setattr(reminders, "_due", unlocked)
    monkeypatch.setattr(reminders, "_booked", swept.after(reminders._booked))
    await book_while_a_sweep_passes(world, swept)
    assert await stored(world, Notice) == [], "the race is real"


async def test_many_book_while_several_clocks_sweep(world: World) -> None:
    slots = [await world.slot(start=at(3, hour), capacity=50) for hour in (11, 13, 15)]
    people = await world.people(30)
    results = await all_at_once(
        *(world.book(person, slots[number % 3], now=BEFORE_MIDNIGHT) for number, person in enumerate(people)),
        *(draw_up_reminders(world.database, MIDNIGHT) for _ in range(6)),
    )
    assert unexpected(results) == []
    await draw_up_reminders(world.database, at(2, 0, 5))
    told = [(one.person_id, one.kind) for one in await stored(world, Notice)]
    assert len(told) == len(set(told)) == 2 * len(people)
    await assert_sound(world)
