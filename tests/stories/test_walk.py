"""Whoever presses what in whatever order: no exception, no dead end, no change without a tap that says so."""

from random import Random
from statistics import median, quantiles

import pytest

from models.database import Database, transaction
from scheduling.check import check
from tests.stories.walking import Walk

DEEDS = {
    "Book",
    "Cancel",
    "Move",
    "LiveIn",
    "SetLanguage",
    "SetReminders",
    "Wait",
    "Leave",
    "Accept",
    "Decline",
    "Save",
    "Clear",
    "SetDisability",
    "SetLargeText",
    "SetGroup",
    "SetAll",
    "SendCode",
    "Forget",
    "Withdraw",
    "MakeCode",
    "Erase",
}
"""The actions that change something. Each is the button of a screen that says what it will do; everything else only shows."""

MEDIAN_S = 0.150
"""An answer takes no longer, with the database on the same machine."""


async def walk(database: Database, *, steps: int, seed: int) -> Walk:
    walk = Walk(database, Random(seed))
    await walk.begin()
    for _ in range(steps):
        await walk.step()
    assert set(walk.deeds) <= DEEDS
    async with transaction(database) as session:
        assert await check(session, now=walk.now) == []
    return walk


async def test_a_walk_of_some_hundred_steps(demo_database: Database) -> None:
    walked = await walk(demo_database, steps=600, seed=7)
    assert len(walked.deeds) >= 5
    assert median(walked.took_s) < MEDIAN_S


@pytest.mark.soak
async def test_a_walk_of_twenty_thousand_steps(demo_database: Database) -> None:
    walked = await walk(demo_database, steps=20_000, seed=2026)
    ninety = quantiles(walked.took_s, n=100)
    print(
        f"median {median(walked.took_s) * 1000:.0f} ms, p95 {ninety[94] * 1000:.0f} ms, p99 {ninety[98] * 1000:.0f} ms"
    )
    print(walked.deeds.most_common(), walked.reached.most_common())
    assert set(walked.deeds) == DEEDS
