"""Being forgotten: what is open ends by the usual ways, what was said is gone, what others count stays (decision 0036)."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, col

from governance.parts import PERSONAL_PARTS
from models.database import transaction
from models.shapes.waitlist import SeriesOrder, WaitlistOrder
from models.tables import (
    AuditEntry,
    Booking,
    Grant,
    HouseholdLink,
    Notice,
    Offer,
    Person,
    Series,
    Signup,
    StaffAccount,
)
from models.tables.people import ERASED_NAME
from models.vocabulary import (
    BookingStatus,
    NoticeKind,
    NoticeStatus,
    OfferStatus,
    Role,
    ScopeKind,
    SignupStatus,
)
from scheduling import bookings, series, waitlist
from scheduling.actors import Actor
from scheduling.errors import ActionRefusedError, NotFoundError, Reason, SignInRequiredError
from scheduling.identity import emptying, erasing, moving
from scheduling.rosters import waits
from scheduling.signing_in import Identity, actor_of
from tests.rostering import assert_sound, run, shift, shift_of, sign_up, team, told, volunteer
from tests.scheduling.acting import sql, stored
from tests.scheduling.identity.chats import chat, code_of, codes_of, enter, person_row
from tests.scheduling.identity.life import (
    IMPERSONAL,
    lead_a_life,
    person_columns,
    tables_about_people,
    where_the_mark_stands,
)
from tests.world import CANTEEN, DISTRICT, NOW, READING, World, at


async def erase(world: World, actor: Actor, parts: Any = ()) -> Any:
    """Forgets somebody, as the API would."""
    return await run(world, erasing.erase, actor=actor, parts=parts, now=NOW)


async def test_what_is_ahead_goes_to_who_waits(world: World) -> None:
    """Cancelled as by the person: freed places are offered, and nothing more is owed to them."""
    leaver, waiting = await world.person(), await world.person("排队的")
    slot = await world.slot(capacity=1)
    booked = await world.book(leaver, slot)
    entry = await run(world, waitlist.join, actor=waiting, wanted=WaitlistOrder(slot_id=slot), now=NOW)
    other = await world.slot(READING, at(2, 9), capacity=1)
    kept = await world.book(waiting, other)
    await run(world, waitlist.join, actor=leaver, wanted=WaitlistOrder(slot_id=other), now=NOW)
    done = await erase(world, leaver)
    assert (done.bookings, done.waiting, done.shifts, done.links) == (1, 1, 0, 0)
    (row,) = await stored(world, Booking, col(Booking.id) == booked.id)
    assert (row.status, row.attendee_id) == (BookingStatus.cancelled, leaver.person_id)
    (offered,) = await stored(world, Offer, col(Offer.entry_id) == entry.id)
    assert offered.status is OfferStatus.held
    assert len(await told(world, waiting, NoticeKind.waitlist_offer)) == 1
    mine = await stored(world, Notice, col(Notice.person_id) == leaver.person_id)
    assert {notice.status for notice in mine} == {NoticeStatus.cancelled}
    await run(world, bookings.cancel, actor=waiting, booking_id=kept.id, now=NOW)
    assert (await world.counts(other))[0] == 0
    await assert_sound(world)


async def test_a_volunteer_leaves_as_volunteers_leave(world: World) -> None:
    """The place goes to the next in the queue, and a late withdrawal alerts the managers."""
    leaver, following = await volunteer(world, "走的"), await volunteer(world, "后面的")
    manager = await world.person("站长")
    async with transaction(world.database) as session:
        session.add(
            Grant(
                created_at=NOW,
                person_id=manager.require_person(),
                role=Role.point_manager,
                scope=ScopeKind.point,
                key=str(CANTEEN),
            )
        )
    soon, full = await shift(world, at(0, 15)), await shift(world, at(3, 9), needed=1)
    await sign_up(world, leaver, soon)
    await sign_up(world, leaver, full)
    wait = await run(world, waits.join, actor=following, shift_id=full, now=NOW)
    taken = await shift(world, at(5, 9), needed=1)
    await sign_up(world, following, taken)
    await run(world, waits.join, actor=leaver, shift_id=taken, now=NOW)
    done = await erase(world, leaver)
    assert (done.shifts, done.waiting) == (2, 1)
    left = await stored(world, Signup, col(Signup.person_id) == leaver.person_id, col(Signup.start) > NOW)
    assert {one.status for one in left} == {SignupStatus.withdrawn}
    assert [one["what"] for one in await told(world, manager, NoticeKind.shift_alert)] == ["late_withdrawal"]
    (offer,) = await told(world, following, NoticeKind.shift_offer)
    assert offer["wait_id"] == str(wait.id)
    assert ((await shift_of(world, soon)).taken, (await shift_of(world, full)).taken) == (0, 1)
    await assert_sound(world)


async def test_what_was_ordered_for_others_stays_theirs(world: World) -> None:
    """The daughter goes; her mother keeps her lunch, her turn and her series, and is told herself from now on."""
    daughter, mother = await world.person("女儿"), await world.person("妈妈")
    await world.link(daughter, mother)
    await world.link(mother, daughter)
    lunch, full = await world.slot(), await world.slot(READING, at(4, 9), capacity=1)
    booked = await world.book(daughter, lunch, attendee=mother)
    other = await world.person("别人")
    theirs = await world.book(other, full)
    wanted = WaitlistOrder(slot_id=full, attendee_id=mother.person_id)
    await run(world, waitlist.join, actor=daughter, wanted=wanted, now=NOW)
    done = await erase(world, daughter)
    assert (done.bookings, done.waiting, done.links) == (0, 0, 2)
    assert await stored(world, HouseholdLink) == []
    assert (await run(world, bookings.show, actor=mother, booking_id=booked.id)).booked_by.name == ERASED_NAME
    assert len(await told(world, mother, NoticeKind.booking_reminder_soon)) == 1
    await run(world, bookings.cancel, actor=other, booking_id=theirs.id, now=NOW)
    (offer,) = await told(world, mother, NoticeKind.waitlist_offer)
    accepted = await run(world, waitlist.accept, actor=mother, offer_id=UUID(offer["offer_id"]), now=NOW)
    assert accepted.attendee.id == mother.person_id
    await assert_sound(world)


async def test_a_series_ends_as_a_whole(world: World) -> None:
    person = await world.person()
    slots = [await world.slot(READING, at(day, 9)) for day in (1, 2, 3)]
    wanted = SeriesOrder(slot_id=slots[0], rrule="FREQ=DAILY", until=date(2026, 11, 26), party=1)
    await run(world, series.order, actor=person, wanted=wanted, now=NOW)
    assert (await erase(world, person)).bookings == 3
    assert [one.cancelled for one in await stored(world, Series)] == [True]
    assert [await world.counts(slot) for slot in slots] == [(0, 0, 10)] * 3
    await assert_sound(world)


async def test_signed_out_everywhere_and_again_is_no_harm(world: World) -> None:
    person = await chat(world)
    identity = Identity(person.require_person(), 0)
    assert await run(world, erasing.erased, identity) is None
    await erase(world, person)
    with pytest.raises(SignInRequiredError):
        await run(world, actor_of, identity=identity)
    with pytest.raises(SignInRequiredError):
        await erase(world, person)
    again = await run(world, erasing.erased, identity)
    assert again is not None
    assert again.erased_at == NOW
    assert await chat(world) != person  # who writes again is somebody new
    (deed,) = await stored(world, AuditEntry, col(AuditEntry.action) == "person.erased")
    assert deed.data == {"bookings": 0, "waiting": 0, "shifts": 0, "links": 0}


async def test_nothing_is_booked_for_whom_was_erased(world: World) -> None:
    """A request that was under way when they left: neither as the attendee nor as who orders."""
    gone, relative = await world.person(), await world.person("亲戚")
    await erase(world, gone)
    slot = await world.slot()
    with pytest.raises(NotFoundError):
        await world.book(gone, slot)
    with pytest.raises(NotFoundError):
        await world.book(gone, slot, attendee=relative)
    assert (await world.counts(slot))[0] == 0


async def test_duties_are_handed_over_first(world: World) -> None:
    """All reasons at once; with another manager at the point it goes."""
    leader, other = await volunteer(world, "队长"), await world.person("同事")
    async with transaction(world.database) as session:
        session.add(StaffAccount(username="captain", person_id=leader.require_person(), password_hash="none"))
        session.add(
            Grant(
                created_at=NOW,
                person_id=leader.require_person(),
                role=Role.point_manager,
                scope=ScopeKind.point,
                key=str(CANTEEN),
            )
        )
    team_id = await team(world, leader)
    shift_id = await shift(world, at(3, 9), leader_id=leader.person_id)
    booked = await world.book(leader, await world.slot())
    with pytest.raises(ActionRefusedError) as refusal:
        await erase(world, leader)
    assert [(one.code, one.data) for one in refusal.value.reasons] == [
        ("alone-in-a-role", {"role": "point_manager", "place": "幸福食堂"}),
        ("leads-a-team", {"team": "青年志愿队"}),
        ("leads-a-shift", {"shift": "食堂打饭", "start": "2026-11-26T09:00:00+08:00"}),
    ]
    assert (await stored(world, Booking, col(Booking.id) == booked.id))[0].status is BookingStatus.confirmed
    async with transaction(world.database) as session:
        session.add(
            Grant(
                created_at=NOW,
                person_id=other.require_person(),
                role=Role.point_manager,
                scope=ScopeKind.point,
                key=str(CANTEEN),
            )
        )
    await sql(world, "UPDATE team SET leader_id = :id WHERE id = :team", id=other.person_id, team=team_id)
    await sql(world, "UPDATE shift SET leader_id = NULL WHERE id = :id", id=shift_id)
    await erase(world, leader)
    assert await stored(world, StaffAccount) == []
    assert [one.person_id for one in await stored(world, Grant)] == [other.person_id]
    await assert_sound(world)


class Requests:
    """A part of a floor above, as strict as a real one: it says what it was asked."""

    name = "requests"

    def __init__(self) -> None:
        self.held_by: set[UUID] = set()
        self.asked: list[str] = []

    async def held(self, session: Any, person_id: UUID, *, now: Any) -> list[Reason]:
        return [Reason("chat-has-duties")] if person_id in self.held_by else []

    async def clashes(self, session: Any, guest_id: UUID, host_id: UUID, *, now: Any) -> list[Reason]:
        return [Reason("chat-has-duties")] if guest_id in self.held_by else []

    async def move(self, session: Any, guest_id: UUID, host_id: UUID, *, now: Any) -> None:
        self.asked.append(f"move {guest_id} {host_id}")

    async def show(self, session: Any, person_id: UUID, *, now: Any, most: int) -> list[dict[str, object]]:
        return [{"title": "路灯坏了"}] * (most + 1)

    async def erase(self, session: Any, person_id: UUID, *, actor: Actor, now: Any) -> None:
        self.asked.append(f"erase {person_id}")


async def test_other_parts_have_their_say(world: World) -> None:
    part, person = Requests(), await chat(world)
    account = await chat(world, "701")
    part.held_by = {person.require_person()}
    with pytest.raises(ActionRefusedError) as refusal:
        await erase(world, person, [part])
    assert codes_of(refusal.value.reasons) == ["chat-has-duties"]
    code = await code_of(world, account)
    with pytest.raises(ActionRefusedError):
        await enter(world, code, parts=[part])
    part.held_by = set()
    assert await enter(world, code, parts=[part]) is not None
    await erase(world, account, [part])
    assert part.asked == [f"move {person.person_id} {account.person_id}", f"erase {account.person_id}"]


KEPT = {
    ("role_grant", "key"),  # of the stranger, who has the same role
    ("booking", "code"),
    ("series", "rrule"),
    ("notice", "dedupe_key"),
    ("consent", "purpose"),
    ("consent", "version"),
    ("pause", "bookings"),
    ("request", "code"),
    ("request", "answer"),  # of whoever answered
    ("request_step", "data"),  # names of kinds and levels
    ("thread", "desk_key"),
    ("point_message", "text"),  # of a point's staff, to others
}
"""Texts that stay and are nobody's words: codes, rules, ids, keys made of ids, and which consent it was."""


async def test_no_column_holds_what_was_said(world: World) -> None:
    """A row in every table that refers to people, a mark in every text: afterwards none is left but what is nobody's words.

    A new column is marked by itself. Either it is emptied in `scheduling/identity/emptying.py`, or it is named above.
    """
    person, stranger = await world.person(), await world.person("别人")
    await lead_a_life(world, person, stranger)
    before = await where_the_mark_stands(world)
    assert {"booking", "certificate", "hours_statement", "idempotency_record", "notice"} < {
        name for name, _ in before
    }
    await erase(world, person, PERSONAL_PARTS)
    left = await where_the_mark_stands(world)
    assert left == KEPT
    row = await person_row(world, person)
    blank = Person(created_at=row.created_at, district_code=DISTRICT, name=ERASED_NAME)
    stays = {"id", "number", "erased_at", "token_epoch", "reminders"}
    assert row.model_dump(exclude=stays) == blank.model_dump(exclude=stays)
    assert (row.reminders, row.erased_at, row.token_epoch) == (False, NOW, 1)


async def test_control_a_column_that_nobody_empties_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emptying, "EMPTIED", emptying.EMPTIED[1:])
    person, stranger = await world.person(), await world.person("别人")
    await lead_a_life(world, person, stranger)
    await erase(world, person, PERSONAL_PARTS)
    assert await where_the_mark_stands(world) - KEPT == {("booking", "note"), ("booking", "answers")}


def test_every_table_is_about_people_or_is_not() -> None:
    """A table added since is thought about: it refers to people, or it is named as one that does not."""
    about = {table.name for table in tables_about_people()} | {"person"}
    named = {name for name in IMPERSONAL if name in SQLModel.metadata.tables}
    assert about & named == set()
    assert about | named == set(SQLModel.metadata.tables)


def test_every_column_that_names_a_person_is_thought_about_when_two_are_joined() -> None:
    columns = [*moving.named_columns(), *(column for part in PERSONAL_PARTS for column in part.columns)]
    named = {(column.class_.__tablename__, column.key) for column in columns}
    there = {
        (table.name, column.name)
        for table in SQLModel.metadata.tables.values()
        for column in person_columns(table)
    }
    assert named == there
    assert len(columns) == len(named)


async def test_a_person_that_was_erased_cannot_be_written_upon(world: World) -> None:
    """Whatever was under way when they left: the table itself refuses a name, a phone number, a home."""
    person = await world.person()
    await erase(world, person)
    for change in (
        "name = '又来'",
        "phone = '138'",
        "birth_date = '1950-01-01'",
        "disability = true",
        "home_latitude = 1",
    ):
        with pytest.raises(IntegrityError, match="erased_is_empty"):
            await sql(world, f"UPDATE person SET {change} WHERE id = :id", id=person.person_id)  # noqa: S608  # our own words
