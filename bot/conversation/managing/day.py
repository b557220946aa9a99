"""The day of a point: what is on, who is missing, and everything that can be done from here."""

from datetime import date, timedelta

from bot import wire
from bot.conversation.actions.managers import (
    Close,
    Closures,
    Day,
    Door,
    FindPoint,
    Guests,
    Missing,
    MyPoints,
    OpenExtra,
    SetSummaries,
    Sheet,
    ShowGuest,
    WalkIn,
    WhichDay,
    Write,
)
from bot.conversation.actions.rostering import Shifts
from bot.conversation.helping import telephone
from bot.conversation.keeping import kept_divisions, kept_points
from bot.conversation.managing.access import manager, points_row
from bot.conversation.managing.labels import arrived, guest_line, missing, slot_span, state_of, today
from bot.conversation.turn import Row, Turn, button, in_rows, leaf, page_row
from bot.replies import Button, Incoming, Reply
from bot.wire import managing as view

PAGE = 8
"""Slots on a screen."""

DAYS_AHEAD = 7
MOST_CALLED = 10
"""So many telephone numbers on a screen."""

FIND_DRAFT = "managing_find"
SUMMARIES = "summaries"
"""The group of notices that mornings are told in."""


def show_points(turn: Turn, _asked: MyPoints) -> Reply:
    """The points that I keep, each with its today."""
    _ = turn.words
    rows: list[Row] = [
        (button(_("📋 {point}: today", point=point.name), Day(point.id)),) for point in kept_points(turn.me)
    ]
    if kept_divisions(turn.me):
        rows.append((button(_("🔎 Find a point"), FindPoint()),))
    rows.append((_summaries_button(turn),))
    return turn.screen(_("Which point is it about?"), rows)


def _summaries_button(turn: Turn) -> Button:
    _ = turn.words
    if SUMMARIES in turn.me.opted_out:
        return button(_("☀️ Tell me every morning what the day brings"), SetSummaries(1))
    return button(_("🔕 No summary in the morning"), SetSummaries(0))


async def set_summaries(turn: Turn, order: SetSummaries) -> Reply:
    """The summary of the morning, on or off by this one tap."""
    others = [group for group in turn.me.opted_out if group != SUMMARIES]
    wanted = others if order.on == 1 else [*others, SUMMARIES]
    changed = turn.knowing(await manager(turn).set_summaries(wanted))
    _ = changed.words
    text = (
        _("Every morning I tell you what the day brings to your points.")
        if order.on == 1
        else _("I do not tell you any more in the morning. You find the day here whenever you like.")
    )
    shown = show_points(changed, MyPoints())
    return changed.screen(text, shown.rows[:-1])


async def find_point(turn: Turn, _asked: FindPoint) -> Reply:
    """Ask for a part of a point's name."""
    _ = turn.words
    if not kept_divisions(turn.me):
        return show_points(turn, MyPoints())
    await turn.resident.keep_draft(FIND_DRAFT, {})
    return turn.screen(_("Type a part of the point's name or address."), (points_row(turn),))


async def found_points(turn: Turn, _draft: wire.Draft, incoming: Incoming) -> Reply:
    """The points that have these words in their name, within what the person answers for."""
    _ = turn.words
    words = (incoming.text or "").strip()
    if not words:
        return turn.screen(_("Type a part of the point's name or address."), (points_row(turn),))
    points: dict[str, wire.Point] = {}
    for division in kept_divisions(turn.me)[:3]:
        points.update({str(point.id): point for point in await manager(turn).points(words[:50], division)})
    rows: list[Row] = [
        (button(_("📋 {point}: today", point=point.name), Day(point.id)),)
        for point in list(points.values())[:PAGE]
    ]
    text = (
        _("I find these. You can also type another name.")
        if rows
        else _("I find no point of that name. Please try a shorter part of it.")
    )
    return turn.screen(text, [*rows, points_row(turn)])


async def show_day(turn: Turn, wanted: Day) -> Reply:
    """A point's day: sums, then its slots, those that are on or to come first."""
    on = wanted.day or today(turn)
    return day_screen(turn, await manager(turn).day(wanted.point, on), page=wanted.page)


def day_screen(turn: Turn, shown: view.PointDay, *, page: int = 0, before: str = "") -> Reply:
    """The day, already fetched. `before` is said first."""
    _ = turn.words
    ordered = _next_first(turn, shown.slots)
    slots, more = leaf(ordered, page, PAGE)
    lines = [
        *([before, ""] if before else []),
        _("📋 {point} · {day}", point=shown.point.name, day=_.day(shown.date, turn.now)),
        *_sums(turn, shown),
        "",
        *(_slot_line(turn, slot) for slot in slots),
    ]
    if not shown.slots:
        lines.append(_("Nothing is on."))
    rows: list[Row] = _at_the_door(turn, shown)
    rows += [
        (button(f"{_.clock(slot.start)} {slot.service.name} {state_of(turn, slot)}", Guests(slot.id)),)
        for slot in slots
    ]
    rows += page_row(_, page, lambda to: Day(shown.point.id, _unless_today(turn, shown.date), to), more=more)
    return turn.screen("\n".join(lines), [*rows, *_what_to_do(turn, shown)])


def _sums(turn: Turn, shown: view.PointDay) -> list[str]:
    _ = turn.words
    open_ones = [slot for slot in shown.slots if slot.status != "closed"]
    if not open_ones:
        return []
    lines = [
        _(
            "{taken} of {capacity} places booked, {here} here.",
            taken=sum(slot.taken for slot in open_ones),
            capacity=sum(slot.capacity for slot in open_ones),
            here=sum(arrived(slot) for slot in open_ones),
        )
    ]
    if waiting := sum(slot.waiting for slot in open_ones):
        lines.append(_.plural("{number} is waiting.", "{number} are waiting.", waiting))
    following = next((slot for slot in open_ones if slot.start > turn.now), None)
    if following is not None and shown.date == today(turn):
        lines.append(_("Next: {slot}", slot=f"{_.clock(following.start)} {following.service.name}"))
    return lines


def _slot_line(turn: Turn, slot: view.DaySlot) -> str:
    _ = turn.words
    mark = "▶️" if slot.start <= turn.now < slot.end else "•"
    span = f"{_.clock(slot.start)}–{_.clock(slot.end)}"
    return _("{name}: {state}", name=f"{mark} {span} {slot.service.name}", state=state_of(turn, slot))


def _next_first(turn: Turn, slots: tuple[view.DaySlot, ...]) -> list[view.DaySlot]:
    to_come = [slot for slot in slots if slot.end > turn.now]
    return to_come + [slot for slot in slots if slot.end <= turn.now]


def _unless_today(turn: Turn, day: date) -> date | None:
    return None if day == today(turn) else day


def _at_the_door(turn: Turn, shown: view.PointDay) -> list[Row]:
    """What somebody at the door presses again and again: it stands before the slots, however many there are."""
    _ = turn.words
    if shown.date != today(turn):
        return []
    point = shown.point.id
    rows: list[Row] = [(button(_("✅ Check in"), Door(point)), button(_("🚶 Walk-in"), WalkIn(point)))]
    if absent := sum(len(missing(slot, turn.now)) for slot in shown.slots):
        rows.append((button(_("🔎 Not here yet ({number})", number=absent), Missing(point)),))
    return rows


def _what_to_do(turn: Turn, shown: view.PointDay) -> list[Row]:
    _ = turn.words
    point = shown.point.id
    rows: list[Row] = [
        (
            button(_("🗒 All in one message"), Sheet(point, shown.date)),
            button(_("📅 Another day"), WhichDay(point)),
        ),
        (
            button(_("🚫 Close"), Close(point, _unless_today(turn, shown.date))),
            button(_("➕ Open extra"), OpenExtra(point)),
        ),
        (button(_("📆 Closures"), Closures(point)), button(_("🙋 Shifts"), Shifts(point))),
    ]
    if shown.date >= today(turn) and any(slot.taken for slot in shown.slots):
        rows.append((button(_("✉️ Write to those booked"), Write(point, None, shown.date)),))
    if len(kept_points(turn.me)) > 1 or kept_divisions(turn.me):
        rows.append(points_row(turn))
    return rows


def show_which_day(turn: Turn, wanted: WhichDay) -> Reply:
    """Yesterday, today and the days to come."""
    _ = turn.words
    days = [today(turn) + timedelta(days=number) for number in range(-1, DAYS_AHEAD + 1)]
    buttons = [button(_.day(day, turn.now), Day(wanted.point, _unless_today(turn, day))) for day in days]
    return turn.screen(_("Which day?"), in_rows(buttons, 2))


async def show_sheet(turn: Turn, wanted: Sheet) -> Reply:
    """Everything of a day in one message: each slot with everybody in it, and what they need."""
    _ = turn.words
    shown = await manager(turn).day(wanted.point, wanted.day)
    parts = [
        "\n".join(
            [
                _("🗒 {point} · {day}", point=shown.point.name, day=_.day(shown.date, turn.now)),
                *_sums(turn, shown),
            ]
        )
    ]
    for slot in shown.slots:
        heading = _slot_line(turn, slot)
        parts.append("\n".join([heading, *(guest_line(turn, one) for one in slot.bookings)]))
    if not shown.slots:
        parts.append(_("Nothing is on."))
    row = (button(_("📋 Back to the day"), Day(wanted.point, _unless_today(turn, wanted.day))),)
    return turn.screen("\n\n".join(parts), (row,))


async def show_missing(turn: Turn, wanted: Missing) -> Reply:
    """Who should be here by now, with the number to call."""
    _ = turn.words
    shown = await manager(turn).day(wanted.point, today(turn))
    parts: list[str] = []
    rows: list[Row] = []
    for slot in shown.slots:
        absent = missing(slot, turn.now)
        if not absent:
            continue
        parts.append("\n".join([slot_span(turn, slot), *(guest_line(turn, one) for one in absent)]))
        for one in absent:
            row: Row = (button(one.attendee.name, ShowGuest(slot.id, one.id)),)
            if one.phone:
                row = (*row, telephone(one.attendee.name, one.phone))
            rows.append(row)
    text = (
        _("These should be here by now:")
        if parts
        else _("Everybody who should be here by now is checked in.")
    )
    back = (button(_("📋 Today"), Day(wanted.point)),)
    return turn.screen("\n\n".join([text, *parts]), [*rows[:MOST_CALLED], back])
