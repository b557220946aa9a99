"""The JSON that the browser and this server exchange: messages in, replies out."""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Annotated, Literal, Self, TypeVar
from uuid import UUID

import segno
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from starlette.requests import Request

from bot.page.identity import Visitor
from bot.page.problems import Refused
from bot.replies import Document, Incoming, Picture, Reply, SharedFile, Ticket
from bot.texts import NEIGHBOUR

MAX_BODY_BYTES = 16 * 1024
MAX_FILE_BYTES = 10 * 1024 * 1024
TEXT_LIMIT = 1000

Shape = TypeVar("Shape", bound=BaseModel)


class Location(BaseModel):
    model_config = ConfigDict(extra="forbid")

    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class Message(BaseModel):
    """One thing that the person did. The browser makes `message_id` once and repeats it with every retry, so that
    what a message creates is created once."""

    model_config = ConfigDict(extra="forbid")

    message_id: UUID
    language: Literal["zh-CN", "en"] = "zh-CN"
    text: (
        Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TEXT_LIMIT)] | None
    ) = None
    data: str | None = None
    location: Location | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if sum(each is not None for each in (self.text, self.data, self.location)) != 1:
            raise ValueError("exactly one of text, data and location")
        if self.data is not None and not 1 <= len(self.data.encode()) <= 64:
            raise ValueError("data is 1 to 64 bytes")
        return self


class FileSent(BaseModel):
    """What stands beside a file in the address it is posted to."""

    model_config = ConfigDict(extra="forbid")

    message_id: UUID
    language: Literal["zh-CN", "en"] = "zh-CN"
    name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class Shown(BaseModel):
    """The browser has shown a notice: `id` is the receipt that came with it."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, StringConstraints(min_length=1, max_length=200)]


async def read(request: Request, shape: type[Shape]) -> Shape:
    """The request's JSON body. Refused: `not-json`, `body-too-large`, `bad-request`, `invalid-message`."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused("not-json")
    try:
        return shape.model_validate(json.loads(await _body(request, MAX_BODY_BYTES)))
    except ValidationError as invalid:
        raise _incomplete(invalid) from None
    except (ValueError, RecursionError):
        raise Refused("bad-request") from None


async def read_file(request: Request, visitor: Visitor) -> Incoming:
    """A photo or voice note that the browser posts as it is. Refused: `body-too-large`, `invalid-message`."""
    try:
        sent = FileSent.model_validate(dict(request.query_params))
    except ValidationError as invalid:
        raise _incomplete(invalid) from None
    content = await _body(request, MAX_FILE_BYTES)
    if not content:
        raise Refused("invalid-message")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()

    async def kept() -> bytes:
        return content

    return Incoming(
        channel=visitor.channel,
        user_id=visitor.user_id,
        name=NEIGHBOUR[sent.language],
        language=sent.language,
        update_key=str(sent.message_id),
        file=SharedFile(_kind_of(media_type), sent.name, media_type, len(content), kept),
    )


def _kind_of(media_type: str) -> Literal["photo", "voice", "document"]:
    match media_type.partition("/")[0]:
        case "image":
            return "photo"
        case "audio":
            return "voice"
        case _:
            return "document"


def _incomplete(invalid: ValidationError) -> Refused:
    errors = [
        {"pointer": "".join(f"/{part}" for part in error["loc"]), "detail": error["msg"]}
        for error in invalid.errors(include_url=False, include_context=False)
    ]
    return Refused("invalid-message", errors=errors)


async def _body(request: Request, limit: int) -> bytes:
    """The body, read no further than it may be long."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > limit:
            raise Refused("body-too-large")
    return bytes(body)


def incoming(message: Message, visitor: Visitor) -> Incoming:
    """The message in the words of the conversation. A browser has no name to offer, so whoever is
    not known yet is a neighbour."""
    return Incoming(
        channel=visitor.channel,
        user_id=visitor.user_id,
        name=NEIGHBOUR[message.language],
        language=message.language,
        update_key=str(message.message_id),
        text=message.text,
        data=message.data,
        location=(message.location.latitude, message.location.longitude) if message.location else None,
    )


def as_json(replies: Sequence[Reply]) -> list[dict[str, object]]:
    """Replies as the browser draws them; pictures, files and QR codes are `data:` addresses."""
    return [
        {
            **asdict(replace(reply, picture=None, document=None)),
            "picture": _picture(reply.picture),
            "document": _document(reply.document),
            "ticket": _ticket(reply.ticket),
        }
        for reply in replies
    ]


def _picture(picture: Picture | None) -> dict[str, str] | None:
    return (
        None
        if picture is None
        else {"url": _address(picture.media_type, picture.content), "alt": picture.alt}
    )


def _document(document: Document | None) -> dict[str, str] | None:
    return (
        None
        if document is None
        else {"url": _address(document.media_type, document.content), "name": document.name}
    )


def _ticket(ticket: Ticket | None) -> dict[str, object] | None:
    if ticket is None:
        return None
    qr = ticket.qr and segno.make(ticket.qr, error="m").svg_data_uri(border=4, light="#fff", omitsize=True)
    return {**asdict(ticket), "qr": qr}


def _address(media_type: str, content: bytes) -> str:
    return f"data:{media_type};base64,{b64encode(content).decode()}"
