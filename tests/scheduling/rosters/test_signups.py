"""Signing up, confirming, withdrawing: who has a place, and what becomes of it (product: Volunteers 1 and 2)."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import pytest

from models.database import transaction
from models.shapes.people import ConsentGiven
from models.shapes.rosters import SignupOrder
from models.tables import Grant
from models.vocabulary import NoticeKind, Role, ScopeKind, ShiftStatus, SignupStatus
from scheduling import people
from scheduling.actors import Actor
from scheduling.errors import (
    ActionRefusedError,
    ConsentWithdrawnError,
    ForbiddenError,
    NotFoundError,
    SignupRefusedError,
)
from scheduling.identity import consents
from scheduling.rosters import finding, signups
from tests.rostering import (
    assert_sound,
    place,
    run,
    shift,
    shift_of,
    sign_up,
    team,
    told,
    volunteer,
)
from tests.world import CANTEEN, NOW, READING_ROOM, World, at, manager_of


async def refused(world: World, actor: Actor, shift_id: UUID, **more: object) -> list[str]:
    with pytest.raises(SignupRefusedError) as refusal:
        await sign_up(world, actor, shift_id, **more)  # type: ignore[arg-type]  # the moment
    return [reason.code for reason in refusal.value.reasons]


async def test_a_volunteer_signs_up_and_is_reminded(world: World) -> None:
    actor, wanted = await volunteer(world), await shift(world, needed=2)
    made = await sign_up(world, actor, wanted)
    assert made.status is SignupStatus.confirmed
    assert (await shift_of(world, wanted)).taken == 1
    assert len(await told(world, actor, NoticeKind.shift_reminder_evening)) == 1
    assert len(await told(world, actor, NoticeKind.shift_reminder_soon)) == 1
    await assert_sound(world)


EIGHT = {
    "signup-closed",
    "shift-full",
    "overlapping-shift",
    "too-little-rest",
    "week-is-full",
    "too-young",
    "certificate-missing",
    "first-timer-alone",
}


async def busy_first_timer(world: World) -> Actor:
    """Fifteen years old, with a guardian's consent, and a week full of places elsewhere."""
    actor = await volunteer(world, served=0, birth_date=date(2011, 1, 1), guardian_consent_at=NOW)
    for start, hours in ((at(0, 0, 15), 1.5), (at(0, 10), 2), (at(2, 8), 10), (at(3, 8), 10)):
        elsewhere = await shift(world, start, point_id=READING_ROOM, hours=hours, needed=1, taken=1)
        await place(world, actor, elsewhere, status=SignupStatus.confirmed, first_timer=True)
    return actor


async def test_all_eight_reasons_at_once_and_three_shifts_that_can_be_taken(world: World) -> None:
    """Volunteers 1: deadline, full, overlap, rest, week, age, certificate, alone; what is proposed can be had."""
    actor = await busy_first_timer(world)
    wanted = await shift(
        world, at(0, 9, 30), needed=1, taken=1, required_skills=["first_aid"], minimum_age=16, buddy_places=0
    )
    await place(world, await volunteer(world), wanted, status=SignupStatus.confirmed)
    leader = (await world.person("站长")).person_id
    fitting = [await shift(world, at(day, 9), leader_id=leader, needed=1) for day in (7, 8, 9)]
    await shift(world, at(7, 14), leader_id=leader, needed=1, required_skills=["first_aid"])
    assert set(await refused(world, actor, wanted)) == EIGHT

    found = await run(world, finding.takeable, actor=actor, shift_id=wanted, now=NOW)
    assert [one.id for one in found] == fitting
    for one in found:
        assert (await sign_up(world, actor, one.id)).status is SignupStatus.confirmed
    await assert_sound(world)


async def test_drafts_are_nobodys_business_and_cancelled_shifts_take_nobody(world: World) -> None:
    actor = await volunteer(world)
    draft = await shift(world, status=ShiftStatus.draft)
    with pytest.raises(NotFoundError):
        await sign_up(world, actor, draft)
    assert await refused(world, actor, await shift(world, status=ShiftStatus.cancelled)) == ["shift-not-open"]


async def test_an_application_waits_for_the_manager(world: World) -> None:
    actor, wanted = await volunteer(world), await shift(world, direct=False)
    other = await volunteer(world, "别人")
    applied = await sign_up(world, actor, wanted)
    assert applied.status is SignupStatus.applied
    assert (await shift_of(world, wanted)).taken == 0
    assert await refused(world, actor, wanted) == ["already-on-it"]
    manager = manager_of(CANTEEN, (await world.person("站长")).person_id)
    for stranger in (other, manager_of(READING_ROOM, other.person_id)):
        with pytest.raises(NotFoundError):
            await run(world, signups.confirm, actor=stranger, signup_id=applied.id, now=NOW)
    with pytest.raises(ForbiddenError):
        await run(world, signups.confirm, actor=actor, signup_id=applied.id, now=NOW)
    for _ in range(2):
        confirmed = await run(world, signups.confirm, actor=manager, signup_id=applied.id, now=NOW)
        assert confirmed.status is SignupStatus.confirmed
    assert (await shift_of(world, wanted)).taken == 1
    assert [one["what"] for one in await told(world, actor, NoticeKind.shift_news)] == ["confirmed"]
    assert len(await told(world, actor, NoticeKind.shift_reminder_soon)) == 1
    await assert_sound(world)


async def test_the_manager_takes_a_place_back_and_the_person_is_told_why(world: World) -> None:
    actor, wanted = await volunteer(world), await shift(world)
    made = await sign_up(world, actor, wanted)
    manager = manager_of(CANTEEN, (await world.person("站长")).person_id)
    with pytest.raises(ForbiddenError):
        await run(world, signups.refuse, actor=actor, signup_id=made.id, reason="", now=NOW)
    await run(world, signups.refuse, actor=manager, signup_id=made.id, reason="换人了", now=NOW)
    (news,) = await told(world, actor, NoticeKind.shift_news)
    assert (news["what"], news["reason"]) == ("refused", "换人了")
    assert await told(world, actor, NoticeKind.shift_reminder_soon) == []
    assert (await sign_up(world, actor, wanted)).status is SignupStatus.confirmed


async def test_withdrawing_gives_the_place_back_and_a_late_one_alerts_the_manager(world: World) -> None:
    """Volunteers 2."""
    manager = await world.person("站长")
    async with transaction(world.database) as session:
        session.add(manages(manager))
    early, late = await volunteer(world), await volunteer(world, "晚退")
    far, near = await shift(world, at(3, 11)), await shift(world, at(0, 20))
    for actor, wanted, is_late in ((early, far, False), (late, near, True)):
        made = await sign_up(world, actor, wanted)
        for _ in range(2):
            gone = await run(world, signups.withdraw, actor=actor, signup_id=made.id, reason="病了", now=NOW)
            assert (gone.status, gone.late) == (SignupStatus.withdrawn, is_late)
        assert (await shift_of(world, wanted)).taken == 0
    (alarm,) = await told(world, manager, NoticeKind.shift_alert)
    assert (alarm["what"], alarm["shift_id"], alarm["reason"]) == ("late_withdrawal", str(near), "病了")
    await assert_sound(world)


def manages(person: Actor) -> Grant:
    """That somebody manages the canteen."""
    return Grant(
        created_at=NOW,
        person_id=person.require_person(),
        role=Role.point_manager,
        scope=ScopeKind.point,
        key=str(CANTEEN),
    )


async def test_nobody_withdraws_from_what_has_begun(world: World) -> None:
    actor, wanted = await volunteer(world), await shift(world, at(0, 11))
    made = await sign_up(world, actor, wanted)
    with pytest.raises(ActionRefusedError):
        await run(world, signups.withdraw, actor=actor, signup_id=made.id, reason="", now=at(0, 11))


async def test_a_first_timer_left_alone_is_said_at_once(world: World) -> None:
    manager = await world.person("站长")
    async with transaction(world.database) as session:
        session.add(manages(manager))
    veteran, novice = await volunteer(world), await volunteer(world, "新手", served=0)
    wanted = await shift(world, at(4, 11), needed=3)
    assert await refused(world, novice, wanted) == ["first-timer-alone"]
    made = await sign_up(world, veteran, wanted)
    assert (await sign_up(world, novice, wanted)).first_timer
    assert await refused(world, await volunteer(world, "又一新手", served=0), wanted) == ["first-timer-alone"]
    await run(world, signups.withdraw, actor=veteran, signup_id=made.id, reason="", now=NOW)
    assert [one["what"] for one in await told(world, manager, NoticeKind.shift_alert)] == [
        "first_timer_alone"
    ]


async def test_a_team_comes_all_together_or_not_at_all(world: World) -> None:
    leader, novice, other = [
        await volunteer(world, name, served=served)
        for name, served in (("队长", 1), ("队员", 0), ("别队", 1))
    ]
    mine, theirs = await team(world, leader, novice), await team(world, other, name="另一队")
    small, large = await shift(world, needed=1), await shift(world, at(2, 11), needed=2)
    people = [leader.require_person(), novice.require_person()]

    async def come(actor: Actor, team_id: UUID, shift_id: UUID, who: Sequence[UUID]) -> list[SignupStatus]:
        wanted = SignupOrder(team_id=team_id, people=list(who))
        made = await run(world, signups.sign_up, actor=actor, shift_id=shift_id, wanted=wanted, now=NOW)
        return [one.status for one in made.signups]

    with pytest.raises(ForbiddenError):
        await come(novice, mine, large, people)
    with pytest.raises(ForbiddenError):
        await come(leader, theirs, large, people)
    with pytest.raises(NotFoundError):
        await come(leader, mine, large, [other.require_person()])
    with pytest.raises(SignupRefusedError) as refusal:
        await come(leader, mine, small, people)
    assert {(one.code, one.data["person_id"]) for one in refusal.value.reasons} == {
        ("shift-full", str(one)) for one in people
    }
    assert (await shift_of(world, small)).taken == 0
    assert await come(leader, mine, large, people) == [SignupStatus.confirmed] * 2
    assert [one["what"] for one in await told(world, novice, NoticeKind.shift_news)] == [
        "signed_up_by_leader"
    ]
    page, _ = await run(world, signups.mine, actor=novice, when="upcoming", now=NOW, limit=10, after=None)
    with pytest.raises(NotFoundError):
        await run(world, signups.withdraw, actor=other, signup_id=page[0].id, reason="", now=NOW)
    gone = await run(world, signups.withdraw, actor=leader, signup_id=page[0].id, reason="", now=NOW)
    assert gone.status is SignupStatus.withdrawn
    await assert_sound(world)


async def test_who_is_on_a_shift_is_shown_to_manager_leader_and_team_leader_only(world: World) -> None:
    leader, member, alone = [await volunteer(world, name) for name in ("队长", "队员", "散客")]
    mine = await team(world, leader, member)
    wanted = await shift(world, needed=3)
    order = SignupOrder(team_id=mine, people=[member.require_person()])
    await run(world, signups.sign_up, actor=leader, shift_id=wanted, wanted=order, now=NOW)
    await sign_up(world, alone, wanted)

    async def seen(actor: Actor) -> int:
        return len(await run(world, signups.on_shift, actor=actor, shift_id=wanted))

    manager = (await world.person("站长")).person_id
    assert await seen(manager_of(CANTEEN, manager)) == 2
    assert await seen(leader) == 1
    for stranger in (member, alone, manager_of(READING_ROOM, manager)):
        with pytest.raises(ForbiddenError):
            await seen(stranger)


async def test_who_took_back_that_shifts_are_planned_takes_none(world: World) -> None:
    """People 1: until they agree again; what they have they keep."""
    actor, kept, wanted = await volunteer(world), await shift(world), await shift(world, start=at(3, 11))
    await sign_up(world, actor, kept)
    given = ConsentGiven(purpose="volunteering", version="1")
    await run(world, people.consent, actor=actor, given=given, now=NOW)
    await run(world, consents.withdraw, actor=actor, purpose="volunteering", now=NOW)
    with pytest.raises(ConsentWithdrawnError) as refusal:
        await sign_up(world, actor, wanted)
    assert refusal.value.data == {"purpose": "volunteering", "person_id": str(actor.person_id)}
    assert (await shift_of(world, kept)).taken == 1
    await run(world, people.consent, actor=actor, given=given, now=NOW)
    assert (await sign_up(world, actor, wanted)).status is SignupStatus.confirmed
    await assert_sound(world)
