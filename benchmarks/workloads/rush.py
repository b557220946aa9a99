"""The eight o'clock rush: 5,000 people, 500 slots, a few of them wanted by most, at one, two and ten times the rate that
can be sustained."""

import math
import random
from collections.abc import Sequence
from datetime import UTC, datetime

from benchmarks import accounts
from benchmarks.bench import Bench, Result
from benchmarks.crowd import Crowd, Seen, come
from benchmarks.district import (
    SEED,
    first_day,
    lay_district,
    lay_people,
    lay_slots,
    lay_tables,
    slots_of,
    tokens_of,
)
from benchmarks.figures import Figures, Round, percentile
from benchmarks.servers import HOST, our_server
from benchmarks.usage import Usage, watched

DATABASE = "rush"
PEOPLE = 5000
POINTS, SERVICES_EACH, SLOTS_A_DAY = 50, 2, 5
SLOTS = POINTS * SERVICES_EACH * SLOTS_A_DAY
CAPACITY = 20
TIMES = (1, 2, 10)
HONEST = frozenset({200, 201, 409, 503})
UNIT = "requests/s"

INVARIANTS = {
    "nothing is overbooked": "SELECT count(*) FROM slot WHERE taken > capacity OR taken < 0",
    "counts are what was booked and held": accounts.INVARIANTS[accounts.OURS][
        "counts are what was booked and held"
    ],
    "nobody has two places in a slot": accounts.INVARIANTS[accounts.OURS]["nobody has two places in a slot"],
    "nobody is in two places at once": """
        SELECT count(*) FROM booking one JOIN booking other
            ON other.attendee_id = one.attendee_id AND other.id > one.id
           AND one.start < other."end" AND other.start < one."end"
        WHERE one.status = 'confirmed' AND other.status = 'confirmed'
    """,
    "every offer holds its places and was told": """
        SELECT count(*) FROM offer JOIN waitlist_entry entry ON entry.id = entry_id
        WHERE offer.status = 'held' AND (entry.status <> 'offered' OR held <> offer.party
           OR NOT EXISTS (SELECT FROM notice WHERE dedupe_key = 'waitlist_offer:' || offer.id))
    """,
    "free places are offered to whoever waits": """
        SELECT count(*) FROM waitlist_entry entry JOIN slot ON slot.id = slot_id
        WHERE entry.status = 'waiting' AND capacity - taken >= entry.party
    """,
}


async def rush(bench: Bench) -> list[Result]:
    """One server; each rate begins with everything free."""
    bench.say("the eight o'clock rush")
    now = datetime.now(UTC)
    url = await bench.ground.create(DATABASE)
    mint = await lay_tables(url)
    async with bench.ground.connect(DATABASE) as connection:
        district = await lay_district(connection, points=POINTS, services_each=SERVICES_EACH, now=now)
        slots = list(slots_of(district.services, first=first_day(now), days=1, each_day=SLOTS_A_DAY))
        await lay_slots(connection, slots, district=district, capacity=CAPACITY, now=now)
        people = await lay_people(connection, count=PEOPLE, district=district, now=now)
        await connection.execute("VACUUM ANALYZE")
    tokens = tokens_of(mint, people, now=now)
    random.Random(SEED).shuffle(slots)
    popular = [str(slot.id) for slot in slots]
    figures: list[Figures] = []
    seen: list[Seen] = []
    async with our_server(bench.ground.folder, url, workers=bench.options.workers, name=DATABASE) as server:
        crowd = Crowd(
            HOST, server.port, tokens, popular, 0.0, bench.options.seconds, SEED, bench.options.clients
        )
        await bench.loader.run(come, crowd)  # does not count: it warms up
        measured, _ = await _come(bench, server.pid, crowd)
        sustained = measured.arrived / measured.seconds
        bench.say(
            f"  sustained: {sustained:.0f} people and {measured.decided / measured.seconds:.0f} requests a second"
        )
        for times in TIMES:
            rated = Crowd(
                HOST, server.port, tokens, popular, sustained * times, bench.options.seconds, SEED + times
            )
            result, usage = await _come(bench, server.pid, rated)
            seen.append(result)
            figures.append(_figures(f"{times} times", result, usage))
            figures[-1].broken += await _broken(bench, result)
            bench.say(_said(times, result))
    figures[-1].broken += await accounts.program_check(bench.ground, DATABASE)
    once, twice, tenfold = figures
    return [
        Result(
            "rush",
            f"the eight o'clock rush, {PEOPLE:,} people, {SLOTS} slots",
            figures,
            {"rush_2x_p99_s": twice.p99_ms / 1000, "rush_tenfold": tenfold.rate / once.rate},
            {"sustained_people_a_second": round(sustained, 1), "crowds": [_facts(each) for each in seen]},
        )
    ]


async def _come(bench: Bench, pid: int, crowd: Crowd) -> tuple[Seen, Usage]:
    async with bench.ground.connect(DATABASE) as connection:
        for statement in accounts.ANEW[accounts.OURS]:
            await connection.execute(statement)
    await bench.ground.checkpoint()
    async with watched([pid], bench.ground.postmaster) as usage:
        seen = await bench.loader.run(come, crowd)
    return seen, usage


def _figures(name: str, seen: Seen, usage: Usage) -> Figures:
    latencies: Sequence[float] = seen.latencies_ms
    figures = Figures(name, UNIT)
    figures.rounds.append(
        Round(
            done=seen.decided,
            seconds=seen.seconds,
            p50_ms=percentile(latencies, 50),
            p99_ms=percentile(latencies, 99),
            cpu_s=usage.cpu_s,
            server_cpu_s=usage.server_cpu_s,
            postgres_cpu_s=usage.postgres_cpu_s,
            peak_rss=usage.peak_rss,
            answers=seen.answers,
            errors=sum(number for status, number in seen.answers.items() if status not in HONEST),
        )
    )
    return figures


async def _broken(bench: Bench, seen: Seen) -> list[str]:
    async with bench.ground.connect(DATABASE) as connection:
        found = [
            f"{name}: {rows} rows"
            for name, query in INVARIANTS.items()
            if (rows := await connection.fetchval(query))
        ]
        for what, ids, query in (
            ("bookings", seen.booked, "SELECT count(*) FROM booking WHERE id = ANY($1::uuid[])"),
            (
                "cancellations",
                seen.cancelled,
                "SELECT count(*) FROM booking WHERE id = ANY($1::uuid[]) AND status = 'cancelled'",
            ),
            ("entries", seen.waiting, "SELECT count(*) FROM waitlist_entry WHERE id = ANY($1::uuid[])"),
        ):
            if (there := await connection.fetchval(query, ids)) != len(set(ids)):
                found.append(f"{len(set(ids))} {what} were told, {there} are there")
    if seen.other_answers:
        found.append(f"{seen.other_answers} repeats were answered otherwise")
    return found


def _facts(seen: Seen) -> dict[str, object]:
    p99 = percentile(seen.latencies_ms, 99)
    return {
        "arrived": seen.arrived,
        "seconds": round(seen.seconds, 1),
        "booked": len(seen.booked),
        "cancelled": len(seen.cancelled),
        "waiting": len(seen.waiting),
        "refused": seen.answers[409],
        "busy": seen.answers[503],
        "p99_ms": None if math.isnan(p99) else round(p99, 1),
    }


def _said(times: int, seen: Seen) -> str:
    odd = {status: number for status, number in sorted(seen.answers.items()) if status not in HONEST}
    return (
        f"  {times} times: {seen.arrived} people, {seen.decided / seen.seconds:.0f} requests/s decided,"
        f" p99 {percentile(seen.latencies_ms, 99):.0f} ms, {seen.answers[409]} refused, {seen.answers[503]} busy,"
        f" errors {odd or 'none'}"
    )
