"""How slots, bookings and categories are named on screens and buttons."""

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from bot import wire
from bot.conversation.actions import Action
from bot.conversation.turn import Row, Turn, button
from bot.replies import Language, Place
from bot.texts import DISTRICT_ZONE, Words

MEALS = "meals"
ELDER_CARE = "elder_care"

OPEN = "open"
"""The status of a slot that is neither closed nor cancelled."""

LUNCH = "lunch"
"""Asked for like a category: the meals that begin at noon, which is what most people come for."""

LUNCH_BEGINS = (time(10), time(14))
"""When a meal begins that people call lunch: from, and before."""

_ICONS = {
    ELDER_CARE: "🧓",
    MEALS: "🍚",
    "culture": "🎨",
    "fitness": "🤸",
    "classroom": "📖",
    "volunteering": "🤝",
    "legal": "⚖️",
    "mediation": "🕊️",
    "family": "👶",
    "counselling": "💬",
}

_LONGEST_NAME = 14
"""Characters of a point's name on a button; more would be cut off by the telephone, at a place not of our choosing."""


def category_label(category: wire.Category, language: Language) -> str:
    """A category with its picture: 🍚 助餐."""
    return f"{_ICONS.get(category.code, '•')} {category_name(category, language)}"


def category_name(category: wire.Category, language: Language) -> str:
    """A category's name: 助餐."""
    return category.name.zh if language == "zh-CN" else category.name.en


def kind_of(category: str, start: datetime) -> str:
    """Under what to look for others like a slot of this category and start: the category, or lunch."""
    begins = start.astimezone(DISTRICT_ZONE).time()
    is_lunch = category == MEALS and LUNCH_BEGINS[0] <= begins < LUNCH_BEGINS[1]
    return LUNCH if is_lunch else category


def slot_row(turn: Turn, number: int, slot: wire.Slot, action: Action) -> Row:
    """The button of a numbered slot, as wide as the screen: when; what, and how many places; where, and how far."""
    _ = turn.words
    label = f"{number}. {_.short_moment(slot.start, turn.now)} · {_shortened(slot.point.name)}"
    where = [slot.point.name]
    if slot.distance_m is not None:
        where.append(_.distance(slot.distance_m))
    left = (
        _.plural("{number} place left", "{number} places left", slot.free)
        if slot.free
        else _("full, you can wait")
    )
    detail = (
        f"{number}. {_.span(slot.start, slot.end, turn.now)}",
        f"{slot.service.name} · {left}",
        " · ".join(where),
    )
    return (button(label, action, detail),)


def booking_row(turn: Turn, booking: wire.Booking, action: Action) -> Row:
    """The button of a booking, as wide as the screen: when; what, and for whom; where, and the code."""
    _ = turn.words
    label = f"{_.short_moment(booking.slot.start, turn.now)} · {booking.service.name}"
    detail = (
        _.span(booking.slot.start, booking.slot.end, turn.now),
        f"{booking.service.name} · {name_of(turn, booking.attendee)}",
        f"{booking.point.name} · {booking.code}",
    )
    return (button(label, action, detail),)


def waiting_row(turn: Turn, entry: wire.WaitlistEntry, action: Action) -> Row:
    """The button of a waiting, as wide as the screen: when; what, and for whom; where, and how it stands."""
    _ = turn.words
    icon, stands = ("⏳", turn_text(_, entry.ahead)) if entry.offer is None else ("🔔", _("please answer"))
    slot = entry.slot
    label = f"{icon} {_.short_moment(slot.start, turn.now)} · {slot.service.name}"
    detail = (
        f"{icon} {_.span(slot.start, slot.end, turn.now)}",
        f"{slot.service.name} · {name_of(turn, entry.attendee)}",
        f"{slot.point.name} · {stands}",
    )
    return (button(label, action, detail),)


def turn_text(_: Words, ahead: int) -> str:
    """Where one stands in a queue: 排在第 2 个."""
    return _("number {position} in the queue", position=ahead + 1)


def visit_lines(turn: Turn, slot: wire.Slot, party: int, attendee: str, *more: str) -> list[str]:
    """What a booking of this slot is: when, what, where, for whom, and `more`. That the place is made up is said last."""
    _ = turn.words
    lines = [
        _("When: {when}", when=_.span(slot.start, slot.end, turn.now)),
        _("What: {service}", service=slot.service.name),
        _("Where: {point}, {address}", point=slot.point.name, address=slot.point.address),
        _.plural(
            "For: {attendee}, {number} place", "For: {attendee}, {number} places", party, attendee=attendee
        ),
        *more,
    ]
    if slot.demo:
        lines.append(_("This is demonstration data: the place is made up."))
    return lines


def attendee_name(turn: Turn, attendee: UUID | None) -> str:
    """Whom a booking is for: somebody of the household by name, else oneself."""
    _ = turn.words
    names = (relative.name for relative in turn.me.household if relative.person_id == attendee)
    return next(names, _("yourself"))


def name_of(turn: Turn, somebody: wire.Named) -> str:
    """How somebody is called to the person in this turn."""
    _ = turn.words
    return _("yourself") if somebody.id == turn.me.id else somebody.name


def place_of(point: wire.PointBrief) -> Place | None:
    """Where a point is on the map, when that is known."""
    if point.latitude is None or point.longitude is None:
        return None
    return Place(point.name, point.address, point.latitude, point.longitude)


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def listed(_: Words, items: Sequence[str]) -> str:
    """Several things in a row: 急救、驾驶."""
    return _(", ").join(items)
