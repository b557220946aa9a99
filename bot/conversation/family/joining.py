"""Joining somebody's household by their code: what it asks for is shown before one agrees."""

import re

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions import Home
from bot.conversation.actions.family import EnterCode, Family, JoinFamily, SeeCode
from bot.conversation.family.links import family_screen
from bot.conversation.refusal import reasons_text
from bot.conversation.turn import Turn, button
from bot.kin import Kin
from bot.replies import Incoming, Reply

CODE = "family_code"
"""The draft that waits for the code."""

_CODE = re.compile(r"\d{6}")


async def enter_code(turn: Turn, _wanted: EnterCode) -> Reply:
    """Waits for the code."""
    _ = turn.words
    await turn.resident.keep_draft(CODE, {})
    rows = ((button(_("↩️ My family"), Family()),),)
    return turn.screen(_("Please write the six digits that your family told you."), rows)


async def take_code(turn: Turn, _draft: wire.Draft, incoming: Incoming) -> Reply | None:
    """Shows what the code asks for."""
    _ = turn.words
    code = "".join((incoming.text or "").split())
    if not _CODE.fullmatch(code):
        rows = ((button(_("↩️ My family"), Family()),),)
        return turn.screen(_("A code has six digits. Please look again and write it once more."), rows)
    return await see_code(turn, SeeCode(code))


async def see_code(turn: Turn, wanted: SeeCode) -> Reply:
    """What a code asks for, in plain words, and the button that agrees."""
    _ = turn.words
    if not _CODE.fullmatch(wanted.code):
        return await enter_code(turn, EnterCode())
    try:
        seen = await turn.acting_as(Kin).see(wanted.code)
    except ApiProblem as problem:
        return _refused(turn, problem)
    what = (
        _(
            "{inviter} wants to book, change and cancel for you, and to see these bookings. To them you are: {relation}.",
            inviter=seen.inviter,
            relation=seen.relation,
        )
        if seen.inviter_acts
        else _(
            "{inviter} asks you to book, change and cancel for them. To you they are: {relation}.",
            inviter=seen.inviter,
            relation=seen.relation,
        )
    )
    told = (
        _("Both of you are told about what is booked.")
        if seen.notify_relative
        else _("Only the one who books is told about it.")
    )
    ends = _("Agree only if you know them. Either of you can end it at any time; what is booked then stays.")
    label = (
        _("✅ I agree: {name} may book for me", name=seen.inviter)
        if seen.inviter_acts
        else _("✅ I agree: I book for {name}", name=seen.inviter)
    )
    rows = (
        (button(label, JoinFamily(wanted.code)),),
        (button(_("✖️ No"), Family()),),
    )
    return turn.screen(f"{what}\n{told}\n\n{ends}", rows)


async def join(turn: Turn, order: JoinFamily) -> Reply:
    """Agree. The household as it then is."""
    _ = turn.words
    kin = turn.acting_as(Kin)
    try:
        link = await kin.join(order.code)
    except ApiProblem as problem:
        return _refused(turn, problem)
    if turn.me.draft is not None:
        await turn.resident.drop_draft()
    before = _("Done. You and {name} are linked now.", name=link.name)
    return family_screen(turn, await kin.household(), before)


def _refused(turn: Turn, problem: ApiProblem) -> Reply:
    _ = turn.words
    why = reasons_text(turn, problem)
    if problem.retry_after_s is not None:
        minutes = -(-problem.retry_after_s // 60)
        why = _("There were too many wrong codes. Please try again in {minutes} minutes.", minutes=minutes)
    rows = (
        (button(_("🔢 Enter a code"), EnterCode()),),
        (button(_("↩️ My family"), Family()), button(_("🏠 Home"), Home())),
    )
    return turn.screen(why, rows)
