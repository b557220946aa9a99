"""Shifts as calendars to subscribe to (RFC 5545): a volunteer's own, and a point's, behind a person's calendar key.

The text follows from the rows alone: fetched again without a change it is the same, byte for byte.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from icalendar import Calendar, Event
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import PersonId
from models.tables import AuditEntry, Grant, Person, Shift, Signup
from models.tables.rosters import HOLDING
from models.vocabulary import Language, ShiftStatus, SignupStatus
from scheduling.actors import Actor, Permission
from scheduling.calendar_feed import REFRESH, SHOWN_BACK, hash_of
from scheduling.errors import NotFoundError
from scheduling.queries.points import managed_point
from scheduling.queries.rosters import ShiftRow, hands_of, shift_rows, shift_select, shifts_by_id
from scheduling.rules.covering import Hands


@dataclass(frozen=True, slots=True)
class Words:
    """What a calendar of shifts says, in one language."""

    mine: str
    of_point: str
    cancelled: str
    stand_in: str
    phone: str
    hands: str
    missing: str


WORDS: Mapping[Language, Words] = {
    Language.zh: Words(
        mine="最后一米：我的班次",
        of_point="最后一米：{point}的班次",
        cancelled="【已取消】",
        stand_in="【找人替班中】",
        phone="站点电话：{phone}",
        hands="已有 {hands} 人，需要 {needed} 人",
        missing="还缺 {missing} 人",
    ),
    Language.en: Words(
        mine="Last Metre: my shifts",
        of_point="Last Metre: shifts at {point}",
        cancelled="Cancelled: ",
        stand_in="Stand-in wanted: ",
        phone="Phone of the point: {phone}",
        hands="{hands} of {needed} people",
        missing="{missing} missing",
    ),
}


async def _owner(session: AsyncSession, key: str) -> Person:
    """Whose key it is. Raises NotFoundError."""
    person = (
        await session.execute(select(Person).where(col(Person.calendar_key_hash) == hash_of(key)))
    ).scalar()
    if person is None:
        raise NotFoundError(what="calendar")
    return person


async def my_shifts(session: AsyncSession, *, key: str, now: datetime) -> bytes:
    """A volunteer's places on shifts: what is ahead and the last 30 days; given up ones as cancelled."""
    person = await _owner(session, key)
    rows = await session.execute(
        select(Signup)
        .where(
            col(Signup.person_id) == person.id,
            col(Signup.start) > now - SHOWN_BACK,
            col(Signup.status) != SignupStatus.applied,
        )
        .order_by(col(Signup.start), col(Signup.id))
    )
    signups = list(rows.scalars())
    shifts = await shifts_by_id(session, {signup.shift_id for signup in signups})
    changed = await _changed_at(session, [signup.id for signup in signups])
    words = WORDS[person.language]
    calendar = _calendar(words.mine)
    for signup in signups:
        row = shifts[signup.shift_id]
        gone = signup.status not in HOLDING or row.facts.status is ShiftStatus.cancelled
        summary = f"{row.title} · {row.point.name}"
        if signup.status is SignupStatus.stand_in_wanted:
            summary = words.stand_in + summary
        event = _event(
            row,
            uid=signup.id,
            changed_at=changed.get(signup.id, signup.created_at),
            sequence=signup.sequence,
            summary=words.cancelled + summary if gone else summary,
            about=[] if gone or not row.point.phone else [words.phone.format(phone=row.point.phone)],
            cancelled=gone,
        )
        calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text


async def point_shifts(session: AsyncSession, *, key: str, point_id: UUID, now: datetime) -> bytes:
    """A point's shifts with their gaps, for whoever's key it is and manages the point now. Raises NotFoundError,
    ForbiddenError.
    """
    person = await _owner(session, key)
    grants = await session.execute(select(Grant).where(col(Grant.person_id) == person.id))
    held = frozenset(Permission(grant.role, grant.scope, grant.key) for grant in grants.scalars())
    point = await managed_point(session, actor=Actor(PersonId(person.id), held), point_id=point_id)
    rows = await shift_rows(
        session,
        shift_select()
        .where(
            col(Shift.point_id) == point_id,
            col(Shift.start) > now - SHOWN_BACK,
            col(Shift.status) != ShiftStatus.draft,
        )
        .order_by(col(Shift.start), col(Shift.id)),
    )
    expected = await hands_of(session, [row.id for row in rows])
    changed = await _changed_at(session, [row.id for row in rows])
    words = WORDS[person.language]
    calendar = _calendar(words.of_point.format(point=point.name))
    for row in rows:
        gone = row.facts.status is ShiftStatus.cancelled
        calendar.add_component(
            _event(
                row,
                uid=row.id,
                changed_at=changed.get(row.id, row.facts.published_at or row.facts.start),
                sequence=row.version,
                summary=words.cancelled + row.title if gone else row.title,
                about=[] if gone else _gap(expected[row.id], words),
                cancelled=gone,
            )
        )
    text: bytes = calendar.to_ical()
    return text


def _gap(hands: Hands, words: Words) -> list[str]:
    lines = [words.hands.format(hands=hands.sure + hands.leaving, needed=hands.needed)]
    if hands.missing:
        lines.append(words.missing.format(missing=hands.missing))
    return lines


async def _changed_at(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, datetime]:
    """When something was last done to each: the audit has all of it."""
    rows = await session.execute(
        select(col(AuditEntry.subject_id), func.max(col(AuditEntry.created_at)).label("changed_at"))
        .where(col(AuditEntry.subject_id).in_(ids))
        .group_by(col(AuditEntry.subject_id))
    )
    return {row.subject_id: row.changed_at for row in rows}


def _calendar(name: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Last Metre//Shifts//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return calendar


def _event(
    row: ShiftRow,
    *,
    uid: UUID,
    changed_at: datetime,
    sequence: int,
    summary: str,
    about: Sequence[str],
    cancelled: bool,
) -> Event:
    event = Event()
    event.add("uid", str(uid))
    # Without a METHOD, DTSTAMP says when the event was last revised, as LAST-MODIFIED does (RFC 5545, 3.8.7.2).
    event.add("dtstamp", changed_at.astimezone(UTC))
    event.add("last-modified", changed_at.astimezone(UTC))
    event.add("sequence", sequence)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("dtstart", row.facts.start.astimezone(UTC))
    event.add("dtend", row.facts.end.astimezone(UTC))
    event.add("summary", summary)
    event.add("description", "\n".join(about))
    event.add("location", f"{row.point.name}, {row.point.address}")
    event.add("geo", (row.point.latitude, row.point.longitude))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    return event
