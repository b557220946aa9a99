"""The bot's views hold against the API's own description of its answers."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest
from pydantic import BaseModel

from api.app import create_api
from bot import wire
from bot.conversation.managing.forms import Kept
from bot.wire import (
    managing,
    myself,
    problems,
    request_notices,
    requests,
    rosters,
    thread_notices,
    threads,
    updates,
    volunteers,
)

SCHEMAS = create_api().openapi()["components"]["schemas"]

VIEWS: dict[type[BaseModel], str] = {
    wire.Token: "Token",
    updates.Claim: "ChatUpdateView",
    updates.Receipt: "ChatUpdateReceipt",
    updates.Claims: "ChatUpdatesClaimed",
    updates.Lost: "ChatUpdatesLost",
    wire.Area: "Area",
    wire.Named: "Named",
    wire.Coordinates: "Coordinates",
    wire.Division: "DivisionView",
    wire.Category: "CategoryView",
    wire.CategoryName: "CategoryName",
    wire.PointBrief: "PointBrief",
    wire.Point: "PointView",
    wire.Slot: "SlotView",
    wire.SlotDetail: "SlotDetail",
    wire.Question: "QuestionView",
    wire.Choice: "ChoiceView",
    wire.ServiceOffered: "ServiceView",
    wire.Household: "HouseholdView",
    wire.Link: "HouseholdLinkView",
    wire.Invitation: "InvitationView",
    wire.InvitationMade: "InvitationMade",
    wire.InvitationSeen: "InvitationSeen",
    wire.PreviewDay: "PreviewDay",
    wire.SeriesPreview: "SeriesPreview",
    wire.SeriesSummary: "SeriesSummary",
    wire.Occurrence: "OccurrenceView",
    wire.Series: "SeriesView",
    wire.TicketText: "TicketView",
    wire.Rating: "RatingView",
    wire.Pause: "PauseView",
    wire.Miss: "MissView",
    wire.CalendarAddress: "CalendarAddress",
    wire.Booking: "BookingView",
    wire.Offer: "OfferView",
    wire.WaitlistEntry: "WaitlistView",
    wire.Consent: "ConsentView",
    wire.Relative: "RelativeView",
    wire.RoleHeld: "RoleView",
    wire.Draft: "DraftView",
    wire.Me: "MeView",
    wire.Notice: "NoticeView",
    wire.Claimed: "NoticesClaimed",
    wire.Problem: "Problem",
    myself.MyData: "MeView",
    myself.MyChat: "MyChatView",
    myself.Birthday: "BirthdayView",
    myself.Address: "AddressView",
    myself.ConsentWithdrawn: "ConsentWithdrawn",
    myself.LinkCode: "LinkCodeMade",
    myself.Along: "Belongings",
    myself.Linking: "ChatLinkView",
    myself.Erasure: "Erasure",
    managing.BothLanguages: "BothLanguages",
    managing.Answered: "Answered",
    managing.Guest: "DayBooking",
    managing.KeptSlot: "SlotView",
    managing.DaySlot: "DaySlot",
    managing.PointDay: "DayView",
    managing.Affected: "AffectedBooking",
    managing.Impact: "Impact",
    managing.ClosureImpact: "ClosureImpact",
    managing.Closure: "ClosureView",
    managing.ClosureMade: "ClosureMade",
    managing.ClosureLifted: "ClosureLifted",
    managing.SlotsMade: "SlotsMade",
    managing.Arrived: "BookingView",
    managing.Queue: "QueueView",
    managing.ChoiceName: "ChoiceName",
    managing.Portions: "Portions",
    managing.KitchenLabel: "KitchenLabel",
    managing.KitchenList: "KitchenList",
    managing.FoundPerson: "PersonView",
    managing.PointService: "ServiceView",
    managing.KeptShift: "ShiftView",
    managing.ShiftGap: "ShiftGap",
    managing.Coverage: "CoverageView",
    managing.Helper: "SignupView",
    managing.ShiftCodes: "ShiftCodes",
    managing.AskImpact: "AskImpact",
    managing.AsksMade: "AsksMade",
    managing.Choice: "Choice",
    managing.Suggestion: "Suggestion",
    managing.NotProposed: "NotProposed",
    managing.Proposals: "Proposals",
    managing.MessageImpact: "PointMessageImpact",
    managing.MessageSent: "PointMessageView",
    requests.Owner: "OwnerView",
    requests.Foreseen: "Foreseen",
    requests.Similar: "SimilarView",
    requests.Preview: "Preview",
    requests.Attachment: "AttachmentView",
    requests.Sent: "AttachmentTaken",
    requests.Step: "StepView",
    requests.Rating: "RatingGiven",
    requests.Asker: "AskerView",
    requests.Transfer: "TransferView",
    requests.Claim: "ClaimView",
    requests.Request: "RequestView",
    requests.RequestWhole: "RequestDetail",
    requests.Taker: "TakerView",
    requests.Wish: "WishView",
    requests.Cell: "CellView",
    requests.Absence: "AbsenceView",
    rosters.Shift: "ShiftView",
    rosters.ShiftForMe: "ShiftForMe",
    rosters.Recurrence: "Recurrence",
    rosters.OwnPlace: "OwnSignup",
    rosters.OwnTurn: "OwnWait",
    rosters.Signup: "SignupView",
    rosters.Signups: "Signups",
    rosters.ShiftWait: "WaitView",
    rosters.Ask: "AskView",
    rosters.Swap: "SwapView",
    rosters.StandingPlace: "StandingView",
    rosters.StandingRefusal: "StandingRefusal",
    rosters.Roster: "RosterView",
    rosters.Scanned: "Scanned",
    rosters.CalendarAddress: "CalendarAddress",
    volunteers.WeeklyHours: "WeeklyHours",
    volunteers.Certificate: "CertificateView",
    volunteers.Profile: "VolunteerView",
    volunteers.GuardedVolunteer: "VolunteerView",
    volunteers.Organisation: "OrganisationView",
    volunteers.Member: "MemberView",
    volunteers.Team: "TeamView",
    volunteers.Hours: "HoursView",
    volunteers.Statement: "StatementView",
    volunteers.StatementChecked: "StatementChecked",
    threads.Desk: "DeskView",
    threads.About: "AboutView",
    threads.Said: "MessageView",
    threads.File: "AttachmentView",
    threads.Thread: "ThreadView",
    threads.ThreadPage: "ThreadDetail",
    threads.Written: "ThreadSaid",
    threads.Phone: "PhoneView",
    threads.HelpDesk: "HelpDeskView",
}
UNDESCRIBED: dict[type[BaseModel], str] = {
    wire.Listing: "a page, described once for each kind of item",
    wire.MorningLine: "part of a notice's data",
    wire.Reason: "data of a problem depend on its code",
    wire.Invalid: "as those of Reason",
    wire.Clash: "the same",
    wire.Match: "the same",
    myself.ChatNews: "data of a notice; tests/bot/test_chats.py reads it",
    problems.Withdrawn: "the same; tests/bot/test_agreeing.py reads it",
    **dict.fromkeys(
        (
            managing.DraftOfSlot,
            managing.DraftOfHelper,
            managing.DraftOfSuggestion,
            managing.DraftOfDoor,
            Kept,
        ),
        "data of a draft, which are the chat's own",
    ),
    rosters.SignupRefusal: "the same",
    managing.ServicePolicy: "fields of a policy; tests/bot/test_door.py holds them",
    **dict.fromkeys(
        (
            wire.Visited,
            wire.BookingNews,
            wire.CancelledNews,
            wire.Instead,
            wire.ChangedNews,
            wire.Before,
            wire.OfferNews,
            wire.WithdrawnNews,
            wire.ClosedNews,
            wire.PauseNews,
            wire.Missed,
            wire.ByNews,
            wire.PauseEndedNews,
            wire.SeriesNews,
            wire.CodeNews,
            wire.ExcessNews,
            wire.StaleNews,
            wire.MorningNews,
            wire.OverdueNews,
        ),
        "data of a notice depend on its kind; tests/bot/test_news.py holds them",
    ),
    **dict.fromkeys(
        (
            wire.ShiftNews,
            wire.ShiftOfferNews,
            wire.ShiftAskNews,
            wire.ShiftSwapNews,
            wire.ShiftAlertNews,
        ),
        "the same; tests/bot/test_news_shifts.py holds them",
    ),
    **dict.fromkeys(
        (request_notices.RequestNews, request_notices.RequestWork, request_notices.WishNews),
        "the same; tests/bot/test_request_story.py holds them",
    ),
    **dict.fromkeys(
        (
            thread_notices.ThreadItem,
            thread_notices.ThreadNews,
            thread_notices.ThreadMessageNews,
            thread_notices.ThreadHandedNews,
            thread_notices.ThreadAlertNews,
            thread_notices.ThreadClosedNews,
            thread_notices.PointMessageNews,
        ),
        "the same; tests/bot/test_conversations.py and tests/bot/test_letters.py hold them",
    ),
}
OF_A_REFUSAL = {"reasons", "errors", "alternatives", "waitlist", "retry_after_s"}


@pytest.mark.parametrize(
    ("view", "name"), VIEWS.items(), ids=lambda value: str(getattr(value, "__name__", value))
)
def test_what_the_bot_reads_is_what_the_api_says(view: type[BaseModel], name: str) -> None:
    described = SCHEMAS[name]
    read = set(view.model_fields) - (OF_A_REFUSAL if view is wire.Problem else set())
    assert read <= set(described["properties"])
    needed = {field for field, about in view.model_fields.items() if about.is_required()}
    assert needed <= set(described["required"]) | {
        field for field, about in described["properties"].items() if "default" in about
    }


def test_no_view_is_left_out() -> None:
    assert set(subclasses(wire.View)) == set(VIEWS) | set(UNDESCRIBED)


def subclasses(view: type[wire.View]) -> Iterator[type[wire.View]]:
    """All views of all modules; generic ones by their origin."""
    for module in iter_modules(wire.__path__):
        import_module(f"bot.wire.{module.name}")
    for each in view.__subclasses__():
        if not each.__pydantic_generic_metadata__["args"]:
            yield each
        yield from subclasses(each)
