"""Requests in random histories, and proof that the comparison catches seeded bugs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from governance import sweeps
from governance.rules import states
from governance.rules.deadlines import Terms
from governance.rules.states import Standing
from models.database import AsyncSession
from tests.databases import Templates
from tests.stateful.requests import RequestMachine

QUICK = settings(
    max_examples=4,
    stateful_step_count=30,
    deadline=None,
    database=None,
    derandomize=True,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
HAPPENED = {"rung 1", "rung 3", "accepted", "taken over", "resolved", "reopened", "published", "claimed"}


def run(templates: Templates, how: settings) -> None:
    RequestMachine.templates = templates
    run_state_machine_as_test(RequestMachine, settings=how)


def test_an_owner_is_always_named_and_deadlines_and_history_are_right(templates: Templates) -> None:
    """Requests 1 and 2."""
    RequestMachine.seen.clear()
    run(templates, QUICK)
    assert set(RequestMachine.seen) >= {"rung 1", "accepted"}


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_two_hundred_histories_of_fifty_steps(templates: Templates) -> None:
    RequestMachine.seen.clear()
    run(templates, settings(QUICK, max_examples=200, stateful_step_count=50, derandomize=False))
    assert set(RequestMachine.seen) >= HAPPENED | {"came true"}


def given_away_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking somebody gives it to them, accepted or not."""

    def give(standing: Standing, to_id: UUID) -> Standing:
        return replace(standing, owner_id=to_id)

    monkeypatch.setattr(states, "transfer_asked", give)


def notes_buy_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever says something has another day."""
    honest = states.noted

    def later(standing: Standing, *, now: datetime, terms: Terms) -> Standing:
        after = honest(standing, now=now, terms=terms)
        return replace(after, due_at=after.due_at + timedelta(days=1))

    monkeypatch.setattr(states, "noted", later)


def never_climbs(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is overdue stays where it is."""

    async def nothing(session: AsyncSession, *, now: datetime) -> int:
        return 0

    monkeypatch.setattr(sweeps, "climb_overdue", nothing)


def forgotten_transfer(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has climbed can still be taken over by whoever was asked below."""
    honest = states.climbed

    def keep(standing: Standing, *rest: object, **more: object) -> Standing:
        return replace(honest(standing, *rest, **more), transfer_to_id=standing.transfer_to_id)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr(states, "climbed", keep)


def story(templates: Templates) -> None:
    """A short history that meets all of these."""
    RequestMachine.templates = templates
    machine = RequestMachine()
    try:
        machine.settle()
        machine.note(which=0, who=0)
        machine.hand_to(which=1, to=4)
        machine.accept(which=1, who=4)
        machine.hand_to(which=2, to=4)
        machine.stands_as_the_model_says()
        machine.pass_time(hours=49)
        machine.accept(which=2, who=4)
        machine.resolve(which=0, who=0)
        machine.reopen(which=0, who=5)
        machine.stands_as_the_model_says()
    finally:
        machine.teardown()


@pytest.mark.parametrize("bug", [given_away_at_once, notes_buy_time, never_climbs, forgotten_transfer])
def test_a_seeded_bug_is_caught(
    bug: Callable[[pytest.MonkeyPatch], None], templates: Templates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test of the tests."""
    bug(monkeypatch)
    with pytest.raises(AssertionError):
        story(templates)


def test_nothing_is_caught_without_a_bug(templates: Templates) -> None:
    story(templates)


@pytest.mark.soak
def test_control_random_histories_catch_time_that_is_bought(
    templates: Templates, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes_buy_time(monkeypatch)
    with pytest.raises(AssertionError):
        run(templates, QUICK)
