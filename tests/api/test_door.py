"""At the door by HTTP: tickets, check-in three ways, walk-ins, the queue, who did not come, the kitchen's list."""

import io
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from api.tickets import PREFIX, read_ticket, ticket_svg, ticket_text
from models.ids import new_id
from models.shapes.bookings import BookingView
from scheduling.actors import Actor
from scheduling.errors import NotFoundError
from tests.api.calling import MINT, Caller, problem_of
from tests.world import CANTEEN, LUNCH, READING, READING_ROOM, World, at

KEY = b"a key of thirty-two bytes or more"


@given(st.uuids())
def test_a_ticket_names_its_booking(booking_id: UUID) -> None:
    text = ticket_text(booking_id, KEY)
    assert read_ticket(text, KEY) == booking_id
    assert text.startswith(PREFIX)
    assert segno.make(text, error="m").mode == "alphanumeric", "larger dots, which old phones read"


@given(st.uuids(), st.integers(0, 49), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_a_ticket_with_any_sign_changed_is_none(booking_id: UUID, where: int, sign: str) -> None:
    """The last two signs are left out: base32 does not use all bits of the very last one."""
    text = ticket_text(booking_id, KEY)
    place = len(PREFIX) + where
    forged = text[:place] + sign + text[place + 1 :]
    if forged == text:
        return
    with pytest.raises(NotFoundError):
        read_ticket(forged, KEY)


@given(st.text(max_size=80))
def test_whatever_else_a_scanner_reads_is_no_ticket(text: str) -> None:
    for said in (text, PREFIX + text):
        with pytest.raises(NotFoundError):
            read_ticket(said, KEY)


def test_a_ticket_of_another_installation_is_none() -> None:
    with pytest.raises(NotFoundError):
        read_ticket(ticket_text(new_id(), b"another key"), KEY)


@pytest.fixture
async def manager(api: Caller) -> Actor:
    return await api.manager(READING_ROOM)


@pytest.fixture
async def person(world: World) -> Actor:
    return await world.person("李大爷", birth_date=date(1950, 1, 1))


@pytest.fixture
async def booking(world: World, person: Actor) -> BookingView:
    """A reading for two tomorrow from 11 to 12."""
    return await world.book(person, await world.slot(READING, at(1, 11)), 2)


def reason_of(body: dict[str, Any]) -> dict[str, Any]:
    (reason,) = body["reasons"]
    assert reason["title"]
    found: dict[str, Any] = reason
    return found


async def test_the_ticket_is_an_image_of_the_signed_booking(
    api: Caller, person: Actor, booking: BookingView
) -> None:
    answer = await api.get(f"/v1/bookings/{booking.id}/ticket.svg", person)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["cache-control"] == "private, no-store"
    drawn = io.BytesIO()
    segno.make(ticket_text(booking.id, MINT.key), error="m").save(
        drawn, kind="svg", border=4, light="#fff", omitsize=True
    )
    assert answer.content == drawn.getvalue() == ticket_svg(booking.id, MINT.key)


async def test_only_who_may_see_a_booking_gets_its_ticket(
    api: Caller, world: World, manager: Actor, booking: BookingView
) -> None:
    path = f"/v1/bookings/{booking.id}/ticket.svg"
    problem_of(await api.get(path, await world.person()), 404, "not-found")
    problem_of(await api.get(path), 401, "sign-in-required")


async def test_a_cancelled_booking_has_no_ticket(api: Caller, person: Actor, booking: BookingView) -> None:
    await api.post(f"/v1/bookings/{booking.id}/cancel", person)
    answer = await api.get(f"/v1/bookings/{booking.id}/ticket.svg", person)
    assert reason_of(problem_of(answer, 409, "action-refused"))["code"] == "booking-over"


@pytest.mark.parametrize("way", ["code", "qr", "name"])
async def test_check_in_by_code_ticket_or_name(
    api: Caller, manager: Actor, booking: BookingView, way: str
) -> None:
    """Booking 10: check-in by code, QR or name."""
    api.now = at(1, 10, 50)
    said = {"code": booking.code, "qr": ticket_text(booking.id, MINT.key), "name": "李大爷"}
    answer = await api.post("/v1/check-in", manager, json={way: said[way], "point_id": str(READING_ROOM)})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["id"], body["status"], body["queue_number"]) == (str(booking.id), "attended", 1)
    again = await api.post("/v1/check-in", manager, json={way: said[way], "point_id": str(READING_ROOM)})
    assert again.json() == body


async def test_several_of_a_name_are_there_to_choose_from(
    api: Caller, world: World, manager: Actor, booking: BookingView
) -> None:
    other = await world.book(await world.person("小李"), booking.slot.id)
    api.now = at(1, 11)
    answer = await api.post("/v1/check-in", manager, json={"name": "李", "point_id": str(READING_ROOM)})
    reason = reason_of(problem_of(answer, 409, "action-refused"))
    assert reason["code"] == "several-match"
    assert {match["booking_id"] for match in reason["matches"]} == {str(booking.id), str(other.id)}
    chosen = await api.post(f"/v1/bookings/{other.id}/check-in", manager)
    assert chosen.json()["attendee"]["name"] == "小李"


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({}, "/code"),
        ({"name": "李"}, "/point_id"),
        ({"name": " "}, "/name"),
        ({"code": "123456", "name": "李"}, ""),
        ({"code": "123456", "colour": "red"}, "/colour"),
    ],
)
async def test_who_is_meant_must_be_said_in_one_way(
    api: Caller, manager: Actor, said: dict[str, str], pointer: str
) -> None:
    body = problem_of(await api.post("/v1/check-in", manager, json=said), 422, "invalid-input")
    assert [error["pointer"] for error in body["errors"]] == [pointer]


async def test_a_forged_ticket_and_one_for_another_door(
    api: Caller, world: World, manager: Actor, booking: BookingView
) -> None:
    api.now = at(1, 11)
    forged = ticket_text(booking.id, b"another key")
    problem_of(await api.post("/v1/check-in", manager, json={"qr": forged}), 404, "not-found")
    ticket = {"qr": ticket_text(booking.id, MINT.key)}
    elsewhere = await api.manager(CANTEEN)
    problem_of(await api.post("/v1/check-in", elsewhere, json=ticket), 404, "not-found")


async def test_a_correction_needs_a_reason_and_says_until_when(
    api: Caller, manager: Actor, booking: BookingView
) -> None:
    api.now = at(1, 13)
    noted = await api.post(f"/v1/bookings/{booking.id}/no-show", manager)
    assert noted.json()["status"] == "no_show"
    path = f"/v1/bookings/{booking.id}/check-in"
    reason = reason_of(problem_of(await api.post(path, manager), 409, "action-refused"))
    assert (reason["code"], reason["correct_until"]) == ("slot-over", "2026-11-25T12:00:00+08:00")
    corrected = await api.post(path, manager, json={"reason": "忘了签到"})
    assert corrected.json()["status"] == "attended"


async def test_a_walk_in_is_let_in_once_however_often_it_is_sent(
    api: Caller, world: World, manager: Actor
) -> None:
    """Booking 2 and 10: a repeat with the same key lets nobody in twice."""
    slot = await world.slot(READING, at(1, 11), capacity=3)
    api.now = at(1, 11)
    said = {"name": "路过的人", "party": 2}
    first = await api.post(f"/v1/slots/{slot}/walk-ins", manager, json=said, key="walk-in-1")
    assert first.status_code == 201, first.text
    assert (first.json()["status"], first.json()["queue_number"]) == ("attended", 1)
    again = await api.post(f"/v1/slots/{slot}/walk-ins", manager, json=said, key="walk-in-1")
    assert (again.status_code, again.content) == (201, first.content)
    assert await world.counts(slot) == (2, 2, 3)
    full = await api.post(f"/v1/slots/{slot}/walk-ins", manager, json=said)
    reason = reason_of(problem_of(full, 409, "booking-refused"))
    assert (reason["code"], reason["free"]) == ("not-enough-places", 1)


async def test_somebody_known_who_does_not_fit_is_offered_what_can_be_booked(
    api: Caller, world: World, manager: Actor, person: Actor
) -> None:
    """Booking 6."""
    slot = await world.slot(READING, at(1, 11), capacity=0)
    later = await world.slot(READING, at(1, 15))
    api.now = at(1, 11)
    answer = await api.post(f"/v1/slots/{slot}/walk-ins", manager, json={"person_id": str(person.person_id)})
    body = problem_of(answer, 409, "booking-refused")
    assert [choice["id"] for choice in body["alternatives"]] == [str(later)]
    assert (await world.book(person, later, now=api.now)).slot.id == later


async def test_the_queue_is_open_to_all_and_called_by_the_point(
    api: Caller, world: World, manager: Actor, person: Actor, booking: BookingView
) -> None:
    """Booking 10: now serving; a repeat with the same key calls nobody else."""
    slot = booking.slot.id
    api.now = at(1, 11)
    await api.post(f"/v1/bookings/{booking.id}/check-in", manager)
    await api.post(f"/v1/slots/{slot}/walk-ins", manager, json={"name": "路过的人"})
    seen = await api.get(f"/v1/slots/{slot}/queue")
    assert seen.json() == {"slot_id": str(slot), "now_serving": 0, "last_number": 2, "waiting": 2}
    problem_of(await api.post(f"/v1/slots/{slot}/serve-next", person), 403, "forbidden")
    for _ in range(2):
        called = await api.post(f"/v1/slots/{slot}/serve-next", manager, key="call-1")
        assert called.json()["now_serving"] == 1
    assert (await api.post(f"/v1/slots/{slot}/serve-next", manager)).json()["now_serving"] == 2
    nobody = await api.post(f"/v1/slots/{slot}/serve-next", manager)
    assert reason_of(problem_of(nobody, 409, "action-refused"))["code"] == "nobody-waiting"
    problem_of(await api.get(f"/v1/slots/{new_id()}/queue"), 404, "not-found")


async def test_the_kitchens_list(api: Caller, world: World, person: Actor) -> None:
    """Meals as a type: answers are given when booking and come out in the kitchen."""
    slot = await world.slot(LUNCH, at(1, 11))
    order = {"slot_id": str(slot), "party": 2, "answers": {"serving": "deliver", "diet": ["soft"]}}
    made = await api.post("/v1/bookings", person, json=order)
    assert made.json()["answers"] == order["answers"]
    problem_of(await api.get(f"/v1/slots/{slot}/kitchen-list", person), 403, "forbidden")
    listed = (await api.get(f"/v1/slots/{slot}/kitchen-list", await api.manager(CANTEEN))).json()
    assert listed["portions"] == 2
    assert listed["dishes"] == [{"serving": "deliver", "diet": ["soft"], "portions": 2}]
    assert [label["name"] for label in listed["labels"]] == ["李大爷"]
    wrong = {"slot_id": str(slot), "answers": {"serving": "by_drone", "colour": "red"}}
    other = await world.person()
    body = problem_of(await api.post("/v1/bookings", other, json=wrong), 409, "booking-refused")
    assert {(one["code"], one["question"], one["fault"]) for one in body["reasons"]} == {
        ("answer-invalid", "serving", "wrong"),
        ("answer-invalid", "colour", "unknown"),
    }


async def test_a_code_of_another_day_says_for_when_it_is(api: Caller, world: World, manager: Actor) -> None:
    slot = await world.slot(READING, at(2, 9))
    booking = await world.book(await world.person("王桂英"), slot, 2)
    refused = problem_of(
        await api.post("/v1/check-in", manager, key="c", json={"code": booking.code}), 409, "action-refused"
    )
    (reason,) = refused["reasons"]
    assert (reason["code"], reason["name"], reason["party"]) == ("code-of-another-day", "王桂英", 2)
    assert reason["slot_id"] == str(slot)
    stranger = await api.manager(CANTEEN)
    problem_of(
        await api.post("/v1/check-in", stranger, key="c", json={"code": booking.code}), 404, "not-found"
    )


async def test_the_day_tells_answers_and_who_waits(api: Caller, world: World) -> None:
    manager = await api.manager(CANTEEN)
    slot = await world.slot(LUNCH, at(1, 11), capacity=1)
    person, other = await world.person("王桂英"), await world.person()
    order = {"slot_id": str(slot), "answers": {"serving": "deliver", "diet": ["soft", "halal"]}}
    assert (await api.post("/v1/bookings", person, key="b", json=order)).status_code == 201
    assert (
        await api.post("/v1/waitlist", other, key="w", json={"slot_id": str(slot), "party": 1})
    ).is_success
    day = (await api.get(f"/v1/points/{CANTEEN}/day", manager, params={"date": "2026-11-24"})).json()
    (shown,) = day["slots"]
    assert shown["waiting"] == 1
    assert [answer["answer"] for answer in shown["bookings"][0]["answers"]] == [
        {"zh": "送餐上门", "en": "Deliver"},
        {"zh": "软烂、清真", "en": "Soft, Halal"},
    ]
    assert shown["bookings"][0]["walk_in"] is False
