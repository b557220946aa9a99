"""Races about shifts and hours, over real commits, each with its negative control."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.database import transaction
from models.shapes.hours import Donation
from models.shapes.rosters import Verification
from models.tables import HoursAccount, HoursEntry, Shift, ShiftAsk, Signup
from models.vocabulary import AskStatus, HoursOwner, SignupStatus
from scheduling import jobs
from scheduling.actors import Actor
from scheduling.check import check
from scheduling.errors import ActionRefusedError, DomainError, SignupRefusedError
from scheduling.locks import LockedPerson
from scheduling.queries.rosters import ShiftRow, shifts_by_id
from scheduling.rosters import (
    asking,
    attendance,
    coverage,
    hands,
    hours,
    ledger,
    signups,
    stand_ins,
    swaps,
)
from tests.concurrency.meeting import Meeting
from tests.rostering import (
    assert_sound,
    place,
    run,
    shift,
    shift_of,
    sign_up,
    signup_of,
    volunteer,
)
from tests.scheduling.acting import stored
from tests.world import CANTEEN, NOW, READING_ROOM, World, at, manager_of


async def volunteers(world: World, count: int) -> list[Actor]:
    return [await volunteer(world, f"志愿者{number}") for number in range(count)]


def refused(results: Sequence[object]) -> int:
    """How many were refused by a rule; anything else that went wrong is an error."""
    for result in results:
        assert not isinstance(result, BaseException) or isinstance(result, DomainError), result
    return sum(isinstance(result, SignupRefusedError | ActionRefusedError) for result in results)


async def unlocked_shifts(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, ShiftRow]:
    """Reads shifts without locking them."""
    return await shifts_by_id(session, list(ids))


async def unlocked_persons(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, LockedPerson]:
    return {}


def without_locks(monkeypatch: pytest.MonkeyPatch, room: Any, *, readers: int) -> None:
    """Turns the row locks off in a room, where so many read a shift before one goes on."""
    if hasattr(room, "lock_persons"):
        monkeypatch.setattr(room, "lock_persons", unlocked_persons)
    if hasattr(room, "lock_shifts"):
        monkeypatch.setattr(room, "lock_shifts", Meeting(readers).after(unlocked_shifts))


async def count_without_asking(session: AsyncSession, changes: Mapping[UUID, int]) -> None:
    """Counts whatever comes."""
    for shift_id, places in changes.items():
        await session.execute(
            update(Shift)
            .where(col(Shift.id) == shift_id)
            .values(taken=col(Shift.taken) + places)
            .execution_options(synchronize_session=False)
        )


async def test_many_want_the_last_places(world: World) -> None:
    """Volunteers 1: never more than are needed."""
    people, wanted = await volunteers(world, 10), await shift(world, needed=3)
    results = await asyncio.gather(*(sign_up(world, one, wanted) for one in people), return_exceptions=True)
    assert refused(results) == 7
    assert (await shift_of(world, wanted)).taken == 3
    await assert_sound(world)


async def test_control_without_lock_condition_and_check_a_shift_is_overfilled(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, wanted = await volunteers(world, 4), await shift(world, needed=1)
    without_locks(monkeypatch, signups, readers=4)
    monkeypatch.setattr(hands, "_count", count_without_asking)
    async with transaction(world.database) as session:
        await session.execute(text("ALTER TABLE shift DROP CONSTRAINT ck_shift_taken_within_needed"))
    await asyncio.gather(*(sign_up(world, one, wanted) for one in people), return_exceptions=True)
    assert (await shift_of(world, wanted)).taken > 1


async def test_the_check_alone_holds_without_the_locks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A forgotten lock is found and not paid for."""
    people, wanted = await volunteers(world, 4), await shift(world, needed=1)
    without_locks(monkeypatch, signups, readers=4)
    await asyncio.gather(*(sign_up(world, one, wanted) for one in people), return_exceptions=True)
    assert (await shift_of(world, wanted)).taken == 1


async def test_one_person_wants_two_shifts_too_close_to_each_other(world: World) -> None:
    """Volunteers 1: overlap and rest, at two points at once."""
    for hours_later in (1, 5):
        actor = await volunteer(world)
        day = 2 + hours_later
        first = await shift(world, at(day, 8), needed=5)
        second = await shift(world, at(day, 8 + hours_later), point_id=READING_ROOM, needed=5)
        results = await asyncio.gather(
            sign_up(world, actor, first), sign_up(world, actor, second), return_exceptions=True
        )
        assert refused(results) == 1
    await assert_sound(world)


async def test_control_without_lock_and_constraint_one_person_is_on_both(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = await volunteer(world)
    first = await shift(world, at(3, 8), needed=5)
    second = await shift(world, at(3, 9), point_id=READING_ROOM, needed=5)
    without_locks(monkeypatch, signups, readers=2)
    async with transaction(world.database) as session:
        await session.execute(text("ALTER TABLE signup DROP CONSTRAINT ex_signup_person_duty"))
    await asyncio.gather(sign_up(world, actor, first), sign_up(world, actor, second))
    async with transaction(world.database) as session:
        assert {offence.check for offence in await check(session, now=NOW)} == {
            "nobody is on two shifts at once, or without rest between (Volunteers 1)"
        }


async def wanting_stand_in(world: World, asked: int) -> tuple[UUID, list[tuple[Actor, UUID]]]:
    """A place that wants a stand-in, and people who have been asked."""
    leaver = await volunteer(world, "要走", home=None)
    people = {one.person_id: one for one in await volunteers(world, asked)}
    made = await sign_up(world, leaver, await shift(world, at(3, 11), needed=1))
    await run(world, stand_ins.want, actor=leaver, signup_id=made.id, now=NOW)
    asks = await stored(world, ShiftAsk)
    return made.id, [(people[ask.person_id], ask.id) for ask in asks]  # type: ignore[index]  # a person's id


async def test_one_place_is_taken_by_one_of_those_asked(world: World) -> None:
    """Volunteers 2: first come first served; the place changes hands once."""
    signup_id, asks = await wanting_stand_in(world, 3)
    assert len(asks) == 3
    results = await asyncio.gather(
        *(run(world, stand_ins.accept, actor=one, ask_id=ask, now=NOW) for one, ask in asks),
        return_exceptions=True,
    )
    assert refused(results) == 2
    shift_id = (await signup_of(world, signup_id)).shift_id
    assert (await shift_of(world, shift_id)).taken == 1
    assert [ask.status for ask in await stored(world, ShiftAsk)].count(AskStatus.accepted) == 1
    await assert_sound(world)


async def replace_without_asking(
    session: AsyncSession, signup_id: UUID, values: Mapping[str, Any], row: Mapping[str, Any]
) -> None:
    """Hands a place over without looking whether it is still there."""
    await session.execute(
        update(Signup)
        .where(col(Signup.id) == signup_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    await session.execute(text("SELECT 1"))
    session.add(Signup(**row))
    await session.flush()


async def test_control_without_locks_one_place_is_given_to_several(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    signup_id, asks = await wanting_stand_in(world, 3)
    without_locks(monkeypatch, stand_ins, readers=3)
    monkeypatch.setattr(hands, "replace", Meeting(3).before(replace_without_asking))

    async def never_over(session: AsyncSession, signup_ids: Sequence[UUID], *, now: object) -> None:
        return None

    monkeypatch.setattr(stand_ins, "end_what_hangs_on", never_over)
    await asyncio.gather(
        *(run(world, stand_ins.accept, actor=one, ask_id=ask, now=NOW) for one, ask in asks),
        return_exceptions=True,
    )
    shift_id = (await signup_of(world, signup_id)).shift_id
    confirmed = await stored(
        world, Signup, col(Signup.shift_id) == shift_id, col(Signup.status) == SignupStatus.confirmed
    )
    assert len(confirmed) > 1


async def test_swapping_races_with_withdrawing(world: World) -> None:
    """Either they swap and one of them then gives the new place up, or the swap is void; nothing is lost between."""
    one, other = await volunteers(world, 2)
    monday, tuesday = await shift(world, at(7, 11), needed=1), await shift(world, at(8, 11), needed=1)
    mine, theirs = await sign_up(world, one, monday), await sign_up(world, other, tuesday)
    swap = await run(world, swaps.propose, actor=one, signup_id=mine.id, with_signup_id=theirs.id, now=NOW)
    results = await asyncio.gather(
        *(run(world, swaps.accept, actor=other, swap_id=swap.id, now=NOW) for _ in range(3)),
        run(world, signups.withdraw, actor=one, signup_id=mine.id, reason="", now=NOW),
        return_exceptions=True,
    )
    refused(results)
    assert not isinstance(results[3], BaseException)
    assert sum([(await shift_of(world, id_)).taken for id_ in (monday, tuesday)]) == 1
    await assert_sound(world)


async def ask_everywhere(world: World) -> None:
    """Three clocks look for hands for four shifts, and one person matches."""
    for hour in (8, 12, 16, 20):
        await shift(world, at(1, hour), hours=1, needed=1)
    await asyncio.gather(*(jobs.cover_shifts(world.database, NOW) for _ in range(3)), return_exceptions=True)


async def test_many_clocks_do_not_ask_too_often(world: World) -> None:
    """Volunteers 3: not more than twice a week."""
    actor = await volunteer(world)
    await ask_everywhere(world)
    asks = await stored(world, ShiftAsk)
    assert [ask.person_id for ask in asks] == [actor.person_id] * 2
    await assert_sound(world)


async def test_control_without_locks_somebody_is_asked_too_often(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await volunteer(world)
    for hour in (8, 12, 16, 20):
        await shift(world, at(1, hour), hours=1, needed=1)
    monkeypatch.setattr(coverage, "A_WAVE", 1)
    without_locks(monkeypatch, coverage, readers=4)
    monkeypatch.setattr(asking, "asked_lately", Meeting(4).after(asking.asked_lately))
    shifts = sorted(row.id for row in await stored(world, Shift, col(Shift.start) > NOW))

    async def due(session: AsyncSession, *, now: object) -> Mapping[UUID, ShiftRow]:
        return await shifts_by_id(session, [shifts.pop()])

    monkeypatch.setattr(coverage, "_waves_due", due)
    await asyncio.gather(*(run(world, coverage.send_waves, now=NOW) for _ in list(shifts)))
    assert len(await stored(world, ShiftAsk)) > 2


async def rich(world: World, minutes: int) -> Actor:
    """Somebody with hours in the bank."""
    actor, boss = await volunteer(world), manager_of(CANTEEN, (await world.person("站长")).person_id)
    wanted = await shift(world, at(-1, 1), hours=22, taken=1)
    signup = await place(world, actor, wanted, status=SignupStatus.confirmed)
    found = Verification(minutes=minutes)
    await run(world, attendance.verify, actor=boss, signup_id=signup, found=found, now=NOW)
    return actor


async def sums(world: World) -> tuple[int, int]:
    """What all entries, and all balances, add up to."""
    async with transaction(world.database) as session:
        entries = await session.execute(select(func.coalesce(func.sum(col(HoursEntry.minutes)), 0)))
        balances = await session.execute(select(func.coalesce(func.sum(col(HoursAccount.balance)), 0)))
        return int(entries.scalar_one()), int(balances.scalar_one())


async def balance_of(world: World, actor: Actor) -> int:
    (account,) = await stored(
        world,
        HoursAccount,
        col(HoursAccount.owner) == HoursOwner.person,
        col(HoursAccount.owner_key) == str(actor.person_id),
    )
    return account.balance


async def test_the_ledger_adds_up_to_zero_whatever_is_posted_at_once(world: World) -> None:
    """Volunteers 4: gifts to and fro while hours are verified and corrected; nobody gives what they have not."""
    one, other = await rich(world, 100), await rich(world, 100)
    boss = manager_of(CANTEEN, (await world.person("站长")).person_id)
    wanted = await shift(world, at(-3, 8), taken=1)
    signup = await place(world, other, wanted, status=SignupStatus.confirmed)

    async def give(giver: Actor, receiver: Actor) -> object:
        gift = Donation(minutes=30, to_person_id=receiver.require_person())
        return await run(world, hours.donate, actor=giver, gift=gift, now=NOW)

    async def verify(minutes: int) -> object:
        found = Verification(minutes=minutes, reason="核对")
        return await run(
            world, attendance.verify, actor=boss, signup_id=signup, found=found, now=NOW + timedelta(hours=1)
        )

    results = await asyncio.gather(
        *(give(one, other) for _ in range(6)),
        *(give(other, one) for _ in range(3)),
        *(verify(minutes) for minutes in (100, 50, 120)),
        return_exceptions=True,
    )
    refused(results)
    assert await sums(world) == (0, 0)
    done = await signup_of(world, signup)
    assert await balance_of(world, one) + await balance_of(world, other) == 200 + (done.minutes or 0)
    await assert_sound(world)


async def test_the_cap_holds_under_many_gifts(world: World) -> None:
    async with transaction(world.database) as session:
        await session.execute(
            text(
                "INSERT INTO policy_override (scope, key, field, value, set_at)"
                " VALUES ('district', '320115000000', 'bank_hours', '2', now())"
            )
        )
    givers, receiver = [await rich(world, 100) for _ in range(4)], await volunteer(world)
    gift = Donation(minutes=50, to_person_id=receiver.require_person())
    results = await asyncio.gather(
        *(run(world, hours.donate, actor=one, gift=gift, now=NOW) for one in givers),
        return_exceptions=True,
    )
    assert refused(results) == 2
    assert await balance_of(world, receiver) == 100
    assert await sums(world) == (0, 0)


async def test_control_without_lock_and_check_hours_are_given_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    giver, receivers = await rich(world, 50), await volunteers(world, 4)

    async def unlocked(
        session: AsyncSession, owners: Sequence[ledger.Owner], *, district_code: str, cap: int, now: Any
    ) -> Mapping[ledger.Owner, ledger.Account]:
        found: dict[ledger.Owner, ledger.Account] = {}
        for owner in owners:
            row = (
                await session.execute(
                    select(HoursAccount).where(
                        col(HoursAccount.owner) == owner.kind, col(HoursAccount.owner_key) == owner.key
                    )
                )
            ).scalar()
            if row is None:
                row = HoursAccount(
                    created_at=now,
                    district_code=district_code,
                    owner=owner.kind,
                    owner_key=owner.key,
                    cap=cap,
                )
                session.add(row)
                await session.flush()
            found[owner] = ledger.Account(row.id, row.balance, row.cap)
        return found

    monkeypatch.setattr(ledger, "lock_accounts", Meeting(len(receivers)).after(unlocked))
    async with transaction(world.database) as session:
        await session.execute(
            text("ALTER TABLE hours_account DROP CONSTRAINT ck_hours_account_never_overdrawn")
        )
    await asyncio.gather(
        *(
            run(
                world,
                hours.donate,
                actor=giver,
                gift=Donation(minutes=50, to_person_id=one.require_person()),
                now=NOW,
            )
            for one in receivers
        ),
        return_exceptions=True,
    )
    assert await balance_of(world, giver) < 0
