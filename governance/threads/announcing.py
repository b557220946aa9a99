"""What managers write to those booked at their point: shown first whom it reaches, then sent once to each (Messages 1, 2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.driver import Insertion, insert_all
from models.ids import new_id
from models.shapes.base import Day, Named, local_day
from models.shapes.places import PointBrief
from models.shapes.threads import PointMessageImpact, PointMessageOrder, PointMessageView
from models.tables import (
    Booking,
    ChannelIdentity,
    Notice,
    Person,
    Point,
    PointMessage,
    PointMessageRecipient,
    Service,
    Slot,
)
from models.vocabulary import BookingStatus, NoticeKind, NoticeStatus
from scheduling import notices
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, InvalidInputError, NotFoundError, Reason, Value
from scheduling.policies import Policy
from scheduling.queries.household import told_about
from scheduling.queries.points import managed_point
from scheduling.queries.policies import point_policies
from scheduling.rules.booking import when
from scheduling.rules.kinds import KINDS
from scheduling.rules.waiting import told_at

A_DAY = timedelta(days=1)
BULK_FROM = 20
"""Told to so many at once, it makes way for what single people wait for."""

Cursor = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a message is for: people by their first booking that it is about, and when the last of these ends."""

    day: Day
    bookings: Mapping[UUID, Booking]
    starts: datetime
    ends: datetime


async def impact(
    session: AsyncSession,
    *,
    actor: Actor,
    point_id: UUID,
    wanted: PointMessageOrder,
    now: datetime,
) -> PointMessageImpact:
    """Whom a message would reach, and when it would go out. Raises NotFoundError, ForbiddenError, InvalidInputError."""
    point = await managed_point(session, actor=actor, point_id=point_id)
    policy = await _policy(session, point_id)
    audience = await _audience(session, point, wanted, now)
    return PointMessageImpact(
        people=0 if audience is None else len(audience.bookings),
        reachable=0 if audience is None else len(await _reachable(session, audience.bookings)),
        goes_out_at=now if audience is None else goes_out_at(audience, now, policy),
        left_today=max(0, policy.point_messages_day - await _sent_within_a_day(session, point_id, now)),
    )


def goes_out_at(audience: Audience, now: datetime, policy: Policy) -> datetime:
    """At once; in the quiet hours at their end, but for what is about the same day."""
    return now if audience.day == local_day(now) else told_at(now, policy)


async def send(
    session: AsyncSession,
    *,
    actor: Actor,
    point_id: UUID,
    wanted: PointMessageOrder,
    now: datetime,
) -> PointMessageView:
    """Writes to everybody booked, one notice a person.

    Messages of one point are counted under the point's lock. Raises NotFoundError, ForbiddenError, InvalidInputError;
    ActionRefusedError when nobody is booked, or the point has written as often as it may.
    """
    point = await managed_point(session, actor=actor, point_id=point_id)
    district = (
        await session.execute(
            select(col(Point.district_code)).where(col(Point.id) == point_id).with_for_update(key_share=True)
        )
    ).scalar_one()
    policy = await _policy(session, point_id)
    if await _sent_within_a_day(session, point_id, now) >= policy.point_messages_day:
        raise ActionRefusedError([Reason("too-many-point-messages", {"most": policy.point_messages_day})])
    audience = await _audience(session, point, wanted, now)
    if audience is None:
        raise ActionRefusedError([Reason("nobody-booked")])
    reachable = await _reachable(session, audience.bookings)
    message = PointMessage(
        id=new_id(),
        created_at=now,
        district_code=district,
        point_id=point_id,
        author_id=actor.require_person(),
        slot_id=wanted.slot_id,
        service_id=wanted.service_id,
        day=audience.day,
        text=wanted.text.strip(),
        people=len(audience.bookings),
        reachable=len(reachable),
    )
    session.add(message)
    await session.flush()
    await _owe(session, message, point, audience, policy=policy, now=now)
    data: dict[str, Value] = {"people": message.people, "reachable": message.reachable}
    deed = Deed("point_message.sent", "point_message", message.id, district, data)
    await record(session, [deed], actor=actor, now=now)
    return (await _views(session, [message]))[0]


async def _owe(
    session: AsyncSession,
    message: PointMessage,
    point: PointBrief,
    audience: Audience,
    *,
    policy: Policy,
    now: datetime,
) -> None:
    kind, due = NoticeKind.point_message, goes_out_at(audience, now, policy)
    services = {booking.service_id for booking in audience.bookings.values()}
    rows = await session.execute(
        select(col(Service.id), col(Service.name)).where(col(Service.id).in_(services))
    )
    called = {row.id: row.name for row in rows}
    owed = notices.owed(
        [
            notices.Owed(
                person_id=person_id,
                kind=kind,
                dedupe_key=f"{kind}:{message.id}:{person_id}",
                due_at=due,
                expires_at=max(audience.ends, due + KINDS[kind].worth),
                data={
                    "message_id": str(message.id),
                    "point_id": str(message.point_id),
                    "point": point.name,
                    "service": called[booking.service_id],
                    "booking_id": str(booking.id),
                    "start": when(booking.start),
                    "end": when(booking.end),
                    "text": message.text,
                },
                district_code=message.district_code,
                quiet=policy.quiet,
                bulk=len(audience.bookings) >= BULK_FROM,
            )
            for person_id, booking in audience.bookings.items()
        ],
        now=now,
    )
    told = [
        {"message_id": message.id, "person_id": row["person_id"], "notice_id": row["id"]} for row in owed.rows
    ]
    await insert_all(session, [owed, Insertion(table=PointMessageRecipient, rows=told)])


async def _policy(session: AsyncSession, point_id: UUID) -> Policy:
    district = select(col(Point.district_code)).where(col(Point.id) == point_id)
    code = (await session.execute(district)).scalar_one()
    return (await point_policies(session, [(point_id, code)]))[point_id]


async def _sent_within_a_day(session: AsyncSession, point_id: UUID, now: datetime) -> int:
    sent = select(func.count()).where(
        col(PointMessage.point_id) == point_id, col(PointMessage.created_at) > now - A_DAY
    )
    return (await session.execute(sent)).scalar_one()


async def _audience(
    session: AsyncSession, point: PointBrief, wanted: PointMessageOrder, now: datetime
) -> Audience | None:
    """Who is booked and not gone yet, each with the first of their bookings; None when nobody is.

    Raises InvalidInputError unless a slot or a day is named, NotFoundError for a slot or service of another place.
    """
    if wanted.slot_id is not None and wanted.day is None:
        slot = await session.get(Slot, wanted.slot_id)
        if slot is None or slot.point_id != point.id:
            raise NotFoundError(what="slot")
        day, which = local_day(slot.start), [col(Booking.slot_id) == slot.id]
    elif wanted.day is not None and wanted.slot_id is None:
        day, which = wanted.day, [col(Booking.point_id) == point.id, col(Booking.day) == wanted.day]
        if wanted.service_id is not None:
            service = await session.get(Service, wanted.service_id)
            if service is None or service.point_id != point.id:
                raise NotFoundError(what="service")
            which.append(col(Booking.service_id) == service.id)
    else:
        raise InvalidInputError(field="slot_id", detail="either a slot or a day is named")
    occupying = [BookingStatus.confirmed, BookingStatus.attended]
    found = await session.execute(
        select(Booking)
        .where(*which, col(Booking.status).in_(occupying), col(Booking.end) > now)
        .order_by(col(Booking.start), col(Booking.id))
    )
    bookings = list(found.scalars())
    if not bookings:
        return None
    told = await told_about(session, ((one.booked_by_id, one.attendee_id) for one in bookings))
    people: dict[UUID, Booking] = {}
    for booking in bookings:
        for person_id in told[booking.booked_by_id, booking.attendee_id]:
            people.setdefault(person_id, booking)
    return Audience(day, people, bookings[0].start, max(booking.end for booking in bookings))


async def _reachable(session: AsyncSession, people: Mapping[UUID, Booking]) -> set[UUID]:
    reached = await session.execute(
        select(col(ChannelIdentity.person_id))
        .where(col(ChannelIdentity.person_id).in_(list(people)), col(ChannelIdentity.blocked_at).is_(None))
        .distinct()
    )
    return set(reached.scalars())


async def sent(
    session: AsyncSession, *, actor: Actor, point_id: UUID, limit: int, after: Cursor | None
) -> tuple[list[PointMessageView], Cursor | None]:
    """What a point has written, the newest first, with how many have got it, and where the next page begins.

    Raises NotFoundError, ForbiddenError.
    """
    await managed_point(session, actor=actor, point_id=point_id)
    made, id_ = col(PointMessage.created_at), col(PointMessage.id)
    statement = select(PointMessage).where(col(PointMessage.point_id) == point_id)
    if after is not None:
        statement = statement.where(tuple_(made, id_) < tuple_(*after))
    found = await session.execute(statement.order_by(made.desc(), id_.desc()).limit(limit + 1))
    messages = list(found.scalars())
    following = (messages[limit - 1].created_at, messages[limit - 1].id) if len(messages) > limit else None
    return await _views(session, messages[:limit]), following


async def _views(session: AsyncSession, messages: Sequence[PointMessage]) -> list[PointMessageView]:
    ids = [message.id for message in messages]
    delivered = func.count().filter(col(Notice.status) == NoticeStatus.delivered)
    counted = await session.execute(
        select(col(PointMessageRecipient.message_id), func.count(), delivered)
        .join(Notice, col(Notice.id) == col(PointMessageRecipient.notice_id))
        .where(col(PointMessageRecipient.message_id).in_(ids))
        .group_by(col(PointMessageRecipient.message_id))
    )
    counts = {row[0]: (row[1], row[2]) for row in counted}
    named = (
        select(PointMessage, Point, Person)
        .join(Point, col(Point.id) == col(PointMessage.point_id))
        .join(Person, col(Person.id) == col(PointMessage.author_id))
        .where(col(PointMessage.id).in_(ids))
    )
    names = {row.PointMessage.id: (row.Point.name, row.Person.name) for row in await session.execute(named)}
    return [
        PointMessageView(
            id=message.id,
            point=Named(id=message.point_id, name=names[message.id][0]),
            author=Named(id=message.author_id, name=names[message.id][1]),
            slot_id=message.slot_id,
            service_id=message.service_id,
            day=message.day,
            text=message.text,
            sent_at=message.created_at,
            people=message.people,
            reachable=message.reachable,
            # Fewer notices than people: the first have been forgotten, and their number is not known any more.
            delivered=counts[message.id][1] if counts.get(message.id, (0,))[0] == message.people else None,
        )
        for message in messages
    ]
