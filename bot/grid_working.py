"""What those who answer in the grid can ask, each as one call of the public API."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from bot import wire
from bot.requesting import Requester
from bot.wire import requests as views


class Takers(wire.Listing[views.Taker]):
    """Who could take a request over."""


class Cells(wire.Listing[views.Cell]):
    """A page of cells."""


class Absences(wire.Listing[views.Absence]):
    """A page of absences."""


class GridWorker(Requester):
    """One person who answers, within one update."""

    __slots__ = ()

    async def takers(self, id_: UUID) -> Sequence[views.Taker]:
        """Who could take a request over."""
        return (await self.get(f"/v1/requests/{id_}/takers", Takers)).items

    async def cells(self) -> Sequence[views.Cell]:
        """The cells for which I answer."""
        return (await self.get("/v1/cells", Cells, {"mine": "true", "limit": 100})).items

    async def absences(self, me: UUID) -> Sequence[views.Absence]:
        """When I am away."""
        return (await self.get(f"/v1/people/{me}/absences", Absences)).items

    async def go_away(self, me: UUID, first: date, last: date) -> views.Absence:
        """Be away on some days, both inclusive."""
        body = {"first": first.isoformat(), "last": last.isoformat()}
        return await self.post(f"/v1/people/{me}/absences", views.Absence, body)

    async def be_back(self, absence: UUID) -> None:
        """Be there after all."""
        await self.delete(f"/v1/absences/{absence}")
