"""Booking with answers, and standing orders, each as one call of the public API."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from pydantic import JsonValue

from bot import wire
from bot.asking import Asking

Answer = str | int | bool | list[str]


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants: places in a slot for an attendee (None: oneself), their answers, and a word to the point."""

    slot: UUID
    party: int = 1
    attendee: UUID | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    note: str = ""

    def body(self) -> dict[str, JsonValue]:
        """As the API takes it."""
        body: dict[str, JsonValue] = {"slot_id": str(self.slot), "party": self.party}
        if self.attendee is not None:
            body["attendee_id"] = str(self.attendee)
        if self.answers:
            body["answers"] = {
                key: list(value) if isinstance(value, list) else value for key, value in self.answers.items()
            }
        if self.note:
            body["note"] = self.note
        return body


class Orderer(Asking):
    """Somebody who orders, within one update."""

    __slots__ = ()

    async def slot(self, slot_id: UUID) -> wire.SlotDetail:
        """One slot, with its service's questions."""
        return await self.get(f"/v1/slots/{slot_id}", wire.SlotDetail)

    async def book(self, order: Order) -> wire.Booking:
        """Book."""
        return await self.post("/v1/bookings", wire.Booking, order.body())

    async def preview(self, order: Order, rule: str, until: date) -> wire.SeriesPreview:
        """What booking the same on all days of a rule would come to."""
        return await self.post(
            "/v1/series/preview", wire.SeriesPreview, order.body() | {"rrule": rule, "until": str(until)}
        )

    async def order_series(self, order: Order, rule: str, until: date) -> wire.Series:
        """Book the same on all days of a rule, and wait where it is full."""
        return await self.post("/v1/series", wire.Series, order.body() | {"rrule": rule, "until": str(until)})

    async def all_series(self, limit: int) -> tuple[wire.SeriesSummary, ...]:
        """My standing orders that are not over."""
        return (await self.get("/v1/series", wire.Listing[wire.SeriesSummary], {"limit": limit})).items

    async def series(self, series_id: UUID) -> wire.Series:
        """One standing order."""
        return await self.get(f"/v1/series/{series_id}", wire.Series)

    async def end_series(self, series_id: UUID) -> wire.Series:
        """Cancel what is ahead of a standing order."""
        return await self.post(f"/v1/series/{series_id}/cancel", wire.Series)
