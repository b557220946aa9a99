"""Requests, their history, wishes and attachments as the API takes and shows them."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from models.request_words import (
    AttachmentKind,
    ClaimState,
    RequestKind,
    RequestState,
    Rung,
    StepKind,
    Voice,
    WishState,
)
from models.shapes.base import Area, Coordinates, Day, Named, Shape, Time

Text = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"\S")]
Note = Annotated[str, Field(max_length=2000)]
Attached = Annotated[list[UUID], Field(max_length=50)]


class RequestDraft(Shape):
    """What is to be said, and where: a location, a point, a community, or (with none of them) where one lives."""

    text: Text
    kind: RequestKind | None = None
    """None: suggested from the words."""
    location: Coordinates | None = None
    place: Annotated[str, Field(max_length=200)] = ""
    """The place in words: a gate, a building."""
    point_id: UUID | None = None
    community: Annotated[str, Field(pattern="^[0-9]{12}$")] | None = None


class RequestOrder(RequestDraft):
    """A new request. Its attachments were sent before (`POST /v1/attachments`)."""

    attachments: Attached = Field(default_factory=list)


class OwnerView(Named):
    """Who answers for a request now, and how far up it is."""

    rung: Rung


class Foreseen(Shape):
    """What would become of a request: what it is about, who gets it, by when it is due."""

    kind: RequestKind
    division: Area
    cell: Named | None
    owner: OwnerView
    acknowledge_due_at: Time
    resolve_due_at: Time


class SimilarView(Shape):
    """A request of somebody else that may be the same matter, as neighbours may see it: never who asked."""

    id: UUID
    kind: RequestKind
    state: RequestState
    excerpt: str
    place: str
    created_at: Time
    distance_m: int | None
    followers: int
    following: bool


class Preview(Shape):
    """Before sending: what would become of it, and what was said already that may be the same."""

    foreseen: Foreseen
    similar: list[SimilarView]


class AttachmentView(Shape):
    """A photo or voice note; its bytes are at `GET /v1/attachments/{id}`. `step`: with which step it came."""

    id: UUID
    kind: AttachmentKind
    media_type: str
    size: int
    width: int | None
    height: int | None
    step: int | None


class AttachmentTaken(AttachmentView):
    """An attachment just sent. `location` is what the photo itself said of where it was taken: it is not kept, and is
    only for asking whether that is the place.
    """

    location: Coordinates | None


class StepView(Shape):
    """One step of the history. `said` tells it in the caller's language."""

    number: int
    what: StepKind
    voice: Voice
    by: str | None
    at: Time
    state: RequestState
    owner: Named
    note: str
    said: str


class RatingGiven(Shape):
    """What the answer was worth."""

    stars: int
    comment: str
    at: Time


class AskerView(Shape):
    """Who asked. The phone number is whole for the owner, who must call, and masked for others."""

    name: str
    phone: str | None


class TransferView(Shape):
    """Somebody was asked to take a request over and has not answered."""

    to: Named
    to_me: bool


class ClaimView(Shape):
    """A volunteer who has a wish in hand, and until when."""

    volunteer: Named
    mine: bool
    state: ClaimState
    due_at: Time
    phone: str | None


class RequestView(Shape):
    """A request as far as the caller may see it. `may` is what the caller may do now."""

    id: UUID
    code: str
    kind: RequestKind
    suggested: RequestKind
    text: str
    place: str
    location: Coordinates | None
    division: Area
    cell: Named | None
    point: Named | None
    state: RequestState
    created_at: Time
    acknowledge_due_at: Time
    resolve_due_at: Time
    due_at: Time
    overdue: bool
    accepted_at: Time | None
    resolved_at: Time | None
    reopen_until: Time | None
    answer: str | None
    rating: RatingGiven | None
    owner: OwnerView
    owned: bool
    transfer: TransferView | None
    asker: AskerView | None
    mine: bool
    following: bool
    followers: int
    reopened: int
    climbed: int
    wish: WishState | None
    wish_text: str | None
    may: list[str]


class RequestDetail(RequestView):
    """A request with its history, what is attached, and who has the wish in hand."""

    story: list[StepView]
    attachments: list[AttachmentView]
    claim: ClaimView | None


class FollowOrder(Shape):
    """What somebody adds who says the same."""

    text: Note = ""


class NoteOrder(Shape):
    """What is said, with photos or a voice note."""

    text: Text
    attachments: Attached = Field(default_factory=list)


class NoteOptional(Shape):
    """What is said, if anything."""

    text: Note = ""


class ReopenOrder(NoteOrder):
    """Why the answer is none."""


class AnswerRating(Shape):
    """What the answer was worth: 1 to 5 stars, and a comment if one likes."""

    stars: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[str, Field(max_length=1000)] = ""


class TransferOrder(Shape):
    """Who is asked to take it over, and why."""

    to_id: UUID
    text: Note = ""


class KindOrder(Shape):
    """What it is really about."""

    kind: RequestKind


class TakerView(Named):
    """Somebody who could take a request over; `open` is how many they have."""

    rung: Rung
    place: str
    open: int
    away: bool


class WishOrder(Shape):
    """A wish as volunteers see it: checked by its owner, without anything by which the resident would be known."""

    text: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]


class WishView(Shape):
    """A wish as volunteers see it. Whose it is is told to whoever claims it."""

    id: UUID
    text: str
    division: Area
    state: WishState
    published_at: Time
    due_at: Time
    mine: bool


class Outline(Shape):
    """A cell's outline as a GeoJSON polygon (RFC 7946): longitude first, rings closed, holes after the outside."""

    type: Annotated[str, Field(pattern="^Polygon$")] = "Polygon"
    coordinates: Annotated[
        list[
            Annotated[
                list[Annotated[list[float], Field(min_length=2, max_length=3)]],
                Field(min_length=4, max_length=2000),
            ]
        ],
        Field(min_length=1, max_length=20),
    ]


class CellOrder(Shape):
    """A new cell. Its centre is where `centre` says, or in the middle of its outline: one of both is needed."""

    community: Annotated[str, Field(pattern="^[0-9]{12}$")]
    number: Annotated[int, Field(ge=1, le=9999)]
    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
    centre: Coordinates | None = None
    outline: Outline | None = None
    worker_id: UUID
    deputy_id: UUID | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.centre is None and self.outline is None:
            message = "a centre or an outline is needed"
            raise ValueError(message)
        return self


class CellEdit(Shape):
    """What changes about a cell; what is left out stays. `ended`: it receives nothing any more."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")] | None = None
    centre: Coordinates | None = None
    outline: Outline | None = None
    worker_id: UUID | None = None
    deputy_id: UUID | None = None
    ended: bool | None = None


class CellView(Shape):
    """A cell. `answers` is which of its people would receive a request today; null: those above them do."""

    id: UUID
    division: Area
    number: int
    name: str
    centre: Coordinates
    outline: Outline | None
    worker: Named
    deputy: Named | None
    answers: OwnerView | None
    open: int
    version: int
    ended: bool


class AbsenceOrder(Shape):
    """Days, both inclusive, on which somebody is away."""

    first: Day
    last: Day
    reason: Annotated[str, Field(max_length=200)] = ""

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.first > self.last:
            message = "the last day lies before the first"
            raise ValueError(message)
        return self


class AbsenceView(Shape):
    """Days on which somebody is away."""

    id: UUID
    person: Named
    first: date
    last: date
    reason: str
