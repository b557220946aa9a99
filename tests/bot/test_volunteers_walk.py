"""There is no dead end for volunteers: every button is pressed, by a leader who has everything there is, in both languages."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.conversation.actions import Action, volunteer_shifts, volunteers
from bot.conversation.actions.volunteer_shifts import (
    Arrive,
    AskDeclineAsk,
    AskQueue,
    AskSignUp,
    AskStandIn,
    AskStanding,
    AskSwap,
    CheckMember,
    ConfirmPlace,
    DeclineAsk,
    KeepPlace,
    ShiftDays,
    Shifts,
    ShowAsk,
    ShowSignup,
    SwapWith,
    Volunteering,
    WantStandIn,
)
from bot.conversation.actions.volunteers import (
    AskLeaveTeam,
    HandIn,
    HandInNothing,
    HandInOver,
    Join,
    KeepContact,
    SetBirth,
    Skills,
    StatementFile,
)
from bot.replies import Language
from bot.volunteer import ShiftQuery
from models.shapes.rosters import StandingOrder, TemplateOrder
from models.vocabulary import SignupStatus
from scheduling.rosters import signups, stand_ins, standing, swaps, teams, templates, waits
from tests.bot.chatting import Chat
from tests.bot.volunteers import ADULT, actor_of, at_time, boss_of, calls_of, helper
from tests.bot.walking import walk
from tests.rostering import organisation, place, run, shift, sign_up, team, volunteer
from tests.world import CANTEEN, NOW, World, at

OURS = {*volunteer_shifts.VERBS.values(), *volunteers.VERBS.values()}

MOST = 3
"""Buttons of a kind that are pressed: days, categories and parts of a week are many and alike."""

RECURRING = TemplateOrder.model_validate(
    {
        "role": "greeting",
        "title": "周二迎宾",
        "needed": 4,
        "minimum": 1,
        "rrule": "FREQ=WEEKLY;BYDAY=TU",
        "start_time": "19:00",
        "end_time": "20:00",
        "valid_from": "2026-11-24",
        "valid_until": "2026-12-31",
        "publishes_itself": True,
    }
)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_there_is_no_dead_end_for_volunteers(world: World, language: Language) -> None:
    chat = await helper(world, language=language)
    seeds = [*await _everything(world, chat), Volunteering()]
    assert OURS - await walk(chat, seeds, OURS, most=MOST) == set()


async def test_there_is_no_dead_end_for_newcomers(world: World) -> None:
    chat = await helper(world, "新人", served=0, birth_date=None, home=None)
    await shift(world, at(1, 11), required_skills=["driving"], minimum_age=18)
    reached = await walk(chat, [Volunteering(), Join()], OURS, most=3)
    assert {Skills, Shifts, ShiftDays} <= reached


async def test_there_is_no_dead_end_on_the_day(world: World) -> None:
    chat = await helper(world)
    member = await volunteer(world, "队员")
    await team(world, await actor_of(chat), member)
    mine = await sign_up(world, await actor_of(chat), await shift(world, at(0, 11)))
    there = at_time(world, chat, at(0, 11))
    seeds: list[Action] = [ShowSignup(mine.id), Arrive(mine.id), CheckMember(mine.id, 0)]
    assert Arrive in await walk(there, seeds, {ShowSignup, Arrive, CheckMember})
    await there.say("111111")
    late = at_time(world, there, at(0, 12))
    assert Arrive in await walk(late, [ShowSignup(mine.id)], {ShowSignup, Arrive})


async def _everything(world: World, chat: Chat) -> Sequence[Action]:
    """Gives somebody everything that a volunteer can have, and returns what is pressed besides what the screens lead to: what
    stands only while something is waited for, or would be gone when the walk comes to it.
    """
    me, boss = await actor_of(chat), await boss_of(world)
    leaver = await volunteer(world, "请人替的")
    left = await sign_up(world, leaver, await shift(world, at(23, 15), needed=1))
    # Nobody else is there yet who could be asked.
    await run(world, stand_ins.want, actor=leaver, signup_id=left.id, now=NOW)
    (ask,) = (await calls_of(chat).roster()).asks
    others = [await volunteer(world, name) for name in ("甲", "乙", "丙", "丁")]
    await organisation(world)
    await world.link(me, await world.person("孩子"))
    led = await team(world, me, others[0], name="我的队")
    foreign = await team(world, others[1], others[2], name="别人的队")
    await run(world, teams.join, actor=others[3], team_id=led, now=NOW)

    made = await run(world, templates.add, actor=boss, point_id=CANTEEN, wanted=RECURRING, now=NOW)
    until = StandingOrder(until=at(30, 0).date())
    template_id = made.template.id
    await run(world, standing.take, actor=me, template_id=template_id, wanted=until, now=NOW)
    friday = await run(
        world,
        templates.add,
        actor=boss,
        point_id=CANTEEN,
        wanted=RECURRING.model_copy(update={"rrule": "FREQ=WEEKLY;BYDAY=FR", "title": "周五迎宾"}),
        now=NOW,
    )
    proposed = await place(world, me, await shift(world, at(3, 11), taken=1), status=SignupStatus.proposed)
    await sign_up(world, me, await shift(world, at(4, 11), direct=False))
    mine = [await sign_up(world, me, await shift(world, at(day, 11), needed=1)) for day in (5, 6, 7, 9)]
    theirs = [
        await sign_up(world, other, await shift(world, at(day, 15), needed=1))
        for other, day in zip(others, (11, 13, 15, 17), strict=True)
    ]
    await run(world, swaps.propose, actor=me, signup_id=mine[0].id, with_signup_id=theirs[0].id, now=NOW)
    await run(
        world, swaps.propose, actor=others[1], signup_id=theirs[1].id, with_signup_id=mine[1].id, now=NOW
    )
    offered, waited = theirs[3], await sign_up(world, others[0], await shift(world, at(19, 15), needed=1))
    for full in (offered.shift.id, waited.shift.id):
        await run(world, waits.join, actor=me, shift_id=full, now=NOW)
    await run(world, signups.withdraw, actor=others[3], signup_id=offered.id, reason="", now=NOW)
    queueable = await sign_up(world, others[0], await shift(world, at(21, 15), needed=1))
    free = await shift(world, at(25, 9), leader_id=others[0].person_id)
    found = await calls_of(chat).shifts(ShiftQuery(NOW, takeable=False), 100)
    fridays = [one.id for one in found if one.template and one.template.id == friday.template.id]
    statement = await calls_of(chat).statement(at(-30, 0).date(), at(0, 0).date())
    return [
        ConfirmPlace(proposed),
        AskStandIn(mine[2].id),
        WantStandIn(mine[2].id),
        KeepPlace(mine[2].id),
        SwapWith(mine[3].id),
        AskSwap(mine[3].id, theirs[0].id),
        AskQueue(queueable.shift.id),
        Arrive(mine[3].id),
        CheckMember(mine[3].id, 0),
        AskLeaveTeam(led, others[0].require_person()),
        volunteers.ShowTeam(foreign),
        SetBirth(ADULT + timedelta(days=1), None),
        KeepContact(),
        HandIn("driving"),
        HandInNothing(),
        HandInOver(),
        StatementFile(statement.code, "csv"),
        volunteers.AskGive(led, 30, led),
        AskSignUp(free),
        AskDeclineAsk(ask.id),
        ShowAsk(ask.id),
        DeclineAsk(ask.id),
        AskStanding(fridays[0]),
        Join(),
        volunteers.Enlist(),
        volunteers.AskParty(),
        volunteers.SignPartyUp(queueable.shift.id, led),
    ]
