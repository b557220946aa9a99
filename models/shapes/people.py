"""Signing in and one's own data, as the API shows and takes them."""

import json
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, JsonValue, field_validator

from models.shapes.base import Area, Coordinates, Shape, Time
from models.vocabulary import Category, Channel, Language, NoticeGroup, Role, ScopeKind

LONGEST_DRAFT = 8_000
"""Characters of a draft's data as JSON."""


class ChatSignIn(Shape):
    """Who a chat user is, vouched for by the bot."""

    channel: Literal[Channel.telegram, Channel.web, Channel.wechat]
    user_id: Annotated[str, Field(min_length=1, max_length=100)]
    name: Annotated[str, Field(max_length=80)] = ""
    language: Language = Language.zh


class Token(Shape):
    """A bearer token; `expires_in` is in seconds."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  # the OAuth2 word, no password
    expires_in: int
    person_id: UUID


class ConsentGiven(Shape):
    """A version of a purpose agreed to."""

    purpose: Annotated[str, Field(pattern="^[a-z_]{1,40}$")]
    version: Annotated[str, Field(min_length=1, max_length=20)]


class ConsentView(ConsentGiven):
    """When it was agreed to."""

    given_at: Time


class RoleView(Shape):
    """A role within a scope: `key` is a point's or a grid cell's id, or a division's code, `name` what people call it."""

    role: Role
    scope: ScopeKind
    key: str
    name: str


class RelativeView(Shape):
    """Somebody for whom one may act; `relation` is what they are to one."""

    person_id: UUID
    name: str
    relation: str


class DraftView(Shape):
    """What the next thing that the person says in a chat is for, and what they have said of it so far."""

    kind: str
    data: dict[str, JsonValue]
    expires_at: Time


class DraftOrder(Shape):
    """A draft to keep for `minutes`, in place of any there is. `data` is the chat's own; it may have 8,000 characters as JSON."""

    kind: Annotated[str, Field(pattern="^[a-z_]{1,40}$")]
    data: dict[str, JsonValue] = Field(default_factory=dict)
    minutes: Annotated[int, Field(ge=1, le=1440)] = 30

    @field_validator("data")
    @classmethod
    def _small(cls, data: dict[str, JsonValue]) -> dict[str, JsonValue]:
        if len(json.dumps(data, ensure_ascii=False)) > LONGEST_DRAFT:
            message = f"has more than {LONGEST_DRAFT} characters"
            raise ValueError(message)
        return data


class MeView(Shape):
    """One's own data. The phone number is masked."""

    id: UUID
    name: str
    language: Language
    phone: str | None
    birth_date: date | None
    disability: bool
    home_division: Area | None
    home: Coordinates | None
    reminders: bool
    opted_out: list[NoticeGroup]
    """Groups of notices that one does without; stopping `reminders` stops both kinds of them."""
    large_text: bool
    consents: list[ConsentView]
    roles: list[RoleView]
    household: list[RelativeView]
    draft: DraftView | None


class BirthdayDraft(Shape):
    """A birthday that somebody thinks of telling; of a year alone its first day stands for it."""

    birth_date: date


class BirthdayView(Shape):
    """What being born on a day means: in which categories one books `earlier` than others, and whether the rules would know
    as much by the year alone.
    """

    earlier: list[Category]
    year_is_enough: bool


class MeEdit(Shape):
    """What a person changes about themselves; what is left out stays."""

    name: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    phone: Annotated[str, Field(pattern=r"^\+?[0-9 -]{5,30}$")] | None = None
    language: Language | None = None
    birth_date: date | None = None
    disability: bool | None = None
    home_division: Annotated[str, Field(pattern="^[0-9]{12}$")] | None = None
    home: Coordinates | None = None
    reminders: bool | None = None
    opted_out: Annotated[list[NoticeGroup], Field(max_length=len(NoticeGroup))] | None = None
    large_text: bool | None = None


class CalendarAddress(Shape):
    """The addresses under which a calendar program finds one's bookings, and one's shifts. Whoever has them sees both."""

    url: str
    shifts_url: str


class AddressOrder(Shape):
    """An address at which one wants to be told things: an e-mail address, or a phone number for short messages."""

    channel: Literal[Channel.email, Channel.sms]
    address: Annotated[str, Field(min_length=5, max_length=100, examples=["wang@example.org", "13812345678"])]


class AddressCode(Shape):
    """The code that was sent to the address."""

    channel: Literal[Channel.email, Channel.sms]
    code: Annotated[str, Field(pattern="^[0-9]{6}$")]


class AddressView(Shape):
    """An address of one's own. `confirmed` once the code that was sent there has come back; `blocked` when nothing can
    be sent there any more.
    """

    channel: Channel
    address: str
    confirmed: bool
    blocked: bool
