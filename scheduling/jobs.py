"""Timed jobs: idempotent sweeps, each safe under any number of clocks, each in transactions of its own."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from models.database import Database, in_transaction
from scheduling import (
    delivery,
    idempotency,
    mornings,
    no_shows,
    reminders,
    retention,
    signing_in,
    waitlist,
    watching,
)
from scheduling.rosters import attendance, coverage, dependants, signups, templates, waits
from scheduling.slots import generate_slots, services_with_rules

log = structlog.get_logger(__name__)

SERVICES_A_TRANSACTION = 200
"""Slots are made for so many services at a time: transactions stay short, and others get their turn in between."""


async def make_slots(database: Database, now: datetime) -> int:
    """Expands opening rules into slots up to the horizon."""
    service_ids = await in_transaction(database, services_with_rules)
    made = 0
    for first in range(0, len(service_ids), SERVICES_A_TRANSACTION):
        some = service_ids[first : first + SERVICES_A_TRANSACTION]
        made += await in_transaction(database, partial(generate_slots, service_ids=some, now=now))
    return made


async def tidy_notices(database: Database, now: datetime) -> int:
    """Chooses channels for what is due, and ends notices that nobody could send in time."""
    return await until_none_left(database, partial(delivery.tidy, now=now))


async def draw_up_reminders(database: Database, now: datetime) -> int:
    """Writes the reminders of bookings whose day is near (Messages 1)."""
    return await until_none_left(database, partial(reminders.draw_up, now=now))


async def tell_mornings(database: Database, now: datetime) -> int:
    """Tells managers what their day brings."""
    return await until_none_left(database, partial(mornings.tell_mornings, now=now))


async def tell_of_stale_counts(database: Database, now: datetime) -> int:
    """Tells managers whose point checks nobody in."""
    return await in_transaction(database, partial(mornings.tell_of_stale_counts, now=now))


async def forget_the_old(database: Database, now: datetime) -> int:
    """Deletes and empties what is older than a district keeps it."""
    return await until_none_left(database, partial(retention.forget, now=now))


async def overdue(
    session: AsyncSession, *, now: datetime, periods: Mapping[str, timedelta]
) -> list[watching.Overdue]:
    """The jobs, given with how often they are due, that have not succeeded for three of their periods."""
    return watching.overdue_jobs(await watching.job_runs(session), periods, now)


async def watch_jobs(
    database: Database, now: datetime, periods: Mapping[str, timedelta] | None = None
) -> int:
    """Says of jobs that have not succeeded for three periods: in the log, and to the administrators. Without `periods`
    these are the jobs of this package.
    """

    async def work(session: AsyncSession) -> int:
        late = await overdue(session, now=now, periods=PERIODS if periods is None else periods)
        for job in late:
            if job.name == WATCH.name and job.since is None:
                continue  # this is its first run
            log.error("job.overdue", job=job.name, since=job.since and job.since.isoformat(), why=job.error)
        return await watching.alert(session, late, now=now)

    return await in_transaction(database, work)


async def forget_answers(database: Database, now: datetime) -> int:
    """Deletes stored answers that are older than a day."""

    async def work(session: AsyncSession) -> int:
        return await idempotency.forget_old(session, now=now)

    return await in_transaction(database, work)


async def forget_failed_sign_ins(database: Database, now: datetime) -> int:
    """Deletes counts of failed sign-ins that are older than a day."""

    async def work(session: AsyncSession) -> int:
        return await signing_in.forget_failures(session, now=now)

    return await in_transaction(database, work)


async def until_none_left(database: Database, work: Callable[[AsyncSession], Awaitable[int]]) -> int:
    """Repeats a sweep that takes a batch a transaction, until a batch is empty; returns how many rows it changed."""
    done = 0
    while changed := await in_transaction(database, work):
        done += changed
    return done


async def expire_offers(database: Database, now: datetime) -> int:
    """Ends offers that ran out and offers their places on (Booking 7)."""
    return await until_none_left(database, partial(waitlist.expire_offers, now=now))


async def close_waitlists(database: Database, now: datetime) -> int:
    """Ends the waiting for slots that have begun."""
    return await until_none_left(database, partial(waitlist.close_entries, now=now))


async def offer_the_unoffered(database: Database, now: datetime) -> int:
    """The net below the one path of freed places: free places that somebody waits for are offered."""
    return await until_none_left(database, partial(waitlist.offer_the_unoffered, now=now))


async def note_no_shows(database: Database, now: datetime) -> int:
    """Notes who did not come, and what follows from it (Booking 5 and 10)."""
    return await until_none_left(database, partial(no_shows.sweep, now=now))


async def release_unclaimed(database: Database, now: datetime) -> int:
    """Gives places up that nobody claimed after the start, where the policy says so (Booking 10)."""
    return await until_none_left(database, partial(no_shows.release_unclaimed, now=now))


async def expire_shift_offers(database: Database, now: datetime) -> int:
    """Ends offers of places on shifts, and proposals, that ran out, and offers their places on."""
    done = await until_none_left(database, partial(waits.expire_offers, now=now))
    return done + await until_none_left(database, partial(signups.end_proposals, now=now))


async def close_shift_waits(database: Database, now: datetime) -> int:
    """Ends the waiting for shifts that have begun, and offers what was left unoffered."""
    done = await until_none_left(database, partial(waits.close, now=now))
    return done + await until_none_left(database, partial(waits.offer_the_unoffered, now=now))


async def cover_shifts(database: Database, now: datetime) -> int:
    """Asks in waves, ends asks in vain, and tells managers of holes (Volunteers 3)."""
    done = await until_none_left(database, partial(coverage.end_asks_in_vain, now=now))
    done += await until_none_left(database, partial(coverage.send_waves, now=now))
    return done + await until_none_left(database, partial(coverage.alert_managers, now=now))


async def follow_hands(database: Database, now: datetime) -> int:
    """Shrinks and grows the services that depend on shifts (Volunteers 3)."""

    async def work(session: AsyncSession) -> int:
        return await dependants.follow_hands(session, now=now)

    return await in_transaction(database, work)


async def note_absences(database: Database, now: datetime) -> int:
    """Notes who did not come to their shift, and what follows from it (Volunteers 1 and 4)."""
    return await until_none_left(database, partial(attendance.note_absences, now=now))


async def make_shifts(database: Database, now: datetime) -> int:
    """Expands shift templates up to the horizon."""
    ids = await in_transaction(database, partial(templates.templates_to_expand, now=now))
    made = 0
    for first in range(0, len(ids), templates.A_SWEEP):
        some = ids[first : first + templates.A_SWEEP]
        made += await in_transaction(database, partial(templates.make_shifts, template_ids=some, now=now))
    return made


@dataclass(frozen=True, slots=True)
class Job:
    """A sweep and how often it is due. It returns how many rows it changed. The first run comes `after` the start."""

    name: str
    every: timedelta
    sweep: Callable[[Database, datetime], Awaitable[int]]
    after: timedelta = timedelta(0)


JOBS: tuple[Job, ...] = (
    Job("make_slots", timedelta(hours=1), make_slots),
    Job("expire_offers", timedelta(seconds=10), expire_offers),
    Job("close_waitlists", timedelta(minutes=1), close_waitlists),
    Job("offer_the_unoffered", timedelta(minutes=1), offer_the_unoffered),
    Job("note_no_shows", timedelta(minutes=1), note_no_shows),
    Job("release_unclaimed", timedelta(minutes=1), release_unclaimed),
    Job("make_shifts", timedelta(hours=1), make_shifts),
    Job("expire_shift_offers", timedelta(seconds=30), expire_shift_offers),
    Job("close_shift_waits", timedelta(minutes=1), close_shift_waits),
    Job("cover_shifts", timedelta(minutes=1), cover_shifts),
    Job("follow_hands", timedelta(minutes=1), follow_hands),
    Job("note_absences", timedelta(minutes=1), note_absences),
    Job("tidy_notices", timedelta(seconds=30), tidy_notices),
    Job("draw_up_reminders", timedelta(minutes=5), draw_up_reminders),
    Job("tell_mornings", timedelta(minutes=5), tell_mornings),
    Job("tell_of_stale_counts", timedelta(minutes=30), tell_of_stale_counts),
    Job("forget_answers", timedelta(hours=1), forget_answers),
    Job("forget_failed_sign_ins", timedelta(hours=1), forget_failed_sign_ins),
    Job("forget_the_old", timedelta(hours=6), forget_the_old),
)

WATCH = Job("watch_jobs", timedelta(minutes=1), watch_jobs, after=timedelta(seconds=45))
"""Runs beside the others, and in every process that answers requests: somebody must notice when no clock is left. It
begins when the other jobs have had their first turn after a start.
"""

ALL_JOBS = (*JOBS, WATCH)

PERIODS = {job.name: job.every for job in ALL_JOBS}
"""How often each job of this package is due."""


def with_watch(jobs: Sequence[Job]) -> tuple[tuple[Job, ...], Job]:
    """These jobs together with one that watches over all of them, itself among it; and that one alone."""
    periods = {job.name: job.every for job in (*jobs, WATCH)}
    watch = replace(WATCH, sweep=partial(watch_jobs, periods=periods))
    return (*jobs, watch), watch
