"""Weighing people for a shift by every rule, and writing the places that were granted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import new_id
from models.tables import ShiftAsk, Signup
from models.vocabulary import AskStatus, SignupSource, SignupStatus
from scheduling import notices
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import Reason
from scheduling.policies import Policy
from scheduling.queries.rosters import Known, ShiftRow, hands_of, volunteers_by_id
from scheduling.rosters import hands
from scheduling.rosters.telling import owed_reminders
from scheduling.rules.roster import Claim, ShiftFacts, ShiftWish, refusals


@dataclass(frozen=True, slots=True)
class Weighed:
    """Somebody as the rules see them, and what speaks against them."""

    known: Known
    reasons: list[Reason]


async def weigh(
    session: AsyncSession,
    person_ids: Sequence[UUID],
    row: ShiftRow,
    policy: Policy,
    *,
    claim: Claim,
    now: datetime,
    leaving: Collection[UUID] = (),
    apart: bool = False,
) -> Mapping[UUID, Weighed]:
    """Asks every rule for each of these people, who come together, or, `apart`, one of whom comes.

    `leaving` signups count as given up.
    """
    people = await volunteers_by_id(session, person_ids, now=now, for_shifts=[row.id])
    facts = await _without(session, row.facts, leaving)
    party = 1 if apart else len(people)
    novices = 0 if apart else sum(known.facts.first_timer for known in people.values())
    return {
        person_id: Weighed(
            known,
            refusals(
                ShiftWish(
                    shift=facts,
                    volunteer=known.without(leaving).facts,
                    policy=policy,
                    now=now,
                    claim=claim,
                    party=party,
                    veterans=0 if apart else party - novices,
                    novices=novices,
                )
            ),
        )
        for person_id, known in people.items()
    }


async def _without(session: AsyncSession, facts: ShiftFacts, leaving: Collection[UUID]) -> ShiftFacts:
    """The shift without those who leave it: they are no company for a first-timer."""
    if not leaving:
        return facts
    rows = await session.execute(
        select(col(Signup.first_timer), func.count())
        .where(
            col(Signup.id).in_(leaving),
            col(Signup.shift_id) == facts.id,
            col(Signup.status).in_(
                [SignupStatus.proposed, SignupStatus.confirmed, SignupStatus.stand_in_wanted]
            ),
        )
        .group_by(col(Signup.first_timer))
    )
    gone = {row[0]: row[1] for row in rows}
    return replace(
        facts,
        experienced=facts.experienced - gone.get(False, 0),
        first_timers=facts.first_timers - gone.get(True, 0),
    )


def signup_columns(
    row: ShiftRow,
    policy: Policy,
    known: Known,
    *,
    status: SignupStatus,
    source: SignupSource,
    signed_by_id: UUID,
    now: datetime,
    **more: Any,  # further columns
) -> dict[str, Any]:
    """The columns of a new signup."""
    return {
        "id": new_id(),
        "created_at": now,
        "district_code": row.district_code,
        "shift_id": row.id,
        "point_id": row.facts.point_id,
        "person_id": known.facts.person_id,
        "person_number": known.number,
        "start": row.facts.start,
        "end": row.facts.end,
        "rest_until": row.facts.end + policy.rest,
        "status": status,
        "source": source,
        "signed_by_id": signed_by_id,
        "first_timer": known.facts.first_timer,
        "sequence": 0,
        "late": False,
        "reason": "",
        "scanned_in": False,
        "scanned_out": False,
        "team_id": None,
        "standing_id": None,
        "replaces_id": None,
        "answer_by": None,
        **more,
    }


async def enrol(
    session: AsyncSession,
    columns: Sequence[Mapping[str, Any]],
    row: ShiftRow,
    policy: Policy,
    *,
    actor: Actor,
    now: datetime,
    held: bool = False,
    replacing: bool = False,
) -> list[UUID]:
    """Writes granted signups of one shift, owes the reminders, ends what was asked of these people, records the deed.

    `replacing` ones were written by their caller already.
    """
    if not replacing:
        await hands.place(session, columns, held=held)
    owed = [
        reminder
        for one in columns
        if one["status"] is SignupStatus.confirmed
        for reminder in owed_reminders(
            row, policy, person_id=one["person_id"], signup_id=one["id"], sequence=0, now=now
        )
    ]
    await notices.owe(session, owed, now=now)
    await _answered(session, [one["person_id"] for one in columns], row, now)
    await end_needless_asks(session, [row.id], now=now)
    deeds = [
        Deed(
            "signup.made",
            "signup",
            one["id"],
            row.district_code,
            {"status": one["status"], "source": one["source"]},
        )
        for one in columns
    ]
    await record(session, deeds, actor=actor, now=now)
    return [one["id"] for one in columns]


async def _answered(session: AsyncSession, person_ids: Sequence[UUID], row: ShiftRow, now: datetime) -> None:
    """Whoever has a place now has answered what they were asked about it."""
    await session.execute(
        update(ShiftAsk)
        .where(
            col(ShiftAsk.shift_id) == row.id,
            col(ShiftAsk.person_id).in_(person_ids),
            col(ShiftAsk.status) == AskStatus.open,
        )
        .values(status=AskStatus.accepted, answered_at=now)
        .execution_options(synchronize_session=False)
    )


async def end_needless_asks(session: AsyncSession, shift_ids: Sequence[UUID], *, now: datetime) -> int:
    """Asking stops when nobody is missing any more (Volunteers 3): open asks of these shifts end."""
    expected = await hands_of(session, shift_ids)
    filled = [shift_id for shift_id, some in expected.items() if some.missing == 0]
    if not filled:
        return 0
    ended = await session.execute(
        update(ShiftAsk)
        .where(
            col(ShiftAsk.shift_id).in_(filled),
            col(ShiftAsk.signup_id).is_(None),
            col(ShiftAsk.status) == AskStatus.open,
        )
        .values(status=AskStatus.over, answered_at=now)
        .returning(col(ShiftAsk.id))
        .execution_options(synchronize_session=False)
    )
    ids = list(ended.scalars())
    await notices.withdraw_keys(session, [f"shift_ask:{ask_id}" for ask_id in ids], now=now)
    return len(ids)
