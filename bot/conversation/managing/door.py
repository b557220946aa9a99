"""At the door: codes typed anywhere, photos of tickets, names; who came, or kindly what is the matter (Booking 10)."""

import asyncio
import re
from datetime import timedelta
from uuid import UUID

from bot import wire
from bot.api import ApiProblem
from bot.codes import TICKET, read_qrs
from bot.conversation.actions.managers import (
    Came,
    CodeAt,
    Day,
    Door,
    Guests,
    Missing,
    ShowGuest,
    ShowQueue,
    WalkIn,
)
from bot.conversation.keeping import keeps_points, kept_points
from bot.conversation.managing.access import manager, points_row
from bot.conversation.managing.guests import arrival_text
from bot.conversation.refusal import reasons_text
from bot.conversation.turn import Row, Turn, button
from bot.replies import FileTooLarge, Incoming, Reply, SharedFile
from bot.wire import managing as view

DRAFT = "managing_door"
KEPT_MINUTES = 240
"""A shift at the door."""

MOST_TICKETS = 4
"""Tickets on one photo that are taken at once."""

_CODE = re.compile(r"[0-9]{6}")
_NO_NAME = re.compile(r"\d.*[^\W\d_]{2}|[^\W\d_]{2}.*\d", re.DOTALL)
_LATELY = timedelta(minutes=1)
"""Whoever was checked in longer ago than that was so before."""


def code_in(text: str) -> str | None:
    """The six digits that a text is, and nothing else."""
    squeezed = re.sub(
        r"[\s.,。，-]+", "", text.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    )
    return squeezed if _CODE.fullmatch(squeezed) else None


async def show_door(turn: Turn, wanted: Door) -> Reply:
    """Wait for codes, photos and names."""
    _ = turn.words
    await turn.resident.keep_draft(DRAFT, {"point": str(wanted.point)}, KEPT_MINUTES)
    text = _(
        "✅ Checking in. Type the six digits of the ticket, or a name; or send a photo of the QR code. One after another, as they come."
    )
    return turn.screen(text, _door_rows(turn, wanted.point))


def _door_rows(turn: Turn, point: UUID) -> list[Row]:
    _ = turn.words
    return [
        (button(_("🚶 Walk-in"), WalkIn(point)), button(_("🔎 Who is missing"), Missing(point))),
        (button(_("📋 Today"), Day(point)),),
    ]


async def take_at_the_door(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply | None:
    """A code, a name or a photo, for the point at whose door somebody stands. A sentence with a number in it is no name:
    it is understood as anywhere else, and the door stays open."""
    _ = turn.words
    point = view.DraftOfDoor.model_validate(draft.data).point
    if incoming.file is not None:
        tickets = await _tickets_on(incoming.file)
        if not tickets:
            text = _(
                "I cannot read a ticket on this photo. Please hold the telephone closer and straight, or type the six digits."
            )
            return turn.screen(text, _door_rows(turn, point))
        return await _check_in_tickets(turn, tickets, point)
    said = (incoming.text or "").strip()
    if (code := code_in(said)) is not None:
        return await check_in_code(turn, code, point)
    if not said:
        return turn.screen(_("Please type a code or a name, or send a photo."), _door_rows(turn, point))
    if _NO_NAME.search(said):
        return None
    return await _check_in_name(turn, said[:80], point)


async def code_at(turn: Turn, order: CodeAt) -> Reply:
    """The code, at the point that was chosen."""
    return await check_in_code(turn, order.code, order.point)


async def check_in_code(turn: Turn, code: str, point: UUID | None) -> Reply:
    """Check in by a code: at a point, or at any that the person keeps."""
    try:
        booking = await manager(turn).check_in_code(code, point)
    except ApiProblem as problem:
        return await _not_in(turn, problem, point, code=code)
    return _in(turn, booking)


async def _check_in_name(turn: Turn, name: str, point: UUID) -> Reply:
    try:
        booking = await manager(turn).check_in_name(name, point)
    except ApiProblem as problem:
        return await _not_in(turn, problem, point, name=name)
    return _in(turn, booking)


async def take_photo(turn: Turn, incoming: Incoming) -> Reply | None:
    """A photo that nobody asked for, if there is a ticket of ours on it."""
    if incoming.file is None or not keeps_points(turn.me):
        return None
    tickets = await _tickets_on(incoming.file)
    return await _check_in_tickets(turn, tickets, None) if tickets else None


async def _tickets_on(file: SharedFile) -> list[str]:
    if file.kind == "voice" or not (file.kind == "photo" or file.media_type.startswith("image/")):
        return []
    try:
        content = await file.read()
    except FileTooLarge:
        return []
    # Decoding computes; everybody else's chat goes on meanwhile.
    found = await asyncio.to_thread(read_qrs, content)
    return [text for text in found if text.startswith(TICKET)][:MOST_TICKETS]


async def _check_in_tickets(turn: Turn, tickets: list[str], point: UUID | None) -> Reply:
    shown: list[Reply] = []
    for ticket in tickets:
        try:
            shown.append(_in(turn, await manager(turn).check_in_ticket(ticket, point)))
        except ApiProblem as problem:
            shown.append(await _not_in(turn, problem, point))
    if len(shown) == 1:
        return shown[0]
    rows = [row for one in shown for row in one.rows[:1]]
    return turn.screen("\n\n".join(one.text for one in shown), [*rows, points_row(turn)])


def _in(turn: Turn, booking: view.Arrived) -> Reply:
    """Who came; or that they had come before."""
    _ = turn.words
    came = booking.checked_in_at
    text = arrival_text(turn, booking)
    if came is not None and turn.now - came > _LATELY:
        text = _(
            "ℹ️ {name} is in already, since {time}. Number {number}.",
            name=booking.attendee.name,
            time=_.clock(came),
            number=booking.queue_number or "–",
        )
    lines = [text, f"{_.span(booking.slot.start, booking.slot.end, turn.now)} {booking.service.name}"]
    rows = [
        (
            button(_("👤 The booking"), ShowGuest(booking.slot.id, booking.id)),
            button(_("🔔 Queue"), ShowQueue(booking.slot.id)),
        ),
        (button(_("👥 Everybody"), Guests(booking.slot.id)), button(_("📋 Today"), Day(booking.point.id))),
    ]
    return turn.screen("\n".join(lines), rows)


async def _not_in(
    turn: Turn, problem: ApiProblem, point: UUID | None, *, code: str | None = None, name: str | None = None
) -> Reply:
    """What is the matter, and the way on."""
    _ = turn.words
    reasons = {reason.code: reason for reason in problem.reasons}
    ways = _ways_on(turn, point)
    if (several := reasons.get("several-match")) is not None:
        rows: list[Row] = [
            (button(_match_label(turn, one), Came(one.slot_id, one.booking_id)),)
            for one in several.matches[:8]
        ]
        return turn.screen(_("Several are called so. Who is it?"), [*rows, *ways])
    if "code-at-several-points" in reasons and code is not None:
        rows = [(button(kept.name, CodeAt(kept.id, code)),) for kept in kept_points(turn.me)]
        return turn.screen(_("This code is at several of your points today. Where are you?"), [*rows, *ways])
    if (other := reasons.get("code-of-another-day")) is not None and other.start is not None:
        text = _(
            "This code is not for today: {name}, {service}, {when}.",
            name=other.name or "",
            service=other.service or "",
            when=_.moment(other.start, turn.now),
        )
    elif (early := reasons.get("too-early-to-check-in")) is not None and early.opens_at is not None:
        text = _("It is too early: checking in begins {moment}.", moment=_.moment(early.opens_at, turn.now))
    elif "ticket-of-another-point" in reasons:
        text = _(
            "This ticket is for another point: {point}.", point=reasons["ticket-of-another-point"].point or ""
        )
    elif "slot-over" in reasons:
        text = _("This booking's time is over. Whoever was here can still be noted in the list of the day.")
    elif "booking-over" in reasons:
        text = _("This booking was cancelled. If there is room, they can come as a walk-in.")
    elif problem.status == 404 and name is not None:
        text = _(
            "Nobody of that name is booked here today. Please look at the list, or let them in as a walk-in."
        )
    elif problem.status in {403, 404}:
        text = _(
            "I find no booking of today with that at your points. It may be for another point, or one digit is wrong: please "
            "look again, type the name, or let them in as a walk-in."
        )
    else:
        text = "\n".join((_("I am sorry, that is not possible:"), reasons_text(turn, problem)))
    return turn.screen(text, ways)


def _match_label(turn: Turn, match: wire.Match) -> str:
    _ = turn.words
    return f"{match.name} ×{match.party} · {_.clock(match.start)} {match.service}"


def _ways_on(turn: Turn, point: UUID | None) -> list[Row]:
    _ = turn.words
    points = kept_points(turn.me)
    here = point if point is not None else points[0].id if len(points) == 1 else None
    if here is None:
        return [points_row(turn)]
    return [
        (button(_("✅ Check in by name"), Door(here)), button(_("🚶 Walk-in"), WalkIn(here))),
        (button(_("📋 Today"), Day(here)),),
    ]
