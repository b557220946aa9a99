"""Household links: who is told about a booking (who made it, whom it is for, or both), and invitations to a link."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.household import InvitationView
from models.tables import HouseholdInvitation
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


def still_open(now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What an invitation is that nobody has joined yet and whose time has not run out."""
    return col(HouseholdInvitation.used_at).is_(None), col(HouseholdInvitation.expires_at) > now


def open_by(person_id: UUID, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The same, of one inviter."""
    return col(HouseholdInvitation.inviter_id) == person_id, *still_open(now)


def invitation_view(invitation: HouseholdInvitation) -> InvitationView:
    """An invitation as its inviter sees it."""
    return InvitationView(
        id=invitation.id,
        relation=invitation.relation,
        i_act=invitation.inviter_acts,
        notify_relative=invitation.notify_relative,
        expires_at=invitation.expires_at,
    )
