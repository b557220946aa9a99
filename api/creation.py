"""Requests that create: done once for each Idempotency-Key, committed before the answer (product: Booking 2)."""

import contextlib
import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import Depends, Header, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import CallerLanguage, Credential, Now, State, authenticated
from api.orders import Ask
from api.problems import MEDIA_TYPE, domain_problem
from api.refusals import Refused
from api.state import ApiState
from models.database import in_transaction
from models.shapes.base import Shape
from models.shapes.bookings import BookingOrder
from models.vocabulary import Language
from scheduling.actors import Actor
from scheduling.errors import (
    ActionRefusedError,
    BookingRefusedError,
    DomainError,
    SignInRequiredError,
    SignupRefusedError,
)
from scheduling.idempotency import Answer, Key, recall, remember
from scheduling.signing_in import Identity

LONGEST_KEY = 200
"""Characters of an Idempotency-Key."""

_ONCE = (
    "action-refused",
    "idempotency-key-in-flight",
    "idempotency-key-reused",
    "invalid-input",
    "busy",
)

CHANGING_OWN = ("sign-in-required", "not-found", *_ONCE)
"""What may be answered to somebody who changes, once, what is their own."""

CHANGING = ("sign-in-required", "forbidden", "not-found", *_ONCE)
"""What may be answered to somebody who changes, once, what others answer for as well."""


class Work(Protocol):
    """A use case with everything given to it but the session and the actor."""

    def __call__(self, session: AsyncSession, /, *, actor: Actor) -> Awaitable[Shape]:
        """Does it."""
        ...


Enrich = Callable[[AsyncSession, Actor, BookingRefusedError], Awaitable[DomainError]]
Propose = Callable[[AsyncSession, Actor, SignupRefusedError], Awaitable[SignupRefusedError]]


async def fingerprint(request: Request) -> bytes:
    """A hash of what is asked: method, path, and the body as JSON, whatever its spacing and order."""
    body = await request.body()
    # What is no JSON is refused by its shape, where it has one; its raw bytes tell it apart as well.
    with contextlib.suppress(ValueError, RecursionError):
        return fingerprint_of(request, json.loads(body) if body else b"")
    return fingerprint_of(request, body)


def fingerprint_of(request: Request, content: object) -> bytes:
    """The same of a body that was read already: as JSON, or as bytes."""
    body = content if isinstance(content, bytes) else json.dumps(content, sort_keys=True).encode()
    path: str = request.scope["path"]
    return hashlib.sha256(b"\n".join([request.method.encode(), path.encode(), body])).digest()


@dataclass(frozen=True, slots=True)
class Creation:
    """Does the work of a creating request in a transaction of its own, and answers after its commit.

    With an Idempotency-Key the answer is stored in that same transaction; a repeat gets it again. A refusal by a rule
    is an answer too and is stored likewise; errors (5xx, 401, 404, 422) are not, so that the key may be tried again.
    """

    state: ApiState
    credential: Identity | Actor
    now: datetime
    language: Language
    key: Key | None

    async def __call__(
        self,
        work: Work,
        *,
        status: int = 201,
        enrich: Enrich | None = None,
        propose: Propose | None = None,
    ) -> Response:
        """Runs `work`. A refused booking is passed to `enrich`, a refused signup to `propose`, after the locks are gone, to
        find alternatives.
        """

        async def do(session: AsyncSession) -> Answer:
            actor = await self._person(session)
            if self.key is not None and (known := await recall(session, self.key)) is not None:
                return known
            result = await work(session, actor=actor)
            return await self._kept(session, Answer(status, result.model_dump_json()))

        try:
            answer = await in_transaction(self.state.database, do)
        except (BookingRefusedError, SignupRefusedError, ActionRefusedError) as refusal:
            answer = await self._refused(refusal, enrich, propose)
        return _response(answer)

    async def order(self, wanted: BookingOrder) -> Response:
        """Places an order, which is decided upon together with those of others that came at the same time."""
        if isinstance(self.credential, Actor):
            raise SignInRequiredError
        try:
            answer = await self.state.orders.place(Ask(self.credential, wanted, self.key, self.now))
        except BookingRefusedError as refusal:
            attendee_id = wanted.attendee_id or self.credential.person_id
            refused = Refused(attendee_id, wanted, self.key, self.language, self.now, refusal)
            answer = await self.state.refusals.say(refused)
        return _response(answer)

    async def _refused(
        self,
        refusal: BookingRefusedError | SignupRefusedError | ActionRefusedError,
        enrich: Enrich | None,
        propose: Propose | None,
    ) -> Answer:
        async def refuse(session: AsyncSession) -> Answer:
            if self.key is not None and (known := await recall(session, self.key)) is not None:
                return known
            said: DomainError = refusal
            if enrich is not None and isinstance(refusal, BookingRefusedError):
                said = await enrich(session, await self._person(session), refusal)
            if propose is not None and isinstance(refusal, SignupRefusedError):
                said = await propose(session, await self._person(session), refusal)
            return await self._kept(session, self._problem(said))

        return await in_transaction(self.state.database, refuse)

    async def _person(self, session: AsyncSession) -> Actor:
        actor = await authenticated(session, self.credential)
        if actor.person_id is None:
            raise SignInRequiredError
        return actor

    async def _kept(self, session: AsyncSession, answer: Answer) -> Answer:
        if self.key is not None:
            await remember(session, self.key, answer, now=self.now)
        return answer

    def _problem(self, error: DomainError) -> Answer:
        response = domain_problem(error, self.language)
        return Answer(response.status_code, bytes(response.body).decode())


def _response(answer: Answer) -> Response:
    media_type = MEDIA_TYPE if answer.status >= 400 else "application/json"
    return Response(answer.body, answer.status, media_type=media_type)


async def get_creation(
    request: Request,
    state: State,
    credential: Credential,
    now: Now,
    language: CallerLanguage,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=LONGEST_KEY,
            description="Names this request; a repeat with the same key gets the first answer. Kept 24 h.",
        ),
    ] = None,
) -> Creation:
    """How a creating request is done."""
    key = None
    if idempotency_key is not None and isinstance(credential, Identity):
        key = Key(str(credential.person_id), idempotency_key, await fingerprint(request))
    return Creation(state, credential, now, language, key)


OnceOnly = Annotated[Creation, Depends(get_creation)]
