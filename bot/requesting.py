"""What a person can ask of requests and wishes, each as one call of the public API."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from pydantic import JsonValue

from bot import wire
from bot.asking import Asking
from bot.wire import requests as views

Draft = Mapping[str, JsonValue]


class Requests(wire.Listing[views.Request]):
    """A page of requests."""


class Wishes(wire.Listing[views.Wish]):
    """A page of wishes."""


class Requester(Asking):
    """One person with requests and wishes, within one update."""

    __slots__ = ()

    async def preview(self, draft: Draft) -> views.Preview:
        """What would become of it, and what neighbours have said."""
        return await self.post("/v1/requests/similar", views.Preview, draft)

    async def send(self, draft: Draft) -> views.RequestWhole:
        """Send it."""
        return await self.post("/v1/requests", views.RequestWhole, draft)

    async def request(self, id_: UUID) -> views.RequestWhole:
        """One request, with its history."""
        return await self.get(f"/v1/requests/{id_}", views.RequestWhole)

    async def requests(self, role: str, limit: int) -> Sequence[views.Request]:
        """Requests as what the person is to them: asker, follower, owner, taker."""
        return (await self.get("/v1/requests", Requests, {"role": role, "limit": limit})).items

    async def follow(self, id_: UUID, text: str) -> views.RequestWhole:
        """Say the same as a neighbour."""
        return await self.post(f"/v1/requests/{id_}/follow", views.RequestWhole, {"text": text})

    async def act(self, id_: UUID, verb: str, body: Draft | None = None) -> views.RequestWhole:
        """Do something to a request, which is shown as it then is."""
        return await self.post(f"/v1/requests/{id_}/{verb}", views.RequestWhole, body)

    async def let_go(self, id_: UUID, verb: str, text: str = "") -> None:
        """Do something after which the person may know no more of it."""
        path = f"/v1/requests/{id_}/{verb}"
        body = {"text": text} if verb != "unfollow" else None
        await self.api.call(self.user, "POST", path, None, language=self.language, body=body)

    async def attach(self, content: bytes, media_type: str, part: str = "") -> views.Sent:
        """Send a photo or voice note, for a request to take."""
        return await self.upload("/v1/attachments", views.Sent, content, media_type=media_type, part=part)

    async def attachment(self, id_: UUID) -> bytes:
        """The bytes of an attachment."""
        return await self.download(f"/v1/attachments/{id_}")

    async def wishes(self, limit: int) -> Sequence[views.Wish]:
        """Wishes that one can take in hand."""
        return (await self.get("/v1/wishes", Wishes, {"limit": limit})).items

    async def my_wishes(self) -> Sequence[views.Wish]:
        """Wishes that I have in hand."""
        return (await self.get("/v1/me/wishes", Wishes)).items

    async def about_wish(self, id_: UUID, verb: str, body: Draft | None = None) -> views.RequestWhole:
        """Claim, fulfil or confirm a wish."""
        return await self.post(f"/v1/wishes/{id_}/{verb}", views.RequestWhole, body)

    async def give_wish_back(self, id_: UUID) -> None:
        """Cannot fulfil it after all."""
        path = f"/v1/wishes/{id_}/give-back"
        await self.api.call(self.user, "POST", path, None, language=self.language, body={"text": ""})
