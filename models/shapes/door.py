"""The door as the API shows and takes it: check-in, walk-ins, the queue, the kitchen's list."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from models.shapes.base import Named, Shape, Time

Party = Annotated[int, Field(ge=1, le=1000)]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"\S")]


class DoorCheckIn(Shape):
    """Who stands at the door: by the code they say, the QR of their ticket, or their name with the point's id.

    With `point_id` a code or ticket of another point is refused; one manager may have several points.
    """

    code: Annotated[str, Field(min_length=4, max_length=12)] | None = None
    qr: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    name: Name | None = None
    point_id: UUID | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(said is not None for said in (self.code, self.qr, self.name)) > 1:
            message = "give only one of code, qr and name"
            raise ValueError(message)
        return self


class Correction(Shape):
    """Why who came is corrected after the end."""

    reason: Annotated[str, Field(max_length=300)] = ""


class WalkIn(Shape):
    """A party at the door without a booking: somebody known by id, or somebody new by name."""

    party: Party = 1
    name: Name | None = None
    phone: Annotated[str, Field(max_length=40, pattern=r"^\+?[0-9 -]{5,}$")] | None = None
    person_id: UUID | None = None

    @model_validator(mode="after")
    def _one_person(self) -> Self:
        if (self.name is None) == (self.person_id is None):
            message = "give either name or person_id"
            raise ValueError(message)
        if self.phone is not None and self.name is None:
            message = "a phone number goes with a name"
            raise ValueError(message)
        return self


class QueueView(Shape):
    """The queue at a slot: numbers only. `waiting` came and have not been served; 0 is served before the first."""

    slot_id: UUID
    now_serving: int
    last_number: int
    waiting: int


class ChoiceName(Shape):
    """What an answer is called in both languages."""

    zh: str
    en: str


class Portions(Shape):
    """How many portions have one answer."""

    key: str
    name: ChoiceName
    portions: int


class Dish(Shape):
    """How many portions are served one way with one set of dietary needs."""

    serving: str | None
    diet: list[str]
    portions: int


class KitchenLabel(Shape):
    """One party's label. The phone number is whole and only there where a meal is delivered."""

    booking_id: UUID
    code: str
    name: str
    party: int
    serving: str | None
    diet: list[str]
    note: str
    phone: str | None


class KitchenList(Shape):
    """What a kitchen cooks for one meal: totals in portions, and a label for each party."""

    slot_id: UUID
    service: Named
    point: Named
    start: Time
    portions: int
    by_serving: list[Portions]
    by_diet: list[Portions]
    dishes: list[Dish]
    labels: list[KitchenLabel]
