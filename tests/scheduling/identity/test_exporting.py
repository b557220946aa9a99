"""Everything about oneself in one document: all of it, nobody else's, and as many statements however long it is."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from models.shapes.hours import StatementOrder
from models.shapes.identity import MeExport
from models.shapes.people import ConsentGiven
from models.shapes.standing import RatingOrder
from models.shapes.waitlist import SeriesOrder, WaitlistOrder
from models.tables import AuditEntry
from scheduling import bookings, door, people, ratings, series, waitlist
from scheduling.actors import Actor
from scheduling.identity import exporting
from scheduling.rosters import statements
from tests.rostering import run, shift, sign_up, volunteer
from tests.scheduling.acting import sql, stored
from tests.scheduling.doors import miss
from tests.scheduling.identity.chats import chat
from tests.scheduling.identity.test_erasing import Requests
from tests.world import HAIRCUT, LUNCH, NOW, READING, READING_ROOM, World, at, manager_of


async def export(world: World, actor: Actor, parts: Any = ()) -> MeExport:
    """Everything about somebody."""
    return await run(world, exporting.export, actor=actor, parts=parts, now=NOW)


async def test_all_that_there_is(world: World) -> None:
    me, mother = (
        await volunteer(world, "女儿", served=2, guardian_name="爸爸"),
        await world.person("妈妈", phone="13900000000"),
    )
    await sql(world, "UPDATE person SET phone = '13812345678' WHERE id = :id", id=me.person_id)
    await world.link(me, mother)
    await run(world, people.consent, actor=me, given=ConsentGiven(purpose="service", version="1"), now=NOW)
    mine = await world.book(me, await world.slot())
    hers = await world.book(me, await world.slot(HAIRCUT, at(2, 9)), attendee=mother)
    gone = await world.book(me, await world.slot(HAIRCUT, at(3, 9)))
    await run(world, bookings.cancel, actor=me, booking_id=gone.id, now=NOW)
    full = await world.slot(READING, at(5, 9), capacity=1)
    await world.book(await world.person("别人"), full)
    entry = await run(world, waitlist.join, actor=me, wanted=WaitlistOrder(slot_id=full), now=NOW)
    slots = [await world.slot(READING, at(day, 15)) for day in (1, 2)]
    wanted = SeriesOrder(slot_id=slots[0], rrule="FREQ=DAILY", until=date(2026, 11, 25), party=1)
    ordered = await run(world, series.order, actor=me, wanted=wanted, now=NOW)
    was = await world.book(me, await world.slot(READING, at(-4, 9)), now=at(-5, 9))
    await run(world, door.check_in, actor=manager_of(READING_ROOM), booking_id=was.id, now=at(-4, 9))
    await run(
        world,
        ratings.rate,
        actor=me,
        booking_id=was.id,
        given=RatingOrder(stars=4, comment="很好"),
        now=at(-4, 12),
    )
    await miss(world, me, -3, -2, -1)
    made = await sign_up(world, me, await shift(world, at(3, 12)))
    await run(
        world,
        statements.issue,
        actor=me,
        wanted=StatementOrder(first=date(2026, 10, 1), last=date(2026, 11, 20)),
        now=NOW,
    )

    found = await export(world, me, [Requests()])

    assert (found.profile.name, found.phone, found.registered_at) == ("女儿", "13812345678", NOW)
    assert [one.purpose for one in found.consents] == ["service"]
    assert [link.name for link in found.household.i_act_for] == ["妈妈"]
    assert {one.id for one in found.bookings} >= {mine.id, hers.id, gone.id, was.id}
    assert [one.id for one in found.waitlist] == [entry.id]
    assert [one.id for one in found.series] == [ordered.id]
    assert len(found.series[0].occurrences) == 2
    assert [(one.stars, one.comment) for one in found.ratings] == [(4, "很好")]
    assert len(found.pauses) == 1
    assert {one.kind for one in found.notices} >= {"booking_reminder_soon", "pause_started"}
    assert found.volunteer is not None
    assert found.volunteer.guardian_name == "爸爸"
    assert len(found.signups) == 3
    assert made.id in {one.id for one in found.signups}
    assert found.record is not None
    assert len(found.statements) == 1
    assert [(part.name, part.items[0]) for part in found.parts] == [("requests", {"title": "路灯坏了"})]
    assert found.shortened == ["requests"]
    document = found.model_dump_json()
    assert "13900000000" not in document  # her mother's
    assert "别人" not in document
    (deed,) = await stored(world, AuditEntry, AuditEntry.action == "person.exported")  # type: ignore[arg-type]  # a column
    assert deed.data == {}


async def test_somebody_new_has_little(world: World) -> None:
    found = await export(world, await chat(world))
    assert [one.channel for one in found.chats] == ["telegram"]
    assert (found.volunteer, found.record, found.hours) == (None, None, None)
    assert (found.bookings, found.parts, found.shortened) == ([], [], [])


async def statements_of(world: World, actor: Actor) -> int:
    """How many statements an export takes."""
    sent: list[str] = []

    def count(*args: Any) -> None:
        sent.append(args[2])

    engine = world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        await export(world, actor)
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(sent)


async def test_as_many_statements_however_long_it_is(world: World) -> None:
    person = await volunteer(world, served=1)
    days = iter(range(1, 7))

    async def more() -> None:
        day = next(days)
        await world.book(person, await world.slot(LUNCH, at(day, 11)))
        await sign_up(world, person, await shift(world, at(day, 17)))
        slot = await world.slot(READING, at(day, 9))
        wanted = SeriesOrder(slot_id=slot, rrule="FREQ=DAILY", until=at(day, 9).date(), party=1)
        await run(world, series.order, actor=person, wanted=wanted, now=NOW)

    await more()
    few = await statements_of(world, person)
    await more()
    await more()
    assert await statements_of(world, person) == few


async def test_lists_have_an_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    person = await world.person()
    booked = [await world.book(person, await world.slot(READING, at(day, 9))) for day in (1, 2, 3)]
    monkeypatch.setattr(exporting.Gathering.views, "__defaults__", (2,))
    found = await export(world, person)
    assert [one.id for one in found.bookings] == [booked[2].id, booked[1].id]
    assert found.shortened == ["bookings"]
