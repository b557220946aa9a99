"""The household: for whom one acts, who acts for one, inviting and joining by a code."""

from bot.conversation.actions import family as actions
from bot.conversation.family import inviting, joining, links
from bot.conversation.rooms import Room, screens, shows

ROOM = Room(
    screens=screens(
        shows(actions.Family, links.show_family),
        shows(actions.ShowLink, links.show_link),
        shows(actions.TellBoth, links.tell_both),
        shows(actions.AskEndLink, links.ask_end),
        shows(actions.EndLink, links.end),
        shows(actions.InviteWho, inviting.invite_who),
        shows(actions.InviteAs, inviting.invite_as),
        shows(actions.SayRelation, inviting.say_relation),
        shows(actions.AskInvite, inviting.ask_invite),
        shows(actions.Invite, inviting.invite),
        shows(actions.EnterCode, joining.enter_code),
        shows(actions.SeeCode, joining.see_code),
        shows(actions.JoinFamily, joining.join),
    ),
    drafts={inviting.RELATION: inviting.take_relation, joining.CODE: joining.take_code},
)
