"""What a channel told the bot, as the API keeps it: recorded first, then claimed, dealt with and reported on.

The API keeps each chat's order and gives a chat's update to one process only, so any number of processes may record and
work at once (decision 0031).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from pydantic import JsonValue

from bot.api import Api
from bot.replies import Channel
from bot.wire.updates import Claim, Claims, Lost, Receipt


class UpdateDesk(Protocol):
    """Where updates are kept. All methods raise `bot.api.ApiProblem` and `bot.api.Unreachable`."""

    async def record(self, update_id: int, chat: str, payload: str, *, take: bool) -> Claim | None:
        """Keep an update; afterwards it will be dealt with, whatever dies. With `take`, what is next in its chat is
        claimed, if anything may be.
        """

    async def claim(self, limit: int) -> Sequence[Claim]:
        """Claim what is to be done, at most one update a chat."""

    async def hold(self, claims: Sequence[Claim]) -> Collection[UUID]:
        """These are still being dealt with. Returns those that are not ours any more, by their ids."""

    async def done(self, claim: Claim, *, answered: bool, take: bool) -> Claim | None:
        """An update was dealt with; with `take`, the next one of its chat is claimed."""

    async def failed(
        self, claim: Claim, error: str, *, retry_after_s: float | None = None, set_aside: bool = False
    ) -> None:
        """An update could not be dealt with, for now or (`set_aside`) for good."""


@dataclass(frozen=True, slots=True)
class ApiUpdateDesk:
    """The `UpdateDesk` of one channel, kept by the API."""

    api: Api
    channel: Channel

    async def record(self, update_id: int, chat: str, payload: str, *, take: bool) -> Claim | None:
        """Keep an update."""
        body: dict[str, JsonValue] = {
            "channel": self.channel,
            "update_id": update_id,
            "chat": chat,
            "payload": payload,
            "take": take,
        }
        return (await self.api.ask_as_service("/v1/chat-updates", body, Receipt)).taken

    async def claim(self, limit: int) -> Sequence[Claim]:
        """Claim what is to be done."""
        body: dict[str, JsonValue] = {"channel": self.channel, "limit": limit}
        return (await self.api.ask_as_service("/v1/chat-updates/claim", body, Claims)).items

    async def hold(self, claims: Sequence[Claim]) -> Collection[UUID]:
        """These are still being dealt with."""
        items: list[JsonValue] = [{"id": str(one.id), "attempt": one.attempt} for one in claims]
        answer = await self.api.ask_as_service("/v1/chat-updates/held", {"items": items}, Lost)
        return frozenset(answer.lost)

    async def done(self, claim: Claim, *, answered: bool, take: bool) -> Claim | None:
        """An update was dealt with."""
        body: dict[str, JsonValue] = {"attempt": claim.attempt, "answered": answered, "take": take}
        return (await self.api.ask_as_service(f"/v1/chat-updates/{claim.id}/done", body, Receipt)).taken

    async def failed(
        self, claim: Claim, error: str, *, retry_after_s: float | None = None, set_aside: bool = False
    ) -> None:
        """An update could not be dealt with."""
        body: dict[str, JsonValue] = {
            "attempt": claim.attempt,
            "error": error[:500],
            "retry_after_s": retry_after_s,
            "set_aside": set_aside,
        }
        await self.api.tell_as_service(f"/v1/chat-updates/{claim.id}/failed", body)

    async def reach(self, user_id: str, blocked: bool) -> None:
        """Somebody blocked the bot, or lets it write to them again."""
        body: dict[str, JsonValue] = {"channel": self.channel, "user_id": user_id, "blocked": blocked}
        await self.api.tell_as_service("/v1/chat-reach", body)
