"""Coming and going: the code that is shown at the point, typed or photographed.

Both end in `take_shown`, which takes what is said, wherever it was read.
"""

import asyncio
import re
import unicodedata
from uuid import UUID

from bot import wire
from bot.api import ApiProblem
from bot.codes import SHIFT, read_qrs
from bot.conversation.actions.volunteer_shifts import Arrive, CheckMember, MyShifts, ShowSignup
from bot.conversation.turn import Row, Turn, button
from bot.conversation.volunteering.places import ATTENDED, COMING, signup_screen
from bot.conversation.volunteering.reasons import reasons_lines
from bot.replies import FileTooLarge, Incoming, Reply
from bot.volunteer import NOT_FOUND, Volunteer
from bot.wire import rosters

DRAFT = "volunteer_code"
"""Waits for the code that is shown at the point."""

QR_PREFIX = SHIFT
"""How what a shift's QR code says begins."""

_CODE = re.compile(r"[0-9]{4,12}")


async def wait_for_code(turn: Turn, wanted: Arrive) -> Reply:
    """Wait for the code. Too early and too late are said kindly."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    signup = await volunteer.signup(wanted.signup)
    coming = signup.status in COMING and signup.check_in_from <= turn.now < signup.shift.end
    going = signup.status == ATTENDED and signup.checked_out_at is None and turn.now <= signup.check_out_until
    if not (coming or going):
        return signup_screen(turn, signup, _not_now(turn, signup))
    await volunteer.keep_draft(DRAFT, {"signup": str(signup.id)})
    return _ask_code(turn, signup, coming=coming)


def _not_now(turn: Turn, signup: rosters.Signup) -> str:
    """Why one cannot check in or out just now; nothing where the place itself says it."""
    _ = turn.words
    if signup.status in COMING and turn.now < signup.check_in_from:
        opens = _.moment(signup.check_in_from, turn.now)
        return _("You are early: one can check in from {moment}.", moment=opens)
    if signup.status in COMING:
        return _("The shift is over. Were you there? Call the point: it writes down your hours.")
    if signup.status == ATTENDED and signup.checked_out_at is None:
        return _("It is too late to check out. The point writes down your hours; call if they are missing.")
    return ""


def _ask_code(turn: Turn, signup: rosters.Signup, *, coming: bool, before: str = "") -> Reply:
    _ = turn.words
    first = (
        _("Send me the code for coming that is shown at the point (6 digits), and you are checked in.")
        if coming
        else _("Send me the code for going that is shown at the point (6 digits), and you are checked out.")
    )
    what = _("{title}, {point}", title=signup.shift.title, point=signup.shift.point.name)
    parts = [
        *([before] if before else []),
        first,
        what,
        _("No code to be seen? Ask the point: it can do it for you."),
    ]
    rows: list[Row] = [(button(_("↩️ Not now"), ShowSignup(signup.id)), button(_("🗓 My shifts"), MyShifts()))]
    return turn.screen("\n\n".join(parts), rows, point=signup.shift.point.id)


async def take_code(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """Check in or out by what was said. What is no code is asked for again."""
    _ = turn.words
    said = await _code_in(incoming)
    if said is None:
        signup = await turn.acting_as(Volunteer).signup(_uuid(draft))
        return _ask_code(
            turn,
            signup,
            coming=signup.status in COMING,
            before=_("That is no code. It has 6 digits.")
            if incoming.file is None
            else _("I cannot read a code on that photo. Please type the 6 digits."),
        )
    return await take_shown(turn, said)


async def take_shown(turn: Turn, said: str) -> Reply:
    """Check in or out by what is shown at the point: the digits, or what the QR code says. A wrong one can be said again."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    is_qr = said.startswith(QR_PREFIX)
    try:
        scanned = await volunteer.scan(qr=said) if is_qr else await volunteer.scan(code=said)
    except ApiProblem as problem:
        # A QR code that was not made here is not found, which to people is a wrong code like any other.
        wrong = (wire.Reason(code="wrong-code"),) if problem.status == NOT_FOUND else ()
        reasons = problem.reasons or wrong
        if not reasons:
            raise
        text = "\n".join([_("I could not check you in or out:"), *reasons_lines(turn, reasons)])
        return turn.screen(text, [(button(_("🗓 My shifts"), MyShifts()),)])
    if turn.me.draft is not None:
        await volunteer.drop_draft()
    return signup_screen(turn, scanned.signup, _arrived(turn, scanned))


def _arrived(turn: Turn, scanned: rosters.Scanned) -> str:
    _ = turn.words
    if scanned.way == "in":
        return _("✅ You are checked in. Thank you for coming! Do not forget to check out when you go.")
    if scanned.signup.verified_at is not None:
        return _("✅ You are checked out, and your hours are written down. Thank you!")
    return _("✅ You are checked out. The point verifies your hours. Thank you!")


async def take_unasked(turn: Turn, incoming: Incoming) -> Reply | None:
    """A code that came by itself: for whoever has a shift about now; else it is somebody else's to take."""
    said = await _code_in(incoming)
    if said is None:
        return None
    if not said.startswith(QR_PREFIX):
        roster = await turn.acting_as(Volunteer).roster()
        if not any(is_about_now(turn, one) for one in roster.signups):
            return None
    return await take_shown(turn, said)


async def _code_in(incoming: Incoming) -> str | None:
    """The code that was typed, or that is on a photo; None when there is none."""
    if incoming.file is None:
        return shown_code(incoming.text or "")
    if incoming.file.kind != "photo":
        return None
    try:
        photo = await incoming.file.read()
    except FileTooLarge:
        return None
    codes = await asyncio.to_thread(read_qrs, photo)
    return next((code for code in codes if code.startswith(QR_PREFIX)), None)


def is_about_now(turn: Turn, signup: rosters.Signup) -> bool:
    """Whether one may be about to check in to, or out of, a shift."""
    return signup.status in {*COMING, ATTENDED} and signup.check_in_from <= turn.now <= signup.check_out_until


def shown_code(text: str) -> str | None:
    """The code in what was typed, whatever the width of its digits and the spaces in it; None when it is none."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    if plain.startswith(QR_PREFIX):
        return plain
    return plain if _CODE.fullmatch(plain) else None


async def check_member(turn: Turn, order: CheckMember) -> Reply:
    """A leader checks somebody of the team in or out. Done already is as good."""
    _ = turn.words
    volunteer = turn.acting_as(Volunteer)
    try:
        signup = await volunteer.do(order.signup, "check-out" if order.out else "check-in")
    except ApiProblem as problem:
        if not problem.reasons:
            raise
        why = "\n".join([_("I am sorry, that is not possible:"), *reasons_lines(turn, problem.reasons)])
        return signup_screen(turn, await volunteer.signup(order.signup), why)
    name = signup.person.name
    first = (
        _("✅ {name} is checked out.", name=name) if order.out else _("✅ {name} is checked in.", name=name)
    )
    return signup_screen(turn, signup, first)


def _uuid(draft: wire.Draft) -> UUID:
    return UUID(str(draft.data["signup"]))
