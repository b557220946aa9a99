"""Whoever presses what in whatever order: no exception, no dead end, no change without a tap that says so."""

from pathlib import Path
from random import Random
from statistics import median, quantiles

import pytest

from bot.conversation.actions import ACTIONS
from governance.check import check as check_governance
from models.database import Database, transaction
from scheduling.check import check
from tests.stories.walking import Walk, name_of

_DEEDS = {
    "residents": ("Book Cancel Move LiveIn SetLanguage SetReminders Wait Leave Accept Decline "),
    "ordering": ("BookWith OrderSeries EndSeries "),
    "family": ("Invite JoinFamily TellBoth EndLink "),
    "finding": ("LiveAt "),
    "visits": ("Coming Late Rate "),
    "standing": ("Appeal MakeCalendar DropCalendar "),
    "requests": ("Send Join Reopen Rate WithdrawRequest Unfollow Claim GiveBack Fulfil Confirm "),
    "myself": (
        "Save Clear SetDisability SetLargeText SetGroup SetAll SendCode Forget Withdraw MakeCode "
        "LinkChat Erase "
    ),
    "managers": ("Came StayedAway ServeNext SetSummaries SetPlaces Shut Commit Lift TakeIn CodeAt "),
    "rostering": ("Publish CallOff SendAsks ConfirmHelper RefuseHelper HelperCame SetHours Excuse Propose "),
    "grid": ("AcceptCase DeclineCase SendNote SendAnswer HandOver HandUp CaseIs Publish GoAway BeBack "),
    "volunteer_shifts": (
        "SignUp Queue Unqueue TakeOffered TakeStanding EndStanding ConfirmPlace WantStandIn KeepPlace "
        "Withdraw ProposeSwap AcceptSwap DeclineSwap AcceptAsk DeclineAsk MakeShiftCalendar CheckMember "
    ),
    "volunteers": (
        "Enlist SetSkill SetWish SetTongue SetReach SetTime AnyTime SetAsks SetBirth KeepContact "
        "ForgetContact SetOrganisation HandInOver AgreeAsGuardian JoinTeam LeaveTeam Admit SignPartyUp "
        "Give IssueStatement "
    ),
    "threads": ("End Take HandOn "),
}
DEEDS = {f"{subject}.{name}" for subject, deeds in _DEEDS.items() for name in deeds.split()}
"""The actions that change something. Each is the button of a screen that says what it will do; everything else only shows."""

MEDIAN_S = 0.150
"""An answer takes no longer, with the database on the same machine."""


async def walk(database: Database, folder: Path, *, steps: int, seed: int) -> Walk:
    walk = Walk(database, Random(seed), folder)
    await walk.begin()
    for _ in range(steps):
        await walk.step()
    assert set(walk.deeds) - DEEDS == set()
    await walk.catch_up()
    async with transaction(database) as session:
        assert await check(session, now=walk.now) == []
        assert await check_governance(session, now=walk.now) == []
    return walk


async def test_a_walk_of_some_hundred_steps(demo_database: Database, tmp_path: Path) -> None:
    walked = await walk(demo_database, tmp_path, steps=600, seed=7)
    assert len(walked.deeds) >= 5
    assert median(walked.took_s) < MEDIAN_S


@pytest.mark.soak
async def test_a_walk_of_twenty_thousand_steps(demo_database: Database, tmp_path: Path) -> None:
    walked = await walk(demo_database, tmp_path, steps=20_000, seed=2026)
    ninety = quantiles(walked.took_s, n=100)
    print(
        f"median {median(walked.took_s) * 1000:.0f} ms, p95 {ninety[94] * 1000:.0f} ms, p99 {ninety[98] * 1000:.0f} ms"
    )
    never = [name for name in map(name_of, ACTIONS) if name not in walked.reached]
    print(f"{len(walked.deeds)} of {len(DEEDS)} deeds: {walked.deeds.most_common()}")
    print(f"not done: {sorted(DEEDS - set(walked.deeds))}")
    print(f"{len(never)} of {len(ACTIONS)} actions never offered: {never}")
