"""Notices as the bot claims and acknowledges them."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from models.shapes.base import Shape, Time
from models.vocabulary import Channel, Language, NoticeKind


class NoticeClaim(Shape):
    """How many due notices a bot can take now. `addresses` limits the claim to those people (the chat page)."""

    channel: Channel
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    addresses: Annotated[list[str], Field(max_length=2000)] | None = None


class NoticeView(Shape):
    """A claimed notice: to be sent to `address` before the lease runs out."""

    id: UUID
    kind: NoticeKind
    channel: Channel
    address: str
    language: Language
    large_text: bool
    person_id: UUID
    due_at: Time
    lease_until: Time
    data: dict[str, Any]


class NoticeFailure(Shape):
    """Why a notice could not be sent; `blocked` when the person blocked the bot."""

    error: Annotated[str, Field(max_length=500)]
    retry_after_s: Annotated[float, Field(ge=0, le=86400)] | None = None
    blocked: bool = False
