"""Timed jobs: idempotent sweeps, each safe under any number of clocks, each in transactions of its own."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from models.database import Database, in_transaction
from scheduling import idempotency, notices
from scheduling.slots import generate_slots, services_with_rules

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


async def expire_notices(database: Database, now: datetime) -> int:
    """Ends notices that nobody could send in time."""

    async def work(session: AsyncSession) -> int:
        return await notices.expire(session, now=now)

    return await in_transaction(database, work)


async def forget_answers(database: Database, now: datetime) -> int:
    """Deletes stored answers that are older than a day."""

    async def work(session: AsyncSession) -> int:
        return await idempotency.forget_old(session, now=now)

    return await in_transaction(database, work)


@dataclass(frozen=True, slots=True)
class Job:
    """A sweep and how often it is due. It returns how many rows it changed."""

    name: str
    every: timedelta
    sweep: Callable[[Database, datetime], Awaitable[int]]


JOBS: tuple[Job, ...] = (
    Job("make_slots", timedelta(hours=1), make_slots),
    Job("expire_notices", timedelta(minutes=1), expire_notices),
    Job("forget_answers", timedelta(hours=1), forget_answers),
)
