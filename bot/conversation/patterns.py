"""On which days the same is to be booked: the patterns, in words and as a question."""

from datetime import date

from bot import wire
from bot.conversation.actions.ordering import AskWith, Until
from bot.conversation.turn import Row, Turn, button
from bot.replies import Reply
from bot.texts import DISTRICT_ZONE

WEEKDAYS, DAILY, WEEKLY = range(3)

_FRIDAY = 5


def patterns_question(turn: Turn, slot: wire.SlotDetail, party: int, said: str, *, before: str = "") -> Reply:
    """On which days? `said` is what a button carries of the order, `before` is said first."""
    _ = turn.words
    day = slot.start.astimezone(DISTRICT_ZONE).date()
    patterns = [*([WEEKDAYS] if day.isoweekday() <= _FRIDAY else []), DAILY, WEEKLY]
    rows: list[Row] = [
        (button(pattern_text(turn, pattern, day), Until(slot.id, party, said, pattern)),)
        for pattern in patterns
    ]
    rows.append((button(_("↩️ Only this once"), AskWith(slot.id, party, said)),))
    text = _(
        "{service}, {clock}, from {day} on. On which days?",
        service=slot.service.name,
        clock=_.clock(slot.start),
        day=_.on(day, turn.now),
    )
    return turn.screen(f"{before}\n\n{text}" if before else text, rows, point=slot.point.id)


def pattern_text(turn: Turn, pattern: int, day: date) -> str:
    """A pattern in words; weekly, it is the weekday of `day`."""
    _ = turn.words
    match pattern:
        case 0:
            return _("Every weekday, Monday to Friday")
        case 1:
            return _("Every day")
        case _other:
            return _("Every {weekday}", weekday=_.weekday(day))
