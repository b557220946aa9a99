"""Requests, wishes and the grid, as the bot sees them."""

from datetime import date, datetime
from uuid import UUID

from bot.wire.base import Area, Coordinates, Named, View


class Owner(Named):
    """Who answers, and how far up they stand: worker, community, subdistrict, district."""

    rung: str


class Foreseen(View):
    """What would become of a request."""

    kind: str
    division: Area
    owner: Owner
    acknowledge_due_at: datetime
    resolve_due_at: datetime


class Similar(View):
    """A neighbour's request that may be the same matter."""

    id: UUID
    excerpt: str
    place: str
    created_at: datetime
    distance_m: float | None
    followers: int
    following: bool


class Preview(View):
    """Before sending: what would become of it, and what was said already."""

    foreseen: Foreseen
    similar: tuple[Similar, ...]


class Attachment(View):
    """A photo or voice note."""

    id: UUID
    kind: str
    media_type: str
    step: int | None


class Sent(View):
    """An attachment just sent; `location` is where the photo says that it was taken."""

    id: UUID
    kind: str
    location: Coordinates | None


class Step(View):
    """One step of the history, told in the person's language."""

    at: datetime
    said: str


class Rating(View):
    """What the answer was worth."""

    stars: int


class Asker(View):
    """Who asked."""

    name: str
    phone: str | None


class Transfer(View):
    """Somebody was asked to take it over."""

    to: Named
    to_me: bool


class Claim(View):
    """The volunteer who has the wish in hand."""

    volunteer: Named
    mine: bool
    due_at: datetime
    phone: str | None


class Request(View):
    """A request as far as the person may see it; `may` is what they may do now."""

    id: UUID
    code: str
    kind: str
    text: str
    place: str
    location: Coordinates | None
    division: Area
    state: str
    created_at: datetime
    due_at: datetime
    acknowledge_due_at: datetime
    resolve_due_at: datetime
    overdue: bool
    reopen_until: datetime | None
    rating: Rating | None
    owner: Owner
    owned: bool
    transfer: Transfer | None
    asker: Asker | None
    mine: bool
    following: bool
    followers: int
    wish: str | None
    wish_text: str | None
    may: tuple[str, ...]


class RequestWhole(Request):
    """A request with its history and attachments."""

    story: tuple[Step, ...]
    attachments: tuple[Attachment, ...]
    claim: Claim | None


class Taker(Named):
    """Somebody who could take a request over."""

    rung: str
    place: str
    open: int
    away: bool


class Wish(View):
    """A wish as volunteers see it."""

    id: UUID
    text: str
    division: Area
    due_at: datetime
    mine: bool


class Cell(View):
    """A grid cell for which the person answers."""

    name: str
    answers: Owner | None
    open: int


class Absence(View):
    """Days, both inclusive, on which somebody is away."""

    id: UUID
    first: date
    last: date
