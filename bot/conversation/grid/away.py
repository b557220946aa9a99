"""When somebody who answers is away: seen, said, taken back."""

from datetime import date, timedelta

from bot.conversation.actions import grid as actions
from bot.conversation.grid.worklist import back_to_work
from bot.conversation.turn import Row, Turn, button
from bot.grid_working import GridWorker
from bot.replies import Reply
from bot.texts import DISTRICT_ZONE

OFFERED = (3, 7)
"""So many days from tomorrow are a tap away."""


def _today(turn: Turn) -> date:
    return turn.now.astimezone(DISTRICT_ZONE).date()


def _days(turn: Turn, first: date, last: date) -> str:
    """A day, or from a day to another."""
    _ = turn.words
    if first == last:
        return _.day(first, turn.now)
    return _("{first} until {last}", first=_.day(first, turn.now), last=_.day(last, turn.now))


async def show_away(turn: Turn, _asked: actions.Away | None = None, before: str = "") -> Reply:
    """When I am away, who stands in, and what can be said."""
    _, worker = turn.words, turn.acting_as(GridWorker)
    absences, cells = await worker.absences(turn.me.id), await worker.cells()
    lines = [before, ""] if before else []
    if absences:
        lines.append(_("🏖 You are away:"))
        lines += [f"• {_days(turn, one.first, one.last)}" for one in absences]
    else:
        lines.append(_("🏖 You have said of no day that you are away."))
    for cell in cells:
        who = cell.answers.name if cell.answers is not None else _("those above")
        lines.append(_("{cell}: {name} answers today", cell=cell.name, name=who))
    today = _today(turn)
    tomorrow = today + timedelta(days=1)
    rows: list[Row] = [
        (button(_("Take back: {days}", days=_days(turn, one.first, one.last)), actions.AskBack(one.id)),)
        for one in absences
    ]
    rows += [
        (
            button(_("Away today"), actions.AskAway(today, 1)),
            button(_("Away tomorrow"), actions.AskAway(tomorrow, 1)),
        ),
        tuple(
            button(
                _.plural("{number} day from tomorrow", "{number} days from tomorrow", days),
                actions.AskAway(tomorrow, days),
            )
            for days in OFFERED
        ),
        back_to_work(turn),
    ]
    return turn.screen("\n".join(lines), rows)


async def ask_away(turn: Turn, asked: actions.AskAway) -> Reply:
    """What being away means."""
    _ = turn.words
    last = _last(asked.first, asked.days)
    text = _(
        "{days}: are you away? New requests go to your deputy then, or above. What you have already stays yours; hand it "
        "over if it cannot wait.",
        days=_days(turn, asked.first, last),
    )
    rows = [
        (button(_("🏖 Yes, I am away"), actions.GoAway(asked.first, asked.days)),),
        (button(_("↩️ Go back"), actions.Away()),),
    ]
    return turn.screen(text, rows)


def _last(first: date, days: int) -> date:
    return first + timedelta(days=min(max(1, days), max(OFFERED)) - 1)


async def go_away(turn: Turn, asked: actions.GoAway) -> Reply:
    """Is away then."""
    _ = turn.words
    last = _last(asked.first, asked.days)
    await turn.acting_as(GridWorker).go_away(turn.me.id, asked.first, last)
    return await show_away(turn, before=_("It is noted. Rest well!"))


async def ask_back(turn: Turn, asked: actions.AskBack) -> Reply:
    """What being there after all means."""
    _ = turn.words
    absences = await turn.acting_as(GridWorker).absences(turn.me.id)
    found = [one for one in absences if one.id == asked.absence]
    if not found:
        return await show_away(turn)
    days = _days(turn, found[0].first, found[0].last)
    text = _("{days}: are you there after all? New requests come to you again.", days=days)
    rows = [
        (button(_("Yes, I am there"), actions.BeBack(asked.absence)),),
        (button(_("↩️ Go back"), actions.Away()),),
    ]
    return turn.screen(text, rows)


async def be_back(turn: Turn, asked: actions.BeBack) -> Reply:
    """Is there after all."""
    _ = turn.words
    await turn.acting_as(GridWorker).be_back(asked.absence)
    return await show_away(turn, before=_("It is noted. Good to have you!"))
