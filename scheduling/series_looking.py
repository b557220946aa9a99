"""Looking at standing orders: what one would come to before it is placed, and those that there are."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.base import Named, local_day
from models.shapes.waitlist import PreviewDay, SeriesOrder, SeriesPreview, SeriesSummary
from models.tables import Booking, Person, Point, Series, Service, Slot
from models.vocabulary import BookingStatus, OccurrenceStatus
from scheduling.actors import Actor
from scheduling.errors import NotFoundError, Reason
from scheduling.queries.bookings import active_links, engagements_of, pauses_of, series_places
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import SlotRow, slot_rows, slot_select
from scheduling.rules.booking import Engagement, Terms, Wish, refusals
from scheduling.rules.windows import PriorityFacts
from scheduling.series import data_of, pattern, slots_on
from scheduling.slots import generate_slots

Cursor = tuple[datetime, UUID]


async def preview(
    session: AsyncSession, *, actor: Actor, wanted: SeriesOrder, now: datetime
) -> SeriesPreview:
    """What `series.order` would answer now, day by day, by the same rules; nothing is booked, and nobody is locked.

    Slots beyond the horizon are made, as the clock will make them anyway. Raises InvalidInputError for a pattern that
    cannot be taken, NotFoundError.
    """
    person_id = actor.require_person()
    attendee_id = wanted.attendee_id or person_id
    if attendee_id != person_id and not await active_links(session, [(person_id, attendee_id)]):
        raise NotFoundError(what="attendee")
    origin = next(iter(await slot_rows(session, slot_select().where(col(Slot.id) == wanted.slot_id))), None)
    if origin is None:
        raise NotFoundError(what="slot")
    rule, days = await pattern(session, wanted, origin)
    await generate_slots(session, service_ids=[origin.service_id], now=now, until=wanted.until)
    slots = await slots_on(session, origin, days)
    judged = await _judged(session, wanted, attendee_id, days=days, slots=slots, now=now)
    return SeriesPreview(rrule=rule, first=days[0], last=days[-1], days=judged)


async def _judged(
    session: AsyncSession,
    wanted: SeriesOrder,
    attendee_id: UUID,
    *,
    days: Sequence[date],
    slots: Mapping[date, SlotRow],
    now: datetime,
) -> list[PreviewDay]:
    """Each day in turn; what the days before it would book counts for it."""
    attendee = await session.get_one(Person, attendee_id)
    engaged = list((await engagements_of(session, [attendee_id], now=now)).get(attendee_id, ()))
    pauses = (await pauses_of(session, [attendee_id], now=now)).get(attendee_id, ())
    held = await series_places(session, [row.slot.id for row in slots.values()])
    policies = await policies_for(session, (row.scope for row in slots.values()))
    judged: list[PreviewDay] = []
    for day in days:
        row = slots.get(day)
        if row is None:
            judged.append(PreviewDay(date=day, status=OccurrenceStatus.skipped, slot=None, reasons=[]))
            continue
        wish = Wish(
            slot=row.slot,
            party=wanted.party,
            person=PriorityFacts(attendee.birth_date, attendee.disability),
            engagements=engaged,
            policy=policies[row.service_id],
            now=now,
            answers=wanted.answers,
            pauses=pauses,
            terms=Terms.series,
            series_places=held.get(row.slot.id, 0),
        )
        reasons = refusals(wish)
        status = _status(wanted, reasons)
        if status is OccurrenceStatus.booked:
            engaged.append(_engagement(row))
        judged.append(
            PreviewDay(
                date=day,
                status=status,
                slot=row.view(policies[row.service_id]),
                reasons=[data_of(reason) for reason in reasons],
            )
        )
    return judged


def _status(wanted: SeriesOrder, reasons: Sequence[Reason]) -> OccurrenceStatus:
    if not reasons:
        return OccurrenceStatus.booked
    only_full = [reason.code for reason in reasons] == ["not-enough-places"]
    return (
        OccurrenceStatus.waitlisted
        if only_full and wanted.on_full == "waitlist"
        else OccurrenceStatus.refused
    )


def _engagement(row: SlotRow) -> Engagement:
    slot = row.slot
    return Engagement(
        booking_id=slot.id,  # not booked yet; nothing but the times is looked at
        slot_id=slot.id,
        category=slot.category,
        start=slot.start,
        end=slot.end,
        service=row.service_name,
        point=row.point.name,
        of_series=True,
    )


async def mine(
    session: AsyncSession, *, actor: Actor, now: datetime, limit: int, after: Cursor | None
) -> tuple[list[SeriesSummary], Cursor | None]:
    """A page of the standing orders that the actor placed, or that were placed for them, whose last day is not over and
    which were not cancelled; newest first, and where the next page begins.
    """
    person_id = actor.require_person()
    made, id_ = col(Series.created_at), col(Series.id)
    ahead = (
        select(
            col(Booking.series_id),
            func.count().label("number"),
            func.min(col(Booking.start)).label("start"),
        )
        .where(
            col(Booking.series_id) == col(Series.id),
            col(Booking.status) == BookingStatus.confirmed,
            col(Booking.start) > now,
        )
        .group_by(col(Booking.series_id))
        .lateral("ahead")
    )
    statement = (
        select(
            Series,
            col(Service.name).label("service"),
            col(Point.id).label("point_id"),
            col(Point.name).label("point"),
            col(Person.name).label("attendee"),
            ahead.c.number,
            ahead.c.start,
        )
        .join(Service, col(Service.id) == col(Series.service_id))
        .join(Point, col(Point.id) == col(Service.point_id))
        .join(Person, col(Person.id) == col(Series.attendee_id))
        .outerjoin(ahead, ahead.c.series_id == col(Series.id))
        .where(
            or_(col(Series.person_id) == person_id, col(Series.attendee_id) == person_id),
            and_(col(Series.last) >= local_day(now), col(Series.cancelled).is_(False)),
        )
        .order_by(made.desc(), id_.desc())
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(made, id_) < tuple_(*after))
    rows = (await session.execute(statement)).all()
    items = [
        SeriesSummary(
            id=row.Series.id,
            service=Named(id=row.Series.service_id, name=row.service),
            point=Named(id=row.point_id, name=row.point),
            attendee=Named(id=row.Series.attendee_id, name=row.attendee),
            party=row.Series.party,
            rrule=row.Series.rrule,
            first=row.Series.first,
            last=row.Series.last,
            cancelled=row.Series.cancelled,
            ahead=row.number or 0,
            start=row.start,
            created_at=row.Series.created_at,
        )
        for row in rows[:limit]
    ]
    return items, ((items[-1].created_at, items[-1].id) if len(rows) > limit else None)
