"""Visits and what goes with them: finding a point, tickets, coming, ratings, pauses, the calendar."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from bot import wire
from bot.asking import Asking, Body, Query


class Visitor(Asking):
    """Somebody who goes to points, within one update."""

    __slots__ = ()

    async def past(self, limit: int) -> tuple[wire.Booking, ...]:
        """My past bookings, latest first."""
        query: Query = {"when": "past", "limit": limit}
        return (await self.get("/v1/bookings", wire.Listing[wire.Booking], query)).items

    async def ticket(self, booking_id: UUID) -> str:
        """What the QR code of a ticket says."""
        return (await self.get(f"/v1/bookings/{booking_id}/ticket", wire.TicketText)).qr

    async def answer(self, booking_id: UUID, answer: Literal["coming", "late"]) -> wire.Booking:
        """Say that I come, or come late."""
        return await self.post(f"/v1/bookings/{booking_id}/answer", wire.Booking, {"answer": answer})

    async def rate(self, booking_id: UUID, stars: int, comment: str) -> wire.Rating:
        """Rate a visit."""
        body: Body = {"stars": stars, "comment": comment}
        return await self.post(f"/v1/bookings/{booking_id}/rating", wire.Rating, body)

    async def pauses(self) -> tuple[wire.Pause, ...]:
        """Pauses of mine and of those for whom I may act, newest first."""
        return (await self.get("/v1/me/pauses", wire.Listing[wire.Pause])).items

    async def appeal(self, pause_id: UUID, words: str) -> wire.Pause:
        """Say why a pause should not be."""
        return await self.post(f"/v1/me/pauses/{pause_id}/appeal", wire.Pause, {"text": words})

    async def make_calendar(self) -> str:
        """A new address for my calendar; an earlier one stops working."""
        return (await self.post("/v1/me/calendar-key", wire.CalendarAddress)).url

    async def drop_calendar(self) -> None:
        """Shut my calendar's address."""
        await self.delete("/v1/me/calendar-key")

    async def points_called(
        self, words: str, near: wire.Coordinates | None, limit: int
    ) -> tuple[wire.Point, ...]:
        """Points with these words in their name or address, or in the name of a service; nearest first where asked near."""
        query: dict[str, str | int] = {"q": words[:100], "limit": limit}
        if near is not None:
            query["near"] = f"{near.latitude:.6f},{near.longitude:.6f}"
        return (await self.get("/v1/points", wire.Listing[wire.Point], query)).items

    async def services(self, point_id: UUID) -> tuple[wire.ServiceOffered, ...]:
        """What a point offers."""
        return (await self.get(f"/v1/points/{point_id}/services", wire.Listing[wire.ServiceOffered])).items

    async def slots_of_day(self, point_id: UUID, day: date) -> tuple[wire.Slot, ...]:
        """All slots of a point's day, free or not."""
        query: Query = {"point": str(point_id), "from": str(day), "to": str(day), "limit": 100}
        return (await self.get("/v1/slots", wire.Listing[wire.Slot], query)).items

    async def slots_free(self, point_id: UUID, now: datetime, limit: int) -> tuple[wire.Slot, ...]:
        """The next slots of a point that can be booked."""
        query: Query = {
            "point": str(point_id),
            "from": now.isoformat(),
            "available": "true",
            "limit": limit,
        }
        return (await self.get("/v1/slots", wire.Listing[wire.Slot], query)).items

    async def slots_of_service(self, service_id: UUID, now: datetime, limit: int) -> tuple[wire.Slot, ...]:
        """The next slots of a service, full ones too."""
        query: Query = {"service": str(service_id), "from": now.isoformat(), "limit": limit}
        return (await self.get("/v1/slots", wire.Listing[wire.Slot], query)).items
