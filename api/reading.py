"""Reading the busiest requests without FastAPI's resolver, which takes longer than deciding upon a booking.

Their routes are declared like any others, and so described in OpenAPI. A `CreatingRoute` has a function of `once` and
`wanted`, the JSON body. It is read as FastAPI would read that declaration: first the body, then the credential, then
every fault of headers and body is said at once. An `AskingRoute` has a function of `request`, `state`, `now` and
`wanted`, a shape of the query's parameters, each of which stands once.
"""

import json
from collections.abc import Callable, Coroutine
from functools import lru_cache
from typing import Annotated, Any, TypeVar, get_type_hints

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, StringConstraints, TypeAdapter, ValidationError
from starlette.requests import ClientDisconnect

from api.creation import LONGEST_KEY, Creation, fingerprint_of
from api.dependencies import credential_of, refuse_odd, texts_in
from api.language import preferred
from api.state import ApiState
from scheduling.idempotency import Key
from scheduling.signing_in import Identity

Fault = dict[str, Any]  # as Pydantic says them
S = TypeVar("S", bound=BaseModel)

_KEY: TypeAdapter[str] = TypeAdapter(Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_KEY)])


class CreatingRoute(APIRoute):
    """A route whose function takes `once` (a Creation) and `wanted` (a shape, the JSON body), and nothing else."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Reads a request and calls the function."""
        endpoint: Callable[..., Coroutine[Any, Any, Response]] = self.endpoint
        shape: type[BaseModel] = get_type_hints(endpoint)["wanted"]

        async def handle(request: Request) -> Response:
            headers = _headers(request)
            content = await _content(request, headers.get("content-type", ""))
            state: ApiState = request.app.state.api
            now = state.clock()
            credential = credential_of(state, headers.get("authorization"), now=now)
            given = headers.get("idempotency-key")
            faults = _faults_of_key(given)
            wanted = _shaped(shape, content, faults)
            if wanted is None or faults:
                raise RequestValidationError(faults, body=content)
            key = None
            if given is not None and isinstance(credential, Identity):
                key = Key(str(credential.person_id), given, fingerprint_of(request, content))
            once = Creation(state, credential, now, preferred(headers.get("accept-language")), key)
            return await endpoint(once=once, wanted=wanted)

        return handle


class AskingRoute(APIRoute):
    """A route whose function takes `request`, `state`, `now` and `wanted` (a shape of the query), and nothing else."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Reads a request and calls the function."""
        endpoint: Callable[..., Coroutine[Any, Any, Response]] = self.endpoint
        shape: type[BaseModel] = get_type_hints(endpoint)["wanted"]

        async def handle(request: Request) -> Response:
            said = dict(request.query_params)
            refuse_odd(request.query_params.values())
            try:
                wanted = shape.model_validate(said)
            except ValidationError as error:
                raise RequestValidationError(_faults(error, "query"), body=None) from error
            state: ApiState = request.app.state.api
            return await endpoint(request=request, state=state, now=state.clock(), wanted=wanted)

        return handle


def _headers(request: Request) -> dict[str, str]:
    """All headers at once, where Starlette looks through them for each. Of one that stands twice the first counts."""
    return {
        name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(request.scope["headers"])
    }


async def _content(request: Request, content_type: str) -> object:
    """The body's JSON; another body as bytes, none as None.

    Raises RequestValidationError where it is no JSON, InvalidInputError for odd text, in the query too.
    """
    if request.scope["query_string"]:
        refuse_odd(value for _, value in request.query_params.multi_items())
    body = await _body(request)
    if not body:
        return None
    if not _is_json(content_type):
        return body
    try:
        content: object = json.loads(body)
    except json.JSONDecodeError as error:
        fault = {"type": "json_invalid", "loc": ("body", error.pos), "msg": "JSON decode error", "input": {}}
        raise RequestValidationError([{**fault, "ctx": {"error": error.msg}}], body=error.doc) from error
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "There was an error parsing the body") from error
    # Odd characters come into JSON by escapes only, or in encodings of more than one byte a character.
    if b"\\u" in body or b"\0" in body:
        refuse_odd(texts_in(content))
    return content


async def _body(request: Request) -> bytes:
    """The whole body, without the stream that Starlette makes of it. Raises ClientDisconnect."""
    body, more = b"", True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


@lru_cache(maxsize=64)
def _is_json(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def _faults_of_key(given: str | None) -> list[Fault]:
    if given is None:
        return []
    try:
        _KEY.validate_python(given)
    except ValidationError as error:
        return _faults(error, "header", "idempotency-key")
    return []


def _shaped(shape: type[S], content: object, faults: list[Fault]) -> S | None:
    """What is wanted, or nothing and its faults."""
    if content is None:
        faults.append({"type": "missing", "loc": ("body",), "msg": "Field required", "input": None})
        return None
    try:
        return shape.model_validate(content)
    except ValidationError as error:
        faults += _faults(error, "body")
        return None


def _faults(error: ValidationError, *place: str) -> list[Fault]:
    return [{**fault, "loc": (*place, *fault["loc"])} for fault in error.errors(include_url=False)]
