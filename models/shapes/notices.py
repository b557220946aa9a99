"""Notices as the bot claims and acknowledges them."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from models.shapes.base import Named, Page, Shape, Time
from models.vocabulary import Channel, Language, NoticeKind, NoticeStatus


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


class NoticesClaimed(Page[NoticeView]):
    """Claimed notices, all in this one answer."""

    wait_s: float
    """Seconds until the channel may be given more; asking earlier is no use."""


class NoticeFailure(Shape):
    """Why a notice could not be sent: `blocked` when the person blocked the bot, `permanent` when no repetition helps."""

    error: Annotated[str, Field(max_length=500)]
    retry_after_s: Annotated[float, Field(ge=0, le=86400)] | None = None
    blocked: bool = False
    permanent: bool = False


class NoticeRecord(Shape):
    """A notice as staff see it: what became of it, and nothing of what it says."""

    id: UUID
    kind: NoticeKind
    status: NoticeStatus
    person: Named
    channel: Channel | None
    booking_id: UUID | None
    due_at: Time
    expires_at: Time
    attempts: int
    finished_at: Time | None
    last_error: str | None
