"""How notices read: each kind as a screen with its facts and ways on.

Kinds and data are the API's (`scheduling/`). It may be newer than this bot: what is not known here is still told.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog
from pydantic import ValidationError

from bot import news_shifts, wire
from bot.conversation.actions import (
    Action,
    AskCancel,
    AskInstead,
    Human,
    Mine,
    SetReminders,
    ShowTicket,
    ShowWaiting,
    Slots,
)
from bot.conversation.labels import kind_of
from bot.conversation.turn import Row, button, footer
from bot.conversation.waiting import offer_rows
from bot.replies import Place, Reply
from bot.texts import Words, words

log = structlog.get_logger(__name__)


def render(notice: wire.Notice, now: datetime) -> Reply:
    """A notice as a screen. What this bot does not know is told as far as it can be read, and logged."""
    _ = words(notice.language)
    screen = _SCREENS.get(notice.kind)
    if screen is None:
        log.warning("notice.unknown_kind", notice=str(notice.id), kind=notice.kind)
        screen = _news
    try:
        reply = screen(_, notice, now)
    except ValidationError as error:
        log.warning(
            "notice.not_understood", notice=str(notice.id), kind=notice.kind, amiss=error.error_count()
        )
        reply = _bare_news(_, notice)
    return reply


def _reminder(_: Words, notice: wire.Notice, now: datetime) -> Reply:
    data = wire.BookingNews.model_validate(notice.data)
    place = _place(data)
    parts = [
        _("⏰ A reminder of your booking:"),
        "",
        *_booking_facts(_, data, place, now),
        "",
        _code(_, data),
    ]
    rows = [_ticket_row(_, data), (button(_("🔕 Stop reminders"), SetReminders(0)),)]
    return _reply(_, notice, parts, rows, place)


def _changed(_: Words, notice: wire.Notice, now: datetime) -> Reply:
    data = wire.ChangedNews.model_validate(notice.data)
    place = _place(data)
    parts = [
        _("Something about this booking has changed. This is how it is now:"),
        "",
        *_booking_facts(_, data, place, now),
    ]
    if data.was is not None:
        was = _.span(data.was.start, data.was.end, now)
        parts.append(_("Before, it was: {when}, {point}", when=was, point=data.was.point))
    parts += [*_why(_, data.why, data.reason), "", _code(_, data)]
    return _reply(_, notice, parts, [_ticket_row(_, data)], place)


def _cancelled(_: Words, notice: wire.Notice, now: datetime) -> Reply:
    data = wire.CancelledNews.model_validate(notice.data)
    parts = [
        _("We are sorry: the point had to cancel this booking."),
        "",
        *_booking_facts(_, data, None, now),
        *_why(_, data.why, data.reason),
    ]
    if data.alternatives:
        parts += ["", _("These are free:")]
    rows = [_instead_row(_, data, number, one, now) for number, one in enumerate(data.alternatives, 1)]
    return _reply(_, notice, parts, [*rows, *_other_rows(_, data)])


def _offered(_: Words, notice: wire.Notice, now: datetime) -> Reply:
    data = wire.OfferNews.model_validate(notice.data)
    place = _place(data)
    parts = [
        _("🔔 A place has come free, and I keep it for you:")
        if data.for_self
        else _("🔔 A place has come free, and I keep it for your family:"),
        "",
        *_facts(_, data, place, now),
        _places(_, data.party),
        "",
        _("Please answer by {moment}; then it goes to the next.", moment=_.moment(data.expires_at, now)),
    ]
    return _reply(
        _, notice, parts, offer_rows(_, data.offer_id, data.start, data.service, data.party, now), place
    )


def _withdrawn(_: Words, notice: wire.Notice, now: datetime) -> Reply:
    data = wire.WithdrawnNews.model_validate(notice.data)
    parts = [
        _(
            "We are sorry: the place that was kept for you is not there after all. You keep your turn in the queue."
        ),
        "",
        *_facts(_, data, None, now),
        _places(_, data.party),
    ]
    rows = [(button(_("⏳ See the queue"), ShowWaiting(data.entry_id)),), *_other_rows(_, data)]
    return _reply(_, notice, parts, rows)


def _closed(_: Words, notice: wire.Notice, now: datetime) -> Reply:
    data = wire.ClosedNews.model_validate(notice.data)
    match data.why:
        case "slot_began":
            first = _("We are sorry: no place has come free, and it begins now. Your waiting has ended.")
        case "offer_ran_out":
            first = _("The time to answer is over, and the place went to the next. Your waiting has ended.")
        case "slot_closed":
            first = _("We are sorry: the point is closed at this time. Your waiting has ended.")
        case _:
            first = _("Your waiting has ended.")
    return _reply(
        _, notice, [first, "", *_facts(_, data, None, now), _places(_, data.party)], _other_rows(_, data)
    )


def _paused(_: Words, notice: wire.Notice, now: datetime) -> Reply:
    data = wire.PauseNews.model_validate(notice.data)
    until = _.moment(data.until, now)
    first = (
        _("Booking services of this kind ahead is paused for you until {moment}.", moment=until)
        if data.for_self
        else _(
            "Booking services of this kind ahead is paused for {attendee} until {moment}.",
            attendee=data.attendee,
            moment=until,
        )
    )
    parts = [
        first,
        "",
        _("These were booked, and nobody came:"),
        *(f"• {_.moment(missed.start, now)} {missed.service}, {missed.point}" for missed in data.bookings),
        "",
        _("It then works again by itself. Until then you can still go there and ask for a free place."),
        _("If this is a mistake, say so: a person will look at it and can end the pause."),
    ]
    rows = [(button(_("🙋 This is a mistake"), Human()),), (button(_("🎫 My bookings"), Mine()),)]
    return _reply(_, notice, parts, rows)


def _news(_: Words, notice: wire.Notice, now: datetime) -> Reply:
    """What can be told of a kind that is newer than this bot: what it is about."""
    data = wire.Visited.model_validate(notice.data)
    parts = [_("There is news about this:"), "", *_facts(_, data, None, now)]
    return _reply(_, notice, parts, _other_rows(_, data))


def _bare_news(_: Words, notice: wire.Notice) -> Reply:
    """What can be told when the data cannot be read: that there is something, and where to look."""
    parts = [_("There is news about your bookings. Please have a look, or ask a person.")]
    return _reply(_, notice, parts, [(button(_("🎫 My bookings"), Mine()),)])


_SCREENS: Mapping[str, Callable[[Words, wire.Notice, datetime], Reply]] = {
    "booking_reminder_evening": _reminder,
    "booking_reminder_soon": _reminder,
    "booking_cancelled_by_point": _cancelled,
    "booking_changed": _changed,
    "waitlist_offer": _offered,
    "waitlist_offer_withdrawn": _withdrawn,
    "waitlist_closed": _closed,
    "pause_started": _paused,
    **news_shifts.SCREENS,
}

KINDS = frozenset(_SCREENS)
"""The kinds that have a screen of their own."""


def _reply(
    _: Words, notice: wire.Notice, lines: Sequence[str], rows: Sequence[Row], place: Place | None = None
) -> Reply:
    return Reply("\n".join(lines), (*rows, footer(_)), place=place, large_text=notice.large_text)


def _facts(_: Words, data: wire.Visited, place: Place | None, now: datetime) -> list[str]:
    # A place on the map comes with its address; saying it twice would only push the buttons out of sight.
    where = (
        _("Where: {point}, {address}", point=data.point, address=data.address)
        if place is None
        else _("Where: {point}", point=data.point)
    )
    return [
        _("When: {when}", when=_.span(data.start, data.end, now)),
        _("What: {service}", service=data.service),
        where,
    ]


def _booking_facts(_: Words, data: wire.BookingNews, place: Place | None, now: datetime) -> list[str]:
    facts = _facts(_, data, place, now)
    if not data.for_self or data.party > 1:
        facts.append(
            _.plural(
                "For: {attendee}, {number} place",
                "For: {attendee}, {number} places",
                data.party,
                attendee=_("yourself") if data.for_self else data.attendee,
            )
        )
    return facts


def _places(_: Words, party: int) -> str:
    return _.plural("{number} place", "Together {number} places", party)


def _code(_: Words, data: wire.BookingNews) -> str:
    return _("At the door, say this code: {code}", code=data.code)


def _why(_: Words, why: str | None, reason: str) -> list[str]:
    """Why the point could not keep a booking, in our words and in its own. A code that is newer than this bot says
    nothing to people and is left out."""
    lines: list[str] = []
    match why:
        case "fewer_places":
            lines.append(_("Why: the point has fewer places than planned."))
        case "slot_closed" | "point_closed":
            lines.append(_("Why: the point is closed at that time."))
        case _:
            pass
    if reason:
        lines.append(_("The point says: {reason}", reason=reason))
    return lines


def _ticket_row(_: Words, data: wire.BookingNews) -> Row:
    return (
        button(_("🎫 See the ticket"), ShowTicket(data.booking_id)),
        button(_("✖️ Cancel it"), AskCancel(data.booking_id)),
    )


def _instead_row(_: Words, data: wire.CancelledNews, number: int, one: wire.Instead, now: datetime) -> Row:
    where = [one.point]
    if one.distance_m is not None:
        where.append(_.distance(one.distance_m))
    action: Action = AskInstead(data.booking_id, one.slot_id)
    label = f"{number}. {_.short_moment(one.start, now)} · {one.point}"
    detail = (f"{number}. {_.span(one.start, one.end, now)}", one.service, " · ".join(where))
    return (button(label, action, detail),)


def _other_rows(_: Words, data: wire.Visited) -> list[Row]:
    return [
        (button(_("🔁 Book another time"), Slots(kind_of(data.category, data.start))),),
        (button(_("🎫 My bookings"), Mine()),),
    ]


def _place(data: wire.Visited) -> Place | None:
    if data.latitude is None or data.longitude is None:
        return None
    return Place(data.point, data.address, data.latitude, data.longitude)
