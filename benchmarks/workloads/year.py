"""A year of a district: search, booking, one's bookings and a point's day over its whole history, and over none."""

import json
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.bench import Bench, Result, interleaved
from benchmarks.client import Connection, bearer, get
from benchmarks.figures import cheaper, paired
from benchmarks.ground import Ground
from benchmarks.servers import HOST, Server, our_server, uvicorn_server
from benchmarks.sides import PLACES, Side, Size, booking_at, laid, reading, searches
from benchmarks.statements import recording
from models.shapes.base import local_day

HISTORY, NO_HISTORY = "history", "no history"
DAYS_OF_A_YEAR = 365
AGAINST_NONE = frozenset({"search_full_vs_empty", "booking_full_vs_empty"})
BYTES_OF_A_DAY = 45_000_000
"""What one day of the past needs on the disk at most, its indexes and the log of what was written included."""


class NoRoomError(RuntimeError):
    """There is not enough room on the disk for so much history."""


SUBJECTS = ("search", "history", "mine", "day")


async def year(bench: Bench, scale: float, subjects: Sequence[str] = SUBJECTS) -> list[Result]:
    """All subjects, or those named, with `scale` of a year's history."""
    days = max(1, round(DAYS_OF_A_YEAR * scale))
    _ensure_room(bench.ground.folder, days)
    results: list[Result] = []
    async with AsyncExitStack() as stack:
        full = await stack.enter_async_context(laid(bench, HISTORY, Size(days=days)))
        if {"search", "history"} & set(subjects):
            empty = await stack.enter_async_context(laid(bench, NO_HISTORY, Size()))
        if "search" in subjects:
            bare = await stack.enter_async_context(_bare(bench, full.database))
            results.append(await _search(bench.share(0.4), full, empty, bare))
        if "history" in subjects:
            results.append(await _booking(bench.share(0.5), full, empty))
        if "mine" in subjects:
            results.append(await _mine(bench.share(0.5), full))
        if "day" in subjects:
            results.append(await _day(bench, full))
    against_none = [ratio for each in results for name, ratio in each.ratios.items() if name in AGAINST_NONE]
    for result in results:
        result.facts |= {"days": days, "past_slots": full.past.slots, "past_bookings": full.past.bookings}
    if len(against_none) == len(AGAINST_NONE):
        results[0].ratios["full_vs_empty"] = min(against_none)
    return results


def _ensure_room(folder: Path, days: int) -> None:
    free, wanted = shutil.disk_usage(folder).free, days * BYTES_OF_A_DAY + 2_000_000_000
    if free < wanted:
        message = (
            f"{days} days need {wanted / 1e9:.0f} GB, {free / 1e9:.0f} GB are free; take a smaller scale"
        )
        raise NoRoomError(message)


@asynccontextmanager
async def _bare(bench: Bench, database: str) -> AsyncIterator[Server]:
    """The bare route, with the statements that our search is heard to send for each address."""
    ground = bench.ground
    heard = await _listen(ground, database)
    file = ground.folder / "searches.json"
    file.write_text(json.dumps(heard), encoding="utf-8")
    environment = {
        "BARE_DATABASE_URL": f"postgresql://postgres@/{database}?host={ground.server.socket_folder}",
        "BARE_SEARCHES": str(file),
    }
    async with uvicorn_server("bare", "benchmarks.bare.app:app", ground.folder, environment) as server:
        yield server


async def _listen(ground: Ground, database: str) -> list[list[tuple[str, tuple[str | None, ...]]]]:
    url = ground.server.url(database)
    async with (
        recording(ground, database) as recorded,
        our_server(ground.folder, url, name="heard", parts=("api",)) as server,
    ):
        connection = Connection(HOST, server.port)
        heard = []
        for address in searches():
            await connection.ask(get(address))  # what is kept from the first time on is not sent again
            await recorded.take()
            answer = await connection.ask(get(address))
            assert answer.status == 200, answer.body
            heard.append([(statement.text, statement.parameters) for statement in await recorded.take()])
        connection.close()
    assert all(heard), "a search that sends nothing"
    return heard


async def _search(bench: Bench, full: Side, empty: Side, bare: Server) -> Result:
    bench.say("search near a place")
    asked = [get(address) for address in searches()]
    of_bare, with_history, without = figures = await interleaved(
        bench,
        [
            reading(
                bench, "bare", bare, [get(f"/slots?search={n}") for n in range(PLACES)], unit="searches/s"
            ),
            reading(bench, HISTORY, full.server, asked, unit="searches/s"),
            reading(bench, NO_HISTORY, empty.server, asked, unit="searches/s"),
        ],
    )
    ratios = {
        "search_vs_bare": paired(with_history, of_bare),
        "search_full_vs_empty": paired(with_history, without),
        "search_cpu_vs_bare": cheaper(with_history, of_bare),
        "search_cpu_full_vs_empty": cheaper(with_history, without),
    }
    return Result("search", "search near a place", figures, ratios)


async def _booking(bench: Bench, full: Side, empty: Side) -> Result:
    bench.say("book, with and without a history")
    figures = await interleaved(bench, [booking_at(bench, full), booking_at(bench, empty)])
    ratios = {
        "booking_full_vs_empty": paired(*figures),
        "booking_cpu_full_vs_empty": cheaper(*figures),
    }
    return Result("history", "book over a history", figures, ratios)


async def _mine(bench: Bench, full: Side) -> Result:
    bench.say("my bookings")
    if not full.spent:
        await booking_at(bench, full).measure(1)
    who = full.tokens[: min(2000, full.spent)]
    asked = [get("/v1/bookings?when=upcoming", bearer(token)) for token in who]
    figures = await interleaved(bench, [reading(bench, HISTORY, full.server, asked, unit="lists/s")])
    return Result("mine", "my bookings", figures)


async def _day(bench: Bench, full: Side) -> Result:
    bench.say("a point's day")
    yesterday = local_day(datetime.now(UTC)) - timedelta(days=1)
    who = bearer(full.staff)
    asked = [get(f"/v1/points/{point}/day?date={yesterday}", who) for point in full.district.points]
    figures = await interleaved(bench, [reading(bench, HISTORY, full.server, asked, unit="days/s")])
    return Result("day", "a point's day", figures)
