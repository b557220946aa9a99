"""Shifts as people see them, and what the rules look at: shifts, hands, and volunteers with their duties."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.shapes.base import Area, Coordinates, Named
from models.shapes.places import PointBrief
from models.shapes.rosters import ShiftView
from models.tables import Certificate, Person, Point, Shift, ShiftWait, Signup, Volunteer
from models.tables.rosters import HOLDING
from models.vocabulary import CertificateStatus, SignupStatus, WaitlistStatus
from scheduling.policies import Policy
from scheduling.queries.policies import point_policies
from scheduling.queries.slots import Community, Subdistrict, distance_m
from scheduling.rules.consents import VOLUNTEERING
from scheduling.rules.covering import Hands
from scheduling.rules.roster import Duty, ShiftFacts, VolunteerFacts

Leader = aliased(Person, name="leader")

COMING = (SignupStatus.confirmed, SignupStatus.stand_in_wanted, SignupStatus.attended)
"""Who is expected on a shift, or was there."""

LOOKED_BACK = timedelta(days=8)
"""Duties so far back still bear on rest and on the hours of a week."""


class ShiftRow(NamedTuple):
    """A shift with the names around it."""

    facts: ShiftFacts
    district_code: str
    community_code: str
    template_id: UUID | None
    title: str
    note: str
    leader: Named | None
    point: PointBrief
    distance_m: int | None
    asked_at: datetime | None
    alerted_at: datetime | None
    waves: int
    version: int
    demo: bool

    @property
    def id(self) -> UUID:
        """The shift's id."""
        return self.facts.id

    def view(self) -> ShiftView:
        """As the API shows it."""
        return ShiftView(**self.shown())

    def shown(self) -> dict[str, Any]:  # the fields of a ShiftView
        """The fields of a view."""
        facts = self.facts
        return {
            "id": facts.id,
            "point": self.point,
            "start": facts.start,
            "end": facts.end,
            "role": facts.role,
            "title": self.title,
            "note": self.note,
            "needed": facts.needed,
            "minimum": facts.minimum,
            "taken": facts.taken,
            "free": facts.free,
            "required_skills": list(facts.required_skills),
            "minimum_age": facts.minimum_age,
            "direct": facts.direct,
            "buddy_places": facts.buddy_places,
            "leader": self.leader,
            "status": facts.status,
            "released_at": facts.published_at,
            "distance_m": self.distance_m,
            "demo": self.demo,
        }


def _on_it(*, first_timer: bool) -> ColumnElement[int]:
    return (
        select(func.count())
        .where(
            col(Signup.shift_id) == col(Shift.id),
            col(Signup.status).in_([SignupStatus.proposed, *COMING]),
            col(Signup.first_timer).is_(first_timer),
        )
        .correlate(Shift)
        .scalar_subquery()
    )


ShiftSelect = Select[*tuple[Any, ...]]  # a row type of thirty columns says nothing


def shift_select(near: Coordinates | None = None) -> ShiftSelect:
    """The statement behind every shift; callers add conditions and order."""
    distance: ColumnElement[Any] = distance_m(near) if near else literal(None)
    return (
        select(
            Shift,
            _on_it(first_timer=False).label("experienced"),
            _on_it(first_timer=True).label("first_timers"),
            col(Leader.name).label("leader_name"),
            Point,
            col(Community.name).label("community_name"),
            col(Subdistrict.name).label("subdistrict_name"),
            distance.label("distance"),
        )
        .join(Point, col(Point.id) == col(Shift.point_id))
        .join(Community, col(Community.code) == col(Point.community_code))
        .join(Subdistrict, col(Subdistrict.code) == col(Point.subdistrict_code))
        .outerjoin(Leader, col(Leader.id) == col(Shift.leader_id))
        .execution_options(populate_existing=True)
    )


def shift_row(row: Row[Any]) -> ShiftRow:
    """One row of `shift_select`."""
    shift: Shift = row.Shift
    point: Point = row.Point
    leader = None if shift.leader_id is None else Named(id=shift.leader_id, name=row.leader_name)
    return ShiftRow(
        facts=ShiftFacts(
            id=shift.id,
            point_id=shift.point_id,
            start=shift.start,
            end=shift.end,
            role=shift.role,
            needed=shift.needed,
            minimum=shift.minimum,
            taken=shift.taken,
            status=shift.status,
            published_at=shift.published_at,
            required_skills=tuple(shift.required_skills),
            minimum_age=shift.minimum_age,
            direct=shift.direct,
            buddy_places=shift.buddy_places,
            led=shift.leader_id is not None,
            experienced=row.experienced,
            first_timers=row.first_timers,
        ),
        district_code=shift.district_code,
        community_code=point.community_code,
        template_id=shift.template_id,
        title=shift.title,
        note=shift.note,
        leader=leader,
        point=PointBrief(
            id=point.id,
            name=point.name,
            address=point.address,
            phone=point.phone,
            latitude=point.latitude,
            longitude=point.longitude,
            community=Area(code=point.community_code, name=row.community_name),
            subdistrict=Area(code=point.subdistrict_code, name=row.subdistrict_name),
        ),
        distance_m=None if row.distance is None else round(row.distance),
        asked_at=shift.asked_at,
        alerted_at=shift.alerted_at,
        waves=shift.waves,
        version=shift.version,
        demo=point.demo,
    )


async def shift_rows(session: AsyncSession, statement: ShiftSelect) -> list[ShiftRow]:
    """The rows of a statement made from `shift_select`."""
    return [shift_row(row) for row in await session.execute(statement)]


async def shifts_by_id(session: AsyncSession, ids: Collection[UUID]) -> Mapping[UUID, ShiftRow]:
    """Some shifts; not locked."""
    rows = await shift_rows(session, shift_select().where(col(Shift.id).in_(set(ids))))
    return {row.id: row for row in rows}


async def roster_policies(session: AsyncSession, shifts: Iterable[ShiftRow]) -> Mapping[UUID, Policy]:
    """The policy in force at each shift's point, by the point's id."""
    return await point_policies(session, {(row.facts.point_id, row.district_code) for row in shifts})


async def hands_of(session: AsyncSession, shift_ids: Collection[UUID]) -> Mapping[UUID, Hands]:
    """Who is expected on each of these shifts. Proposed places and offers count as held."""
    status = col(Signup.status)
    counts = (
        select(
            col(Signup.shift_id),
            func.count().filter(status.in_([SignupStatus.confirmed, SignupStatus.attended])).label("sure"),
            func.count().filter(status == SignupStatus.stand_in_wanted).label("leaving"),
            func.count().filter(status == SignupStatus.proposed).label("proposed"),
        )
        .where(col(Signup.shift_id).in_(set(shift_ids)))
        .group_by(col(Signup.shift_id))
        .subquery()
    )
    offers = (
        select(col(ShiftWait.shift_id), func.count().label("offered"))
        .where(
            col(ShiftWait.shift_id).in_(set(shift_ids)),
            col(ShiftWait.status) == WaitlistStatus.offered,
        )
        .group_by(col(ShiftWait.shift_id))
        .subquery()
    )
    rows = await session.execute(
        select(
            col(Shift.id),
            col(Shift.start),
            col(Shift.needed),
            col(Shift.minimum),
            col(Shift.status),
            func.coalesce(counts.c.sure, 0).label("sure"),
            func.coalesce(counts.c.leaving, 0).label("leaving"),
            (func.coalesce(counts.c.proposed, 0) + func.coalesce(offers.c.offered, 0)).label("held"),
        )
        .outerjoin(counts, counts.c.shift_id == col(Shift.id))
        .outerjoin(offers, offers.c.shift_id == col(Shift.id))
        .where(col(Shift.id).in_(set(shift_ids)))
    )
    return {row.id: Hands(*row[1:]) for row in rows}


@dataclass(frozen=True, slots=True)
class Known:
    """A volunteer as the rules see them, and the rest of what use cases need."""

    facts: VolunteerFacts
    name: str
    number: int
    district_code: str

    def without(self, signup_ids: Collection[UUID]) -> "Known":
        """The same, as if some of their places were not theirs."""
        duties = tuple(duty for duty in self.facts.duties if duty.signup_id not in signup_ids)
        return replace(self, facts=replace(self.facts, duties=duties))


async def volunteers_by_id(
    session: AsyncSession,
    person_ids: Collection[UUID],
    *,
    now: datetime,
    since: datetime | None = None,
    for_shifts: Collection[UUID] = (),
) -> Mapping[UUID, Known]:
    """People as the rules see them; whoever has no profile yet is a volunteer without one.

    Duties are looked at from `since` on (default: the last days). Applications for `for_shifts` count as duties there.
    """
    wanted = set(person_ids)
    if not wanted:
        return {}
    mate = aliased(Volunteer, name="mate")
    group = (
        select(func.count())
        .where(col(mate.organisation_id) == col(Volunteer.organisation_id))
        .correlate(Volunteer)
        .scalar_subquery()
    )
    people = await session.execute(
        select(
            col(Person.id),
            col(Person.name),
            col(Person.number),
            col(Person.district_code),
            col(Person.birth_date),
            col(Volunteer.guardian_consent_at),
            col(Volunteer.suspended_until),
            col(Person.withdrawn),
            func.coalesce(group, 0).label("group_size"),
        )
        .outerjoin(Volunteer, col(Volunteer.id) == col(Person.id))
        .where(col(Person.id).in_(wanted))
    )
    certified = await _certified(session, wanted)
    served = await served_shifts(session, wanted)
    duties = await duties_of(session, wanted, since=since or now - LOOKED_BACK, for_shifts=for_shifts)
    return {
        row.id: Known(
            VolunteerFacts(
                person_id=row.id,
                birth_date=row.birth_date,
                guardian_agreed=row.guardian_consent_at is not None,
                certified=certified.get(row.id, {}),
                served=served.get(row.id, 0),
                suspended_until=row.suspended_until,
                group=row.group_size,
                duties=duties.get(row.id, ()),
                withdrawn=VOLUNTEERING in row.withdrawn,
            ),
            row.name,
            row.number,
            row.district_code,
        )
        for row in people
    }


async def _certified(
    session: AsyncSession, person_ids: Collection[UUID]
) -> Mapping[UUID, Mapping[str, date | None]]:
    """Until which day each verified skill holds; the certificate that holds longest counts."""
    rows = await session.execute(
        select(col(Certificate.person_id), col(Certificate.skill), col(Certificate.expires_on)).where(
            col(Certificate.person_id).in_(person_ids),
            col(Certificate.status) == CertificateStatus.verified,
        )
    )
    found: dict[UUID, dict[str, date | None]] = {}
    for row in rows:
        skills = found.setdefault(row.person_id, {})
        until = row.expires_on
        if row.skill in skills:
            known = skills[row.skill]
            until = None if known is None or until is None else max(known, until)
        skills[row.skill] = until
    return found


async def served_shifts(session: AsyncSession, person_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """How many shifts each person has come to."""
    rows = await session.execute(
        select(col(Signup.person_id), func.count())
        .where(col(Signup.person_id).in_(person_ids), col(Signup.status) == SignupStatus.attended)
        .group_by(col(Signup.person_id))
    )
    return {row[0]: row[1] for row in rows}


async def duties_of(
    session: AsyncSession,
    person_ids: Collection[UUID],
    *,
    since: datetime,
    for_shifts: Collection[UUID] = (),
) -> Mapping[UUID, Sequence[Duty]]:
    """The places that each person has, from `since` on."""
    rows = await session.execute(
        select(
            col(Signup.person_id),
            col(Signup.id),
            col(Signup.shift_id),
            col(Signup.point_id),
            col(Signup.start),
            col(Signup.end),
            col(Signup.rest_until),
            col(Point.name),
            col(Shift.published_at),
        )
        .join(Shift, col(Shift.id) == col(Signup.shift_id))
        .join(Point, col(Point.id) == col(Signup.point_id))
        .where(
            col(Signup.person_id).in_(person_ids),
            col(Signup.end) > since,
            or_(
                col(Signup.status).in_(HOLDING),
                and_(col(Signup.status) == SignupStatus.applied, col(Signup.shift_id).in_(set(for_shifts))),
            ),
        )
        .order_by(col(Signup.start))
    )
    found: dict[UUID, list[Duty]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(Duty(*row[1:]))
    return found
