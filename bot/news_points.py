"""How notices read that are for those who keep the points and the program running."""

from datetime import date

from bot import wire
from bot.conversation.actions.managers import Day, Door, Guests, Places, SetSummaries, Sheet
from bot.conversation.actions.rostering import Shifts
from bot.conversation.turn import Row, button
from bot.news_parts import Telling
from bot.replies import Reply


def over_capacity(telling: Telling) -> Reply:
    """More people keep their places than there is room for."""
    _, data = telling.words, wire.ExcessNews.model_validate(telling.notice.data)
    lines = [
        _("⚠️ More people are booked than your point now has places for:"),
        "",
        *telling.facts(data),
        _("{taken} booked, {capacity} places.", taken=data.taken, capacity=data.capacity),
        "",
        _("Everybody keeps their place, and nobody new gets in. Please be ready for them."),
    ]
    rows: list[Row] = []
    if data.slot_id is not None:
        rows.append(
            (button(_("👥 Everybody"), Guests(data.slot_id)), button(_("🔢 Places"), Places(data.slot_id)))
        )
    return telling.screen(lines, rows)


def counts_stale(telling: Telling) -> Reply:
    """People book, and nobody is checked in."""
    _, data = telling.words, wire.StaleNews.model_validate(telling.notice.data)
    lines = [
        _("⚠️ {point}: nobody has been checked in lately.", point=data.point),
        "",
        _(
            "In the last {days} days there were {bookings} bookings.",
            days=data.days,
            bookings=data.bookings,
        ),
        _("Whoever is not checked in is noted as missing. Please check people in, and keep the places true."),
    ]
    rows: list[Row] = []
    if data.point_id is not None:
        rows.append(
            (button(_("✅ Check in"), Door(data.point_id)), button(_("📋 Today"), Day(data.point_id)))
        )
    return telling.screen(lines, rows)


def morning(telling: Telling) -> Reply:
    """What the day brings to a point."""
    _, data, now = telling.words, wire.MorningNews.model_validate(telling.notice.data), telling.now
    lines = [
        _("☀️ {point}, {day}", point=data.point, day=_.day(date.fromisoformat(data.day), now)),
        "",
        _("{taken} of {capacity} places booked.", taken=data.taken, capacity=data.capacity),
    ]
    if data.waiting:
        lines.append(_.plural("{number} is waiting.", "{number} are waiting.", data.waiting))
    lines.append("")
    for line in data.lines:
        said = _(
            "• {moment} {service}: {taken} of {capacity}",
            moment=_.clock(line.start),
            service=line.service,
            taken=line.taken,
            capacity=line.capacity,
        )
        lines.append(f"{said} ⏳{line.waiting}" if line.waiting else said)
    more = data.slots - len(data.lines)
    if more > 0:
        lines.append(_.plural("… and {number} more", "… and {number} more", more))
    if data.closed:
        lines.append(_.plural("Closed: {number} time", "Closed: {number} times", data.closed))
    rows: list[Row] = []
    if data.point_id is not None:
        day = date.fromisoformat(data.day)
        rows += [
            (
                button(_("📋 The whole day"), Day(data.point_id, day)),
                button(_("✅ Check in"), Door(data.point_id)),
            ),
            (
                button(_("🗒 All in one message"), Sheet(data.point_id, day)),
                button(_("🙋 Shifts"), Shifts(data.point_id)),
            ),
        ]
    rows.append((button(_("🔕 No summary in the morning"), SetSummaries(0)),))
    return telling.screen(lines, rows)


def job_overdue(telling: Telling) -> Reply:
    """A timed job has not done its work for long."""
    _, data, now = telling.words, wire.OverdueNews.model_validate(telling.notice.data), telling.now
    lines = [
        _("⚠️ The program's timed job “{job}” does not work.", job=data.job),
        "",
        _("It last did at {moment}.", moment=_.moment(data.since, now)),
    ]
    if data.error:
        lines.append(_("What it says: {error}", error=data.error))
    lines += ["", _("Until it works again, reminders or places may come late. Please look at the server.")]
    return telling.screen(lines)
