"""A person's bookings as a calendar to subscribe to (RFC 5545), behind a key that they can take back.

Calendar programs fetch it without signing in, so the key is in the address; only its hash is stored. The text follows
from the rows alone: fetched again without a change it is the same, byte for byte.
"""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event
from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import AuditEntry, Booking, HouseholdLink, Person
from models.vocabulary import BookingStatus, Language, LinkStatus
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import NotFoundError
from scheduling.queries.bookings import BookedRow, booked_rows

SHOWN_BACK = timedelta(days=30)
"""So far back bookings stay in the calendar."""

REFRESH = timedelta(hours=1)
"""How often calendar programs are asked to look again."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a calendar says, in one language."""

    name: str
    cancelled: str
    somebody: str
    code: str
    party: str
    phone: str
    change: str


WORDS: Mapping[Language, Words] = {
    Language.zh: Words(
        name="最后一米：我的预约",
        cancelled="【已取消】",
        somebody="{name}：",
        code="到了请报号码：{code}",
        party="人数：{party}",
        phone="站点电话：{phone}",
        change="要改时间或取消，请在聊天里告诉我们，或打站点电话。",
    ),
    Language.en: Words(
        name="Last Metre: my bookings",
        cancelled="Cancelled: ",
        somebody="{name}: ",
        code="At the door, say this code: {code}",
        party="Places: {party}",
        phone="Phone of the point: {phone}",
        change="To change or cancel it, tell us in the chat or call the point.",
    ),
}


def hash_of(key: str) -> bytes:
    """What is stored of a key. Keys are long and random, so a fast hash is enough."""
    return hashlib.sha256(key.encode()).digest()


async def new_key(session: AsyncSession, *, actor: Actor, now: datetime) -> str:
    """Makes the key of the actor's calendar; the one before no longer opens it."""
    key = secrets.token_urlsafe(32)
    await _set_hash(session, actor, hash_of(key), "calendar.key_made", now)
    return key


async def drop_key(session: AsyncSession, *, actor: Actor, now: datetime) -> None:
    """Takes the key back: the calendar is shut. Doing so again changes nothing."""
    await _set_hash(session, actor, None, "calendar.key_dropped", now)


async def _set_hash(
    session: AsyncSession, actor: Actor, key_hash: bytes | None, action: str, now: datetime
) -> None:
    person = await session.get_one(Person, actor.require_person(), with_for_update=True)
    if key_hash == person.calendar_key_hash:
        return
    person.calendar_key_hash = key_hash
    session.add(person)
    deed = Deed(action, "person", person.id, person.district_code)
    await record(session, [deed], actor=actor, now=now)


async def feed(session: AsyncSession, *, key: str, now: datetime) -> bytes:
    """The calendar that a key opens: what is ahead and the last 30 days, for oneself and for whom one may act.

    Cancelled bookings stay in it as cancelled, so that calendars take them off. Raises NotFoundError for a wrong key.
    """
    person = (
        await session.execute(select(Person).where(col(Person.calendar_key_hash) == hash_of(key)))
    ).scalar()
    if person is None:
        raise NotFoundError(what="calendar")
    relatives = select(col(HouseholdLink.relative_id)).where(
        col(HouseholdLink.person_id) == person.id, col(HouseholdLink.status) == LinkStatus.active
    )
    ids = await session.execute(
        select(col(Booking.id)).where(
            or_(
                col(Booking.attendee_id) == person.id,
                and_(col(Booking.booked_by_id) == person.id, col(Booking.attendee_id).in_(relatives)),
            ),
            col(Booking.start) > now - SHOWN_BACK,
        )
    )
    rows = await booked_rows(session, list(ids.scalars()))
    changed = await _changed_at(session, [row.booking.id for row in rows])
    return calendar_text(rows, changed, reader_id=person.id, language=person.language)


async def _changed_at(session: AsyncSession, booking_ids: Sequence[UUID]) -> Mapping[UUID, datetime]:
    """When something was last done to each booking: the audit has all of it."""
    rows = await session.execute(
        select(col(AuditEntry.subject_id), func.max(col(AuditEntry.created_at)).label("changed_at"))
        .where(col(AuditEntry.subject_id).in_(booking_ids))
        .group_by(col(AuditEntry.subject_id))
    )
    return {row.subject_id: row.changed_at for row in rows}


def calendar_text(
    rows: Sequence[BookedRow], changed: Mapping[UUID, datetime], *, reader_id: UUID, language: Language
) -> bytes:
    """The calendar as text. One event a booking, always under the same UID; SEQUENCE is the booking's."""
    words = WORDS[language]
    calendar = Calendar()
    calendar.add("prodid", "-//Last Metre//Bookings//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", words.name)
    calendar.add("x-wr-calname", words.name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for row in sorted(rows, key=lambda row: (row.booking.start, row.booking.id)):
        changed_at = changed.get(row.booking.id, row.booking.created_at)
        calendar.add_component(_event(row, changed_at, reader_id, words))
    text: bytes = calendar.to_ical()
    return text


def _event(row: BookedRow, changed_at: datetime, reader_id: UUID, words: Words) -> Event:
    booking, point = row.booking, row.slot.point
    cancelled = booking.status is BookingStatus.cancelled
    summary = f"{row.slot.service_name} · {point.name}"
    if booking.attendee_id != reader_id:
        summary = words.somebody.format(name=row.attendee_name) + summary
    about = [words.code.format(code=booking.code)]
    if booking.party > 1:
        about.append(words.party.format(party=booking.party))
    if point.phone:
        about.append(words.phone.format(phone=point.phone))
    event = Event()
    event.add("uid", str(booking.id))
    # Without a METHOD, DTSTAMP says when the event was last revised, as LAST-MODIFIED does (RFC 5545, 3.8.7.2).
    event.add("dtstamp", changed_at.astimezone(UTC))
    event.add("last-modified", changed_at.astimezone(UTC))
    event.add("created", booking.created_at.astimezone(UTC))
    event.add("sequence", booking.sequence)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("dtstart", booking.start.astimezone(UTC))
    event.add("dtend", booking.end.astimezone(UTC))
    event.add("summary", words.cancelled + summary if cancelled else summary)
    event.add("description", "" if cancelled else "\n".join([*about, words.change]))
    event.add("location", f"{point.name}, {point.address}")
    event.add("geo", (point.latitude, point.longitude))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    return event
