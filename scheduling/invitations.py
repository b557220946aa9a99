"""Invitations to a household link: one says who is to act for whom, the other consents by entering the code."""

import asyncio
import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.household import HouseholdLinkView, InvitationMade, InvitationOrder, InvitationSeen
from models.tables import AuditEntry, HouseholdInvitation, Person
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, Reason, TooManyTriesError
from scheduling.links import link_view, make_link, names_of
from scheduling.locks import lock_persons
from scheduling.queries.household import Pair, invitation_view, open_by, still_open
from scheduling.queries.policies import district_policy

CODE_DIGITS = 6
CODE_REFUSED = "household.code_refused"
"""The audit's word for a wrong code; those of the last while are counted."""


async def hash_of(code: str) -> bytes:
    """What is stored of a code. Six digits are soon tried out, so each try is made slow; and the code lives a day."""
    return await asyncio.to_thread(
        hashlib.scrypt, code.encode(), salt=b"household invitation", n=2**14, r=8, p=1, dklen=32
    )


async def invite(
    session: AsyncSession, *, actor: Actor, wanted: InvitationOrder, now: datetime
) -> InvitationMade:
    """Makes a code for somebody to join the actor's household with; only its hash is kept.

    Raises ActionRefusedError when as many invitations are open as the district allows.
    """
    person_id = actor.require_person()
    await lock_persons(session, [person_id])
    person = await session.get_one(Person, person_id)
    policy = await district_policy(session, person.district_code)
    open_now = (
        await session.execute(
            select(func.count()).select_from(HouseholdInvitation).where(*open_by(person_id, now))
        )
    ).scalar_one()
    if open_now >= policy.invitations_open:
        raise ActionRefusedError([Reason("too-many-invitations", {"limit": policy.invitations_open})])
    code, code_hash = await _unused_code(session, now)
    invitation = HouseholdInvitation(
        created_at=now,
        inviter_id=person_id,
        inviter_acts=wanted.i_act,
        relation=wanted.relation.strip(),
        notify_relative=wanted.notify_relative,
        code_hash=code_hash,
        expires_at=now + timedelta(hours=policy.invitation_hours),
    )
    session.add(invitation)
    await session.flush()
    deed = Deed("household.invited", "household_invitation", invitation.id, person.district_code)
    await record(session, [deed], actor=actor, now=now)
    return InvitationMade(**dict(invitation_view(invitation)), code=code)


async def join(session: AsyncSession, *, actor: Actor, code: str, now: datetime) -> HouseholdLinkView | None:
    """Enters a code: the second consent, which makes the link. None when there is no such open invitation.

    A wrong code is counted, and must be committed, so it is not raised here. Raises TooManyTriesError after as many as
    the district allows, ActionRefusedError for one's own invitation.
    """
    person_id = actor.require_person()
    invitation = await _entered(session, actor=actor, code=code, now=now)
    if invitation is None:
        return None
    invitation.used_at = now
    pair: Pair = (person_id, invitation.inviter_id)
    if invitation.inviter_acts:
        pair = (invitation.inviter_id, person_id)
    link = await make_link(
        session,
        pair,
        relation=invitation.relation,
        notify_relative=invitation.notify_relative,
        actor=actor,
        now=now,
    )
    return link_view(link, person_id, await names_of(session, {invitation.inviter_id}))


async def see(session: AsyncSession, *, actor: Actor, code: str, now: datetime) -> InvitationSeen | None:
    """What the invitation of a code asks for, so that one knows what one consents to; nothing is joined yet.

    A code entered here counts as in `join`, and the same is raised.
    """
    invitation = await _entered(session, actor=actor, code=code, now=now)
    if invitation is None:
        return None
    inviter = await session.get_one(Person, invitation.inviter_id)
    return InvitationSeen(
        inviter=inviter.name,
        inviter_acts=invitation.inviter_acts,
        relation=invitation.relation,
        notify_relative=invitation.notify_relative,
        expires_at=invitation.expires_at,
    )


async def _entered(
    session: AsyncSession, *, actor: Actor, code: str, now: datetime
) -> HouseholdInvitation | None:
    """The open invitation of a code, locked with both people. A wrong code is counted, and None."""
    person_id = actor.require_person()
    code_hash = await hash_of("".join(code.split()))
    invited = (
        await session.execute(
            select(col(HouseholdInvitation.inviter_id)).where(
                col(HouseholdInvitation.code_hash) == code_hash, *still_open(now)
            )
        )
    ).scalars()
    await lock_persons(session, [person_id, *invited])
    await _require_tries_left(session, person_id, now)
    # It may have been used while the locks were waited for. Two of the same code, drawn at the same moment, are none:
    # better a new code than a link with a stranger.
    invitations = (
        await session.execute(
            select(HouseholdInvitation)
            .where(col(HouseholdInvitation.code_hash) == code_hash, *still_open(now))
            .execution_options(populate_existing=True)
            .with_for_update()
        )
    ).scalars()
    match list(invitations):
        case [invitation]:
            if invitation.inviter_id == person_id:
                raise ActionRefusedError([Reason("own-invitation")])
            return invitation
        case _:
            person = await session.get_one(Person, person_id)
            deed = Deed(CODE_REFUSED, "person", person_id, person.district_code)
            await record(session, [deed], actor=actor, now=now)
            return None


async def _unused_code(session: AsyncSession, now: datetime) -> tuple[str, bytes]:
    """A random code that no open invitation has, and its hash."""
    while True:
        code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
        code_hash = await hash_of(code)
        known = select(col(HouseholdInvitation.id)).where(
            col(HouseholdInvitation.code_hash) == code_hash, *still_open(now)
        )
        if (await session.execute(known)).first() is None:
            return code, code_hash


async def _require_tries_left(session: AsyncSession, person_id: UUID, now: datetime) -> None:
    """Under the person's lock: tries made at the same time are counted one after another."""
    person = await session.get_one(Person, person_id)
    policy = await district_policy(session, person.district_code)
    pause = timedelta(minutes=policy.invitation_pause_minutes)
    tries = (
        await session.execute(
            select(col(AuditEntry.created_at))
            .where(
                col(AuditEntry.subject_id) == person_id,
                col(AuditEntry.action) == CODE_REFUSED,
                col(AuditEntry.created_at) > now - pause,
            )
            .order_by(col(AuditEntry.created_at).desc())
            .limit(policy.invitation_tries)
        )
    ).scalars()
    counted = list(tries)
    if len(counted) == policy.invitation_tries:
        raise TooManyTriesError(retry_after_s=int((counted[-1] + pause - now).total_seconds()) + 1)
