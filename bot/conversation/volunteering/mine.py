"""My shifts: what waits for my answer, what is ahead, and what is over; and the calendar to subscribe to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.conversation.actions.volunteer_shifts import (
    MakeShiftCalendar,
    MyShifts,
    MyStanding,
    PastShifts,
    ShiftCalendar,
    Shifts,
    ShowAsk,
    ShowQueued,
    ShowSignup,
    ShowSwap,
)
from bot.conversation.actions.volunteers import MyHours
from bot.conversation.turn import Row, Turn, button, leaf, limit_for, page_row
from bot.conversation.volunteering.places import signup_screen
from bot.conversation.volunteering.words import place_row, signup_state
from bot.replies import Reply
from bot.texts import DISTRICT_ZONE
from bot.understanding import Meaning
from bot.volunteer import Volunteer
from bot.wire import rosters

PAGE = 6
"""Places on a screen."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of one's own: when its shift begins, and its button."""

    start: datetime
    row: Row


async def show_my_shifts(turn: Turn, wanted: MyShifts) -> Reply:
    """What waits for an answer comes first, for it runs out; then what is ahead, soonest first."""
    _ = turn.words
    roster = await turn.acting_as(Volunteer).roster()
    answers, ahead = _answers(turn, roster), _ahead(turn, roster)
    found = [*answers, *ahead]
    shown, more = leaf(found, wanted.page, PAGE)
    if not shown:
        return _nothing_ahead(turn, roster)
    text = [_("Your shifts. Tap one to see it, change it or hand it on.")]
    if answers:
        text.append(_("🔔 Something waits for your answer: it comes first."))
    if any(one.expires_at is None for one in roster.waits):
        text.append(_("⏳ stands where you are waiting for a place."))
    rows = [line.row for line in shown]
    return turn.screen(
        "\n".join(text), [*rows, *page_row(_, wanted.page, MyShifts, more=more), *_last(turn, roster)]
    )


def _answers(turn: Turn, roster: rosters.Roster) -> list[Line]:
    """What waits for an answer: places held, questions, swaps, proposals."""
    _ = turn.words
    held = [
        Line(
            wait.shift.start,
            place_row(
                turn, "🔔", wait.shift, _("a place is held for you: please answer"), ShowQueued(wait.id)
            ),
        )
        for wait in roster.waits
        if wait.expires_at is not None
    ]
    asks = [
        Line(
            ask.shift.start,
            place_row(turn, "🙏", ask.shift, _("can you come? Please answer"), ShowAsk(ask.id)),
        )
        for ask in roster.asks
    ]
    swaps = [
        Line(
            swap.theirs.shift.start,
            place_row(
                turn,
                "🔁",
                swap.theirs.shift,
                _("{name} would like to swap with you", name=swap.proposed_by.name),
                ShowSwap(swap.id),
            ),
        )
        for swap in roster.swaps
        if swap.asked.id == turn.me.id
    ]
    proposed = [
        Line(
            signup.shift.start,
            place_row(turn, "💬", signup.shift, signup_state(turn, signup), ShowSignup(signup.id)),
        )
        for signup in roster.signups
        if signup.status == "proposed"
    ]
    return sorted([*held, *asks, *swaps, *proposed], key=lambda line: line.start)


def _ahead(turn: Turn, roster: rosters.Roster) -> list[Line]:
    """Places, queues, and swaps that somebody else has to answer."""
    _ = turn.words
    marks = {"applied": "📝", "stand_in_wanted": "🙏"}
    places = [
        Line(
            signup.shift.start,
            place_row(
                turn,
                marks.get(signup.status, "✔"),
                signup.shift,
                signup_state(turn, signup),
                ShowSignup(signup.id),
            ),
        )
        for signup in roster.signups
        if signup.status != "proposed"
    ]
    queues = [
        Line(
            wait.shift.start,
            place_row(
                turn,
                "⏳",
                wait.shift,
                _("number {position} in the queue", position=wait.ahead + 1),
                ShowQueued(wait.id),
            ),
        )
        for wait in roster.waits
        if wait.expires_at is None
    ]
    swaps = [
        Line(
            swap.mine.shift.start,
            place_row(
                turn,
                "🔁",
                swap.mine.shift,
                _("swap: {name} has not answered yet", name=swap.asked.name),
                ShowSwap(swap.id),
            ),
        )
        for swap in roster.swaps
        if swap.proposed_by.id == turn.me.id
    ]
    return sorted([*places, *queues, *swaps], key=lambda line: line.start)


def _last(turn: Turn, roster: rosters.Roster) -> list[Row]:
    _ = turn.words
    rows: list[Row] = []
    if roster.standing:
        rows.append((button(_("🔁 My standing places"), MyStanding()),))
    rows.append(
        (button(_("📅 Into my calendar"), ShiftCalendar()), button(_("✔ What is over"), PastShifts()))
    )
    rows.append((button(_("🙋 What help is wanted?"), Shifts()),))
    return rows


def _nothing_ahead(turn: Turn, roster: rosters.Roster) -> Reply:
    _ = turn.words
    return turn.screen(_("You have no shift ahead."), _last(turn, roster))


async def show_past(turn: Turn, wanted: PastShifts) -> Reply:
    """What is over, latest first, with what came of it."""
    _ = turn.words
    found = await turn.acting_as(Volunteer).past(limit_for(wanted.page, PAGE))
    signups, more = leaf(found, wanted.page, PAGE)
    rows = [
        place_row(
            turn,
            "✔" if signup.verified_at is not None else "·",
            signup.shift,
            signup_state(turn, signup),
            ShowSignup(signup.id),
        )
        for signup in signups
    ]
    text = _("What is over, the latest first.") if rows else _("Nothing is over yet.")
    last: Row = (button(_("⏱ My hours"), MyHours()), button(_("🗓 My shifts"), MyShifts()))
    return turn.screen(text, [*rows, *page_row(_, wanted.page, PastShifts, more=more), last])


async def heard_my_shifts(turn: Turn, meaning: Meaning, _said: str) -> Reply:
    """My shifts; where a day was said and one shift is meant, that one at once."""
    if meaning.day is None:
        return await show_my_shifts(turn, MyShifts())
    roster = await turn.acting_as(Volunteer).roster()
    meant = _on(roster.signups, meaning)
    if len(meant) == 1:
        return signup_screen(turn, meant[0])
    shown = await show_my_shifts(turn, MyShifts())
    return shown if meant else _said_before(turn, shown, meaning)


def _said_before(turn: Turn, shown: Reply, meaning: Meaning) -> Reply:
    """The list, after the answer that on the day that was meant there is none."""
    _ = turn.words
    if meaning.day is None:
        return shown
    none = _("You have no shift then: {day}.", day=_.day(meaning.day, turn.now))
    return turn.screen(f"{none}\n\n{shown.text}", shown.rows[:-1])


async def heard_swap(turn: Turn, meaning: Meaning, _said: str) -> Reply:
    """Somebody cannot come, or would rather come at another time: the shift that is meant, with what can be done; with
    several, which.
    """
    _ = turn.words
    roster = await turn.acting_as(Volunteer).roster()
    mine = [one for one in roster.signups if one.status in {"confirmed", "stand_in_wanted"}]
    meant = _on(mine, meaning) or mine
    if not meant:
        text = _("You have no shift ahead that could be handed on.")
        return turn.screen(text, _last(turn, roster))
    if len(meant) == 1:
        return signup_screen(turn, meant[0])
    rows = [
        place_row(turn, "✔", one.shift, signup_state(turn, one), ShowSignup(one.id)) for one in meant[:PAGE]
    ]
    text = _("Which shift is it about? Tap it: there you can find a stand-in, swap, or give it up.")
    return turn.screen(text, [*rows, (button(_("🗓 My shifts"), MyShifts()),)])


def _on(signups: Sequence[rosters.Signup], meaning: Meaning) -> list[rosters.Signup]:
    """Those on the day, and about the time, that was said."""
    if meaning.day is None:
        return []
    found = []
    for one in signups:
        begins, ends = (moment.astimezone(DISTRICT_ZONE) for moment in (one.shift.start, one.shift.end))
        fits = meaning.start is None or (
            begins.time() < (meaning.end or ends.time()) and meaning.start < ends.time()
        )
        if begins.date() == meaning.day and fits:
            found.append(one)
    return found


def ask_calendar(turn: Turn, _asked: ShiftCalendar) -> Reply:
    """What subscribing is, and the button that makes the address."""
    _ = turn.words
    text = _(
        "Your shifts can show up in the calendar of your telephone and stay true by themselves. I make an address for that; "
        "whoever has it sees your shifts and bookings, so keep it to yourself. An address that I made before stops working."
    )
    rows: list[Row] = [
        (button(_("✅ Make the address"), MakeShiftCalendar()),),
        (button(_("🗓 My shifts"), MyShifts()),),
    ]
    return turn.screen(text, rows)


async def make_calendar(turn: Turn, _order: MakeShiftCalendar) -> Reply:
    """A new address, which is shown this once."""
    _ = turn.words
    address = await turn.acting_as(Volunteer).calendar()
    text = _(
        "In your calendar program choose “add a calendar by address” (subscribe), and paste this:\n\n{address}\n\n"
        "I show it this once. If it gets into wrong hands, make a new one.",
        address=address.shifts_url,
    )
    return turn.screen(text, [(button(_("🗓 My shifts"), MyShifts()),)])
