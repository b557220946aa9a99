"""A job that has not succeeded for three of its periods is seen, said once in a while, and forgiven when it works again."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from models.database import transaction
from models.tables import Grant, JobRun, Notice
from models.vocabulary import NoticeKind, Role, ScopeKind
from scheduling import measuring, watching
from scheduling.jobs import JOBS, PERIODS, Job, overdue, watch_jobs, with_watch
from scheduling.watching import PERIODS as THREE
from scheduling.watching import Run, overdue_jobs
from tests.scheduling.acting import do, stored
from tests.scheduling.outbox import message, owe, paced, reached
from tests.world import DISTRICT, NOW, World

MINUTE = timedelta(minutes=1)


async def ran(world: World, name: str, ago: timedelta, error: str | None = None) -> None:
    await do(world, watching.note, run=Run(name, NOW - ago, 0.2, 1, error))


async def all_ran(world: World) -> None:
    for name in PERIODS:
        await ran(world, name, timedelta(0))


@pytest.fixture
async def administrator(world: World) -> object:
    person = await world.person("管理员")
    async with transaction(world.database) as session:
        session.add(
            Grant(
                created_at=NOW,
                person_id=person.require_person(),
                role=Role.administrator,
                scope=ScopeKind.district,
                key=DISTRICT,
            )
        )
    return person.person_id


def test_three_periods_and_not_a_moment_less() -> None:
    def run(ago: timedelta, *, succeeded: bool = True) -> JobRun:
        moment = NOW - ago
        return JobRun(
            name="tick",
            first_at=moment,
            last_at=NOW,
            succeeded_at=moment if succeeded else None,
            last_error=None if succeeded else "no",
            failures=0 if succeeded else 1,
        )

    periods = {"tick": MINUTE}
    assert overdue_jobs([run(THREE * MINUTE)], periods, NOW) == []
    (late,) = overdue_jobs([run(THREE * MINUTE + timedelta(seconds=1))], periods, NOW)
    assert (late.name, late.since, late.error) == ("tick", NOW - timedelta(seconds=181), None)
    (failing,) = overdue_jobs([run(4 * MINUTE, succeeded=False)], periods, NOW)
    assert (failing.since, failing.error) == (NOW - 4 * MINUTE, "no"), "failing since its first run"
    assert overdue_jobs([run(MINUTE, succeeded=False)], periods, NOW) == [], "it may still do better"
    (never,) = overdue_jobs([], periods, NOW)
    assert never.since is None
    assert overdue_jobs([run(-timedelta(hours=1))], periods, NOW) == [], "the clock was set back"


async def test_it_is_told_to_the_administrators_and_not_every_minute(
    world: World, administrator: object
) -> None:
    await all_ran(world)
    assert await watch_jobs(world.database, NOW) == 0
    await ran(world, "expire_offers", timedelta(0), error="ValueError('a bug')")
    now = NOW + timedelta(seconds=31)
    with capture_logs() as logs:
        await watch_jobs(world.database, now)
        await watch_jobs(world.database, now + MINUTE)
    assert {(line["event"], line["job"]) for line in logs} >= {("job.overdue", "expire_offers")}
    told = await stored(world, Notice)
    offers = [one for one in told if one.data["job"] == "expire_offers"]
    assert [(one.kind, one.person_id) for one in offers] == [(NoticeKind.job_overdue, administrator)]
    assert offers[0].data["error"] == "ValueError('a bug')"
    await watch_jobs(world.database, now + timedelta(hours=7))
    again = [one for one in await stored(world, Notice) if one.data["job"] == "expire_offers"]
    assert len(again) == 2, "it is said again while it lasts"


async def test_of_what_has_never_run_nobody_is_told(world: World, administrator: object) -> None:
    with capture_logs() as logs:
        assert await watch_jobs(world.database, NOW) == 0
    assert {line["job"] for line in logs} == {job.name for job in JOBS}, "the watch itself runs just now"
    assert await stored(world, Notice) == []


async def test_readiness_says_what_is_wrong_and_says_no_more_when_it_is_right(world: World) -> None:
    await all_ran(world)
    assert await do(world, measuring.faults, now=NOW) == []
    late = NOW + 2 * MINUTE
    names = {one.what for one in await do(world, measuring.faults, now=late)}
    assert names == {f"job {name}" for name, every in PERIODS.items() if 3 * every < 2 * MINUTE}
    await all_ran(world)
    people = await reached(world, 8)
    await owe(world, *(message(one, str(n)) for n, one in enumerate(people)))
    await paced(world)
    waiting = await do(world, measuring.faults, now=NOW + 31 * MINUTE)
    (channel,) = [one for one in waiting if one.what.startswith("channel")]
    assert (channel.what, channel.since) == ("channel telegram", NOW)
    assert channel.detail == "8 notices of priority 0 wait", (
        "those in hand have run out of their lease as well"
    )


async def test_jobs_of_other_packages_are_watched_as_well(world: World) -> None:
    """What the program adds to the clock is missed as what is here is."""
    added = Job("added", MINUTE, JOBS[0].sweep)
    jobs, watch = with_watch((*JOBS, added))
    assert {job.name for job in jobs} == {*PERIODS, "added"}
    async with transaction(world.database) as session:
        late = await overdue(session, now=NOW, periods={job.name: job.every for job in jobs})
    assert {job.name for job in late} == {*PERIODS, "added"}, "none has run yet"
    assert await watch.sweep(world.database, NOW) == 0, "an installation that is being set up alerts nobody"
