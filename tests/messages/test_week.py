"""A booking made seven days ahead, through every message of its week, in both languages, against an approved transcript.

To approve another wording, look at the difference, then run with LASTMETRE_APPROVE=1, which writes the transcripts anew.
"""

import os
from datetime import date
from pathlib import Path

import pytest

from bot.replies import Language as Speech
from models.database import transaction
from models.shapes.bookings import SlotEdit
from models.shapes.openings import ClosureOrder
from models.shapes.waitlist import SeriesOrder, WaitlistOrder
from models.tables import Grant, Notice
from models.vocabulary import Affected, Language, NoticeKind, NoticeStatus, Role, ScopeKind
from scheduling import bookings, capacity, closures, door, series, waitlist
from scheduling.actors import Actor
from scheduling.rules.kinds import KINDS
from tests.messages.week import Week
from tests.scheduling.acting import do, stored
from tests.world import CANTEEN, HAIRCUT, LUNCH, NOW, READING, World, at, manager_of

APPROVED = Path(__file__).parent / "approved"


class Family:
    """A daughter, the mother for whom she books, and a manager, all of one language."""

    def __init__(self, daughter: Actor, mother: Actor, manager: Actor) -> None:
        self.daughter, self.mother, self.manager = daughter, mother, manager


async def family(week: Week, language: Language, names: tuple[str, str, str], *, large: bool) -> Family:
    daughter = await week.person(names[0], language)
    mother = await week.person(names[1], language, birth_date=date(1950, 1, 1), large_text=large)
    manager = await week.person(names[2], language)
    await week.world.link(daughter, mother)
    async with transaction(week.world.database) as session:
        session.add(
            Grant(
                created_at=NOW,
                person_id=manager.require_person(),
                role=Role.point_manager,
                scope=ScopeKind.point,
                key=str(CANTEEN),
            )
        )
    return Family(daughter, mother, manager)


async def live(world: World) -> Week:
    """The week. Both families do the same in the same minutes; the point's work is done by a third manager."""
    week = Week(world)
    families = [
        await family(week, Language.zh, ("李明", "王桂英", "张站长"), large=True),
        await family(week, Language.en, ("Li Ming", "Wang Guiying", "Manager Zhang"), large=False),
    ]
    manager = manager_of(CANTEEN, (await world.person("站长")).person_id)
    lunch, noon = await world.slot(LUNCH, at(7, 11)), await world.slot(LUNCH, at(7, 12), capacity=20)
    reading = [await world.slot(READING, at(day, 15)) for day in (1, 2, 3)]
    full = await world.slot(READING, at(4, 15), capacity=2)
    haircut, _ = await world.slot(HAIRCUT, at(5, 10)), await world.slot(HAIRCUT, at(6, 10))
    other = await world.person("老赵")
    theirs = await world.book(other, full, 2)

    # Monday: the daughter books lunch for her mother and herself, and a series; she waits for a full class.
    booked = [await world.book(one.daughter, lunch, 2, attendee=one.mother) for one in families]
    for one in families:
        wanted = SeriesOrder(
            slot_id=reading[0], rrule="FREQ=DAILY", until=date(2026, 11, 26), attendee_id=one.mother.person_id
        )
        await do(world, series.order, actor=one.daughter, wanted=wanted, now=NOW)
        waiting = WaitlistOrder(slot_id=full, party=1)
        await do(world, waitlist.join, actor=one.daughter, wanted=waiting, now=NOW)
        await world.book(one.daughter, haircut)
    await week.ring()

    # Tuesday: the point has fewer places than planned, and moves everybody; somebody gives the class's places back.
    await week.until(at(1, 9, 30))
    edit = SlotEdit(capacity=0, affected=Affected.move)
    await do(world, capacity.edit_slot, actor=manager, slot_id=lunch, edit=edit, seen_version=1, now=week.now)
    await do(world, bookings.cancel, actor=other, booking_id=theirs.id, now=week.now)
    await week.ring()

    # Wednesday: the kitchen takes fewer at noon as well, and keeps whom it has.
    await week.until(at(2, 9, 30))
    edit = SlotEdit(capacity=3, affected=Affected.keep)
    await do(world, capacity.edit_slot, actor=manager, slot_id=noon, edit=edit, seen_version=1, now=week.now)
    await week.ring()

    # Thursday night: the point closes on Saturday because of the storm.
    await week.until(at(3, 22))
    closure = ClosureOrder(start=at(5, 0), end=at(6, 0), service_id=None, reason="大风")
    await do(world, closures.close, actor=manager, point_id=CANTEEN, wanted=closure, now=week.now)
    await week.ring()

    # Monday: they come to lunch. Of the three classes the mother has come to none.
    await week.until(at(7, 12, 5))
    for booking in booked:
        await do(world, door.check_in, actor=manager, booking_id=booking.id, now=week.now)
    await week.until(at(12, 9))
    return week


@pytest.mark.timeout(300)
async def test_a_week_says_what_was_approved(world: World) -> None:
    week = await live(world)
    wrong: dict[str, str] = {}
    speeches: tuple[Speech, ...] = ("zh-CN", "en")
    for language in speeches:
        path, told = APPROVED / f"week.{language}.txt", week.transcript(language)
        if os.environ.get("LASTMETRE_APPROVE"):
            path.write_text(told, encoding="utf-8")
        if told != path.read_text(encoding="utf-8"):
            wrong[language] = told
    for spoken, told in wrong.items():
        assert told == (APPROVED / f"week.{spoken}.txt").read_text(encoding="utf-8")
    quiet = [moment for _, moment, _, _ in week.received if not 8 <= moment.hour < 21]
    assert quiet == [], "Messages 1"
    owed = await stored(world, Notice)
    assert {one.status for one in owed if one.kind is not NoticeKind.waitlist_offer} <= {
        NoticeStatus.delivered,
        NoticeStatus.cancelled,
        NoticeStatus.pending,
    }
    assert {one.kind for one in owed if one.status is NoticeStatus.delivered} >= set(KINDS) - {
        NoticeKind.booking_cancelled_by_relative,
        NoticeKind.waitlist_offer_withdrawn,
        NoticeKind.job_overdue,
        NoticeKind.address_code,
        NoticeKind.chat_linked,
        NoticeKind.point_counts_stale,
        *(
            kind
            for kind in NoticeKind
            if kind.startswith(("shift", "request", "wish", "thread", "point_message", "rating"))
        ),
        NoticeKind.booking_at_risk,
        NoticeKind.booking_safe_again,
    }
