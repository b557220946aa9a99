"""When somebody cannot come: a stand-in, giving a place up, and the other side of it, being asked to come."""

from uuid import UUID

from bot.api import ApiProblem
from bot.conversation.actions import Action
from bot.conversation.actions.volunteer_shifts import (
    AcceptAsk,
    AskDeclineAsk,
    AskStandIn,
    AskWithdraw,
    ConfirmPlace,
    DeclineAsk,
    KeepPlace,
    MyShifts,
    Shifts,
    ShowAsk,
    ShowSignup,
    SwapWith,
    WantStandIn,
    Withdraw,
)
from bot.conversation.turn import Row, Turn, button
from bot.conversation.volunteering.places import COMING, signup_screen
from bot.conversation.volunteering.reasons import reasons_lines
from bot.conversation.volunteering.signing_up import over_screen
from bot.conversation.volunteering.words import shift_lines, shift_place
from bot.replies import Button, Reply
from bot.texts import Words
from bot.volunteer import Volunteer
from bot.wire import rosters


async def ask_stand_in(turn: Turn, wanted: AskStandIn) -> Reply:
    """What looking for a stand-in means, and the button that does it."""
    _ = turn.words
    signup = await turn.acting_as(Volunteer).signup(wanted.signup)
    if signup.status != "confirmed" or turn.now >= signup.shift.start:
        return signup_screen(turn, signup)
    parts = [
        _("Look for a stand-in?"),
        "\n".join(shift_lines(turn, signup.shift)),
        _(
            "I will ask people who fit, at once. The first to say yes comes in your place, and I will tell you. Until then the place stays "
            "yours: if nobody can, you are still expected."
        ),
    ]
    rows: list[Row] = [
        (button(_("🙏 Yes, look for a stand-in"), WantStandIn(signup.id)),),
        (button(_("🔁 Rather swap with somebody"), SwapWith(signup.id)),),
        (button(_("↩️ No, I will come"), ShowSignup(signup.id)),),
    ]
    return turn.screen("\n\n".join(parts), rows, point=signup.shift.point.id)


async def want_stand_in(turn: Turn, order: WantStandIn) -> Reply:
    """Look for a stand-in. Looked for already is as good."""
    return await _done(turn, order.signup, "stand-in")


async def keep_place(turn: Turn, order: KeepPlace) -> Reply:
    """Come after all. Where a stand-in was quicker, that is what the place then says."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    try:
        signup = await volunteer.do(order.signup, "keep")
    except ApiProblem as problem:
        if not problem.reasons:
            raise
        there = await volunteer.signup(order.signup)
        replaced = there.status == "withdrawn" and turn.now < there.shift.start
        first = _("👍 Somebody comes in your place already. You are free.") if replaced else ""
        return signup_screen(turn, there, first)
    return signup_screen(turn, signup, _("👍 Good: you come, and nobody is asked any more."))


async def confirm_place(turn: Turn, order: ConfirmPlace) -> Reply:
    """Take a place that the point proposed."""
    _ = turn.words
    return await _done(turn, order.signup, "confirm", _("✅ You are on it. Thank you, and see you there!"))


async def ask_withdraw(turn: Turn, wanted: AskWithdraw) -> Reply:
    """What giving the place up means, before it is done: that a late one alerts the manager above all."""
    _ = turn.words
    signup = await turn.acting_as(Volunteer).signup(wanted.signup)
    if signup.status not in {*COMING, "applied", "proposed"} or turn.now >= signup.shift.start:
        return signup_screen(turn, signup)
    own = signup.person.id == turn.me.id
    facts = "\n".join(shift_lines(turn, signup.shift))
    rows: list[Row] = []
    match signup.status:
        case "proposed":
            parts = [_("You cannot take this shift? The point then asks somebody else."), facts]
            yes = _("✖️ No, I cannot come")
        case "applied":
            parts = [_("Take your application back?"), facts]
            yes = _("✖️ Yes, take it back")
        case _:
            question = (
                _("Give this place up? It goes to the next who waits, or others are asked.")
                if own
                else _("{name} does not come? The place then goes to the next.", name=signup.person.name)
            )
            parts = [question, facts]
            if turn.now >= signup.late_from:
                parts.append(
                    _(
                        "⚠️ It begins soon, so it counts as late, and the point is told at once. Saying so is still better than not coming."
                    )
                )
            yes = _("✖️ Yes, give the place up")
            if own and signup.status == "confirmed":
                rows.append((button(_("🙏 Rather find a stand-in"), AskStandIn(signup.id)),))
    rows.insert(0, (button(yes, Withdraw(signup.id)),))
    rows.append((button(_("↩️ No, leave it as it is"), ShowSignup(signup.id)),))
    return turn.screen("\n\n".join(parts), rows, point=signup.shift.point.id)


async def withdraw(turn: Turn, order: Withdraw) -> Reply:
    """Give the place up. Given up already is as good."""
    _ = turn.words
    return await _done(
        turn, order.signup, "withdraw", _("It is given up. Thank you for saying so: others can come.")
    )


async def _done(turn: Turn, signup: UUID, deed: str, first: str = "") -> Reply:
    """Does something to a place, and shows it then; refused, it shows the place as it is, and why."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    try:
        return signup_screen(turn, await volunteer.do(signup, deed), first)
    except ApiProblem as problem:
        if not problem.reasons:
            raise
        why = "\n".join([_("I am sorry, that is not possible:"), *reasons_lines(turn, problem.reasons)])
        return signup_screen(turn, await volunteer.signup(signup), why)


async def show_ask(turn: Turn, wanted: ShowAsk) -> Reply:
    """What one is asked, and both answers."""
    ask = await _find(turn, wanted)
    return over_screen(turn) if ask is None else _ask_screen(turn, ask)


def _ask_screen(turn: Turn, ask: rosters.Ask) -> Reply:
    _ = turn.words
    first = (
        _("🙏 {name} cannot come. Could you stand in for them?", name=ask.stand_in_for.name)
        if ask.stand_in_for is not None
        else _("🙏 Help is needed here. Could you come?")
    )
    parts = [
        first,
        "\n".join(shift_lines(turn, ask.shift)),
        _("The first to say yes has the place. Nobody minds a no."),
    ]
    shift = ask.shift
    when = _.short_moment(shift.start, turn.now)
    rows = ask_rows(_, AcceptAsk(ask.id), AskDeclineAsk(ask.id), when, shift.title)
    return turn.screen("\n\n".join(parts), rows, point=shift.point.id, place=shift_place(shift))


def ask_rows(_: Words, yes: Action, no: Action, when: str, title: str) -> list[Row]:
    """Yes and no to a question. Yes does it at once, and says exactly what; no is asked once more."""
    accept: Button = button(_("✅ I will come: {when} {title}", when=when, title=title), yes)
    return [(accept,), (button(_("✖️ No, I cannot"), no),)]


async def accept_ask(turn: Turn, order: AcceptAsk) -> Reply:
    """Come. Where somebody else was quicker it says so; where a rule speaks against it, which, and the question stands."""
    _ = turn.words
    try:
        signup = await turn.acting_as(Volunteer).accept_ask(order.ask)
    except ApiProblem as problem:
        if any(reason.code == "ask-over" for reason in problem.reasons):
            return over_screen(turn)
        if not problem.reasons:
            raise
        text = "\n".join([_("I am sorry, that is not possible:"), *reasons_lines(turn, problem.reasons)])
        rows: list[Row] = [
            (button(_("✖️ No, I cannot"), AskDeclineAsk(order.ask)),),
            (button(_("🙋 Other shifts"), Shifts()), button(_("🗓 My shifts"), MyShifts())),
        ]
        return turn.screen(text, rows)
    return signup_screen(turn, signup, _("✅ You are on it. Thank you for stepping in!"))


async def ask_decline_ask(turn: Turn, wanted: AskDeclineAsk) -> Reply:
    """What saying no means, and the button that says it."""
    _ = turn.words
    ask = await _find(turn, wanted)
    if ask is None:
        return over_screen(turn)
    shift = ask.shift
    when = _.short_moment(shift.start, turn.now)
    parts = [_("You cannot come? Then I ask somebody else."), "\n".join(shift_lines(turn, shift))]
    rows: list[Row] = [
        (button(_("✖️ No, I cannot come"), DeclineAsk(ask.id)),),
        (button(_("✅ I will come: {when} {title}", when=when, title=shift.title), AcceptAsk(ask.id)),),
    ]
    return turn.screen("\n\n".join(parts), rows, point=shift.point.id)


async def decline_ask(turn: Turn, order: DeclineAsk) -> Reply:
    """Say no. Said already is as good."""
    _ = turn.words
    await turn.acting_as(Volunteer).decline_ask(order.ask)
    rows = [(button(_("🙋 Other shifts"), Shifts()), button(_("🗓 My shifts"), MyShifts()))]
    return turn.screen(_("All right. I ask somebody else."), rows)


async def _find(turn: Turn, wanted: ShowAsk | AskDeclineAsk) -> rosters.Ask | None:
    asks = (await turn.acting_as(Volunteer).roster()).asks
    return next((one for one in asks if one.id == wanted.ask), None)
