"""Ordering with answers to a service's questions, and on many days at once."""

from bot.conversation.actions import ordering as actions
from bot.conversation.ordering import questions, repeating, series
from bot.conversation.orders import KEPT
from bot.conversation.rooms import Room, screens, shows

ROOM = Room(
    screens=screens(
        shows(actions.AskWith, questions.ask_with),
        shows(actions.BookWith, questions.book_with),
        shows(actions.AskAnswer, questions.ask_answer),
        shows(actions.SayWords, questions.say_words),
        shows(actions.Repeat, repeating.show_patterns),
        shows(actions.Until, repeating.show_ends),
        shows(actions.Preview, repeating.preview),
        shows(actions.OrderSeries, repeating.order_series),
        shows(actions.SeriesList, series.show_list),
        shows(actions.ShowSeries, series.show_series),
        shows(actions.AskEndSeries, series.ask_end),
        shows(actions.EndSeries, series.end),
    ),
    drafts={questions.WAITS: questions.take_words, KEPT: questions.keep_waiting},
)
