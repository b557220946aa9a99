"""Words, and photos with them, that are collected in a draft for one request, shown, and sent by a tap.

A draft's data: `request` (its id), `text`, `files`, and whatever else the draft is for.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from pydantic import JsonValue

from bot.conversation.files import Unusable, taken_in
from bot.conversation.turn import Turn
from bot.replies import Incoming

LONGEST = 2000
MOST_FILES = 6

Said = dict[str, JsonValue]


def said_for(turn: Turn, kind: str, request: UUID) -> Said:
    """What has been said so far in a draft of this kind for this request; nothing, where there is none."""
    draft = turn.me.draft
    if draft is None or draft.kind != kind or draft.data.get("request") != str(request):
        return {}
    return dict(draft.data)


def request_of(said: Mapping[str, JsonValue]) -> UUID:
    """The request that a draft is for. Raises ValueError when it names none."""
    return UUID(str(said["request"]))


def files_of(said: Mapping[str, JsonValue]) -> list[JsonValue]:
    """The files that go along."""
    files = said.get("files")
    return list(files) if isinstance(files, list) else []


async def collected(turn: Turn, kind: str, said: Said, incoming: Incoming, *, files: bool = True) -> str:
    """Takes the next message into the draft; what to say of it, if anything. Words that come again replace those before."""
    _ = turn.words
    note = ""
    if incoming.file is not None and files and len(files_of(said)) < MOST_FILES:
        taken = await taken_in(turn, incoming)
        if isinstance(taken, Unusable):
            note = taken.why
        else:
            said["files"] = [*files_of(said), str(taken.id)]
    text = " ".join((incoming.text or "").split())
    if text:
        said["text"] = text[:LONGEST]
    elif incoming.file is None or not files:
        note = _("I cannot use that here.")
    await turn.resident.keep_draft(kind, said)
    return note


def sent_lines(turn: Turn, said: Mapping[str, JsonValue]) -> Sequence[str]:
    """What will be sent."""
    _ = turn.words
    lines = [f"“{said.get('text')}”"]
    if files := files_of(said):
        lines.append(_.plural("With {number} file", "With {number} files", len(files)))
    return lines


def body_of(said: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The words and files as the API takes them."""
    return {"text": str(said.get("text") or ""), "attachments": files_of(said)}
