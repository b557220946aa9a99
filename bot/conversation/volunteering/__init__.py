"""Volunteers in the chat: shifts, signing up, replacing and swapping, coming and going, hours, teams, and about oneself.

Each dialog that waits for words is a room of its own, so that turning to anything else gives up what was waited for.
"""

from bot.conversation.actions import volunteer_shifts as shifts
from bot.conversation.actions import volunteers as own
from bot.conversation.rooms import Room, screens, shows
from bot.conversation.volunteering import (
    arriving,
    certificates,
    entrance,
    guardians,
    heard,
    hours,
    looking,
    mine,
    party,
    places,
    profile,
    replacing,
    signing_up,
    standing,
    statements,
    swapping,
    teams,
    telling,
)
from bot.understanding import Intent

ROOM = Room(
    screens=screens(
        shows(shifts.Volunteering, entrance.show_volunteering),
        shows(own.Join, entrance.ask_join),
        shows(own.Enlist, entrance.enlist),
        shows(shifts.Shifts, looking.show_shifts),
        shows(shifts.ShiftDays, looking.show_days),
        shows(shifts.ShiftKinds, looking.show_kinds),
        shows(shifts.ShowShift, looking.show_shift),
        shows(shifts.AskSignUp, signing_up.ask_sign_up),
        shows(shifts.SignUp, signing_up.sign_up),
        shows(shifts.AskQueue, signing_up.ask_queue),
        shows(shifts.Queue, signing_up.queue),
        shows(shifts.ShowQueued, signing_up.show_queued),
        shows(shifts.AskUnqueue, signing_up.ask_unqueue),
        shows(shifts.Unqueue, signing_up.unqueue),
        shows(shifts.TakeOffered, signing_up.take_offered),
        shows(shifts.AskStanding, standing.ask_standing),
        shows(shifts.TakeStanding, standing.take_standing),
        shows(shifts.MyStanding, standing.show_my_standing),
        shows(shifts.AskEndStanding, standing.ask_end_standing),
        shows(shifts.EndStanding, standing.end_standing),
        shows(shifts.MyShifts, mine.show_my_shifts),
        shows(shifts.PastShifts, mine.show_past),
        shows(shifts.ShiftCalendar, mine.ask_calendar),
        shows(shifts.MakeShiftCalendar, mine.make_calendar),
        shows(shifts.ShowSignup, places.show_signup),
        shows(shifts.ConfirmPlace, replacing.confirm_place),
        shows(shifts.AskStandIn, replacing.ask_stand_in),
        shows(shifts.WantStandIn, replacing.want_stand_in),
        shows(shifts.KeepPlace, replacing.keep_place),
        shows(shifts.AskWithdraw, replacing.ask_withdraw),
        shows(shifts.Withdraw, replacing.withdraw),
        shows(shifts.ShowAsk, replacing.show_ask),
        shows(shifts.AcceptAsk, replacing.accept_ask),
        shows(shifts.AskDeclineAsk, replacing.ask_decline_ask),
        shows(shifts.DeclineAsk, replacing.decline_ask),
        shows(shifts.SwapWith, swapping.swap_with),
        shows(shifts.AskSwap, swapping.ask_swap),
        shows(shifts.ProposeSwap, swapping.propose_swap),
        shows(shifts.ShowSwap, swapping.show_swap),
        shows(shifts.AcceptSwap, swapping.accept_swap),
        shows(shifts.AskDeclineSwap, swapping.ask_decline_swap),
        shows(shifts.DeclineSwap, swapping.decline_swap),
        shows(shifts.CheckMember, arriving.check_member),
        shows(own.ShowProfile, profile.show_profile),
        shows(own.Skills, profile.show_skills),
        shows(own.SetSkill, profile.set_skill),
        shows(own.Wishes, profile.show_wishes),
        shows(own.SetWish, profile.set_wish),
        shows(own.Tongues, profile.show_tongues),
        shows(own.SetTongue, profile.set_tongue),
        shows(own.Reach, profile.show_reach),
        shows(own.SetReach, profile.set_reach),
        shows(own.Times, profile.show_times),
        shows(own.SetTime, profile.set_time),
        shows(own.AnyTime, profile.any_time),
        shows(own.SetAsks, profile.set_asks),
        shows(own.Organisations, profile.show_organisations),
        shows(own.SetOrganisation, profile.set_organisation),
        shows(own.Certificates, certificates.show_certificates),
        shows(own.Guardians, guardians.show_guardians),
        shows(own.AskGuardian, guardians.ask_guardian),
        shows(own.AgreeAsGuardian, guardians.agree_as_guardian),
        shows(own.Teams, teams.show_teams),
        shows(own.AllTeams, teams.show_all_teams),
        shows(own.ShowTeam, teams.show_team),
        shows(own.AskJoin, teams.ask_join_team),
        shows(own.JoinTeam, teams.join_team),
        shows(own.AskLeaveTeam, teams.ask_leave_team),
        shows(own.LeaveTeam, teams.leave_team),
        shows(own.AskAdmit, teams.ask_admit),
        shows(own.Admit, teams.admit),
        shows(own.MyHours, hours.show_hours),
        shows(own.GiveHours, hours.give_hours),
        shows(own.GiveMate, hours.give_mate),
        shows(own.GiveTo, hours.give_to),
        shows(own.AskGive, hours.ask_give),
        shows(own.Give, hours.give),
        shows(own.Statements, statements.show_statements),
        shows(own.IssueStatement, statements.issue_statement),
        shows(own.StatementFile, statements.statement_file),
    ),
    heard={
        Intent.volunteer: heard.heard_volunteer,
        Intent.my_shifts: mine.heard_my_shifts,
        Intent.my_hours: hours.heard_hours,
        Intent.volunteer_swap: mine.heard_swap,
    },
)

ARRIVING = Room(
    screens=screens(shows(shifts.Arrive, arriving.wait_for_code)),
    drafts={arriving.DRAFT: arriving.take_code},
    shared=arriving.take_unasked,
)
BIRTH = Room(
    screens=screens(shows(own.TellBirth, telling.tell_birth), shows(own.SetBirth, telling.set_birth)),
    drafts={telling.BIRTH_DRAFT: telling.take_birth},
)
CONTACT = Room(
    screens=screens(
        shows(own.TellContact, telling.tell_contact),
        shows(own.KeepContact, telling.keep_contact),
        shows(own.ForgetContact, telling.forget_contact),
    ),
    drafts={telling.CONTACT_DRAFT: telling.take_contact},
)
HANDING_IN = Room(
    screens=screens(
        shows(own.HandIn, certificates.hand_in),
        shows(own.HandInNothing, certificates.hand_in_nothing),
        shows(own.HandInOver, certificates.hand_in_over),
    ),
    drafts={certificates.DRAFT: certificates.take_step},
)
FINDING_A_TEAM = Room(
    screens=screens(shows(own.FindTeam, teams.find_team)), drafts={teams.DRAFT: teams.take_team}
)
PARTY = Room(
    screens=screens(
        shows(own.Party, party.choose_party),
        shows(own.PutInParty, party.put_in_party),
        shows(own.AskParty, party.ask_party),
        shows(own.SignPartyUp, party.sign_party_up),
    ),
    drafts={party.DRAFT: party.take_names},
)
CHECKING = Room(
    screens=screens(shows(own.CheckStatement, statements.check_statement)),
    drafts={statements.DRAFT: statements.take_code},
)

ROOMS = (ROOM, ARRIVING, BIRTH, CONTACT, HANDING_IN, FINDING_A_TEAM, PARTY, CHECKING)
"""All rooms of the volunteers."""
