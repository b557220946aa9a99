"""What the people of a point can do, each as one call of the public API."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeVar
from uuid import UUID

from pydantic import JsonValue

from bot import wire
from bot.asking import Asking, Body
from bot.wire import managing as view

V = TypeVar("V", bound=wire.View)

Affected = Literal["keep", "move", "cancel"]
"""What becomes of those who no longer fit."""


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when, of one service or (None) of all."""

    start: datetime
    end: datetime
    service: UUID | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """To whom a message goes: those booked in a slot, or on a day."""

    slot: UUID | None = None
    day: date | None = None


class Manager(Asking):
    """Somebody who keeps a point, acting within one update."""

    __slots__ = ()

    async def day(self, point_id: UUID, on: date) -> view.PointDay:
        """One day of a point, with who comes."""
        return await self.get(f"/v1/points/{point_id}/day", view.PointDay, {"date": on.isoformat()})

    async def slot(self, slot_id: UUID) -> view.KeptSlot:
        """One slot."""
        return await self.get(f"/v1/slots/{slot_id}", view.KeptSlot)

    async def slot_with_version(self, slot_id: UUID) -> tuple[view.KeptSlot, str]:
        """One slot, and the version that an edit names."""
        return await self.get_versioned(f"/v1/slots/{slot_id}", view.KeptSlot)

    async def points(self, text: str, division: str | None) -> tuple[wire.Point, ...]:
        """Points by a part of their name or address."""
        query: dict[str, str | int] = {"q": text, "limit": 20}
        if division is not None:
            query["division"] = division
        return (await self.get("/v1/points", wire.Listing[wire.Point], query)).items

    async def services(self, point_id: UUID) -> tuple[view.PointService, ...]:
        """The services of a point."""
        return (
            await self.get(f"/v1/points/{point_id}/services", wire.Listing[view.PointService], {"limit": 100})
        ).items

    async def impact(self, slot_id: UUID, capacity: int | None) -> view.Impact:
        """What so many places, or (None) closing, would mean."""
        query: dict[str, str | int] = {"status": "closed"} if capacity is None else {"capacity": capacity}
        return await self.get(f"/v1/slots/{slot_id}/impact", view.Impact, query)

    async def set_places(
        self, slot_id: UUID, capacity: int, affected: Affected | None, version: str
    ) -> view.KeptSlot:
        """Change how many places there are, if nobody has meanwhile."""
        body: dict[str, JsonValue] = {"capacity": capacity, "affected": affected}
        return await self.patch(f"/v1/slots/{slot_id}", view.KeptSlot, body, version=version)

    async def set_open(
        self, slot_id: UUID, is_open: bool, affected: Affected | None, version: str
    ) -> view.KeptSlot:
        """Open or close a slot, if nobody has changed it meanwhile."""
        body: dict[str, JsonValue] = {"status": "open" if is_open else "closed", "affected": affected}
        return await self.patch(f"/v1/slots/{slot_id}", view.KeptSlot, body, version=version)

    async def closures(self, point_id: UUID) -> tuple[view.Closure, ...]:
        """Closures that are not over, soonest first (at most 100)."""
        found = await self.get(f"/v1/points/{point_id}/closures", wire.Listing[view.Closure], {"limit": 100})
        return found.items

    async def closure_impact(self, point_id: UUID, span: Span) -> view.ClosureImpact:
        """What closing would mean."""
        query: dict[str, str | int] = {"start": span.start.isoformat(), "end": span.end.isoformat()}
        if span.service is not None:
            query["service"] = str(span.service)
        return await self.get(f"/v1/points/{point_id}/closures/impact", view.ClosureImpact, query)

    async def close(self, point_id: UUID, span: Span, reason: str, *, once: int) -> view.ClosureMade:
        """Close for a while, and tell everybody."""
        body: dict[str, JsonValue] = {
            "start": span.start.isoformat(),
            "end": span.end.isoformat(),
            "service_id": None if span.service is None else str(span.service),
            "reason": reason,
        }
        return await self._post_once(f"/v1/points/{point_id}/closures", view.ClosureMade, body, once)

    async def lift(self, closure_id: UUID) -> view.ClosureLifted:
        """End a closure."""
        return await self.api.call(
            self.user,
            "DELETE",
            f"/v1/closures/{closure_id}",
            view.ClosureLifted,
            language=self.language,
        )

    async def open_extra(self, service_id: UUID, span: Span, capacity: int, *, once: int) -> view.SlotsMade:
        """Open once more than the rules say."""
        body: dict[str, JsonValue] = {
            "start": span.start.isoformat(),
            "end": span.end.isoformat(),
            "capacity": capacity,
        }
        return await self._post_once(f"/v1/services/{service_id}/extra-openings", view.SlotsMade, body, once)

    async def check_in_code(self, code: str, point_id: UUID | None) -> view.Arrived:
        """Check in whoever says this code."""
        return await self._check_in({"code": code}, point_id)

    async def check_in_ticket(self, qr: str, point_id: UUID | None) -> view.Arrived:
        """Check in whoever shows the ticket with this QR code."""
        return await self._check_in({"qr": qr}, point_id)

    async def check_in_name(self, name: str, point_id: UUID) -> view.Arrived:
        """Check in whoever has this name, if it is one only."""
        return await self._check_in({"name": name}, point_id)

    async def _check_in(self, said: Body, point_id: UUID | None) -> view.Arrived:
        body = dict(said) if point_id is None else {**said, "point_id": str(point_id)}
        return await self.post("/v1/check-in", view.Arrived, body, part=json.dumps(body, sort_keys=True))

    async def came(self, booking_id: UUID, reason: str = "") -> view.Arrived:
        """Note that a party came; after the end with a reason."""
        return await self.post(f"/v1/bookings/{booking_id}/check-in", view.Arrived, {"reason": reason})

    async def stayed_away(self, booking_id: UUID) -> view.Arrived:
        """Note that nobody came."""
        return await self.post(f"/v1/bookings/{booking_id}/no-show", view.Arrived)

    async def find_people(self, text: str) -> tuple[view.FoundPerson, ...]:
        """People whose name begins so, or whose number it is."""
        query: dict[str, str | int] = {"q": text, "limit": 5}
        return (await self.get("/v1/people", wire.Listing[view.FoundPerson], query)).items

    async def take_in(
        self, slot_id: UUID, party: int, *, person: UUID | None, name: str, once: int
    ) -> view.Arrived:
        """Let in a party without a booking: somebody known, or somebody by name."""
        body: dict[str, JsonValue] = {"party": party}
        if person is not None:
            body["person_id"] = str(person)
        else:
            body["name"] = name
        return await self._post_once(f"/v1/slots/{slot_id}/walk-ins", view.Arrived, body, once)

    async def queue(self, slot_id: UUID) -> view.Queue:
        """How the queue stands."""
        return await self.get(f"/v1/slots/{slot_id}/queue", view.Queue)

    async def serve_next(self, slot_id: UUID, after: int) -> view.Queue:
        """Call the number after `after`; asked again for the same, nobody else is called."""
        return await self._post_once(f"/v1/slots/{slot_id}/serve-next", view.Queue, None, after)

    async def kitchen(self, slot_id: UUID) -> view.KitchenList:
        """What to cook."""
        return await self.get(f"/v1/slots/{slot_id}/kitchen-list", view.KitchenList)

    async def coverage(self, point_id: UUID, first: date, last: date) -> view.Coverage:
        """The shifts of some days, both included, with what is missing."""
        query: dict[str, str | int] = {"first": first.isoformat(), "last": last.isoformat()}
        return await self.get(f"/v1/points/{point_id}/coverage", view.Coverage, query)

    async def shift(self, shift_id: UUID) -> view.KeptShift:
        """One shift."""
        return await self.get(f"/v1/shifts/{shift_id}", view.KeptShift)

    async def helpers(self, shift_id: UUID) -> tuple[view.Helper, ...]:
        """Everybody on a shift."""
        return (await self.get(f"/v1/shifts/{shift_id}/signups", wire.Listing[view.Helper])).items

    async def helper(self, signup_id: UUID) -> view.Helper:
        """One place on a shift."""
        return await self.get(f"/v1/signups/{signup_id}", view.Helper)

    async def plan_shift(
        self, point_id: UUID, span: Span, *, role: str, title: str, needed: int, once: int
    ) -> view.KeptShift:
        """Make a shift that volunteers see at once."""
        body: dict[str, JsonValue] = {
            "start": span.start.isoformat(),
            "end": span.end.isoformat(),
            "role": role,
            "title": title,
            "needed": needed,
            "minimum": 1,
            "publish": True,
        }
        return await self._post_once(f"/v1/points/{point_id}/shifts", view.KeptShift, body, once)

    async def publish(self, point_id: UUID, shift_id: UUID) -> None:
        """Show a draft to volunteers."""
        await self.post(f"/v1/points/{point_id}/shifts/publish", wire.View, {"shift_ids": [str(shift_id)]})

    async def call_off(self, shift_id: UUID) -> view.KeptShift:
        """Call a shift off."""
        return await self.post(f"/v1/shifts/{shift_id}/cancel", view.KeptShift)

    async def confirm(self, signup_id: UUID) -> view.Helper:
        """Say yes to an application."""
        return await self.post(f"/v1/signups/{signup_id}/confirm", view.Helper)

    async def refuse(self, signup_id: UUID) -> view.Helper:
        """Say no to an application, or take a place back."""
        return await self.post(f"/v1/signups/{signup_id}/refuse", view.Helper)

    async def helper_came(self, signup_id: UUID) -> view.Helper:
        """Note that a volunteer came."""
        return await self.post(f"/v1/signups/{signup_id}/check-in", view.Helper)

    async def helper_went(self, signup_id: UUID) -> view.Helper:
        """Note that a volunteer went."""
        return await self.post(f"/v1/signups/{signup_id}/check-out", view.Helper)

    async def verify(self, signup_id: UUID, minutes: int, reason: str) -> view.Helper:
        """Say how long somebody served; `reason` where that was said before."""
        body: dict[str, JsonValue] = {"minutes": minutes, "reason": reason}
        return await self.post(f"/v1/signups/{signup_id}/verify", view.Helper, body)

    async def excuse(self, signup_id: UUID) -> view.Helper:
        """Excuse an absence."""
        return await self.post(f"/v1/signups/{signup_id}/excuse", view.Helper, {})

    async def codes(self, shift_id: UUID) -> view.ShiftCodes:
        """What to show at the point."""
        return await self.get(f"/v1/shifts/{shift_id}/codes", view.ShiftCodes)

    async def code_picture(self, shift_id: UUID, way: Literal["in", "out"]) -> bytes:
        """The same as a picture (PNG)."""
        return await self.download(f"/v1/shifts/{shift_id}/codes/{way}.png")

    async def ask_impact(self, shift_id: UUID) -> view.AskImpact:
        """Whom asking now would reach."""
        return await self.get(f"/v1/shifts/{shift_id}/asks/impact", view.AskImpact)

    async def ask_for_hands(self, shift_id: UUID, *, once: int) -> view.AsksMade:
        """Have matching people asked now."""
        return await self._post_once(f"/v1/shifts/{shift_id}/asks", view.AsksMade, {}, once)

    async def suggest(self, point_id: UUID, first: date, last: date) -> view.Suggestion:
        """A roster for some days; it changes nothing, and takes some seconds."""
        body: dict[str, JsonValue] = {"first": first.isoformat(), "last": last.isoformat()}
        return await self.post(f"/v1/points/{point_id}/roster-suggestion", view.Suggestion, body)

    async def propose(
        self, point_id: UUID, choices: Sequence[tuple[UUID, UUID]], *, once: int
    ) -> view.Proposals:
        """Ask the volunteers of a suggestion: shift and person of each."""
        chosen: list[JsonValue] = [
            {"shift_id": str(shift), "person_id": str(person)} for shift, person in choices
        ]
        path = f"/v1/points/{point_id}/roster-suggestion/apply"
        return await self._post_once(path, view.Proposals, {"choices": chosen}, once)

    async def message_impact(self, point_id: UUID, audience: Audience) -> view.MessageImpact:
        """Whom a message would reach."""
        query: dict[str, str | int] = {}
        if audience.slot is not None:
            query["slot"] = str(audience.slot)
        if audience.day is not None:
            query["day"] = audience.day.isoformat()
        return await self.get(f"/v1/points/{point_id}/messages/impact", view.MessageImpact, query)

    async def send_message(
        self, point_id: UUID, audience: Audience, text: str, *, once: int
    ) -> view.MessageSent:
        """Write to everybody booked."""
        body: dict[str, JsonValue] = {
            "text": text,
            "slot_id": None if audience.slot is None else str(audience.slot),
            "day": None if audience.day is None else audience.day.isoformat(),
        }
        return await self._post_once(f"/v1/points/{point_id}/messages", view.MessageSent, body, once)

    async def set_summaries(self, opted_out: Sequence[str]) -> wire.Me:
        """Do without these groups of notices."""
        return await self.patch("/v1/me", wire.Me, {"opted_out": list(opted_out)})

    async def _post_once(self, path: str, kind: type[V], body: Body | None, once: int) -> V:
        """Do what one screen asked for, once, however often its button is pressed or the press is delivered.

        `once` is the screen's own number; the key also holds what is asked for, so that another order is another one.
        """
        said = [self.user.channel, self.user.user_id, path, once, None if body is None else dict(body)]
        key = hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
        return await self.api.call(
            self.user, "POST", path, kind, language=self.language, body=body, idempotency_key=key
        )
