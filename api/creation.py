"""Requests that create: done once for each Idempotency-Key, committed before the answer (product: Booking 2)."""

import contextlib
import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from api.dependencies import CallerLanguage, Credential, Now, State, authenticated
from api.problems import MEDIA_TYPE, domain_problem
from api.state import ApiState
from models.database import in_transaction
from models.shapes.base import Shape
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

Work = Callable[[AsyncSession, Actor], Awaitable[Shape]]
Enrich = Callable[[AsyncSession, Actor, BookingRefusedError], Awaitable[DomainError]]
Propose = Callable[[AsyncSession, Actor, SignupRefusedError], Awaitable[SignupRefusedError]]


async def fingerprint(request: Request) -> bytes:
    """A hash of what is asked: method, path, and the body as JSON, whatever its spacing and order."""
    body = await request.body()
    # What is no JSON is refused by its shape, where it has one; its raw bytes tell it apart as well.
    with contextlib.suppress(ValueError, RecursionError):
        body = json.dumps(json.loads(body), sort_keys=True).encode() if body else b""
    return hashlib.sha256(b"\n".join([request.method.encode(), request.url.path.encode(), body])).digest()


class Creation:
    """Does the work of a creating request in a transaction of its own, and answers after its commit.

    With an Idempotency-Key the answer is stored in that same transaction; a repeat gets it again. A refusal by a rule
    is an answer too and is stored likewise; errors (5xx, 401, 404, 422) are not, so that the key may be tried again.
    """

    def __init__(
        self,
        request: Request,
        state: State,
        credential: Credential,
        now: Now,
        language: CallerLanguage,
        idempotency_key: Annotated[
            str | None,
            Header(
                min_length=1,
                max_length=200,
                description="Names this request; a repeat with the same key gets the first answer. Kept 24 h.",
            ),
        ] = None,
    ) -> None:
        self._request = request
        self._state: ApiState = state
        self._credential: Identity | Actor = credential
        self._now: datetime = now
        self._language: Language = language
        self._header = idempotency_key

    async def __call__(
        self,
        work: Work,
        *,
        status: int = 201,
        enrich: Enrich | None = None,
        propose: Propose | None = None,
    ) -> JSONResponse:
        """Runs `work`. A refused booking is passed to `enrich`, a refused signup to `propose`, after the locks are gone, to
        find alternatives.
        """
        key = await self._key()

        async def do(session: AsyncSession) -> Answer:
            actor = await self._person(session)
            if key is not None and (known := await recall(session, key)) is not None:
                return known
            result = await work(session, actor)
            return await self._kept(session, key, Answer(status, result.model_dump(mode="json")))

        try:
            answer = await in_transaction(self._state.database, do)
        except (BookingRefusedError, SignupRefusedError, ActionRefusedError) as error:
            refusal: DomainError = error

            async def refuse(session: AsyncSession) -> Answer:
                if key is not None and (known := await recall(session, key)) is not None:
                    return known
                said = refusal
                if enrich is not None and isinstance(refusal, BookingRefusedError):
                    said = await enrich(session, await self._person(session), refusal)
                if propose is not None and isinstance(refusal, SignupRefusedError):
                    said = await propose(session, await self._person(session), refusal)
                return await self._kept(session, key, self._problem(said))

            answer = await in_transaction(self._state.database, refuse)
        media_type = MEDIA_TYPE if answer.status >= 400 else "application/json"
        return JSONResponse(answer.body, answer.status, media_type=media_type)

    async def _person(self, session: AsyncSession) -> Actor:
        actor = await authenticated(session, self._credential)
        if actor.person_id is None:
            raise SignInRequiredError
        return actor

    async def _key(self) -> Key | None:
        if self._header is None or not isinstance(self._credential, Identity):
            return None
        return Key(str(self._credential.person_id), self._header, await fingerprint(self._request))

    async def _kept(self, session: AsyncSession, key: Key | None, answer: Answer) -> Answer:
        if key is not None:
            await remember(session, key, answer, now=self._now)
        return answer

    def _problem(self, error: DomainError) -> Answer:
        response = domain_problem(error, self._language)
        body: dict[str, Any] = json.loads(bytes(response.body))
        return Answer(response.status_code, body)


OnceOnly = Annotated[Creation, Depends()]
