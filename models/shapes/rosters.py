"""Shifts, signups, swaps and asks as the API takes and shows them."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.shapes.base import Day, Named, Shape, Time
from models.shapes.openings import SpanOrder
from models.shapes.places import PointBrief
from models.shapes.volunteers import Clock, Word
from models.vocabulary import (
    AskStatus,
    ShiftStatus,
    SignupSource,
    SignupStatus,
    SwapStatus,
    VerifiedBy,
    WaitlistStatus,
)

Number = Annotated[int, Field(ge=0, le=500)]
LONGEST_SHIFT_HOURS = 24


class Crew(Shape):
    """What a shift needs. Below `minimum` hands, services that depend on it shrink. `direct`: who signs up is on it; else
    the manager confirms. `buddy_places`: so many first-timers at most. `leader_id`: somebody who is there anyway, and may
    check people in.
    """

    role: Word
    title: Annotated[str, Field(min_length=1, max_length=120)]
    note: Annotated[str, Field(max_length=500)] = ""
    needed: Annotated[int, Field(ge=1, le=500)]
    minimum: Number
    required_skills: Annotated[list[Word], Field(max_length=10)] = Field(default_factory=list)
    minimum_age: Annotated[int, Field(ge=0, le=100)] | None = None
    direct: bool = True
    buddy_places: Number = 1
    leader_id: UUID | None = None
    service_ids: Annotated[list[UUID], Field(max_length=20)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.minimum > self.needed:
            message = "the minimum is above what is needed"
            raise ValueError(message)
        return self


class ShiftOrder(SpanOrder, Crew):
    """A new shift. With `publish` volunteers see it at once; else it is a draft."""

    publish: bool = False

    @model_validator(mode="after")
    def _short(self) -> Self:
        if (self.end - self.start).total_seconds() > LONGEST_SHIFT_HOURS * 3600:
            message = "a shift lasts a day at most"
            raise ValueError(message)
        return self


class ShiftEdit(Shape):
    """What is changed of a shift; what is left out stays."""

    title: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    note: Annotated[str, Field(max_length=500)] | None = None
    needed: Annotated[int, Field(ge=1, le=500)] | None = None
    minimum: Number | None = None
    buddy_places: Number | None = None
    leader_id: UUID | None = None
    direct: bool | None = None


class ShiftView(Shape):
    """A shift. `taken` counts places that somebody has or that are held for somebody; `released_at` is when it opens for
    the smallest groups.
    """

    id: UUID
    point: PointBrief
    start: Time
    end: Time
    role: str
    title: str
    note: str
    needed: int
    minimum: int
    taken: int
    free: int
    required_skills: list[str]
    minimum_age: int | None
    direct: bool
    buddy_places: int
    leader: Named | None
    status: ShiftStatus
    released_at: Time | None
    distance_m: int | None
    demo: bool


class ShiftGap(ShiftView):
    """A shift as its manager sees it: `hands` are expected, `leaving` wait for a stand-in, `asks` are open questions,
    `waiting` people queue. `missing` hands are below the minimum.
    """

    hands: int
    leaving: int
    missing: int
    asks: int
    waiting: int
    alerted_at: Time | None
    version: int


class PublishOrder(Shape):
    """Which drafts to publish; all of the point's to come when none is named."""

    shift_ids: Annotated[list[UUID], Field(max_length=200)] | None = None


class Published(Shape):
    """What was published, and how many standing places were given out with it."""

    shifts: list[ShiftView]
    standing_places: int


class CancelOrder(Shape):
    """Why."""

    reason: Annotated[str, Field(max_length=300)] = ""


class TemplateOrder(Crew):
    """A recurring shift: an RFC 5545 recurrence with local times within one day, between two days, both included.

    With `publishes_itself` its shifts are published as they are made.
    """

    rrule: Annotated[str, Field(min_length=1, max_length=300, examples=["FREQ=WEEKLY;BYDAY=TU"])]
    start_time: Clock
    end_time: Clock
    valid_from: Day
    valid_until: Day
    publishes_itself: bool = False

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.end_time <= self.start_time or self.valid_until < self.valid_from:
            message = "the end is not after the start"
            raise ValueError(message)
        return self


class TemplateView(TemplateOrder):
    """A recurring shift."""

    id: UUID
    point_id: UUID


class ShiftsMade(Shape):
    """How many shifts a template has made."""

    template: TemplateView
    shifts_made: int


class StandingOrder(Shape):
    """A place on every shift of a template until a day, included."""

    until: Day


class StandingRefusal(Shape):
    """A shift on which a standing place could not be given, and why."""

    shift_id: UUID
    start: Time
    reasons: list[str]


class Recurrence(Shape):
    """A recurring shift, as much as one needs to take a standing place: an RFC 5545 recurrence with local times."""

    id: UUID
    title: str
    point: Named
    rrule: str
    start_time: Clock
    end_time: Clock
    valid_until: date


class StandingView(Shape):
    """A standing place. `signed_up` are the shifts that it holds already; others follow as they are published."""

    id: UUID
    template_id: UUID
    template: Recurrence
    person: Named
    until: date
    signed_up: list[UUID]
    refused: list[StandingRefusal]


class SignupOrder(Shape):
    """Without `people` for oneself. A leader names members of their team; it is all of them or none."""

    team_id: UUID | None = None
    people: Annotated[list[UUID], Field(min_length=1, max_length=50)] | None = None

    @model_validator(mode="after")
    def _together(self) -> Self:
        if (self.team_id is None) != (self.people is None):
            message = "a team comes with its people"
            raise ValueError(message)
        return self


class SignupView(Shape):
    """A volunteer's place on a shift. `answer_by`: until when a proposed place waits for an answer.

    Giving it up after `late_from` is late; one checks in from `check_in_from` until the end, and out until `check_out_until`.
    """

    id: UUID
    status: SignupStatus
    shift: ShiftView
    person: Named
    team: Named | None
    source: SignupSource
    first_timer: bool
    answer_by: Time | None
    late: bool
    reason: str
    late_from: Time
    check_in_from: Time
    check_out_until: Time
    checked_in_at: Time | None
    checked_out_at: Time | None
    minutes: int | None
    verified_at: Time | None
    verified_by: VerifiedBy | None
    stars: int | None
    created_at: Time


class Signups(Shape):
    """The signups that came of one order."""

    signups: list[SignupView]


class Why(Shape):
    """A reason, where one is to be given."""

    reason: Annotated[str, Field(max_length=300)] = ""


class SwapOrder(Shape):
    """With whose signup mine is to be exchanged."""

    with_signup_id: UUID


class SwapView(Shape):
    """A proposed exchange of two places."""

    id: UUID
    status: SwapStatus
    mine: SignupView
    theirs: SignupView
    proposed_by: Named
    asked: Named
    created_at: Time
    answered_at: Time | None


class WaitView(Shape):
    """Somebody's place in the queue for a full shift. `ahead` wait before them; an offer holds until `expires_at`."""

    id: UUID
    status: WaitlistStatus
    shift: ShiftView
    ahead: int
    expires_at: Time | None
    created_at: Time


class AskOrder(Shape):
    """How many people to ask; without a number, as many as a wave would for what is missing."""

    people: Annotated[int, Field(ge=1, le=50)] | None = None


class AskImpact(Shape):
    """Whom asking now would reach: `people` match and may be asked, `would_ask` of them would be, `asked` are already."""

    shift_id: UUID
    missing: int
    people: int
    would_ask: int
    asked: int


class AsksMade(Shape):
    """How many people were asked, and how many asks are open now."""

    shift_id: UUID
    asked: int
    open: int


class AskView(Shape):
    """A question whether one can come. `stand_in_for`: in whose place."""

    id: UUID
    status: AskStatus
    shift: ShiftView
    stand_in_for: Named | None
    created_at: Time


class Scan(Shape):
    """What is shown at the point: the code, or what its QR code says. Managers and leaders need neither."""

    code: Annotated[str, Field(min_length=4, max_length=12)] | None = None
    qr: Annotated[str, Field(min_length=8, max_length=200)] | None = None


class Scanned(Shape):
    """What a code shown at the point was for, and the signup after it."""

    way: Literal["in", "out"]
    signup: SignupView


class ReasonView(BaseModel):
    """One reason against something: a stable code, its words, and the data that belong to the code."""

    model_config = ConfigDict(frozen=True, extra="allow")

    code: str
    title: str


class OwnSignup(Shape):
    """The caller's signup on a shift."""

    id: UUID
    status: SignupStatus


class OwnWait(Shape):
    """The caller's place in the queue for a shift."""

    id: UUID
    status: WaitlistStatus


class ShiftForMe(ShiftView):
    """A shift and what the caller is to it. `reasons` is everything that speaks against signing up now, all at once; with
    `can_wait` nothing but the missing places does. `ask_id` is an open question whether the caller can come; `template`
    is there when it recurs and a standing place can be taken.
    """

    reasons: list[ReasonView]
    signup: OwnSignup | None
    wait: OwnWait | None
    ask_id: UUID | None
    can_wait: bool
    template: Recurrence | None


class RosterView(Shape):
    """All that a volunteer has ahead, and all that waits for their answer: places, queues, asks, swaps, standing places."""

    signups: list[SignupView]
    waits: list[WaitView]
    asks: list[AskView]
    swaps: list[SwapView]
    standing: list[StandingView]


class Verification(Shape):
    """What a manager finds: how long somebody served, or that the scans are right, and how it was (1 to 5 stars).

    `reason` is needed when verified hours are changed.
    """

    minutes: Annotated[int, Field(ge=0, le=1440)] | None = None
    stars: Annotated[int, Field(ge=1, le=5)] | None = None
    reason: Annotated[str, Field(max_length=300)] = ""


class ShiftCodes(Shape):
    """What to show at the point when people come and when they go."""

    shift_id: UUID
    code_in: str
    code_out: str


class CoverageView(Shape):
    """A point's shifts with their gaps. `uncovered` are below their minimum."""

    point: Named
    first: date
    last: date
    shifts: list[ShiftGap]
    uncovered: int


class RosterStatistics(Shape):
    """How a point's shifts went between two days. Rates are parts of one; none where there is nothing to divide by.

    `lead_hours` is the median time between signing up and the start. `returning` volunteers had served here before.
    """

    point: Named
    first: date
    last: date
    shifts: int
    needed: int
    filled: int
    fill_rate: float | None
    below_minimum: int
    lead_hours: float | None
    attended: int
    absent: int
    excused: int
    absence_rate: float | None
    late_withdrawals: int
    volunteers: int
    new: int
    returning: int
    minutes: int
    asks: int
    asks_accepted: int
