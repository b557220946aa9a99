"""Where orders are decided upon, in batches: persons and slots are locked once, every order is judged in turn on the
counts that the ones before it left, and all that was granted is written by a few statements. A single booking is a batch
of one; a series, a walk-in and an accepted offer are orders on other terms (product: Booking 1 to 5).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from models.driver import Insertion, Running, ask_together
from models.ids import new_id
from models.shapes.bookings import BookingView
from scheduling import notices, places
from scheduling.actors import Actor
from scheduling.agreement import withdrawn
from scheduling.audit import recorded
from scheduling.errors import BookingRefusedError, ConsentWithdrawnError, ContendedError, NotFoundError
from scheduling.grants import Granted, Order, new_code
from scheduling.locks import LockedPerson, held_elsewhere, lock_persons, locking_slots
from scheduling.queries.bookings import active_links, engaging, pausing, series_places
from scheduling.queries.household import told
from scheduling.queries.policies import overriding
from scheduling.queries.slots import SlotRow
from scheduling.rules.booking import Terms, Wish, refusals
from scheduling.rules.questions import answered

Refused = BookingRefusedError | ConsentWithdrawnError | NotFoundError | ContendedError
Outcome = BookingView | Refused
Judged = Granted | Refused

Also = Callable[[Mapping[int, Granted]], Sequence[Insertion]]
"""What a caller writes with bookings, in the same statement, behind each (`Insertion.behind`): it is given those that are
being written, by the place of their order in the sequence, and once more those whose code was taken, with another one.
"""


def nothing_else(_: Mapping[int, Granted]) -> Sequence[Insertion]:
    """Nothing more."""
    return ()


CODES_DRAWN = 5
"""So often codes are drawn anew for bookings whose code is taken, before the transaction is given up."""


async def book_many(running: Running, orders: Sequence[Order], *, now: datetime) -> list[Outcome]:
    """Decides upon orders in their sequence and writes what was granted; one outcome an order, in the same sequence."""
    judged = await grant_many(running, orders, now=now)
    return [outcome.view() if isinstance(outcome, Granted) else outcome for outcome in judged]


async def grant_many(
    running: Running,
    orders: Sequence[Order],
    *,
    now: datetime,
    wait: bool = True,
    people: Mapping[UUID, LockedPerson] | None = None,
    also: Also = nothing_else,
) -> list[Judged]:
    """What `book_many` does, for whoever answers with something else than a view.

    Without `wait`, orders whose people or slot somebody else has locked stay undecided, as ContendedError. `people` are
    given where they have been locked already, as well as could be without waiting.
    """
    for_others = {
        (order.actor.require_person(), order.attendee_id)
        for order in orders
        if order.attendee_id != order.actor.require_person()
    }
    if people is None:
        people = await lock_persons(running, {person for order in orders for person in order.people})
    # Under the locks, which whoever ends a link takes as well: nobody books for somebody who has just said no.
    links = await active_links(running, sorted(for_others))
    unlinked = for_others - links.keys()
    attendees = sorted({order.attendee_id for order in orders})
    wanted = {order.wanted.slot_id for order in orders}
    locked, engagements, pauses, overrides = await ask_together(
        running,
        locking_slots(wanted, wait=wait),
        engaging(attendees, now=now),
        pausing(attendees, now=now),
        overriding(wanted),
    )
    slots = dict(locked)
    busy = frozenset[UUID]() if wait else await _held_elsewhere(running, orders, people, slots)
    policies = {slot.service_id: overrides.policy(slot.scope) for slot in slots.values()}
    of_series: dict[UUID, int] = {}
    if any(order.terms is Terms.series for order in orders):
        of_series = dict(await series_places(running, sorted(slots)))

    outcomes: dict[int, Judged] = {}
    granted: dict[int, Granted] = {}
    for place, order in enumerate(orders):
        slot = slots.get(order.wanted.slot_id)
        pair = (order.actor.require_person(), order.attendee_id)
        if busy and not busy.isdisjoint((*pair, order.wanted.slot_id)):
            outcomes[place] = ContendedError()
            continue
        if slot is None:
            outcomes[place] = NotFoundError(what="slot")
            continue
        if (against := _against(order, people, unlinked=unlinked)) is not None:
            outcomes[place] = against
            continue
        attendee = people[order.attendee_id]
        slot_id, policy, party = slot.slot.id, policies[slot.service_id], order.wanted.party
        engaged = engagements.setdefault(attendee.id, [])
        wish = Wish(
            slot=slot.slot,
            party=party,
            person=attendee.priority,
            engagements=engaged,
            policy=policy,
            now=now,
            answers=order.wanted.answers,
            pauses=pauses.get(attendee.id, ()),
            terms=order.terms,
            series_places=of_series.get(slot_id, 0),
        )
        if reasons := refusals(wish):
            outcomes[place] = BookingRefusedError(reasons)
            continue
        if order.terms is Terms.series:
            of_series[slot_id] = of_series.get(slot_id, 0) + party
        if order.terms is not Terms.offer:
            slot = _with_taken(slot, party)
            slots[slot_id] = slot
        grant = Granted(
            id=new_id(),
            order=order,
            attendee=attendee,
            booker=people[pair[0]],
            slot=slot,
            policy=policy,
            code=new_code(),
            answers=answered(policy.questions, order.wanted.answers)[0],
            told=told(pair, links),
            now=now,
        )
        engaged.append(grant.engagement())
        granted[place] = grant

    outcomes |= await _written(running, granted, also)
    return [outcomes[place] for place in range(len(orders))]


async def _written(running: Running, granted: Mapping[int, Granted], also: Also) -> dict[int, Granted]:
    """Writes the bookings and all that goes with them, with other codes where a code was taken; they come back as written."""
    waiting, done = dict(granted), dict[int, Granted]()
    for _ in range(CODES_DRAWN):
        if not waiting:
            return done
        ids = await places.occupy(
            running,
            [grant.row() for grant in waiting.values()],
            held=[grant.id for grant in waiting.values() if grant.order.terms is Terms.offer],
            also=[*_with_each(list(waiting.values())), *also(waiting)],
        )
        done |= {place: grant for place, grant in waiting.items() if grant.id in ids}
        waiting = {
            place: replace(grant, code=new_code()) for place, grant in waiting.items() if grant.id not in ids
        }
    if waiting:
        raise places.CountDriftedError
    return done


def _with_each(granted: Sequence[Granted]) -> Iterator[Insertion]:
    """What is owed about bookings, and their audit rows."""
    now = granted[0].now
    owed = [(notice, grant.id) for grant in granted for notice in grant.owed()]
    yield notices.owed([notice for notice, _ in owed], now=now, behind=[id_ for _, id_ in owed])
    deeds = [grant.deed() for grant in granted]
    yield recorded(deeds, actor=Actor(), now=now, behind=[grant.id for grant in granted])


async def _held_elsewhere(
    running: Running,
    orders: Sequence[Order],
    people: Mapping[UUID, LockedPerson],
    slots: Mapping[UUID, SlotRow],
) -> frozenset[UUID]:
    """Which of the people and slots that could not be locked are there all the same."""
    persons = {person for order in orders for person in order.people}
    return await held_elsewhere(
        running,
        persons=persons - people.keys(),
        slots={order.wanted.slot_id for order in orders} - slots.keys(),
    )


def _against(
    order: Order, people: Mapping[UUID, LockedPerson], *, unlinked: Collection[tuple[UUID, UUID]]
) -> Refused | None:
    """What speaks against its people themselves. The consent of whom it is for must stand, and that of who places it, unless
    they do it as staff; whoever stands at the door is asked there.
    """
    erased = not people.keys() >= set(order.people)
    if erased or (order.people in unlinked and not order.vouched):
        return NotFoundError(what="attendee")
    if order.terms is Terms.walk_in:
        return None
    as_staff = order.vouched and order.terms is Terms.order
    return withdrawn(people[one] for one in ((order.attendee_id,) if as_staff else order.people))


def _with_taken(slot: SlotRow, places_taken: int) -> SlotRow:
    return slot._replace(slot=replace(slot.slot, taken=slot.slot.taken + places_taken))
