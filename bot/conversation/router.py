"""From what a person did to the screen that answers it."""

from datetime import datetime

import structlog

from bot.api import Api, ApiProblem, Unreachable
from bot.codec import Stale
from bot.conversation import actions, danger, errors, home, house, points
from bot.conversation.actions.threads import GoOn
from bot.conversation.phrases import is_code, leaves, understood
from bot.conversation.turn import Turn
from bot.replies import Incoming, Reply
from bot.resident import Resident
from bot.texts import Words, words
from bot.understanding import understand
from bot.understanding.dangers import numbers_to_call

log = structlog.get_logger(__name__)


async def respond(incoming: Incoming, api: Api, now: datetime) -> list[Reply]:
    """What to answer to what a person did: at least one screen, whatever happens.

    It depends on nothing but its arguments and the API, and keeps nothing: any process can answer any update, and the
    same update answered twice does once what it asks for.
    """
    asked = _asked(incoming)
    resident = Resident.of(api, incoming)
    speech = words(incoming.language)
    try:
        me = await resident.me()
        turn = Turn.of(resident, me, now, pressed=incoming.data is not None)
        speech = turn.words
        return [await _answer_or_refuse(turn, asked, incoming)]
    except Unreachable as failure:
        log.warning("bot.api_unreachable", why=str(failure))
    except ApiProblem as problem:
        log.exception("bot.not_recognised", problem=str(problem))
    except Exception:
        # A mistake of ours must not leave a person without an answer.
        log.exception("bot.screen_failed", asked=repr(asked))
    if numbers := numbers_to_call(incoming.text or ""):
        return [danger.show_danger_alone(speech, numbers)]
    return [_sorry(speech, asked, incoming)]


async def _answer_or_refuse(turn: Turn, asked: actions.Action | Stale | None, incoming: Incoming) -> Reply:
    try:
        return await _answer(turn, asked, incoming)
    except ApiProblem as problem:
        return errors.show_problem(turn, problem)


def _asked(incoming: Incoming) -> actions.Action | Stale | None:
    """The action asked for; None when there is none, because something was shared or words are no command."""
    if incoming.data is not None:
        return actions.action_of(incoming.data)
    # What is written under a file belongs to the file.
    return None if incoming.text is None or incoming.file is not None else understood(incoming.text)


def _sorry(speech: Words, asked: actions.Action | Stale | None, incoming: Incoming) -> Reply:
    retry = actions.data_of(asked) if isinstance(asked, actions.Action) else None
    return errors.show_sorry(speech, retry=retry, replace=incoming.data is not None)


async def _answer(turn: Turn, asked: actions.Action | Stale | None, incoming: Incoming) -> Reply:
    _ = turn.words
    if (urgent := await _in_danger(turn, incoming)) is not None:
        return urgent
    if (answered := await _answered(turn, incoming)) is not None:
        return answered
    if (taken := await _taken(turn, incoming)) is not None:
        return taken
    match asked:
        case actions.Action():
            return await house.SCREENS[type(asked)](await _at_liberty(turn, asked), asked)
        case Stale():
            return home.show_home(turn, _("That button is from an older message. Let us start afresh."))
        case None:
            return await _said(turn, incoming)


async def _in_danger(turn: Turn, incoming: Incoming) -> Reply | None:
    """Words of danger go before everything else, and change nothing; what stands under a photo is begun as a request too."""
    if incoming.text is None or danger.is_calm(turn.me.draft) or _goes_to_people(turn, incoming):
        return None
    numbers = numbers_to_call(incoming.text)
    if numbers and incoming.file is not None and turn.me.draft is None:
        return danger.on_top(turn.words, await _said(turn, incoming), numbers)
    return danger.show_danger(turn, numbers) if numbers else None


def _goes_to_people(turn: Turn, incoming: Incoming) -> bool:
    """Whether words of danger are on their way to people, in a room that shows by itself whom to call."""
    draft = turn.me.draft
    answers = any(type(action) in house.REPLIES for action in map(actions.action_of, incoming.under))
    return answers or (draft is not None and draft.kind in house.HEARS_DANGER)


async def _answered(turn: Turn, incoming: Incoming) -> Reply | None:
    """A text that answers a message of ours by the channel's own "reply" goes where that message says, if it says so."""
    if incoming.text is None or leaves(incoming.text):
        return None
    for action in map(actions.action_of, incoming.under):
        if isinstance(action, actions.Action) and type(action) in house.REPLIES:
            return await house.REPLIES[type(action)](turn, action, incoming)
    return None


async def _taken(turn: Turn, incoming: Incoming) -> Reply | None:
    """What was said goes to the draft that waits for it, if one does and takes it. While something is waited for, "lunch" is
    an answer and no order; only buttons, commands and words of leaving go past it."""
    draft = turn.me.draft
    if draft is None or draft.kind not in house.DRAFTS or incoming.data is not None:
        return None
    if incoming.text is not None and leaves(incoming.text):
        return None
    return await house.DRAFTS[draft.kind](turn, draft, incoming)


async def _at_liberty(turn: Turn, asked: actions.Action) -> Turn:
    """Whoever turns to another room has given up what they were about to say in the one before."""
    draft = turn.me.draft
    if (
        draft is None
        or isinstance(asked, GoOn)
        or house.ROOM_OF[type(asked)] is house.ROOM_OF_DRAFT.get(draft.kind)
    ):
        return turn
    await turn.resident.drop_draft()
    return turn.knowing(turn.me.model_copy(update={"draft": None}))


async def _said(turn: Turn, incoming: Incoming) -> Reply:
    """What was said is taken for itself."""
    _ = turn.words
    if incoming.location is not None:
        return await points.show_around(turn, *incoming.location)
    if incoming.file is not None or incoming.contact is not None:
        for takes in house.SHARED:
            if (reply := await takes(turn, incoming)) is not None:
                return reply
        return home.show_home(
            turn, _("Thank you, but I cannot use that here. These buttons will get you there.")
        )
    said = incoming.text or ""
    for speaks in house.SPOKEN:
        if (reply := await speaks(turn, said)) is not None:
            return reply
    if is_code(said):
        for takes in house.SHARED:
            if (reply := await takes(turn, incoming)) is not None:
                return reply
    meaning = understand(said, turn.now)
    return await house.HEARD[meaning.intent](turn, meaning, said)
