"""What a person can ask of their own data, each as one call of the public API."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from pydantic import JsonValue

from bot import wire
from bot.asking import Asking
from bot.wire import myself as views


class Myself(Asking):
    """One person and their data, within one update."""

    __slots__ = ()

    async def data(self) -> views.MyData:
        """What is stored about me."""
        return await self.get("/v1/me", views.MyData)

    async def change(self, changes: Mapping[str, JsonValue]) -> None:
        """Change some of it."""
        await self.patch("/v1/me", wire.View, changes)

    async def birthday(self, born: date) -> views.Birthday:
        """What being born on a day would mean."""
        return await self.post("/v1/me/birthday/preview", views.Birthday, {"birth_date": born.isoformat()})

    async def addresses(self) -> tuple[views.Address, ...]:
        """Where I am told things besides the chat."""
        return (await self.get("/v1/me/addresses", wire.Listing[views.Address])).items

    async def name_address(self, channel: str, address: str) -> views.Address:
        """Have a code sent to an address."""
        return await self.post("/v1/me/addresses", views.Address, {"channel": channel, "address": address})

    async def confirm_address(self, channel: str, code: str) -> views.Address:
        """Give the code back that was sent there."""
        return await self.post("/v1/me/addresses/confirm", views.Address, {"channel": channel, "code": code})

    async def forget_address(self, channel: str) -> None:
        """Be told nothing there any more."""
        await self.delete(f"/v1/me/addresses/{channel}")

    async def withdraw_consent(self, purpose: str) -> views.ConsentWithdrawn:
        """Take a consent back."""
        return await self.api.call(
            self.user,
            "DELETE",
            f"/v1/me/consents/{purpose}",
            views.ConsentWithdrawn,
            language=self.language,
        )

    async def export(self, form: str) -> bytes:
        """Everything about me as a file: `json` for programs, `html` to be read."""
        path = "/v1/me/export" if form == "json" else "/v1/me/export.html"
        return await self.download(path)

    async def erase(self) -> views.Erasure:
        """Be forgotten."""
        return await self.api.call(
            self.user,
            "DELETE",
            "/v1/me",
            views.Erasure,
            language=self.language,
            query={"confirm": "erase"},
        )

    async def make_link_code(self) -> views.LinkCode:
        """A code by which another chat is mine as well."""
        return await self.post("/v1/me/link-codes", views.LinkCode)

    async def chats(self) -> tuple[views.MyChat, ...]:
        """In which chats I am this person."""
        return (await self.get("/v1/me/chats", wire.Listing[views.MyChat])).items

    async def unlink(self, chat: UUID) -> None:
        """Part with a chat."""
        await self.delete(f"/v1/me/chats/{chat}")

    async def link(self, code: str, *, confirmed: bool) -> views.Linking:
        """Say what a code means for this chat, or link the chat by it."""
        return await self.api.link(self.user, code, confirmed=confirmed, language=self.language)
