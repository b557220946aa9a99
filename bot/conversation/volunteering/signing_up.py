"""Signing up for a shift, and waiting for a full one: ask, do, and say what has come of it."""

from bot.api import ApiProblem
from bot.conversation.actions.volunteer_shifts import (
    AskQueue,
    AskSignUp,
    AskUnqueue,
    MyShifts,
    Queue,
    Shifts,
    ShowQueued,
    ShowShift,
    SignUp,
    TakeOffered,
    Unqueue,
)
from bot.conversation.turn import Row, Turn, button
from bot.conversation.volunteering.consent import agrees, consent_text, has_agreed
from bot.conversation.volunteering.looking import shift_screen
from bot.conversation.volunteering.places import signup_screen
from bot.conversation.volunteering.reasons import reasons_lines
from bot.conversation.volunteering.words import shift_lines, shift_place, shift_row
from bot.replies import Button, Reply
from bot.texts import Words
from bot.volunteer import Volunteer, shifts_instead
from bot.wire import rosters

APPLIED = "applied"


async def ask_sign_up(turn: Turn, wanted: AskSignUp) -> Reply:
    """What signing up would mean, and the button that does it. Where it is not possible, the shift and why."""
    _ = turn.words
    shift = await turn.acting_as(Volunteer).shift(wanted.shift)
    if shift.signup is not None or shift.reasons:
        return shift_screen(turn, shift)
    parts = [
        _("Sign up for this shift?"),
        "\n".join(shift_lines(turn, shift)),
        _(
            "The place is yours at once. I will remind you the evening before, and again shortly before it begins."
        )
        if shift.direct
        else _("The point chooses here: you apply, and I tell you as soon as it has answered."),
        _("If something comes up, tell me early: then somebody can be found in your place."),
    ]
    agreed = has_agreed(turn.me)
    when = _.short_moment(shift.start, turn.now)
    if agreed and shift.direct:
        label = _("✅ Sign up: {when}", when=when)
    elif agreed:
        label = _("✅ Apply: {when}", when=when)
    else:
        parts.append(consent_text(turn))
        label = _("✅ I agree, and sign up: {when}", when=when)
    rows: list[Row] = [
        (button(label, SignUp(shift.id, int(not agreed))),),
        (button(_("↩️ Back to the shift"), ShowShift(shift.id)), button(_("🙋 Other shifts"), Shifts())),
    ]
    return turn.screen("\n\n".join(parts), rows, point=shift.point.id)


async def sign_up(turn: Turn, order: SignUp) -> Reply:
    """Sign up, after consent. On it already is as good; refused, every reason and shifts that can be taken instead."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    if not await agrees(turn, order.consent_shown):
        return await ask_sign_up(turn, AskSignUp(order.shift))
    try:
        signup = await volunteer.sign_up(order.shift)
    except ApiProblem as problem:
        there = [reason.signup_id for reason in problem.reasons if reason.code == "already-on-it"]
        if there and there[0] is not None:
            return signup_screen(turn, await volunteer.signup(there[0]), _("You are on it already."))
        if not problem.reasons:
            raise
        return refusal_screen(turn, problem, order)
    if signup.status == APPLIED:
        first = _("📝 You have applied. I tell you as soon as the point has answered.")
    else:
        first = _("✅ You are on it. Thank you, and see you there!")
    return signup_screen(turn, signup, first)


def refusal_screen(turn: Turn, problem: ApiProblem, order: SignUp | Queue) -> Reply:
    """All reasons against a place on a shift, and shifts that the person can take instead."""
    _ = turn.words
    parts = [
        _("I am sorry, that is not possible:"),
        "\n".join(reasons_lines(turn, problem.reasons)),
    ]
    rows: list[Row] = []
    instead = shifts_instead(problem)
    if instead:
        parts.append(_("These you can take:"))
        rows += [
            shift_row(turn, number, shift, AskSignUp(shift.id)) for number, shift in enumerate(instead, 1)
        ]
    codes = {reason.code for reason in problem.reasons}
    if codes == {"shift-full"}:
        rows.append((button(_("⏳ Wait for a place"), AskQueue(order.shift)),))
    rows.append((button(_("↩️ Back to the shift"), ShowShift(order.shift)),))
    rows.append((button(_("🙋 Other shifts"), Shifts()), button(_("🗓 My shifts"), MyShifts())))
    return turn.screen("\n\n".join(parts), rows)


async def ask_queue(turn: Turn, wanted: AskQueue) -> Reply:
    """What waiting would mean, and the button that joins the queue."""
    _ = turn.words
    shift = await turn.acting_as(Volunteer).shift(wanted.shift)
    if not shift.can_wait:
        return shift_screen(turn, shift)
    parts = [
        _("Wait for a place on this shift?"),
        "\n".join(shift_lines(turn, shift)),
        _("As soon as a place is free, I keep it for you for a while and ask you."),
    ]
    rows: list[Row] = [
        (button(_("✅ Yes, put me in the queue"), Queue(shift.id)),),
        (button(_("↩️ Back to the shift"), ShowShift(shift.id)), button(_("🙋 Other shifts"), Shifts())),
    ]
    return turn.screen("\n\n".join(parts), rows, point=shift.point.id)


async def queue(turn: Turn, order: Queue) -> Reply:
    """Join the queue. In it already is as good; a place that has come free meanwhile is asked about instead."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    try:
        wait = await volunteer.wait(order.shift)
    except ApiProblem as problem:
        codes = {reason.code for reason in problem.reasons}
        if codes == {"places-are-free"}:
            return await ask_sign_up(turn, AskSignUp(order.shift))
        if "already-waiting" in codes:
            there = [one for one in (await volunteer.roster()).waits if one.shift.id == order.shift]
            if there:
                return _wait_screen(turn, there[0], _("You are in this queue already."))
        if not problem.reasons:
            raise
        return refusal_screen(turn, problem, order)
    return _wait_screen(turn, wait, _("You are in the queue. I will tell you as soon as there is a place."))


async def show_queued(turn: Turn, wanted: ShowQueued) -> Reply:
    """How a wait stands; with a place held, the question whether to take it."""
    wait = await _find(turn, wanted)
    return over_screen(turn) if wait is None else _wait_screen(turn, wait)


async def ask_unqueue(turn: Turn, wanted: AskUnqueue) -> Reply:
    """What giving up the turn would mean, and the button that does it."""
    _ = turn.words
    wait = await _find(turn, wanted)
    if wait is None:
        return over_screen(turn)
    facts = "\n".join(shift_lines(turn, wait.shift))
    if wait.expires_at is None:
        text = _("Stop waiting for this? Your turn goes to the next.")
        yes, no = _("✖️ Yes, stop waiting"), _("↩️ No, keep my turn")
        back: Button = button(no, ShowQueued(wait.id))
    else:
        text = _("You do not need this place? It then goes to the next.")
        yes = _("✖️ Yes, give it to the next")
        back = take_button(_, wait, turn)
    return turn.screen(
        f"{text}\n\n{facts}", [(button(yes, Unqueue(wait.id)),), (back,)], point=wait.shift.point.id
    )


async def unqueue(turn: Turn, order: Unqueue) -> Reply:
    """Give up the turn, or say no to what is held. Given up already is as good."""
    _ = turn.words
    wait = await turn.acting_as(Volunteer).leave_queue(order.wait)
    text = _("You are not waiting for this any more.")
    facts = "\n".join(shift_lines(turn, wait.shift))
    return turn.screen(
        f"{text}\n\n{facts}",
        [(button(_("🙋 Other shifts"), Shifts()), button(_("🗓 My shifts"), MyShifts()))],
        point=wait.shift.point.id,
    )


async def take_offered(turn: Turn, order: TakeOffered) -> Reply:
    """Take the place that is held. An offer that has ended is said kindly; one against which a rule speaks stands."""
    _ = turn.words
    try:
        signup = await turn.acting_as(Volunteer).take_offered(order.wait)
    except ApiProblem as problem:
        if any(reason.code == "offer-over" for reason in problem.reasons):
            return over_screen(turn)
        if not problem.reasons:
            raise
        text = _("I am sorry, that is not possible:")
        stands = _("The place is still kept for you until the time that I named.")
        rows: list[Row] = [
            (button(_("🔄 Try again"), order),),
            (button(_("✖️ No, thank you"), AskUnqueue(order.wait)),),
            (button(_("🗓 My shifts"), MyShifts()),),
        ]
        return turn.screen("\n".join([text, *reasons_lines(turn, problem.reasons), "", stands]), rows)
    return signup_screen(turn, signup, _("✅ You are on it. Thank you, and see you there!"))


def over_screen(turn: Turn) -> Reply:
    """What was asked or offered has ended meanwhile: say so, and where to go on."""
    _ = turn.words
    text = _("This has ended meanwhile; somebody else may have come forward. Other shifts may need you.")
    rows = [(button(_("🙋 What help is wanted?"), Shifts()), button(_("🗓 My shifts"), MyShifts()))]
    return turn.screen(text, rows)


def take_button(_: Words, wait: rosters.ShiftWait, turn: Turn) -> Button:
    """The button that takes the place that is held, and says exactly what it does."""
    when = _.short_moment(wait.shift.start, turn.now)
    return button(
        _("✅ I will come: {when} {title}", when=when, title=wait.shift.title), TakeOffered(wait.id)
    )


def _wait_screen(turn: Turn, wait: rosters.ShiftWait, first: str | None = None) -> Reply:
    _ = turn.words
    facts = "\n".join(shift_lines(turn, wait.shift))
    if wait.expires_at is None:
        parts = [
            first or _("You are waiting for this:"),
            facts,
            _("You are number {position} in the queue.", position=wait.ahead + 1),
        ]
        rows: list[Row] = [
            (button(_("🙋 Other shifts"), Shifts()), button(_("🗓 My shifts"), MyShifts())),
            (button(_("✖️ Stop waiting"), AskUnqueue(wait.id)),),
        ]
    else:
        until = _.moment(wait.expires_at, turn.now)
        parts = [
            _("🔔 A place on this shift has come free, and I keep it for you:"),
            facts,
            _("Please answer by {moment}. After that it goes to the next in the queue.", moment=until),
        ]
        rows = [
            (take_button(_, wait, turn),),
            (button(_("✖️ No, thank you"), AskUnqueue(wait.id)),),
        ]
    return turn.screen("\n\n".join(parts), rows, point=wait.shift.point.id, place=shift_place(wait.shift))


async def _find(turn: Turn, wanted: ShowQueued | AskUnqueue) -> rosters.ShiftWait | None:
    waits = (await turn.acting_as(Volunteer).roster()).waits
    return next((one for one in waits if one.id == wanted.wait), None)
