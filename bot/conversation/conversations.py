"""The room of conversations with people: asking for one, writing, and letters."""

from bot.conversation.actions import Human
from bot.conversation.actions.threads import (
    AskEnd,
    AskHandOn,
    End,
    GoOn,
    HandOn,
    HandOnWhom,
    Letters,
    MyThreads,
    ReplyTo,
    ShowThread,
    StopTalking,
    Take,
    WriteTo,
)
from bot.conversation.danger import go_on
from bot.conversation.human import human_heard, show_human
from bot.conversation.letters import (
    ask_end,
    ask_hand_on,
    end,
    hand_on,
    hand_on_whom,
    letters,
    my_threads,
    show_thread,
    take,
)
from bot.conversation.rooms import Room, screens, shows
from bot.conversation.talking import SAY, reply_to, stop_talking, take_reply, take_words, write_to
from bot.understanding import Intent

ROOM = Room(
    screens=screens(
        shows(Human, show_human),
        shows(WriteTo, write_to),
        shows(ReplyTo, reply_to),
        shows(StopTalking, stop_talking),
        shows(MyThreads, my_threads),
        shows(Letters, letters),
        shows(ShowThread, show_thread),
        shows(AskEnd, ask_end),
        shows(End, end),
        shows(Take, take),
        shows(HandOnWhom, hand_on_whom),
        shows(AskHandOn, ask_hand_on),
        shows(HandOn, hand_on),
        shows(GoOn, go_on),
    ),
    heard={Intent.human: human_heard},
    drafts={SAY: take_words},
    replies={ReplyTo: take_reply},
    hears_danger=frozenset({SAY}),
)
