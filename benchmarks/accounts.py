"""The three databases that bookings are measured in: laying the plain one, beginning anew, and holding to account."""

import asyncio
import os
import sys
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import jwt

from benchmarks.district import copy
from benchmarks.ground import Ground
from models.database import open_database
from models.shapes.base import local_day
from scheduling.jobs import draw_up_reminders

MINIMAL, PLAIN, OURS = "minimal", "plain", "ours"

OUR_WRITTEN = "offer, waitlist_entry, rating, booking, notice, audit_entry, idempotency_record, pause"

ANEW = {
    MINIMAL: ("TRUNCATE booking", "UPDATE slot SET taken = 0 WHERE taken > 0", "VACUUM ANALYZE slot"),
    PLAIN: ("TRUNCATE booking",),
    OURS: (
        f"TRUNCATE {OUR_WRITTEN} CASCADE",
        "UPDATE slot SET taken = 0, reminders_drawn = false WHERE taken > 0",
        "VACUUM ANALYZE slot",
    ),
}
"""What brings a database back to its beginning."""

INVARIANTS = {
    MINIMAL: {
        "counts are what was booked": """
            SELECT count(*) FROM slot WHERE taken <> (SELECT count(*) FROM booking WHERE slot_id = slot.id)
        """,
        "nothing is overbooked": "SELECT count(*) FROM slot WHERE taken > capacity",
    },
    PLAIN: {
        "nothing is overbooked": """
            SELECT count(*) FROM (SELECT sum(party) - max(slot.capacity) AS over FROM booking
                                  JOIN slot ON slot.id = slot_id GROUP BY slot_id) each WHERE over > 0
        """,
    },
    OURS: {
        "counts are what was booked and held": """
            SELECT count(*) FROM slot
            LEFT JOIN (SELECT slot_id, sum(party) AS places FROM booking
                       WHERE status IN ('confirmed', 'attended') GROUP BY slot_id) booked ON booked.slot_id = slot.id
            LEFT JOIN (SELECT slot_id, sum(held) AS places FROM waitlist_entry GROUP BY slot_id) held
                   ON held.slot_id = slot.id
            WHERE taken <> coalesce(booked.places, 0) + coalesce(held.places, 0)
        """,
        "nothing is overbooked": "SELECT count(*) FROM slot WHERE taken > capacity",
        "nobody has two places in a slot": """
            SELECT count(*) FROM (SELECT FROM booking WHERE status = 'confirmed'
                                  GROUP BY slot_id, attendee_id HAVING count(*) > 1) double
        """,
        "nobody's reminders were drawn up days ahead": "SELECT count(*) FROM notice",
        "every booking is in the audit": """
            SELECT count(*) FROM booking WHERE NOT EXISTS (SELECT FROM audit_entry WHERE subject_id = booking.id)
        """,
        "every booking has its stored answer": """
            SELECT (SELECT count(*) FROM booking)
                 - (SELECT count(DISTINCT answer ->> 'id') FROM idempotency_record WHERE status = 201)
        """,
    },
}
"""How many rows break each rule: none may."""

NOT_REMINDED = """
    SELECT count(*) FROM booking WHERE status = 'confirmed' AND day = $1
       AND 2 <> (SELECT count(*) FROM notice WHERE booking_id = booking.id)
"""
DEADLOCKS = 3


async def begin_anew(ground: Ground, database: str) -> None:
    """Empties what bookings write. A job of the server may be in the way: then once more."""
    async with ground.connect(database) as connection:
        for statement in ANEW[database]:
            for left in reversed(range(DEADLOCKS)):
                try:
                    await connection.execute(statement)
                    break
                except asyncpg.DeadlockDetectedError:
                    if not left:
                        raise


async def reminders_missing(ground: Ground) -> list[str]:
    """Draws up what bookings of the first day owe, as the clock will on the day before, and counts those not reminded."""
    async with ground.connect(OURS) as connection:
        start = await connection.fetchval("SELECT min(start) FROM slot WHERE taken > 0")
        if start is None:
            return ["nobody has booked"]
        database = open_database(ground.server.url(OURS), pool_size=1)
        try:
            await draw_up_reminders(database, start - timedelta(days=1))
        finally:
            await database.close()
        wrong = await connection.fetchval(NOT_REMINDED, local_day(start))
    return [f"both reminders are owed for each booking: {wrong} rows"] if wrong else []


async def broken(ground: Ground, database: str, reported: int) -> list[str]:
    """Invariants that do not hold, and whether everything reported as booked is there."""
    async with ground.connect(database) as connection:
        found = [
            f"{name}: {rows} rows"
            for name, query in INVARIANTS[database].items()
            if (rows := await connection.fetchval(query))
        ]
        there = await connection.fetchval("SELECT count(*) FROM booking")
    # Whoever was still being answered when the time was up may have booked without hearing of it; never the reverse.
    if there < reported:
        found.append(f"{reported} were told that they have booked, {there} bookings are there")
    return found


async def program_check(ground: Ground, database: str) -> list[str]:
    """What `lastmetre check` says: nothing, when all invariants hold."""
    program = str(Path(sys.executable).with_name("lastmetre"))
    process = await asyncio.create_subprocess_exec(
        *(program, "check"),
        cwd=ground.folder,
        env={**os.environ, "LASTMETRE_DATABASE_URL": ground.server.url(database)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        out, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return [] if process.returncode == 0 else [f"lastmetre check: {out.decode()[-500:]}"]


async def lay_plain(
    connection: asyncpg.Connection, *, people: int, slots: int, capacity: int
) -> tuple[list[UUID], list[UUID]]:
    """People and slots of the plain service."""
    ids, slot_ids = [[uuid.uuid4() for _ in range(count)] for count in (people, slots)]
    start = datetime.now(UTC) + timedelta(days=1)
    await copy(connection, "person", ("id", "name"), ((id_, "居民") for id_ in ids))
    await copy(connection, "slot", ("id", "start", "capacity"), ((id_, start, capacity) for id_ in slot_ids))
    await connection.execute("VACUUM ANALYZE")
    return ids, slot_ids


def plain_tokens(secret: str, people: Iterable[UUID]) -> list[str]:
    """A token of the plain service for each person."""
    expires = datetime.now(UTC) + timedelta(hours=12)
    return [jwt.encode({"sub": str(id_), "exp": expires}, secret, algorithm="HS256") for id_ in people]
