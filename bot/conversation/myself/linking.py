"""One account in several chats: a code from the one is told to the other, which says whose it is and asks."""

import re

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions import Mine
from bot.conversation.actions.myself import (
    AskCode,
    LinkChat,
    LookAtCode,
    MakeCode,
    MyChats,
    MyData,
    OneAccount,
)
from bot.conversation.home import show_home
from bot.conversation.myself.reasons import reasons_named
from bot.conversation.turn import Row, Turn, button
from bot.myself import Myself
from bot.replies import Button, Incoming, Reply
from bot.texts import Words
from bot.wire.myself import Along, Linking

CODE = "me_link"
"""The kind of draft."""


def show_one_account(turn: Turn, _asked: OneAccount | None = None) -> Reply:
    """Both directions."""
    _ = turn.words
    text = _(
        "You can be the same person in several chats: on a second phone, in Telegram and on the chat page, or as somebody "
        "who works at a point.\n"
        "Take a code where your account is, and tell it to the other chat."
    )
    rows: list[Row] = [
        (button(_("🔢 I have a code"), AskCode()),),
        (button(_("🔗 Give me a code for another chat"), MakeCode()),),
        (button(_("💬 My chats"), MyChats()),),
        (button(_("↩️ Back to my data"), MyData()),),
    ]
    return turn.screen(text, rows)


async def ask_code(turn: Turn, _asked: AskCode | None = None, before: str = "") -> Reply:
    """Waits for a code."""
    _ = turn.words
    await turn.resident.keep_draft(CODE, {})
    ask = _("Please type the code of 8 letters and digits, for example K7WM-3QXD.")
    rows = [(button(_("↩️ Another way"), OneAccount()),)]
    return turn.screen(f"{before}\n\n{ask}" if before else ask, rows)


async def take_code(turn: Turn, _draft: wire.Draft, incoming: Incoming) -> Reply:
    """A code was typed; what has no sign of one, or is a file, is no try."""
    code = re.sub(r"[^0-9A-Za-z]", "", incoming.text or "")[:16].upper()
    return await look_at_code(turn, LookAtCode(code)) if code else await ask_code(turn)


async def make_code(turn: Turn, _asked: MakeCode) -> Reply:
    """A code for another chat."""
    _ = turn.words
    made = await turn.acting_as(Myself).make_link_code()
    text = "\n\n".join(
        (
            _("Your code: {code}", code=made.code),
            _(
                "Type it in the other chat. It is good until {time}, and once. Give it to nobody: whoever has it is you.",
                time=_.clock(made.expires_at),
            ),
        )
    )
    rows: list[Row] = []
    if made.telegram_url is not None:
        rows.append((Button(_("Open Telegram with it"), url=made.telegram_url),))
    rows += [(button(_("🔢 A new code"), MakeCode()),), (button(_("↩️ Back to my data"), MyData()),)]
    return turn.screen(text, rows)


async def look_at_code(turn: Turn, asked: LookAtCode) -> Reply:
    """Whose account it is and what would come along, before anything happens."""
    _ = turn.words
    try:
        found = await turn.acting_as(Myself).link(asked.code, confirmed=False)
    except ApiProblem as problem:
        return await _refused(turn, problem)
    if turn.me.draft is not None:
        await turn.resident.drop_draft()
    if found.person_id == turn.me.id:
        return show_home(turn, _("This chat is linked to your account already."))
    who = _who(_, found)
    parts = [
        _("This code is for the account of {who}.", who=who),
        _("If you link this chat to it, you are {name} here from now on.", name=found.name),
    ]
    if found.stays:
        parts.append(_("What you have here by now stays with your other account, which you reach as before."))
    elif brought := _brought(_, found.comes_along):
        parts.append(_("This comes along: {what}.", what=brought))
    parts.append(_("Only go on if you have taken the code yourself, or got it at the point’s desk."))
    rows = [
        (button(_("✅ Yes, I am {name}", name=found.name), LinkChat(asked.code)),),
        (button(_("No, leave everything as it is"), MyData()),),
    ]
    return turn.screen("\n\n".join(parts), rows)


def _who(_: Words, found: Linking) -> str:
    places = _(", ").join(dict.fromkeys(role.name for role in found.roles))
    return _("{name} ({places})", name=found.name, places=places) if places else found.name


def _brought(_: Words, along: Along) -> str:
    """What comes along, counted; nothing where there is nothing."""
    said = [
        text
        for number, text in (
            (along.bookings, _.plural("{number} booking", "{number} bookings", along.bookings)),
            (
                along.waiting,
                _.plural("{number} place in a queue", "{number} places in queues", along.waiting),
            ),
            (along.series, _.plural("{number} series", "{number} series of bookings", along.series)),
            (along.shifts, _.plural("{number} shift", "{number} shifts", along.shifts)),
            (along.relatives, _.plural("{number} family link", "{number} family links", along.relatives)),
        )
        if number
    ]
    return _(", ").join(said)


async def link_chat(turn: Turn, asked: LinkChat) -> Reply:
    """Links the chat; from here on it speaks to the account's person."""
    try:
        done = await turn.acting_as(Myself).link(asked.code, confirmed=True)
    except ApiProblem as problem:
        return await _refused(turn, problem)
    changed = turn.knowing(await turn.resident.me())
    _ = changed.words
    return show_home(changed, _("Done. In this chat you are {who} from now on.", who=_who(_, done)))


async def _refused(turn: Turn, problem: ApiProblem) -> Reply:
    """Every reason, and what can be done: another code, or a human."""
    _ = turn.words
    if problem.code == "too-many-tries":
        await turn.resident.drop_draft()
        text = _("Too many codes were wrong. Please wait a while, then try again with a new one.")
        return turn.screen(text, [(button(_("↩️ Back to my data"), MyData()),)])
    if any(reason.code == "link-code-unknown" for reason in problem.reasons):
        return await ask_code(
            turn,
            before=_("This code is wrong, was used, or has run out. You can get a new one where you got it."),
        )
    if not problem.reasons:
        raise problem
    await turn.resident.drop_draft()
    text = "\n".join((_("These two accounts cannot become one by themselves:"), reasons_named(turn, problem)))
    rows = [
        (button(_("🔗 Give me a code for another chat"), MakeCode()),),
        (button(_("🎫 My bookings"), Mine()),),
        (button(_("↩️ Back to my data"), MyData()),),
    ]
    human = _("A person can help you with it.")
    return turn.screen(f"{text}\n\n{human}", rows)
