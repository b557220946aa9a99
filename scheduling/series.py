"""Standing orders: lunch every weekday until Christmas. One order, every day answered at once, each changeable alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic_core import PydanticCustomError
from sqlalchemy import Result, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.base import Named, local, local_day
from models.shapes.bookings import BookingOrder, BookingView
from models.shapes.waitlist import OccurrenceView, SeriesOrder, SeriesView, WaitlistOrder
from models.tables import Booking, Person, Series, SeriesOccurrence, Service, Slot, WaitlistEntry
from models.vocabulary import BookingStatus, CancelReason, NoticeKind, OccurrenceStatus
from scheduling import notices, places, waitlist
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.desk import Outcome, book_many
from scheduling.drafts.recurrence import normal_rrule
from scheduling.entries import ACTIVE
from scheduling.errors import (
    BookingRefusedError,
    ConsentWithdrawnError,
    InvalidInputError,
    NotFoundError,
    Reason,
    Value,
)
from scheduling.grants import Order
from scheduling.locks import lock_persons, lock_slots
from scheduling.promotion import promote
from scheduling.queries.bookings import active_links, booking_views
from scheduling.queries.household import told_about
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import SlotRow, slot_rows, slot_select
from scheduling.rules.booking import Terms
from scheduling.rules.kinds import KINDS
from scheduling.rules.recurrence import recurring_days
from scheduling.rules.waiting import told_at
from scheduling.rules.windows import free_cancel_until
from scheduling.slots import generate_slots


async def order(session: AsyncSession, *, actor: Actor, wanted: SeriesOrder, now: datetime) -> SeriesView:
    """Orders places on every day of a pattern, and answers for each: booked, waitlisted, refused and why, or skipped.

    Days on which the service is closed (holidays) are skipped. Raises InvalidInputError for a pattern that cannot be
    taken, NotFoundError, ConsentWithdrawnError, and BookingRefusedError when no day at all can be had.
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
    series = Series(
        created_at=now,
        district_code=origin.district_code,
        service_id=origin.service_id,
        person_id=person_id,
        attendee_id=attendee_id,
        party=wanted.party,
        rrule=rule,
        first=days[0],
        last=days[-1],
    )
    session.add(series)
    await session.flush()
    orders = [
        Order(actor, _single(wanted, slots[day].slot.id), Terms.series, series_id=series.id)
        for day in days
        if day in slots
    ]
    judged = await book_many(session, orders, now=now)
    for outcome in judged:
        if isinstance(outcome, ConsentWithdrawnError):
            raise outcome
    outcomes = dict(zip((day for day in days if day in slots), judged, strict=True))
    rows = [
        await _occurrence(session, actor, wanted, series, day, slots.get(day), outcomes.get(day), now)
        for day in days
    ]
    _require_any(rows, outcomes)
    session.add_all(rows)
    deed = Deed(
        "series.ordered",
        "series",
        series.id,
        series.district_code,
        {"days": len(days), "booked": sum(1 for row in rows if row.status is OccurrenceStatus.booked)},
    )
    await record(session, [deed], actor=actor, now=now)
    await session.flush()
    view = await _view(session, series)
    await _tell(session, view, origin, actor=actor, now=now)
    return view


async def _tell(
    session: AsyncSession, series: SeriesView, origin: SlotRow, *, actor: Actor, now: datetime
) -> None:
    """Tells what became of the order as a whole to whom has not seen the answer: the relative."""
    pair = (actor.require_person(), series.attendee.id)
    told = (await told_about(session, [pair]))[pair]
    policy = (await policies_for(session, [origin.scope]))[origin.service_id]
    counted = Counter(one.status for one in series.occurrences)
    kind, due = NoticeKind.series_result, told_at(now, policy)
    data: dict[str, Value] = {
        **notices.slot_data(origin),
        "series_id": str(series.id),
        "attendee": series.attendee.name,
        "party": series.party,
        "first": series.first.isoformat(),
        "last": series.last.isoformat(),
        **{str(status): counted[status] for status in OccurrenceStatus},
    }
    owed = [
        notices.Owed(
            person_id=person_id,
            kind=kind,
            dedupe_key=f"{kind}:{series.id}:{person_id}",
            due_at=due,
            expires_at=due + KINDS[kind].worth,
            data={**data, "for_self": person_id == series.attendee.id},
            district_code=origin.district_code,
            quiet=policy.quiet,
        )
        for person_id in told
        if person_id != actor.person_id
    ]
    await notices.owe(session, owed, now=now)


async def pattern(session: AsyncSession, wanted: SeriesOrder, origin: SlotRow) -> tuple[str, list[date]]:
    """The rule in its normal form and its days, from the origin's day to the last, both inclusive."""
    policy = (await policies_for(session, [origin.scope]))[origin.service_id]
    first = local_day(origin.slot.start)
    if wanted.until < first:
        raise InvalidInputError(field="until", detail="lies before the first day")
    if wanted.until > first + timedelta(days=policy.series_days):
        raise InvalidInputError(field="until", detail=f"at most {policy.series_days} days ahead")
    try:
        rule = normal_rrule(wanted.rrule)
    except PydanticCustomError as error:
        raise InvalidInputError(field="rrule", detail=str(error)) from error
    if rule.startswith("FREQ=MONTHLY"):
        raise InvalidInputError(field="rrule", detail="daily or weekly")
    days = sorted(recurring_days(rule, first, first, wanted.until))
    if not days:
        raise InvalidInputError(field="rrule", detail="falls on no day until then")
    return rule, days


async def slots_on(session: AsyncSession, origin: SlotRow, days: Sequence[date]) -> Mapping[date, SlotRow]:
    """The slots of the same service at the same local time on these days."""
    clock = local(origin.slot.start).timetz()
    starts = [datetime.combine(day, clock) for day in days]
    rows = await slot_rows(
        session, slot_select().where(col(Slot.service_id) == origin.service_id, col(Slot.start).in_(starts))
    )
    return {local_day(row.slot.start): row for row in rows}


def _single(wanted: SeriesOrder, slot_id: UUID) -> BookingOrder:
    return BookingOrder(
        slot_id=slot_id,
        party=wanted.party,
        attendee_id=wanted.attendee_id,
        note=wanted.note,
        answers=wanted.answers,
    )


def data_of(reason: Reason) -> dict[str, Any]:
    """A reason as a day of a series keeps and shows it."""
    return {"code": reason.code, **reason.data}


async def _occurrence(  # noqa: PLR0917  # one row of a table needs its columns
    session: AsyncSession,
    actor: Actor,
    wanted: SeriesOrder,
    series: Series,
    day: date,
    slot: SlotRow | None,
    outcome: Outcome | None,
    now: datetime,
) -> SeriesOccurrence:
    """What became of one day; a full one is waited for when the order says so."""
    row = SeriesOccurrence(created_at=now, series_id=series.id, day=day, status=OccurrenceStatus.skipped)
    if slot is None:
        return row
    row.slot_id = slot.slot.id
    if isinstance(outcome, BookingView):
        row.status, row.booking_id = OccurrenceStatus.booked, outcome.id
        return row
    reasons = outcome.reasons if isinstance(outcome, BookingRefusedError) else ()
    row.status, row.reasons = OccurrenceStatus.refused, [data_of(reason) for reason in reasons]
    if wanted.on_full == "waitlist" and [reason.code for reason in reasons] == ["not-enough-places"]:
        waiting = WaitlistOrder(**_single(wanted, slot.slot.id).model_dump())
        try:
            entry = await waitlist.join(session, actor=actor, wanted=waiting, now=now, series_id=series.id)
        except BookingRefusedError as refusal:
            row.reasons = [data_of(reason) for reason in refusal.reasons]
        else:
            row.status, row.entry_id = OccurrenceStatus.waitlisted, entry.id
    return row


def _require_any(rows: Sequence[SeriesOccurrence], outcomes: Mapping[date, Outcome]) -> None:
    if any(row.status in {OccurrenceStatus.booked, OccurrenceStatus.waitlisted} for row in rows):
        return
    refused = [outcome for outcome in outcomes.values() if isinstance(outcome, BookingRefusedError)]
    reasons = {reason.code: reason for outcome in refused for reason in outcome.reasons}
    raise BookingRefusedError(list(reasons.values()) or [Reason("nothing-open")])


async def _own(session: AsyncSession, actor: Actor, series_id: UUID) -> Series:
    series = await session.get(Series, series_id, populate_existing=True)
    person_id = actor.require_person()
    if series is None or (
        person_id not in {series.person_id, series.attendee_id}
        and not await active_links(session, [(person_id, series.attendee_id)])
    ):
        raise NotFoundError(what="series")
    return series


async def show(session: AsyncSession, *, actor: Actor, series_id: UUID) -> SeriesView:
    """A series with all its days as they are now."""
    return await _view(session, await _own(session, actor, series_id))


async def cancel(session: AsyncSession, *, actor: Actor, series_id: UUID, now: datetime) -> SeriesView:
    """Cancels what is still ahead, all together, and leaves the waitlists; what was changed alone stays as it is.

    Cancelling again changes nothing.
    """
    series = await _own(session, actor, series_id)
    await lock_persons(session, [series.person_id, series.attendee_id])
    ahead = list(
        (
            await session.execute(
                select(Booking)
                .where(
                    col(Booking.series_id) == series_id,
                    col(Booking.status) == BookingStatus.confirmed,
                    col(Booking.start) > now,
                )
                .execution_options(populate_existing=True)
            )
        ).scalars()
    )
    entries = list(
        (
            await session.execute(
                select(WaitlistEntry).where(
                    col(WaitlistEntry.series_id) == series_id, col(WaitlistEntry.status).in_(ACTIVE)
                )
            )
        ).scalars()
    )
    slots = await lock_slots(
        session, {booking.slot_id for booking in ahead} | {entry.slot_id for entry in entries}
    )
    policies = await policies_for(session, (slot.scope for slot in slots.values()))
    vacated = [
        places.Vacated(
            booking.id,
            booking.slot_id,
            booking.party,
            now > free_cancel_until(booking.start, policies[booking.service_id]),
        )
        for booking in ahead
    ]
    await places.vacate(session, vacated, reason=CancelReason.by_person, by=actor.person_id, now=now)
    await notices.withdraw(session, booking_ids=[booking.id for booking in ahead], now=now)
    await session.execute(update(Series).where(col(Series.id) == series_id).values(cancelled=True))
    deeds = [
        Deed("booking.cancelled", "booking", each.booking_id, series.district_code, {"late": each.late})
        for each in vacated
    ]
    deeds.append(
        Deed("series.cancelled", "series", series_id, series.district_code, {"bookings": len(ahead)})
    )
    await record(session, deeds, actor=actor, now=now)
    for entry in entries:
        await waitlist.leave(session, actor=actor, entry_id=entry.id, now=now)
    await promote(session, sorted({booking.slot_id for booking in ahead}), now=now)
    return await show(session, actor=actor, series_id=series_id)


async def _view(session: AsyncSession, series: Series) -> SeriesView:
    await session.flush()
    return (await views_of(session, [series.id]))[0]


async def views_of(session: AsyncSession, ids: Sequence[UUID]) -> list[SeriesView]:
    """Series with all their days as they are now, in the order of the ids: a handful of statements, however many."""
    found: Result[*tuple[Any, ...]] = await session.execute(
        select(Series, col(Service.name).label("service"), col(Person.name).label("attendee"))
        .join(Service, col(Service.id) == col(Series.service_id))
        .join(Person, col(Person.id) == col(Series.attendee_id))
        .where(col(Series.id).in_(ids))
        .execution_options(populate_existing=True)
    )
    ordered = {row.Series.id: row for row in found}
    days: dict[UUID, list[SeriesOccurrence]] = {}
    rows = await session.execute(
        select(SeriesOccurrence)
        .where(col(SeriesOccurrence.series_id).in_(ids))
        .order_by(col(SeriesOccurrence.series_id), col(SeriesOccurrence.day))
    )
    for one in rows.scalars():
        days.setdefault(one.series_id, []).append(one)
    # Places offered from the waitlist became bookings since: they are the series' too.
    since = await session.execute(
        select(col(Booking.series_id), col(Booking.slot_id), col(Booking.id)).where(
            col(Booking.series_id).in_(ids)
        )
    )
    by_slot = {(row.series_id, row.slot_id): row.id for row in since}
    booking_ids = {
        one.id: one.booking_id or by_slot.get((one.series_id, one.slot_id))
        for some in days.values()
        for one in some
    }
    views = {
        view.id: view for view in await booking_views(session, [id_ for id_ in booking_ids.values() if id_])
    }
    return [
        SeriesView(
            id=row.Series.id,
            service=Named(id=row.Series.service_id, name=row.service),
            attendee=Named(id=row.Series.attendee_id, name=row.attendee),
            party=row.Series.party,
            rrule=row.Series.rrule,
            first=row.Series.first,
            last=row.Series.last,
            cancelled=row.Series.cancelled,
            occurrences=[
                OccurrenceView(
                    date=one.day,
                    status=OccurrenceStatus.booked if booking_ids[one.id] else one.status,
                    booking=views.get(booking_ids[one.id] or one.id),
                    waitlist_id=one.entry_id,
                    reasons=one.reasons,
                )
                for one in days.get(row.Series.id, [])
            ],
        )
        for row in (ordered[id_] for id_ in ids)
    ]
