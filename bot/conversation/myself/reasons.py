"""Reasons against linking or being erased, each with the place, team or time that it is about."""

from bot import wire
from bot.api import ApiProblem
from bot.conversation.turn import Turn


def reasons_named(turn: Turn, problem: ApiProblem) -> str:
    """Every reason in the API's words, with what it is about."""
    return "\n".join(f"• {_named(turn, reason)}" for reason in problem.reasons)


def _named(turn: Turn, reason: wire.Reason) -> str:
    _ = turn.words
    about = [
        *(
            part
            for part in (reason.place, reason.team, reason.cell, reason.shift, reason.service, reason.point)
            if part
        ),
        *([_.moment(reason.start, turn.now)] if reason.start is not None else []),
    ]
    said = reason.title or reason.code
    return _("{reason} ({about})", reason=said, about=_(", ").join(about)) if about else said
