"""A state machine that drives the rosters on a real database: sign-up, withdrawal, stand-ins, swaps, the waitlist,
coverage, and time. Every refusal is foretold by the pure rules from a model of who is where.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select, text
from sqlmodel import SQLModel

from models.database import AsyncSession, Database, in_transaction, transaction
from models.shapes.rosters import ShiftEdit, SignupOrder
from models.tables import Grant, Shift, ShiftAsk, ShiftSwap, ShiftWait, Signup
from models.vocabulary import (
    AskStatus,
    Role,
    ScopeKind,
    ShiftStatus,
    SignupStatus,
    SwapStatus,
    WaitlistStatus,
)
from scheduling import jobs
from scheduling.actors import Actor
from scheduling.check import check
from scheduling.errors import ActionRefusedError, DomainError, SignupRefusedError
from scheduling.rosters import shifts, signups, stand_ins, swaps, waits
from scheduling.rules.covering import Hands, asks_for
from scheduling.rules.roster import Claim
from tests.databases import Templates
from tests.rostering import shift, volunteer
from tests.stateful.foretelling import DRIFTED, POLICY, foretold
from tests.world import CANTEEN, NOW, READING_ROOM, World, at, manager_of

T = TypeVar("T")
Row = TypeVar("Row", bound=SQLModel)
CHOICE = st.integers(0, 10_000)
MINUTES = st.sampled_from([1, 9, 31, 61, 241, 400, 700])

TIMES: tuple[tuple[UUID, datetime, int, int], ...] = (
    (CANTEEN, at(0, 20), 2, 1),
    (CANTEEN, at(1, 11), 2, 2),
    (READING_ROOM, at(1, 12), 1, 1),
    (READING_ROOM, at(1, 20), 2, 1),
    (CANTEEN, at(2, 9), 1, 1),
    (CANTEEN, at(3, 9), 3, 2),
)
"""Some overlap, some leave too little rest, some are soon: point, start, needed, minimum. Each lasts two hours."""

SERVED = (3, 3, 3, 3, 3, 0, 0)
"""How often each volunteer has come before: two have never."""


class RosterMachine(RuleBasedStateMachine):
    """Acts as volunteers and a manager do, and as the clock does; compares every answer, and looks at every promise."""

    templates: Templates
    seen: ClassVar[Counter[str]] = Counter()
    """What happened, over all histories."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clone: AbstractAsyncContextManager[Database] = self.templates.clone("small")
        self.database = self.run(self.clone.__aenter__())
        self.world = World(self.database)
        self.now = NOW

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs something to its end."""
        return self.runner.run(work)

    def teardown(self) -> None:
        try:
            assert self.run(self._check()) == []
            self.seen.update(f"signup {one.status}" for one in self.rows(Signup) if one.start > NOW)
            self.seen.update(f"source {one.source}" for one in self.rows(Signup) if one.start > NOW)
            self.seen.update(f"ask {one.status}" for one in self.rows(ShiftAsk))
            self.seen.update(f"swap {one.status}" for one in self.rows(ShiftSwap))
            self.seen.update(f"wait {one.status}" for one in self.rows(ShiftWait))
            self.seen.update("alerted" for one in self.rows(Shift) if one.alerted_at is not None)
        finally:
            self.run(self.clone.__aexit__(None, None, None))
            self.runner.close()

    async def _check(self) -> list[Any]:
        async with transaction(self.database) as session:
            return list(await check(session, now=self.now))

    @initialize()
    def people_and_shifts(self) -> None:
        """Seven volunteers near by, six shifts of two points, a manager of one of them."""
        self.people = [
            self.run(volunteer(self.world, f"志愿者{n}", served=served)) for n, served in enumerate(SERVED)
        ]
        boss = self.run(self.world.person("站长"))
        self.run(self._grant(boss))
        self.boss = manager_of(CANTEEN, boss.person_id)
        self.shift_ids = [
            self.run(shift(self.world, start, point_id=point, needed=needed, minimum=minimum))
            for point, start, needed, minimum in TIMES
        ]

    async def _grant(self, boss: Actor) -> None:
        async with transaction(self.database) as session:
            for point in (CANTEEN, READING_ROOM):
                session.add(
                    Grant(
                        created_at=NOW,
                        person_id=boss.require_person(),
                        role=Role.point_manager,
                        scope=ScopeKind.point,
                        key=str(point),
                    )
                )

    def rows(self, table: type[Row]) -> list[Row]:
        """All rows of a table, by id."""

        async def read() -> list[Row]:
            async with transaction(self.database) as session:
                found = list((await session.execute(select(table))).scalars())
            return sorted(found, key=lambda one: one.id)  # type: ignore[attr-defined]  # every one of ours has an id

        return self.run(read())

    def do(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T | set[str]:
        """Does something as the API would; a refusal is returned as its codes."""
        try:
            return self.run(in_transaction(self.database, work))
        except (SignupRefusedError, ActionRefusedError) as refusal:
            return {reason.code for reason in refusal.reasons}
        except DomainError as error:
            return {error.code}

    def expected(self, who: int, shift_id: UUID, claim: Claim) -> set[str]:
        """What the pure rules say, from the rows alone."""
        wanted = next(one for one in self.rows(Shift) if one.id == shift_id)
        person = self.people[who].require_person()
        return foretold(person, wanted, self.rows(Signup), claim=claim, now=self.now)

    def who(self, choice: int) -> int:
        return choice % len(self.people)

    def where(self, choice: int) -> UUID:
        return self.shift_ids[choice % len(self.shift_ids)]

    def owner(self, person_id: UUID) -> Actor:
        return next(one for one in self.people if one.person_id == person_id)

    def mine(self, *statuses: SignupStatus) -> list[Signup]:
        return [one for one in self.rows(Signup) if one.status in statuses and one.start > NOW]

    @rule(who=CHOICE, where=CHOICE)
    def sign_up(self, who: int, where: int) -> None:
        number, shift_id = self.who(who), self.where(where)
        expected = self.expected(number, shift_id, Claim.own)

        async def work(session: AsyncSession) -> None:
            order = SignupOrder()
            await signups.sign_up(
                session, actor=self.people[number], shift_id=shift_id, wanted=order, now=self.now
            )

        result = self.do(work)
        assert (result or set()) == expected

    @rule(which=CHOICE)
    def withdraw(self, which: int) -> None:
        having = self.mine(SignupStatus.confirmed, SignupStatus.stand_in_wanted)
        if not having:
            return
        one = having[which % len(having)]

        async def work(session: AsyncSession) -> None:
            await signups.withdraw(
                session, actor=self.owner(one.person_id), signup_id=one.id, reason="", now=self.now
            )

        assert (self.do(work) or set()) == ({"signup-over"} if self.now >= one.start else set())

    @rule(which=CHOICE)
    def want_stand_in(self, which: int) -> None:
        having = self.mine(SignupStatus.confirmed)
        if not having:
            return
        one = having[which % len(having)]

        async def work(session: AsyncSession) -> None:
            await stand_ins.want(session, actor=self.owner(one.person_id), signup_id=one.id, now=self.now)

        assert (self.do(work) or set()) == ({"signup-over"} if self.now >= one.start else set())

    @rule(which=CHOICE)
    def keep(self, which: int) -> None:
        having = self.mine(SignupStatus.stand_in_wanted)
        if not having:
            return
        one = having[which % len(having)]

        async def work(session: AsyncSession) -> None:
            await stand_ins.keep(session, actor=self.owner(one.person_id), signup_id=one.id, now=self.now)

        assert self.do(work) is None

    @rule(which=CHOICE, yes=st.integers(0, 2))
    def answer_ask(self, which: int, yes: int) -> None:
        asks = [one for one in self.rows(ShiftAsk) if one.status is AskStatus.open]
        if not asks:
            return
        one = asks[which % len(asks)]
        actor = self.owner(one.person_id)

        async def work(session: AsyncSession) -> None:
            if yes:
                await stand_ins.accept(session, actor=actor, ask_id=one.id, now=self.now)
            else:
                await stand_ins.decline(session, actor=actor, ask_id=one.id, now=self.now)

        result = self.do(work)
        if one.signup_id is None and yes:
            number = self.people.index(actor)
            # It was told apart before: what the rules say now is what it must be answered.
            assert result is None or result <= self.expected(number, one.shift_id, Claim.asked)

    @rule(which=CHOICE, other=CHOICE)
    def propose_swap(self, which: int, other: int) -> None:
        having = self.mine(SignupStatus.confirmed, SignupStatus.stand_in_wanted)
        if len(having) < 2:
            return
        one, two = having[which % len(having)], having[other % len(having)]

        async def work(session: AsyncSession) -> None:
            await swaps.propose(
                session,
                actor=self.owner(one.person_id),
                signup_id=one.id,
                with_signup_id=two.id,
                now=self.now,
            )

        self.do(work)

    @rule(which=CHOICE, yes=st.integers(0, 3))
    def answer_swap(self, which: int, yes: int) -> None:
        proposed = [one for one in self.rows(ShiftSwap) if one.status is SwapStatus.proposed]
        if not proposed:
            return
        one = proposed[which % len(proposed)]

        async def work(session: AsyncSession) -> None:
            use_case = swaps.accept if yes else swaps.decline
            await use_case(session, actor=self.owner(one.asked_id), swap_id=one.id, now=self.now)

        self.do(work)

    @rule(who=CHOICE, where=CHOICE)
    def wait(self, who: int, where: int) -> None:
        """Mostly for a full shift, since that is where waiting is allowed."""
        full = [one.id for one in self.rows(Shift) if one.taken == one.needed and one.id in self.shift_ids]
        number = self.who(who)
        shift_id = full[where % len(full)] if full and where % 4 else self.where(where)
        expected = self.expected(number, shift_id, Claim.waiting)
        known = next(one for one in self.rows(Shift) if one.id == shift_id)
        if known.taken < known.needed and not expected:
            expected = {"places-are-free"}
        queued = [
            one
            for one in self.rows(ShiftWait)
            if one.shift_id == shift_id
            and one.person_id == self.people[number].person_id
            and one.status in waits.ACTIVE
        ]
        expected |= {"already-waiting"} if queued else set()

        async def work(session: AsyncSession) -> None:
            await waits.join(session, actor=self.people[number], shift_id=shift_id, now=self.now)

        assert (self.do(work) or set()) == expected

    def has_offers(self) -> bool:
        return any(one.status is WaitlistStatus.offered for one in self.rows(ShiftWait))

    @precondition(has_offers)
    @rule(which=CHOICE, yes=st.booleans())
    def answer_offer(self, which: int, yes: bool) -> None:
        offered = [one for one in self.rows(ShiftWait) if one.status is WaitlistStatus.offered]
        one = offered[which % len(offered)]
        actor = self.owner(one.person_id)
        expected = self.expected(self.people.index(actor), one.shift_id, Claim.offered) if yes else set()
        if yes and one.expires_at is not None and one.expires_at <= self.now:
            expected = {"offer-over"}

        async def work(session: AsyncSession) -> None:
            if yes:
                await waits.accept(session, actor=actor, wait_id=one.id, now=self.now)
            else:
                await waits.leave(session, actor=actor, wait_id=one.id, now=self.now)

        assert (self.do(work) or set()) == expected

    @rule(where=CHOICE, sure=st.integers(0, 9))
    def cancel_shift(self, where: int, sure: int) -> None:
        """Now and then, or nothing else would happen."""
        shift_id = self.shift_ids[0] if where % 2 else self.shift_ids[4]
        if sure:
            return
        known = next(one for one in self.rows(Shift) if one.id == shift_id)

        async def work(session: AsyncSession) -> None:
            await shifts.cancel(session, actor=self.boss, shift_id=shift_id, reason="", now=self.now)

        over = self.now >= known.start and known.status is not ShiftStatus.cancelled
        assert (self.do(work) or set()) == ({"shift-started"} if over else set())

    @rule(where=CHOICE, needed=st.integers(1, 3), sure=st.integers(0, 2))
    def need(self, where: int, needed: int, sure: int) -> None:
        mine = [id_ for id_, one in zip(self.shift_ids, TIMES, strict=True) if one[0] == CANTEEN]
        shift_id = mine[where % len(mine)]
        if sure:
            return
        known = next(one for one in self.rows(Shift) if one.id == shift_id)
        if known.status is ShiftStatus.cancelled or known.end <= self.now:
            expected = {"shift-over"}
        else:
            expected = {"more-have-a-place"} if needed < known.taken else set()

        async def work(session: AsyncSession) -> None:
            await shifts.edit(
                session,
                actor=self.boss,
                shift_id=shift_id,
                change=ShiftEdit(needed=needed),
                seen_version=known.version,
                now=self.now,
            )

        assert (self.do(work) or set()) == expected

    @rule(minutes=MINUTES)
    def pass_time(self, minutes: int) -> None:
        """Lets time pass, and does what the clock does."""
        self.now += timedelta(minutes=minutes)
        for sweep in (
            jobs.expire_shift_offers,
            jobs.close_shift_waits,
            jobs.cover_shifts,
            jobs.note_absences,
        ):
            self.run(sweep(self.database, self.now))
        self.no_hole_is_silent()

    def no_hole_is_silent(self) -> None:
        """Volunteers 3: every hole is filled, being asked for, offered to who waits, or known to the manager."""
        signed, asked = self.rows(Signup), self.rows(ShiftAsk)
        held = Counter(one.shift_id for one in self.rows(ShiftWait) if one.status is WaitlistStatus.offered)
        for one in self.rows(Shift):
            if one.id not in self.shift_ids or one.status is not ShiftStatus.published:
                continue
            crew = [each for each in signed if each.shift_id == one.id]
            leaving = [each for each in crew if each.status is SignupStatus.stand_in_wanted]
            sure = sum(each.status is SignupStatus.confirmed for each in crew)
            hands = Hands(one.start, one.needed, one.minimum, one.status, sure, len(leaving), held[one.id])
            holes: list[UUID | None] = [each.id for each in leaving] if self.now < one.start else []
            if asks_for(hands, POLICY, self.now):
                holes.append(None)
            asked_for = {
                each.signup_id for each in asked if each.shift_id == one.id and each.status is AskStatus.open
            }
            if set(holes) - asked_for:
                assert one.alerted_at is not None, f"a silent hole on {one.title} at {one.start}"
            near = self.now < one.start <= self.now + timedelta(hours=POLICY.alert_hours)
            if near and sure < one.minimum:
                assert one.alerted_at is not None, "the manager does not know"

    @invariant()
    def counts_agree(self) -> None:
        """No shift is over- or double-filled; nobody is on two, or without rest."""
        if not hasattr(self, "shift_ids"):
            return

        async def look() -> int:
            async with transaction(self.database) as session:
                drifted = await session.execute(text(DRIFTED))
                return int(drifted.scalar_one())

        assert self.run(look()) == 0
