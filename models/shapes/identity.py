"""Linking a chat to an account, and what a person may ask of their data, as the API takes and shows them."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from models.shapes.base import Shape, Time
from models.shapes.bookings import BookingView
from models.shapes.hours import HoursView, ServiceLine, VolunteerRecordView
from models.shapes.household import HouseholdView
from models.shapes.people import AddressView, ChatSignIn, MeView, RoleView, Token
from models.shapes.rosters import AskView, SignupView, StandingView, WaitView
from models.shapes.standing import PauseView, RatingView
from models.shapes.volunteers import VolunteerView
from models.shapes.waitlist import SeriesView, WaitlistView
from models.vocabulary import Channel, NoticeKind, NoticeStatus


class LinkCodeMade(Shape):
    """A code that links a chat to the person's account, shown this once. `start` is what a deep link carries."""

    code: Annotated[str, Field(examples=["K7WM-3QXD"])]
    start: Annotated[str, Field(examples=["link_K7WM3QXD"])]
    telegram_url: str | None
    """The address that opens the bot with the code, where this installation's bot is known."""
    expires_at: Time


class LinkOrder(ChatSignIn):
    """A code entered in a chat, vouched for by the bot. Without `confirmed` it is only looked at."""

    code: Annotated[str, Field(min_length=1, max_length=40)]
    confirmed: bool = False


class Belongings(Shape):
    """What comes along when a chat is linked, counted: still ahead, but for `relatives`."""

    bookings: int
    waiting: int
    series: int
    shifts: int
    relatives: int


class ChatLinkView(Shape):
    """What linking means, or what it did.

    `stays`: the chat's former account goes on without this chat, because it can be reached another way; what it holds
    stays with it. Otherwise its belongings come along and nothing is left behind. `token` is there once it is done.
    """

    done: bool
    person_id: UUID
    name: str
    roles: list[RoleView]
    stays: bool
    comes_along: Belongings
    token: Token | None = None


class MyChatView(Shape):
    """A chat in which one is this person, and since when. One of them may have to stay."""

    id: UUID
    channel: Channel
    since: Time
    last_seen_at: Time
    can_be_unlinked: bool


class MyChats(Shape):
    """The chats in which one is this person, the first one first."""

    items: list[MyChatView]


class TelegramSignIn(Shape):
    """What Telegram hands to a Mini App as `initData`, as it is."""

    init_data: Annotated[str, Field(min_length=1, max_length=4096)]


class ConsentRecord(Shape):
    """A version of a purpose that was agreed to, and when that was taken back."""

    purpose: str
    version: str
    given_at: Time
    withdrawn_at: Time | None


class ConsentsView(Shape):
    """Everything that one agreed to, the latest first."""

    items: list[ConsentRecord]


class ConsentWithdrawn(Shape):
    """A consent taken back. `follows` says in the caller's language what that means."""

    purpose: str
    versions: list[str]
    follows: str


class Erasure(Shape):
    """That a person was erased, and what ended with that."""

    erased_at: Time
    bookings: int
    waiting: int
    shifts: int
    links: int


class NoticeTold(Shape):
    """A message that was owed to one, and what became of it."""

    kind: NoticeKind
    due_at: Time
    status: NoticeStatus
    channel: Channel | None
    finished_at: Time | None


class ChatView(Shape):
    """A chat or address that belongs to one. `address` is what the channel calls it."""

    channel: Channel
    address: str
    since: Time
    last_seen_at: Time


class StatementKept(Shape):
    """A statement of hours that was issued, with its lines."""

    code: str
    first: date
    last: date
    minutes: int
    shifts: int
    issued_at: Time
    lines: list[ServiceLine]


class Part(Shape):
    """What another part of the program keeps about one, as it names it."""

    name: str
    items: list[dict[str, object]]


class MeExport(Shape):
    """Everything that is stored about a person. Of others only their names, as one knows them.

    `phone` is whole. Lists end after `most` entries, the latest first; `shortened` names those that were longer.
    """

    format: Literal["last-metre/my-data/1"] = "last-metre/my-data/1"
    made_at: Time
    most: int
    shortened: list[str]
    profile: MeView
    phone: str | None
    registered_at: Time
    chats: list[ChatView]
    addresses: list[AddressView]
    consents: list[ConsentRecord]
    household: HouseholdView
    bookings: list[BookingView]
    waitlist: list[WaitlistView]
    series: list[SeriesView]
    ratings: list[RatingView]
    pauses: list[PauseView]
    notices: list[NoticeTold]
    volunteer: VolunteerView | None
    signups: list[SignupView]
    shift_waits: list[WaitView]
    shift_asks: list[AskView]
    standing_places: list[StandingView]
    hours: HoursView | None
    record: VolunteerRecordView | None
    statements: list[StatementKept]
    parts: list[Part]
