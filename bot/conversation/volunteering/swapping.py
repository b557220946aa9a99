"""Swapping shifts with somebody: choose, propose, and the other side of it, agreeing or declining."""

from bot.api import ApiProblem
from bot.conversation.actions.volunteer_shifts import (
    AcceptSwap,
    AskDeclineSwap,
    AskStandIn,
    AskSwap,
    DeclineSwap,
    MyShifts,
    ProposeSwap,
    ShowSignup,
    ShowSwap,
    SwapWith,
)
from bot.conversation.turn import Row, Turn, button, leaf, page_row
from bot.conversation.volunteering.places import COMING, signup_screen
from bot.conversation.volunteering.reasons import reason_text
from bot.conversation.volunteering.signing_up import over_screen
from bot.conversation.volunteering.words import place_row, shift_lines
from bot.replies import Reply
from bot.volunteer import Volunteer
from bot.wire import rosters

PAGE = 6
"""Partners on a screen."""


async def swap_with(turn: Turn, wanted: SwapWith) -> Reply:
    """Places of others at the same point that each of the two could take instead of their own."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    signup = await volunteer.signup(wanted.signup)
    if signup.status not in COMING or turn.now >= signup.shift.start:
        return signup_screen(turn, signup)
    partners, more = leaf(await volunteer.partners(signup.id), wanted.page, PAGE)
    back = (button(_("↩️ Leave it as it is"), ShowSignup(signup.id)),)
    if not partners:
        text = _(
            "Nobody at this point has a shift just now that you two could swap. A stand-in may be found."
        )
        rows: list[Row] = [(button(_("🙏 I cannot come: find a stand-in"), AskStandIn(signup.id)),), back]
        return turn.screen(text, rows, point=signup.shift.point.id)
    rows = [
        place_row(
            turn,
            "🔁",
            one.shift,
            _("now with {name}", name=one.person.name),
            AskSwap(signup.id, one.id),
        )
        for one in partners
    ]
    onward = page_row(_, wanted.page, lambda page: SwapWith(signup.id, page), more=more)
    text = _("Which shift would you like instead? Both of you could take the other's.")
    return turn.screen(
        "\n".join([_("Yours:"), *shift_lines(turn, signup.shift)[:3], "", text]),
        [*rows, *onward, back],
        point=signup.shift.point.id,
    )


async def ask_swap(turn: Turn, wanted: AskSwap) -> Reply:
    """What the swap would be, and the button that proposes it."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    signup = await volunteer.signup(wanted.mine)
    if signup.status not in COMING or turn.now >= signup.shift.start:
        return signup_screen(turn, signup)
    partners = await volunteer.partners(wanted.mine)
    theirs = next((one for one in partners if one.id == wanted.theirs), None)
    if theirs is None:
        return await swap_with(turn, SwapWith(wanted.mine))
    name = theirs.person.name
    parts = [
        _("Propose this swap to {name}?", name=name),
        _both(turn, signup, theirs),
        _("I will ask {name}. Until they agree, each of you keeps your own shift.", name=name),
    ]
    rows: list[Row] = [
        (button(_("✅ Ask {name} to swap", name=name), ProposeSwap(signup.id, theirs.id)),),
        (button(_("🔁 Another shift"), SwapWith(signup.id)),),
        (button(_("↩️ Leave it as it is"), ShowSignup(signup.id)),),
    ]
    return turn.screen("\n\n".join(parts), rows, point=signup.shift.point.id)


async def propose_swap(turn: Turn, order: ProposeSwap) -> Reply:
    """Propose it. Proposed already is as good."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    try:
        swap = await volunteer.propose_swap(order.mine, order.theirs)
    except ApiProblem as problem:
        if not problem.reasons:
            raise
        return signup_screen(turn, await volunteer.signup(order.mine), _why(turn, problem))
    return _swap_screen(
        turn, swap, _("I have asked {name}, and will tell you the answer.", name=swap.asked.name)
    )


async def show_swap(turn: Turn, wanted: ShowSwap) -> Reply:
    """A swap that waits for an answer: for who is asked, with both answers."""
    swap = await _find(turn, wanted)
    return over_screen(turn) if swap is None else _swap_screen(turn, swap)


def _swap_screen(turn: Turn, swap: rosters.Swap, first: str = "") -> Reply:
    _ = turn.words
    if swap.asked.id == turn.me.id:
        parts = [
            first or _("🔁 {name} would like to swap shifts with you.", name=swap.proposed_by.name),
            _both(turn, swap.theirs, swap.mine),
            _("Nothing changes unless you agree."),
        ]
        rows: list[Row] = [
            (button(_("✅ I agree to this swap"), AcceptSwap(swap.id)),),
            (button(_("✖️ No, I keep mine"), AskDeclineSwap(swap.id)),),
        ]
        own = swap.theirs
    else:
        parts = [
            first or _("🔁 {name} has not answered yet.", name=swap.asked.name),
            _both(turn, swap.mine, swap.theirs),
            _("Until they agree, each of you keeps your own shift."),
        ]
        rows = [(button(_("✖️ Take my proposal back"), AskDeclineSwap(swap.id)),)]
        own = swap.mine
    rows.append((button(_("🗓 My shifts"), MyShifts()),))
    return turn.screen("\n\n".join(parts), rows, point=own.shift.point.id)


async def accept_swap(turn: Turn, order: AcceptSwap) -> Reply:
    """Agree: both places change hands at once. Agreed already is as good."""
    _ = turn.words
    try:
        swap = await turn.acting_as(Volunteer).answer_swap(order.swap, "accept")
    except ApiProblem as problem:
        if any(reason.code == "swap-over" for reason in problem.reasons):
            return over_screen(turn)
        if not problem.reasons:
            raise
        rows: list[Row] = [
            (button(_("✖️ No, I keep mine"), AskDeclineSwap(order.swap)),),
            (button(_("🗓 My shifts"), MyShifts()),),
        ]
        return turn.screen(_why(turn, problem), rows)
    return signup_screen(
        turn,
        swap.theirs,
        _("🔁 Swapped. This is your shift now; {name} is told.", name=swap.proposed_by.name),
    )


async def ask_decline_swap(turn: Turn, wanted: AskDeclineSwap) -> Reply:
    """What saying no, or taking it back, means, and the button that does it."""
    _ = turn.words
    swap = await _find(turn, wanted)
    if swap is None:
        return over_screen(turn)
    if swap.asked.id == turn.me.id:
        parts = [
            _("Decline this swap? You both keep your shifts, and {name} is told.", name=swap.proposed_by.name)
        ]
        parts.append(_both(turn, swap.theirs, swap.mine))
        yes = _("✖️ Yes, I keep mine")
    else:
        parts = [
            _("Take your proposal back? You both keep your shifts."),
            _both(turn, swap.mine, swap.theirs),
        ]
        yes = _("✖️ Yes, take it back")
    rows: list[Row] = [
        (button(yes, DeclineSwap(swap.id)),),
        (button(_("↩️ Back to the swap"), ShowSwap(swap.id)),),
    ]
    return turn.screen("\n\n".join(parts), rows, point=swap.mine.shift.point.id)


async def decline_swap(turn: Turn, order: DeclineSwap) -> Reply:
    """Say no, or take it back. Said already is as good; where it was agreed to meanwhile, that is said."""
    _ = turn.words
    swap = await turn.acting_as(Volunteer).answer_swap(order.swap, "decline")
    if swap.status == "accepted":
        own = swap.theirs if swap.asked.id == turn.me.id else swap.mine
        return signup_screen(turn, own, _("It was agreed to meanwhile. This is your shift now:"))
    own = swap.theirs if swap.asked.id == turn.me.id else swap.mine
    return signup_screen(turn, own, _("The swap is off. You keep this shift:"))


def _both(turn: Turn, own: rosters.Signup, other: rosters.Signup) -> str:
    """Both shifts, one's own first."""
    _ = turn.words
    return "\n".join(
        [
            _("Yours:"),
            *shift_lines(turn, own.shift)[:3],
            "",
            _("{name}'s:", name=other.person.name),
            *shift_lines(turn, other.shift)[:3],
        ]
    )


def _why(turn: Turn, problem: ApiProblem) -> str:
    """Why it cannot be, and where it speaks against the other one, without saying more of them than that."""
    _ = turn.words
    lines = [_("I am sorry, that is not possible:")]
    of_the_other = _("The other one cannot take your shift just now.")
    for reason in problem.reasons:
        if reason.person_id is not None and reason.person_id != turn.me.id:
            lines.append(f"• {of_the_other}")
        else:
            lines.append(f"• {reason_text(turn, reason)}")
    return "\n".join(dict.fromkeys(lines))


async def _find(turn: Turn, wanted: ShowSwap | AskDeclineSwap) -> rosters.Swap | None:
    swaps = (await turn.acting_as(Volunteer).roster()).swaps
    return next((one for one in swaps if one.id == wanted.swap), None)
