"""What routes ask for: the session, the actor, the moment, the cursor."""

import base64
import binascii
import contextlib
import hmac
import json
import math
import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession

from api.language import preferred
from api.state import ApiState
from models.database import transaction
from models.shapes.base import in_our_time
from models.vocabulary import Language
from scheduling.actors import Actor
from scheduling.errors import InvalidInputError, SignInRequiredError
from scheduling.signing_in import Identity, actor_of

# FastAPI runs plain functions in threads, which costs more than most requests: all of these are coroutines.


async def get_state(request: Request) -> ApiState:
    """What the composition root put together."""
    state: ApiState = request.app.state.api
    return state


State = Annotated[ApiState, Depends(get_state)]


async def get_now(state: State) -> datetime:
    """The moment of the request: the one place where a request reads the clock."""
    return state.clock()


Now = Annotated[datetime, Depends(get_now)]


ODD = re.compile("[\0\ud800-\udfff]")
BYTES = ("/v1/attachments",)
"""Paths whose body is bytes and no text: it is read piece by piece, and no more of it than is taken."""
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def refuse_odd_text(request: Request) -> None:
    """Refuses text that no PostgreSQL keeps, wherever it stands in a request: U+0000, and halves of surrogate pairs,
    which only JSON can smuggle in. Raises InvalidInputError.
    """
    refuse_odd(await _texts_of(request))


def refuse_odd(texts: Iterable[str]) -> None:
    """Raises InvalidInputError when one of these texts has a character that is none."""
    if any(ODD.search(text) for text in texts):
        raise InvalidInputError(field="", detail="a character that is none")


async def _texts_of(request: Request) -> list[str]:
    """Everything written in the query and the body. Starlette has parsed the body already where a route takes one."""
    texts = [value for _, value in request.query_params.multi_items()]
    if request.headers.get("content-type", "").startswith(FORMS):
        form = await request.form()
        return [*texts, *(value for _, value in form.multi_items() if isinstance(value, str))]
    if request.url.path in BYTES:
        return texts
    if not await request.body():
        return texts
    with contextlib.suppress(ValueError, RecursionError):  # no JSON: refused by its shape, where there is one
        texts += texts_in(await request.json())
    return texts


def texts_in(content: object) -> Iterator[str]:
    """Everything written in JSON, keys too."""
    waiting = [content]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            waiting += value


async def get_session(state: State) -> AsyncIterator[AsyncSession]:
    """A transaction for the request. Used with scope="function": it ends, and so commits, before the answer is sent."""
    async with transaction(state.database) as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_session, scope="function")]


async def get_language(accept_language: Annotated[str | None, Header()] = None) -> Language:
    """The caller's language."""
    return preferred(accept_language)


CallerLanguage = Annotated[Language, Depends(get_language)]


async def get_credential(
    state: State, now: Now, authorization: Annotated[str | None, Header(include_in_schema=False)] = None
) -> Identity | Actor:
    """Whom the credential names. Raises SignInRequiredError."""
    return credential_of(state, authorization, now=now)


def credential_of(state: ApiState, authorization: str | None, *, now: datetime) -> Identity | Actor:
    """Whom an Authorization header names: a person, or the bot's service. Raises SignInRequiredError."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise SignInRequiredError
    if hmac.compare_digest(token.encode(), state.service_key.encode()):
        return Actor(service=True)
    return state.tokens.read(token, now=now)


Credential = Annotated[Identity | Actor, Depends(get_credential)]


async def authenticated(session: AsyncSession, credential: Identity | Actor) -> Actor:
    """The actor behind a credential, with the roles of this moment."""
    if isinstance(credential, Actor):
        return credential
    return await actor_of(session, identity=credential)


async def get_actor(session: Session, credential: Credential) -> Actor:
    """Whoever asks, person or service."""
    return await authenticated(session, credential)


AnyActor = Annotated[Actor, Depends(get_actor)]


def person_only(actor: Actor) -> Actor:
    """Refuses the service credential where a person is meant. Raises SignInRequiredError."""
    if actor.person_id is None:
        raise SignInRequiredError
    return actor


async def get_person(actor: AnyActor) -> Actor:
    """A person who asks."""
    return person_only(actor)


CurrentPerson = Annotated[Actor, Depends(get_person)]

Limit = Annotated[int, Query(ge=1, le=100, description="How many items a page holds at most.")]
CursorText = Annotated[
    str | None, Query(alias="cursor", description="`next` of the page before.", max_length=500)
]


def encode_cursor(parts: tuple[Any, ...] | None) -> str | None:
    """An opaque cursor from JSON values."""
    if parts is None:
        return None
    text = json.dumps(
        [part.isoformat() if isinstance(part, datetime) else part for part in parts], default=str
    )
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(text: str | None) -> list[Any] | None:
    """The parts of a cursor. Raises InvalidInputError when it is none of ours."""
    if text is None:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error) as error:
        raise InvalidInputError(field="cursor", detail="not a cursor of this list") from error
    if not isinstance(parts, list):
        raise InvalidInputError(field="cursor", detail="not a cursor of this list")
    return parts


def _moment(part: object) -> datetime:
    moment = datetime.fromisoformat(str(part))
    if moment.tzinfo is None:
        message = "no offset"
        raise ValueError(message)
    return in_our_time(moment)


def _number(part: Any) -> float:
    number = float(part)
    if not math.isfinite(number):
        message = "no number"
        raise ValueError(message)
    return number


def _nothing(part: object) -> None:
    if part is not None:
        message = "a cursor of another order"
        raise ValueError(message)


def _text(part: object) -> str:
    text = str(part)
    if "\0" in text:
        message = "no text"
        raise ValueError(message)
    text.encode()
    return text


_PARSERS: Mapping[str, Callable[[Any], Any]] = {
    "moment": _moment,
    "id": lambda part: UUID(str(part)),
    "number": _number,
    "nothing": _nothing,
    "text": _text,
}


def parse_cursor(parts: list[Any] | None, kinds: tuple[str, ...]) -> tuple[Any, ...] | None:
    """The parts of a cursor as moments, ids, numbers, text, or nothing at all. Raises InvalidInputError."""
    if parts is None:
        return None
    try:
        return tuple(_PARSERS[kind](part) for kind, part in zip(kinds, parts, strict=True))
    except (ValueError, TypeError, OverflowError) as error:
        raise InvalidInputError(field="cursor", detail="not a cursor of this list") from error
