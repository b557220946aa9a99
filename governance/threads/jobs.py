"""The timed jobs of threads, which the program hands to its clock."""

from datetime import datetime, timedelta
from functools import partial

from governance.threads import sweeps
from models.database import Database
from scheduling.jobs import Job, until_none_left


async def raise_unanswered_threads(database: Database, now: datetime) -> int:
    """Calls the next level to threads that nobody answered in time."""
    return await until_none_left(database, partial(sweeps.raise_unanswered, now=now))


async def close_silent_threads(database: Database, now: datetime) -> int:
    """Ends answered threads in which nothing more was said."""
    return await until_none_left(database, partial(sweeps.close_silent, now=now))


async def note_arrivals(database: Database, now: datetime) -> int:
    """Notes which messages have reached the other side."""
    return await until_none_left(database, partial(sweeps.note_arrivals, now=now))


async def forget_thread_texts(database: Database, now: datetime) -> int:
    """Empties texts that are older than a district keeps them."""
    return await until_none_left(database, partial(sweeps.forget_texts, now=now))


THREAD_JOBS: tuple[Job, ...] = (
    Job("raise_unanswered_threads", timedelta(minutes=1), raise_unanswered_threads),
    Job("close_silent_threads", timedelta(hours=1), close_silent_threads),
    Job("note_thread_arrivals", timedelta(seconds=30), note_arrivals),
    Job("forget_thread_texts", timedelta(hours=6), forget_thread_texts),
)
"""Every job of this package."""
