"""My standing orders: all of them, one with its days, and cancelling the rest of one."""

from collections.abc import Sequence

from bot import wire
from bot.conversation.actions import Categories, Mine, ShowTicket
from bot.conversation.actions.ordering import AskEndSeries, EndSeries, SeriesList, ShowSeries
from bot.conversation.labels import booking_row, name_of
from bot.conversation.turn import Row, Turn, button, leaf, limit_for, page_row
from bot.orderer import Orderer
from bot.replies import Reply

PAGE = 6

CONFIRMED = "confirmed"


async def show_list(turn: Turn, wanted: SeriesList) -> Reply:
    """My standing orders that are not over."""
    _ = turn.words
    size = turn.fits(PAGE)
    found = await turn.acting_as(Orderer).all_series(limit_for(wanted.page, size))
    shown, more = leaf(found, wanted.page, size)
    onward: list[Row] = [(button(_("🎫 My bookings"), Mine()),)]
    if not shown:
        text = _("You have no series. On the screen before booking, tap “Every day or every week”.")
        return turn.screen(text, [(button(_("📋 All services"), Categories()),), *onward])
    rows = [(button(_label(turn, one), ShowSeries(one.id), _detail(turn, one)),) for one in shown]
    text = _("Your series. Tap one to see its days or to end it.")
    return turn.screen(text, [*rows, *page_row(_, wanted.page, SeriesList, more=more), *onward])


def _label(turn: Turn, one: wire.SeriesSummary) -> str:
    return f"{one.service.name} · {name_of(turn, one.attendee)}"


def _detail(turn: Turn, one: wire.SeriesSummary) -> tuple[str, ...]:
    _ = turn.words
    return (
        _label(turn, one),
        f"{one.point.name} · {_.on(one.first, turn.now)} – {_.on(one.last, turn.now)}",
        _.plural("{number} day ahead", "{number} days ahead", one.ahead),
    )


async def show_series(turn: Turn, wanted: ShowSeries) -> Reply:
    """A standing order: the days that are ahead, each changeable alone, and how to end the rest."""
    _ = turn.words
    series = await turn.acting_as(Orderer).series(wanted.series)
    size = turn.fits(PAGE)
    ahead = _ahead(turn, series)
    shown, more = leaf(ahead, wanted.page, size)
    rows = [booking_row(turn, one, ShowTicket(one.id)) for one in shown]
    rows += page_row(_, wanted.page, lambda page: ShowSeries(series.id, page), more=more)
    lines = [_.plural("{number} day ahead", "{number} days ahead", len(ahead))]
    return _screen(turn, series, lines, "", rows=rows, can_end=bool(ahead) and not series.cancelled)


def series_screen(turn: Turn, series: wire.Series, lines: Sequence[str], before: str) -> Reply:
    """A standing order right after it was placed or ended. `lines` say what became of its days."""
    return _screen(turn, series, lines, before, rows=(), can_end=bool(_ahead(turn, series)))


def _screen(
    turn: Turn,
    series: wire.Series,
    lines: Sequence[str],
    before: str,
    *,
    rows: Sequence[Row],
    can_end: bool,
) -> Reply:
    _ = turn.words
    head = _(
        "{service}, for {name}, {first} – {last}",
        service=series.service.name,
        name=name_of(turn, series.attendee),
        first=_.on(series.first, turn.now),
        last=_.on(series.last, turn.now),
    )
    parts = [*([before] if before else []), head, *(["\n".join(lines)] if lines else [])]
    onward: list[Row] = []
    if can_end:
        onward.append((button(_("✖️ Cancel the rest"), AskEndSeries(series.id)),))
    onward.append((button(_("🎫 My bookings"), Mine()), button(_("📆 My series"), SeriesList())))
    return turn.screen("\n\n".join(parts), [*rows, *onward])


async def ask_end(turn: Turn, wanted: AskEndSeries) -> Reply:
    """Which days would be cancelled, and the button that does it."""
    _ = turn.words
    series = await turn.acting_as(Orderer).series(wanted.series)
    ahead = _ahead(turn, series)
    if series.cancelled or not ahead:
        return _screen(turn, series, [_("Nothing of it is ahead.")], "", rows=(), can_end=False)
    days = _(", ").join(_.moment(one.slot.start, turn.now) for one in ahead)
    late = [one for one in ahead if turn.now >= one.free_cancel_until]
    parts = [
        _("Cancel the rest of this series?"),
        _(
            "{service}, for {name}:\n{days}",
            service=series.service.name,
            name=name_of(turn, series.attendee),
            days=days,
        ),
    ]
    if late:
        parts.append(
            _.plural("{number} of them is noted as late.", "{number} of them are noted as late.", len(late))
        )
    label = _.plural("✖️ Yes, cancel {number} day", "✖️ Yes, cancel {number} days", len(ahead))
    rows = (
        (button(label, EndSeries(series.id)),),
        (button(_("↩️ No, keep it"), ShowSeries(series.id)),),
    )
    return turn.screen("\n\n".join(parts), rows)


async def end(turn: Turn, order: EndSeries) -> Reply:
    """Cancel what is ahead. Cancelled already is as good."""
    _ = turn.words
    series = await turn.acting_as(Orderer).end_series(order.series)
    return _screen(turn, series, [], _("What was ahead is cancelled."), rows=(), can_end=False)


def _ahead(turn: Turn, series: wire.Series) -> list[wire.Booking]:
    """The days of it that are booked and not over."""
    return [
        one.booking
        for one in series.occurrences
        if one.booking is not None and one.booking.status == CONFIRMED and one.booking.slot.start > turn.now
    ]
