"""The day of a point: who comes when, and checking them in."""

import unicodedata
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Response
from pydantic import ValidationError

from api.dependencies import Now, Session
from models.shapes.base import local_day
from models.shapes.bookings import BookingView, CheckIn
from models.vocabulary import BookingStatus
from scheduling import door
from scheduling.errors import ActionRefusedError, NotFoundError
from web.errors import reasons_text
from web.texts import clock
from web.visit import HOME, CurrentVisit, Sender, SignedIn, Visit

router = APIRouter(prefix="/manage/points/{point_id}")

FURTHEST = timedelta(days=366)
DAY = timedelta(days=1)


def address(point_id: UUID, on: date | None = None, at: UUID | None = None) -> str:
    """Where the day of a point is; `at` a slot or booking of it."""
    return f"{HOME}/points/{point_id}" + (f"?date={on}" if on else "") + (f"#at-{at}" if at else "")


@router.get("")
async def day_page(
    *,
    visit: CurrentVisit,
    session: Session,
    actor: SignedIn,
    now: Now,
    point_id: UUID,
    on: Annotated[date | None, Query(alias="date")] = None,
) -> Response:
    """The slots of a day in time order, each with who booked. Days more than a year away lead back to today."""
    today = local_day(now)
    shown = on or today
    if abs(shown - today) > FURTHEST:
        return visit.go(address(point_id))
    view = await door.day(session, actor=actor, point_id=point_id, on=shown)
    bookings = [booking for slot in view.slots for booking in slot.bookings]
    return visit.page(
        "day.html",
        view=view,
        ended=[slot for slot in view.slots if slot.end <= now],
        to_come=[slot for slot in view.slots if slot.end > now],
        today=shown == today,
        nearness=visit.words.nearness(shown, today),
        before=address(point_id, shown - DAY),
        after=address(point_id, shown + DAY),
        expected=sum(booking.party for booking in bookings),
        arrived=sum(booking.party for booking in bookings if booking.status is BookingStatus.attended),
    )


@router.post("/check-in")
async def check_in_by_code(
    *,
    visit: CurrentVisit,
    session: Session,
    actor: Sender,
    now: Now,
    point_id: UUID,
    code: Annotated[str, Form()] = "",
) -> Response:
    """Checks in whoever says a code. Digits may be full-width and spaced, as phones write them."""
    _ = visit.words
    back = address(point_id)
    said = "".join(unicodedata.normalize("NFKC", code).split())
    try:
        wanted = CheckIn(code=said.replace("\0", ""), point_id=point_id)
        booking = await door.check_in_by_code(session, actor=actor, said=wanted, now=now)
    except (ValidationError, NotFoundError):
        text = _("Nobody booked for today with the number “{code}”. Please look at it again.", code=said[:12])
        return visit.go(back, text, "bad")
    except ActionRefusedError as error:
        return visit.go(back, reasons_text(error, visit.words), "warn")
    return _checked_in(visit, back, booking, now)


@router.post("/bookings/{booking_id}/check-in")
async def check_in(
    *, visit: CurrentVisit, session: Session, actor: Sender, now: Now, point_id: UUID, booking_id: UUID
) -> Response:
    """Checks in one booking of the list, and comes back to it."""
    back = address(point_id, at=booking_id)
    try:
        booking = await door.check_in(session, actor=actor, booking_id=booking_id, now=now)
    except ActionRefusedError as error:
        return visit.go(back, reasons_text(error, visit.words), "warn")
    return _checked_in(visit, back, booking, now)


def _checked_in(visit: Visit, back: str, booking: BookingView, now: datetime) -> Response:
    """Says who came, and for what; and when the same booking was checked in before, which the door should know."""
    _, plural = visit.words, visit.words.plural
    who = _(
        "{name}, {people}",
        name=booking.attendee.name,
        people=plural("{number} person", "{number} people", booking.party),
    )
    what = f"{clock(booking.slot.start)} {booking.service.name}"
    if booking.checked_in_at is not None and booking.checked_in_at != now:
        at = clock(booking.checked_in_at)
        return visit.go(
            back, _("Was checked in already at {time}: {who}. {what}", time=at, who=who, what=what), "warn"
        )
    return visit.go(back, _("Checked in: {who}. {what}", who=who, what=what))
