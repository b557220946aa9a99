"""Making one person's rows another's: what is done when a chat is linked to an account, under the locks of both.

`MOVED` and `STAYING` name every column of the tables that refers to a person; a test holds them against the tables.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.ids import new_id
from models.tables import (
    AddressClaim,
    Booking,
    Certificate,
    ChannelIdentity,
    ChatDraft,
    Consent,
    Grant,
    HoursAccount,
    HoursStatement,
    HouseholdInvitation,
    HouseholdLink,
    LinkCode,
    Notice,
    Pause,
    Person,
    Rating,
    Series,
    Shift,
    ShiftAsk,
    ShiftSwap,
    ShiftTemplate,
    ShiftWait,
    Signup,
    StaffAccount,
    StandingPlace,
    Team,
    TeamMember,
    Volunteer,
    VolunteerRecord,
    WaitlistEntry,
)
from models.vocabulary import HoursOwner, LinkStatus, NoticeStatus, SwapStatus
from scheduling.entries import ACTIVE
from scheduling.identity.parts import Parts, rename
from scheduling.locks import lock_shifts, lock_slots
from scheduling.rosters.signups import ENDING
from scheduling.signing_in import UNNAMED

MOVED: tuple[Any, ...] = (
    ChannelIdentity.person_id,
    HouseholdInvitation.inviter_id,
    Booking.booked_by_id,
    WaitlistEntry.person_id,
    WaitlistEntry.attendee_id,
    Series.person_id,
    Series.attendee_id,
    Pause.person_id,
    Rating.person_id,
    Volunteer.id,
    Certificate.person_id,
    VolunteerRecord.person_id,
    TeamMember.person_id,
    StandingPlace.person_id,
    ShiftWait.person_id,
    ShiftAsk.person_id,
    HoursStatement.person_id,
    Shift.leader_id,
)
"""Columns that say whose a row is, set to the host as they are."""

SETTLED: tuple[Any, ...] = (
    Notice.person_id,  # by two indexes
    Booking.attendee_id,  # with the attendee's number
    Signup.person_id,  # the same
    HouseholdLink.person_id,
    HouseholdLink.relative_id,
    Consent.person_id,
    ShiftSwap.proposed_by_id,
    ShiftSwap.asked_id,
)
"""Columns that take more than that: see `move_everything()`."""

STAYING: tuple[Any, ...] = (
    Person.became_id,
    Signup.signed_by_id,  # who did it then; `became_id` says who that is now
    ShiftTemplate.leader_id,  # set by managers anew; leading is a duty, and a guest with duties is not joined
    Team.leader_id,  # the same
    Grant.person_id,  # the same
    StaffAccount.person_id,  # who has one keeps what they have
    AddressClaim.person_id,  # an address that waits for its code: named again in a moment
    ChatDraft.person_id,  # what was being said in the chat that gives way: it begins anew
    LinkCode.person_id,  # worthless from now on
    LinkCode.made_by_id,
)
"""Columns that stay as they are, or whose rows go with the guest."""


async def relatives_of(session: AsyncSession, person_id: UUID) -> set[UUID]:
    """Everybody with whom a person has or had a household link."""
    rows = await session.execute(
        select(col(HouseholdLink.person_id), col(HouseholdLink.relative_id)).where(
            or_(col(HouseholdLink.person_id) == person_id, col(HouseholdLink.relative_id) == person_id)
        )
    )
    return {one for row in rows for one in row} - {person_id}


async def lock_what_moves(session: AsyncSession, person_id: UUID, *, now: datetime) -> None:
    """Locks the shifts and slots under which a person's places and turns change, so that nobody decides upon them
    meanwhile. The locks of the persons are held already.
    """
    shifts: set[UUID] = set()
    for statement in (
        select(col(Signup.shift_id)).where(
            col(Signup.person_id) == person_id, col(Signup.end) > now, col(Signup.status).in_(ENDING)
        ),
        select(col(ShiftWait.shift_id)).where(
            col(ShiftWait.person_id) == person_id, col(ShiftWait.status).in_(ACTIVE)
        ),
        select(col(ShiftAsk.shift_id)).where(col(ShiftAsk.person_id) == person_id, col(ShiftAsk.start) > now),
    ):
        shifts.update((await session.execute(statement)).scalars())
    if shifts:
        await lock_shifts(session, shifts)
    slots = set(
        (
            await session.execute(
                select(col(WaitlistEntry.slot_id)).where(
                    or_(
                        col(WaitlistEntry.person_id) == person_id, col(WaitlistEntry.attendee_id) == person_id
                    ),
                    col(WaitlistEntry.status).in_(ACTIVE),
                )
            )
        ).scalars()
    )
    if slots:
        await lock_slots(session, slots)


async def move_everything(
    session: AsyncSession, guest: Person, host: Person, parts: Parts, *, now: datetime
) -> None:
    """Makes the host's whatever is the guest's. Nothing clashes: the caller has asked `clashes()` under the same locks."""
    key, guest.calendar_key_hash = guest.calendar_key_hash, None
    await session.flush()  # one key for two is refused by its constraint
    host.calendar_key_hash = host.calendar_key_hash or key
    fill_blanks(guest, host)
    await session.flush()
    await rename(session, MOVED, guest.id, host.id)
    await _move_notices(session, guest.id, host.id)
    numbered = {"attendee_id": host.id, "attendee_number": host.number}
    await _update(session, Booking, col(Booking.attendee_id) == guest.id, **numbered)
    signups = select(col(Signup.id)).where(col(Signup.person_id) == guest.id)
    proposed = col(ShiftSwap.mine_id).in_(signups) & (col(ShiftSwap.status) == SwapStatus.proposed)
    await _update(session, ShiftSwap, proposed, proposed_by_id=host.id)
    await rename(session, [ShiftSwap.asked_id], guest.id, host.id)
    numbered = {"person_id": host.id, "person_number": host.number}
    await _update(session, Signup, col(Signup.person_id) == guest.id, **numbered)
    account = (col(HoursAccount.owner) == HoursOwner.person) & (col(HoursAccount.owner_key) == str(guest.id))
    await _update(session, HoursAccount, account, owner_key=str(host.id))
    await _move_links(session, guest.id, host.id)
    await _copy_consents(session, guest.id, host.id)
    for part in parts:
        await part.move(session, guest.id, host.id, now=now)


def fill_blanks(guest: Person, host: Person) -> None:
    """What the host has not said, and the guest has. What both said stays as the host said it."""
    host.phone = host.phone or guest.phone
    host.birth_date = host.birth_date or guest.birth_date
    if host.home_division is None and host.home_latitude is None:
        host.home_division, host.home_latitude = guest.home_division, guest.home_latitude
        host.home_longitude = guest.home_longitude
    host.disability = host.disability or guest.disability
    host.large_text = host.large_text or guest.large_text
    if host.name == UNNAMED:
        host.name = guest.name


async def _update(session: AsyncSession, table: Any, which: ColumnElement[bool], **values: Any) -> None:
    await session.execute(
        update(table).where(which).values(**values).execution_options(synchronize_session=False)
    )


async def _move_notices(session: AsyncSession, guest_id: UUID, host_id: UUID) -> None:
    """Each side by its own index. Keys that name the person name the host from now on, unless the host was told the same."""
    other = aliased(Notice)
    key = func.replace(col(Notice.dedupe_key), str(guest_id), str(host_id))
    told = select(col(other.id)).where(col(other.dedupe_key) == key, col(other.id) != col(Notice.id))
    for which in (col(Notice.status) == NoticeStatus.pending, col(Notice.finished_at).is_not(None)):
        mine = (col(Notice.person_id) == guest_id) & which
        named = col(Notice.dedupe_key).contains(str(guest_id)) & ~told.exists()
        await _update(session, Notice, mine & named, dedupe_key=key)
        await _update(session, Notice, mine, person_id=host_id)


async def _move_links(session: AsyncSession, guest_id: UUID, host_id: UUID) -> None:
    """Links of the guest become the host's. Where the host has one with the same person, the one in force stays."""
    ids = (guest_id, host_id)
    rows = await session.execute(
        select(HouseholdLink)
        .where(or_(col(HouseholdLink.person_id).in_(ids), col(HouseholdLink.relative_id).in_(ids)))
        .order_by(col(HouseholdLink.id))
        .execution_options(populate_existing=True)
    )
    links = list(rows.scalars())
    kept: dict[tuple[UUID, UUID], HouseholdLink] = {}
    gone: list[UUID] = []
    for link in sorted(links, key=lambda one: (one.status is not LinkStatus.active, guest_id in _pair(one))):
        person_id, relative_id = (host_id if one == guest_id else one for one in _pair(link))
        if person_id == relative_id or (person_id, relative_id) in kept:
            gone.append(link.id)
        else:
            kept[person_id, relative_id] = link
    await session.execute(
        delete(HouseholdLink)
        .where(col(HouseholdLink.id).in_(gone))
        .execution_options(synchronize_session=False)
    )
    for (person_id, relative_id), link in kept.items():
        if _pair(link) != (person_id, relative_id):
            await _update(
                session,
                HouseholdLink,
                col(HouseholdLink.id) == link.id,
                person_id=person_id,
                relative_id=relative_id,
            )


def _pair(link: HouseholdLink) -> tuple[UUID, UUID]:
    return link.person_id, link.relative_id


async def _copy_consents(session: AsyncSession, guest_id: UUID, host_id: UUID) -> None:
    """The same human agreed: what the host has not been asked yet counts for them as well. The guest's rows stay, as the
    record that they are.
    """
    rows = await session.execute(select(Consent).where(col(Consent.person_id) == guest_id))
    copies = [
        {
            "id": new_id(),
            "created_at": one.created_at,
            "person_id": host_id,
            "purpose": one.purpose,
            "version": one.version,
            "withdrawn_at": one.withdrawn_at,
        }
        for one in rows.scalars()
    ]
    if copies:
        await session.execute(
            insert(Consent)
            .values(copies)
            .on_conflict_do_nothing(index_elements=["person_id", "purpose", "version"])
        )


def named_columns() -> Collection[Any]:
    """Every column that this module knows what to do with."""
    return (*MOVED, *SETTLED, *STAYING)
