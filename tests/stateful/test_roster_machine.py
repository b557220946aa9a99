"""The rosters in random histories, and proof that the comparison catches seeded bugs."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy.exc import DBAPIError

from models.database import AsyncSession
from scheduling import jobs
from scheduling.errors import Reason
from scheduling.places import CountDriftedError
from scheduling.rosters import coverage, enrolling, signups
from scheduling.rules.covering import Hands
from scheduling.rules.roster import ShiftWish, refusals
from tests.databases import Templates
from tests.stateful.roster import RosterMachine

QUICK = settings(
    max_examples=10,
    stateful_step_count=30,
    deadline=None,
    database=None,
    derandomize=True,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)

HAPPENED = {
    "signup confirmed",
    "signup withdrawn",
    "source person",
    "source ask",
    "ask open",
    "ask accepted",
    "ask over",
    "alerted",
}


def run(templates: Templates, how: settings) -> None:
    RosterMachine.templates = templates
    run_state_machine_as_test(RosterMachine, settings=how)


def test_no_place_is_lost_or_given_twice_and_no_hole_is_silent(templates: Templates) -> None:
    RosterMachine.seen.clear()
    run(templates, QUICK)
    assert set(RosterMachine.seen) >= HAPPENED


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_three_hundred_histories_of_fifty_steps(templates: Templates) -> None:
    RosterMachine.seen.clear()
    run(templates, settings(QUICK, max_examples=300, stateful_step_count=50, derandomize=False))
    assert set(RosterMachine.seen) >= HAPPENED | {"source stand_in", "source waitlist", "swap accepted"}


def forgotten_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody asks for rest."""

    def lenient(wish: ShiftWish) -> list[Reason]:
        return [reason for reason in refusals(wish) if reason.code != "too-little-rest"]

    monkeypatch.setattr(enrolling, "refusals", lenient)


def lost_offer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Withdrawing forgets those who wait, and so does the net."""

    async def nobody(session: AsyncSession, shift_ids: Sequence[UUID], *, now: datetime) -> int:
        return 0

    async def no_net(database: object, now: datetime) -> int:
        return 0

    monkeypatch.setattr(signups, "fill", nobody)
    monkeypatch.setattr(jobs, "close_shift_waits", no_net)


def silent_hole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is ever missing."""

    def nobody(hands: Hands, policy: object, now: datetime) -> int:
        return 0

    monkeypatch.setattr(coverage, "asks_for", nobody)


def story(templates: Templates) -> None:
    """A short history in which a place is given up that somebody waits for, and rest, holes and asks are met."""
    RosterMachine.templates = templates
    machine = RosterMachine()
    try:
        machine.people_and_shifts()
        machine.sign_up(who=0, where=4)
        machine.sign_up(who=1, where=3)
        machine.sign_up(who=1, where=1)
        machine.wait(who=1, where=3)
        machine.wait(who=2, where=5)
        machine.withdraw(which=0)
        machine.counts_agree()
        machine.pass_time(minutes=61)
        machine.answer_ask(which=0, yes=1)
        machine.pass_time(minutes=700)
        machine.counts_agree()
    finally:
        machine.teardown()


@pytest.mark.parametrize("bug", [forgotten_rest, lost_offer, silent_hole])
def test_a_seeded_bug_is_caught(
    bug: Callable[[pytest.MonkeyPatch], None], templates: Templates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test of the tests."""
    bug(monkeypatch)
    with pytest.raises((AssertionError, CountDriftedError, DBAPIError)):
        story(templates)


def test_nothing_is_caught_without_a_bug(templates: Templates) -> None:
    story(templates)


def test_control_random_histories_catch_a_silent_hole(
    templates: Templates, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent_hole(monkeypatch)
    with pytest.raises((AssertionError, DBAPIError)):
        run(templates, QUICK)
