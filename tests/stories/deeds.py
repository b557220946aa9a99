"""The actions that change something: what a walk may do, and what it must come to do."""

_DEEDS = {
    "residents": ("Book Cancel Move LiveIn SetLanguage SetReminders Wait Leave Accept Decline "),
    "ordering": ("BookWith OrderSeries EndSeries "),
    "family": ("Invite JoinFamily TellBoth EndLink "),
    "finding": ("LiveAt "),
    "visits": ("Coming Late Rate "),
    "standing": ("Appeal MakeCalendar DropCalendar "),
    "requests": ("Send Join Reopen Rate WithdrawRequest Unfollow Claim GiveBack Fulfil Confirm "),
    "myself": (
        "Save Clear SetDisability SetLargeText SetGroup SetAll SendCode Forget Withdraw MakeCode "
        "LinkChat Unlink AgreeAgain Erase "
    ),
    "managers": ("Came StayedAway ServeNext SetSummaries SetPlaces Shut Commit Lift TakeIn CodeAt "),
    "rostering": ("Publish CallOff SendAsks ConfirmHelper RefuseHelper HelperCame SetHours Excuse Propose "),
    "grid": ("AcceptCase DeclineCase SendNote SendAnswer HandOver HandUp CaseIs Publish GoAway BeBack "),
    "volunteer_shifts": (
        "SignUp Queue Unqueue TakeOffered TakeStanding EndStanding ConfirmPlace WantStandIn KeepPlace "
        "Withdraw ProposeSwap AcceptSwap DeclineSwap AcceptAsk DeclineAsk MakeShiftCalendar CheckMember "
    ),
    "volunteers": (
        "Enlist SetSkill SetWish SetTongue SetReach SetTime AnyTime SetAsks SetBirth KeepContact "
        "ForgetContact SetOrganisation HandInOver AgreeAsGuardian JoinTeam LeaveTeam Admit SignPartyUp "
        "Give IssueStatement "
    ),
    "threads": ("End Take HandOn "),
}
DEEDS = {f"{subject}.{name}" for subject, deeds in _DEEDS.items() for name in deeds.split()}
"""The actions that change something. Each is the button of a screen that says what it will do; everything else only shows."""


_SELDOM = {
    "two have to meet": (
        "family.JoinFamily family.TellBoth family.EndLink myself.LinkChat myself.Unlink "
        "volunteer_shifts.ProposeSwap "
        "volunteer_shifts.AcceptSwap volunteer_shifts.DeclineSwap requests.Confirm requests.Fulfil requests.GiveBack "
        "requests.Claim requests.Join requests.Unfollow volunteers.JoinTeam volunteers.LeaveTeam volunteers.Admit "
        "volunteers.SignPartyUp volunteer_shifts.CheckMember"
    ),
    "something has to be full, and then free": (
        "residents.Wait residents.Leave residents.Accept residents.Decline volunteer_shifts.Queue "
        "volunteer_shifts.Unqueue volunteer_shifts.TakeOffered"
    ),
    "somebody has to come on the very day": (
        "managers.Came managers.StayedAway managers.CodeAt managers.ServeNext managers.TakeIn visits.Rate "
        "rostering.HelperCame rostering.SetHours rostering.Excuse volunteers.Give"
    ),
    "a shift has to be in a certain state": (
        "rostering.Publish rostering.CallOff rostering.SendAsks rostering.ConfirmHelper rostering.RefuseHelper "
        "rostering.Propose volunteer_shifts.ConfirmPlace volunteer_shifts.WantStandIn volunteer_shifts.KeepPlace "
        "volunteer_shifts.Withdraw volunteer_shifts.DeclineAsk volunteer_shifts.TakeStanding "
        "volunteer_shifts.EndStanding"
    ),
    "a request has to be in a certain state": (
        "grid.AcceptCase grid.DeclineCase grid.SendNote grid.SendAnswer grid.HandOver grid.HandUp grid.Publish "
        "grid.CaseIs grid.BeBack requests.Reopen requests.Rate"
    ),
    "a form of several answers has to be filled in": (
        "managers.Commit managers.Lift managers.Shut managers.SetPlaces myself.SendCode myself.Forget family.Invite "
        "volunteers.AnyTime volunteers.HandInOver volunteers.KeepContact volunteers.ForgetContact volunteers.SetReach "
        "volunteers.SetBirth volunteers.SetOrganisation volunteers.SetAsks"
    ),
    "it takes three misses": "standing.Appeal",
    "it changes back what was changed": "standing.MakeCalendar standing.DropCalendar myself.AgreeAgain",
}
SELDOM = {deed for deeds in _SELDOM.values() for deed in deeds.split()}
"""Deeds that a walk of twenty thousand steps may miss, by what stands in its way. Dialogs and stories do each of them."""

EXPECTED = DEEDS - SELDOM
"""What such a walk always comes to do."""


def name_of(kind: type) -> str:
    """An action by the file it stands in, as several are called alike: `visits.Rate`."""
    return f"{kind.__module__.rpartition('.')[2]}.{kind.__name__}"
