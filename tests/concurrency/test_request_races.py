"""Races around requests, with real commits and their negative controls: one owner at every moment, one history, one volunteer
for a wish, whatever happens at once.
"""

from datetime import datetime
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance import held, sweeps, wishes
from governance.check import check
from models.database import in_transaction, transaction
from models.request_words import RequestState
from models.shapes.requests import WishOrder
from models.tables import Request, RequestStep, WishClaim
from models.vocabulary import Language
from scheduling.errors import ActionRefusedError, ForbiddenError, NotFoundError
from tests.concurrency.meeting import Meeting
from tests.concurrency.test_booking_races import all_at_once
from tests.governing import Grid
from tests.world import NOW, World, at

OVERDUE = at(1, 18)


@pytest.fixture
async def grid(world: World) -> Grid:
    return await Grid(world).settle()


async def read(session: AsyncSession, request_id: UUID) -> Request | None:
    """What a tutorial does."""
    return await session.get(Request, request_id)


async def due(session: AsyncSession, **how: object) -> list[Request]:
    """The sweep's batch, without its locks."""
    rows = await session.execute(select(Request).where(*how["conditions"]))  # type: ignore[misc]  # as the sweep's
    return list(rows.scalars())


def unlock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the locks of requests away, from use cases and sweeps."""
    meeting = Meeting(patience_s=1)
    monkeypatch.setattr(held, "lock_request", meeting.after(read))
    monkeypatch.setattr(wishes, "lock_request", meeting.after(read))
    monkeypatch.setattr(sweeps, "due_requests", meeting.after(due))
    monkeypatch.setattr("models.database.TRIES", 1)


async def climb(grid: Grid, now: datetime) -> int:
    return await in_transaction(grid.world.database, partial(sweeps.climb_overdue, now=now))


async def broken(grid: Grid, now: datetime = NOW) -> set[str]:
    """The invariants that do not hold."""
    async with transaction(grid.world.database) as session:
        return {offence.check for offence in await check(session, now=now)}


async def steps_of(grid: Grid, id_: UUID) -> list[str]:
    async with transaction(grid.world.database) as session:
        rows = await session.execute(
            select(col(RequestStep.what))
            .where(col(RequestStep.request_id) == id_)
            .order_by(col(RequestStep.number))
        )
        return [str(what) for what in rows.scalars()]


def lost(results: list[object]) -> list[object]:
    """What was refused or failed."""
    return [one for one in results if isinstance(one, BaseException)]


async def asked_to_take_it(grid: Grid) -> UUID:
    id_ = (await grid.ask()).id
    await grid.hand_to(id_, grid.worker, grid.deputy)
    return id_


async def taken_and_handed_on(grid: Grid, id_: UUID) -> list[object]:
    """The owner asks another in the moment in which the first one accepts."""
    return await all_at_once(grid.accept(id_, grid.deputy), grid.hand_to(id_, grid.worker, grid.neighbour))


async def test_transfer_against_accept_leaves_one_owner_and_a_whole_history(grid: Grid) -> None:
    """Either the first one has it, and the owner owns nothing to hand on; or the second one is asked, and the first no more."""
    id_ = await asked_to_take_it(grid)
    (refusal,) = lost(await taken_and_handed_on(grid, id_))
    assert isinstance(refusal, ForbiddenError | NotFoundError)
    view = await grid.see(id_, grid.street)
    if view.owner.name == "王芳":
        assert view.transfer is None
    else:
        assert (view.owner.name, view.transfer and view.transfer.to.name) == ("李明", "张磊")
    assert await broken(grid) == set()


async def test_control_without_the_lock_both_do_it(grid: Grid, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are let in by the rules. Only the number of the step, which is a unique key, then stops one of them."""
    id_ = await asked_to_take_it(grid)
    unlock(monkeypatch)
    (failure,) = lost(await taken_and_handed_on(grid, id_))
    assert isinstance(failure, IntegrityError)
    assert "uq_request_step_request_id_number" in str(failure)


async def test_two_accept_at_once_and_it_is_accepted_once(grid: Grid) -> None:
    id_ = (await grid.ask()).id
    results = await all_at_once(*(grid.accept(id_, grid.worker) for _ in range(6)))
    assert lost(results) == []
    assert await steps_of(grid, id_) == ["received", "accepted"]
    assert await grid.told(grid.resident) == ["accepted"]
    assert await broken(grid) == set()


async def test_the_sweep_against_an_answer_does_one_or_the_other(grid: Grid) -> None:
    """What is answered does not climb; what has climbed is answered by whoever has it now."""
    ids = [
        (await grid.ask(f"路灯坏了 {number}", by=await grid.world.person(f"居民{number}"))).id
        for number in range(8)
    ]
    results = await all_at_once(
        *(grid.resolve(id_, grid.worker, now=OVERDUE) for id_ in ids),
        climb(grid, OVERDUE),
        climb(grid, OVERDUE),
    )
    assert all(isinstance(one, ForbiddenError) for one in lost(results))
    for id_ in ids:
        view = await grid.see(id_, grid.street, OVERDUE)
        steps = await steps_of(grid, id_)
        if view.state is RequestState.resolved:
            assert (view.owner.name, steps) == ("李明", ["received", "resolved"])
        else:
            # A request that a sweep had to leave because it was locked is taken by the next one.
            await climb(grid, OVERDUE)
            assert (await steps_of(grid, id_)) == ["received", "climbed"]
    assert await broken(grid, OVERDUE) == set()


async def test_two_clocks_let_it_climb_one_rung(grid: Grid) -> None:
    id_ = (await grid.ask()).id
    done = await all_at_once(*(climb(grid, OVERDUE) for _ in range(4)))
    assert sorted(str(one) for one in done) == ["0", "0", "0", "1"]
    assert await steps_of(grid, id_) == ["received", "climbed"]
    assert (await grid.see(id_, grid.street, OVERDUE)).owner.name == "王芳"


async def test_control_without_the_locks_of_the_sweep_two_clocks_meet(
    grid: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    await grid.ask()
    unlock(monkeypatch)
    results = await all_at_once(climb(grid, OVERDUE), climb(grid, OVERDUE))
    assert any(isinstance(one, IntegrityError) for one in lost(results))


async def test_withdrawn_in_the_moment_of_the_answer_it_is_one_of_both(grid: Grid) -> None:
    id_ = (await grid.ask()).id
    results = await all_at_once(grid.withdraw(id_), grid.resolve(id_, grid.worker))
    (refusal,) = lost(results)
    assert isinstance(refusal, ActionRefusedError)
    assert len(await steps_of(grid, id_)) == 2
    assert await broken(grid) == set()


async def published_wish(grid: Grid) -> UUID:
    id_ = (await grid.ask("微心愿：想要一台收音机")).id
    await grid.do(
        wishes.publish,
        actor=grid.worker,
        request_id=id_,
        wanted=WishOrder(text="一位老人想要一台收音机"),
        language=Language.zh,
        now=NOW,
    )
    return id_


async def claims_held(grid: Grid, id_: UUID) -> int:
    async with transaction(grid.world.database) as session:
        rows = await session.execute(
            select(func.count()).where(col(WishClaim.request_id) == id_, col(WishClaim.state) == "claimed")
        )
        return rows.scalar_one()


async def test_a_wish_is_taken_by_one_of_many_who_want_it(grid: Grid) -> None:
    id_ = await published_wish(grid)
    volunteers = await grid.world.people(8)
    results = await all_at_once(*(grid.claim(id_, one) for one in volunteers))
    refusals = lost(results)
    assert len(refusals) == 7
    assert {
        reason.code for one in refusals if isinstance(one, ActionRefusedError) for reason in one.reasons
    } == {"wish-taken"}
    assert await claims_held(grid, id_) == 1
    assert await broken(grid) == set()


async def test_control_without_the_lock_the_constraint_still_lets_one(
    grid: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock is what makes refusals polite; that there is one claim holds without it."""
    id_ = await published_wish(grid)
    volunteers = await grid.world.people(2)
    unlock(monkeypatch)
    results = await all_at_once(*(grid.claim(id_, one) for one in volunteers))
    (failure,) = lost(results)
    assert isinstance(failure, IntegrityError)
    assert "uq_wish_claim_held" in str(failure)
    assert await claims_held(grid, id_) == 1


async def test_control_without_lock_and_constraint_two_have_the_wish(
    grid: Grid, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = await published_wish(grid)
    volunteers = await grid.world.people(2)
    async with grid.world.database.engine.begin() as connection:
        await connection.exec_driver_sql("DROP INDEX uq_wish_claim_held")
        await connection.exec_driver_sql(
            "ALTER TABLE request_step DROP CONSTRAINT uq_request_step_request_id_number"
        )
    unlock(monkeypatch)
    assert lost(await all_at_once(*(grid.claim(id_, one) for one in volunteers))) == []
    assert await claims_held(grid, id_) == 2
    assert "a wish in hand has one claim that holds it" in await broken(grid)
