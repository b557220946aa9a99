"""Slots that people can really book instead of one that they cannot have (product: Booking 6 and 8)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from models.vocabulary import AlternativeKind
from scheduling.policies import Policy
from scheduling.queries.alternatives import Candidate, Origin, candidates, nearness
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import SlotRow
from scheduling.rules.booking import Engagement, PauseFacts, Wish, refusals
from scheduling.rules.choosing import mixed
from scheduling.rules.questions import Answer
from scheduling.rules.windows import PriorityFacts

FIRST_LOOK = 6
"""So many slots of each span are looked at first …"""
FURTHER = 8
"""… and so many times more when that was not enough."""
SEEKERS_A_STEP = 4
"""Where many look from one slot, one more is looked at for each so many of them, so that they can be spread."""
WIDEST_FIRST_LOOK = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeker:
    """Somebody who cannot have a slot. `key` names them; `engagements` are without what they are about to lose.

    `answers` are to the questions of any service, or only to those of `answered_at`: other services then get none.
    """

    key: UUID
    origin: SlotRow
    party: int
    person: PriorityFacts
    engagements: Sequence[Engagement] = ()
    pauses: Sequence[PauseFacts] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    answered_at: UUID | None = None
    not_wanted: frozenset[UUID] = frozenset()

    def answers_for(self, service_id: UUID) -> Mapping[str, Answer]:
        """What is answered to a service's questions."""
        return self.answers if self.answered_at in {None, service_id} else {}

    def may_book(self, row: SlotRow, policy: Policy, now: datetime) -> bool:
        """Whether every rule allows it."""
        return row.slot.id not in self.not_wanted and not refusals(
            Wish(
                slot=row.slot,
                party=self.party,
                person=self.person,
                engagements=self.engagements,
                policy=policy,
                now=now,
                answers=self.answers_for(row.service_id),
                pauses=self.pauses,
            )
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """A slot that somebody can really book, and in what it differs from the one they cannot have."""

    kind: AlternativeKind
    row: SlotRow
    policy: Policy


async def nearby(
    session: AsyncSession, seekers: Sequence[Seeker], *, now: datetime, count: int
) -> tuple[Mapping[UUID, list[Candidate]], Mapping[UUID, Policy]]:
    """Candidates around each slot that somebody cannot have, by its id, and the policies of their services."""
    origins: dict[UUID, SlotRow] = {seeker.origin.slot.id: seeker.origin for seeker in seekers}
    policies = await policies_for(session, (origin.scope for origin in origins.values()))
    smallest = _smallest(seekers)
    found = await candidates(
        session,
        [_around(origin, smallest[id_], policies[origin.service_id], now) for id_, origin in origins.items()],
        now=now,
        count=count,
    )
    rows = {some.row.service_id: some.row for around in found.values() for some in around}
    return found, {**policies, **await policies_for(session, (row.scope for row in rows.values()))}


def _smallest(seekers: Iterable[Seeker]) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    for seeker in seekers:
        id_ = seeker.origin.slot.id
        found[id_] = min(seeker.party, found.get(id_, seeker.party))
    return found


def _around(origin: SlotRow, party: int, policy: Policy, now: datetime) -> Origin:
    return Origin(
        origin,
        party,
        open_from=now + policy.closes_before,
        open_until=now + policy.opens_ahead + policy.priority,
        reach_m=policy.reach_m,
    )


async def find(
    session: AsyncSession, seekers: Sequence[Seeker], *, now: datetime, most: int | None = None
) -> Mapping[UUID, list[Choice]]:
    """Up to three choices for each seeker (policy `alternatives`), near and unlike each other, by the seeker's key.

    Many seekers are spread: what has been proposed to some counts as taken when the next are served, until there is
    nothing else. Two statements usually; more when the first look finds too few for somebody.
    """
    if not seekers:
        return {}
    crowd = max(_crowds(seekers).values())
    count = min(WIDEST_FIRST_LOOK, max(FIRST_LOOK, crowd // SEEKERS_A_STEP))
    seen = -1
    while True:
        around, policies = await nearby(session, seekers, now=now, count=count)
        found = _share(seekers, around, policies, now, most)
        size = sum(map(len, around.values()))
        wanted = {
            s.key: policies[s.origin.service_id].alternatives if most is None else most for s in seekers
        }
        if size == seen or all(len(found[key]) >= number for key, number in wanted.items()):
            return found
        seen, count = size, count * FURTHER


def _crowds(seekers: Iterable[Seeker]) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    for seeker in seekers:
        found[seeker.origin.slot.id] = found.get(seeker.origin.slot.id, 0) + 1
    return found


def _share(
    seekers: Sequence[Seeker],
    around: Mapping[UUID, Sequence[Candidate]],
    policies: Mapping[UUID, Policy],
    now: datetime,
    most: int | None,
) -> dict[UUID, list[Choice]]:
    proposed: dict[UUID, int] = {}
    found: dict[UUID, list[Choice]] = {}
    for seeker in seekers:
        start = seeker.origin.slot.start
        options: dict[AlternativeKind, list[Candidate]] = {}
        for option in around[seeker.origin.slot.id]:
            options.setdefault(option.kind, []).append(option)
        if proposed:
            for some in options.values():
                some.sort(key=_by_crowding(proposed, seeker.party, start))
        limit = policies[seeker.origin.service_id].alternatives if most is None else most
        chosen = mixed(
            options,
            limit,
            alike=lambda option: option.row.slot.start,
            allowed=_judged_by(seeker, policies, now),
        )
        for _, option in chosen:
            id_ = option.row.slot.id
            proposed[id_] = proposed.get(id_, 0) + seeker.party
        found[seeker.key] = [
            Choice(kind, option.row, policies[option.row.service_id]) for kind, option in chosen
        ]
    return found


def _judged_by(seeker: Seeker, policies: Mapping[UUID, Policy], now: datetime) -> Callable[[Candidate], bool]:
    return lambda option: seeker.may_book(option.row, policies[option.row.service_id], now)


def _by_crowding(
    proposed: Mapping[UUID, int], party: int, start: datetime
) -> Callable[[Candidate], tuple[int, float, float, float, UUID]]:
    """What has not been proposed to more than it can take comes first, then what is nearer."""

    def key(option: Candidate) -> tuple[int, float, float, float, UUID]:
        slot = option.row.slot
        free = max(1, slot.capacity - slot.taken)
        times_full = (proposed.get(slot.id, 0) + party - 1) // free
        return (times_full, *nearness(start, option))

    return key
