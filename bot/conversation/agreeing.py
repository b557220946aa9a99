"""When something needs what the person took back: they are asked again, in the words of the first time, and go on."""

from collections.abc import Callable, Mapping
from uuid import UUID

from bot.api import ApiProblem
from bot.codec import Pressed, Stale, decode, encode
from bot.conversation import booking
from bot.conversation.actions import Action, action_of, data_of
from bot.conversation.actions.myself import AgreeAgain
from bot.conversation.turn import Row, Turn, button
from bot.conversation.volunteering import consent as volunteering
from bot.replies import Reply
from bot.wire.problems import Withdrawn

WORDS: Mapping[str, tuple[str, Callable[[Turn], str]]] = {
    booking.CONSENT_PURPOSE: (booking.CONSENT_VERSION, booking.consent_text),
    volunteering.CONSENT_PURPOSE: (volunteering.CONSENT_VERSION, volunteering.consent_text),
}
"""For each purpose the version of its words, and the words."""


def ask_again(turn: Turn, problem: ApiProblem, asked: Action | Stale | None) -> Reply:
    """Asks for a consent again, with a button that gives it and goes on with what was `asked`. What a relative took back
    only they can give.
    """
    _ = turn.words
    withdrawn = Withdrawn.model_validate_json(problem.document)
    if withdrawn.person_id != turn.me.id:
        someone = _("Your relative")
        known = {relative.person_id: relative.name for relative in turn.me.household}
        text = _(
            "{name} has taken back that bookings are kept for them, so nothing can be booked for them. "
            "They are asked again when they book something in their own chat.",
            name=known.get(withdrawn.person_id, someone),
        )
        return turn.screen(text)
    text = _("You took back what is needed for this, so I ask you once more.")
    _version, words = WORDS[withdrawn.purpose]
    rows: list[Row] = [(button(_("✅ I agree: go on"), _then(withdrawn.purpose, asked)),)]
    return turn.screen(f"{text}\n\n{words(turn)}", rows)


def _then(purpose: str, asked: Action | Stale | None) -> AgreeAgain:
    """What goes on afterwards, when it is small enough for the button."""
    pressed = decode(data_of(asked)) if isinstance(asked, Action) else Stale()
    match pressed:
        case Pressed(verb, ()):
            return AgreeAgain(purpose, verb, None)
        case Pressed(verb, (UUID() as thing,)):
            return AgreeAgain(purpose, verb, thing)
        case _:
            return AgreeAgain(purpose, "", None)


def goes_on(asked: AgreeAgain) -> Action | None:
    """The action that goes on after agreeing."""
    if not asked.verb:
        return None
    try:
        data = encode(asked.verb, *(() if asked.thing is None else (asked.thing,)))
    except ValueError:
        return None
    then = action_of(data)
    return then if isinstance(then, Action) and not isinstance(then, AgreeAgain) else None


async def agree(turn: Turn, asked: AgreeAgain) -> Turn:
    """Gives the consent again; the turn of whom has agreed. What nobody asks for is not agreed to."""
    if asked.purpose not in WORDS:
        return turn
    version, _words = WORDS[asked.purpose]
    await turn.resident.consent(asked.purpose, version)
    return turn.knowing(await turn.resident.me())
