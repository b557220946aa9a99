"""What is emptied and deleted of a person's rows when they are erased, or were joined to somebody (decision 0036).

A test walks through the tables, so that a column that was added since is thought about.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import (
    AddressClaim,
    Booking,
    Certificate,
    ChannelIdentity,
    ChatDraft,
    Consent,
    Grant,
    HoursCorrection,
    HoursStatement,
    HouseholdInvitation,
    HouseholdLink,
    IdempotencyRecord,
    LinkCode,
    Notice,
    Pause,
    Person,
    Rating,
    Series,
    SeriesOccurrence,
    SignInFailures,
    Signup,
    StaffAccount,
    TeamMember,
    Volunteer,
    VolunteerRecord,
    WaitlistEntry,
)
from models.tables.people import ERASED_NAME
from models.vocabulary import Language, MembershipStatus, NoticeStatus
from scheduling.passwords import name_hash


@dataclass(frozen=True, slots=True)
class Emptied:
    """Columns that say something of or by the person whom `whose` names, and what stands there afterwards."""

    whose: Any  # a column of the table
    to: dict[str, Any]

    @property
    def table(self) -> Any:
        """The class of the table."""
        return self.whose.class_


EMPTIED = (
    Emptied(Booking.attendee_id, {"note": "", "answers": {}}),
    Emptied(WaitlistEntry.attendee_id, {"note": "", "answers": {}}),
    Emptied(Pause.person_id, {"appeal": None, "lift_reason": None}),
    Emptied(Rating.person_id, {"comment": ""}),
    Emptied(Signup.person_id, {"reason": ""}),
    Emptied(
        Volunteer.id,
        {
            "skills": [],
            "roles_wished": [],
            "categories_wished": [],
            "languages": [],
            "hours_wanted": [],
            "takes_asks": False,
            "guardian_name": None,
            "guardian_phone": None,
            "emergency_name": None,
            "emergency_phone": None,
            "guardian_consent_at": None,
            "guardian_consent_by_id": None,
            "guardian_evidence": "",
            "suspension_reason": "",
        },
    ),
    Emptied(TeamMember.person_id, {"status": MembershipStatus.left}),
)
"""What others count stays, without a word in it: visits, stars, places on shifts, an organisation's volunteers."""

DELETED: tuple[Any, ...] = (
    ChannelIdentity.person_id,
    AddressClaim.person_id,
    ChatDraft.person_id,
    LinkCode.person_id,
    LinkCode.made_by_id,
    HouseholdInvitation.inviter_id,
    HouseholdLink.person_id,
    HouseholdLink.relative_id,
    Grant.person_id,
    StaffAccount.person_id,
    Certificate.person_id,
    VolunteerRecord.person_id,
    HoursStatement.person_id,
)
"""Rows that are about the person and nobody else."""

NOTICE: dict[str, Any] = {"data": {}, "address": None, "last_error": None}
"""What becomes of a notice: that it was owed stays, for the checks of what was promised."""


async def empty_person(session: AsyncSession, person: Person, *, became: UUID | None, now: datetime) -> None:
    """Leaves of a person only that there was one: an id, a number, a district. Callers hold the person's lock, and have
    ended whatever was open.
    """
    for one in EMPTIED:
        await _empty(session, one.table, one.whose == person.id, **one.to)
    await _empty_what_hangs_on(session, person.id)
    await _withdraw_consents(session, person.id, now)
    await _forget_failures(session, person.id)
    for column in DELETED:
        await _delete(session, column.class_, column == person.id)
    await _delete(session, IdempotencyRecord, col(IdempotencyRecord.owner) == str(person.id))
    mine = col(Notice.person_id) == person.id
    ended = {"status": NoticeStatus.cancelled, "finished_at": now}
    await _empty(session, Notice, mine & (col(Notice.finished_at).is_not(None)), **NOTICE)
    await _empty(session, Notice, mine & (col(Notice.status) == NoticeStatus.pending), **NOTICE, **ended)
    person.name = ERASED_NAME
    person.phone = person.birth_date = person.calendar_key_hash = None
    person.disability = person.large_text = person.reminders = False
    person.home_division = person.home_latitude = person.home_longitude = None
    person.language, person.opted_out, person.withdrawn = Language.zh, [], []
    person.token_epoch += 1
    person.erased_at, person.became_id = now, became
    session.add(person)
    await session.flush()


async def _empty_what_hangs_on(session: AsyncSession, person_id: UUID) -> None:
    """What staff said when they corrected hours, and why days of a series could not be had."""
    signups = select(col(Signup.id)).where(col(Signup.person_id) == person_id)
    await _empty(session, HoursCorrection, col(HoursCorrection.signup_id).in_(signups), reason="")
    series = select(col(Series.id)).where(col(Series.attendee_id) == person_id)
    await _empty(session, SeriesOccurrence, col(SeriesOccurrence.series_id).in_(series), reasons=[])


async def _withdraw_consents(session: AsyncSession, person_id: UUID, now: datetime) -> None:
    """That there was a consent, and until when, stays as a proof; whose it was is an id without a person."""
    mine = (col(Consent.person_id) == person_id) & col(Consent.withdrawn_at).is_(None)
    await _empty(session, Consent, mine, withdrawn_at=now)


async def _forget_failures(session: AsyncSession, person_id: UUID) -> None:
    name = (
        await session.execute(
            select(col(StaffAccount.username)).where(col(StaffAccount.person_id) == person_id)
        )
    ).scalar()
    if name is not None:
        await _delete(session, SignInFailures, col(SignInFailures.name_hash) == name_hash(name))


async def _empty(session: AsyncSession, table: Any, which: ColumnElement[bool], **values: Any) -> None:
    await session.execute(
        update(table).where(which).values(**values).execution_options(synchronize_session=False)
    )


async def _delete(session: AsyncSession, table: Any, which: ColumnElement[bool]) -> None:
    await session.execute(delete(table).where(which).execution_options(synchronize_session=False))
