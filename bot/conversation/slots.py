"""Looking for a time: slots near home, of another day, of another place."""

from datetime import date, datetime, time, timedelta

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions import AskBook, Days, Elsewhere, MyPlace, Slots
from bot.conversation.home import show_categories
from bot.conversation.labels import LUNCH, LUNCH_BEGINS, MEALS, category_label, slot_row
from bot.conversation.place import near_of
from bot.conversation.turn import Row, Turn, button, in_rows, leaf, limit_for, page_row
from bot.replies import Reply
from bot.resident import SlotQuery
from bot.texts import DISTRICT_ZONE

PAGE = 5
"""Slots on a screen: as many as fit a telephone in large letters."""

SOON_DAYS = 2
"""Today and tomorrow: what most people want, so it is looked for first."""

DAYS_SHOWN = 8
"""Today and the week after it. The API says which of their slots can be booked; this is only what can be asked for."""


async def show_slots(turn: Turn, wanted: Slots) -> Reply:
    """Slots that can be booked now: nearest home, soonest, each with all one needs to choose. A link to what is no category
    (any more) leads to those that there are.
    """
    _ = turn.words
    try:
        found = await _find(turn, wanted)
    except ApiProblem as problem:
        if problem.code != "invalid-input":
            raise
        return await show_categories(turn)
    slots, more = leaf(found, wanted.page, turn.fits(PAGE))
    parts = [await _heading(turn, wanted)]
    rows: list[Row] = []
    if _home_unknown(turn) and wanted.division is None:
        # Above the times, which are anywhere in the district then.
        parts.append(_("Tell me where you live, and I will show you what is near."))
        rows.append((button(_("📍 Tell where I live"), MyPlace()),))
    if slots:
        parts.append(_("Tap the time that suits you."))
    else:
        parts.append(_("I find no free place here just now. Another day or another place may have one."))
    first = max(0, wanted.page) * turn.fits(PAGE) + 1
    rows += [slot_row(turn, number, slot, AskBook(slot.id)) for number, slot in enumerate(slots, first)]
    return turn.screen("\n".join(parts), [*rows, *_onward(turn, wanted, more=more)])


def show_days(turn: Turn, wanted: Days) -> Reply:
    """The days to choose from."""
    _ = turn.words
    days = _days(turn)
    buttons = [button(_.day(day, turn.now), Slots(wanted.category, wanted.division, day)) for day in days]
    return turn.screen(_("Which day would suit you?"), in_rows(buttons, 2))


async def show_elsewhere(turn: Turn, wanted: Elsewhere) -> Reply:
    """The sub-districts to choose from."""
    _ = turn.words
    subdistricts = await turn.resident.divisions("subdistrict")
    rows: list[Row] = []
    if not _home_unknown(turn):
        rows.append((button(_("📍 Near my home"), Slots(wanted.category, None, wanted.day)),))
    buttons = [button(area.name, Slots(wanted.category, area.code, wanted.day)) for area in subdistricts]
    return turn.screen(_("Where would you like to go?"), [*rows, *in_rows(buttons, 2)])


async def _find(turn: Turn, wanted: Slots) -> tuple[wire.Slot, ...]:
    """Slots of the day asked for; with none, of today and tomorrow, and only if there are none, of any day."""
    limit = limit_for(wanted.page, turn.fits(PAGE))
    if wanted.category == LUNCH:
        return await _find_lunch(turn, wanted, limit)
    if wanted.day is not None:
        start, end = _bounds(wanted.day, days=1)
        return await turn.resident.slots(_query(turn, wanted, max(start, turn.now), end), limit)
    today = turn.now.astimezone(DISTRICT_ZONE).date()
    soon = await turn.resident.slots(_query(turn, wanted, turn.now, _bounds(today, days=SOON_DAYS)[1]), limit)
    return soon or await turn.resident.slots(_query(turn, wanted, turn.now, None), limit)


async def _find_lunch(turn: Turn, wanted: Slots, limit: int) -> tuple[wire.Slot, ...]:
    """Lunches of the day asked for; with none, of today and tomorrow, and only if there are none, of the next day that
    has any."""
    found: tuple[wire.Slot, ...] = ()
    for ahead, day in enumerate(_days(turn) if wanted.day is None else [wanted.day]):
        if len(found) >= limit or (found and ahead >= SOON_DAYS):
            break
        start, end = (datetime.combine(day, begins, DISTRICT_ZONE) for begins in LUNCH_BEGINS)
        if turn.now < end:
            found += await turn.resident.slots(_query(turn, wanted, max(start, turn.now), end), limit)
    return found[:limit]


def _query(turn: Turn, wanted: Slots, start: datetime, end: datetime | None) -> SlotQuery:
    """Without a division it is near home: near the place on the map when it is known, else in the same sub-district."""
    division, near = near_of(turn, wanted.division)
    category = MEALS if wanted.category == LUNCH else wanted.category
    return SlotQuery(start, end, category=category, division=division, near=near)


def _days(turn: Turn) -> list[date]:
    """The days that can be asked for, today first."""
    today = turn.now.astimezone(DISTRICT_ZONE).date()
    return [today + timedelta(days=ahead) for ahead in range(DAYS_SHOWN)]


def _bounds(day: date, *, days: int) -> tuple[datetime, datetime]:
    """The moments at which a day begins, and at which it and the days after it end, in the district."""
    start = datetime.combine(day, time(), DISTRICT_ZONE)
    return start, start + timedelta(days=days)


def _home_unknown(turn: Turn) -> bool:
    """Whether the person has not told yet where they live."""
    return turn.me.home is None and turn.me.home_division is None


async def _heading(turn: Turn, wanted: Slots) -> str:
    """What is looked at: 🍚 助餐 · 东山街道 · 明天（周二）."""
    _, language = turn.words, turn.me.language
    if wanted.category == LUNCH:
        parts = [_("🍚 Lunch")]
    else:
        categories = await turn.resident.categories()
        parts = [
            category_label(category, language) for category in categories if category.code == wanted.category
        ]
    if wanted.division is not None:
        subdistricts = await turn.resident.divisions("subdistrict")
        parts += [area.name for area in subdistricts if area.code == wanted.division]
    if wanted.day is not None:
        parts.append(_.day(wanted.day, turn.now))
    return " · ".join(parts)


def _onward(turn: Turn, wanted: Slots, *, more: bool) -> list[Row]:
    """Ways on from a list: its other pages, another day, another place."""
    _ = turn.words
    rows = page_row(
        _, wanted.page, lambda page: Slots(wanted.category, wanted.division, wanted.day, page), more=more
    )
    rows.append(
        (
            button(_("📅 Another day"), Days(wanted.category, wanted.division)),
            button(_("🗺 Another place"), Elsewhere(wanted.category, wanted.day)),
        )
    )
    if wanted.category == LUNCH:
        rows.append((button(_("🍲 Breakfast and dinner"), Slots(MEALS, wanted.division, wanted.day)),))
    return rows
