"""Looking through shifts: near home, of a day, of a category; and one shift with all that speaks for and against it."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from bot import wire
from bot.conversation.actions import MyPlace
from bot.conversation.actions.volunteer_shifts import (
    AskQueue,
    AskSignUp,
    AskStanding,
    MyShifts,
    ShiftDays,
    ShiftKinds,
    Shifts,
    ShowAsk,
    ShowQueued,
    ShowShift,
    ShowSignup,
    Volunteering,
)
from bot.conversation.actions.volunteers import Party
from bot.conversation.fitting import window
from bot.conversation.labels import category_label
from bot.conversation.place import near_of
from bot.conversation.turn import Row, Turn, button, in_rows, leaf, limit_for, page_row
from bot.conversation.volunteering.reasons import reasons_lines, remedies, remedy
from bot.conversation.volunteering.words import led_by, recurrence_text, shift_lines, shift_place, shift_row
from bot.replies import Reply
from bot.texts import DISTRICT_ZONE
from bot.volunteer import ShiftQuery, Volunteer
from bot.wire import rosters

PAGE = 5
"""Shifts on a screen: as many as fit a telephone in large letters."""

WISHED = "wished"
"""Asked for like a category: those that the person wishes for."""

DAYS_SHOWN = 14
"""Today and the days after it that can be asked for: as far as a search without a day looks."""

MOST_TEAMS = 20
"""More teams than this nobody leads."""


async def show_shifts(turn: Turn, wanted: Shifts) -> Reply:
    """Shifts, soonest first, each with all one needs to choose, and why it cannot be taken where it cannot."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    query = _query(turn, wanted)
    found, heading = await asyncio.gather(
        volunteer.shifts(query, limit_for(wanted.page, PAGE)), _heading(turn, wanted)
    )
    parts = [heading]
    if not found and query.in_reach:
        found = await volunteer.shifts(replace(query, in_reach=False), limit_for(wanted.page, PAGE))
        if found:
            parts.append(_("There is none as near as you would go; these are farther away."))
    shifts, more = leaf(found, wanted.page, PAGE)
    rows: list[Row] = []
    if turn.me.home is None and turn.me.home_division is None and wanted.division is None:
        parts.append(_("Tell me where you live, and I will show you what is near."))
        rows.append((button(_("📍 Tell where I live"), MyPlace()),))
    match bool(shifts), bool(wanted.everything):
        case True, False:
            parts.append(_("You can take any of these. Tap one to see more."))
        case True, True:
            parts.append(_("All shifts. Where you cannot sign up yet, it says why."))
        case False, False:
            parts.append(_("I find no shift here that you can take just now."))
            against = await _against_all(turn, query)
            parts += reasons_lines(turn, against)
            rows += remedies(turn, against)
        case _:
            parts.append(_("Nobody is looked for here just now. Another day or another place may need you."))
    first = max(0, wanted.page) * PAGE + 1
    rows += [
        shift_row(turn, number, shift, ShowShift(shift.id)) for number, shift in enumerate(shifts, first)
    ]
    return turn.screen("\n".join(parts), [*rows, *_onward(turn, wanted, more=more)])


async def _against_all(turn: Turn, query: ShiftQuery) -> list[wire.Reason]:
    """What speaks against the first shifts that cannot be taken, each of them, and can be helped by the person."""
    shifts = await turn.acting_as(Volunteer).shifts(replace(query, takeable=False, in_reach=False), PAGE)
    if not shifts:
        return []
    first, *others = [shift.reasons for shift in shifts]
    return [
        reason
        for reason in first
        if remedy(turn, reason) is not None and all(reason in reasons for reasons in others)
    ]


def _query(turn: Turn, wanted: Shifts) -> ShiftQuery:
    """Without a division it is near home: with distances when the place is known, else in the same sub-district."""
    division, near = near_of(turn, wanted.division)
    start, before = _span(turn, wanted)
    category = None if wanted.category == WISHED else wanted.category
    return ShiftQuery(
        start,
        before,
        category=category,
        wished=wanted.category == WISHED,
        division=division,
        near=near,
        in_reach=near is not None and division is None,
        takeable=not wanted.everything,
    )


def _span(turn: Turn, wanted: Shifts) -> tuple[datetime, datetime | None]:
    """From and before when a shift is to begin."""
    if wanted.day is None:
        return turn.now, None
    start, before = window(wanted.day, wanted.begins, wanted.ends)
    return max(start, turn.now), max(before, turn.now + timedelta(minutes=1))


async def _heading(turn: Turn, wanted: Shifts) -> str:
    """What is looked at: 🙋 志愿班次 · 东山街道 · 明天（周二）."""
    _ = turn.words
    parts = [_("🙋 Shifts")]
    if wanted.category == WISHED:
        parts.append(_("⭐ What I would like to do"))
    elif wanted.category is not None:
        categories = await turn.resident.categories()
        parts += [category_label(one, turn.me.language) for one in categories if one.code == wanted.category]
    if wanted.division is not None:
        subdistricts = await turn.resident.divisions("subdistrict")
        parts += [area.name for area in subdistricts if area.code == wanted.division]
    if wanted.day is not None:
        parts.append(_.day(wanted.day, turn.now))
    return " · ".join(parts)


def _onward(turn: Turn, wanted: Shifts, *, more: bool) -> list[Row]:
    """Ways on from a list: its other pages, another day, another category, those that cannot be taken."""
    _ = turn.words

    def other(everything: int, page: int = 0) -> Shifts:
        return Shifts(
            wanted.category, wanted.division, wanted.day, wanted.begins, wanted.ends, everything, page
        )

    rows = page_row(_, wanted.page, lambda page: other(wanted.everything, page), more=more)
    rows.append(
        (
            button(_("📅 Another day"), ShiftDays(wanted.category, wanted.division)),
            button(_("🗂 Another kind"), ShiftKinds(wanted.division, wanted.day)),
        )
    )
    if wanted.everything:
        rows.append((button(_("✅ Only what I can take"), other(0)),))
    else:
        rows.append((button(_("👀 Also those that I cannot take yet"), other(1)),))
    if wanted.division is not None:
        rows.append((button(_("📍 Near my home"), Shifts(wanted.category, None, wanted.day)),))
    rows.append((button(_("🤝 Volunteering"), Volunteering()),))
    return rows


def show_days(turn: Turn, wanted: ShiftDays) -> Reply:
    """The days to choose from."""
    _ = turn.words
    today = turn.now.astimezone(DISTRICT_ZONE).date()
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_SHOWN)]
    buttons = [button(_.day(day, turn.now), Shifts(wanted.category, wanted.division, day)) for day in days]
    any_day = (button(_("🗓 Any day"), Shifts(wanted.category, wanted.division)),)
    return turn.screen(_("Which day would suit you?"), [*in_rows(buttons, 2), any_day])


async def show_kinds(turn: Turn, wanted: ShiftKinds) -> Reply:
    """The categories to choose from."""
    _ = turn.words
    categories = await turn.resident.categories()
    buttons = [
        button(category_label(one, turn.me.language), Shifts(one.code, wanted.division, wanted.day))
        for one in categories
    ]
    rows: list[Row] = [
        (button(_("⭐ What I would like to do"), Shifts(WISHED, wanted.division, wanted.day)),),
        *in_rows(buttons, 2),
        (button(_("🙋 Of any kind"), Shifts(None, wanted.division, wanted.day)),),
    ]
    return turn.screen(_("In what would you like to help?"), rows)


async def show_shift(turn: Turn, wanted: ShowShift) -> Reply:
    """A shift, what the person is to it, and everything that speaks against taking it."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    shift, teams = await asyncio.gather(volunteer.shift(wanted.shift), volunteer.teams(MOST_TEAMS, mine=True))
    led = [(team.id, team.name) for team in teams if led_by(team, turn.me.id)]
    party: list[Row] = [
        (button(_("👥 Sign up people of {team}", team=name), Party(shift.id, team)),)
        for team, name in led
        if shift.start > turn.now
    ]
    return shift_screen(turn, shift, more=party)


def shift_screen(
    turn: Turn, shift: rosters.ShiftForMe, *, before: str = "", more: list[Row] | None = None
) -> Reply:
    """The screen of a shift; `before` is said before it, `more` stands below what can be done."""
    _ = turn.words
    parts = [*([before] if before else []), "\n".join(shift_lines(turn, shift))]
    rows: list[Row] = []
    if shift.signup is not None:
        parts.append(_("✔ You are on it."))
        rows.append((button(_("🗓 See my place, or change it"), ShowSignup(shift.signup.id)),))
    elif shift.wait is not None:
        parts.append(_("⏳ You are waiting for a place."))
        rows.append((button(_("⏳ See how my wait stands"), ShowQueued(shift.wait.id)),))
    elif shift.reasons:
        parts.append("\n".join([_("You cannot sign up just now:"), *reasons_lines(turn, shift.reasons)]))
        rows += remedies(turn, shift.reasons, shift=shift.id)
        if shift.can_wait:
            rows.append((button(_("⏳ Wait for a place"), AskQueue(shift.id)),))
    else:
        left = _.plural("{number} person is wanted", "{number} people are wanted", shift.free)
        parts.append(left)
        rows.append((button(_("🙋 Sign up"), AskSignUp(shift.id)),))
    if shift.ask_id is not None:
        rows.insert(0, (button(_("🙏 I am asked to come: answer"), ShowAsk(shift.ask_id)),))
    if shift.template is not None and shift.start > turn.now:
        parts.append(
            _("It recurs {when}; you can have a place every time.", when=recurrence_text(_, shift.template))
        )
        rows.append((button(_("🔁 Come every time"), AskStanding(shift.id)),))
    rows += more or []
    rows.append((button(_("🙋 Other shifts"), Shifts()), button(_("🗓 My shifts"), MyShifts())))
    return turn.screen("\n\n".join(parts), rows, point=shift.point.id, place=shift_place(shift))
