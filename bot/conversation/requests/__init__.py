"""The room of requests and wishes: tell what is the matter, see what becomes of it, answer the answer; help with a wish."""

from bot.conversation.actions import requests as actions
from bot.conversation.requests import answering, showing, telling, where, wishes
from bot.conversation.rooms import Room, screens, shows
from bot.conversation.turn import Turn
from bot.replies import Incoming, Reply
from bot.understanding import Intent


async def _shared(turn: Turn, incoming: Incoming) -> Reply | None:
    """A photo or voice note that came by itself begins a request."""
    return None if incoming.file is None else await telling.begin_with_file(turn, incoming)


ROOM = Room(
    screens=screens(
        shows(actions.Tell, telling.ask_words),
        shows(actions.TellWish, telling.ask_wish),
        shows(actions.Words, telling.ask_other_words),
        shows(actions.Where, telling.ask_where),
        shows(actions.AtHome, telling.at_home),
        shows(actions.InWhich, where.in_which),
        shows(actions.LiesIn, telling.lies_in),
        shows(actions.WherePhoto, telling.where_photo),
        shows(actions.Kinds, telling.ask_kind),
        shows(actions.OfKind, telling.of_kind),
        shows(actions.Review, telling.review),
        shows(actions.Send, telling.send),
        shows(actions.GiveUp, telling.give_up),
        shows(actions.Join, telling.join),
        shows(actions.MyRequests, showing.my_requests),
        shows(actions.ShowRequest, showing.one_request),
        shows(actions.ShowFile, showing.show_file),
        shows(actions.AskReopen, answering.ask_reopen),
        shows(actions.Reopen, answering.reopen),
        shows(actions.AskRate, answering.ask_rate),
        shows(actions.Stars, answering.stars),
        shows(actions.Rate, answering.rate),
        shows(actions.AskWithdrawRequest, answering.ask_withdraw),
        shows(actions.WithdrawRequest, answering.withdraw),
        shows(actions.AskUnfollow, answering.ask_unfollow),
        shows(actions.Unfollow, answering.unfollow),
        shows(actions.Wishes, wishes.show_wishes),
        shows(actions.AskClaim, wishes.ask_claim),
        shows(actions.Claim, wishes.claim),
        shows(actions.AskGiveBack, wishes.ask_give_back),
        shows(actions.GiveBack, wishes.give_back),
        shows(actions.AskFulfil, wishes.ask_fulfil),
        shows(actions.Fulfil, wishes.fulfil),
        shows(actions.AskConfirm, wishes.ask_confirm),
        shows(actions.Confirm, wishes.confirm),
    ),
    heard={Intent.request: telling.heard},
    drafts={
        telling.TELLING: telling.take,
        answering.REOPEN: answering.take_reopen,
        answering.RATING: answering.take_rating,
        wishes.FULFIL: wishes.take_fulfil,
    },
    shared=_shared,
    hears_danger=frozenset({telling.TELLING}),
)
