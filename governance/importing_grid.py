"""A grid as a district hands it in: cells with the phones of their people, who are found, or registered where nobody has that
phone. All or nothing, together with the rest of the import (docs/IMPORT.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.establish_grid import CellDraft, GridChanges, establish_grid
from models.tables import Division, Person
from scheduling.actors import Actor
from scheduling.drafts import Fault, GridCellDraft, Table, wording
from scheduling.establish import PlanRefusedError
from scheduling.people import NewPerson, register
from scheduling.rules.phones import normal_phone


@dataclass(frozen=True, slots=True)
class GridBroughtIn:
    """What bringing in a grid did: to the cells, and how many of their people are new."""

    cells: GridChanges
    registered: int


@dataclass(frozen=True, slots=True)
class _Seat:
    """Somebody that a row names for a cell."""

    row: int
    field: str
    phone: str
    name: str | None


async def bring_in_grid(
    session: AsyncSession, *, actor: Actor, cells: Sequence[GridCellDraft], district_code: str, now: datetime
) -> GridBroughtIn:
    """Makes and changes the cells, after the divisions that they lie in were written. Whoever calls may administer the district.

    Raises PlanRefusedError with everything that is wrong with their people; nothing of the grid is written then.
    """
    seats = list(_seats(cells))
    people = await _people_with(session, {seat.phone for seat in seats}, district_code)
    found: dict[tuple[int, str], UUID] = {}
    faults: list[Fault] = []
    new: dict[str, Person] = {}
    names = _names_given(seats)
    for seat in seats:
        known = people[seat.phone]
        match [one for one in known if seat.name in {None, one.name}]:
            case [person]:
                found[seat.row, seat.field] = person.id
            case [] if not known and names[seat.phone]:
                person = new.setdefault(
                    seat.phone,
                    Person(
                        created_at=now,
                        district_code=district_code,
                        name=names[seat.phone][0],
                        phone=seat.phone,
                    ),
                )
                found[seat.row, seat.field] = person.id
            case _:
                faults.append(_fault(seat, known))
    faults += _named_twice(seats, names, people)
    if faults:
        raise PlanRefusedError(faults)
    await register(session, actor=actor, people=[NewPerson(person) for person in new.values()], now=now)
    centres = await _centres(session, {cell.community_code for cell in cells if cell.latitude is None})
    drafts = [_draft(row, cell, found, centres) for row, cell in enumerate(cells)]
    return GridBroughtIn(await establish_grid(session, actor=actor, drafts=drafts, now=now), len(new))


def _seats(cells: Sequence[GridCellDraft]) -> Iterator[_Seat]:
    for row, cell in enumerate(cells):
        yield _Seat(row, "worker_phone", normal_phone(cell.worker_phone) or "", cell.worker_name)
        if cell.deputy_phone is not None:
            yield _Seat(row, "deputy_phone", normal_phone(cell.deputy_phone) or "", cell.deputy_name)


def _names_given(seats: Iterable[_Seat]) -> Mapping[str, Sequence[str]]:
    """The names that rows give to a phone, each once."""
    given: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for seat in seats:
        if seat.name is not None:
            given[seat.phone][seat.name] = None
    return defaultdict(list, {phone: list(names) for phone, names in given.items()})


async def _people_with(
    session: AsyncSession, phones: set[str], district_code: str
) -> Mapping[str, Sequence[Person]]:
    rows = await session.execute(
        select(Person).where(
            col(Person.phone).in_(phones),
            col(Person.district_code) == district_code,
            col(Person.erased_at).is_(None),
        )
    )
    found: defaultdict[str, list[Person]] = defaultdict(list)
    for person in rows.scalars():
        found[person.phone or ""].append(person)
    return found


def _named_twice(
    seats: Sequence[_Seat], names: Mapping[str, Sequence[str]], people: Mapping[str, Sequence[Person]]
) -> list[Fault]:
    """Two names for the phone of somebody new: nobody can say which is right."""
    return [
        _said(seat, "two_names", given=seat.phone, name=names[seat.phone][0])
        for seat in seats
        if not people[seat.phone] and seat.name is not None and seat.name != names[seat.phone][0]
    ]


def _fault(seat: _Seat, known: Sequence[Person]) -> Fault:
    if not known:
        return _said(seat, "unknown_person", given=seat.phone)
    if seat.name is None:
        return _said(seat, "several_people", given=seat.phone)
    return _said(seat, "another_name", given=seat.phone, name="、".join(sorted(one.name for one in known)))


def _said(seat: _Seat, code: str, **data: object) -> Fault:
    zh, en = wording(code, data)
    return Fault(table=Table.cells, row=seat.row, field=seat.field, code=code, zh=zh, en=en)


async def _centres(session: AsyncSession, codes: set[str]) -> Mapping[str, tuple[float, float]]:
    rows = await session.execute(
        select(col(Division.code), col(Division.latitude), col(Division.longitude)).where(
            col(Division.code).in_(codes)
        )
    )
    return {row.code: (row.latitude, row.longitude) for row in rows}


def _draft(
    row: int,
    cell: GridCellDraft,
    found: Mapping[tuple[int, str], UUID],
    centres: Mapping[str, tuple[float, float]],
) -> CellDraft:
    latitude, longitude = cell.latitude, cell.longitude
    if latitude is None or longitude is None:
        latitude, longitude = centres[cell.community_code]
    return CellDraft(
        community_code=cell.community_code,
        number=cell.number,
        name=cell.name,
        latitude=latitude,
        longitude=longitude,
        worker_id=found[row, "worker_phone"],
        deputy_id=found.get((row, "deputy_phone")),
    )
