"""Calling the API over ASGI with a clock of one's own; every answer is held against the OpenAPI document."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import httpx
from sqlalchemy import text

from api.app import create_api
from api.state import ApiState
from api.tokens import TokenMint
from governance.attachments import Keeping
from models.database import transaction
from models.tables import Grant
from models.vocabulary import Role, ScopeKind
from scheduling.actors import Actor
from scheduling.signing_in import Identity
from tests.api.schemas import Schemas
from tests.world import NOW, World

SERVICE_KEY = "the bot's own key"
MINT = TokenMint(b"k" * 32)
PROBLEM = "application/problem+json"

APP = create_api()
"""One application for all tests: making it takes longer than a test does. Each test gives it a state of its own."""

PATHS = [
    (re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))), operations)
    for template, operations in APP.openapi()["paths"].items()
]
"""The paths of the document with their operations."""

SCHEMAS = Schemas(APP.openapi()["components"]["schemas"])


@dataclass
class Caller:
    """A client of the real application over the test's own database. `now` is what its clock says."""

    world: World
    now: datetime = NOW
    keeping: Keeping | None = None
    http: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        APP.state.api = ApiState(
            self.world.database, lambda: self.now, MINT, SERVICE_KEY, keeping=self.keeping
        )
        transport = httpx.ASGITransport(APP, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://api")

    async def call(
        self,
        method: str,
        path: str,
        by: Actor | Literal["service"] | str | None = None,
        *,
        key: str | None = None,
        language: str | None = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        """Sends a request. `by` is a person, the bot's service, or any text as a bearer token; nobody by default."""
        sent = dict(headers or {})
        if by is not None:
            sent["authorization"] = f"Bearer {self.token(by)}"
        if key is not None:
            sent["idempotency-key"] = key
        if language is not None:
            sent["accept-language"] = language
        answer = await self.http.request(method, path, headers=sent, **more)
        assert_described(answer)
        return answer

    def token(self, by: Actor | str) -> str:
        """The bearer token of somebody."""
        if by == "service":
            return SERVICE_KEY
        if isinstance(by, str):
            return by
        return MINT.issue(Identity(by.require_person(), 0), now=self.now).access_token

    async def get(
        self, path: str, by: Actor | Literal["service"] | str | None = None, **more: Any
    ) -> httpx.Response:
        """GET."""
        return await self.call("GET", path, by, **more)

    async def post(
        self, path: str, by: Actor | Literal["service"] | str | None = None, **more: Any
    ) -> httpx.Response:
        """POST."""
        return await self.call("POST", path, by, **more)

    async def patch(
        self, path: str, by: Actor | Literal["service"] | str | None = None, **more: Any
    ) -> httpx.Response:
        """PATCH."""
        return await self.call("PATCH", path, by, **more)

    async def grant(self, actor: Actor, role: Role, scope: ScopeKind, key: object) -> Actor:
        """Gives somebody a role."""
        async with transaction(self.world.database) as session:
            session.add(
                Grant(created_at=NOW, person_id=actor.require_person(), role=role, scope=scope, key=str(key))
            )
        return actor

    async def sql(self, statement: str) -> None:
        """Changes rows by hand, past all use cases."""
        async with transaction(self.world.database) as session:
            await session.execute(text(statement))

    async def manager(self, point_id: object) -> Actor:
        """A new person who manages a point."""
        person = await self.world.person("站长")
        return await self.grant(person, Role.point_manager, ScopeKind.point, point_id)


def problem_of(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem that an answer is, which must have this status and code."""
    assert answer.headers["content-type"] == PROBLEM, answer.text
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code), answer.text
    assert body["type"] == f"/v1/problems/{code}"
    assert body["title"]
    assert body["detail"]
    return body


def pointers(body: dict[str, Any]) -> list[tuple[str | None, str]]:
    """Where the errors stand: in which part of the request, and at which JSON pointer."""
    assert all(error["detail"] for error in body["errors"])
    return [(error.get("in"), error["pointer"]) for error in body["errors"]]


def operation_of(request: httpx.Request) -> dict[str, Any] | None:
    """The operation of the document that a request is for; None for paths and methods that it does not have."""
    for pattern, operations in PATHS:
        if pattern.fullmatch(request.url.path) and request.method.lower() in operations:
            found: dict[str, Any] = operations[request.method.lower()]
            return found
    return None


def assert_described(answer: httpx.Response) -> None:
    """No answer that the document does not describe: status, media type, shape, and the code of a problem."""
    operation = operation_of(answer.request)
    if operation is None:
        assert answer.status_code in {404, 405}
        return
    responses = operation["responses"]
    described = responses.get(str(answer.status_code)) or (
        answer.status_code >= 500 and responses.get("default")
    )
    where = f"{operation['operationId']} answered {answer.status_code}: {answer.text[:300]}"
    assert described, where
    media_type = answer.headers.get("content-type")
    assert (media_type in described["content"]) if media_type else ("content" not in described), where
    if media_type and media_type.endswith("json"):
        misfits = SCHEMAS.misfits(answer.json(), described["content"][media_type]["schema"])
        assert list(misfits) == [], where
    if media_type == PROBLEM:
        assert f"`{answer.json()['code']}`" in described["description"], where
