"""How notices about shifts read: reminders, news of one's place, offers, asks, swaps, alerts; and bookings that hands decide.

The buttons that answer them belong to the screens of volunteers; until those are there, every notice has the way home and a
human, and says by when to answer.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot import wire
from bot.conversation.actions import Mine, SetReminders, ShowTicket
from bot.conversation.turn import Row, button, footer
from bot.replies import Place, Reply
from bot.texts import Words


def _reply(
    _: Words, notice: wire.Notice, lines: Sequence[str], rows: Sequence[Row] = (), place: Place | None = None
) -> Reply:
    return Reply("\n".join(lines), (*rows, footer(_)), place=place, large_text=notice.large_text)


def _shift(_: Words, data: wire.ShiftNews, now: datetime) -> list[str]:
    return [
        _("When: {when}", when=_.span(data.start, data.end, now)),
        _("What: {service}", service=data.title),
        _("Where: {point}, {address}", point=data.point, address=data.address),
    ]


def _reminder(_: Words, notice: wire.Notice, now: datetime) -> Reply:
    data = wire.ShiftNews.model_validate(notice.data)
    lines = [_("⏰ A reminder of your shift:"), "", *_shift(_, data, now)]
    lines += ["", _("If you cannot come, look for a stand-in in time. Thank you for helping!")]
    return _reply(_, notice, lines, [(button(_("🔕 Stop reminders"), SetReminders(0)),)])


def _what_happened(_: Words, data: wire.ShiftNews, now: datetime) -> str:  # noqa: C901, PLR0911, PLR0912  # one sentence a kind of news, side by side
    match data.what:
        case "confirmed":
            return _("✅ You are on this shift. Thank you!")
        case "signed_up_by_leader":
            return _("✅ Your team's leader has signed you up for this shift.")
        case "proposed":
            if data.answer_by is None:
                return _("💬 The point asks you to take this shift.")
            until = _.moment(data.answer_by, now)
            return _("💬 The point asks you to take this shift. Please answer by {moment}.", moment=until)
        case "refused":
            return _("We are sorry: the point has given this shift to somebody else.")
        case "withdrawn_by_leader":
            return _("Your team's leader has withdrawn you from this shift.")
        case "stand_in_found":
            return _("👍 {person} comes in your place. You are free.", person=data.stand_in)
        case "swapped":
            return _("🔁 Your swap was accepted. This is your shift now:")
        case "swap_declined":
            return _("Your swap was declined. You stay on this shift:")
        case "shift_cancelled":
            return _("We are sorry: this shift was called off.")
        case "standing_place_missed":
            return _("This shift could not be added to your standing place:")
        case "offer_ran_out":
            return _("The time to answer is over, and the place on this shift went to the next.")
        case "shift_began":
            return _("No place came free on this shift, and it begins now.")
        case "absent":
            return _(
                "You were noted as absent from this shift. If that is wrong, tell the point: it can be mended."
            )
        case _:
            return _("There is news about this shift:")


def _news(_: Words, notice: wire.Notice, now: datetime) -> Reply:
    data = wire.ShiftNews.model_validate(notice.data)
    lines = [_what_happened(_, data, now), "", *_shift(_, data, now)]
    if data.reason:
        lines.append(_("The point says: {reason}", reason=data.reason))
    return _reply(_, notice, lines)


def _offer(_: Words, notice: wire.Notice, now: datetime) -> Reply:
    data = wire.ShiftOfferNews.model_validate(notice.data)
    until = _.moment(data.expires_at, now)
    lines = [_("🔔 A place on this shift has come free, and I keep it for you:"), "", *_shift(_, data, now)]
    lines += ["", _("Please answer by {moment}; then it goes to the next.", moment=until)]
    return _reply(_, notice, lines)


def _ask(_: Words, notice: wire.Notice, now: datetime) -> Reply:
    data = wire.ShiftAskNews.model_validate(notice.data)
    first = (
        _("🙏 Somebody cannot come. Could you stand in for them?")
        if data.is_stand_in
        else _("🙏 Hands are missing here. Could you come?")
    )
    lines = [first, "", *_shift(_, data, now), "", _("The first to say yes has the place.")]
    return _reply(_, notice, lines)


def _swap(_: Words, notice: wire.Notice, now: datetime) -> Reply:
    data = wire.ShiftSwapNews.model_validate(notice.data)
    lines = [
        _("🔁 Somebody would like to swap shifts with you."),
        "",
        _("Yours:"),
        *_shift(_, data, now),
        "",
        _("Theirs:"),
        *_shift(_, data.instead, now),
    ]
    return _reply(_, notice, lines)


def _alert(_: Words, notice: wire.Notice, now: datetime) -> Reply:
    data = wire.ShiftAlertNews.model_validate(notice.data)
    match data.what:
        case "late_withdrawal":
            first = _("⚠️ Somebody has withdrawn late from this shift.")
        case "first_timer_alone":
            first = _("⚠️ Only first-timers are left on this shift.")
        case "nobody_to_ask":
            first = _("⚠️ Hands are missing here, and nobody is left to ask.")
        case _:
            first = _("⚠️ This shift is below its minimum.")
    lines = [first, "", *_shift(_, data, now)]
    if data.missing:
        lines.append(_.plural("{number} person is missing", "{number} people are missing", data.missing))
    if data.reason:
        lines.append(_("They say: {reason}", reason=data.reason))
    return _reply(_, notice, lines)


def _booking(_: Words, data: wire.BookingNews, now: datetime) -> list[str]:
    return [
        _("When: {when}", when=_.span(data.start, data.end, now)),
        _("What: {service}", service=data.service),
        _("Where: {point}, {address}", point=data.point, address=data.address),
    ]


def _at_risk(_: Words, notice: wire.Notice, now: datetime) -> Reply:
    data = wire.BookingNews.model_validate(notice.data)
    lines = [
        _(
            "⚠️ The point is still looking for helpers at this time. Your booking stands; if it cannot be kept, you are told."
        ),
        "",
        *_booking(_, data, now),
    ]
    rows = [
        (button(_("🎫 See the ticket"), ShowTicket(data.booking_id)),),
        (button(_("🎫 My bookings"), Mine()),),
    ]
    return _reply(_, notice, lines, rows)


def _safe_again(_: Words, notice: wire.Notice, now: datetime) -> Reply:
    data = wire.BookingNews.model_validate(notice.data)
    lines = [_("👍 Helpers have been found: your booking is safe."), "", *_booking(_, data, now)]
    return _reply(_, notice, lines, [(button(_("🎫 See the ticket"), ShowTicket(data.booking_id)),)])


SCREENS: Mapping[str, Callable[[Words, wire.Notice, datetime], Reply]] = {
    "shift_reminder_evening": _reminder,
    "shift_reminder_soon": _reminder,
    "shift_news": _news,
    "shift_offer": _offer,
    "shift_ask": _ask,
    "shift_swap": _swap,
    "shift_alert": _alert,
    "booking_at_risk": _at_risk,
    "booking_safe_again": _safe_again,
}
"""The screens of these kinds."""
