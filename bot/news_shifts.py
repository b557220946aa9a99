"""How notices about shifts read: reminders, news of one's place, offers, asks, swaps, alerts; and bookings that hands decide.

Their buttons lead to the screens of volunteers, or answer at once and say exactly what.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot import wire
from bot.conversation.actions import Mine, SetReminders, ShowTicket
from bot.conversation.actions.rostering import AskHands
from bot.conversation.actions.rostering import ShowShift as ShowKeptShift
from bot.conversation.actions.volunteer_shifts import (
    AcceptAsk,
    AcceptSwap,
    Arrive,
    AskDeclineAsk,
    AskDeclineSwap,
    AskStandIn,
    AskUnqueue,
    MyShifts,
    Shifts,
    ShowShift,
    ShowSignup,
    TakeOffered,
)
from bot.conversation.turn import Row, button
from bot.conversation.volunteering.replacing import ask_rows
from bot.news_parts import Telling
from bot.replies import Reply
from bot.texts import Words


def _shift(telling: Telling, data: wire.ShiftNews) -> list[str]:
    """When, what and where; in large text bare."""
    _ = telling.words
    when = _.span(data.start, data.end, telling.now)
    if telling.notice.large_text:
        return [when, data.title, data.point, data.address]
    return [
        _("When: {when}", when=when),
        _("What: {service}", service=data.title),
        _("Where: {point}, {address}", point=data.point, address=data.address),
    ]


def _reminder(telling: Telling) -> Reply:
    _ = telling.words
    data = wire.ShiftNews.model_validate(telling.notice.data)
    lines = [_("⏰ A reminder of your shift:"), "", *_shift(telling, data)]
    lines += ["", _("If you cannot come, look for a stand-in in time. Thank you for helping!")]
    rows: list[Row] = []
    if data.signup_id is not None:
        rows.append((button(_("📍 I am here: check in"), Arrive(data.signup_id)),))
        rows.append(
            (
                button(_("🙏 I cannot come: find a stand-in"), AskStandIn(data.signup_id)),
                button(_("🗓 See my place, or change it"), ShowSignup(data.signup_id)),
            )
        )
    rows.append((button(_("🔕 Stop reminders"), SetReminders(0)),))
    return telling.screen(lines, rows)


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
            return _("👍 {person} is coming in your place. You need not come.", person=data.stand_in)
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


def _news(telling: Telling) -> Reply:
    _, now = telling.words, telling.now
    data = wire.ShiftNews.model_validate(telling.notice.data)
    lines = [_what_happened(_, data, now), "", *_shift(telling, data)]
    if data.reason:
        lines.append(_("The point says: {reason}", reason=data.reason))
    return telling.screen(lines, [*_news_rows(_, data), *_onward(_)])


LOST = frozenset(
    {"refused", "withdrawn_by_leader", "stand_in_found", "shift_cancelled", "standing_place_missed"}
    | {"offer_ran_out", "shift_began"}
)
"""News of a shift that one has nothing to do with any more."""


def _news_rows(_: Words, data: wire.ShiftNews) -> list[Row]:
    """To the shift, where there is something to see or to answer."""
    if data.what in LOST:
        return []
    label = _("💬 See it and answer") if data.what == "proposed" else _("🗓 See my place, or change it")
    return [(button(label, ShowShift(data.shift_id)),)]


def _onward(_: Words) -> list[Row]:
    """To what there is besides."""
    return [(button(_("🙋 Other shifts"), Shifts()), button(_("🗓 My shifts"), MyShifts()))]


def _offer(telling: Telling) -> Reply:
    _, now = telling.words, telling.now
    data = wire.ShiftOfferNews.model_validate(telling.notice.data)
    until = _.moment(data.expires_at, now)
    lines = [_("🔔 A place on this shift has come free, and I keep it for you:"), "", *_shift(telling, data)]
    lines += ["", _("Please answer by {moment}. After that it goes to the next in the queue.", moment=until)]
    rows = _onward(_)
    if data.wait_id is not None:
        when = _.short_moment(data.start, now)
        take = button(
            _("✅ I will come: {when} {title}", when=when, title=data.title), TakeOffered(data.wait_id)
        )
        rows = [(take,), (button(_("✖️ No, thank you"), AskUnqueue(data.wait_id)),)]
    return telling.screen(lines, rows)


def _ask(telling: Telling) -> Reply:
    _ = telling.words
    data = wire.ShiftAskNews.model_validate(telling.notice.data)
    first = (
        _("🙏 Somebody cannot come. Could you stand in for them?")
        if data.is_stand_in
        else _("🙏 Help is needed here. Could you come?")
    )
    lines = [first, "", *_shift(telling, data), "", _("The first to say yes has the place.")]
    when = _.short_moment(data.start, telling.now)
    yes, no = AcceptAsk(data.ask_id), AskDeclineAsk(data.ask_id)
    return telling.screen(lines, ask_rows(_, yes, no, when, data.title))


def _swap(telling: Telling) -> Reply:
    _ = telling.words
    data = wire.ShiftSwapNews.model_validate(telling.notice.data)
    lines = [
        _("🔁 Somebody would like to swap shifts with you."),
        "",
        _("Yours:"),
        *_shift(telling, data),
        "",
        _("Theirs:"),
        *_shift(telling, data.instead),
        "",
        _("Nothing changes unless you agree."),
    ]
    rows: list[Row] = [
        (button(_("✅ I agree to this swap"), AcceptSwap(data.swap_id)),),
        (button(_("✖️ No, I keep mine"), AskDeclineSwap(data.swap_id)),),
    ]
    return telling.screen(lines, rows)


def _alert(telling: Telling) -> Reply:
    _ = telling.words
    data = wire.ShiftAlertNews.model_validate(telling.notice.data)
    match data.what:
        case "late_withdrawal":
            first = _("⚠️ Somebody has withdrawn late from this shift.")
        case "first_timer_alone":
            first = _("⚠️ Only first-timers are left on this shift.")
        case "nobody_to_ask":
            first = _("⚠️ Hands are missing here, and nobody is left to ask.")
        case _:
            first = _("⚠️ This shift is below its minimum.")
    lines = [first, "", *_shift(telling, data)]
    if data.missing:
        lines.append(_.plural("{number} person is missing", "{number} people are missing", data.missing))
    if data.reason:
        lines.append(_("They say: {reason}", reason=data.reason))
    rows = [
        (button(_("📣 Ask people who match, now"), AskHands(data.shift_id)),),
        (button(_("🙋 This shift"), ShowKeptShift(data.shift_id)),),
    ]
    return telling.screen(lines, rows)


def _at_risk(telling: Telling) -> Reply:
    _ = telling.words
    data = wire.BookingNews.model_validate(telling.notice.data)
    lines = [
        _(
            "⚠️ The point is still looking for helpers at this time. Your booking stands; if it cannot be kept, you are told."
        ),
        "",
        *telling.facts(data),
    ]
    rows = [
        (button(_("🎫 See the ticket"), ShowTicket(data.booking_id)),),
        (button(_("🎫 My bookings"), Mine()),),
    ]
    return telling.screen(lines, rows)


def _safe_again(telling: Telling) -> Reply:
    _ = telling.words
    data = wire.BookingNews.model_validate(telling.notice.data)
    lines = [_("👍 Helpers have been found: your booking is safe."), "", *telling.facts(data)]
    return telling.screen(lines, [(button(_("🎫 See the ticket"), ShowTicket(data.booking_id)),)])


SCREENS: Mapping[str, Callable[[Telling], Reply]] = {
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
