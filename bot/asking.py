"""One person's calls of the public API within one update: what every kind of caller shares."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from pydantic import JsonValue

from bot import wire
from bot.api import Api, ChatUser
from bot.replies import Incoming, Language

V = TypeVar("V", bound=wire.View)

Query = Mapping[str, str | int]
Body = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Asking:
    """One person, acting within one update. Subclasses say what a resident, a volunteer, a manager can do.

    `update_key` names the update: what it creates carries keys made of it, so a redelivered update creates once.
    All methods raise `ApiProblem` when the API says no and `Unreachable` when it cannot be asked.
    """

    api: Api
    user: ChatUser
    update_key: str
    language: Language

    @classmethod
    def of(cls, api: Api, incoming: Incoming) -> Self:
        """The person who did something in a chat."""
        user = ChatUser(incoming.channel, incoming.user_id, incoming.name, incoming.language)
        return cls(api, user, incoming.update_key, incoming.language)

    @classmethod
    def like(cls, other: "Asking") -> Self:
        """The same person in the same update, asking in another capacity."""
        return cls(other.api, other.user, other.update_key, other.language)

    def speaking(self, language: Language) -> Self:
        """The same person, answered in their own language."""
        return replace(self, language=language)

    async def get(self, path: str, view: type[V], query: Query | None = None) -> V:
        """Read."""
        return await self.api.call(self.user, "GET", path, view, language=self.language, query=query)

    async def get_versioned(self, path: str, view: type[V], query: Query | None = None) -> tuple[V, str]:
        """Read, with the version (ETag) that an edit then names."""
        return await self.api.call_versioned(self.user, path, view, language=self.language, query=query)

    async def post(self, path: str, view: type[V], body: Body | None = None, *, part: str = "") -> V:
        """Do or create something, once however often the update is delivered. `part` tells apart several calls of one
        path within one update."""
        said = "\n".join((self.user.channel, self.user.user_id, self.update_key, path + part))
        key = hashlib.sha256(said.encode()).hexdigest()
        return await self.api.call(
            self.user, "POST", path, view, language=self.language, body=body, idempotency_key=key
        )

    async def patch(self, path: str, view: type[V], body: Body, *, version: str | None = None) -> V:
        """Edit; where `version` is named, only if nothing has changed since (ApiProblem with status 412 if it has)."""
        return await self.api.call(
            self.user, "PATCH", path, view, language=self.language, body=body, if_match=version
        )

    async def put(self, path: str, view: type[V], body: Body) -> V:
        """Set."""
        return await self.api.call(self.user, "PUT", path, view, language=self.language, body=body)

    async def delete(self, path: str, body: Body | None = None) -> None:
        """Take away."""
        await self.api.call(self.user, "DELETE", path, None, language=self.language, body=body)

    async def download(self, path: str, query: Query | None = None) -> bytes:
        """A file, as it is."""
        return await self.api.download(self.user, path, language=self.language, query=query)

    async def upload(self, path: str, view: type[V], content: bytes, *, media_type: str, part: str = "") -> V:
        """Send a file as the body of a request that creates, once as `post` does."""
        said = "\n".join((self.user.channel, self.user.user_id, self.update_key, path + part))
        key = hashlib.sha256(said.encode()).hexdigest()
        return await self.api.upload(
            self.user, path, view, content, media_type=media_type, language=self.language, idempotency_key=key
        )

    async def me(self) -> wire.Me:
        """Who I am."""
        return await self.get("/v1/me", wire.Me)

    async def keep_draft(self, kind: str, data: Body, minutes: int = 30) -> None:
        """What the next thing said is for; in place of any draft there was. It ends by itself after `minutes`."""
        await self.put("/v1/me/draft", wire.View, {"kind": kind, "data": dict(data), "minutes": minutes})

    async def drop_draft(self) -> None:
        """What is said next is for nothing in particular."""
        await self.delete("/v1/me/draft")
