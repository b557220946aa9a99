"""Household links as rows: made, ended, shown, and the reminders that follow them.

Whoever makes or ends a link holds the locks of both people, as does whoever books for the other: nobody books on the
strength of a link that has just ended.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.household import HouseholdLinkView
from models.tables import Booking, HouseholdLink, Notice, Person
from models.vocabulary import BookingStatus, LinkStatus, NoticeStatus
from scheduling import notices
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import NotFoundError
from scheduling.locks import lock_persons
from scheduling.queries.bookings import booked_rows
from scheduling.queries.household import Pair, told_about
from scheduling.queries.policies import policies_for
from scheduling.reminders import owed_reminders
from scheduling.rules.kinds import REMINDERS


async def make_link(
    session: AsyncSession,
    pair: Pair,
    *,
    relation: str,
    notify_relative: bool,
    actor: Actor,
    now: datetime,
    evidence: str = "",
) -> HouseholdLink:
    """Makes the link, or an earlier one active again. Callers hold the locks of both."""
    known = await session.execute(
        select(HouseholdLink)
        .where(col(HouseholdLink.person_id) == pair[0], col(HouseholdLink.relative_id) == pair[1])
        .execution_options(populate_existing=True)
    )
    link = known.scalar() or HouseholdLink(
        created_at=now, person_id=pair[0], relative_id=pair[1], relation=relation, status=LinkStatus.active
    )
    link.relation = relation
    link.status = LinkStatus.active
    link.notify_relative = notify_relative
    link.consented_at = now
    link.evidence = evidence
    session.add(link)
    await session.flush()
    await remind_anew(session, pair, now)
    relative = await session.get_one(Person, pair[1])
    deed = Deed(
        "household.linked",
        "household_link",
        link.id,
        relative.district_code,
        {"by": str(pair[0]), "for": str(pair[1]), "on_paper": bool(evidence)},
    )
    await record(session, [deed], actor=actor, now=now)
    return link


async def locked_link(session: AsyncSession, link_id: UUID) -> HouseholdLink:
    """An active link under the locks of both. Raises NotFoundError."""
    link = await session.get(HouseholdLink, link_id)
    if link is None:
        raise NotFoundError(what="household link")
    await lock_persons(session, [link.person_id, link.relative_id])
    await session.refresh(link)
    if link.status is not LinkStatus.active:
        raise NotFoundError(what="household link")
    return link


async def revoke_link(session: AsyncSession, link: HouseholdLink, *, actor: Actor, now: datetime) -> None:
    """Ends a link; what was booked stays. Callers hold the locks of both."""
    link.status = LinkStatus.revoked
    session.add(link)
    await session.flush()
    await remind_anew(session, (link.person_id, link.relative_id), now)
    relative = await session.get_one(Person, link.relative_id)
    deed = Deed("household.ended", "household_link", link.id, relative.district_code)
    await record(session, [deed], actor=actor, now=now)


async def remind_anew(session: AsyncSession, pair: Pair, now: datetime) -> None:
    """Brings the reminders still ahead to whom they are owed by now: what one booked for the other stays booked."""
    ids = await session.execute(
        select(col(Booking.id)).where(
            col(Booking.booked_by_id) == pair[0],
            col(Booking.attendee_id) == pair[1],
            col(Booking.start) > now,
            col(Booking.status) == BookingStatus.confirmed,
        )
    )
    rows = await booked_rows(session, list(ids.scalars()))
    if not rows:
        return
    told = (await told_about(session, [pair]))[pair]
    policies = await policies_for(session, (row.slot.scope for row in rows))
    owed = [
        reminder
        for row in rows
        for reminder in owed_reminders(
            row.view(policies[row.slot.service_id]),
            row.slot,
            policies[row.slot.service_id],
            told=told,
            sequence=row.booking.sequence,
            now=now,
        )
    ]
    await session.execute(
        update(Notice)
        .where(
            col(Notice.booking_id).in_([row.booking.id for row in rows]),
            col(Notice.status) == NoticeStatus.pending,
            col(Notice.kind).in_(REMINDERS),
            col(Notice.person_id).not_in(told),
        )
        .values(status=NoticeStatus.cancelled, finished_at=now)
        .execution_options(synchronize_session=False)
    )
    # One that was withdrawn when they chose otherwise is owed again.
    await session.execute(
        update(Notice)
        .where(
            col(Notice.dedupe_key).in_([reminder.dedupe_key for reminder in owed]),
            col(Notice.status) == NoticeStatus.cancelled,
        )
        .values(status=NoticeStatus.pending, finished_at=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )
    await notices.owe(session, owed, now=now)


async def names_of(session: AsyncSession, ids: set[UUID]) -> dict[UUID, str]:
    """The names of these people."""
    rows = await session.execute(select(col(Person.id), col(Person.name)).where(col(Person.id).in_(ids)))
    return {row.id: row.name for row in rows}


def other_of(link: HouseholdLink, person_id: UUID) -> UUID:
    """The other one of the two."""
    return link.relative_id if link.person_id == person_id else link.person_id


def link_view(link: HouseholdLink, person_id: UUID, names: dict[UUID, str]) -> HouseholdLinkView:
    """The link as one of the two sees it."""
    other = other_of(link, person_id)
    return HouseholdLinkView(
        id=link.id,
        person_id=other,
        name=names[other],
        relation=link.relation,
        notify_relative=link.notify_relative,
        consented_at=link.consented_at,
    )
