"""Short ways to stand at a door: policies that are set, visits that are missed."""

from datetime import datetime, timedelta
from uuid import UUID

from models.database import transaction
from models.shapes.bookings import BookingView
from models.tables import PolicyOverride
from models.vocabulary import ScopeKind
from scheduling import jobs
from scheduling.actors import Actor
from scheduling.check import check
from tests.world import NOW, READING, World, at

MINUTE = timedelta(minutes=1)


async def set_policy(world: World, service_id: UUID, **fields: object) -> None:
    """Overrides policy fields for a service."""
    async with transaction(world.database) as session:
        session.add_all(
            PolicyOverride(scope=ScopeKind.service, key=str(service_id), field=field, value=value, set_at=NOW)
            for field, value in fields.items()
        )


async def visit(
    world: World,
    person: Actor,
    start: datetime = at(1, 11),
    service_id: UUID = READING,
    *,
    attendee: Actor | None = None,
) -> BookingView:
    """Books one of ten places of a new slot, the day before it begins."""
    slot = await world.slot(service_id, start)
    return await world.book(person, slot, now=start - timedelta(days=1), attendee=attendee)


async def miss(
    world: World,
    person: Actor,
    *days: int,
    hour: int = 11,
    service_id: UUID = READING,
    attendee: Actor | None = None,
) -> list[BookingView]:
    """Books a visit on each of these days and does not come; the sweep notes it after each."""
    missed = []
    for day in days:
        missed.append(await visit(world, person, at(day, hour), service_id, attendee=attendee))
        await jobs.note_no_shows(world.database, at(day, hour + 1, 30))
    return missed


async def assert_sound(world: World, now: datetime | None = None) -> None:
    """That no invariant is broken."""
    async with transaction(world.database) as session:
        assert await check(session, now=now) == []
