"""Pauses after missed bookings: made, told, appealed against, lifted, over by themselves (product: Booking 5)."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import col

from models.database import transaction
from models.ids import PersonId, new_id
from models.shapes.standing import Appeal, Lift, PauseView
from models.tables import AuditEntry, Notice, Pause
from models.vocabulary import Category, LinkStatus, NoticeStatus, Role, ScopeKind
from scheduling import jobs, pauses
from scheduling.actors import Actor, Permission
from scheduling.errors import ActionRefusedError, BookingRefusedError, ForbiddenError, NotFoundError
from tests.scheduling.acting import do, stored
from tests.scheduling.doors import MINUTE, assert_sound, miss, set_policy, visit
from tests.world import (
    CANTEEN,
    COMMUNITIES,
    DISTRICT,
    HILL_HOUSE,
    HILLS,
    LUNCH,
    READING,
    READING_ROOM,
    TOWN,
    World,
    at,
    manager_of,
)


@pytest.fixture
async def person(world: World) -> Actor:
    return await world.person("小王")


@pytest.fixture
async def pause(world: World, person: Actor) -> Pause:
    """Three readings missed from Tuesday to Thursday; paused on Thursday at 12:30."""
    await miss(world, person, 1, 2, 3)
    (pause,) = await stored(world, Pause)
    return pause


def staff_of(division: str, role: Role = Role.staff) -> Actor:
    return Actor(PersonId(new_id()), frozenset({Permission(role, ScopeKind.division, division)}))


async def lift(world: World, actor: Actor, pause: Pause, now: datetime = at(4, 9)) -> PauseView:
    return await do(world, pauses.lift, actor=actor, pause_id=pause.id, why=Lift(reason="生病了"), now=now)


async def to_decide(
    world: World, actor: Actor, appealed: bool | None = None, now: datetime = at(4, 9)
) -> list[UUID]:
    found, _ = await do(
        world, pauses.to_decide, actor=actor, appealed=appealed, now=now, limit=20, after=None
    )
    return [pause.id for pause in found]


async def test_the_third_miss_pauses_the_category_for_seven_days(
    world: World, person: Actor, pause: Pause
) -> None:
    """Booking 5: three no-shows in 30 days pause advance booking for 7 days, in that category only, and it ends by
    itself.
    """
    assert (pause.person_id, pause.category) == (person.person_id, Category.culture)
    assert pause.until - pause.created_at == timedelta(days=7)
    assert pause.created_at == at(3, 12, 30)
    slot = await world.slot(READING, at(11, 11))
    with pytest.raises(BookingRefusedError) as refused:
        await world.book(person, slot, now=pause.until - MINUTE)
    (reason,) = refused.value.reasons
    assert (reason.code, reason.data["until"]) == ("paused", "2026-12-03T12:30:00+08:00")
    await world.book(person, await world.slot(LUNCH, at(5, 11)), now=at(4, 9))
    await world.book(person, slot, now=pause.until)
    await assert_sound(world)


async def test_two_misses_or_old_ones_do_not_pause(world: World, person: Actor) -> None:
    """Booking 5: three within 30 days."""
    await miss(world, person, 1, 2, 31)
    assert await stored(world, Pause) == []
    await miss(world, person, 31, hour=15)
    (pause,) = await stored(world, Pause)
    assert len(pause.bookings) == 3


async def test_a_miss_counts_once(world: World, person: Actor, pause: Pause) -> None:
    """The next pause comes of three further misses, not of each one after the third."""
    await miss(world, person, 12, 13)
    assert len(await stored(world, Pause)) == 1
    await miss(world, person, 20)
    assert len(await stored(world, Pause)) == 2
    await assert_sound(world)


async def test_elders_meals_and_care_do_not_pause(world: World, person: Actor) -> None:
    """Booking 5: elders' meals and elder care excepted."""
    await miss(world, person, 1, 2, 3, service_id=LUNCH)
    assert await stored(world, Pause) == []


async def test_three_missed_in_one_sweep_make_one_pause(world: World, person: Actor) -> None:
    for hour in (9, 11, 14):
        await visit(world, person, at(1, hour))
    assert await jobs.note_no_shows(world.database, at(1, 16)) == 3
    (pause,) = await stored(world, Pause)
    assert len(pause.bookings) == 3


async def test_every_number_is_the_services_policy(world: World, person: Actor) -> None:
    """Booking 5: limit, window and length are named policies."""
    await set_policy(world, READING, no_show_limit=2, no_show_window_days=3, pause_days=2)
    await miss(world, person, 1, 4)
    assert await stored(world, Pause) == []
    await miss(world, person, 5)
    (pause,) = await stored(world, Pause)
    assert pause.until - pause.created_at == timedelta(days=2)


async def test_who_misses_and_who_booked_are_told_why_and_how_to_appeal(world: World) -> None:
    """Booking 5: the person is told why and how to appeal; a daughter who booked is told too."""
    daughter, mother = await world.person("女儿"), await world.person("妈妈")
    await world.link(daughter, mother)
    missed = await miss(world, daughter, 1, 2, 3, attendee=mother)
    (pause,) = await stored(world, Pause)
    assert pause.person_id == mother.person_id
    told = await stored(world, Notice, col(Notice.kind) == "pause_started")
    assert {notice.person_id for notice in told} == {mother.person_id, daughter.person_id}
    for notice in told:
        assert notice.due_at == at(3, 12, 30)
        assert notice.expires_at == pause.until
        assert notice.data["attendee"] == "妈妈"
        assert notice.data["for_self"] == (notice.person_id == mother.person_id)
        assert notice.data["until"] == "2026-12-03T12:30:00+08:00"
        assert notice.data["pause_id"] == str(pause.id)
        assert notice.data["appeal"] == f"/v1/me/pauses/{pause.id}/appeal"
        assert [one["booking_id"] for one in notice.data["bookings"]] == [str(one.id) for one in missed]
        assert notice.data["bookings"][0] == {
            "booking_id": str(missed[0].id),
            "service": "读书会",
            "point": "书香阅览室",
            "start": "2026-11-24T11:00:00+08:00",
        }


async def test_nobody_is_told_at_night_nor_before_the_miss_is_settled(world: World, person: Actor) -> None:
    """Messages 1: nothing between 21:00 and 08:00. Who comes late after an early release is told nothing."""
    await set_policy(world, READING, release_after_minutes=10)
    await miss(world, person, 1, 2)
    await visit(world, person, at(3, 19, 30))
    assert await jobs.release_unclaimed(world.database, at(3, 19, 40)) == 1
    (notice,) = await stored(world, Notice, col(Notice.kind) == "pause_started")
    assert notice.due_at == at(4, 8), "settled at 21:00, which is quiet"


async def test_mine_are_also_those_for_whom_i_may_act(world: World, person: Actor, pause: Pause) -> None:
    daughter, stranger = await world.person("女儿"), await world.person("别人")
    await world.link(daughter, person)
    await world.link(stranger, person, status=LinkStatus.proposed)
    for actor in (person, daughter):
        (seen,), following = await do(world, pauses.mine, actor=actor, now=at(4, 9), limit=20, after=None)
        assert following is None
        assert (seen.id, seen.person.name, seen.active) == (pause.id, "小王", True)
        assert [str(one.booking_id) for one in seen.missed] == pause.bookings
    assert await do(world, pauses.mine, actor=stranger, now=at(4, 9), limit=20, after=None) == ([], None)
    (over,), _ = await do(world, pauses.mine, actor=person, now=pause.until, limit=20, after=None)
    assert not over.active


async def test_an_appeal_is_read_by_those_who_may_lift(world: World, person: Actor, pause: Pause) -> None:
    manager = manager_of(READING_ROOM)
    assert await to_decide(world, manager) == [pause.id]
    assert await to_decide(world, manager, appealed=True) == []
    assert await to_decide(world, manager, appealed=False) == [pause.id]
    said = Appeal(text=" 我住院了 ")
    seen = await do(world, pauses.appeal, actor=person, pause_id=pause.id, said=said, now=at(4, 9))
    assert (seen.appeal, seen.appealed_at) == ("我住院了", at(4, 9))
    assert await to_decide(world, manager, appealed=True) == [pause.id]
    assert await to_decide(world, manager, appealed=True, now=pause.until) == [], "it ended by itself"
    again = Appeal(text="有出院小结")
    seen = await do(world, pauses.appeal, actor=person, pause_id=pause.id, said=again, now=at(4, 10))
    assert seen.appeal == "有出院小结"


async def test_relatives_may_appeal_and_strangers_learn_nothing(
    world: World, person: Actor, pause: Pause
) -> None:
    daughter = await world.person("女儿")
    said = Appeal(text="她住院了")
    with pytest.raises(NotFoundError):
        await do(world, pauses.appeal, actor=daughter, pause_id=pause.id, said=said, now=at(4, 9))
    await world.link(daughter, person)
    await do(world, pauses.appeal, actor=daughter, pause_id=pause.id, said=said, now=at(4, 9))
    with pytest.raises(NotFoundError):
        await do(world, pauses.appeal, actor=daughter, pause_id=new_id(), said=said, now=at(4, 9))


@pytest.mark.parametrize(
    "actor",
    [
        manager_of(READING_ROOM),
        staff_of(DISTRICT),
        staff_of(DISTRICT, Role.administrator),
        staff_of(TOWN),
        staff_of("320115001002"),
    ],
)
async def test_those_around_a_place_where_a_miss_happened_lift_it(
    world: World, person: Actor, pause: Pause, actor: Actor
) -> None:
    """Booking 5: staff can lift it; the person books again at once, and what was not told yet is not told any more."""
    assert COMMUNITIES["320115001002"] == TOWN
    assert await to_decide(world, actor) == [pause.id]
    seen = await lift(world, actor, pause)
    assert (seen.active, seen.lifted_at, seen.lift_reason) == (False, at(4, 9), "生病了")
    assert await lift(world, actor, pause, at(4, 10)) == seen, "lifting twice changes nothing"
    assert await to_decide(world, actor) == []
    await world.book(person, await world.slot(READING, at(5, 11)), now=at(4, 10))
    (notice,) = await stored(world, Notice, col(Notice.kind) == "pause_started")
    assert notice.status is NoticeStatus.cancelled
    (deed,) = await stored(world, AuditEntry, col(AuditEntry.action) == "pause.lifted")
    assert deed.actor_id == actor.person_id
    await assert_sound(world)


@pytest.mark.parametrize(
    "actor", [manager_of(CANTEEN), manager_of(HILL_HOUSE), staff_of(HILLS), staff_of("320115001001")]
)
async def test_others_neither_see_nor_lift_it(world: World, pause: Pause, actor: Actor) -> None:
    assert await to_decide(world, actor) == []
    with pytest.raises(NotFoundError):
        await lift(world, actor, pause)


async def test_residents_do_not_decide(world: World, person: Actor, pause: Pause) -> None:
    with pytest.raises(ForbiddenError):
        await to_decide(world, person)
    with pytest.raises(ForbiddenError):
        await lift(world, person, pause)
    with pytest.raises(NotFoundError):
        await lift(world, await world.person(), pause)


async def test_a_lifted_pauses_misses_are_forgiven(world: World, person: Actor, pause: Pause) -> None:
    await lift(world, manager_of(READING_ROOM), pause)
    await miss(world, person, 5, 6)
    assert len(await stored(world, Pause)) == 1
    await assert_sound(world)


async def test_what_is_over_is_neither_appealed_nor_lifted(world: World, person: Actor, pause: Pause) -> None:
    with pytest.raises(ActionRefusedError) as refused:
        await lift(world, manager_of(READING_ROOM), pause, pause.until)
    assert [reason.code for reason in refused.value.reasons] == ["pause-over"]
    said = Appeal(text="晚了")
    with pytest.raises(ActionRefusedError):
        await do(world, pauses.appeal, actor=person, pause_id=pause.id, said=said, now=pause.until)


async def test_pages_of_pauses_leave_none_out(world: World, person: Actor) -> None:
    async with transaction(world.database) as session:
        rows = [
            Pause(
                created_at=at(1, 9) - timedelta(days=number),
                district_code=DISTRICT,
                person_id=person.require_person(),
                category=Category.culture,
                until=at(9, 9),
            )
            for number in range(5)
        ]
        session.add_all(rows)
    seen: list[UUID] = []
    after = None
    for _ in range(3):
        page, after = await do(world, pauses.mine, actor=person, now=at(1, 9), limit=2, after=after)
        seen += [pause.id for pause in page]
    assert after is None
    assert seen == [row.id for row in rows]
