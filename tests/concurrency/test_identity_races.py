"""Races around who is who, with real commits and their negative controls: one code opens one account once, nobody books
for whom is just being erased, and of two managers who leave at once one stays.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.database import transaction
from models.tables import Booking, ChannelIdentity, Grant, LinkCode, Person
from models.vocabulary import BookingStatus, Role, ScopeKind
from scheduling import desk
from scheduling.actors import Actor
from scheduling.check import check
from scheduling.errors import ActionRefusedError, NotFoundError
from scheduling.identity import duties, erasing, linking
from scheduling.identity.linking import Linked
from scheduling.locks import LockedPerson
from tests.concurrency.meeting import Meeting
from tests.concurrency.test_booking_races import all_at_once, unlocked_persons
from tests.rostering import run
from tests.scheduling.acting import stored
from tests.scheduling.identity.chats import chat, code_of, enter
from tests.world import CANTEEN, NOW, World


async def owners(world: World) -> set[UUID]:
    return {
        row.person_id
        for row in await stored(world, ChannelIdentity, col(ChannelIdentity.address) != "account")
    }


async def sound(world: World) -> bool:
    async with transaction(world.database) as session:
        return await check(session, now=NOW) == []


async def entered_in_four_chats(world: World) -> list[object]:
    account = await chat(world, "account")
    for number in range(4):
        await chat(world, str(number))
    code = await code_of(world, account)
    return await all_at_once(*(enter(world, code, str(number)) for number in range(4)))


async def test_one_code_links_one_chat_however_many_enter_it(world: World) -> None:
    results = await entered_in_four_chats(world)
    assert [type(one) for one in results if one is not None] == [Linked]
    erased = await stored(world, Person, col(Person.erased_at).is_not(None))
    assert len(erased) == 1
    assert await sound(world)


async def test_control_without_locks_one_code_links_several(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = Meeting(4, 2)
    found = linking._code_row

    async def read(
        session: AsyncSession, code_hash: bytes, now: datetime, *, lock: bool = True
    ) -> LinkCode | None:
        row = await found(session, code_hash, now, lock=False)
        if lock:
            await meeting()
        return row

    monkeypatch.setattr(linking, "_code_row", read)
    monkeypatch.setattr(linking, "lock_persons", unlocked_persons)
    results = await entered_in_four_chats(world)
    assert sum(isinstance(one, Linked) for one in results) > 1


async def test_the_same_chat_sent_twice_is_linked_once(world: World) -> None:
    """Telegram shows an update again: both are answered with the account."""
    account = await chat(world, "account")
    await chat(world, "1")
    code = await code_of(world, account)
    results = await all_at_once(*(enter(world, code, "1") for _ in range(3)))
    done = [one for one in results if isinstance(one, Linked)]
    assert len(done) >= 1
    assert {one.view.person_id for one in done} == {account.person_id}
    again = await enter(world, code, "1")
    assert again is not None
    assert again.view.done
    assert await owners(world) == {account.person_id}
    assert await sound(world)


async def booked_while_leaving(
    world: World, before_locking: Callable[[], Awaitable[None]], gone: asyncio.Event
) -> bool:
    """A booking that has begun before its person is erased, and decides after; whether it was made."""
    person = await world.person()
    slot = await world.slot()

    async def leave() -> None:
        await before_locking()
        await run(world, erasing.erase, actor=person, parts=(), now=NOW)
        gone.set()

    results = await all_at_once(world.book(person, slot), leave())
    assert [one for one in results if isinstance(one, Exception) and not isinstance(one, NotFoundError)] == []
    there = await stored(world, Booking, col(Booking.status) == BookingStatus.confirmed)
    return there != []


async def test_nothing_is_booked_for_whom_is_being_erased(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way, gone = asyncio.Event(), asyncio.Event()
    locking = desk.lock_persons  # type: ignore[attr-defined]  # as the desk calls it

    async def later(running: Any, ids: Iterable[UUID]) -> Mapping[UUID, LockedPerson]:
        wanted = list(ids)
        under_way.set()
        await asyncio.wait_for(gone.wait(), 5)
        return await locking(running, wanted)

    async def under_way_first() -> None:
        await under_way.wait()

    monkeypatch.setattr(desk, "lock_persons", later)
    assert not await booked_while_leaving(world, under_way_first, gone)
    assert await sound(world)


async def test_control_who_reads_without_asking_books_for_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way, gone = asyncio.Event(), asyncio.Event()

    async def early(running: Any, ids: Iterable[UUID]) -> Mapping[UUID, LockedPerson]:
        found = await unlocked_persons(running, ids)
        under_way.set()
        await asyncio.wait_for(gone.wait(), 5)
        return found

    async def under_way_first() -> None:
        await under_way.wait()

    monkeypatch.setattr(desk, "lock_persons", early)
    assert await booked_while_leaving(world, under_way_first, gone)
    assert not await sound(world)


async def two_managers_leave(world: World) -> tuple[list[object], int]:
    """Both managers of the canteen are erased at once; what came of it, and how many managers are left."""
    managers = await world.people(2)
    async with transaction(world.database) as session:
        session.add_all(
            Grant(
                created_at=NOW,
                person_id=one.require_person(),
                role=Role.point_manager,
                scope=ScopeKind.point,
                key=str(CANTEEN),
            )
            for one in managers
        )
    results = await all_at_once(*(_leave(world, one) for one in managers))
    return results, len(await stored(world, Grant))


async def _leave(world: World, actor: Actor) -> object:
    return await run(world, erasing.erase, actor=actor, parts=(), now=NOW)


async def test_of_two_managers_who_leave_at_once_one_stays(world: World) -> None:
    results, left = await two_managers_leave(world)
    assert [type(one) for one in results if isinstance(one, Exception)] == [ActionRefusedError]
    assert left == 1


async def test_control_without_locking_their_roles_both_leave(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = Meeting(2, 2)

    async def read(session: AsyncSession, roles: Select[Grant]) -> Sequence[Grant]:
        found = (await session.execute(roles)).scalars().all()
        await meeting()
        return found

    monkeypatch.setattr(duties, "_locked", read)
    results, left = await two_managers_leave(world)
    assert [one for one in results if isinstance(one, Exception)] == []
    assert left == 0
