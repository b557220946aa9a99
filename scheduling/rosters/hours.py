"""A volunteer's hours: what was served, what the time bank holds, giving hours to others, the record to take along."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.base import DISTRICT_ZONE, Named
from models.shapes.hours import (
    CorrectionView,
    Donation,
    EntryView,
    HoursView,
    Identity,
    RecordLine,
    ServiceLine,
    VolunteerRecordView,
)
from models.tables import (
    HoursAccount,
    HoursCorrection,
    HoursEntry,
    Organisation,
    Person,
    Point,
    Shift,
    Signup,
    Team,
    Volunteer,
    VolunteerRecord,
)
from models.vocabulary import HoursOwner, RecordKind, VerifiedBy
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, InvalidInputError, NotFoundError, Reason
from scheduling.queries.policies import district_policy
from scheduling.rosters import ledger
from scheduling.rosters.managing import district_of, find_signup
from scheduling.rosters.volunteers import turnouts_of
from scheduling.rules.serving import absences_standing

SHOWN = 50
"""So many entries of an account are shown."""


async def mine(session: AsyncSession, *, actor: Actor) -> HoursView:
    """The actor's hours and the latest entries of their account."""
    me = actor.require_person()
    policy = await district_policy(session, await district_of(session, me))
    served, shifts = (
        await session.execute(
            select(func.coalesce(func.sum(col(Signup.minutes)), 0), func.count()).where(
                col(Signup.person_id) == me, col(Signup.verified_at).is_not(None)
            )
        )
    ).one()
    account = (
        await session.execute(
            select(HoursAccount)
            .where(col(HoursAccount.owner) == HoursOwner.person, col(HoursAccount.owner_key) == str(me))
            .execution_options(populate_existing=True)
        )
    ).scalar()
    entries: Sequence[HoursEntry] = []
    if account is not None:
        entries = (
            (
                await session.execute(
                    select(HoursEntry)
                    .where(col(HoursEntry.account_id) == account.id)
                    .order_by(col(HoursEntry.created_at).desc(), col(HoursEntry.id).desc())
                    .limit(SHOWN)
                )
            )
            .scalars()
            .all()
        )
    return HoursView(
        served_minutes=served,
        shifts=shifts,
        balance_minutes=0 if account is None else account.balance,
        cap_minutes=policy.bank_hours * 60,
        entries=[
            EntryView(at=one.created_at, minutes=one.minutes, kind=one.kind, signup_id=one.signup_id)
            for one in entries
        ],
    )


async def donate(session: AsyncSession, *, actor: Actor, gift: Donation, now: datetime) -> HoursView:
    """Gives minutes of one's own account to a person or team of the district.

    Raises NotFoundError, InvalidInputError for a gift to oneself, ActionRefusedError when the account does not hold them
    or the other has no room.
    """
    me = actor.require_person()
    district = await district_of(session, me)
    if gift.to_person_id is not None:
        if gift.to_person_id == me:
            raise InvalidInputError(field="to_person_id", detail="somebody else is meant")
        if await district_of(session, gift.to_person_id) != district:
            raise NotFoundError(what="person")
        receiver = ledger.Owner(HoursOwner.person, str(gift.to_person_id))
    else:
        team = await session.get(Team, gift.to_team_id)
        if team is None or team.district_code != district:
            raise NotFoundError(what="team")
        receiver = ledger.Owner(HoursOwner.team, str(team.id))
    cap = (await district_policy(session, district)).bank_hours * 60
    source, target, fits = await ledger.donate(
        session,
        giver=ledger.Owner(HoursOwner.person, str(me)),
        receiver=receiver,
        minutes=gift.minutes,
        district_code=district,
        cap=cap,
        by_id=me,
        now=now,
    )
    if not fits:
        reasons = []
        if gift.minutes > source.balance:
            reasons.append(Reason("too-few-hours", {"minutes": source.balance}))
        if target.balance + gift.minutes > (target.cap or cap):
            reasons.append(Reason("no-room-for-hours", {"cap_minutes": target.cap or cap}))
        raise ActionRefusedError(reasons)
    deed = Deed("hours.donated", receiver.kind, UUID(receiver.key), district, {"minutes": gift.minutes})
    await record(session, [deed], actor=actor, now=now)
    return await mine(session, actor=actor)


async def corrections(session: AsyncSession, *, actor: Actor, signup_id: UUID) -> list[CorrectionView]:
    """What a signup's verified minutes were and became. Raises NotFoundError."""
    await find_signup(session, actor=actor, signup_id=signup_id)
    rows = await session.execute(
        select(HoursCorrection, col(Person.name))
        .outerjoin(Person, col(Person.id) == col(HoursCorrection.by_id))
        .where(col(HoursCorrection.signup_id) == signup_id)
        .order_by(col(HoursCorrection.created_at), col(HoursCorrection.id))
    )
    found: list[CorrectionView] = []
    for row in rows:
        correction: HoursCorrection = row.HoursCorrection
        by = None if correction.by_id is None else Named(id=correction.by_id, name=row.name)
        found.append(
            CorrectionView(
                at=correction.created_at,
                minutes_before=correction.minutes_before,
                minutes_after=correction.minutes_after,
                reason=correction.reason,
                by=by,
            )
        )
    return found


async def services_of(
    session: AsyncSession, person_id: UUID, *, first: date | None = None, last: date | None = None
) -> list[ServiceLine]:
    """The verified services of a person between two local days, both included, the earliest first."""
    statement: Select[*tuple[Any, ...]] = (
        select(Signup, col(Shift.title), col(Shift.role), col(Point.name).label("place"))
        .join(Shift, col(Shift.id) == col(Signup.shift_id))
        .join(Point, col(Point.id) == col(Signup.point_id))
        .where(col(Signup.person_id) == person_id, col(Signup.verified_at).is_not(None))
        .order_by(col(Signup.start), col(Signup.id))
    )
    if first is not None:
        statement = statement.where(
            col(Signup.start) >= datetime.combine(first, time(0), tzinfo=DISTRICT_ZONE)
        )
    if last is not None:
        end = datetime.combine(last + timedelta(days=1), time(0), tzinfo=DISTRICT_ZONE)
        statement = statement.where(col(Signup.start) < end)
    found: list[ServiceLine] = []
    for row in await session.execute(statement):
        signup: Signup = row.Signup
        found.append(
            ServiceLine(
                signup_id=signup.id,
                title=row.title,
                role=row.role,
                place=row.place,
                start=signup.start,
                end=signup.end,
                minutes=signup.minutes or 0,
                verified_by=signup.verified_by or VerifiedBy.manager,
                verified_at=signup.verified_at or signup.end,
                evaluation_stars=signup.stars,
            )
        )
    return found


async def take_along(session: AsyncSession, *, actor: Actor) -> VolunteerRecordView:
    """The actor's whole record in the shape of the national one, to take along."""
    me = actor.require_person()
    person = await session.get_one(Person, me)
    volunteer = await session.get(Volunteer, me)
    organisation = None
    if volunteer is not None and volunteer.organisation_id is not None:
        organisation = await session.get(Organisation, volunteer.organisation_id)
    services = await services_of(session, me)
    rows = await session.execute(
        select(VolunteerRecord)
        .where(col(VolunteerRecord.person_id) == me)
        .order_by(col(VolunteerRecord.on_day), col(VolunteerRecord.id))
    )
    lines = [
        RecordLine(
            kind=line.kind, title=line.title, issuer=line.issuer, on_day=line.on_day, minutes=line.minutes
        )
        for line in rows.scalars()
    ]
    stars = [line.evaluation_stars for line in services if line.evaluation_stars is not None]
    policy = await district_policy(session, person.district_code)
    return VolunteerRecordView(
        identity=Identity(
            volunteer_id=me,
            name=person.name,
            birth_date=person.birth_date,
            organisation=None if organisation is None else organisation.name,
            organisation_kind=None if organisation is None else organisation.kind,
            registered_at=None if volunteer is None else volunteer.created_at,
            skills=[] if volunteer is None else volunteer.skills,
        ),
        services=services,
        total_minutes=sum(line.minutes for line in services),
        training=[line for line in lines if line.kind is RecordKind.training],
        commendations=[line for line in lines if line.kind is RecordKind.commendation],
        average_stars=round(sum(stars) / len(stars), 2) if stars else None,
        absences=len(absences_standing(await turnouts_of(session, me), policy)),
    )
