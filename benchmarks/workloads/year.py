"""A year of a district: search, booking, one's bookings and a point's day over its whole history, and over none."""

import json
import random
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from benchmarks.bench import Bench, Contestant, Result, answered, interleaved, nothing
from benchmarks.client import Connection, bearer, get, post
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
from benchmarks.figures import Round, paired, round_of
from benchmarks.ground import Ground
from benchmarks.history import CAPACITY, SLOTS_A_DAY, Past, attendees, lay_past
from benchmarks.load import Job
from benchmarks.servers import HOST, Server, our_server, uvicorn_server
from benchmarks.statements import recording
from benchmarks.usage import watched
from models.ids import new_id
from models.shapes.base import local_day
from models.vocabulary import Category, Role, ScopeKind

FULL, EMPTY = "history", "no_history"

POINTS = 500
SERVICES_EACH = 2
DAYS_OF_A_YEAR = 365
DAYS_AHEAD = 7
"""Slots to come, in both databases alike."""
PEOPLE = 100_000
BYTES_OF_A_DAY = 45_000_000
"""What one day of the past needs on the disk at most, its indexes and the log of what was written included."""

MOST_A_SECOND = 12_000
"""So many requests are made ready for each second."""
PLACES = 40
"""Searches around so many places, each for some category."""
RADIUS_M = 5000


class NoRoomError(RuntimeError):
    """There is not enough room on the disk for so much history."""


@dataclass(frozen=True, slots=True)
class Side:
    """A server over one of the two databases, and who asks it."""

    name: str
    database: str
    server: Server
    tokens: Sequence[str]
    slots: Sequence[UUID]
    staff: str
    district: District
    past: Past
    spent: list[int] = field(default_factory=lambda: [0])
    """How many of the people have booked already."""


def searches(count: int = PLACES) -> list[str]:
    """Addresses of searches near places, as the chat asks: what can be booked now, nearest first."""
    chance = random.Random(SEED)
    categories = list(Category)
    return [
        f"/v1/slots?available=true&category={categories[number % len(categories)]}"
        f"&near={CENTRE[0] + chance.uniform(-0.1, 0.1):.5f},{CENTRE[1] + chance.uniform(-0.1, 0.1):.5f}"
        f"&radius_m={RADIUS_M}&sort={'nearest' if number % 2 else 'soonest'}&limit=10"
        for number in range(count)
    ]


async def year(bench: Bench, scale: float) -> list[Result]:
    """All of it, with `scale` of a year's history."""
    days = max(1, round(DAYS_OF_A_YEAR * scale))
    _ensure_room(bench.ground.folder, days)
    async with AsyncExitStack() as stack:
        full = await stack.enter_async_context(_side(bench, FULL, days))
        empty = await stack.enter_async_context(_side(bench, EMPTY, 0))
        bare = await stack.enter_async_context(_bare(bench))
        results = [await _search(bench, full, empty, bare), await _booking(bench, full, empty)]
        results += [await _mine(bench, full), await _day(bench, full)]
    for result in results:
        result.facts |= {"days": days, "past_slots": full.past.slots, "past_bookings": full.past.bookings}
    ratios = results[0].ratios["search_full_vs_empty"], results[1].ratios["booking_full_vs_empty"]
    results[1].ratios["full_vs_empty"] = min(ratios)
    return results


def _ensure_room(folder: Path, days: int) -> None:
    free, wanted = shutil.disk_usage(folder).free, days * BYTES_OF_A_DAY + 2_000_000_000
    if free < wanted:
        message = (
            f"{days} days need {wanted / 1e9:.0f} GB, {free / 1e9:.0f} GB are free; take a smaller --scale"
        )
        raise NoRoomError(message)


@asynccontextmanager
async def _side(bench: Bench, database: str, days: int) -> AsyncIterator[Side]:
    now = datetime.now(UTC)
    bench.say(f"laying {days} days of history")
    url = await bench.ground.create(database)
    mint = await lay_tables(url)
    async with bench.ground.connect(database) as connection:
        district = await lay_district(connection, points=POINTS, services_each=SERVICES_EACH, now=now)
        people = await lay_people(connection, count=PEOPLE, district=district, now=now)
        staff = people[0]
        await connection.execute(
            "INSERT INTO role_grant (id, created_at, person_id, role, scope, key) VALUES ($1, $2, $3, $4, $5, $6)",
            *(new_id(), now, staff, Role.administrator.value, ScopeKind.division.value, district.code),
        )
        whom = await attendees(connection, people)
        past = await lay_past(connection, district=district, people=whom, days=days, now=now)
        tomorrow = local_day(now) + timedelta(days=1)
        slots = list(slots_of(district.services, first=tomorrow, days=DAYS_AHEAD, each_day=SLOTS_A_DAY))
        await lay_slots(connection, slots, district=district, capacity=CAPACITY, now=now)
        await connection.execute("VACUUM ANALYZE")
    bench.say(f"  {past.slots:,} slots, {past.bookings:,} bookings, {past.notices:,} notices are over")
    name = "history" if days else "no history"
    # Bookable for all the time that measuring takes.
    bookable = [slot.id for slot in slots if slot.start < now + timedelta(days=6, hours=20)]
    async with our_server(bench.ground.folder, url, workers=bench.options.workers, name=database) as server:
        yield Side(
            name,
            database,
            server,
            tokens_of(mint, people[1:], now=now),
            bookable,
            tokens_of(mint, [staff], now=now)[0],
            district,
            past,
        )


@asynccontextmanager
async def _bare(bench: Bench) -> AsyncIterator[Server]:
    """The bare route, with the statements that our search is heard to send for each address."""
    ground = bench.ground
    heard = await _listen(ground)
    file = ground.folder / "searches.json"
    file.write_text(json.dumps(heard), encoding="utf-8")
    environment = {
        "BARE_DATABASE_URL": f"postgresql://postgres@/{FULL}?host={ground.server.socket_folder}",
        "BARE_SEARCHES": str(file),
    }
    async with uvicorn_server("bare", "benchmarks.bare.app:app", ground.folder, environment) as server:
        yield server


async def _listen(ground: Ground) -> list[list[tuple[str, tuple[str | None, ...]]]]:
    url = ground.server.url(FULL)
    async with (
        recording(ground, FULL) as recorded,
        our_server(ground.folder, url, name="heard", parts=("api",)) as server,
    ):
        connection = Connection(HOST, server.port)
        await connection.ask(get("/v1/slots?limit=1"))
        await recorded.take()
        heard = []
        for address in searches():
            answer = await connection.ask(get(address))
            assert answer.status == 200, answer.body
            heard.append([(statement.text, statement.parameters) for statement in await recorded.take()])
        connection.close()
    assert all(heard), "a search that sends nothing"
    return heard


def _reading(bench: Bench, name: str, server: Server, requests: Sequence[bytes], *, unit: str) -> Contestant:
    """A contestant that is asked the same things again and again."""

    async def measure(seconds: int) -> Round:
        times = seconds * MOST_A_SECOND // len(requests) + 1
        job = Job(HOST, server.port, list(requests) * times, bench.options.clients, seconds)
        async with watched([server.pid], bench.ground.postmaster) as usage:
            outcome = await bench.loader.job(job)
        return round_of(outcome, usage, good=frozenset({200}))

    return Contestant(name, unit, prepare=nothing, measure=measure, broken=answered)


async def _search(bench: Bench, full: Side, empty: Side, bare: Server) -> Result:
    bench.say("search near a place")
    asked = [get(address) for address in searches()]
    unit = "searches/s"
    figures = await interleaved(
        bench,
        [
            _reading(bench, "bare", bare, [get(f"/slots?search={n}") for n in range(PLACES)], unit=unit),
            _reading(bench, "history", full.server, asked, unit=unit),
            _reading(bench, "no history", empty.server, asked, unit=unit),
        ],
    )
    of_bare, with_history, without = figures
    ratios = {
        "search_vs_bare": paired(with_history, of_bare),
        "search_full_vs_empty": paired(with_history, without),
    }
    return Result("search", "search near a place", figures, ratios)


async def _booking(bench: Bench, full: Side, empty: Side) -> Result:
    bench.say("book, with and without a history")
    figures = await interleaved(bench, [_books(bench, full), _books(bench, empty)])
    ratios = {"booking_full_vs_empty": paired(*figures)}
    return Result("history", "book over a history", figures, ratios)


def _books(bench: Bench, side: Side) -> Contestant:
    chance = random.Random(SEED)
    most = len(side.tokens) // (bench.options.rounds + 1)

    async def measure(seconds: int) -> Round:
        begin = side.spent[0]
        tokens = side.tokens[begin : begin + min(most, seconds * 8000)]
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
        side.spent[0] += len(outcome.statuses)
        # 409: a slot may fill up.
        return round_of(outcome, usage, good=frozenset({201}), honest=frozenset({409}))

    async def broken(_: Round) -> list[str]:
        async with bench.ground.connect(side.database) as connection:
            wrong = await connection.fetchval(COUNTS_TO_COME)
        return [f"counts are what was booked: {wrong} rows"] if wrong else []

    return Contestant(side.name, "bookings/s", prepare=nothing, measure=measure, broken=broken)


COUNTS_TO_COME = """
SELECT count(*) FROM slot
LEFT JOIN (SELECT slot_id, sum(party) AS places FROM booking WHERE "end" > now() AND status = 'confirmed'
           GROUP BY slot_id) booked ON booked.slot_id = slot.id
WHERE start > now() AND (taken <> coalesce(places, 0) OR taken > capacity)
"""


async def _mine(bench: Bench, full: Side) -> Result:
    bench.say("my bookings")
    who = full.tokens[: min(2000, full.spent[0])]
    asked = [get("/v1/bookings?when=upcoming", bearer(token)) for token in who]
    return Result(
        "mine",
        "my bookings",
        await interleaved(bench, [_reading(bench, "history", full.server, asked, unit="lists/s")]),
    )


async def _day(bench: Bench, full: Side) -> Result:
    bench.say("a point's day")
    yesterday = local_day(datetime.now(UTC)) - timedelta(days=1)
    asked = [
        get(f"/v1/points/{point}/day?date={yesterday}", bearer(full.staff)) for point in full.district.points
    ]
    return Result(
        "day",
        "a point's day",
        await interleaved(bench, [_reading(bench, "history", full.server, asked, unit="days/s")]),
    )
