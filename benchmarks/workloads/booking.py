"""Booking over many slots, and one hot slot: PostgreSQL itself, a tutorial's service, and ours, in turn."""

import json
import random
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from benchmarks import accounts
from benchmarks.bench import Bench, Contestant, Result, interleaved
from benchmarks.client import bearer, post
from benchmarks.district import (
    SEED,
    copy,
    first_day,
    fresh_keys,
    lay_district,
    lay_people,
    lay_slots,
    lay_tables,
    slots_of,
    tokens_of,
)
from benchmarks.figures import Figures, Round, cheaper, paired, round_of
from benchmarks.load import Job
from benchmarks.pgbench import STATEMENT, TABLES, TRANSACTION, run_pgbench
from benchmarks.servers import HOST, Server, our_server, uvicorn_server
from benchmarks.usage import watched

POINTS = 500
SERVICES_EACH = 2
DAYS = 5
SLOTS_A_DAY = 2
SLOTS = POINTS * SERVICES_EACH * DAYS * SLOTS_A_DAY
PLENTY = 1_000_000
"""Places in a slot: nobody is refused, so that it is bookings that are counted."""
MOST_A_SECOND = 8_000
"""Faster than anything can be here: so many people are made for each second, for each books once."""
UNIT = "bookings/s"
GOOD = frozenset({201})


@dataclass(frozen=True, slots=True)
class Buyers:
    """A system's people with their tokens, and the slots that they may want."""

    path: str
    tokens: Sequence[str]
    slots: Sequence[UUID]
    keys: bool

    def requests(self, slots: Sequence[UUID], chance: random.Random) -> list[bytes]:
        """One order by each person, each for one of `slots`."""
        wanted = [json.dumps({"slot_id": str(slot)}).encode() for slot in slots]
        if not self.keys:
            return [post(self.path, chance.choice(wanted), bearer(token)) for token in self.tokens]
        return [
            post(self.path, chance.choice(wanted), bearer(token), ("idempotency-key", key))
            for token, key in zip(self.tokens, fresh_keys(len(self.tokens)), strict=True)
        ]


async def booking(bench: Bench, names: Sequence[str] = ("spread", "hot")) -> list[Result]:
    """Both workloads, or those named, on the same servers."""
    people = bench.options.seconds * MOST_A_SECOND
    bench.say(f"laying {SLOTS} slots and {people} people")
    await _lay_minimal(bench)
    async with plain_side(bench, people) as plain, our_side(bench, people) as ours:
        results = []
        for number, name in enumerate(names):
            bench.say(name)
            figures = await interleaved(
                bench.share(1 / (len(names) - number)),
                [
                    _pgbench(bench, "pgbench", TRANSACTION, hot=name == "hot"),
                    _pgbench(bench, "statement", STATEMENT, hot=name == "hot"),
                    plain.contestant(bench, hot=name == "hot"),
                    ours.contestant(bench, hot=name == "hot"),
                ],
            )
            figures[-1].broken += await accounts.reminders_missing(bench.ground)
            figures[-1].broken += await accounts.program_check(bench.ground, accounts.OURS)
            results.append(_result(name, figures))
        return results


def _result(name: str, figures: list[Figures]) -> Result:
    pgbench, statement, plain, ours = figures
    titles = {"spread": f"book over {SLOTS:,} slots", "hot": "book one hot slot"}
    return Result(
        name,
        titles[name],
        figures,
        ratios={
            f"{name}_vs_plain": paired(ours, plain),
            f"{name}_vs_pgbench": paired(ours, pgbench),
            f"{name}_vs_statement": paired(ours, statement),
            f"{name}_cpu_vs_plain": cheaper(ours, plain),
            f"{name}_p99_vs_plain_median": ours.p99_ms / plain.p50_ms,
        },
    )


async def _lay_minimal(bench: Bench) -> None:
    await bench.ground.create(accounts.MINIMAL)
    async with bench.ground.connect(accounts.MINIMAL) as connection:
        await connection.execute(TABLES)
        await copy(
            connection, "slot", ("id", "capacity", "taken"), ((n, PLENTY, 0) for n in range(1, SLOTS + 1))
        )


def _pgbench(bench: Bench, system: str, script: str, *, hot: bool) -> Contestant:
    ground = bench.ground

    async def measure(seconds: int) -> Round:
        async with watched([], ground.postmaster) as usage:
            outcome = await run_pgbench(
                ground,
                accounts.MINIMAL,
                script,
                first=1,
                last=1 if hot else SLOTS,
                clients=bench.options.clients,
                seconds=seconds,
            )
        return round_of(outcome, usage, good=GOOD)

    return Contestant(
        system,
        UNIT,
        prepare=lambda: accounts.begin_anew(ground, accounts.MINIMAL),
        measure=measure,
        broken=lambda measured: accounts.broken(ground, accounts.MINIMAL, measured.done),
    )


@dataclass(frozen=True, slots=True)
class Side:
    """A server over a database of its own."""

    name: str
    database: str
    server: Server
    buyers: Buyers

    def contestant(self, bench: Bench, *, hot: bool) -> Contestant:
        """This side in a workload."""
        ground = bench.ground
        chance = random.Random(SEED)

        async def measure(seconds: int) -> Round:
            slots = self.buyers.slots[:1] if hot else self.buyers.slots
            requests = self.buyers.requests(slots, chance)
            job = Job(HOST, self.server.port, requests, bench.options.clients, seconds)
            async with watched([self.server.pid], ground.postmaster) as usage:
                outcome = await bench.loader.job(job)
            measured = round_of(outcome, usage, good=GOOD)
            if outcome.used_up:
                bench.say(f"  {self.name} was through with everybody after {outcome.seconds:.1f} s")
            return measured

        return Contestant(
            self.name,
            UNIT,
            prepare=lambda: accounts.begin_anew(ground, self.database),
            measure=measure,
            broken=lambda measured: accounts.broken(ground, self.database, measured.done),
        )


@asynccontextmanager
async def plain_side(bench: Bench, people: int) -> AsyncIterator[Side]:
    """The tutorial's service with people and slots in it."""
    url = await bench.ground.create(accounts.PLAIN)
    secret = secrets.token_urlsafe(32)
    environment = {"PLAIN_DATABASE_URL": url, "PLAIN_SECRET": secret}
    async with uvicorn_server(
        "plain", "benchmarks.plain.app:app", bench.ground.folder, environment
    ) as server:
        async with bench.ground.connect(accounts.PLAIN) as connection:
            ids, slots = await accounts.lay_plain(connection, people=people, slots=SLOTS, capacity=PLENTY)
        tokens = accounts.plain_tokens(secret, ids)
        yield Side("plain", accounts.PLAIN, server, Buyers("/bookings", tokens, slots, keys=False))


@asynccontextmanager
async def our_side(bench: Bench, people: int) -> AsyncIterator[Side]:
    """Ours with a district, people and slots in it."""
    now = datetime.now(UTC)
    url = await bench.ground.create(accounts.OURS)
    mint = await lay_tables(url)
    async with bench.ground.connect(accounts.OURS) as connection:
        district = await lay_district(connection, points=POINTS, services_each=SERVICES_EACH, now=now)
        slots = list(slots_of(district.services, first=first_day(now), days=DAYS, each_day=SLOTS_A_DAY))
        await lay_slots(connection, slots, district=district, capacity=PLENTY, now=now)
        ids = await lay_people(connection, count=people, district=district, now=now)
        await connection.execute("VACUUM ANALYZE")
    buyers = Buyers("/v1/bookings", tokens_of(mint, ids, now=now), [slot.id for slot in slots], keys=True)
    async with our_server(bench.ground.folder, url, workers=bench.options.workers) as server:
        yield Side("ours", accounts.OURS, server, buyers)
