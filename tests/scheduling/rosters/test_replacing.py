"""Replacement that works: waitlist, stand-ins, swaps, standing places (product: Volunteers 1 and 2)."""

from datetime import date, time, timedelta

import pytest

from models.shapes.rosters import ShiftEdit, StandingOrder, TemplateOrder
from models.tables import ShiftAsk
from models.vocabulary import AskStatus, NoticeKind, ShiftStatus, SignupStatus, WaitlistStatus
from scheduling.errors import (
    ActionRefusedError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    SignupRefusedError,
)
from scheduling.rosters import shifts, signups, stand_ins, standing, swaps, templates, waits
from tests.rostering import (
    assert_sound,
    run,
    shift,
    shift_of,
    sign_up,
    signup_of,
    told,
    volunteer,
)
from tests.scheduling.acting import stored
from tests.world import CANTEEN, NOW, READING_ROOM, World, at, manager_of


async def test_a_freed_place_goes_down_the_queue(world: World) -> None:
    """As with bookings: first come first served, held for a while, then the next."""
    first, second, third = [await volunteer(world, name) for name in ("一", "二", "三")]
    wanted = await shift(world, at(3, 11), needed=1)
    made = await sign_up(world, first, wanted)
    queue = [await run(world, waits.join, actor=one, shift_id=wanted, now=NOW) for one in (second, third)]
    assert [one.ahead for one in queue] == [0, 1]
    with pytest.raises(SignupRefusedError) as refusal:
        await run(world, waits.join, actor=second, shift_id=wanted, now=NOW)
    assert [reason.code for reason in refusal.value.reasons] == ["already-waiting"]
    await run(world, signups.withdraw, actor=first, signup_id=made.id, reason="", now=NOW)
    assert (await shift_of(world, wanted)).taken == 1
    (offer,) = await told(world, second, NoticeKind.shift_offer)
    assert offer["wait_id"] == str(queue[0].id)
    with pytest.raises(SignupRefusedError):
        await sign_up(world, first, wanted)
    later = NOW + timedelta(minutes=31)
    assert await run(world, waits.expire_offers, now=later) == 1
    with pytest.raises(ActionRefusedError):
        await run(world, waits.accept, actor=second, wait_id=queue[0].id, now=later)
    with pytest.raises(NotFoundError):
        await run(world, waits.accept, actor=second, wait_id=queue[1].id, now=later)
    answers = [await run(world, waits.accept, actor=third, wait_id=queue[1].id, now=later) for _ in range(2)]
    assert answers[0].id == answers[1].id
    assert (await shift_of(world, wanted)).taken == 1
    await assert_sound(world, later)


async def test_more_places_are_offered_to_who_waits_and_waiting_ends_with_the_start(world: World) -> None:
    manager = manager_of(CANTEEN, (await world.person("站长")).person_id)
    first, second, third = [await volunteer(world, name) for name in ("一", "二", "三")]
    wanted = await shift(world, at(3, 11), needed=1)
    await sign_up(world, first, wanted)
    for one in (second, third):
        await run(world, waits.join, actor=one, shift_id=wanted, now=NOW)
    _, version = await run(
        world,
        shifts.edit,
        actor=manager,
        shift_id=wanted,
        change=ShiftEdit(needed=2),
        seen_version=1,
        now=NOW,
    )
    assert version == 2
    assert len(await told(world, second, NoticeKind.shift_offer)) == 1
    assert await run(world, waits.close, now=at(3, 11)) == 1
    assert [one["what"] for one in await told(world, third, NoticeKind.shift_news)] == ["shift_began"]


async def test_the_first_of_those_asked_takes_the_place(world: World) -> None:
    """Volunteers 2: until somebody takes it the place stays theirs."""
    leaver, near, far = [
        await volunteer(world, name, home=home)
        for name, home in (("要走", None), ("近", (31.951, 118.841)), ("远", (31.99, 118.88)))
    ]
    away = await volunteer(world, "太远", home=(32.3, 119.3))
    wanted = await shift(world, at(3, 11), needed=1)
    made = await sign_up(world, leaver, wanted)
    with pytest.raises(NotFoundError):
        await run(world, stand_ins.want, actor=near, signup_id=made.id, now=NOW)
    for _ in range(2):
        wanting = await run(world, stand_ins.want, actor=leaver, signup_id=made.id, now=NOW)
        assert wanting.status is SignupStatus.stand_in_wanted
    assert (await shift_of(world, wanted)).taken == 1
    assert len(await told(world, leaver, NoticeKind.shift_reminder_soon)) == 1
    asks = {ask.person_id: ask.id for ask in await stored(world, ShiftAsk)}
    assert set(asks) == {near.person_id, far.person_id}
    assert away.person_id not in asks
    with pytest.raises(NotFoundError):
        await run(world, stand_ins.accept, actor=far, ask_id=asks[near.require_person()], now=NOW)
    taken = await run(world, stand_ins.accept, actor=far, ask_id=asks[far.require_person()], now=NOW)
    assert taken.status is SignupStatus.confirmed
    assert (await signup_of(world, made.id)).status is SignupStatus.withdrawn
    with pytest.raises(ActionRefusedError) as refusal:
        await run(world, stand_ins.accept, actor=near, ask_id=asks[near.require_person()], now=NOW)
    assert refusal.value.reasons[0].code == "ask-over"
    assert [one["what"] for one in await told(world, leaver, NoticeKind.shift_news)] == ["stand_in_found"]
    assert await told(world, leaver, NoticeKind.shift_reminder_soon) == []
    assert len(await told(world, far, NoticeKind.shift_reminder_soon)) == 1
    assert (await shift_of(world, wanted)).taken == 1
    await assert_sound(world)


async def test_one_comes_after_all_and_nobody_is_asked_any_more(world: World) -> None:
    leaver, asked = await volunteer(world), await volunteer(world, "被问")
    made = await sign_up(world, leaver, await shift(world, at(3, 11)))
    await run(world, stand_ins.want, actor=leaver, signup_id=made.id, now=NOW)
    kept = await run(world, stand_ins.keep, actor=leaver, signup_id=made.id, now=NOW)
    assert kept.status is SignupStatus.confirmed
    (ask,) = await stored(world, ShiftAsk)
    assert ask.status is AskStatus.over
    assert await told(world, asked, NoticeKind.shift_ask) == []
    assert len(await told(world, leaver, NoticeKind.shift_reminder_soon)) == 1
    await assert_sound(world)


async def test_two_volunteers_swap_with_both_consents(world: World) -> None:
    one, other, third = [await volunteer(world, name) for name in ("甲", "乙", "丙")]
    monday, tuesday = await shift(world, at(7, 11), needed=1), await shift(world, at(8, 11), needed=1)
    mine, theirs = await sign_up(world, one, monday), await sign_up(world, other, tuesday)
    partners = await run(world, swaps.partners, actor=one, signup_id=mine.id, now=NOW)
    assert [partner.id for partner in partners] == [theirs.id]
    for _ in range(2):
        swap = await run(
            world, swaps.propose, actor=one, signup_id=mine.id, with_signup_id=theirs.id, now=NOW
        )
    assert len(await told(world, other, NoticeKind.shift_swap)) == 1
    for stranger, error in ((one, ForbiddenError), (third, NotFoundError)):
        with pytest.raises(error):
            await run(world, swaps.accept, actor=stranger, swap_id=swap.id, now=NOW)
    for _ in range(2):
        await run(world, swaps.accept, actor=other, swap_id=swap.id, now=NOW)
    assert (await signup_of(world, mine.id)).shift_id == tuesday
    assert (await signup_of(world, theirs.id)).shift_id == monday
    assert [(await shift_of(world, id_)).taken for id_ in (monday, tuesday)] == [1, 1]
    assert [news["what"] for news in await told(world, one, NoticeKind.shift_news)] == ["swapped"]
    (reminder,) = await told(world, one, NoticeKind.shift_reminder_soon)
    assert reminder["shift_id"] == str(tuesday)
    await assert_sound(world)


async def test_a_swap_is_checked_as_a_whole(world: World) -> None:
    """What each has besides counts; what they give away does not."""
    one, other = await volunteer(world, "甲"), await volunteer(world, "乙")
    evening, morning = await shift(world, at(7, 18), needed=1), await shift(world, at(8, 8), needed=1)
    beside = await shift(world, at(8, 11), needed=1)
    mine, theirs = await sign_up(world, one, evening), await sign_up(world, other, morning)
    await sign_up(world, one, beside)
    with pytest.raises(SignupRefusedError) as refusal:
        await run(world, swaps.propose, actor=one, signup_id=mine.id, with_signup_id=theirs.id, now=NOW)
    assert {(reason.code, reason.data["person_id"]) for reason in refusal.value.reasons} == {
        ("too-little-rest", str(one.person_id))
    }
    with pytest.raises(InvalidInputError):
        await run(world, swaps.propose, actor=one, signup_id=mine.id, with_signup_id=mine.id, now=NOW)


async def test_a_declined_swap_is_told_and_one_that_lost_its_ground_is_void(world: World) -> None:
    one, other = await volunteer(world, "甲"), await volunteer(world, "乙")
    mine = await sign_up(world, one, await shift(world, at(7, 11)))
    theirs = await sign_up(world, other, await shift(world, at(9, 11)))

    async def propose() -> object:
        return await run(
            world, swaps.propose, actor=one, signup_id=mine.id, with_signup_id=theirs.id, now=NOW
        )

    await propose()
    listed, _ = await run(world, swaps.mine, actor=other, limit=5, after=None)
    await run(world, swaps.decline, actor=other, swap_id=listed[0].id, now=NOW)
    assert [news["what"] for news in await told(world, one, NoticeKind.shift_news)] == ["swap_declined"]
    await propose()
    listed, _ = await run(world, swaps.mine, actor=other, limit=5, after=None)
    await run(world, signups.withdraw, actor=one, signup_id=mine.id, reason="", now=NOW)
    with pytest.raises(ActionRefusedError):
        await run(world, swaps.accept, actor=other, swap_id=listed[0].id, now=NOW)
    assert await told(world, other, NoticeKind.shift_swap) == []


TUESDAYS = TemplateOrder(
    role="serving",
    title="周二打饭",
    needed=2,
    minimum=1,
    rrule="FREQ=WEEKLY;BYDAY=TU",
    start_time=time(11),
    end_time=time(13),
    valid_from=date(2026, 11, 1),
    valid_until=date(2027, 6, 30),
)


async def test_every_tuesday_until_summer(world: World) -> None:
    """A standing place holds on what is published already and on what is published later, where the rules allow it."""
    manager = manager_of(CANTEEN, (await world.person("站长")).person_id)
    stranger = manager_of(READING_ROOM, manager.person_id)
    with pytest.raises(ForbiddenError):
        await run(world, templates.add, actor=stranger, point_id=CANTEEN, wanted=TUESDAYS, now=NOW)
    made = await run(world, templates.add, actor=manager, point_id=CANTEEN, wanted=TUESDAYS, now=NOW)
    assert made.shifts_made == 4
    actor = await volunteer(world)
    drafts, _ = await run(
        world, shifts.of_point, actor=manager, point_id=CANTEEN, now=NOW, limit=20, after=None
    )
    assert {one.status for one in drafts} == {ShiftStatus.draft}
    first = [one.id for one in drafts[:2]]
    published = await run(
        world, shifts.publish_drafts, point_id=CANTEEN, shift_ids=first, actor=manager, now=NOW
    )
    assert [one.id for one in published.shifts] == first
    blocked = await shift(world, at(15, 11), point_id=READING_ROOM)
    await sign_up(world, actor, blocked)
    until = StandingOrder(until=date(2027, 5, 31))
    view = await run(world, standing.take, actor=actor, template_id=made.template.id, wanted=until, now=NOW)
    assert view.signed_up == first
    with pytest.raises(ActionRefusedError):
        await run(world, standing.take, actor=actor, template_id=made.template.id, wanted=until, now=NOW)
    rest = await run(world, shifts.publish_drafts, point_id=CANTEEN, shift_ids=None, actor=manager, now=NOW)
    assert (len(rest.shifts), rest.standing_places) == (2, 1)
    (missed,) = await told(world, actor, NoticeKind.shift_news)
    assert (missed["what"], missed["reasons"]) == ("standing_place_missed", ["overlapping-shift"])
    later = NOW + timedelta(days=8)
    assert await run(world, templates.make_shifts, template_ids=[made.template.id], now=later) == 2
    assert await run(world, templates.make_shifts, template_ids=[made.template.id], now=later) == 0
    await run(world, standing.end, actor=actor, standing_id=view.id, now=later)
    newest = await run(
        world, shifts.publish_drafts, point_id=CANTEEN, shift_ids=None, actor=manager, now=later
    )
    assert newest.standing_places == 0
    await assert_sound(world, later)


async def test_a_cancelled_shift_is_told_to_everybody_on_it_and_in_its_queue(world: World) -> None:
    manager = manager_of(CANTEEN, (await world.person("站长")).person_id)
    on_it, waiting = await volunteer(world, "在岗"), await volunteer(world, "候补")
    wanted = await shift(world, at(3, 11), needed=1)
    made = await sign_up(world, on_it, wanted)
    wait = await run(world, waits.join, actor=waiting, shift_id=wanted, now=NOW)
    for _ in range(2):
        await run(world, shifts.cancel, actor=manager, shift_id=wanted, reason="停水", now=NOW)
    for actor in (on_it, waiting):
        (news,) = await told(world, actor, NoticeKind.shift_news)
        assert (news["what"], news["reason"]) == ("shift_cancelled", "停水")
    assert (await signup_of(world, made.id)).status is SignupStatus.refused
    left = await run(world, waits.leave, actor=waiting, wait_id=wait.id, now=NOW)
    assert left.status is WaitlistStatus.expired
    assert (await shift_of(world, wanted)).taken == 0
    await assert_sound(world)
