"""Reads that are answered once: who has the newest already is told so (RFC 9110, If-None-Match)."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import Request, Response
from pydantic import BaseModel

NOT_MODIFIED: dict[int | str, dict[str, Any]] = {  # as FastAPI takes it
    304: {"description": "Nothing has changed since the answer whose ETag is named."}
}


def answer(request: Request, shape: BaseModel) -> Response:
    """A shape as JSON with its ETag; or 304 without it, when that is what the caller has.

    The tag is of the body: what differs in nothing that is shown is the same. It is always computed from what is true
    now, so that no place is ever shown as free because somebody remembered it so.
    """
    return _answered(request, shape.__pydantic_serializer__.to_json(shape))


def answer_written(request: Request, document: Mapping[str, object]) -> Response:
    """The same of a document that says what its shape would, to be written by orjson."""
    return _answered(request, orjson.dumps(document, str))  # the driver's UUIDs are a type of its own


def _answered(request: Request, body: bytes) -> Response:
    tag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = request.headers.get("if-none-match", "")
    if tag in {each.strip() for each in known.split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
