"""Whose turn it is in a thread, who may do what in it, and when a message goes out. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from models.ids import within
from models.vocabulary import DeskKind, Role, ScopeKind, ThreadSide, ThreadState
from scheduling.actors import Actor
from scheduling.policies import Policy
from scheduling.rules.waiting import told_at

STAFF = frozenset({Role.staff, Role.administrator})
AREAS = frozenset({ScopeKind.division, ScopeKind.district})


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    """What decides on who may see a thread and answer in it."""

    resident_id: UUID
    owner_id: UUID | None
    desk: DeskKind
    desk_key: str
    division_code: str
    raised_to: str | None


def desks_of(actor: Actor) -> set[str]:
    """The keys of the desks at which the actor sits: points and cells by id, divisions by code."""
    return {
        held.key
        for held in actor.permissions
        if (held.role is Role.point_manager and held.scope is ScopeKind.point)
        or (held.role is Role.grid_worker and held.scope is ScopeKind.cell)
        or (held.role in STAFF and held.scope in AREAS)
    }


def side_of(actor: Actor, thread: ThreadFacts) -> ThreadSide | None:
    """On which side of a thread the actor is; None for outsiders, who may not know of it.

    Staff: its owner, the people of its desk, and, once it was raised, those of the divisions between. Nobody else reads
    what a resident writes, whatever they answer for otherwise.
    """
    if actor.person_id is None:
        return None
    if actor.person_id == thread.resident_id:
        return ThreadSide.resident
    keys = desks_of(actor)
    if thread.owner_id == actor.person_id or thread.desk_key in keys:
        return ThreadSide.staff
    if thread.raised_to is not None and _called(keys, thread.division_code, thread.raised_to):
        return ThreadSide.staff
    return None


def _called(keys: Iterable[str], place: str, raised_to: str) -> bool:
    """Whether one of these divisions lies around the place and no higher than where it was raised to."""
    return any(key.isdigit() and within(place, key) and within(key, raised_to) for key in keys)


def may_take(actor: Actor, thread: ThreadFacts, state: ThreadState) -> bool:
    """Whether somebody on the staff's side may make a thread theirs: it is nobody's, or theirs already; or it was raised to
    them because its owner did not answer.
    """
    if thread.owner_id is None or thread.owner_id == actor.person_id:
        return True
    raised = thread.raised_to is not None and _called(desks_of(actor), thread.division_code, thread.raised_to)
    return raised and state is not ThreadState.waiting_for_resident


def goes_out_at(now: datetime, *, wrote_at: datetime | None, urgent: bool, policy: Policy) -> datetime:
    """When a message goes to the other side: at once, in the quiet hours at their end (Messages 1).

    Whoever wrote in the thread just now is awake and is answered at once; what is urgent waits for nobody.
    """
    awake = wrote_at is not None and now - wrote_at <= timedelta(minutes=policy.thread_awake_minutes)
    return now if urgent or awake else told_at(now, policy)
