"""The engine beside the model: many random histories, and proof that the comparison catches seeded bugs."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import initialize, run_state_machine_as_test
from sqlalchemy.exc import DBAPIError

from models.database import AsyncSession
from models.vocabulary import OfferStatus
from scheduling import bookings, desk, places, promotion, rehousing
from scheduling.errors import Reason
from scheduling.places import CountDriftedError
from scheduling.rules.booking import Wish, refusals
from scheduling.rules.waiting import Turn, Waiting, given_back, turns
from tests.databases import Templates
from tests.stateful.machine import CROWDED, BookingMachine
from tests.stateful.point import DistrictMachine

QUICK = settings(
    max_examples=10,
    stateful_step_count=40,
    deadline=None,
    database=None,
    derandomize=True,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)


class CrowdedMachine(DistrictMachine):
    """The same with few places, so that a bug in waiting shows soon."""

    offered_slots = CROWDED

    @initialize()
    def people_and_slots(self) -> None:
        """Every slot is full from the beginning, and three parties wait for it."""
        super().people_and_slots()
        for where in range(len(CROWDED)):
            for who in (0, 1):
                self.book(who=who, where=where, party=1)
            for who, party in ((2, 1), (3, 2), (5, 1)):
                self.wait(who=who, where=where, party=party)


def run(templates: Templates, how: settings, machine: type[BookingMachine] = DistrictMachine) -> None:
    machine.templates = templates
    run_state_machine_as_test(machine, settings=how)


HAPPENED = {
    "offer held",
    "offer accepted",
    "offer declined",
    "offer expired",
    "entry waiting",
    "entry left",
    "passed over",
    "booking confirmed",
    "booking cancelled",
    "series",
}


def test_the_engine_does_what_the_model_does(templates: Templates) -> None:
    BookingMachine.seen.clear()
    run(templates, QUICK)
    run(templates, settings(QUICK, max_examples=14), CrowdedMachine)
    assert set(BookingMachine.seen) >= HAPPENED


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_five_hundred_histories_of_sixty_steps(templates: Templates) -> None:
    run(templates, settings(QUICK, max_examples=500, stateful_step_count=60, derandomize=False))


def off_by_one_capacity(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules see one place more than there is."""

    def one_more(wish: Wish) -> list[Reason]:
        return refusals(replace(wish, slot=replace(wish.slot, capacity=wish.slot.capacity + 1)))

    monkeypatch.setattr(desk, "refusals", one_more)


def lost_offer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancelling forgets those who wait."""

    async def nobody(session: AsyncSession, slot_ids: Sequence[UUID], *, now: datetime) -> int:
        return 0

    monkeypatch.setattr(bookings, "promote", nobody)


def double_promotion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Freed places are offered to two parties."""

    def twice(queue: Sequence[Waiting], free: int, most_passes: int) -> list[Turn]:
        return turns(queue, free * 2, most_passes)

    monkeypatch.setattr(promotion, "turns", twice)


def drifted_counter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places given back are not counted."""
    right = places._count

    async def forgetful(session: AsyncSession, changes: Mapping[UUID, int]) -> None:
        await right(session, {slot_id: change for slot_id, change in changes.items() if change > 0})

    monkeypatch.setattr(places, "_count", forgetful)


def unfair_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last to come is served first."""

    def backwards(queue: Sequence[Waiting], free: int, most_passes: int) -> list[Turn]:
        return turns(list(reversed(queue)), free, most_passes)

    monkeypatch.setattr(promotion, "turns", backwards)


def telling_history(machine: BookingMachine) -> None:
    """A short history in which everything that waits, moves on or is given back happens, compared after each step."""
    for step in (
        (machine.book, {"who": 4, "where": 0, "party": 1}),
        (machine.cancel, {"which": 1}),
        (machine.accept, {"which": 0}),
        (machine.cancel, {"which": 2}),
        (machine.decline, {"which": 0}),
        (machine.pass_time, {"minutes": 31}),
        (machine.set_capacity, {"where": 0, "places": 5, "sure": 0}),
        (machine.pass_time, {"minutes": 31}),
    ):
        act, arguments = step
        if act in {machine.accept, machine.decline} and not machine.has_offers():
            continue
        act(**arguments)
        machine.counts_agree()


@contextmanager
def crowded(templates: Templates) -> Iterator[CrowdedMachine]:
    """A machine to be driven by hand."""
    CrowdedMachine.templates = templates
    machine = CrowdedMachine()
    try:
        machine.people_and_slots()
        machine.counts_agree()
        yield machine
    finally:
        machine.teardown()


def tell(templates: Templates) -> None:
    with crowded(templates) as machine:
        telling_history(machine)


@pytest.mark.parametrize(
    "bug", [off_by_one_capacity, lost_offer, double_promotion, drifted_counter, unfair_queue]
)
def test_a_seeded_bug_is_caught(
    bug: Callable[[pytest.MonkeyPatch], None], templates: Templates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test of the tests: each kind of bug makes the comparison fail."""
    bug(monkeypatch)
    with pytest.raises((AssertionError, CountDriftedError, DBAPIError)):
        tell(templates)


def test_nothing_is_caught_without_a_bug(templates: Templates) -> None:
    """The control of the controls: the very history that catches the bugs passes without one."""
    tell(templates)


def test_an_offer_withdrawn_and_made_again_in_one_minute_is_two_offers(templates: Templates) -> None:
    """Both have the same entry and the same end; the one is over, the other is out."""
    with crowded(templates) as machine:
        for places in (0, 2, 0, 2):
            machine.cut_and_move(where=0, places=places, sure=0)
            machine.counts_agree()
        assert Counter(offer.status for offer in machine.model.offers) == {
            OfferStatus.expired: 2,
            OfferStatus.held: 2,
        }


def test_who_keeps_an_offer_when_places_are_cut_is_compared(
    templates: Templates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that takes back the earliest hold first is caught: the model does not take that over."""

    def earliest(held: Sequence[int], excess: int) -> list[int]:
        last = len(held) - 1
        return [last - position for position in given_back(list(reversed(held)), excess)]

    monkeypatch.setattr(rehousing, "given_back", earliest)
    with crowded(templates) as machine:
        machine.cut_and_move(where=0, places=0, sure=0)
        machine.cut_and_move(where=0, places=2, sure=0)
        machine.counts_agree()
        machine.cut_and_move(where=0, places=1, sure=0)
        with pytest.raises(AssertionError, match=r"entries: the engine alone has .*, the model alone .*"):
            machine.counts_agree()


def test_a_difference_names_both_sides(templates: Templates) -> None:
    with crowded(templates) as machine:
        made = machine.model.bookings.popitem()[1]
        with pytest.raises(
            AssertionError, match=f"bookings: the engine alone has .*{made.id}.*model alone \\[]"
        ):
            machine.counts_agree()


def test_random_histories_catch_an_overbooking_bug(
    templates: Templates, monkeypatch: pytest.MonkeyPatch
) -> None:
    off_by_one_capacity(monkeypatch)
    with pytest.raises((AssertionError, CountDriftedError, DBAPIError)):
        run(templates, settings(QUICK, phases=[Phase.generate]), CrowdedMachine)
