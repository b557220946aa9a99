"""Household links: consent by which one person may act for another (product: Words, People 1).

Two consents make a link: one invites and says who is to act for whom, the other enters the code. Either ends it at any
time. What the two change is done under the locks of both, which whoever books for the other takes as well.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import within
from models.shapes.household import HouseholdLinkView, HouseholdView, LinkEdit, LinkRecorded, PaperConsent
from models.tables import HouseholdInvitation, HouseholdLink, Person
from models.vocabulary import LinkStatus, Role, ScopeKind
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ForbiddenError, InvalidInputError, NotFoundError
from scheduling.links import link_view, locked_link, make_link, names_of, other_of, remind_anew, revoke_link
from scheduling.locks import lock_persons
from scheduling.queries.household import invitation_view, open_by


async def show(session: AsyncSession, *, actor: Actor, now: datetime) -> HouseholdView:
    """For whom the actor may act, who may act for them, and their open invitations."""
    person_id = actor.require_person()
    active = select(HouseholdLink).where(
        or_(col(HouseholdLink.person_id) == person_id, col(HouseholdLink.relative_id) == person_id),
        col(HouseholdLink.status) == LinkStatus.active,
    )
    links = (await session.execute(active.order_by(col(HouseholdLink.id)))).scalars().all()
    names = await names_of(session, {other_of(link, person_id) for link in links})
    invitations = await session.execute(
        select(HouseholdInvitation).where(*open_by(person_id, now)).order_by(col(HouseholdInvitation.id))
    )
    return HouseholdView(
        i_act_for=[link_view(link, person_id, names) for link in links if link.person_id == person_id],
        they_act_for_me=[
            link_view(link, person_id, names) for link in links if link.relative_id == person_id
        ],
        invitations=[invitation_view(one) for one in invitations.scalars()],
    )


async def edit_link(
    session: AsyncSession, *, actor: Actor, link_id: UUID, edit: LinkEdit, now: datetime
) -> HouseholdLinkView:
    """Either of the two says whether notices about what is booked for the relative go to both. Raises NotFoundError."""
    person_id = actor.require_person()
    link = await _own_link(session, actor, link_id)
    if link.notify_relative != edit.notify_relative:
        link.notify_relative = edit.notify_relative
        await session.flush()
        await remind_anew(session, (link.person_id, link.relative_id), now)
        district = (await session.get_one(Person, link.relative_id)).district_code
        deed = Deed(
            "household.edited", "household_link", link.id, district, {"notify_relative": edit.notify_relative}
        )
        await record(session, [deed], actor=actor, now=now)
    return link_view(link, person_id, await names_of(session, {other_of(link, person_id)}))


async def end_link(session: AsyncSession, *, actor: Actor, link_id: UUID, now: datetime) -> None:
    """Either of the two ends the link. What was booked stays; its reminders go to the attendee from now on.

    Raises NotFoundError, also when it has ended already.
    """
    await revoke_link(session, await _own_link(session, actor, link_id), actor=actor, now=now)


async def record_link(
    session: AsyncSession, *, actor: Actor, given: PaperConsent, now: datetime
) -> LinkRecorded:
    """Staff record a consent given on paper, for people without a phone.

    The relative, whose consent it is, belongs to the staff's division. Raises NotFoundError, ForbiddenError,
    InvalidInputError.
    """
    if given.person_id == given.relative_id:
        raise InvalidInputError(field="relative_id", detail="must be somebody else")
    await _require_staff(session, actor, given.relative_id)
    people = await lock_persons(session, [given.person_id, given.relative_id])
    if given.person_id not in people:
        raise NotFoundError(what="person")
    link = await make_link(
        session,
        (given.person_id, given.relative_id),
        relation=given.relation.strip(),
        notify_relative=given.notify_relative,
        evidence=given.evidence.strip(),
        actor=actor,
        now=now,
    )
    return LinkRecorded(
        id=link.id,
        person_id=link.person_id,
        relative_id=link.relative_id,
        relation=link.relation,
        notify_relative=link.notify_relative,
        evidence=link.evidence,
        consented_at=now,
    )


async def end_recorded_link(session: AsyncSession, *, actor: Actor, link_id: UUID, now: datetime) -> None:
    """Staff end a link for somebody who asked them to. Raises NotFoundError, ForbiddenError."""
    link = await locked_link(session, link_id)
    await _require_staff(session, actor, link.relative_id)
    await revoke_link(session, link, actor=actor, now=now)


async def _own_link(session: AsyncSession, actor: Actor, link_id: UUID) -> HouseholdLink:
    known = await session.get(HouseholdLink, link_id)
    if known is None or actor.require_person() not in {known.person_id, known.relative_id}:
        raise NotFoundError(what="household link")
    return await locked_link(session, link_id)


async def _require_staff(session: AsyncSession, actor: Actor, relative_id: UUID) -> None:
    """Staff and administrators of a division that the relative lives in, or of the district when no home is known.

    Raises NotFoundError for outsiders of the district, ForbiddenError for others.
    """
    relative = await session.get(Person, relative_id)
    held = [
        permission
        for permission in actor.permissions
        if permission.role in {Role.staff, Role.administrator}
        and permission.scope in {ScopeKind.division, ScopeKind.district}
    ]
    if relative is None or not any(within(one.key, relative.district_code) for one in held):
        raise NotFoundError(what="person")
    home = relative.home_division
    if home is not None and not any(within(home, one.key) for one in held):
        raise ForbiddenError
