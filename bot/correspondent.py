"""What somebody does in conversations with people, on either side."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from pydantic import JsonValue

from bot import wire
from bot.asking import Asking
from bot.wire.threads import HelpDesk, Thread, ThreadPage, Written


class Correspondent(Asking):
    """One person in conversations, within one update."""

    __slots__ = ()

    async def help_desk(self, point: UUID | None) -> HelpDesk:
        """Who would answer me."""
        return await self.get("/v1/help-desk", HelpDesk, {} if point is None else {"point": str(point)})

    async def open_thread(self, point: UUID | None, text: str, files: Sequence[UUID] = ()) -> Written:
        """Write to whoever answers, and send what was taken in before."""
        body: dict[str, JsonValue] = {"text": text, "attachments": [str(file) for file in files]}
        if point is not None:
            body["point_id"] = str(point)
        return await self.post("/v1/threads", Written, body)

    async def say(self, thread: UUID, text: str, files: Sequence[UUID] = ()) -> Written:
        """Say something in a conversation, and send what was taken in before."""
        body: dict[str, JsonValue] = {"text": text, "attachments": [str(file) for file in files]}
        return await self.post(f"/v1/threads/{thread}/messages", Written, body)

    async def file(self, id_: UUID) -> tuple[bytes, str]:
        """A photo or voice note, and what it is."""
        return await self.api.file(self.user, f"/v1/attachments/{id_}", language=self.language)

    async def threads(self, role: Literal["resident", "owner"], which: str, limit: int) -> tuple[Thread, ...]:
        """My conversations, or those that I answer; the last used first."""
        query: dict[str, str | int] = {"role": role, "which": which, "limit": limit}
        return (await self.get("/v1/threads", wire.Listing[Thread], query)).items

    async def thread(self, thread: UUID, limit: int, cursor: str | None = None) -> ThreadPage:
        """One conversation, with what was said last, or before that."""
        query: dict[str, str | int] = {"limit": limit}
        if cursor is not None:
            query["cursor"] = cursor
        return await self.get(f"/v1/threads/{thread}", ThreadPage, query)

    async def seen(self, thread: UUID, number: int) -> Thread:
        """Say how far I have read."""
        return await self.post(f"/v1/threads/{thread}/seen", Thread, {"number": number})

    async def take(self, thread: UUID) -> Thread:
        """Answer for a conversation."""
        return await self.post(f"/v1/threads/{thread}/take", Thread)

    async def hand_on(self, thread: UUID, person: UUID | None) -> Thread:
        """Hand a conversation on: to a person, or to the next level."""
        body: dict[str, JsonValue] = {} if person is None else {"person_id": str(person)}
        return await self.post(f"/v1/threads/{thread}/hand-on", Thread, body)

    async def close(self, thread: UUID, number: int) -> Thread:
        """End a conversation that I have read up to a number."""
        return await self.post(f"/v1/threads/{thread}/close", Thread, {"number": number})
