"""What managers are told in the morning, once, whatever the calendar does."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col

from models.database import transaction
from models.shapes.base import DISTRICT_ZONE, local
from models.tables import Grant, Notice
from models.vocabulary import NoticeKind, Role, ScopeKind
from scheduling.jobs import tell_mornings, tell_of_stale_counts
from scheduling.mornings import LINES, morning_of
from scheduling.policies import Policy
from scheduling.rules.reminders import reminders
from scheduling.rules.waiting import told_at
from tests.scheduling.acting import sql, stored
from tests.world import CANTEEN, DISTRICT, HILL_LUNCH, LUNCH, NOW, World, at


@pytest.fixture
async def managers(world: World) -> list[object]:
    people = [await world.person(name) for name in ("站长", "副站长")]
    async with transaction(world.database) as session:
        session.add_all(
            Grant(
                created_at=NOW,
                person_id=person.require_person(),
                role=Role.point_manager,
                scope=ScopeKind.point,
                key=str(CANTEEN),
            )
            for person in people
        )
    return [person.person_id for person in people]


async def test_each_manager_is_told_of_the_day_once(world: World, managers: list[object]) -> None:
    slots = [await world.slot(LUNCH, at(1, 8 + hour), capacity=4) for hour in range(LINES + 2)]
    await world.slot(LUNCH, at(1, 7), status="closed")
    await world.slot(HILL_LUNCH, at(1, 11))  # nobody manages this point
    await world.book(await world.person(), slots[3], 3)
    assert await tell_mornings(world.database, at(1, 7, 59)) == 0
    for moment in (at(1, 8), at(1, 8, 5), at(1, 10, 55)):
        await tell_mornings(world.database, moment)
    told = await stored(world, Notice, col(Notice.kind) == NoticeKind.point_morning)
    assert {one.person_id for one in told} == set(managers)
    assert len(told) == 2
    data = told[0].data
    assert (data["slots"], data["closed"], data["taken"]) == (LINES + 2, 1, 3)
    assert len(data["lines"]) == LINES
    assert (told[0].due_at, told[0].expires_at) == (at(1, 8), at(1, 12))
    assert await tell_mornings(world.database, at(2, 8)) == 0, "nothing is on"


async def test_a_point_that_checks_nobody_in_is_told_once_a_week(
    world: World, managers: list[object]
) -> None:
    slot = await world.slot(LUNCH, at(1, 11))
    for _ in range(5):
        await world.book(await world.person(), slot)
    assert await tell_of_stale_counts(world.database, at(1, 8)) == 0, "it has not been yet"
    told = [await tell_of_stale_counts(world.database, at(day, 8, 30)) for day in range(2, 9)]
    assert sum(told) in {2, 4}, "each manager, and again when a new week begins"
    assert told[0] == 2
    stale = await stored(world, Notice, col(Notice.kind) == NoticeKind.point_counts_stale)
    assert stale[0].data == {
        "point_id": str(CANTEEN),
        "point": "幸福食堂",
        "days": 7,
        "bookings": 5,
    }
    assert await tell_of_stale_counts(world.database, at(9, 8)) == 0, "that was long ago"


async def test_one_who_was_checked_in_shows_that_the_count_is_kept(
    world: World, managers: list[object]
) -> None:
    slot = await world.slot(LUNCH, at(1, 11))
    for _ in range(6):
        await world.book(await world.person(), slot)
    await sql(
        world,
        "UPDATE booking SET status = 'attended', checked_in_at = start WHERE id = (SELECT min(id::text)::uuid FROM booking)",
    )
    assert await tell_of_stale_counts(world.database, at(2, 8, 30)) == 0
    assert managers


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2027-12-31T22:00", "2028-01-01T08:00"),  # year end
        ("2028-02-28T23:30", "2028-02-29T08:00"),  # leap day
        ("2028-02-29T21:00", "2028-03-01T08:00"),
        ("2026-03-08T21:30", "2026-03-09T08:00"),  # elsewhere clocks change this night; here they do not
        ("2027-12-31T12:00", "2027-12-31T12:00"),
    ],
)
def test_the_end_of_quiet_hours_whatever_the_calendar_does(now: str, due: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=DISTRICT_ZONE)
    assert local(told_at(moment, Policy())).strftime("%Y-%m-%dT%H:%M") == due


@pytest.mark.parametrize("day", ["2028-01-01", "2028-02-29", "2028-03-01", "2027-03-28"])
def test_reminders_and_mornings_over_year_ends_and_leap_days(day: str) -> None:
    start = datetime.fromisoformat(f"{day}T11:00").replace(tzinfo=DISTRICT_ZONE)
    evening, soon = reminders(start, now=start - timedelta(days=7), policy=Policy())
    assert evening.due_at == start - timedelta(hours=17)
    assert soon.due_at == start - timedelta(hours=2)
    morning = morning_of(DISTRICT, Policy(), (start - timedelta(hours=3)).astimezone(UTC))
    assert morning is not None
    assert morning.day.isoformat() == day
    assert morning.midnight == start - timedelta(hours=11)
