"""Whoever presses what in whatever order: no exception, no dead end, no change without a tap that says so."""

from pathlib import Path
from random import Random
from statistics import median, quantiles

import pytest

from bot.conversation.actions import ACTIONS
from governance.check import check as check_governance
from models.database import Database, transaction
from scheduling.check import check
from tests.databases import DEMO_NOW
from tests.stories.deeds import DEEDS, EXPECTED, name_of
from tests.stories.walking import Walk

MEDIAN_S = 0.150
"""An answer takes no longer, with the database on the same machine."""


MANY_DEEDS, MANY_ROOMS = 12, 5
"""So many of the deeds, and of the rooms that they belong to, are reached by a short walk: half of what it usually comes to."""

SELDOM_ROOMS = {"family", "rostering"}
"""All that is done there is among the seldom deeds."""

MANY_RESTARTS = 100


def rooms(walked: Walk) -> set[str]:
    """The rooms in which something was done."""
    return {deed.partition(".")[0] for deed in walked.deeds}


async def walk(database: Database, folder: Path, *, steps: int, seed: int) -> Walk:
    walk = Walk(database, Random(seed), folder)
    await walk.begin()
    for step in range(steps):
        await walk.step()
        if step % 1000 == 999:
            print(f"{step + 1} steps, {len(walk.deeds)} deeds", flush=True)
    await walk.catch_up()
    return walk


async def agrees(walked: Walk) -> None:
    """What was promised and counted is true after it."""
    async with transaction(walked.database) as session:
        assert await check(session, now=walked.now) == []
        assert await check_governance(session, now=walked.now) == []


async def test_a_walk_of_some_hundred_steps(demo_database: Database, tmp_path: Path) -> None:
    walked = await walk(demo_database, tmp_path, steps=600, seed=7)
    await agrees(walked)
    assert len(walked.deeds) >= MANY_DEEDS
    assert len(rooms(walked)) >= MANY_ROOMS
    assert median(walked.took_s) < MEDIAN_S


@pytest.mark.soak
async def test_a_walk_of_twenty_thousand_steps(demo_database: Database, tmp_path: Path) -> None:
    walked = await walk(demo_database, tmp_path, steps=20_000, seed=2026)
    ninety = quantiles(walked.took_s, n=100)
    print(
        f"median {median(walked.took_s) * 1000:.0f} ms, p95 {ninety[94] * 1000:.0f} ms, p99 {ninety[98] * 1000:.0f} ms,"
        f" {walked.restarts} restarts, {(walked.now - DEMO_NOW).days} days"
    )
    never = [name for name in map(name_of, ACTIONS) if name not in walked.reached]
    print(f"{len(walked.deeds)} of {len(DEEDS)} deeds: {walked.deeds.most_common()}")
    print(f"not done: {sorted(DEEDS - set(walked.deeds))}")
    print(f"{len(never)} of {len(ACTIONS)} actions never offered: {never}")
    await agrees(walked)
    assert EXPECTED - set(walked.deeds) == set()
    assert {deed.partition(".")[0] for deed in DEEDS} - rooms(walked) <= SELDOM_ROOMS
    assert walked.restarts > MANY_RESTARTS
