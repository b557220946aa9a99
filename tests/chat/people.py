"""Who the story is about: somebody in a chat, whatever carries it, and the manager of a point."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any, Protocol
from uuid import UUID

import httpx

from scheduling.demo.seed import DEMO_PASSWORD
from tests.chat.town import Town

QUIET_S = 2.2
"""So long nothing more may come: more than two rounds of the delivery, which asks every second."""


class Resident(Protocol):
    """Somebody in a chat with the bot."""

    taps: int
    """How often they have tapped since the greeting."""

    async def greet(self) -> str:
        """Say hello; the words of the screen that answers."""

    async def tap(self, label: str) -> str:
        """Tap the button of the newest screen whose label has this in it; the words of the screen that answers."""

    async def code(self) -> str:
        """The code on the ticket that is shown."""

    async def await_reminder(self) -> str:
        """Wait until a reminder comes by itself; its words. It is the newest screen then."""

    async def reminders(self) -> int:
        """How many reminders there are, after `QUIET_S` in which one more could have come."""


class Manager:
    """The manager of a point, at work over the public API."""

    def __init__(self, http: httpx.AsyncClient, token: str, point_id: UUID) -> None:
        self._http = http
        self._signed_in = {"Authorization": f"Bearer {token}"}
        self._point_id = point_id

    async def day(self, on: date) -> list[dict[str, Any]]:
        """The slots of a day, with their bookings."""
        answer = await self._http.get(
            f"/v1/points/{self._point_id}/day", params={"date": on.isoformat()}, headers=self._signed_in
        )
        answer.raise_for_status()
        slots: list[dict[str, Any]] = answer.json()["slots"]
        return slots

    async def version(self, slot_id: UUID) -> str:
        """The ETag of a slot as it is now."""
        answer = await self._http.get(f"/v1/slots/{slot_id}", headers=self._signed_in)
        answer.raise_for_status()
        return answer.headers["ETag"]

    async def set_capacity(self, slot_id: UUID, capacity: int, *, seen: str | None) -> httpx.Response:
        """Set a slot's capacity, on the condition that it is still as it was seen."""
        condition = {} if seen is None else {"If-Match": seen}
        return await self._http.patch(
            f"/v1/slots/{slot_id}", json={"capacity": capacity}, headers={**self._signed_in, **condition}
        )


@asynccontextmanager
async def manager_of(town: Town, point_id: UUID) -> AsyncIterator[Manager]:
    """The point's manager, signed in by name and password."""
    async with town.program.client() as http:
        form = {"username": await town.manager_of(point_id), "password": DEMO_PASSWORD}
        answer = await http.post("/v1/auth/token", data=form)
        answer.raise_for_status()
        yield Manager(http, answer.json()["access_token"], point_id)
