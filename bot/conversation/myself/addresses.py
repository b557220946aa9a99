"""Addresses besides the chat: an e-mail address or a phone number for short messages, named and confirmed by a code."""

import re

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions.myself import Addresses, AskAddress, AskForget, Forget, MyData, SendCode
from bot.conversation.turn import Row, Turn, button
from bot.myself import Myself
from bot.replies import Incoming, Reply
from bot.texts import Words

ADDRESS, CODE = "me_address", "me_code"
"""Kinds of drafts."""

CHANNELS = ("email", "sms")


def channel_name(_: Words, channel: str) -> str:
    """E-mail or short messages, within a sentence."""
    return _("e-mail") if channel == "email" else _("short messages")


async def show_addresses(turn: Turn, _asked: Addresses | None = None, before: str = "") -> Reply:
    """What there is, and what can be added."""
    _ = turn.words
    known = await turn.acting_as(Myself).addresses()
    lines = [
        _(
            "{channel}: {address} ({state})",
            channel=channel_name(_, one.channel),
            address=one.address,
            state=_state(_, confirmed=one.confirmed, blocked=one.blocked),
        )
        for one in known
    ]
    text = _("When no chat of yours can be reached, I write to these addresses.")
    parts = [*([before] if before else []), text, "\n".join(lines) or _("There are none yet.")]
    rows: list[Row] = [
        (
            button(_("✉️ Name an e-mail address"), AskAddress("email")),
            button(_("📱 Name a number for SMS"), AskAddress("sms")),
        ),
        *((button(_("🗑 Forget {address}", address=one.address), AskForget(one.channel)),) for one in known),
        (button(_("↩️ Back to my data"), MyData()),),
    ]
    return turn.screen("\n\n".join(parts), rows)


def _state(_: Words, *, confirmed: bool, blocked: bool) -> str:
    if blocked:
        return _("cannot be reached")
    return _("in use") if confirmed else _("waits for its code")


async def ask_address(turn: Turn, asked: AskAddress, before: str = "") -> Reply:
    """Waits for an address."""
    _ = turn.words
    channel = asked.channel if asked.channel in CHANNELS else "email"
    await turn.resident.keep_draft(ADDRESS, {"channel": channel})
    ask = (
        _("Please type your e-mail address. I send a code there, to be sure that it is yours.")
        if channel == "email"
        else _("Please type your mobile number. I send a code there, to be sure that it is yours.")
    )
    rows = [(button(_("↩️ Back to the addresses"), Addresses()),)]
    return turn.screen(f"{before}\n\n{ask}" if before else ask, rows)


async def take_address(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """An address was typed."""
    _ = turn.words
    channel = str(draft.data.get("channel", "email"))
    said = (incoming.text or incoming.contact or "").strip()
    if not 5 <= len(said) <= 100:
        return await ask_address(turn, AskAddress(channel), before=_("I did not get that as an address."))
    await turn.resident.keep_draft(ADDRESS, {"channel": channel, "value": said})
    rows = [
        (button(_("✅ Yes, send the code"), SendCode()),),
        (button(_("✏️ Type it again"), AskAddress(channel)),),
        (button(_("↩️ Back to the addresses"), Addresses()),),
    ]
    return turn.screen(_("I send a code to {address}. Is that right?", address=said), rows)


async def send_code(turn: Turn, _asked: SendCode) -> Reply:
    """Has the code sent, and waits for it."""
    _ = turn.words
    draft = turn.me.draft
    if draft is None or draft.kind != ADDRESS or "value" not in draft.data:
        return await show_addresses(turn, before=_("That was some time ago. Please say it once more."))
    channel = str(draft.data["channel"])
    try:
        named = await turn.acting_as(Myself).name_address(channel, str(draft.data["value"]))
    except ApiProblem as problem:
        if problem.status != 422:
            raise
        return await ask_address(turn, AskAddress(channel), before=_("I did not get that as an address."))
    await turn.resident.keep_draft(CODE, {"channel": channel})
    return _ask_code(turn, channel, _("A code is on its way to {address}.", address=named.address))


def _ask_code(turn: Turn, channel: str, before: str) -> Reply:
    _ = turn.words
    rows = [
        (button(_("✏️ Another address"), AskAddress(channel)),),
        (button(_("↩️ Back to the addresses"), Addresses()),),
    ]
    ask = _("Please type the 6 digits here.")
    return turn.screen(f"{before}\n{ask}", rows)


async def take_code(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    """The code was typed; giving it back is the consent, so nothing more is asked."""
    _ = turn.words
    channel = str(draft.data.get("channel", "email"))
    code = re.sub(r"\s", "", incoming.text or "")
    if not re.fullmatch(r"[0-9]{6}", code):
        return _ask_code(turn, channel, _("That is not the code."))
    try:
        done = await turn.acting_as(Myself).confirm_address(channel, code)
    except ApiProblem as problem:
        if any(reason.code == "code-wrong" for reason in problem.reasons):
            return _ask_code(turn, channel, _("That is not the code."))
        await turn.resident.drop_draft()
        raise
    await turn.resident.drop_draft()
    return await show_addresses(turn, before=_("{address} is in use from now on.", address=done.address))


async def ask_forget(turn: Turn, asked: AskForget) -> Reply:
    """What forgetting it means."""
    _ = turn.words
    channel = channel_name(_, asked.channel)
    rows = [
        (button(_("🗑 Yes, erase it"), Forget(asked.channel)),),
        (button(_("↩️ Back to the addresses"), Addresses()),),
    ]
    return turn.screen(_("From then on I tell you nothing by {channel} any more.", channel=channel), rows)


async def forget(turn: Turn, asked: Forget) -> Reply:
    """Forgets it; forgotten already is as good."""
    _ = turn.words
    if asked.channel not in CHANNELS:
        return await show_addresses(turn)
    try:
        await turn.acting_as(Myself).forget_address(asked.channel)
    except ApiProblem as problem:
        if problem.status != 404:
            raise
    return await show_addresses(turn, before=_("It is erased."))
