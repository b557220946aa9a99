"""Sentences of those who keep a point: a code by itself, today, more places, closing.

From the kitchen: 明天午餐加二十. What is meant is looked for in the point's own day; nothing is done before a tap on a screen that
says what will happen.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from difflib import SequenceMatcher
from uuid import UUID

from bot.api import ApiProblem
from bot.conversation import heard
from bot.conversation.actions.base import Action
from bot.conversation.actions.managers import (
    AskPlaces,
    Close,
    Day,
    Door,
    FindPoint,
    MeantPlaces,
    MyPoints,
    Places,
    WalkIn,
)
from bot.conversation.actions.rostering import Shifts
from bot.conversation.keeping import KeptPoint, keeps_points, kept_divisions, kept_points
from bot.conversation.managing import closing, filling
from bot.conversation.managing.access import manager, points_row, refused
from bot.conversation.managing.day import PAGE, day_screen, find_point, show_day, show_points
from bot.conversation.managing.door import check_in_code, code_in, show_door
from bot.conversation.managing.forms import A_DAY, packed, unpacked
from bot.conversation.managing.labels import moment_of, slot_span, today
from bot.conversation.managing.places import ask_places, places_screen
from bot.conversation.managing.shifts import show_shifts
from bot.conversation.managing.walking_in import show_walk_in
from bot.conversation.turn import Row, Turn, button
from bot.replies import Button, Reply
from bot.understanding import Intent, Meaning, understand
from bot.understanding.amounts import Change, Way, read_change, spoken_number
from bot.wire import managing as view

_WORDS: Mapping[str, Callable[[UUID], Action]] = {
    **dict.fromkeys(("今天", "今日", "今天情况", "今天怎么样", "今日安排", "today", "my day"), Day),
    **dict.fromkeys(("签到", "核销", "扫码", "check in", "check-in", "checkin", "door"), Door),
    **dict.fromkeys(("现场", "散客", "没预约", "walk in", "walk-in", "walkin"), WalkIn),
    **dict.fromkeys(("班次", "排班", "shifts", "roster"), Shifts),
    **dict.fromkeys(("close", "close the point", "关门", "停开", "停业", "关站"), Close),
}
"""What these words ask for, of a point."""

_AROUND = " \t\r\n.,!?;:。，！？；：～~/"

_MEALS = (
    (re.compile("早餐|早饭|breakfast"), 0, 10 * 60),
    (re.compile("午餐|午饭|中饭|lunch"), 10 * 60, 14 * 60),
    (re.compile("晚餐|晚饭|dinner|supper"), 15 * 60, A_DAY),
)
"""When a meal begins that is called so: from, and before, in minutes of the day."""

_PORTIONS = re.compile(
    r"^(?!.*[我咱]).*(?:改成|改为|改到|减到|降到|加到|加|减|多做|少做|只做)\s*(?:\d+|[零一二两三四五六七八九十百]+)\s*份"
)
"""午餐改成2份: somebody who keeps a point means what is cooked, although a resident would mean their own booking."""

_DAYS = re.compile(r"(?:停|休|休息|关|歇|闭馆|闭)[^,。]{0,3}?(\d{1,2}|[一二两三四五六七八九十]+)\s*(?:天|日)")

_LIKENESS = 2
"""So many characters in a row a service's name and a sentence share at least."""

_WAYS = (Way.plus, Way.minus, Way.exactly)
DOUBLE, HALF = 3, 4


async def speaks(turn: Turn, said: str) -> Reply | None:
    """A code by itself, and a few words that only those say who keep a point."""
    if not keeps_points(turn.me):
        return None
    if (code := code_in(said)) is not None and kept_points(turn.me):
        return await check_in_code(turn, code, None)
    action_at = _WORDS.get(said.strip(_AROUND).casefold())
    if action_at is None:
        return await _portions(turn, said)
    try:
        return await _at_a_point(turn, action_at)
    except ApiProblem as problem:
        return refused(turn, problem)


async def _portions(turn: Turn, said: str) -> Reply | None:
    if not kept_points(turn.me) or not _PORTIONS.search(said):
        return None
    meaning = understand(said, turn.now)
    meals = Meaning(Intent.manage_capacity, "meals", meaning.day, meaning.start, meaning.end)
    return await manage_capacity(turn, meals, said)


async def _at_a_point(turn: Turn, action_at: Callable[[UUID], Action], said: str = "") -> Reply:
    """The screen at one's point; with several, the choice among them; for staff, the search."""
    points = _points_meant(turn, said)
    if len(points) == 1:
        return await _shown(turn, action_at(points[0].id))
    if not points:
        return await find_point(turn, FindPoint())
    return _which_point(turn, points, action_at)


def _points_meant(turn: Turn, said: str) -> Sequence[KeptPoint]:
    points = kept_points(turn.me)
    named = [point for point in points if point.name and point.name in said]
    return named or points


def _which_point(turn: Turn, points: Sequence[KeptPoint], action_at: Callable[[UUID], Action]) -> Reply:
    _ = turn.words
    rows: list[Row] = [(button(point.name, action_at(point.id)),) for point in points[:PAGE]]
    if kept_divisions(turn.me):
        rows.append(points_row(turn))
    return turn.screen(_("At which point?"), rows)


async def _shown(turn: Turn, action: Action) -> Reply:
    match action:
        case Day():
            return await show_day(turn, action)
        case Door():
            return await show_door(turn, action)
        case WalkIn():
            return await show_walk_in(turn, action)
        case Shifts():
            return await show_shifts(turn, action)
        case Close():
            return await filling.begin_closing(turn, action)
        case _other:
            return show_points(turn, MyPoints())


async def manage_capacity(turn: Turn, meaning: Meaning, said: str) -> Reply:
    """More or fewer places: found in the sentence, and shown with what it would mean."""
    if not keeps_points(turn.me):
        return await heard.by_the_point(turn, meaning)
    change = read_change(said, turn.now)
    way, number = _written(change)
    hours = _hours_of(meaning.start, meaning.end, said)

    def meant(point: UUID) -> MeantPlaces:
        return MeantPlaces(point, meaning.day or today(turn), way, number, meaning.category, hours)

    points = _points_meant(turn, said)
    try:
        if len(points) == 1:
            return await _find_slots(turn, meant(points[0].id), change, said)
        if not points:
            return await find_point(turn, FindPoint())
    except ApiProblem as problem:
        return refused(turn, problem)
    return _which_point(turn, points, meant)


async def meant_places(turn: Turn, wanted: MeantPlaces) -> Reply:
    """The same at the point that was chosen."""
    return await _find_slots(turn, wanted, _read(wanted.way, wanted.number), "")


def _written(change: Change | None) -> tuple[int, int]:
    """A change as a button carries it; −1 is that no number was said."""
    if change is None:
        return -1, 0
    if change.share is not None:
        return (DOUBLE if change.share > 1 else HALF), 0
    return _WAYS.index(change.way), change.number or 0


def _read(way: int, number: int) -> Change | None:
    if way == DOUBLE:
        return Change(Way.plus, share=2)
    if way == HALF:
        return Change(Way.minus, share=0.5)
    return Change(_WAYS[way], number) if 0 <= way < len(_WAYS) else None


def _hours_of(start: time | None, end: time | None, said: str) -> int | None:
    """Within which time a slot begins that is meant, packed; an exact time is its own minute."""
    if start is not None:
        begins = start.hour * 60 + start.minute
        return packed(begins, end.hour * 60 + end.minute if end is not None else begins + 1)
    meal = next((one for one in _MEALS if one[0].search(said.casefold())), None)
    return None if meal is None else packed(meal[1], meal[2])


async def _find_slots(turn: Turn, wanted: MeantPlaces, change: Change | None, said: str) -> Reply:
    _ = turn.words
    shown = await manager(turn).day(wanted.point, wanted.day)
    slots = [
        slot
        for slot in shown.slots
        if slot.end > turn.now
        and slot.status != "closed"
        and wanted.category in {None, slot.category}
        and _within(slot, wanted.day, wanted.hours)
    ]
    slots = _named(slots, said)
    if not slots:
        text = _("I find no such time on that day. This is what there is:")
        return day_screen(turn, shown, before=text)
    if len(slots) == 1:
        slot = slots[0]
        if change is None:
            return places_screen(turn, slot)
        return await ask_places(turn, AskPlaces(slot.id, change.applied_to(slot.capacity)))
    rows: list[Row] = [(_change_button(turn, slot, change),) for slot in slots[:PAGE]]
    rows.append((button(_("📋 The whole day"), Day(wanted.point, wanted.day)),))
    return turn.screen(_("Which of these do you mean?"), rows)


def _change_button(turn: Turn, slot: view.DaySlot, change: Change | None) -> Button:
    name = slot_span(turn, slot)
    if change is None:
        return button(f"{name} {slot.capacity}", Places(slot.id))
    after = change.applied_to(slot.capacity)
    return button(f"{name} {slot.capacity} → {after}", AskPlaces(slot.id, after))


def _within(slot: view.DaySlot, day: date, hours: int | None) -> bool:
    if hours is None:
        return True
    begins, ends = unpacked(hours)
    return moment_of(day, begins) <= slot.start < moment_of(day, ends)


def _named(slots: Sequence[view.DaySlot], said: str) -> list[view.DaySlot]:
    """Those whose service is named in the sentence, by the longest piece of its name; all where none is."""
    if not said:
        return list(slots)
    likeness = {slot.id: _shared(slot.service.name.casefold(), said.casefold()) for slot in slots}
    best = max(likeness.values(), default=0)
    return [slot for slot in slots if best < _LIKENESS or likeness[slot.id] == best]


def _shared(name: str, said: str) -> int:
    return SequenceMatcher(None, name, said, autojunk=False).find_longest_match().size


async def close_point(turn: Turn, meaning: Meaning, said: str) -> Reply:
    """Closing: as much of the form as the sentence says is filled in."""
    if not keeps_points(turn.me):
        return await heard.by_the_point(turn, meaning)
    points = _points_meant(turn, said)
    try:
        if not points:
            return await find_point(turn, FindPoint())
        if len(points) > 1:
            return _which_point(turn, points, lambda point: Close(point, meaning.day))
        form = await closing.first_form(turn, Close(points[0].id, meaning.day))
        return await filling.go_on(turn, closing.heard_all(turn, form, meaning, said, _days_said(said)))
    except ApiProblem as problem:
        return refused(turn, problem)


def _days_said(said: str) -> int | None:
    """For how many days, when more than one was said: 停三天."""
    found = _DAYS.search(said)
    number = None if found is None else spoken_number(found[1])
    return number if number is not None and number > 1 else None
