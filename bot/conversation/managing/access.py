"""Only those who keep a point get into this room; what they may do at which point, the API says."""

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import TypeVar

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions.base import Action
from bot.conversation.actions.managers import Commit, Fill, MyPoints, Refill, TakeIn
from bot.conversation.actions.rostering import Propose
from bot.conversation.keeping import keeps_points
from bot.conversation.refusal import reasons_text
from bot.conversation.rooms import Screen, Takes, shows
from bot.conversation.turn import Row, Turn, button
from bot.manager import Manager
from bot.replies import Incoming, Reply

A = TypeVar("A", bound=Action)

NEEDS_THE_DRAFT = (Fill, Refill, Commit, TakeIn, Propose)
"""What buttons do that goes on with what was said before. Any other button of this room gives that up: a sentence that
is said later must not be taken for an answer to a question long gone."""


def kept(kind: type[A], screen: Callable[[Turn, A], Reply | Awaitable[Reply]]) -> tuple[type[Action], Screen]:
    """An action and its screen, for those who keep a point."""

    async def guarded(turn: Turn, action: A) -> Reply:
        if not keeps_points(turn.me):
            return not_for_you(turn)
        if turn.me.draft is not None and not isinstance(action, NEEDS_THE_DRAFT):
            turn = await without_draft(turn)
        try:
            shown = screen(turn, action)
            return await shown if isawaitable(shown) else shown
        except ApiProblem as problem:
            return refused(turn, problem)

    return shows(kind, guarded)


def kept_draft(takes: Takes) -> Takes:
    """What takes what is said, for those who keep a point; somebody who does not any more is told so."""

    async def guarded(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply | None:
        if not keeps_points(turn.me):
            await turn.resident.drop_draft()
            return not_for_you(turn)
        try:
            return await takes(turn, draft, incoming)
        except ApiProblem as problem:
            return refused(turn, problem)

    return guarded


def manager(turn: Turn) -> Manager:
    """The person as one who keeps points."""
    return turn.acting_as(Manager)


async def without_draft(turn: Turn) -> Turn:
    """The same turn, in which nothing is waited for."""
    if turn.me.draft is None:
        return turn
    await turn.resident.drop_draft()
    return turn.knowing(turn.me.model_copy(update={"draft": None}))


def not_for_you(turn: Turn) -> Reply:
    """Somebody without the role: a forged or forwarded button, or a role that has ended."""
    _ = turn.words
    return turn.screen(
        _(
            "This is for the people who keep a point. If you are one of them, ask your sub-district to enter you; "
            "then it works here at once."
        )
    )


def refused(turn: Turn, problem: ApiProblem, rows: tuple[Row, ...] = ()) -> Reply:
    """The API said no: why, and the way on."""
    _ = turn.words
    if problem.reasons:
        text = "\n".join((_("I am sorry, that is not possible:"), reasons_text(turn, problem)))
    elif problem.status in {403, 404}:
        text = _("That is not there any more, or it belongs to a point that you do not keep.")
    else:
        text = _("I am sorry, that is not possible: {title}", title=problem.title or problem.code)
    return turn.screen(text, (*rows, points_row(turn)))


def points_row(turn: Turn) -> Row:
    """To one's points."""
    _ = turn.words
    return (button(_("📋 My points"), MyPoints()),)
