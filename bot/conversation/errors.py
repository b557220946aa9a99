"""When something went wrong: kind words, another try, and a human."""

from bot.api import ApiProblem
from bot.conversation.actions import Home, data_of
from bot.conversation.helping import city_hotline
from bot.conversation.refusal import reasons_text
from bot.conversation.turn import Turn, footer
from bot.replies import Button, Reply
from bot.texts import Words


def show_sorry(_: Words, *, retry: str | None, replace: bool) -> Reply:
    """Something did not work through no fault of the person's. `retry` is the data of the button to try again with.

    It needs nothing from the API, which may be what is away.
    """
    text = _(
        "I am sorry, that did not work just now. Nothing is lost. "
        "Please try again in a moment, or call; a person will help you."
    )
    rows = (
        (Button(_("🔄 Try again"), data=retry or data_of(Home())),),
        (city_hotline(_),),
        footer(_),
    )
    return Reply(text, rows, replace=replace)


def show_problem(turn: Turn, problem: ApiProblem) -> Reply:
    """The API said no, and no screen has better words for it."""
    _ = turn.words
    if problem.reasons:
        text = "\n".join((_("I am sorry, that is not possible:"), reasons_text(turn, problem)))
    elif problem.status == 404:
        text = _("I am sorry, that is not there any more. Let us start again.")
    else:
        text = _("I am sorry, that is not possible: {title}", title=problem.title or problem.code)
    return turn.screen(text)
