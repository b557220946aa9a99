"""No silent hole: waves of asks, alerts, and services that shrink and grow back (product: Volunteers 3)."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from models.database import transaction
from models.shapes.bookings import SlotEdit
from models.shapes.waitlist import WaitlistOrder
from models.tables import Grant, Notice, ShiftAsk, Slot, SlotShrinkage
from models.vocabulary import AskStatus, NoticeKind, NoticeStatus, Role, ScopeKind, ShiftStatus
from scheduling import capacity, jobs, waitlist
from scheduling.actors import Actor
from scheduling.errors import ForbiddenError
from scheduling.rosters import coverage, dependants, signups, stand_ins
from tests.rostering import (
    assert_sound,
    certified,
    run,
    shift,
    shift_of,
    sign_up,
    told,
    volunteer,
)
from tests.scheduling.acting import sql, stored
from tests.world import CANTEEN, LUNCH, NOW, READING_ROOM, World, at, manager_of


async def manager(world: World, point_id: UUID = CANTEEN) -> Actor:
    """Somebody who manages a point, by a grant."""
    person = await world.person("站长")
    async with transaction(world.database) as session:
        session.add(
            Grant(
                created_at=NOW,
                person_id=person.require_person(),
                role=Role.point_manager,
                scope=ScopeKind.point,
                key=str(point_id),
            )
        )
    return manager_of(point_id, person.person_id)


async def asked(world: World) -> list[UUID]:
    """Who has been asked, in the order of asking."""
    asks = await stored(world, ShiftAsk)
    return [ask.person_id for ask in sorted(asks, key=lambda ask: ask.id)]


async def test_matching_people_are_asked_in_waves_until_it_is_filled(world: World) -> None:
    """Skill, distance, rest, and the hours in which somebody can come; three for each missing hand, then three more."""
    await shift(world, at(1, 11), needed=3, minimum=1, required_skills=["first_aid"])
    people = [await volunteer(world, f"远近{n}", home=(31.95 + n / 500, 118.84)) for n in range(5)]
    for one in people:
        await certified(world, one, "first_aid")
    expired = await volunteer(world, "过期")
    await certified(world, expired, "first_aid", until=date(2026, 11, 1))
    unskilled, silent = await volunteer(world, "没证"), await volunteer(world, "勿扰", takes_asks=False)
    await certified(world, silent, "first_aid")
    tired = await volunteer(world, "刚下班")
    await certified(world, tired, "first_aid")
    await sign_up(world, tired, await shift(world, at(1, 14), point_id=READING_ROOM))
    elsewhen = await volunteer(
        world, "晚上有空", hours_wanted=[{"weekday": 1, "start": "18:00", "end": "21:00"}]
    )
    await certified(world, elsewhen, "first_aid")

    await jobs.cover_shifts(world.database, NOW)
    assert await asked(world) == [one.person_id for one in people[:3]]
    await jobs.cover_shifts(world.database, NOW + timedelta(hours=3))
    assert len(await asked(world)) == 3
    await jobs.cover_shifts(world.database, NOW + timedelta(hours=4))
    assert await asked(world) == [one.person_id for one in [*people, elsewhen]]
    assert not {expired.person_id, unskilled.person_id, silent.person_id} & set(await asked(world))

    (ask,) = await stored(world, ShiftAsk, ShiftAsk.person_id == people[4].person_id)  # type: ignore[arg-type]
    await run(world, stand_ins.accept, actor=people[4], ask_id=ask.id, now=NOW + timedelta(hours=5))
    statuses = [one.status for one in await stored(world, ShiftAsk)]
    assert statuses.count(AskStatus.accepted) == 1
    assert statuses.count(AskStatus.over) == 5
    await assert_sound(world)


async def test_nobody_is_asked_more_than_twice_a_week(world: World) -> None:
    actor = await volunteer(world)
    for day, hour in ((1, 8), (1, 12), (1, 16), (2, 8)):
        await shift(world, at(day, hour), hours=1, needed=1)
    await jobs.cover_shifts(world.database, NOW)
    assert await asked(world) == [actor.person_id] * 2
    await sql(world, "UPDATE shift_ask SET created_at = created_at - interval '8 days'")
    await sql(world, "UPDATE shift SET asked_at = NULL")
    await jobs.cover_shifts(world.database, NOW)
    assert await asked(world) == [actor.person_id] * 4


async def test_a_hole_that_nobody_can_fill_is_told_at_once_and_again_when_it_opens_anew(world: World) -> None:
    boss = await manager(world)
    wanted = await shift(world, at(1, 11))
    await jobs.cover_shifts(world.database, NOW)
    assert [one["what"] for one in await told(world, boss, NoticeKind.shift_alert)] == ["nobody_to_ask"]
    await jobs.cover_shifts(world.database, NOW + timedelta(hours=5))
    assert len(await told(world, boss, NoticeKind.shift_alert)) == 1
    comes = await volunteer(world, takes_asks=False)
    made = await sign_up(world, comes, wanted)
    later = NOW + timedelta(hours=6)
    await run(world, signups.withdraw, actor=comes, signup_id=made.id, reason="", now=later)
    await jobs.cover_shifts(world.database, NOW + timedelta(hours=14))
    assert [one["what"] for one in await told(world, boss, NoticeKind.shift_alert)] == [
        "nobody_to_ask",
        "late_withdrawal",
        "nobody_to_ask",
    ]


async def test_the_manager_knows_twelve_hours_before(world: World) -> None:
    """Without a manager it is the nearest staff who are told; a place that wants a stand-in is not sure."""
    street = await world.person("街道")
    async with transaction(world.database) as session:
        session.add(
            Grant(
                created_at=NOW,
                person_id=street.require_person(),
                role=Role.staff,
                scope=ScopeKind.division,
                key="320115001000",
            )
        )
    leaver = await volunteer(world, takes_asks=False)
    await volunteer(world, "被问")
    made = await sign_up(world, leaver, await shift(world, at(1, 11)))
    await run(world, stand_ins.want, actor=leaver, signup_id=made.id, now=NOW)
    await jobs.cover_shifts(world.database, at(0, 22, 59))
    assert await told(world, street, NoticeKind.shift_alert) == []
    await jobs.cover_shifts(world.database, at(0, 23))
    (alarm,) = await told(world, street, NoticeKind.shift_alert)
    assert (alarm["what"], alarm["missing"]) == ("understaffed", 1)
    await jobs.cover_shifts(world.database, at(1, 1))
    assert len(await told(world, street, NoticeKind.shift_alert)) == 1


async def test_asks_end_with_the_start(world: World) -> None:
    await volunteer(world)
    await shift(world, at(1, 11))
    await jobs.cover_shifts(world.database, NOW)
    await jobs.cover_shifts(world.database, at(1, 11))
    assert [one.status for one in await stored(world, ShiftAsk)] == [AskStatus.over]


async def test_the_calendar_of_gaps_is_the_managers(world: World) -> None:
    boss, stranger = await manager(world), await manager(world, READING_ROOM)
    await volunteer(world)
    wanted = await shift(world, at(1, 11), minimum=2)
    await shift(world, at(2, 11), status=ShiftStatus.draft)
    await jobs.cover_shifts(world.database, NOW)
    span = {"point_id": CANTEEN, "first": date(2026, 11, 23), "last": date(2026, 11, 29), "now": NOW}
    view = await run(world, coverage.coverage, actor=boss, **span)  # type: ignore[arg-type]  # of one call
    assert view.uncovered == 1
    assert [(one.id == wanted, one.missing, one.asks) for one in view.shifts] == [
        (True, 2, 1),
        (False, 1, 0),
    ]
    with pytest.raises(ForbiddenError):
        await run(world, coverage.coverage, actor=stranger, **span)  # type: ignore[arg-type]  # the same


async def slot_state(world: World, slot_id: UUID) -> tuple[int, int]:
    async with transaction(world.database) as session:
        slot = await session.get_one(Slot, slot_id)
        return slot.capacity, slot.taken


async def follow(world: World, now: object) -> int:
    return await run(world, dependants.follow_hands, now=now)  # type: ignore[arg-type]  # a moment


async def test_slots_shrink_without_hands_and_grow_back_into_the_waitlist(world: World) -> None:
    """Half the hands, half the places; those that may lose theirs are warned; freed places go through promotion."""
    slot = await world.slot(LUNCH, at(1, 11), capacity=10)
    residents = await world.people(7)
    for one in residents[:6]:
        await world.book(one, slot)
    near = at(1, 2)
    wanted = await shift(world, at(1, 10, 30), needed=3, minimum=2, services=(LUNCH,))
    helper, second = await volunteer(world), await volunteer(world, "第二个")
    await sign_up(world, helper, wanted)

    assert await follow(world, NOW) == 0
    assert await follow(world, near) == 1
    assert await slot_state(world, slot) == (6, 6)
    warned = [one for one in residents if await told(world, one, NoticeKind.booking_at_risk)]
    assert warned == [residents[5]]
    order = WaitlistOrder(slot_id=slot, party=1)
    await run(world, waitlist.join, actor=residents[6], wanted=order, now=near)
    assert await follow(world, near) == 0

    await sign_up(world, second, wanted, now=near)
    assert await follow(world, near) == 1
    assert await slot_state(world, slot) == (10, 7)
    assert len(await told(world, residents[6], NoticeKind.waitlist_offer)) == 1
    assert await told(world, residents[5], NoticeKind.booking_at_risk) == []
    assert await told(world, residents[5], NoticeKind.booking_safe_again) == []
    assert await stored(world, SlotShrinkage) == []
    await assert_sound(world, near)


async def test_who_was_warned_is_told_that_it_is_safe_again(world: World) -> None:
    slot = await world.slot(LUNCH, at(1, 11), capacity=1)
    resident, helper = await world.person(), await volunteer(world)
    await world.book(resident, slot)
    wanted = await shift(world, at(1, 10), services=(LUNCH,))
    assert await follow(world, at(1, 2)) == 1
    assert await slot_state(world, slot) == (1, 1)
    await sql(world, "UPDATE notice SET status = 'delivered' WHERE kind = 'booking_at_risk'")
    await sign_up(world, helper, wanted, now=at(1, 2))
    assert await follow(world, at(1, 2)) == 1
    assert len(await told(world, resident, NoticeKind.booking_safe_again)) == 1
    notices = await stored(world, Notice, Notice.kind == NoticeKind.booking_at_risk)  # type: ignore[arg-type]
    assert [one.status for one in notices] == [NoticeStatus.delivered]


async def test_what_a_manager_sets_meanwhile_holds(world: World) -> None:
    boss = await manager(world)
    slot = await world.slot(LUNCH, at(1, 11), capacity=10)
    wanted = await shift(world, at(1, 10), services=(LUNCH,))
    assert await follow(world, at(1, 2)) == 1
    assert await slot_state(world, slot) == (0, 0)
    edit = SlotEdit(capacity=4)
    await run(world, capacity.edit_slot, actor=boss, slot_id=slot, edit=edit, seen_version=2, now=at(1, 3))
    await sign_up(world, await volunteer(world), wanted, now=at(1, 3))
    assert await follow(world, at(1, 3)) == 0
    assert await slot_state(world, slot) == (4, 0)


async def test_only_slots_at_the_time_of_the_shift_depend_on_it(world: World) -> None:
    lunch, supper = await world.slot(LUNCH, at(1, 11)), await world.slot(LUNCH, at(1, 17))
    cancelled = await shift(world, at(1, 10), services=(LUNCH,), status=ShiftStatus.cancelled)
    assert await follow(world, at(1, 2)) == 1
    assert [await slot_state(world, slot) for slot in (lunch, supper)] == [(0, 0), (10, 0)]
    instead = await shift(world, at(1, 10), services=(LUNCH,))
    await sign_up(world, await volunteer(world), instead, now=at(1, 2))
    assert await follow(world, at(1, 2)) == 1
    assert await slot_state(world, lunch) == (10, 0)
    assert (await shift_of(world, cancelled)).taken == 0


async def test_a_point_may_say_that_its_services_do_not_shrink(world: World) -> None:
    slot = await world.slot(LUNCH, at(1, 11))
    await shift(world, at(1, 10), services=(LUNCH,))
    async with transaction(world.database) as session:
        await session.execute(
            text(
                "INSERT INTO policy_override (scope, key, field, value, set_at)"
                " VALUES ('point', :point, 'dependants_shrink', 'false', now())"
            ),
            {"point": str(CANTEEN)},
        )
    assert await follow(world, at(1, 2)) == 0
    assert await slot_state(world, slot) == (10, 0)
