"""Times that fit what was said: of a category, on a day, about a time, for so many, at a place."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot import wire
from bot.conversation.actions import AskBook, AskWait, Fitting, MyPlace, Slots
from bot.conversation.booking import order_question
from bot.conversation.labels import OPEN, category_label, slot_row
from bot.conversation.orders import about
from bot.conversation.patterns import patterns_question
from bot.conversation.place import near_of, spoken_name, subdistrict_of
from bot.conversation.turn import Row, Turn, button, leaf, limit_for, page_row
from bot.orderer import Order, Orderer
from bot.replies import Reply
from bot.resident import SlotQuery
from bot.texts import DISTRICT_ZONE

PAGE = 5
"""Slots on a screen."""

DAYS_LOOKED_AT = 8
"""Where no day was said: today and the week after it."""

ABOUT_BEFORE, ABOUT_AFTER = timedelta(hours=1), timedelta(hours=2)
"""How far from a time that was said something may begin."""

_DAY_MINUTES = 24 * 60


async def show_fitting(turn: Turn, wanted: Fitting) -> Reply:
    """The slots that fit; where none does, those of the day, and then where else to look."""
    _ = turn.words
    found, exact = await _looked_for(turn, wanted, limit_for(wanted.page, turn.fits(PAGE)))
    slots, more = leaf(found, wanted.page, turn.fits(PAGE))
    parts = [await _heading(turn, wanted)]
    if slots and not exact:
        parts.append(_("Nothing is free at that time. This is what there is:"))
    elif slots:
        parts.append(_("Tap the time that suits you."))
    elif full := await _full(turn, wanted):
        parts.append(_("It is full then. Tap one to wait for a place, or look at other days."))
        rows = [
            slot_row(turn, number, slot, AskWait(slot.id, wanted.party, _asking(turn, slot, wanted).attendee))
            for number, slot in enumerate(full, 1)
        ]
        return turn.screen("\n".join(parts), [*rows, *_onward(turn, wanted)])
    else:
        parts.append(_("I find no free place for that. Another day or another place may have one."))
    first = max(0, wanted.page) * turn.fits(PAGE) + 1
    rows = [
        slot_row(turn, number, slot, _asking(turn, slot, wanted)) for number, slot in enumerate(slots, first)
    ]
    rows += page_row(_, wanted.page, lambda page: replace(wanted, page=page), more=more)
    return turn.screen("\n".join(parts), [*rows, *_onward(turn, wanted)])


async def propose(turn: Turn, wanted: Fitting, before: str, *, repeated: bool = False) -> Reply:
    """The question whether to book the slot that fits best: a sentence, and one tap. Where none fits, what there is.

    `repeated`: it was said to be on many days, so the question is on which.
    """
    found, exact = await _looked_for(turn, wanted, 1)
    if not found or not exact:
        return await show_fitting(turn, wanted)
    asked = _asking(turn, found[0], wanted)
    slot = await turn.acting_as(Orderer).slot(asked.slot)
    order = Order(slot.id, asked.party, asked.attendee)
    if repeated:
        return patterns_question(turn, slot, order.party, about(order, slot.questions), before=before)
    return order_question(turn, slot, order, others=wanted, before=before)


def window(day: date, begins: int | None, ends: int | None) -> tuple[datetime, datetime]:
    """Within which moments something begins that fits: from `begins` until before `ends`, minutes of the day; about
    `begins` where there is no end; any time of the day where there is neither."""
    midnight = datetime.combine(day, time(), DISTRICT_ZONE)
    if ends is not None:
        return midnight + timedelta(minutes=begins or 0), midnight + timedelta(minutes=ends)
    if begins is not None:
        about = midnight + timedelta(minutes=begins)
        return about - ABOUT_BEFORE, about + ABOUT_AFTER
    return midnight, midnight + timedelta(minutes=_DAY_MINUTES)


def nearest_in_time(slots: Sequence[wire.Slot], begins: int | None, ends: int | None) -> list[wire.Slot]:
    """In their order; where it was said about when, those that begin the closest to it first."""
    if begins is None or ends is not None:
        return list(slots)

    def away(slot: wire.Slot) -> int:
        local = slot.start.astimezone(DISTRICT_ZONE)
        return abs(local.hour * 60 + local.minute - begins)

    return sorted(slots, key=away)


async def _looked_for(turn: Turn, wanted: Fitting, limit: int) -> tuple[list[wire.Slot], bool]:
    """The slots, and whether they are at the time that was said."""
    days = _days(turn) if wanted.day is None else [wanted.day]
    if wanted.begins is not None or wanted.ends is not None:
        for day in days:
            found = await _of_day(turn, wanted, window(day, wanted.begins, wanted.ends))
            if found:
                return nearest_in_time(found, wanted.begins, wanted.ends)[:limit], True
        days = days[:1]
    for day in days:
        found = await _of_day(turn, wanted, window(day, None, None))
        if found:
            return list(found[:limit]), wanted.begins is None and wanted.ends is None
    return [], False


async def _full(turn: Turn, wanted: Fitting) -> Sequence[wire.Slot]:
    """What was asked for on its day and is full, so that one can wait for it; nothing where no day was said."""
    if wanted.day is None or wanted.page > 0:
        return ()
    found = await _of_day(turn, wanted, window(wanted.day, wanted.begins, wanted.ends), full_too=True)
    full = [slot for slot in found if slot.status == OPEN and slot.free < wanted.party]
    return nearest_in_time(full, wanted.begins, wanted.ends)[: turn.fits(PAGE)]


async def _of_day(
    turn: Turn, wanted: Fitting, within: tuple[datetime, datetime], *, full_too: bool = False
) -> tuple[wire.Slot, ...]:
    start, before = within
    if before <= turn.now:
        return ()
    division, near = near_of(turn, wanted.division)
    query = SlotQuery(
        max(start, turn.now),
        before,
        category=wanted.category,
        division=division,
        near=near,
        party=wanted.party,
        full_too=full_too,
    )
    return await turn.resident.slots(query, _MOST_OF_A_DAY)


_MOST_OF_A_DAY = 50
"""Slots of a day that are looked through for the ones closest in time."""


def _days(turn: Turn) -> list[date]:
    today = turn.now.astimezone(DISTRICT_ZONE).date()
    return [today + timedelta(days=ahead) for ahead in range(DAYS_LOOKED_AT)]


def _asking(turn: Turn, slot: wire.Slot, wanted: Fitting) -> AskBook:
    """The question for a slot; a household that has changed since leaves it to oneself, as the question then says."""
    household = turn.me.household
    known = wanted.relative is not None and 0 <= wanted.relative < len(household)
    attendee = household[wanted.relative].person_id if known and wanted.relative is not None else None
    return AskBook(slot.id, wanted.party, attendee)


async def _heading(turn: Turn, wanted: Fitting) -> str:
    """What is looked at: 🧓 养老 · 东山街道 · 明天（周二） · 14:00."""
    _ = turn.words
    categories = await turn.resident.categories()
    parts = [
        category_label(category, turn.me.language)
        for category in categories
        if category.code == wanted.category
    ]
    if wanted.division is not None:
        parts += [spoken_name(name) for name in await _names_of(turn, wanted.division)]
    if wanted.day is not None:
        parts.append(_.day(wanted.day, turn.now))
    clocks = [_clock(minutes) for minutes in (wanted.begins, wanted.ends) if minutes is not None]
    if clocks:
        parts.append("–".join(clocks))
    if wanted.party > 1:
        parts.append(_.plural("for {number} person", "for {number} people", wanted.party))
    return " · ".join(parts)


async def _names_of(turn: Turn, division: str) -> list[str]:
    """A division's name, as a list that is empty when the API does not know it (any more)."""
    subdistrict = subdistrict_of(division)
    if division == subdistrict:
        areas = await turn.resident.divisions("subdistrict")
    else:
        areas = await turn.resident.divisions("community", subdistrict)
    return [area.name for area in areas if area.code == division]


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def _onward(turn: Turn, wanted: Fitting) -> list[Row]:
    """Ways on: the whole day, all days, all places, and saying where one lives."""
    _ = turn.words
    rows: list[Row] = []
    if turn.me.home is None and turn.me.home_division is None and wanted.division is None:
        rows.append((button(_("📍 Tell where I live"), MyPlace()),))
    timed = wanted.begins is not None or wanted.ends is not None
    if wanted.day is not None and timed:
        whole = replace(wanted, begins=None, ends=None, page=0)
        rows.append((button(_("🕒 The whole day"), whole),))
    area = None if wanted.division is None else subdistrict_of(wanted.division)
    if area != wanted.division:
        rows.append((button(_("🗺 The whole sub-district"), replace(wanted, division=area, page=0)),))
    rows.append((button(_("📅 All days"), Slots(wanted.category, area)),))
    if wanted.division is not None:
        rows.append((button(_("📍 Near my home"), replace(wanted, division=None, page=0)),))
    return rows
