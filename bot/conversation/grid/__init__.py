"""The room of those who answer in the grid: their worklist, one request at a time, and when they are away."""

from bot.conversation.actions import grid as actions
from bot.conversation.grid import away, handling, worklist
from bot.conversation.rooms import Room, screens, shows

ROOM = Room(
    screens=screens(
        shows(actions.Work, worklist.work),
        shows(actions.Case, worklist.case),
        shows(actions.AskAccept, handling.ask_accept),
        shows(actions.AcceptCase, handling.accept),
        shows(actions.AskDeclineCase, handling.ask_decline),
        shows(actions.DeclineCase, handling.decline),
        shows(actions.AskNote, handling.ask_note),
        shows(actions.SendNote, handling.send_note),
        shows(actions.AskAnswer, handling.ask_answer),
        shows(actions.SendAnswer, handling.send_answer),
        shows(actions.ToWhom, handling.to_whom),
        shows(actions.AskHandOver, handling.ask_hand_over),
        shows(actions.HandOver, handling.hand_over),
        shows(actions.AskUp, handling.ask_up),
        shows(actions.HandUp, handling.hand_up),
        shows(actions.CaseKinds, handling.ask_kind),
        shows(actions.CaseIs, handling.set_kind),
        shows(actions.AskPublish, handling.ask_publish),
        shows(actions.Publish, handling.publish),
        shows(actions.Away, away.show_away),
        shows(actions.AskAway, away.ask_away),
        shows(actions.GoAway, away.go_away),
        shows(actions.AskBack, away.ask_back),
        shows(actions.BeBack, away.be_back),
    ),
    drafts={
        handling.NOTE: handling.take_note,
        handling.ANSWER: handling.take_answer,
        handling.PUBLISH: handling.take_publish,
    },
)
