"""Photos and voice notes in conversations: the ways to them, and one of them shown."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from bot.conversation.actions.threads import ReplyTo, ShowSent, ShowThread
from bot.conversation.turn import Row, Turn, button, in_rows
from bot.correspondent import Correspondent
from bot.replies import Document, Picture, Reply
from bot.texts import Words

MOST_WAYS = 6
"""So many of the last photos and voice notes of a screen have a button."""


def with_files(_: Words, text: str, count: int) -> str:
    """What was said, and how many files came with it."""
    said = _.plural("📎 {number} file", "📎 {number} files", count) if count else ""
    return "\n".join(part for part in (text, said) if part)


def file_rows(_: Words, thread: UUID, files: Iterable[UUID]) -> list[Row]:
    """To each of these files, the oldest first, as many as fit."""
    known: Sequence[UUID] = list(files)[-MOST_WAYS:]
    if len(known) == 1:
        return [(button(_("📎 See the file"), ShowSent(thread, known[0])),)]
    buttons = [
        button(_("📎 File {number}", number=number), ShowSent(thread, file))
        for number, file in enumerate(known, 1)
    ]
    return in_rows(buttons, 3)


async def show_sent(turn: Turn, asked: ShowSent) -> Reply:
    """One of them, and the ways back to what was said and to answering."""
    _ = turn.words
    content, media_type = await turn.acting_as(Correspondent).file(asked.file)
    text = _("📎 This came in the conversation.")
    rows: list[Row] = [
        (button(_("✍️ Answer"), ReplyTo(asked.thread)),),
        (button(_("👀 The whole conversation"), ShowThread(asked.thread)),),
    ]
    if media_type.startswith("image/"):
        drawn = Picture(content, "image/png" if media_type == "image/png" else "image/jpeg", text)
        return turn.screen(text, rows, picture=drawn)
    ending = media_type.partition("/")[2]
    return turn.screen(text, rows, document=Document(f"{asked.file}.{ending}", media_type, content))
