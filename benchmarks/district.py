"""A made-up district to measure in: real divisions, and points, services, slots and people written by COPY."""

import random
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from api.state import token_key
from api.tokens import TokenMint
from lastmetre.migrate import migrate
from models.data import DivisionRow, read_divisions
from models.database import open_database
from models.ids import new_id
from models.shapes.base import DISTRICT_ZONE, local_day
from models.vocabulary import Category, DivisionLevel, Language, SlotStatus, Zone
from scheduling.signing_in import Identity

SEED = 20261127
CENTRE = (31.95, 118.84)
"""Latitude and longitude around which the points lie."""
SPREAD_DEGREES = 0.16

CATEGORIES = tuple(Category)
FIRST_HOUR = 10
"""Slots begin from this local hour on: late enough that a reminder two hours before is not in the quiet hours."""


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service, with what its slots repeat of it."""

    id: UUID
    point_id: UUID
    category: Category
    community_code: str


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot, with what bookings repeat of it."""

    id: UUID
    service: ServiceRow
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class District:
    """What was laid."""

    code: str
    points: tuple[UUID, ...]
    services: tuple[ServiceRow, ...]


async def copy(
    connection: asyncpg.Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Writes rows into a table."""
    await connection.copy_records_to_table(table, columns=columns, records=rows)


async def lay_tables(url: str) -> TokenMint:
    """The newest tables, and the key that tokens are signed with."""
    database = open_database(url, pool_size=1)
    try:
        await migrate(database.engine)
        return TokenMint(await token_key(database))
    finally:
        await database.close()


async def lay_district(
    connection: asyncpg.Connection, *, points: int, services_each: int, now: datetime
) -> District:
    """Divisions, points and services; nothing else yet."""
    chance = random.Random(SEED)
    divisions = read_divisions()
    code = next(division.code for division in divisions if division.level is DivisionLevel.district)
    communities = [division for division in divisions if division.level is DivisionLevel.community]
    await copy(
        connection,
        "division",
        ("code", "name", "level", "parent_code", "latitude", "longitude"),
        [(d.code, d.name, d.level.value, d.parent_code, d.latitude, d.longitude) for d in divisions],
    )
    provider = new_id()
    await copy(
        connection,
        "provider",
        ("id", "created_at", "district_code", "key", "name", "zone"),
        [(provider, now, code, "street", "街道服务中心", Zone.street.value)],
    )
    places = [(new_id(), communities[number % len(communities)]) for number in range(points)]
    await copy(
        connection,
        "point",
        (
            *("id", "created_at", "district_code", "key", "name", "community_code", "subdistrict_code"),
            *("address", "phone", "latitude", "longitude", "demo"),
        ),
        [
            (id_, now, code, f"p{number}", *_place(chance, number, community))
            for number, (id_, community) in enumerate(places)
        ],
    )
    services = [
        ServiceRow(new_id(), id_, CATEGORIES[(number * services_each + i) % len(CATEGORIES)], community.code)
        for number, (id_, community) in enumerate(places)
        for i in range(services_each)
    ]
    await copy(
        connection,
        "service",
        (
            *("id", "created_at", "district_code", "key", "point_id", "provider_id", "category", "name"),
            *("description", "demo"),
        ),
        [
            (s.id, now, code, f"s{n}", s.point_id, provider, s.category.value, f"服务{n}", "", False)
            for n, s in enumerate(services)
        ],
    )
    return District(code, tuple(id_ for id_, _ in places), tuple(services))


def _place(chance: random.Random, number: int, community: DivisionRow) -> tuple[Any, ...]:
    """A point's columns from its name on."""
    latitude = CENTRE[0] + chance.uniform(-SPREAD_DEGREES, SPREAD_DEGREES)
    longitude = CENTRE[1] + chance.uniform(-SPREAD_DEGREES, SPREAD_DEGREES)
    where = (f"微服务点{number}", community.code, community.parent_code, f"幸福路{number}号", "025-00000000")
    return (*where, latitude, longitude, False)


def slots_of(
    services: Iterable[ServiceRow], *, first: date, days: int, each_day: int, minutes: int = 60
) -> Iterable[SlotRow]:
    """The slots of some services, `each_day` a day one after another from morning on."""
    midnights = [
        datetime.combine(first + timedelta(days=day), time(0), DISTRICT_ZONE).astimezone(UTC)
        for day in range(days)
    ]
    length = timedelta(minutes=minutes)
    for service in services:
        for midnight in midnights:
            morning = midnight + timedelta(hours=FIRST_HOUR)
            for number in range(each_day):
                start = morning + number * length
                yield SlotRow(new_id(), service, start, start + length)


async def lay_slots(
    connection: asyncpg.Connection,
    slots: Iterable[SlotRow],
    *,
    district: District,
    capacity: int,
    now: datetime,
    taken: int = 0,
) -> None:
    """Writes slots."""
    await copy(
        connection,
        "slot",
        (
            *("id", "created_at", "district_code", "service_id", "point_id", "category", "community_code"),
            *("start", "end", "capacity", "taken", "status", "edited", "version", "last_queue_number"),
            "now_serving",
        ),
        (
            (
                *(slot.id, now, district.code, slot.service.id, slot.service.point_id),
                *(slot.service.category.value, slot.service.community_code, slot.start, slot.end, capacity),
                *(taken, SlotStatus.open.value, False, 1, 0, 0),
            )
            for slot in slots
        ),
    )


async def lay_people(
    connection: asyncpg.Connection, *, count: int, district: District, now: datetime
) -> list[UUID]:
    """Writes residents of all ages and returns their ids."""
    chance = random.Random(SEED + 1)
    ids = [new_id() for _ in range(count)]
    await copy(
        connection,
        "person",
        (
            *("id", "created_at", "district_code", "name", "language", "birth_date", "disability"),
            *("reminders", "large_text", "token_epoch", "demo"),
        ),
        (
            (
                *(id_, now, district.code, f"居民{number}", Language.zh.value),
                *(date(chance.randrange(1935, 2006), 1 + number % 12, 1 + number % 28), number % 50 == 0),
                *(True, False, 0, False),
            )
            for number, id_ in enumerate(ids)
        ),
    )
    return ids


def tokens_of(mint: TokenMint, people: Iterable[UUID], *, now: datetime) -> list[str]:
    """A real bearer token for each person."""
    return [mint.issue(Identity(id_, 0), now=now).access_token for id_ in people]


def fresh_keys(count: int) -> list[str]:
    """Idempotency-Keys that nobody has used."""
    return [uuid.uuid4().hex for _ in range(count)]


def first_day(now: datetime) -> date:
    """The first day of which both reminders are still ahead at any time of the day: the one after tomorrow.

    Five days from it on are inside the booking window, which opens seven days ahead.
    """
    return local_day(now) + timedelta(days=2)
