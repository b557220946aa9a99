"""A district after years: a million slots, and bookings, notices and waiting in proportion. Only read, never changed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.database import Database

SLOTS = 1_000_000
A_DAY = 6
"""Slots of a service on a day: 9:00 to 14:00 on the district's clock, the last day two weeks ahead of the tests' now."""

BARE = """
    SELECT conrelid::regclass::text AS of, conname AS name, pg_get_constraintdef(oid) AS definition, contype::text AS kind
    FROM pg_constraint
    WHERE conrelid::regclass::text IN ('slot', 'booking', 'notice', 'waitlist_entry', 'offer', 'person')
      AND contype IN ('f', 'u', 'x')
    ORDER BY contype = 'u'
"""
INDEXES = """
    SELECT indexname AS name, indexdef AS definition FROM pg_indexes
    WHERE schemaname = 'public' AND tablename IN ('slot', 'booking', 'notice', 'waitlist_entry', 'offer')
      AND indexname NOT LIKE 'pk\\_%' AND indexname NOT LIKE 'uq\\_slot\\_service%' AND indexname NOT LIKE 'ex\\_%'
"""

FILL = (
    "TRUNCATE slot, notice, audit_entry CASCADE",
    """
    INSERT INTO slot (id, created_at, district_code, service_id, point_id, category, community_code, start, "end",
                      capacity, taken, status, edited, version, last_queue_number, now_serving)
    SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n * 1048576 + s.number), 12, '0'))::uuid, :now, s.district_code, s.id, s.point_id, s.category,
           s.community_code, moment, moment + interval '1 hour', 10,
           CASE WHEN moment < :now THEN 10 ELSE (n * 7 + s.number) % 11 END, 'open', false, 1, 0, 0
    FROM (SELECT service.*, point.community_code, row_number() OVER (ORDER BY service.id) AS number,
                 count(*) OVER () AS services FROM service JOIN point ON point.id = service.point_id) s,
         generate_series(0, CAST(:slots AS integer) / s.services) n,
         LATERAL (SELECT date_trunc('day', CAST(:now AS timestamptz)) + make_interval(
                      days => 14 - (n / CAST(:a_day AS integer))::int,
                      hours => 1 + (n % CAST(:a_day AS integer))::int) AS moment) at
    """,
    """
    INSERT INTO person (id, created_at, district_code, name, language, disability, reminders, large_text, token_epoch, demo)
    SELECT ('aaaaaaaa-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, :now, (SELECT min(district_code) FROM point), '居民' || n, 'zh-CN', false,
           true, false, 0, false
    FROM generate_series(1, 20000) n
    """,
    """
    INSERT INTO channel_identity (id, created_at, person_id, channel, address, last_seen_at)
    SELECT id, :now, id, 'telegram', id::text, :now FROM person WHERE name LIKE '居民%'
    """,
    """
    INSERT INTO booking (id, created_at, district_code, slot_id, service_id, point_id, category, attendee_id,
                         attendee_number, booked_by_id, start, "end", day, code, party, status, note, late_cancel,
                         sequence, source, answers)
    SELECT ('bbbbbbbb-0000-7000-8000-' || lpad(to_hex(row_number() OVER ()), 12, '0'))::uuid, :now, slot.district_code, slot.id, slot.service_id,
           slot.point_id, slot.category, person.id, person.number, person.id, slot.start, slot."end",
           (slot.start AT TIME ZONE 'Asia/Shanghai')::date, lpad((slot.n % 1000000)::text, 6, '0'), 1,
           CASE WHEN slot.start < :now THEN 'attended' ELSE 'confirmed' END, '', false, 0, 'order', '{}'
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM slot) slot
    JOIN person ON person.id = ('aaaaaaaa-0000-7000-8000-' || lpad(to_hex(1 + slot.n % 20000), 12, '0'))::uuid
    WHERE slot.n % 10 = 0
    """,
    """
    INSERT INTO notice (id, created_at, district_code, person_id, booking_id, kind, dedupe_key, due_at, expires_at, data,
                        status, attempts, priority, finished_at, channel, next_at)
    SELECT id, created_at, district_code, booked_by_id, id, 'booking_reminder_soon', 'soon:' || id,
           start - interval '2 hours', start + interval '30 days', '{}',
           CASE WHEN status = 'attended' THEN 'delivered' ELSE 'pending' END, 0, 1,
           CASE WHEN status = 'attended' THEN start - interval '2 hours' END,
           'telegram', CASE WHEN status = 'attended' THEN NULL ELSE start - interval '2 hours' END
    FROM booking
    """,
    """
    INSERT INTO waitlist_entry (id, created_at, district_code, slot_id, person_id, attendee_id, start, party, priority,
                                status, passed_over, held, note, answers)
    SELECT ('cccccccc-0000-7000-8000-' || lpad(to_hex(row_number() OVER ()), 12, '0'))::uuid, :now, slot.district_code, slot.id, person.id, person.id,
           slot.start, 3, n % 2 = 0, CASE WHEN slot.start < CAST(:now AS timestamptz) + interval '1 hour' THEN 'expired' ELSE 'waiting' END, 0, 0, '', '{}'
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS number FROM slot WHERE taken = 10) slot,
         generate_series(1, 3) n,
         LATERAL (SELECT ('aaaaaaaa-0000-7000-8000-' || lpad(to_hex(1 + (slot.number * 3 + n) % 20000), 12, '0'))::uuid AS id) person
    WHERE slot.number % 60 = 0
    """,
    """
    INSERT INTO offer (id, created_at, district_code, entry_id, slot_id, party, expires_at, status)
    SELECT id, created_at, district_code, id, slot_id, party, start, 'expired' FROM waitlist_entry
    """,
)


async def _fill(connection: AsyncConnection, now: object) -> None:
    """Rows first, indexes after: many times faster. The exclusion of overlaps is left out, since no query uses it."""
    await connection.execute(text("SET LOCAL session_replication_role = replica"))
    await connection.execute(text("SET LOCAL synchronous_commit = off"))
    await connection.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
    bare = (await connection.execute(text(BARE))).all()
    for row in bare:
        await connection.execute(text(f'ALTER TABLE "{row.of}" DROP CONSTRAINT "{row.name}" CASCADE'))
    indexes = (await connection.execute(text(INDEXES))).all()
    for row in indexes:
        await connection.execute(text(f'DROP INDEX "{row.name}"'))
    for statement in FILL:
        values = {"now": now, "slots": SLOTS, "a_day": A_DAY}
        given = {name: value for name, value in values.items() if f":{name}" in statement}
        await connection.execute(text(statement), given)
    for row in indexes:
        await connection.execute(text(row.definition))
    for row in bare:
        if row.kind == "u":
            await connection.execute(
                text(f'ALTER TABLE "{row.of}" ADD CONSTRAINT "{row.name}" {row.definition}')
            )
    await connection.execute(text("ANALYZE"))


@asynccontextmanager
async def filled(database: Database, now: object) -> AsyncIterator[Database]:
    """The demonstration district in this database, grown to a million slots."""
    async with database.engine.begin() as connection:
        await _fill(connection, now)
    yield database
