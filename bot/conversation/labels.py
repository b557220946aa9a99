"""How slots, bookings and categories are named on screens and buttons."""

from collections.abc import Sequence
from uuid import UUID

from bot import wire
from bot.conversation.actions import Action
from bot.conversation.turn import Row, Turn, button
from bot.replies import Language, Place

MEALS = "meals"
ELDER_CARE = "elder_care"

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


def slot_text(turn: Turn, slot: wire.Slot) -> str:
    """A slot in two lines: when and what; where, how far and how many places."""
    _ = turn.words
    where = [slot.point.name]
    if slot.distance_m is not None:
        where.append(_.distance(slot.distance_m))
    where.append(_.plural("{number} place left", "{number} places left", slot.free))
    return f"{_.span(slot.start, slot.end, turn.now)} {slot.service.name}\n{' · '.join(where)}"


def slot_list(turn: Turn, slots: Sequence[wire.Slot], first: int = 1) -> str:
    """Slots as a numbered list."""
    return "\n\n".join(f"{number}. {slot_text(turn, slot)}" for number, slot in enumerate(slots, first))


def slot_row(turn: Turn, number: int, slot: wire.Slot, action: Action) -> Row:
    """The button of a numbered slot, as wide as the screen."""
    when = turn.words.short_moment(slot.start, turn.now)
    return (button(f"{number}. {when} · {_shortened(slot.point.name)}", action),)


def booking_row(turn: Turn, booking: wire.Booking, action: Action) -> Row:
    """The button of a booking, as wide as the screen."""
    when = turn.words.short_moment(booking.slot.start, turn.now)
    return (button(f"{when} · {booking.service.name}", action),)


def visit_lines(turn: Turn, slot: wire.Slot, party: int, attendee: str) -> list[str]:
    """What a booking of this slot is: when, what, where, for whom."""
    _ = turn.words
    lines = [
        _("When: {when}", when=_.span(slot.start, slot.end, turn.now)),
        _("What: {service}", service=slot.service.name),
        _("Where: {point}, {address}", point=slot.point.name, address=slot.point.address),
        _.plural(
            "For: {attendee}, {number} place", "For: {attendee}, {number} places", party, attendee=attendee
        ),
    ]
    if slot.demo:
        lines.append(_("This is demonstration data: the place is made up."))
    return lines


def attendee_name(me: wire.Me, attendee: UUID | None) -> str:
    """Whom a booking is for: somebody of the household, else oneself."""
    return next((relative.name for relative in me.household if relative.person_id == attendee), me.name)


def place_of(point: wire.PointBrief) -> Place | None:
    """Where a point is on the map, when that is known."""
    if point.latitude is None or point.longitude is None:
        return None
    return Place(point.name, point.address, point.latitude, point.longitude)


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
