"""What a resident can do, each as one call of the public API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue

from bot import wire
from bot.asking import Asking


@dataclass(frozen=True, slots=True)
class SlotQuery:
    """Which bookable slots to look for. `start_from` and `start_before` bound the start; `near` is latitude, longitude;
    with `full_too` those as well that have no place left."""

    start_from: datetime
    start_before: datetime | None = None
    category: str | None = None
    service: UUID | None = None
    division: str | None = None
    near: wire.Coordinates | None = None
    party: int = 1
    full_too: bool = False


class Resident(Asking):
    """One resident, acting within one update."""

    __slots__ = ()

    async def change_me(self, changes: Mapping[str, JsonValue]) -> wire.Me:
        """Change some of my own data."""
        return await self.patch("/v1/me", wire.Me, changes)

    async def consent(self, purpose: str, version: str) -> None:
        """Record that I agree to a version of a purpose."""
        await self.post("/v1/me/consents", wire.View, {"purpose": purpose, "version": version})

    async def categories(self) -> tuple[wire.Category, ...]:
        """All categories of services."""
        return (await self.get("/v1/categories", wire.Listing[wire.Category])).items

    async def divisions(self, level: str, parent: str | None = None) -> tuple[wire.Division, ...]:
        """Divisions of a level, all or those of one parent (at most 100)."""
        query: dict[str, str | int] = {"level": level, "limit": 100}
        if parent is not None:
            query["parent"] = parent
        return (await self.get("/v1/divisions", wire.Listing[wire.Division], query)).items

    async def points_near(self, near: wire.Coordinates, limit: int) -> tuple[wire.Point, ...]:
        """The nearest points."""
        query: dict[str, str | int] = {"near": _degrees(near), "limit": limit}
        return (await self.get("/v1/points", wire.Listing[wire.Point], query)).items

    async def points(
        self, *, category: str | None, division: str | None, near: wire.Coordinates | None, limit: int
    ) -> tuple[wire.Point, ...]:
        """Points that offer a category, in a division or nearest first; all of them where nothing is said."""
        query: dict[str, str | int] = {"limit": limit}
        if category is not None:
            query["category"] = category
        if division is not None:
            query["division"] = division
        if near is not None:
            query["near"] = _degrees(near)
        return (await self.get("/v1/points", wire.Listing[wire.Point], query)).items

    async def point(self, point_id: UUID) -> wire.Point:
        """One point."""
        return await self.get(f"/v1/points/{point_id}", wire.Point)

    async def slots(self, wanted: SlotQuery, limit: int) -> tuple[wire.Slot, ...]:
        """Slots that can be booked now: nearest first when asked near a place, else soonest first."""
        query: dict[str, str | int] = {
            "from": wanted.start_from.isoformat(),
            "limit": limit,
        }
        if not wanted.full_too:
            query |= {"available": "true", "party": wanted.party}
        if wanted.start_before is not None:
            query["to"] = wanted.start_before.isoformat()
        if wanted.category is not None:
            query["category"] = wanted.category
        if wanted.service is not None:
            query["service"] = str(wanted.service)
        if wanted.division is not None:
            query["division"] = wanted.division
        if wanted.near is not None:
            query["near"] = _degrees(wanted.near)
            query["sort"] = "nearest"
        return (await self.get("/v1/slots", wire.Listing[wire.Slot], query)).items

    async def slot(self, slot_id: UUID) -> wire.Slot:
        """One slot."""
        return await self.get(f"/v1/slots/{slot_id}", wire.Slot)

    async def book(self, slot_id: UUID, party: int, attendee_id: UUID | None) -> wire.Booking:
        """Book places, for myself or for somebody of my household."""
        body: dict[str, JsonValue] = {"slot_id": str(slot_id), "party": party}
        if attendee_id is not None:
            body["attendee_id"] = str(attendee_id)
        return await self.post("/v1/bookings", wire.Booking, body)

    async def bookings(self, limit: int) -> tuple[wire.Booking, ...]:
        """My upcoming bookings, soonest first."""
        query: dict[str, str | int] = {"when": "upcoming", "limit": limit}
        return (await self.get("/v1/bookings", wire.Listing[wire.Booking], query)).items

    async def booking(self, booking_id: UUID) -> wire.Booking:
        """One booking."""
        return await self.get(f"/v1/bookings/{booking_id}", wire.Booking)

    async def cancel(self, booking_id: UUID) -> wire.Booking:
        """Cancel a booking."""
        return await self.post(f"/v1/bookings/{booking_id}/cancel", wire.Booking, None)

    async def move(self, booking_id: UUID, slot_id: UUID) -> wire.Booking:
        """Move a booking to another slot."""
        return await self.post(f"/v1/bookings/{booking_id}/move", wire.Booking, {"slot_id": str(slot_id)})

    async def wait(self, slot_id: UUID, party: int, attendee_id: UUID | None) -> wire.WaitlistEntry:
        """Wait for places in a full slot, for myself or for somebody of my household."""
        body: dict[str, JsonValue] = {"slot_id": str(slot_id), "party": party}
        if attendee_id is not None:
            body["attendee_id"] = str(attendee_id)
        return await self.post("/v1/waitlist", wire.WaitlistEntry, body)

    async def waiting(self) -> tuple[wire.WaitlistEntry, ...]:
        """What I wait for, soonest first (at most 100)."""
        return (await self.get("/v1/waitlist", wire.Listing[wire.WaitlistEntry], {"limit": 100})).items

    async def leave(self, entry_id: UUID) -> wire.WaitlistEntry:
        """Give up my turn."""
        return await self.post(f"/v1/waitlist/{entry_id}/leave", wire.WaitlistEntry, None)

    async def accept(self, offer_id: UUID) -> wire.Booking:
        """Take the places of an offer."""
        return await self.post(f"/v1/offers/{offer_id}/accept", wire.Booking, None)

    async def decline(self, offer_id: UUID) -> wire.WaitlistEntry:
        """Say no to an offer, which ends the waiting."""
        return await self.post(f"/v1/offers/{offer_id}/decline", wire.WaitlistEntry, None)


def _degrees(place: wire.Coordinates) -> str:
    """Coordinates as the API reads them; six decimals are a tenth of a metre."""
    return f"{place.latitude:.6f},{place.longitude:.6f}"
