"""A server over a laid district: what search, booking and lists are measured on, in any size."""

import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from benchmarks.bench import Bench, Contestant, answered, nothing
from benchmarks.client import bearer, post
from benchmarks.district import (
    CENTRE,
    SEED,
    District,
    fresh_keys,
    lay_district,
    lay_people,
    lay_slots,
    lay_tables,
    slots_of,
    tokens_of,
)
from benchmarks.figures import Round, round_of
from benchmarks.history import CAPACITY, SLOTS_A_DAY, Past, attendees, lay_past
from benchmarks.load import Job
from benchmarks.servers import HOST, Server, our_server
from benchmarks.usage import watched
from models.ids import new_id
from models.shapes.base import local_day
from models.vocabulary import Category, Role, ScopeKind

SERVICES_EACH = 2
DAYS_AHEAD = 7
"""Slots to come."""
BOOKABLE = timedelta(days=6, hours=20)
"""So far ahead slots can be booked all the time that measuring takes: the window opens seven days before."""
WITH_TOKENS = 100_000
"""So many of the people are there to act."""

PLACES = 40
"""Searches around so many places, each for some category."""
RADIUS_M = 5000
MOST_A_SECOND = 12_000
"""So many requests are made ready for each second."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a district is, how many people it has, and how many whole days of the past."""

    points: int = 500
    people: int = 100_000
    days: int = 0


@dataclass(slots=True)
class Side:
    """A server over a district, and who asks it. `spent` of the people have booked already."""

    name: str
    database: str
    server: Server
    tokens: Sequence[str]
    slots: Sequence[UUID]
    staff: str
    district: District
    past: Past
    spent: int = 0


@asynccontextmanager
async def laid(bench: Bench, name: str, size: Size, *, workers: int | None = None) -> AsyncIterator[Side]:
    """A district of some size in a database of its own, served. A member of the staff may see all of it."""
    now = datetime.now(UTC)
    database = name.replace(" ", "_")
    bench.say(f"laying {name}: {size.points} points, {size.people} people, {size.days} days that are over")
    url = await bench.ground.create(database)
    mint = await lay_tables(url)
    async with bench.ground.connect(database) as connection:
        district = await lay_district(connection, points=size.points, services_each=SERVICES_EACH, now=now)
        people = await lay_people(connection, count=size.people, district=district, now=now)
        staff = people[0]
        await connection.execute(
            "INSERT INTO role_grant (id, created_at, person_id, role, scope, key) VALUES ($1, $2, $3, $4, $5, $6)",
            *(new_id(), now, staff, Role.administrator.value, ScopeKind.division.value, district.code),
        )
        past = Past()
        if size.days:
            whom = await attendees(connection, people)
            past = await lay_past(connection, district=district, people=whom, days=size.days, now=now)
        tomorrow = local_day(now) + timedelta(days=1)
        slots = list(slots_of(district.services, first=tomorrow, days=DAYS_AHEAD, each_day=SLOTS_A_DAY))
        await lay_slots(connection, slots, district=district, capacity=CAPACITY, now=now)
        await connection.execute("VACUUM ANALYZE")
    bench.say(f"  {past.slots:,} slots, {past.bookings:,} bookings, {past.notices:,} notices are over")
    many = bench.options.workers if workers is None else workers
    async with our_server(bench.ground.folder, url, workers=many, name=database) as server:
        yield Side(
            name,
            database,
            server,
            tokens_of(mint, people[1 : WITH_TOKENS + 1], now=now),
            [slot.id for slot in slots if slot.start < now + BOOKABLE],
            tokens_of(mint, [staff], now=now)[0],
            district,
            past,
        )


def searches(count: int = PLACES) -> list[str]:
    """Addresses of searches near places: what can be booked now, half of them nearest first, as the chat asks."""
    chance = random.Random(SEED)
    categories = list(Category)
    return [
        f"/v1/slots?available=true&category={categories[number % len(categories)]}"
        f"&near={CENTRE[0] + chance.uniform(-0.1, 0.1):.5f},{CENTRE[1] + chance.uniform(-0.1, 0.1):.5f}"
        f"&radius_m={RADIUS_M}&sort={'nearest' if number % 2 else 'soonest'}&limit=10"
        for number in range(count)
    ]


def reading(bench: Bench, name: str, server: Server, requests: Sequence[bytes], *, unit: str) -> Contestant:
    """A contestant that is asked the same things again and again."""

    async def measure(seconds: int) -> Round:
        times = seconds * MOST_A_SECOND // len(requests) + 1
        job = Job(HOST, server.port, list(requests) * times, bench.options.clients, seconds)
        async with watched([server.pid], bench.ground.postmaster) as usage:
            outcome = await bench.loader.job(job)
        return round_of(outcome, usage, good=frozenset({200}))

    return Contestant(name, unit, prepare=nothing, measure=measure, broken=answered)


COUNTS_TO_COME = """
SELECT count(*) FROM slot
LEFT JOIN (SELECT slot_id, sum(party) AS places FROM booking WHERE "end" > now() AND status = 'confirmed'
           GROUP BY slot_id) booked ON booked.slot_id = slot.id
WHERE start > now() AND (taken <> coalesce(places, 0) OR taken > capacity)
"""


def booking_at(bench: Bench, side: Side) -> Contestant:
    """A contestant that books places in slots to come, each for another of its people."""
    chance = random.Random(SEED)
    most = len(side.tokens) // (bench.options.rounds + 1)

    async def measure(seconds: int) -> Round:
        begin = side.spent
        tokens = side.tokens[begin : begin + min(most, seconds * MOST_A_SECOND)]
        requests = [
            post(
                "/v1/bookings",
                json.dumps({"slot_id": str(chance.choice(side.slots))}).encode(),
                bearer(token),
                ("idempotency-key", key),
            )
            for token, key in zip(tokens, fresh_keys(len(tokens)), strict=True)
        ]
        job = Job(HOST, side.server.port, requests, bench.options.clients, seconds)
        async with watched([side.server.pid], bench.ground.postmaster) as usage:
            outcome = await bench.loader.job(job)
        side.spent += len(outcome.statuses)
        # 409: a slot may fill up.
        return round_of(outcome, usage, good=frozenset({201}), honest=frozenset({409}))

    async def broken(_: Round) -> list[str]:
        async with bench.ground.connect(side.database) as connection:
            wrong = await connection.fetchval(COUNTS_TO_COME)
        return [f"counts are what was booked: {wrong} rows"] if wrong else []

    return Contestant(side.name, "bookings/s", prepare=nothing, measure=measure, broken=broken)
