"""Who answers: the chain that finds a resident's counterpart, and the people who sit at each kind of desk.

A step of the chain looks at what is asked and names a desk with somebody at it, or leaves it to the next step. A new kind
of counterpart is one more step in `CHAIN` and one more line in `SITTING`.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, cast, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.ladders import away_on
from governance.locating import home_cell
from governance.threads.rules.turns import AREAS, STAFF
from models.ids import SIGNIFICANT_DIGITS, code_range
from models.shapes.base import Coordinates, local_day
from models.tables import Booking, Division, Grant, GridCell, Person, Point
from models.vocabulary import BookingStatus, DeskKind, Role, ScopeKind, ThreadSubject
from scheduling.errors import NotFoundError
from scheduling.queries.slots import distance_m, in_box

NEAR_M = 3000
"""So far from home, in metres, a point is a neighbour whose people can be asked."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A counterpart: which kind, by which key, what it is called, where it lies, and its phone."""

    kind: DeskKind
    key: str
    name: str
    division_code: str
    district_code: str
    point_id: UUID | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody asks about, and when: a point, a booking at it, or nothing in particular."""

    person: Person
    now: datetime
    subject: ThreadSubject
    subject_id: UUID | None = None
    point: Point | None = None

    @property
    def place(self) -> str:
        """The division that it concerns: the point's, else home's, else the district."""
        if self.point is not None:
            return self.point.community_code
        return self.person.home_division or self.person.district_code


async def matter_of(
    session: AsyncSession,
    *,
    person_id: UUID,
    point_id: UUID | None,
    booking_id: UUID | None,
    now: datetime,
) -> Matter:
    """What is asked about: the booking, the point, or (neither named) the person's next booking, if there is one.

    Raises NotFoundError for a point that is none and a booking that is not theirs.
    """
    person = await session.get_one(Person, person_id)
    mine = or_(col(Booking.attendee_id) == person_id, col(Booking.booked_by_id) == person_id)
    booked = select(col(Booking.id), Point).join(Point, col(Point.id) == col(Booking.point_id)).where(mine)
    if booking_id is not None:
        row = (await session.execute(booked.where(col(Booking.id) == booking_id))).first()
        if row is None:
            raise NotFoundError(what="booking")
        return Matter(person, now, ThreadSubject.booking, booking_id, row.Point)
    if point_id is not None:
        point = await session.get(Point, point_id)
        if point is None:
            raise NotFoundError(what="point")
        return Matter(person, now, ThreadSubject.point, point.id, point)
    coming = booked.where(col(Booking.status) == BookingStatus.confirmed, col(Booking.end) > now)
    row = (await session.execute(coming.order_by(col(Booking.start), col(Booking.id)).limit(1))).first()
    if row is None:
        return Matter(person, now, ThreadSubject.nothing)
    return Matter(person, now, ThreadSubject.booking, row.id, row.Point)


MANAGES = and_(col(Grant.role) == Role.point_manager, col(Grant.scope) == ScopeKind.point)
WORKS = and_(col(Grant.role) == Role.grid_worker, col(Grant.scope) == ScopeKind.cell)
STAFFS = and_(col(Grant.role).in_(STAFF), col(Grant.scope).in_(AREAS))

SITTING: Mapping[DeskKind, ColumnElement[bool]] = {
    DeskKind.point: MANAGES,
    DeskKind.cell: WORKS,
    DeskKind.division: STAFFS,
}
"""What grant, with the desk's key, lets somebody sit at each kind of desk."""


def point_desk(point: Point) -> Desk:
    """The desk of a point."""
    return Desk(
        kind=DeskKind.point,
        key=str(point.id),
        name=point.name,
        division_code=point.community_code,
        district_code=point.district_code,
        point_id=point.id,
        phone=point.phone,
    )


def cell_desk(cell: GridCell) -> Desk:
    """The desk of a grid cell's workers."""
    return Desk(
        kind=DeskKind.cell,
        key=str(cell.id),
        name=cell.name,
        division_code=cell.community_code,
        district_code=cell.district_code,
    )


def division_desk(division: Division, district_code: str) -> Desk:
    """The desk of a division's staff."""
    return Desk(
        kind=DeskKind.division,
        key=division.code,
        name=division.name,
        division_code=division.code,
        district_code=district_code,
        phone=division.hotline,
    )


async def at_the_point(session: AsyncSession, matter: Matter) -> Desk | None:
    """The managers of the point that it is about."""
    if matter.point is None:
        return None
    somebody = select(col(Grant.id)).where(
        MANAGES, col(Grant.key) == str(matter.point.id), col(Grant.person_id) != matter.person.id
    )
    return point_desk(matter.point) if (await session.execute(somebody.limit(1))).first() else None


async def in_the_cell(session: AsyncSession, matter: Matter) -> Desk | None:
    """The workers of the grid cell in which one lives; nobody while all of them are away."""
    if matter.point is not None:
        return None
    cell = await home_cell(session, matter.person)
    if cell is None:
        return None
    workers = {one for one in (cell.worker_id, cell.deputy_id) if one is not None} - {matter.person.id}
    away = await away_on(session, workers, local_day(matter.now))
    return cell_desk(cell) if workers - away else None


async def near_home(session: AsyncSession, matter: Matter) -> Desk | None:
    """The managers of a point in one's home community, the nearest where home is known exactly: where there is no grid."""
    person = matter.person
    if matter.point is not None or (person.home_division is None and person.home_latitude is None):
        return None
    managed = (
        select(col(Grant.id))
        .where(MANAGES, col(Grant.key) == cast(col(Point.id), String), col(Grant.person_id) != person.id)
        .exists()
    )
    near = select(Point).where(managed, col(Point.district_code) == person.district_code).limit(1)
    if person.home_latitude is not None and person.home_longitude is not None:
        home = Coordinates(latitude=person.home_latitude, longitude=person.home_longitude)
        near = near.where(*in_box(home, NEAR_M), distance_m(home) <= NEAR_M)
        near = near.order_by(distance_m(home), col(Point.id))
    else:
        inside = code_range(person.home_division or "")
        near = near.where(col(Point.community_code).between(*inside)).order_by(col(Point.id))
    point = (await session.execute(near)).scalar()
    return None if point is None else point_desk(point)


async def staff_around(session: AsyncSession, matter: Matter) -> Desk | None:
    """The staff of the smallest division around the place that has any: community, sub-district, district."""
    return await staffed(session, around(matter.place), matter.person)


def around(code: str) -> list[str]:
    """The divisions in which a division lies, itself included, the smallest first."""
    digits = sorted(SIGNIFICANT_DIGITS.values(), reverse=True)
    return list(dict.fromkeys(code[:length].ljust(len(code), "0") for length in digits))


async def staffed(session: AsyncSession, codes: Iterable[str], resident: Person) -> Desk | None:
    """The desk of the first of these divisions that has staff other than the resident."""
    wanted = list(codes)
    found = await session.execute(
        select(Division).where(
            col(Division.code).in_(wanted),
            select(col(Grant.id))
            .where(STAFFS, col(Grant.key) == col(Division.code), col(Grant.person_id) != resident.id)
            .exists(),
        )
    )
    divisions = {division.code: division for division in found.scalars()}
    first = next((divisions[code] for code in wanted if code in divisions), None)
    return None if first is None else division_desk(first, resident.district_code)


Step = Callable[[AsyncSession, Matter], Awaitable[Desk | None]]

CHAIN: tuple[Step, ...] = (at_the_point, in_the_cell, near_home, staff_around)
"""Who is asked, first to last."""


async def desk_for(session: AsyncSession, matter: Matter) -> Desk | None:
    """Who answers; None when there is nobody at all."""
    for step in CHAIN:
        desk = await step(session, matter)
        if desk is not None:
            return desk
    return None


async def people_at(session: AsyncSession, desks: Iterable[tuple[DeskKind, str]]) -> Mapping[str, list[UUID]]:
    """Who sits at each of these desks, by its key. One statement."""
    wanted = set(desks)
    found: dict[str, list[UUID]] = {key: [] for _, key in wanted}
    if not wanted:
        return found
    sits = or_(
        *(
            SITTING[kind] & col(Grant.key).in_([key for of, key in wanted if of is kind])
            for kind in {kind for kind, _ in wanted}
        )
    )
    rows = await session.execute(
        select(col(Grant.key), col(Grant.person_id)).where(sits).order_by(col(Grant.person_id)).distinct()
    )
    for row in rows:
        found[row.key].append(row.person_id)
    return found
