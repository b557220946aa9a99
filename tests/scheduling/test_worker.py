"""The clock only ticks: every job is on it, and a job that fails is logged and tried again at the next tick."""

import asyncio
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from models.database import Database, DatabaseBusyError
from scheduling.jobs import JOBS, Job
from scheduling.worker import Clock, run_job
from tests.world import NOW, World


def clock() -> datetime:
    return NOW


async def logged(database: Database, sweep: object) -> list[str]:
    """The events that running a job with this sweep logs."""
    with capture_logs() as logs:
        await run_job(Job("the_job", timedelta(minutes=1), sweep), database, clock)  # type: ignore[arg-type]
    assert all(entry["job"] == "the_job" for entry in logs)
    return [f"{entry['log_level']} {entry['event']}" for entry in logs]


async def test_what_a_job_did_is_logged(database: Database) -> None:
    async def sweep(given: Database, now: datetime) -> int:
        assert (given, now) == (database, NOW)
        return 3

    assert await logged(database, sweep) == ["info job.done"]


@pytest.mark.parametrize(
    ("error", "event"),
    [(DatabaseBusyError(), "warning job.postponed"), (ValueError("a bug"), "error job.failed")],
)
async def test_a_failure_is_logged_and_does_not_stop_the_clock(
    database: Database, error: Exception, event: str
) -> None:
    async def sweep(given: Database, now: datetime) -> int:
        raise error

    assert await logged(database, sweep) == [event]


async def test_every_job_is_due_at_once_and_then_at_its_interval(world: World) -> None:
    ticks = Clock(world.database, clock)
    jobs = {job.id: job for job in ticks._scheduler.get_jobs()}
    assert set(jobs) == {job.name for job in JOBS}
    for job in JOBS:
        assert jobs[job.name].trigger.interval == job.every
        assert jobs[job.name].max_instances == 1
        assert jobs[job.name].next_run_time == NOW


async def test_the_clock_ticks_and_lets_what_is_in_hand_finish(world: World) -> None:
    """APScheduler runs the coroutine, also when it was due before the start; stopping does not cut it short."""
    ticked = asyncio.Event()
    finished: list[bool] = []

    async def sweep(given: Database, now: datetime) -> int:
        ticked.set()
        await asyncio.sleep(0.2)
        finished.append(True)
        return 0

    ticks = Clock(world.database, clock, [Job("tick", timedelta(hours=1), sweep)])
    ticks.start()
    await asyncio.wait_for(ticked.wait(), timeout=5)
    await ticks.stop()
    assert finished == [True]


async def test_a_job_that_finds_no_end_does_not_hold_the_stop(world: World) -> None:
    ticked = asyncio.Event()

    async def sweep(given: Database, now: datetime) -> int:
        ticked.set()
        await asyncio.sleep(3600)
        return 0

    ticks = Clock(world.database, clock, [Job("tick", timedelta(hours=1), sweep)], grace_s=0.1)
    ticks.start()
    await asyncio.wait_for(ticked.wait(), timeout=5)
    await asyncio.wait_for(ticks.stop(), timeout=5)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
async def test_every_job_finds_nothing_to_do_in_a_quiet_district(world: World, job: Job) -> None:
    assert await job.sweep(world.database, NOW) == 0
