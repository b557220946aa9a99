"""Volunteers' profiles, certificates, consent of guardians, suspensions, and what staff put on record."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import PersonId, within
from models.shapes.base import Named, local_day
from models.shapes.volunteers import (
    CertificateCheck,
    CertificateOrder,
    CertificateView,
    GuardianConsent,
    RecordOrder,
    RecordView,
    SuspensionOrder,
    VolunteerEdit,
    VolunteerView,
    WeeklyHours,
)
from models.tables import (
    Certificate,
    Organisation,
    Person,
    Point,
    Signup,
    Team,
    TeamMember,
    Volunteer,
    VolunteerRecord,
)
from models.tables.rosters import HOLDING
from models.vocabulary import Category, CertificateStatus, MembershipStatus, Role, ScopeKind, SignupStatus
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, ForbiddenError, InvalidInputError, NotFoundError, Reason
from scheduling.locks import lock_persons
from scheduling.queries.bookings import active_links
from scheduling.queries.policies import district_policy
from scheduling.rosters.managing import district_of
from scheduling.rules.phones import masked_phone, normal_phone
from scheduling.rules.serving import Turnout, absences_standing
from scheduling.rules.windows import age_on


async def works_in(session: AsyncSession, actor: Actor, district_code: str) -> bool:
    """Whether the actor works for a district: manages a point of it, or belongs to the staff of some part of it."""
    points = [UUID(held.key) for held in actor.permissions if held.scope is ScopeKind.point]
    if any(
        held.scope is not ScopeKind.point and within(held.key, district_code) for held in actor.permissions
    ):
        return True
    if not points:
        return False
    found = await session.execute(
        select(col(Point.id))
        .where(col(Point.id).in_(points), col(Point.district_code) == district_code)
        .limit(1)
    )
    return found.first() is not None


def is_staff(actor: Actor, district_code: str) -> bool:
    """Whether the actor is staff of a district or of a part of it."""
    return any(
        held.role in {Role.staff, Role.administrator}
        and held.scope is not ScopeKind.point
        and within(held.key, district_code)
        for held in actor.permissions
    )


async def _known_to(session: AsyncSession, actor: Actor, person_id: UUID) -> str:
    """The district of a person that the actor may look at as a volunteer: oneself, or whoever works for their district.

    Raises NotFoundError for others.
    """
    district = await district_of(session, person_id)
    if actor.person_id != person_id and not await works_in(session, actor, district):
        raise NotFoundError(what="volunteer")
    return district


async def edit(session: AsyncSession, *, actor: Actor, change: VolunteerEdit, now: datetime) -> VolunteerView:
    """Writes the actor's own profile, the first time makes it. Raises InvalidInputError for an unknown organisation."""
    me = actor.require_person()
    district = await district_of(session, me)
    if change.organisation_id is not None:
        organisation = await session.get(Organisation, change.organisation_id)
        if organisation is None or organisation.district_code != district:
            raise InvalidInputError(field="organisation_id", detail="unknown organisation")
    await lock_persons(session, [me])
    values = {
        **change.model_dump(
            mode="json", exclude={"hours_wanted", "guardian_phone", "emergency_phone", "organisation_id"}
        ),
        "organisation_id": change.organisation_id,
        "hours_wanted": [hours.model_dump(mode="json") for hours in change.hours_wanted],
        "guardian_phone": normal_phone(change.guardian_phone),
        "emergency_phone": normal_phone(change.emergency_phone),
    }
    await session.execute(
        insert(Volunteer)
        .values(
            id=me,
            created_at=now,
            district_code=district,
            guardian_evidence="",
            suspension_reason="",
            **values,
        )
        .on_conflict_do_update(index_elements=["id"], set_=values)
    )
    await record(session, [Deed("volunteer.edited", "volunteer", me, district)], actor=actor, now=now)
    return await view(session, actor=actor, person_id=me, now=now)


async def view(session: AsyncSession, *, actor: Actor, person_id: UUID, now: datetime) -> VolunteerView:
    """A volunteer's profile, for themselves and for those who work for the district. Raises NotFoundError."""
    district = await _known_to(session, actor, person_id)
    person = await session.get_one(Person, person_id)
    volunteer = await session.get(Volunteer, person_id, populate_existing=True)
    if volunteer is None:
        raise NotFoundError(what="volunteer")
    organisation = (
        await session.get(Organisation, volunteer.organisation_id) if volunteer.organisation_id else None
    )
    teams = await session.execute(
        select(col(Team.id), col(Team.name))
        .join(TeamMember, col(TeamMember.team_id) == col(Team.id))
        .where(col(TeamMember.person_id) == person_id, col(TeamMember.status) == MembershipStatus.member)
        .order_by(col(Team.id))
    )
    turnouts = await turnouts_of(session, person_id)
    policy = await district_policy(session, district)
    whole = person_id == actor.person_id or await _must_call(session, actor, person_id, now)
    age = None if person.birth_date is None else age_on(person.birth_date, local_day(now))
    return VolunteerView(
        person=Named(id=person.id, name=person.name),
        age=age,
        minor=age is not None and age < policy.adult_age,
        organisation=None if organisation is None else Named(id=organisation.id, name=organisation.name),
        teams=[Named(id=row.id, name=row.name) for row in teams],
        skills=volunteer.skills,
        roles_wished=volunteer.roles_wished,
        categories_wished=[Category(code) for code in volunteer.categories_wished],
        languages=volunteer.languages,
        hours_wanted=[WeeklyHours.model_validate(hours) for hours in volunteer.hours_wanted],
        reach_m=volunteer.reach_m,
        takes_asks=volunteer.takes_asks,
        certificates=await certificates_of(session, person_id),
        guardian_name=volunteer.guardian_name,
        guardian_phone=(volunteer.guardian_phone if whole else masked_phone(volunteer.guardian_phone)),
        guardian_consent_at=volunteer.guardian_consent_at,
        emergency_name=volunteer.emergency_name,
        emergency_phone=(volunteer.emergency_phone if whole else masked_phone(volunteer.emergency_phone)),
        suspended_until=volunteer.suspended_until,
        suspension_reason=volunteer.suspension_reason,
        shifts_served=sum(turnout.came for turnout in turnouts),
        absences=len(absences_standing(turnouts, policy)),
    )


async def _must_call(session: AsyncSession, actor: Actor, person_id: UUID, now: datetime) -> bool:
    """Whether somebody has a place ahead at a point that the actor manages (People 1)."""
    points = [UUID(held.key) for held in actor.permissions if held.scope is ScopeKind.point]
    found = await session.execute(
        select(col(Signup.id))
        .where(
            col(Signup.person_id) == person_id,
            col(Signup.point_id).in_(points),
            col(Signup.end) > now,
            col(Signup.status).in_(HOLDING),
        )
        .limit(1)
    )
    return found.first() is not None


async def turnouts_of(session: AsyncSession, person_id: UUID) -> list[Turnout]:
    """To which shifts somebody came, and which they missed without excuse."""
    rows = await session.execute(
        select(col(Signup.end), col(Signup.status)).where(
            col(Signup.person_id) == person_id,
            col(Signup.status).in_([SignupStatus.attended, SignupStatus.absent]),
        )
    )
    return [Turnout(row.end, row.status is SignupStatus.attended) for row in rows]


async def add_certificate(
    session: AsyncSession, *, actor: Actor, wanted: CertificateOrder, now: datetime
) -> CertificateView:
    """Hands in a certificate; it counts once staff have checked it."""
    me = actor.require_person()
    district = await district_of(session, me)
    certificate = Certificate(created_at=now, district_code=district, person_id=me, **wanted.model_dump())
    session.add(certificate)
    await session.flush()
    deed = Deed("certificate.submitted", "certificate", certificate.id, district)
    await record(session, [deed], actor=actor, now=now)
    return (await _certificates(session, [certificate.id]))[0]


async def _certificates(session: AsyncSession, ids: Sequence[UUID]) -> list[CertificateView]:
    rows = await session.execute(
        select(Certificate, col(Person.name))
        .join(Person, col(Person.id) == col(Certificate.person_id))
        .where(col(Certificate.id).in_(ids))
        .order_by(col(Certificate.id))
        .execution_options(populate_existing=True)
    )
    return [
        CertificateView(
            id=row.Certificate.id,
            person=Named(id=row.Certificate.person_id, name=row.name),
            skill=row.Certificate.skill,
            title=row.Certificate.title,
            issuer=row.Certificate.issuer,
            issued_on=row.Certificate.issued_on,
            expires_on=row.Certificate.expires_on,
            proof=row.Certificate.proof,
            status=row.Certificate.status,
            remark=row.Certificate.remark,
            checked_at=row.Certificate.checked_at,
        )
        for row in rows
    ]


async def certificates_of(session: AsyncSession, person_id: UUID) -> list[CertificateView]:
    """All certificates of a person."""
    ids = await session.execute(select(col(Certificate.id)).where(col(Certificate.person_id) == person_id))
    return await _certificates(session, list(ids.scalars()))


async def to_check(
    session: AsyncSession, *, actor: Actor, limit: int, after: UUID | None
) -> tuple[list[CertificateView], UUID | None]:
    """Certificates that wait to be checked, for staff, and where the next page begins. Raises ForbiddenError."""
    districts = {
        f"{held.key[:6]}000000"
        for held in actor.permissions
        if held.role in {Role.staff, Role.administrator} and held.scope is not ScopeKind.point
    }
    if not districts:
        raise ForbiddenError
    statement = select(col(Certificate.id)).where(
        col(Certificate.district_code).in_(districts),
        col(Certificate.status) == CertificateStatus.submitted,
    )
    if after is not None:
        statement = statement.where(col(Certificate.id) > after)
    ids = list((await session.execute(statement.order_by(col(Certificate.id)).limit(limit + 1))).scalars())
    return await _certificates(session, ids[:limit]), (ids[limit - 1] if len(ids) > limit else None)


async def check_certificate(
    session: AsyncSession, *, actor: Actor, certificate_id: UUID, found: CertificateCheck, now: datetime
) -> CertificateView:
    """Staff looked at the proof: it counts, or it does not. It can be looked at again.

    Raises NotFoundError for who may not know of it, ForbiddenError for the volunteer and managers of points.
    """
    certificate = await session.get(Certificate, certificate_id, with_for_update=True)
    if certificate is None:
        raise NotFoundError(what="certificate")
    await _known_to(session, actor, certificate.person_id)
    if not is_staff(actor, certificate.district_code) or actor.person_id == certificate.person_id:
        raise ForbiddenError
    certificate.status = CertificateStatus.verified if found.accepted else CertificateStatus.refused
    certificate.remark = found.remark
    certificate.checked_at = now
    certificate.checked_by_id = actor.person_id
    session.add(certificate)
    await session.flush()
    deed = Deed(f"certificate.{certificate.status}", "certificate", certificate_id, certificate.district_code)
    await record(session, [deed], actor=actor, now=now)
    return (await _certificates(session, [certificate_id]))[0]


async def consent_for_minor(
    session: AsyncSession, *, actor: Actor, person_id: UUID, given: GuardianConsent, now: datetime
) -> VolunteerView:
    """A guardian agrees that a minor volunteers: somebody of age who may act for them, or staff who saw it on paper.

    Raises NotFoundError, ForbiddenError for the minor, InvalidInputError where staff do not say what they saw.
    """
    me = actor.require_person()
    if me == person_id:
        raise ForbiddenError
    district = await district_of(session, person_id)
    linked = bool(await active_links(session, [(me, person_id)]))
    if not linked and not await works_in(session, actor, district):
        raise NotFoundError(what="volunteer")
    policy = await district_policy(session, district)
    if linked:
        guardian = await session.get_one(Person, me)
        of_age = guardian.birth_date is not None and (
            age_on(guardian.birth_date, local_day(now)) >= policy.adult_age
        )
        if not of_age:
            raise ActionRefusedError([Reason("guardian-not-of-age")])
    elif not given.evidence:
        raise InvalidInputError(field="evidence", detail="say which paper you saw")
    await lock_persons(session, [person_id])
    volunteer = await session.get(Volunteer, person_id, populate_existing=True)
    if volunteer is None:
        raise NotFoundError(what="volunteer")
    volunteer.guardian_consent_at = now
    volunteer.guardian_consent_by_id = me
    volunteer.guardian_evidence = given.evidence
    session.add(volunteer)
    await session.flush()
    await record(
        session, [Deed("volunteer.guardian_agreed", "volunteer", person_id, district)], actor=actor, now=now
    )
    return await view(session, actor=Actor(PersonId(person_id)), person_id=person_id, now=now)


async def suspend(
    session: AsyncSession, *, actor: Actor, person_id: UUID, wanted: SuspensionOrder, now: datetime
) -> VolunteerView:
    """Staff suspend somebody from signing up, or lift it, with a reason. Raises NotFoundError, ForbiddenError."""
    district = await _known_to(session, actor, person_id)
    if not is_staff(actor, district):
        raise ForbiddenError
    await lock_persons(session, [person_id])
    volunteer = await session.get(Volunteer, person_id, populate_existing=True)
    if volunteer is None:
        raise NotFoundError(what="volunteer")
    volunteer.suspended_until = wanted.until
    volunteer.suspension_reason = "" if wanted.until is None else wanted.reason
    session.add(volunteer)
    await session.flush()
    action = "volunteer.suspended" if wanted.until else "volunteer.suspension_lifted"
    await record(session, [Deed(action, "volunteer", person_id, district)], actor=actor, now=now)
    return await view(session, actor=actor, person_id=person_id, now=now)


async def put_on_record(
    session: AsyncSession, *, actor: Actor, person_id: UUID, wanted: RecordOrder, now: datetime
) -> RecordView:
    """Staff record a training or commendation. Raises NotFoundError, ForbiddenError."""
    district = await _known_to(session, actor, person_id)
    if not is_staff(actor, district):
        raise ForbiddenError
    line = VolunteerRecord(
        created_at=now,
        district_code=district,
        person_id=person_id,
        recorded_by_id=actor.person_id,
        **wanted.model_dump(),
    )
    session.add(line)
    await session.flush()
    deed = Deed(f"volunteer.{wanted.kind}_recorded", "volunteer", person_id, district)
    await record(session, [deed], actor=actor, now=now)
    return RecordView(id=line.id, **wanted.model_dump())
