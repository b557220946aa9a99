"""Hours: what was served, what the time bank holds, and giving it to somebody."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

from bot.api import ApiProblem
from bot.conversation.actions.volunteer_shifts import PastShifts, Shifts, Volunteering
from bot.conversation.actions.volunteers import (
    AskGive,
    Give,
    GiveHours,
    GiveMate,
    GiveTo,
    MyHours,
    Statements,
)
from bot.conversation.turn import Row, Turn, button, in_rows, leaf, page_row
from bot.conversation.volunteering.reasons import reasons_lines
from bot.conversation.volunteering.teams import MEMBER
from bot.conversation.volunteering.words import duration, seconds
from bot.replies import Reply
from bot.understanding import Meaning
from bot.volunteer import Volunteer
from bot.wire import volunteers

PAGE = 8
"""People on a screen."""

LOOKED_BACK = 20
"""So many of the latest shifts are looked through for hours that are not verified yet."""

AMOUNTS = (30, 60, 120, 300, 600)
"""Minutes that can be given at a tap; and all there is."""

STANDS = timedelta(hours=1)
"""So long the button of a question about giving stands; within it, pressing it again gives nothing more."""


async def show_hours(turn: Turn, _asked: MyHours) -> Reply:
    """What was served, verified and not yet, and what the account holds."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    hours, past = await asyncio.gather(volunteer.hours(), volunteer.past(LOOKED_BACK))
    return _hours_screen(
        turn, hours, unverified=sum(one.status == "attended" and one.verified_at is None for one in past)
    )


def _hours_screen(turn: Turn, hours: volunteers.Hours, *, unverified: int = 0, before: str = "") -> Reply:
    _ = turn.words
    parts = [*([before] if before else [])]
    if hours.shifts:
        length = duration(_, hours.served_minutes)
        served = _.plural(
            "You have served {length} on {number} shift. Thank you!",
            "You have served {length} on {number} shifts. Thank you!",
            hours.shifts,
            length=length,
        )
        parts.append(served)
    else:
        parts.append(_("No hours of yours are verified yet."))
    if unverified:
        parts.append(
            _.plural(
                "⏳ The point has still to verify {number} shift.",
                "⏳ The point has still to verify {number} shifts.",
                unverified,
            )
        )
    parts.append(
        _(
            "🏦 Your account in the time bank holds {length} (at most {most}).",
            length=duration(_, hours.balance_minutes),
            most=duration(_, hours.cap_minutes),
        )
    )
    rows: list[Row] = [
        (button(_("📄 A statement to show"), Statements()), button(_("✔ What is over"), PastShifts())),
        (button(_("🎁 Give hours to somebody"), GiveHours()),),
        (button(_("🙋 What help is wanted?"), Shifts()), button(_("🤝 Volunteering"), Volunteering())),
    ]
    return turn.screen("\n\n".join(parts), rows)


async def heard_hours(turn: Turn, _meaning: Meaning, _said: str) -> Reply:
    """What was asked about hours."""
    return await show_hours(turn, MyHours())


async def give_hours(turn: Turn, _asked: GiveHours) -> Reply:
    """To whom: somebody of the household, a team, somebody of a team."""
    _ = turn.words
    teams = await turn.acting_as(Volunteer).teams(PAGE, mine=True)
    rows: list[Row] = [
        (button(_("🎁 To {name}", name=one.name), GiveTo(one.person_id, None)),) for one in turn.me.household
    ]
    rows += [
        (
            button(_("🎁 To the team {name}", name=team.name), GiveTo(team.id, team.id)),
            button(_("👤 Somebody of it"), GiveMate(team.id)),
        )
        for team in teams
        if team.mine == MEMBER or team.leader.id == turn.me.id
    ]
    text = (
        _("Hours of your account can help others. To whom would you like to give some?")
        if rows
        else _("Hours go to your family here or to your team. You have told me of neither yet.")
    )
    return turn.screen(text, [*rows, (button(_("⏱ My hours"), MyHours()),)])


async def give_mate(turn: Turn, wanted: GiveMate) -> Reply:
    """Whom of the team."""
    _ = turn.words
    team = await turn.acting_as(Volunteer).team(wanted.team)
    mates = [one.person for one in team.members if one.status == MEMBER and one.person.id != turn.me.id]
    shown, more = leaf(mates, wanted.page, PAGE)
    rows: list[Row] = [(button(_("🎁 To {name}", name=one.name), GiveTo(one.id, team.id)),) for one in shown]
    rows += page_row(_, wanted.page, lambda page: GiveMate(team.id, page), more=more)
    text = (
        _("To whom of {team}?", team=team.name)
        if rows
        else _("Nobody else is in {team} yet.", team=team.name)
    )
    return turn.screen(text, [*rows, (button(_("⏱ My hours"), MyHours()),)])


async def _name_of(turn: Turn, to: UUID, team_id: UUID | None) -> str | None:
    """Whom a gift is for; None when they are not to be found (any more)."""
    if team_id is None:
        return next((one.name for one in turn.me.household if one.person_id == to), None)
    team = await turn.acting_as(Volunteer).team(team_id)
    if to == team_id:
        return team.name
    return next(
        (one.person.name for one in team.members if one.person.id == to and one.status == MEMBER), None
    )


async def give_to(turn: Turn, wanted: GiveTo) -> Reply:
    """How much."""
    _ = turn.words
    name, hours = await asyncio.gather(
        _name_of(turn, wanted.to, wanted.team), turn.acting_as(Volunteer).hours()
    )
    if name is None:
        return await give_hours(turn, GiveHours())
    balance = hours.balance_minutes
    amounts = sorted({*(each for each in AMOUNTS if each < balance), *([balance] if balance else [])})
    buttons = [button(duration(_, each), AskGive(wanted.to, each, wanted.team)) for each in amounts]
    text = (
        _(
            "How much would you like to give to {name}? Your account holds {length}.",
            name=name,
            length=duration(_, balance),
        )
        if amounts
        else _("Your account holds no hours yet. They come with the shifts that you serve.")
    )
    return turn.screen(text, [*in_rows(buttons, 2), (button(_("⏱ My hours"), MyHours()),)])


async def ask_give(turn: Turn, wanted: AskGive) -> Reply:
    """What giving means, and the button that does it."""
    _ = turn.words
    name = await _name_of(turn, wanted.to, wanted.team)
    if name is None or wanted.minutes < 1:
        return await give_hours(turn, GiveHours())
    length = duration(_, wanted.minutes)
    text = _("Give {length} of your account to {name}? It cannot be taken back.", length=length, name=name)
    is_team = int(wanted.to == wanted.team)
    label = _("✅ Give {length} to {name}", length=length, name=name)
    rows: list[Row] = [
        (button(label, Give(wanted.to, is_team, wanted.minutes, seconds(turn.now))),),
        (button(_("↩️ No, keep it"), MyHours()),),
    ]
    return turn.screen(text, rows)


async def give(turn: Turn, order: Give) -> Reply:
    """Give, once for the question, however often its button is pressed."""
    _ = turn.words
    if not is_fresh(turn, order.asked_at):
        text = _("That question is from a while ago. If you still want to give, please choose again.")
        return turn.screen(text, [(button(_("🎁 Give hours to somebody"), GiveHours()),)])
    once = turn.acting_as(Volunteer).once_for(f"give:{order.to}:{order.minutes}:{order.asked_at}")
    person, team = (None, order.to) if order.is_team else (order.to, None)
    try:
        hours = await once.give(order.minutes, person=person, team=team)
    except ApiProblem as problem:
        if not problem.reasons:
            raise
        text = "\n".join([_("I am sorry, that is not possible:"), *reasons_lines(turn, problem.reasons)])
        return turn.screen(text, [(button(_("⏱ My hours"), MyHours()),)])
    given = _("🎁 Given: {length}. Thank you!", length=duration(_, order.minutes))
    return _hours_screen(turn, hours, before=given)


def is_fresh(turn: Turn, asked_at: int) -> bool:
    """Whether a question of that moment, in seconds, still stands."""
    try:
        asked = datetime.fromtimestamp(asked_at, UTC)
    except (OverflowError, ValueError, OSError):
        return False
    return timedelta() <= turn.now - asked + timedelta(seconds=1) <= STANDS
