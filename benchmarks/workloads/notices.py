"""How many notices a second bots take and deliver over the API, each exactly once."""

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import uvloop

from benchmarks.bench import Bench, Contestant, Result, interleaved
from benchmarks.client import Connection, bearer, post
from benchmarks.district import copy, lay_district, lay_people, lay_tables
from benchmarks.figures import Round, round_of
from benchmarks.load import Outcome
from benchmarks.servers import HOST, our_server
from benchmarks.usage import watched
from models.ids import new_id
from models.vocabulary import Channel, NoticeKind, NoticeStatus

DATABASE = "notices"
PEOPLE = 2000
OWED_A_SECOND = 3000
"""So many are due for each second that is measured."""
BOTS = 8
AT_ONCE = 50
"""So many a bot claims at a time."""


@dataclass(frozen=True, slots=True)
class Draining:
    """Bots that claim and deliver until nothing is due or the time is up."""

    port: int
    service_key: str
    seconds: float


async def notices(bench: Bench) -> list[Result]:
    """One contestant: ours."""
    bench.say("notices")
    now = datetime.now(UTC)
    url = await bench.ground.create(DATABASE)
    await lay_tables(url)
    async with bench.ground.connect(DATABASE) as connection:
        district = await lay_district(connection, points=1, services_each=1, now=now)
        people = await lay_people(connection, count=PEOPLE, district=district, now=now)
        await copy(
            connection,
            "channel_identity",
            ("id", "created_at", "person_id", "channel", "address", "last_seen_at"),
            [(new_id(), now, who, Channel.telegram.value, str(n), now) for n, who in enumerate(people)],
        )

    async def prepare() -> None:
        due = datetime.now(UTC) - timedelta(minutes=1)
        rows = (
            (
                *(new_id(), due, district.code, people[n % PEOPLE], NoticeKind.booking_reminder_soon.value),
                *(f"measured:{n}", due, due + timedelta(days=1), "{}", NoticeStatus.pending.value, 0),
            )
            for n in range(OWED_A_SECOND * bench.options.seconds)
        )
        async with bench.ground.connect(DATABASE) as connection:
            await connection.execute("TRUNCATE notice")
            await copy(
                connection,
                "notice",
                (
                    *("id", "created_at", "district_code", "person_id", "kind", "dedupe_key", "due_at"),
                    *("expires_at", "data", "status", "attempts"),
                ),
                rows,
            )
            await connection.execute("VACUUM ANALYZE notice")

    async with our_server(bench.ground.folder, url, workers=bench.options.workers, name=DATABASE) as server:

        async def measure(seconds: int) -> Round:
            draining = Draining(server.port, server.service_key, seconds)
            async with watched([server.pid], bench.ground.postmaster) as usage:
                outcome = await bench.loader.run(drain, draining)
            return round_of(outcome, usage, good=frozenset({204}))

        async def broken(measured: Round) -> list[str]:
            async with bench.ground.connect(DATABASE) as connection:
                delivered, twice = await connection.fetchrow(
                    "SELECT count(*) FILTER (WHERE status = 'delivered'), count(*) FILTER (WHERE attempts > 1)"
                    " FROM notice"
                )
            found = [] if delivered == measured.done else [f"{measured.done} said, {delivered} delivered"]
            return found + ([f"{twice} were claimed twice"] if twice else [])

        ours = Contestant("ours", "notices/s", prepare=prepare, measure=measure, broken=broken)
        figures = await interleaved(bench, [ours])
    return [Result("notices", "notices drained", figures)]


def drain(draining: Draining) -> Outcome:
    """Works as bots do, in this process. One operation is a notice delivered; its latency is that of saying so."""
    return uvloop.run(_drain(draining))


async def _drain(draining: Draining) -> Outcome:
    outcome = Outcome()
    begun = time.perf_counter()
    await asyncio.gather(*(_bot(draining, begun, outcome) for _ in range(BOTS)))
    outcome.seconds = time.perf_counter() - begun
    return outcome


async def _bot(draining: Draining, begun: float, outcome: Outcome) -> None:
    connection = Connection(HOST, draining.port)
    who = bearer(draining.service_key)
    wanted = json.dumps({"channel": Channel.telegram.value, "limit": AT_ONCE}).encode()
    try:
        while time.perf_counter() - begun < draining.seconds:
            claimed = json.loads((await connection.ask(post("/v1/notices/claim", wanted, who))).body)["items"]
            if not claimed:
                break
            for notice in claimed:
                sent = time.perf_counter()
                answer = await connection.ask(post(f"/v1/notices/{notice['id']}/delivered", b"", who))
                outcome.statuses.append(answer.status)
                outcome.latencies_ms.append((time.perf_counter() - sent) * 1000)
    finally:
        connection.close()
