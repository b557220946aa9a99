"""The life of a request as pure functions: what may be done to it now, and what it is afterwards (product: Requests 1, 2).

A named owner is part of every standing, so no function here can make one without. Each function that changes something
takes a standing that `refused` has let through.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from governance.rules.deadlines import Terms
from governance.rules.ladder import Post
from models.request_words import OPEN_STATES, RequestState, Rung, StepKind, WishState
from scheduling.errors import Reason
from scheduling.rules.booking import when


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a request stands. The fields are those of the table `request`."""

    state: RequestState
    owner_id: UUID
    rung: Rung
    acknowledge_due_at: datetime
    resolve_due_at: datetime
    due_at: datetime
    warn_at: datetime | None = None
    transfer_to_id: UUID | None = None
    accepted_at: datetime | None = None
    resolved_at: datetime | None = None
    ended_at: datetime | None = None
    reopened: int = 0
    climbed: int = 0
    stars: int | None = None
    wish: WishState | None = None

    @property
    def with_volunteers(self) -> bool:
        """Whether a wish is out with volunteers, so that its owner has nothing to do meanwhile."""
        return self.wish in {WishState.published, WishState.claimed, WishState.fulfilled}


STANDING_FIELDS = tuple(Standing.__dataclass_fields__)
"""The fields that a standing shares with its row."""


def received(post: Post, *, is_wish: bool, now: datetime, terms: Terms) -> Standing:
    """A new request, owned from its first moment."""
    policy = terms.policy
    acknowledge = terms.working_days_after(now, policy.request_acknowledge_days)
    return Standing(
        state=RequestState.received,
        owner_id=post.person_id,
        rung=post.rung,
        acknowledge_due_at=acknowledge,
        resolve_due_at=terms.working_days_after(now, policy.request_resolve_days),
        due_at=acknowledge,
        warn_at=terms.warning(acknowledge, now),
        wish=WishState.unpublished if is_wish else None,
    )


def refused(standing: Standing, what: StepKind, *, now: datetime, terms: Terms) -> list[Reason]:
    """Every reason why this cannot be done to it now; none when it can."""
    reasons: list[Reason] = []
    if what in _WHILE_OPEN and standing.state not in OPEN_STATES:
        reasons.append(Reason("request-over", {"state": standing.state}))
    if what is StepKind.rated:
        if standing.state not in {RequestState.resolved, RequestState.closed}:
            reasons.append(Reason("request-not-answered", {"state": standing.state}))
        elif standing.stars is not None:
            reasons.append(Reason("request-already-rated"))
    if what is StepKind.reopened:
        reasons += _against_reopening(standing, now, terms)
    if what is StepKind.resolved and standing.wish in {WishState.claimed, WishState.fulfilled}:
        reasons.append(Reason("wish-with-volunteer"))
    if what is StepKind.kind_changed and standing.with_volunteers:
        reasons.append(Reason("wish-with-volunteer"))
    if (wanted := _WISH_BEFORE.get(what)) is not None and standing.wish is not wanted:
        reasons.append(Reason("wish-otherwise", {"wish": standing.wish}))
    return reasons


_WHILE_OPEN = frozenset(
    {
        StepKind.accepted,
        StepKind.noted,
        StepKind.kind_changed,
        StepKind.transfer_asked,
        StepKind.transfer_taken,
        StepKind.transfer_declined,
        StepKind.climbed,
        StepKind.resolved,
        StepKind.withdrawn,
        StepKind.joined,
        StepKind.wish_published,
        StepKind.wish_claimed,
        StepKind.wish_given_back,
        StepKind.wish_fulfilled,
        StepKind.wish_confirmed,
    }
)
_WISH_BEFORE: Mapping[StepKind, WishState] = {
    StepKind.wish_published: WishState.unpublished,
    StepKind.wish_claimed: WishState.published,
    StepKind.wish_given_back: WishState.claimed,
    StepKind.wish_fulfilled: WishState.claimed,
    StepKind.wish_confirmed: WishState.fulfilled,
}


def reopen_until(standing: Standing, terms: Terms) -> datetime | None:
    """Until when an answered request can be reopened (Requests 2)."""
    return None if standing.resolved_at is None else standing.resolved_at + terms.policy.request_reopen


def _against_reopening(standing: Standing, now: datetime, terms: Terms) -> list[Reason]:
    if standing.state in OPEN_STATES and standing.wish is WishState.fulfilled:
        return []
    until = reopen_until(standing, terms)
    if standing.state not in {RequestState.resolved, RequestState.closed} or until is None:
        return [Reason("request-not-answered", {"state": standing.state})]
    return [Reason("reopen-over", {"until": when(until)})] if now > until else []


def _timed(standing: Standing, due_at: datetime, now: datetime, terms: Terms) -> Standing:
    return replace(standing, due_at=due_at, warn_at=terms.warning(due_at, now))


def _begun(standing: Standing, state: RequestState, now: datetime, terms: Terms) -> Standing:
    """Acknowledged, if it was not: what is due now is the answer. Nothing else buys time."""
    begun = replace(standing, state=state, accepted_at=standing.accepted_at or now)
    if standing.state is not RequestState.received or standing.with_volunteers:
        return begun
    return _timed(begun, _still_due(begun.resolve_due_at, now, terms), now, terms)


def _still_due(promised: datetime, now: datetime, terms: Terms) -> datetime:
    """What was promised, or, when that has passed, the time that whoever has it now gets before it climbs."""
    if promised > now:
        return promised
    return terms.working_days_after(now, terms.policy.request_climb_days)


def accepted(standing: Standing, *, now: datetime, terms: Terms) -> Standing:
    """Its owner has acknowledged it."""
    if standing.state is not RequestState.received:
        return standing
    return _begun(standing, RequestState.accepted, now, terms)


def noted(standing: Standing, *, now: datetime, terms: Terms) -> Standing:
    """Its owner has said how it goes."""
    return _begun(standing, RequestState.in_progress, now, terms)


def transfer_asked(standing: Standing, to_id: UUID) -> Standing:
    """Somebody was asked to take it over. It stays its owner's until they do (首问负责)."""
    return replace(standing, transfer_to_id=to_id)


def transfer_declined(standing: Standing) -> Standing:
    """They do not take it."""
    return replace(standing, transfer_to_id=None)


def transfer_taken(standing: Standing, post: Post, *, now: datetime, terms: Terms) -> Standing:
    """Whoever was asked has taken it over, and so acknowledged it. Its deadlines stay."""
    handed = replace(standing, owner_id=post.person_id, rung=post.rung, transfer_to_id=None)
    return accepted(handed, now=now, terms=terms)


def climbed(standing: Standing, post: Post, *, now: datetime, terms: Terms) -> Standing:
    """It has gone one level up: overdue, or handed up by its owner, who keeps the deadline then."""
    up = replace(
        standing,
        owner_id=post.person_id,
        rung=post.rung,
        transfer_to_id=None,
        climbed=standing.climbed + 1,
    )
    return _timed(up, _still_due(standing.due_at, now, terms), now, terms)


def still_overdue(standing: Standing, *, now: datetime, terms: Terms) -> Standing:
    """Overdue where nobody stands above: its owner is told again."""
    return _timed(standing, _still_due(standing.due_at, now, terms), now, terms)


def warned(standing: Standing) -> Standing:
    """The owner was warned of what falls due."""
    return replace(standing, warn_at=None)


def resolved(standing: Standing, *, now: datetime, terms: Terms) -> Standing:
    """It has been answered; the resident may still reopen it (Requests 2)."""
    return replace(
        standing,
        state=RequestState.resolved,
        transfer_to_id=None,
        accepted_at=standing.accepted_at or now,
        resolved_at=now,
        due_at=now + terms.policy.request_reopen,
        warn_at=None,
        wish=WishState.unpublished if standing.wish is WishState.published else standing.wish,
    )


def reopened(standing: Standing, post: Post, *, now: datetime, terms: Terms) -> Standing:
    """The resident is not content: it is owed an acknowledgement and an answer again, as if new."""
    again = received(post, is_wish=standing.wish is not None, now=now, terms=terms)
    return replace(again, reopened=standing.reopened + 1, climbed=standing.climbed)


def rated(standing: Standing, stars: int, *, now: datetime) -> Standing:
    """The resident has rated the answer, which closes the request."""
    return replace(closed(standing, now=now), stars=stars)


def closed(standing: Standing, *, now: datetime) -> Standing:
    """The time to reopen is over."""
    ended_at = standing.ended_at or now
    return replace(standing, state=RequestState.closed, ended_at=ended_at, due_at=ended_at, warn_at=None)


def withdrawn(standing: Standing, *, now: datetime) -> Standing:
    """The resident needs it no more."""
    wish = None if standing.wish is None else WishState.unpublished
    return replace(
        standing,
        state=RequestState.withdrawn,
        transfer_to_id=None,
        wish=wish,
        due_at=now,
        ended_at=now,
        warn_at=None,
    )


def kind_changed(standing: Standing, *, is_wish: bool) -> Standing:
    """It is about something else than the words suggested."""
    if is_wish == (standing.wish is not None):
        return standing
    return replace(standing, wish=WishState.unpublished if is_wish else None)


def wish_published(standing: Standing, *, now: datetime, terms: Terms) -> Standing:
    """Its owner has checked the wish and let volunteers see it; the deadline of the answer rests meanwhile."""
    begun = _begun(standing, RequestState.in_progress, now, terms)
    due_at = now + timedelta(days=terms.policy.wish_unclaimed_days)
    return replace(begun, wish=WishState.published, due_at=due_at, warn_at=None)


def wish_claimed(standing: Standing, *, now: datetime, terms: Terms) -> Standing:
    """A volunteer has it in hand."""
    due_at = now + timedelta(days=terms.policy.wish_fulfil_days)
    return replace(standing, wish=WishState.claimed, due_at=due_at, warn_at=None)


def wish_free_again(standing: Standing, *, now: datetime, terms: Terms) -> Standing:
    """The volunteer has given it back, or the time to fulfil it is over."""
    due_at = now + timedelta(days=terms.policy.wish_unclaimed_days)
    return replace(standing, wish=WishState.published, due_at=due_at, warn_at=None)


def wish_unclaimed(standing: Standing, *, now: datetime, terms: Terms) -> Standing:
    """Nobody claimed it: it is its owner's to resolve again, in full time."""
    due_at = terms.working_days_after(now, terms.policy.request_resolve_days)
    back = replace(standing, wish=WishState.unpublished, resolve_due_at=due_at)
    return _timed(back, due_at, now, terms)


def wish_fulfilled(standing: Standing, *, now: datetime, terms: Terms) -> Standing:
    """The volunteer says that it is done; the resident is asked. Silence for as long as one may reopen is a yes."""
    due_at = now + terms.policy.request_reopen
    return replace(standing, wish=WishState.fulfilled, due_at=due_at, warn_at=None)
