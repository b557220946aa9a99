"""Standing places: coming to every shift of a recurrence until a day, and ending that."""

from datetime import timedelta

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions.volunteer_shifts import (
    AskEndStanding,
    AskStanding,
    EndStanding,
    MyShifts,
    MyStanding,
    Shifts,
    ShowShift,
    TakeStanding,
)
from bot.conversation.turn import Row, Turn, button
from bot.conversation.volunteering.consent import has_agreed
from bot.conversation.volunteering.looking import shift_screen
from bot.conversation.volunteering.reasons import reason_text, reasons_lines
from bot.conversation.volunteering.words import recurrence_text, whole_date
from bot.replies import Reply
from bot.texts import DISTRICT_ZONE, Words
from bot.volunteer import Volunteer
from bot.wire import rosters

WEEKS = (4, 8, 16)
"""For so many weeks one can commit oneself at a tap; and for as long as it recurs."""

WRITTEN_OUT = 6
"""So many shifts that could not be given are written out."""


async def ask_standing(turn: Turn, wanted: AskStanding) -> Reply:
    """What a standing place means, and until when: each button says its day, and takes it."""
    _ = turn.words
    shift = await turn.acting_as(Volunteer).shift(wanted.shift)
    if shift.template is None or not has_agreed(turn.me):
        before = (
            ""
            if shift.template is None
            else _("Please sign up for one shift first; then you can come every time.")
        )
        return shift_screen(turn, shift, before=before)
    recurs = shift.template
    parts = [
        _("Come every time?"),
        _facts(_, recurs),
        _(
            "You have a place on each of these shifts that is open to you, also on those to come, and are reminded of each. A single "
            "one can be handed on as any other, and you can end it at any time."
        ),
    ]
    today = turn.now.astimezone(DISTRICT_ZONE).date()
    days = sorted(
        {min(today + timedelta(weeks=weeks), recurs.valid_until) for weeks in WEEKS} | {recurs.valid_until}
    )
    rows: list[Row] = [
        (button(_("✅ Every time until {day}", day=whole_date(_, day)), TakeStanding(recurs.id, day)),)
        for day in days
    ]
    rows.append((button(_("↩️ Back to the shift"), ShowShift(shift.id)),))
    return turn.screen("\n\n".join(parts), rows, point=shift.point.id)


async def take_standing(turn: Turn, order: TakeStanding) -> Reply:
    """Take it. Taken already is as good. Where a rule speaks against one of the shifts it is left out, and said why."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    try:
        place = await volunteer.take_standing(order.template, order.until)
    except ApiProblem as problem:
        if not problem.reasons:
            raise
        if any(reason.code == "already-standing" for reason in problem.reasons):
            return await show_standing(turn, before=_("You come every time already."))
        text = "\n".join([_("I am sorry, that is not possible:"), *reasons_lines(turn, problem.reasons)])
        return turn.screen(text, _last(turn))
    parts = [
        _("✅ You come every time until {day}. Thank you!", day=whole_date(_, place.until)),
        _facts(_, place.template),
        _.plural(
            "You have a place on {number} shift now; others follow as they are announced.",
            "You have a place on {number} shifts now; others follow as they are announced.",
            len(place.signed_up),
        ),
    ]
    if place.refused:
        lines = [
            f"• {_.moment(one.start, turn.now)}: {' '.join(_in_words(turn, one))}"
            for one in place.refused[:WRITTEN_OUT]
        ]
        more = len(place.refused) - len(lines)
        if more > 0:
            lines.append(_.plural("and {number} more", "and {number} more", more))
        parts.append("\n".join([_("Not on these:"), *lines]))
    return turn.screen("\n\n".join(parts), _last(turn))


def _in_words(turn: Turn, refusal: rosters.StandingRefusal) -> list[str]:
    """Why, as far as the codes alone say it."""
    return [
        reason_text(turn, wire.Reason(code=code, title=_short(turn.words, code))) for code in refusal.reasons
    ]


def _short(_: Words, code: str) -> str:
    """A reason without its data."""
    match code:
        case "overlapping-shift":
            return _("another shift at that time")
        case "too-little-rest":
            return _("too little rest beside another shift")
        case "week-is-full":
            return _("as many hours in that week as allowed")
        case _:
            return _("the point's rules do not allow it")


async def show_my_standing(turn: Turn, _asked: MyStanding) -> Reply:
    """My standing places."""
    return await show_standing(turn)


async def show_standing(turn: Turn, *, before: str = "") -> Reply:
    """My standing places, each with the button that asks whether to end it; `before` is said before them."""
    _ = turn.words
    places = (await turn.acting_as(Volunteer).roster()).standing
    if not places:
        return turn.screen(before or _("You have no standing place."), _last(turn))
    parts = [before or _("Your standing places:")]
    for number, one in enumerate(places, 1):
        until = _("until {day}", day=whole_date(_, one.until))
        parts.append(f"{number}. {_facts(_, one.template)}\n{until}")
    rows: list[Row] = [
        (
            button(
                _("✖️ End {number}: {title}", number=number, title=one.template.title), AskEndStanding(one.id)
            ),
        )
        for number, one in enumerate(places, 1)
    ]
    return turn.screen("\n\n".join(parts), [*rows, *_last(turn)])


async def ask_end_standing(turn: Turn, wanted: AskEndStanding) -> Reply:
    """What ending means, and the button that does it."""
    _ = turn.words
    places = (await turn.acting_as(Volunteer).roster()).standing
    place = next((one for one in places if one.id == wanted.place), None)
    if place is None:
        return await show_standing(turn)
    parts = [
        _("Come no more every time?"),
        _facts(_, place.template),
        _(
            "You get no new shifts. Those that you have already stay; hand them on one by one if you cannot come."
        ),
    ]
    rows: list[Row] = [
        (button(_("✖️ Yes, end it"), EndStanding(place.id)),),
        (button(_("↩️ No, leave it as it is"), MyStanding()),),
    ]
    return turn.screen("\n\n".join(parts), rows, point=place.template.point.id)


async def end_standing(turn: Turn, order: EndStanding) -> Reply:
    """End it. Ended already is as good."""
    _ = turn.words
    place = await turn.acting_as(Volunteer).end_standing(order.place)
    text = _("It is ended. The shifts that you have already stay yours.")
    return turn.screen(f"{text}\n\n{_facts(_, place.template)}", _last(turn))


def _facts(_: Words, recurs: rosters.Recurrence) -> str:
    return f"{recurs.title} · {recurs.point.name}\n{recurrence_text(_, recurs)}"


def _last(turn: Turn) -> list[Row]:
    _ = turn.words
    return [(button(_("🙋 Other shifts"), Shifts()), button(_("🗓 My shifts"), MyShifts()))]
