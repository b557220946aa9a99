"""Who is told about a booking: the one who made it, the one it is for, or both (product: People 1, household links)."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from scheduling.queries.bookings import active_links

Pair = tuple[UUID, UUID]
"""Who ordered, and for whom."""


def told(pair: Pair, links: Mapping[Pair, bool]) -> tuple[UUID, ...]:
    """Who is told about what the first ordered for the second; `links` says whether the relative is told as well.

    Without a link between them (the point booked for somebody without a phone, or the link has ended since) it is the
    attendee's matter alone.
    """
    booker, attendee = pair
    if booker == attendee or pair not in links:
        return (attendee,)
    return pair if links[pair] else (booker,)


async def told_about(session: AsyncSession, pairs: Iterable[Pair]) -> Mapping[Pair, tuple[UUID, ...]]:
    """Who is told, for each pair: one statement, and none when everybody ordered for themselves."""
    known = set(pairs)
    links = await active_links(session, sorted(pair for pair in known if pair[0] != pair[1]))
    return {pair: told(pair, links) for pair in known}


def key_for(key: str, person_id: UUID, booker_id: UUID) -> str:
    """The dedupe key of a notice to one of the two: the booker's is the plain one."""
    return key if person_id == booker_id else f"{key}:attendee"


def both_keys(key: str) -> tuple[str, str]:
    """The keys under which a notice may be owed."""
    return key, f"{key}:attendee"
