"""Bookings as people see them, and what a person is engaged in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    DateTime,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.driver import Query, Record, Running, Statement, ask
from models.shapes.base import Named
from models.shapes.bookings import BookingView
from models.shapes.openings import LONGEST_SLOT
from models.shapes.places import ServiceBrief
from models.tables import Booking, HouseholdLink, Pause, Person, Point, Rating, Service, Slot
from models.vocabulary import Arrival, BookingStatus, Category
from scheduling.policies import Policy
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import SlotRow, slot_row, slot_select
from scheduling.rules.booking import Engagement, PauseFacts
from scheduling.rules.windows import free_cancel_until, kept_until

OCCUPYING = (BookingStatus.confirmed, BookingStatus.attended)
"""The states in which a booking occupies its places and its attendee's time."""


async def engagements_of(
    running: Running, person_ids: Sequence[UUID], *, now: datetime
) -> Mapping[UUID, list[Engagement]]:
    """What each attendee is engaged in from now on."""
    return await ask(running, engaging(person_ids, now=now))


def engaging(person_ids: Sequence[UUID], *, now: datetime) -> Query[dict[UUID, list[Engagement]]]:
    """The query of `engagements_of`."""

    def read(rows: Sequence[Record]) -> dict[UUID, list[Engagement]]:
        found: dict[UUID, list[Engagement]] = {}
        for attendee_id, booking_id, slot_id, category, *rest in rows:
            engagement = Engagement(booking_id, slot_id, Category(category), *rest)
            found.setdefault(attendee_id, []).append(engagement)
        return found

    since = now - LONGEST_SLOT
    values = {"ids": list(set(person_ids)), "now": now, "since": since, "occupying": list(OCCUPYING)}
    return Query(_ENGAGEMENTS, values, read)


_IDS = func.any(bindparam("ids", type_=ARRAY(Uuid)))
_NOW = bindparam("now", type_=DateTime(timezone=True))
_OCCUPYING = text("booking.status IN ('confirmed', 'attended')")

_ASKED = func.unnest(bindparam("ids", type_=ARRAY(Uuid))).table_valued("id").render_derived(name="asked")


def _engagements() -> Select[*tuple[Any, ...]]:
    """Person by person through their own index, whatever the database believes to know of a table that fills within
    minutes. OFFSET keeps it from reading all bookings for all of them at once; states that are no constants, from
    taking an index that has the right ones only, but not by person.
    """
    theirs = (
        select(
            col(Booking.attendee_id),
            col(Booking.id),
            col(Booking.slot_id),
            col(Booking.category),
            col(Booking.start),
            col(Booking.end),
            col(Booking.series_id),
            col(Booking.service_id),
            col(Booking.point_id),
        )
        .where(
            col(Booking.attendee_id) == _ASKED.c.id,
            # Whatever has not ended began within the longest time that a slot lasts: so the past is not read. Compared as
            # a row, since a moment alone could be looked for in every index that has one (PostgreSQL 18 skips through
            # them), and in a table that is known as empty that looks as cheap.
            tuple_(col(Booking.attendee_id), col(Booking.start))
            > tuple_(_ASKED.c.id, bindparam("since", type_=DateTime(timezone=True))),
            col(Booking.end) > _NOW,
            col(Booking.status) == func.any(bindparam("occupying", type_=ARRAY(String))),
        )
        .offset(literal_column("0"))
        .lateral("theirs")
    )
    of = theirs.c
    return (
        select(
            *(of.attendee_id, of.id, of.slot_id, of.category, of.start, of.end),
            col(Service.name),
            col(Point.name),
            of.series_id.is_not(None),
        )
        .select_from(_ASKED)
        .join(theirs, true())
        .join(Service, col(Service.id) == of.service_id)
        .join(Point, col(Point.id) == of.point_id)
        .order_by(of.start)
    )


_ENGAGEMENTS = Statement(_engagements())


async def pauses_of(
    running: Running, person_ids: Sequence[UUID], *, now: datetime
) -> Mapping[UUID, list[PauseFacts]]:
    """The pauses in force for each attendee."""
    return await ask(running, pausing(person_ids, now=now))


def pausing(person_ids: Sequence[UUID], *, now: datetime) -> Query[dict[UUID, list[PauseFacts]]]:
    """The query of `pauses_of`."""

    def read(rows: Sequence[Record]) -> dict[UUID, list[PauseFacts]]:
        found: dict[UUID, list[PauseFacts]] = {}
        for person_id, category, until in rows:
            found.setdefault(person_id, []).append(PauseFacts(Category(category), until))
        return found

    return Query(_PAUSES, {"ids": list(person_ids), "now": now}, read)


_PAUSES = Statement(
    select(col(Pause.person_id), col(Pause.category), col(Pause.until)).where(
        col(Pause.person_id) == _IDS, col(Pause.until) > _NOW, col(Pause.lifted_at).is_(None)
    )
)


async def series_places(running: Running, slot_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """The places that series hold in each slot."""
    rows = await _SERIES_PLACES(running, ids=list(slot_ids))
    return {slot_id: int(places) for slot_id, places in rows}


_SERIES_PLACES = Statement(
    select(col(Booking.slot_id), func.sum(col(Booking.party)))
    .where(col(Booking.slot_id) == _IDS, col(Booking.series_id).is_not(None), _OCCUPYING)
    .group_by(col(Booking.slot_id))
)


async def active_links(
    running: Running, pairs: Sequence[tuple[UUID, UUID]]
) -> Mapping[tuple[UUID, UUID], bool]:
    """Which of these (person, relative) pairs have an active household link, and whether the relative is told too."""
    if not pairs:
        return {}
    persons, relatives = zip(*pairs, strict=True)
    rows = await _LINKS(running, persons=list(persons), relatives=list(relatives))
    return {(person_id, relative_id): tells for person_id, relative_id, tells in rows}


def _links() -> Select[*tuple[Any, ...]]:
    asked = select(
        func.unnest(bindparam("persons", type_=ARRAY(Uuid))).label("person_id"),
        func.unnest(bindparam("relatives", type_=ARRAY(Uuid))).label("relative_id"),
    ).subquery("asked")
    link = HouseholdLink
    return (
        select(col(link.person_id), col(link.relative_id), col(link.notify_relative))
        .join(
            asked,
            and_(col(link.person_id) == asked.c.person_id, col(link.relative_id) == asked.c.relative_id),
        )
        .where(text("household_link.status = 'active'"))
    )


_LINKS = Statement(_links())


@dataclass(frozen=True, slots=True)
class BookedRow:
    """A booking with its slot, the names of the people, and how it was rated."""

    booking: Booking
    slot: SlotRow
    attendee_name: str
    booked_by_name: str
    stars: int | None

    def view(self, policy: Policy) -> BookingView:
        """As the API shows it."""
        booking, slot = self.booking, self.slot
        return BookingView(
            id=booking.id,
            code=booking.code,
            status=booking.status,
            party=booking.party,
            slot=slot.view(policy),
            point=slot.point,
            service=ServiceBrief(id=slot.service_id, name=slot.service_name, category=booking.category),
            attendee=Named(id=booking.attendee_id, name=self.attendee_name),
            booked_by=Named(id=booking.booked_by_id, name=self.booked_by_name),
            note=booking.note,
            answers=booking.answers,
            series_id=booking.series_id,
            queue_number=booking.queue_number,
            free_cancel_until=free_cancel_until(booking.start, policy),
            arrival=booking.arrival,
            kept_until=kept_until(booking.start, booking.end, policy, late=booking.arrival is Arrival.late),
            stars=self.stars,
            created_at=booking.created_at,
            checked_in_at=booking.checked_in_at,
            cancelled_at=booking.cancelled_at,
            late_cancel=booking.late_cancel,
            demo=slot.demo,
        )


Attendee = aliased(Person, name="attendee")
Booker = aliased(Person, name="booker")


async def booked_rows(session: AsyncSession, ids: Sequence[UUID]) -> list[BookedRow]:
    """The bookings of these ids, in no particular order."""
    rows = await session.execute(
        slot_select()
        .join(Booking, col(Booking.slot_id) == col(Slot.id))
        .join(Attendee, col(Attendee.id) == col(Booking.attendee_id))
        .join(Booker, col(Booker.id) == col(Booking.booked_by_id))
        .add_columns(
            Booking,
            col(Attendee.name).label("attendee_name"),
            col(Booker.name).label("booked_by_name"),
            col(Rating.stars),
        )
        .outerjoin(Rating, col(Rating.booking_id) == col(Booking.id))
        .where(col(Booking.id).in_(ids))
        .execution_options(populate_existing=True)
    )
    return [
        BookedRow(row.Booking, slot_row(row), row.attendee_name, row.booked_by_name, row.stars)
        for row in rows
    ]


async def booking_views(session: AsyncSession, ids: Sequence[UUID]) -> list[BookingView]:
    """The bookings of these ids as the API shows them, in the order of the ids."""
    rows = {row.booking.id: row for row in await booked_rows(session, ids)}
    policies = await policies_for(session, (row.slot.scope for row in rows.values()))
    return [rows[id_].view(policies[rows[id_].slot.service_id]) for id_ in ids if id_ in rows]


async def code_is_taken(session: AsyncSession, *, but: UUID, code: str, point_id: UUID, day: date) -> bool:
    """Whether another booking than `but` has this code at that point on that day."""
    other = select(col(Booking.id)).where(
        col(Booking.point_id) == point_id,
        col(Booking.day) == day,
        col(Booking.code) == code,
        col(Booking.id) != but,
    )
    return (await session.execute(other)).first() is not None


When = Literal["upcoming", "past"]
Cursor = tuple[datetime, UUID]


async def booking_ids_of(
    session: AsyncSession, *, person_id: UUID, when: When, now: datetime, limit: int, after: Cursor | None
) -> list[tuple[UUID, datetime]]:
    """Ids and starts of a person's bookings, for oneself or made by oneself for another.

    Upcoming: confirmed or checked in and not ended, soonest first. Past: ended or cancelled, latest first.
    """
    start, id_ = col(Booking.start), col(Booking.id)
    mine = or_(col(Booking.attendee_id) == person_id, col(Booking.booked_by_id) == person_id)
    current = and_(col(Booking.end) > now, col(Booking.status).in_(OCCUPYING))
    statement = select(id_, start).where(mine)
    if when == "upcoming":
        statement = statement.where(current).order_by(start, id_)
        if after is not None:
            statement = statement.where(tuple_(start, id_) > tuple_(*after))
    else:
        statement = statement.where(~current).order_by(start.desc(), id_.desc())
        if after is not None:
            statement = statement.where(tuple_(start, id_) < tuple_(*after))
    return [(row.id, row.start) for row in await session.execute(statement.limit(limit))]
