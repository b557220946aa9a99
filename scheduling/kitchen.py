"""What a kitchen needs to know of one meal: how many portions of what, and a label for each party."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Result, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.shapes.base import Named
from models.shapes.door import ChoiceName, Dish, KitchenLabel, KitchenList, Portions
from models.tables import Booking, Person
from scheduling.actors import Actor
from scheduling.managed import managed_slot
from scheduling.policies import Policy
from scheduling.queries.bookings import OCCUPYING

SERVING, DIET, DELIVER = "serving", "diet", "deliver"
"""The questions that a kitchen asks, and the answer for which somebody must be able to call (People 1)."""


async def kitchen_list(session: AsyncSession, *, actor: Actor, slot_id: UUID) -> KitchenList:
    """The kitchen's list of a meal, for those who manage the point; labels in the order of names.

    Raises NotFoundError, ForbiddenError.
    """
    slot, policy = await managed_slot(session, actor=actor, slot_id=slot_id)
    labels = await _labels(session, slot_id)
    return KitchenList(
        slot_id=slot_id,
        service=Named(id=slot.service_id, name=slot.service_name),
        point=Named(id=slot.point.id, name=slot.point.name),
        start=slot.slot.start,
        portions=sum(label.party for label in labels),
        by_serving=_portions(
            policy, SERVING, ((label.serving, label.party) for label in labels if label.serving is not None)
        ),
        by_diet=_portions(policy, DIET, ((need, label.party) for label in labels for need in label.diet)),
        dishes=_dishes(labels),
        labels=labels,
    )


async def _labels(session: AsyncSession, slot_id: UUID) -> list[KitchenLabel]:
    attendee, booker = aliased(Person), aliased(Person)
    rows: Result[*tuple[Any, ...]] = await session.execute(
        select(
            Booking, col(attendee.name).label("name"), col(attendee.phone), col(booker.phone).label("other")
        )
        .join(attendee, col(attendee.id) == col(Booking.attendee_id))
        .join(booker, col(booker.id) == col(Booking.booked_by_id))
        .where(col(Booking.slot_id) == slot_id, col(Booking.status).in_(OCCUPYING))
        .order_by(col(attendee.name), col(Booking.id))
    )
    return [_label(row.Booking, row.name, row.phone or row.other) for row in rows]


def _label(booking: Booking, name: str, phone: str | None) -> KitchenLabel:
    serving = booking.answers.get(SERVING)
    return KitchenLabel(
        booking_id=booking.id,
        code=booking.code,
        name=name,
        party=booking.party,
        serving=serving,
        diet=sorted(booking.answers.get(DIET, [])),
        note=booking.note,
        phone=phone if serving == DELIVER else None,
    )


def _portions(policy: Policy, question: str, answers: Iterable[tuple[str, int]]) -> list[Portions]:
    """Portions by answer: every choice that is offered, and what was answered before the choices changed."""
    counted: Counter[str] = Counter()
    for key, party in answers:
        counted[key] += party
    names = {
        choice.key: ChoiceName(zh=choice.zh, en=choice.en)
        for asked in policy.questions
        if asked.key == question
        for choice in asked.choices
    }
    former = sorted(set(counted) - set(names))
    return [
        Portions(key=key, name=names.get(key, ChoiceName(zh=key, en=key)), portions=counted[key])
        for key in [*names, *former]
    ]


def _dishes(labels: Sequence[KitchenLabel]) -> list[Dish]:
    counted: Counter[tuple[str | None, tuple[str, ...]]] = Counter()
    for label in labels:
        counted[label.serving, tuple(label.diet)] += label.party
    return [
        Dish(serving=serving, diet=list(diet), portions=portions)
        for (serving, diet), portions in sorted(
            counted.items(), key=lambda item: (item[0][0] or "", item[0][1])
        )
    ]
