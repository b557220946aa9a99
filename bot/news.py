"""How notices read: each kind as a screen with its facts and ways on. What people are told of their bookings stands here.

Kinds and data are the API's (`scheduling/rules/kinds.py`). It may be newer than this bot: what is not known here is still
told. A new kind gets a line in `_SCREENS`, a sample in `tests/bot/notices_of_every_kind.py` and its Chinese in the catalogue.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog
from pydantic import ValidationError

from bot import news_points, news_requests, news_shifts, news_standing, news_threads, wire
from bot.conversation.actions import Mine, SetReminders
from bot.conversation.actions.visits import AskLate, Coming
from bot.conversation.turn import button
from bot.news_parts import Telling, place_of
from bot.replies import Reply
from bot.texts import words

log = structlog.get_logger(__name__)


def render(notice: wire.Notice, now: datetime) -> Reply:
    """A notice as a screen. What this bot does not know is told as far as it can be read, and logged."""
    telling = Telling(words(notice.language, large_text=notice.large_text), notice, now)
    screen = _SCREENS.get(notice.kind)
    if screen is None:
        log.warning("notice.unknown_kind", notice=str(notice.id), kind=notice.kind)
        screen = _news
    try:
        reply = screen(telling)
    except ValidationError as error:
        log.warning(
            "notice.not_understood", notice=str(notice.id), kind=notice.kind, amiss=error.error_count()
        )
        reply = _bare_news(telling)
    return reply


def _confirmed(telling: Telling) -> Reply:
    _, data = telling.words, wire.ByNews.model_validate(telling.notice.data)
    place = place_of(data)
    first = (
        _("{person} has booked this for you:", person=data.by) if data.by else _("This is booked for you:")
    )
    lines = [first, "", *telling.booking_facts(data, place), "", telling.code(data)]
    return telling.screen(lines, [telling.ticket_row(data)], place)


def _reminder(telling: Telling) -> Reply:
    _, data = telling.words, wire.BookingNews.model_validate(telling.notice.data)
    place = place_of(data)
    lines = [
        _("⏰ A reminder of your booking:"),
        "",
        *telling.booking_facts(data, place),
        "",
        telling.code(data),
    ]
    rows = [
        (
            button(_("✅ I will come"), Coming(data.booking_id)),
            button(_("🐢 I will be late"), AskLate(data.booking_id)),
        ),
        telling.ticket_row(data),
        (button(_("🔕 Stop reminders"), SetReminders(0)),),
    ]
    return telling.screen(lines, rows, place)


def _changed(telling: Telling) -> Reply:
    _, data = telling.words, wire.ChangedNews.model_validate(telling.notice.data)
    place = place_of(data)
    first = (
        _("{person} has changed this booking. This is how it is now:", person=data.by)
        if data.by
        else _("Something about this booking has changed. This is how it is now:")
    )
    lines = [first, "", *telling.booking_facts(data, place)]
    if data.was is not None:
        was = _.span(data.was.start, data.was.end, telling.now)
        lines.append(_("Before, it was: {when}, {point}", when=was, point=data.was.point))
    lines += [*telling.why(data.why, data.reason), "", telling.code(data)]
    return telling.screen(lines, [telling.ticket_row(data)], place)


def _cancelled(telling: Telling) -> Reply:
    _, data = telling.words, wire.CancelledNews.model_validate(telling.notice.data)
    lines = [
        _("We are sorry: the point had to cancel this booking."),
        "",
        *telling.booking_facts(data),
        *telling.why(data.why, data.reason),
    ]
    if data.alternatives:
        lines += ["", _("These are free:")]
    rows = [telling.instead_row(data, number, one) for number, one in enumerate(data.alternatives, 1)]
    return telling.screen(lines, [*rows, *telling.other_rows(data)])


def _cancelled_by_relative(telling: Telling) -> Reply:
    _, data = telling.words, wire.ByNews.model_validate(telling.notice.data)
    first = (
        _("{person} has cancelled this booking:", person=data.by)
        if data.by
        else _("This booking was cancelled:")
    )
    return telling.screen([first, "", *telling.booking_facts(data)], telling.other_rows(data))


def _news(telling: Telling) -> Reply:
    """What can be told of a kind that is newer than this bot: what it is about."""
    _, data = telling.words, wire.Visited.model_validate(telling.notice.data)
    lines = [_("There is news about this:"), "", *telling.facts(data)]
    return telling.screen(lines, telling.other_rows(data))


def _bare_news(telling: Telling) -> Reply:
    """What can be told when the data cannot be read: that there is something, and where to look."""
    _ = telling.words
    lines = [_("There is news about your bookings. Please have a look, or ask a person.")]
    return telling.screen(lines, [(button(_("🎫 My bookings"), Mine()),)])


_SCREENS: Mapping[str, Callable[[Telling], Reply]] = {
    "booking_confirmed": _confirmed,
    "booking_reminder_evening": _reminder,
    "booking_reminder_soon": _reminder,
    "booking_changed": _changed,
    "booking_cancelled_by_point": _cancelled,
    "booking_cancelled_by_relative": _cancelled_by_relative,
    "series_result": news_standing.series_result,
    "waitlist_offer": news_standing.offered,
    "waitlist_offer_withdrawn": news_standing.withdrawn,
    "waitlist_closed": news_standing.closed,
    "pause_started": news_standing.paused,
    "pause_ended": news_standing.pause_ended,
    "rating_asked": news_standing.rating_asked,
    "address_code": news_standing.address_code,
    "point_over_capacity": news_points.over_capacity,
    "point_counts_stale": news_points.counts_stale,
    "point_morning": news_points.morning,
    "job_overdue": news_points.job_overdue,
    **news_shifts.SCREENS,
    **news_requests.SCREENS,
    **news_threads.SCREENS,
}

KINDS = frozenset(_SCREENS)
"""The kinds that have a screen of their own."""
