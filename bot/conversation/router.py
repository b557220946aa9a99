"""From what a person did to the screen that answers it."""

from datetime import datetime

import structlog

from bot.api import Api, ApiProblem, Unreachable
from bot.codec import Stale
from bot.conversation import (
    actions,
    booking,
    changing,
    errors,
    fitting,
    heard,
    helping,
    home,
    mine,
    place,
    points,
    settings,
    slots,
    ticket,
    waiting,
)
from bot.conversation.phrases import understood
from bot.conversation.turn import Turn
from bot.replies import Incoming, Reply
from bot.resident import Resident
from bot.texts import Words, words

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
    return [_sorry(speech, asked, incoming)]


async def _answer_or_refuse(turn: Turn, asked: actions.Action | Stale | None, incoming: Incoming) -> Reply:
    try:
        return await _answer(turn, asked, incoming)
    except ApiProblem as problem:
        return errors.show_problem(turn, problem)


def _asked(incoming: Incoming) -> actions.Action | Stale | None:
    """The action asked for; None when there is none, because a place was shared or words were not understood."""
    if incoming.data is not None:
        return actions.action_of(incoming.data)
    return None if incoming.text is None else understood(incoming.text)


def _sorry(speech: Words, asked: actions.Action | Stale | None, incoming: Incoming) -> Reply:
    retry = actions.data_of(asked) if isinstance(asked, actions.Action) else None
    return errors.show_sorry(speech, retry=retry, replace=incoming.data is not None)


async def _answer(turn: Turn, asked: actions.Action | Stale | None, incoming: Incoming) -> Reply:
    _ = turn.words
    if incoming.location is not None:
        return await place.live_at(turn, *incoming.location)
    match asked:
        case actions.Action():
            return await _do(turn, asked)
        case Stale():
            return home.show_home(turn, _("That button is from an older message. Let us start afresh."))
        case None:
            return await heard.answer(turn, incoming.text or "")


async def _do(turn: Turn, asked: actions.Action) -> Reply:  # noqa: C901, PLR0911, PLR0912 - one line an action
    match asked:
        case actions.Home():
            return home.show_home(turn)
        case actions.Categories():
            return await home.show_categories(turn)
        case actions.Slots():
            return await slots.show_slots(turn, asked)
        case actions.Days():
            return slots.show_days(turn, asked)
        case actions.Elsewhere():
            return await slots.show_elsewhere(turn, asked)
        case actions.AskBook():
            return await booking.ask_book(turn, asked)
        case actions.Book():
            return await booking.book(turn, asked)
        case actions.ShowTicket():
            return ticket.show_ticket(turn, await turn.resident.booking(asked.booking))
        case actions.Mine():
            return await mine.show_mine(turn, asked)
        case actions.CancelWhich():
            return await mine.show_cancel_which(turn, asked)
        case actions.AskCancel():
            return await mine.ask_cancel(turn, asked)
        case actions.Cancel():
            return await mine.cancel(turn, asked)
        case actions.MoveWhere():
            return await mine.show_move_where(turn, asked)
        case actions.AskMove():
            return await mine.ask_move(turn, asked)
        case actions.Move():
            return await mine.move(turn, asked)
        case actions.MyPlace():
            return place.show_my_place(turn)
        case actions.Subdistricts():
            return await place.show_subdistricts(turn)
        case actions.Communities():
            return await place.show_communities(turn, asked)
        case actions.LiveIn():
            return await place.live_in(turn, asked)
        case actions.Languages():
            return settings.show_languages(turn)
        case actions.SetLanguage():
            return await settings.set_language(turn, asked)
        case actions.Help():
            return helping.show_help(turn)
        case actions.Human():
            return await helping.show_human(turn, asked)
        case actions.AskInstead():
            return await booking.ask_instead(turn, asked)
        case actions.AskWait():
            return await waiting.ask_wait(turn, asked)
        case actions.Wait():
            return await waiting.wait(turn, asked)
        case actions.ShowWaiting():
            return await waiting.show_waiting(turn, asked)
        case actions.AskLeave():
            return await waiting.ask_leave(turn, asked)
        case actions.Leave():
            return await waiting.leave(turn, asked)
        case actions.Accept():
            return await waiting.accept(turn, asked)
        case actions.AskDecline():
            return await waiting.ask_decline(turn, asked)
        case actions.Decline():
            return await waiting.decline(turn, asked)
        case actions.Fitting():
            return await fitting.show_fitting(turn, asked)
        case actions.CategoriesOn():
            return await home.show_categories(turn, asked)
        case actions.Points():
            return await points.show_points(turn, asked)
        case actions.MoveNear():
            return await changing.show_move_near(turn, asked)
        case actions.SetReminders():
            return await settings.set_reminders(turn, asked)
        case _:
            raise AssertionError(f"no screen for {asked!r}")
