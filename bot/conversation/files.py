"""Photos and voice notes that a person sends: taken in by the API, or said kindly why not."""

from dataclasses import dataclass

from bot.api import ApiProblem
from bot.conversation.turn import Turn
from bot.replies import FileTooLarge, Incoming
from bot.requesting import Requester
from bot.wire import requests as views


@dataclass(frozen=True, slots=True)
class Unusable:
    """A file that was not taken, and why, in the person's words."""

    why: str


async def taken_in(turn: Turn, incoming: Incoming) -> views.Sent | Unusable:
    """The file of a message, kept by the API until a request or step takes it."""
    _ = turn.words
    file = incoming.file
    if file is None:
        return Unusable(_("I cannot use that here."))
    try:
        content = await file.read()
        return await turn.acting_as(Requester).attach(content, "application/octet-stream")
    except FileTooLarge:
        return Unusable(_("This file is too large for me. A smaller photo will do."))
    except ApiProblem as problem:
        match problem.code:
            case "attachment-not-taken":
                return Unusable(_("I cannot take this file. Photos and voice notes are fine."))
            case "body-too-large":
                return Unusable(_("This file is too large for me. A smaller photo will do."))
            case _:
                said = [reason.title for reason in problem.reasons if reason.title]
                return Unusable("\n".join(said) or problem.detail or problem.title)
