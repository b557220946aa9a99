"""In which chats one is the same person, and parting with one."""

from uuid import UUID

from bot.api import ApiProblem
from bot.conversation.actions import Home
from bot.conversation.actions.myself import AskUnlink, MyChats, OneAccount, Unlink
from bot.conversation.turn import Row, Turn, button
from bot.myself import Myself
from bot.replies import Reply
from bot.texts import Words
from bot.wire.myself import MyChat


def chat_name(_: Words, channel: str) -> str:
    """A chat by its channel."""
    match channel:
        case "telegram":
            return _("Telegram")
        case "web":
            return _("the chat page")
        case "wechat":
            return _("WeChat")
        case _other:
            return channel


async def show_chats(turn: Turn, _asked: MyChats | None = None, before: str = "") -> Reply:
    """Each with since when, and the button that parts with it."""
    _ = turn.words
    chats = await turn.acting_as(Myself).chats()
    lines = [
        _(
            "{channel}, since {moment}",
            channel=chat_name(_, one.channel),
            moment=_.moment(one.since, turn.now),
        )
        for one in chats
    ]
    rows: list[Row] = [
        (
            button(
                _("✂️ Unlink {number}: {channel}", number=number, channel=chat_name(_, one.channel)),
                AskUnlink(one.id),
            ),
        )
        for number, one in enumerate(chats, 1)
        if one.can_be_unlinked
    ]
    rows.append((button(_("↩️ Back"), OneAccount()),))
    listed = "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))
    text = _("In these chats you are the same person:") + "\n" + listed
    return turn.screen(f"{before}\n\n{text}" if before else text, rows)


async def ask_unlink(turn: Turn, asked: AskUnlink) -> Reply:
    """What parting with a chat means."""
    _ = turn.words
    chat = await _found(turn, asked.chat)
    if chat is None:
        return await show_chats(turn, before=_gone(_))
    if not chat.can_be_unlinked:
        return await show_chats(turn, before=_stays(_))
    text = "\n\n".join(
        (
            _(
                "Unlink this chat? {channel}, since {moment}",
                channel=chat_name(_, chat.channel),
                moment=_.moment(chat.since, turn.now),
            ),
            _(
                "Whoever writes there then sees nothing of yours any more and can do nothing in your name. Your bookings stay."
            ),
        )
    )
    rows = [
        (button(_("✂️ Yes, unlink it"), Unlink(chat.id)),),
        (button(_("No, it is mine"), Home()),),
    ]
    return turn.screen(text, rows)


async def unlink(turn: Turn, asked: Unlink) -> Reply:
    """Parts with it, and says what else to look at. Parted with already is as good."""
    _ = turn.words
    try:
        await turn.acting_as(Myself).unlink(asked.chat)
    except ApiProblem as problem:
        if problem.status == 404:
            return await show_chats(turn, before=_gone(_))
        if not problem.reasons:
            raise
        return await show_chats(turn, before=_stays(_))
    before = _(
        "Unlinked. Please look through your bookings and your data, whether anything was changed. Codes are for you alone: "
        "nobody of ours asks for them."
    )
    return await show_chats(turn, before=before)


def _gone(_: Words) -> str:
    return _("That chat is not linked to you any more.")


def _stays(_: Words) -> str:
    return _("This chat has been yours for the longest and stays. A person can help you with it.")


async def _found(turn: Turn, chat: UUID) -> MyChat | None:
    return next((one for one in await turn.acting_as(Myself).chats() if one.id == chat), None)
