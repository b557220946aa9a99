"""What is possible instead of a refused booking (product: Booking 6), found outside the locks of the refusal."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.base import DISTRICT_ZONE, Coordinates, local_day
from models.shapes.bookings import Alternative, BookingOrder
from models.tables import Person, Slot
from models.vocabulary import AlternativeKind, SlotStatus
from scheduling.actors import Actor
from scheduling.policies import Policy
from scheduling.queries.bookings import engagements_of
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import SlotRow, distance_m, in_box, slot_rows, slot_select
from scheduling.rules.booking import Engagement, Wish, refusals
from scheduling.rules.windows import PriorityFacts

CANDIDATES = 12
"""How many slots of each kind are looked at."""


async def propose(
    session: AsyncSession, *, actor: Actor, wanted: BookingOrder, now: datetime, moving: UUID | None = None
) -> list[Alternative]:
    """Slots that the same attendee and party can really book now, near the one wanted and unlike each other.

    First one of each kind: the same service at another time that day, another point within reach, another day; then
    more of whichever there are. Every rule is asked, so that what is proposed is not refused again. `moving` names a
    booking that is to be moved and so is in nobody's way.
    """
    attendee_id = wanted.attendee_id or actor.require_person()
    origin = next(iter(await slot_rows(session, slot_select().where(col(Slot.id) == wanted.slot_id))), None)
    if origin is None:
        return []
    policy = (await policies_for(session, [origin.scope]))[origin.service_id]
    person = (
        await session.execute(
            select(col(Person.birth_date), col(Person.disability)).where(col(Person.id) == attendee_id)
        )
    ).first()
    if person is None:
        return []
    engaged = (await engagements_of(session, [attendee_id], now=now)).get(attendee_id, [])
    others = [other for other in engaged if other.booking_id != moving]
    left = {other.slot_id for other in engaged if other.booking_id == moving}
    judge = Judge(PriorityFacts(person.birth_date, person.disability), others, wanted.party, now)

    found: dict[AlternativeKind, list[Alternative]] = {}
    for kind, conditions, order in _kinds(origin, policy):
        near = Coordinates(latitude=origin.point.latitude, longitude=origin.point.longitude)
        statement = (
            slot_select(near).where(*_bookable(origin, wanted.party, now), *conditions).order_by(*order)
        )
        rows = await slot_rows(session, statement.limit(CANDIDATES))
        policies = await policies_for(session, (row.scope for row in rows))
        found[kind] = [
            Alternative(kind=kind, **dict(row.view(policies[row.service_id])))
            for row in rows
            if row.slot.id not in left and judge.allows(row, policies[row.service_id])
        ]
    return mixed(found, policy.alternatives)


class Judge:
    """Asks the rules whether one attendee may book a slot."""

    def __init__(
        self, person: PriorityFacts, engaged: Sequence[Engagement], party: int, now: datetime
    ) -> None:
        self.person = person
        self.engaged = engaged
        self.party = party
        self.now = now

    def allows(self, row: SlotRow, policy: Policy) -> bool:
        """Whether every rule says yes."""
        return not refusals(Wish(row.slot, self.party, self.person, self.engaged, policy, self.now))


Kind = tuple[AlternativeKind, Sequence[ColumnElement[bool]], Sequence[SQLColumnExpression[Any]]]


def _kinds(origin: SlotRow, policy: Policy) -> list[Kind]:
    day = local_day(origin.slot.start)
    day_start = datetime.combine(day, time(0), tzinfo=DISTRICT_ZONE)
    on_day = (col(Slot.start) >= day_start, col(Slot.start) < day_start + timedelta(days=1))
    same_service = col(Slot.service_id) == origin.service_id
    near = Coordinates(latitude=origin.point.latitude, longitude=origin.point.longitude)
    closeness: ColumnElement[Any] = func.abs(func.extract("epoch", col(Slot.start) - origin.slot.start))
    return [
        (AlternativeKind.other_time, [same_service, *on_day], [closeness, col(Slot.id)]),
        (
            AlternativeKind.other_point,
            [
                col(Slot.category) == origin.slot.category,
                col(Slot.point_id) != origin.point.id,
                *on_day,
                *in_box(near, policy.reach_m),
                distance_m(near) <= policy.reach_m,
            ],
            [closeness, distance_m(near), col(Slot.id)],
        ),
        (
            AlternativeKind.other_day,
            [
                same_service,
                (col(Slot.start) < day_start) | (col(Slot.start) >= day_start + timedelta(days=1)),
            ],
            [closeness, col(Slot.id)],
        ),
    ]


def _bookable(origin: SlotRow, party: int, now: datetime) -> list[ColumnElement[bool]]:
    return [
        col(Slot.id) != origin.slot.id,
        col(Slot.status) == SlotStatus.open,
        col(Slot.start) > now,
        col(Slot.capacity) - col(Slot.taken) >= party,
    ]


def mixed(found: dict[AlternativeKind, list[Alternative]], most: int) -> list[Alternative]:
    """One of each kind first, then the next of each, without repeating a slot."""
    chosen: list[Alternative] = []
    seen: set[UUID] = set()
    for round_ in range(CANDIDATES):
        for kind in AlternativeKind:
            options = found.get(kind, [])
            if round_ < len(options) and options[round_].id not in seen and len(chosen) < most:
                chosen.append(options[round_])
                seen.add(options[round_].id)
    return chosen
