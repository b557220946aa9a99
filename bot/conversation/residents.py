"""What residents come for: find, book, change, wait, and what they set for themselves."""

from bot.conversation import (
    actions,
    booking,
    changing,
    fitting,
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
from bot.conversation.heard import HEARD
from bot.conversation.rooms import Room, screens, shows
from bot.conversation.turn import Turn
from bot.replies import Reply


def _home(turn: Turn, _asked: actions.Home) -> Reply:
    return home.show_home(turn)


def _more(turn: Turn, _asked: actions.More) -> Reply:
    return home.show_more(turn)


async def _categories(turn: Turn, _asked: actions.Categories) -> Reply:
    return await home.show_categories(turn)


async def _ticket(turn: Turn, asked: actions.ShowTicket) -> Reply:
    return await ticket.show_ticket(turn, await turn.resident.booking(asked.booking))


def _my_place(turn: Turn, _asked: actions.MyPlace) -> Reply:
    return place.show_my_place(turn)


async def _subdistricts(turn: Turn, _asked: actions.Subdistricts) -> Reply:
    return await place.show_subdistricts(turn)


def _languages(turn: Turn, _asked: actions.Languages) -> Reply:
    return settings.show_languages(turn)


def _help(turn: Turn, _asked: actions.Help) -> Reply:
    return helping.show_help(turn)


ROOM = Room(
    screens=screens(
        shows(actions.Home, _home),
        shows(actions.More, _more),
        shows(actions.Categories, _categories),
        shows(actions.Slots, slots.show_slots),
        shows(actions.Days, slots.show_days),
        shows(actions.Elsewhere, slots.show_elsewhere),
        shows(actions.AskBook, booking.ask_book),
        shows(actions.Book, booking.book),
        shows(actions.ShowTicket, _ticket),
        shows(actions.Mine, mine.show_mine),
        shows(actions.CancelWhich, mine.show_cancel_which),
        shows(actions.AskCancel, mine.ask_cancel),
        shows(actions.Cancel, mine.cancel),
        shows(actions.MoveWhere, mine.show_move_where),
        shows(actions.AskMove, mine.ask_move),
        shows(actions.Move, mine.move),
        shows(actions.MyPlace, _my_place),
        shows(actions.Subdistricts, _subdistricts),
        shows(actions.Communities, place.show_communities),
        shows(actions.LiveIn, place.live_in),
        shows(actions.Languages, _languages),
        shows(actions.SetLanguage, settings.set_language),
        shows(actions.Help, _help),
        shows(actions.AskInstead, booking.ask_instead),
        shows(actions.AskWait, waiting.ask_wait),
        shows(actions.Wait, waiting.wait),
        shows(actions.ShowWaiting, waiting.show_waiting),
        shows(actions.AskLeave, waiting.ask_leave),
        shows(actions.Leave, waiting.leave),
        shows(actions.Accept, waiting.accept),
        shows(actions.AskDecline, waiting.ask_decline),
        shows(actions.Decline, waiting.decline),
        shows(actions.Fitting, fitting.show_fitting),
        shows(actions.CategoriesOn, home.show_categories),
        shows(actions.Points, points.show_points),
        shows(actions.MoveNear, changing.show_move_near),
        shows(actions.SetReminders, settings.set_reminders),
    ),
    heard=HEARD,
)
