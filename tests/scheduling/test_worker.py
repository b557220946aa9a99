"""The clock only ticks: every job is on it, and a job that fails is logged and tried again at the next tick."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from models.database import Database, DatabaseBusyError
from models.tables import JobRun
from scheduling.jobs import ALL_JOBS, JOBS, Job
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
    assert set(jobs) == {job.name for job in ALL_JOBS}
    for job in ALL_JOBS:
        assert jobs[job.name].trigger.interval == job.every
        assert jobs[job.name].max_instances == 1
        assert jobs[job.name].next_run_time == NOW + job.after
    assert not any(job.after for job in JOBS)


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


@pytest.mark.parametrize("job", ALL_JOBS, ids=lambda job: job.name)
async def test_every_job_finds_nothing_to_do_in_a_quiet_district(world: World, job: Job) -> None:
    assert await job.sweep(world.database, NOW) == 0


class Walls:
    """A wall clock that can be set, over a clock that only goes on."""

    def __init__(self) -> None:
        self.set_s = 0.0
        self.began = asyncio.get_running_loop().time()

    def ticks(self) -> float:
        return asyncio.get_running_loop().time()

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.set_s)


@pytest.mark.parametrize(("set_s", "ticks"), [(-3600, 2), (-2, 1), (3600, 1)])
async def test_a_wall_clock_that_is_set_back_does_not_stop_the_jobs(
    world: World, set_s: float, ticks: int
) -> None:
    """Waiting for the old time would take an hour. A little back (NTP) and far ahead nothing needs to be done."""
    ticked: list[bool] = []

    async def sweep(given: Database, now: datetime) -> int:
        ticked.append(True)
        return 0

    walls = Walls()
    clock = Clock(
        world.database,
        walls.now,
        [Job("tick", timedelta(minutes=30), sweep)],
        look_s=0.02,
        monotonic=walls.ticks,
    )
    clock.start()
    async with asyncio.timeout(5):
        while not ticked or clock._in_hand:  # noqa: ASYNC110  # the scheduler has no event
            await asyncio.sleep(0.005)
    walls.set_s = set_s
    await asyncio.sleep(0.2)
    await clock.stop()
    assert len(ticked) == ticks


async def test_each_run_is_noted_whoever_ran_it(database: Database) -> None:
    """Two clocks, a success, a failure: one row says it all."""

    async def works(given: Database, now: datetime) -> int:
        return 3

    async def fails(given: Database, now: datetime) -> int:
        message = "a bug"
        raise ValueError(message)

    for sweep in (works, fails, works):
        await run_job(Job("the_job", timedelta(minutes=1), sweep), database, clock)
    async with database.sessions() as session:
        run = await session.get_one(JobRun, "the_job")
    assert (run.runs, run.failures, run.changed) == (3, 1, 6)
    assert (run.first_at, run.last_at, run.succeeded_at, run.failed_at) == (NOW, NOW, NOW, NOW)
    assert run.last_error == "ValueError('a bug')"
    assert 0 <= run.last_seconds <= run.seconds
