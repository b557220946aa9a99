"""When services are open: opening rules, closures, extra openings and the edits of managers, as the API takes and shows
them.
"""

from datetime import time, timedelta
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, PlainSerializer, model_validator

from models.shapes.base import Day, Moment, Named, Shape, Time
from models.shapes.bookings import AffectedBooking, SlotView
from models.vocabulary import Affected, Category, DayKind, SlotStatus

LONGEST_SLOT = timedelta(days=1)
"""No slot lasts longer: a rule opens within one day, and an extra opening lasts a day at most. So whoever looks for slots
of a time need not look further back than this."""

Places = Annotated[int, Field(ge=0, le=2000)]
SlotMinutes = Annotated[int, Field(ge=5, le=1440)]
Clock = Annotated[
    time, PlainSerializer(lambda at: at.isoformat("minutes"), return_type=str, when_used="json")
]
"""A time of day on the district's clock, in whole minutes."""


class SlotChange(Shape):
    """What a manager changes on a slot: its capacity, or whether it is open.

    `affected` says what becomes of those who no longer fit: `keep` them (a lower capacity only), `move` them to the
    nearest slot that every rule allows and cancel who fits nowhere, or `cancel`.
    """

    capacity: Places | None = None
    status: SlotStatus | None = None
    affected: Affected | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.capacity is None) == (self.status is None):
            message = "give either a capacity or a status"
            raise ValueError(message)
        return self


class SpanOrder(Shape):
    """From when, inclusive, until when, exclusive."""

    start: Moment
    end: Moment

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.end <= self.start:
            message = "the end is not after the start"
            raise ValueError(message)
        return self


class ClosureOrder(SpanOrder):
    """Closes a point, or one service of it, for a while. The reason is told to everybody whose booking it ends."""

    service_id: UUID | None = None
    reason: Annotated[str, Field(max_length=300)] = ""


class ClosureView(Shape):
    """A time in which a point, or one service of it, is closed."""

    id: UUID
    point_id: UUID
    service: Named | None
    start: Time
    end: Time
    reason: str
    created_at: Time


class ClosureMade(ClosureView):
    """A new closure, and what it meant."""

    slots_closed: int
    cancelled: list[AffectedBooking]
    waiting_ended: int


class ClosureLifted(Shape):
    """What came back when a closure was lifted. Nobody is booked again by it."""

    slots_reopened: int
    slots_made: int


class ClosureImpact(Shape):
    """What a closure would mean: the slots it would close, whose bookings it would cancel, how many wait in vain."""

    slots: int
    waiting: int
    affected: list[AffectedBooking]


class ExtraOpening(SpanOrder):
    """A time outside the opening rules; with `slot_minutes` it is cut into equal slots, without it is one."""

    capacity: Annotated[int, Field(ge=1, le=2000)]
    slot_minutes: SlotMinutes | None = None


class SlotsMade(Shape):
    """The slots of an extra opening."""

    slots: list[SlotView]


class RuleOrder(Shape):
    """When a service is open: an RFC 5545 recurrence with local times, from `valid_from` to `valid_until` inclusive.

    With `slot_minutes` the span is cut into equal slots, without it is one. `days` says which days of the recurrence
    hold: all, all but holidays, statutory workdays, or rest days.
    """

    rrule: Annotated[str, Field(min_length=1, max_length=300, examples=["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"])]
    start_time: Clock
    end_time: Clock
    capacity: Annotated[int, Field(ge=1, le=2000)]
    slot_minutes: SlotMinutes | None = None
    days: DayKind = DayKind.any
    valid_from: Day | None = None
    valid_until: Day | None = None


class RuleView(RuleOrder):
    """An opening rule. `version` is what an edit must quote as If-Match."""

    id: UUID
    service_id: UUID
    version: str


class KeptSlot(Shape):
    """A slot that stays although the rules say otherwise, because somebody booked it, holds or waits for a place of it,
    or because it was edited by hand. `fits` when only its capacity differs.
    """

    slot: SlotView
    fits: bool


class RulesChanged(Shape):
    """What an edit of opening rules meant for slots to come. `rule` is the one written, none when it was deleted."""

    rule: RuleView | None
    slots_made: int
    slots_changed: int
    slots_withdrawn: int
    kept: list[KeptSlot]


class ServiceOrder(Shape):
    """A new service of a point."""

    category: Category
    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(max_length=2000)] = ""
    provider_id: UUID


class ServiceEdit(Shape):
    """What is changed of a service's wording; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    description: Annotated[str, Field(max_length=2000)] | None = None
