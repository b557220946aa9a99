"""The API as an ASGI application."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.types import ASGIApp

from api.admission import Admission
from api.dependencies import refuse_odd_text
from api.problems import CODES, answer_problems, described, problems
from api.routes import (
    addresses,
    asks,
    attachments,
    attendance,
    auth,
    bookings,
    calendar,
    chat_updates,
    choices,
    door,
    grid,
    health,
    hours,
    household,
    identity,
    managers,
    me,
    metrics,
    notices,
    openings,
    pauses,
    people,
    places,
    point_messages,
    policies,
    request_work,
    requests,
    roster_suggestions,
    series,
    shifts,
    signups,
    threads,
    volunteers,
    waitlist,
    wishes,
)
from api.shortcut import MOST_BYTES, Shortcut
from api.state import ApiState

PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "type": "object",
    "description": "RFC 9457. `type` leads to its explanation; `code` is stable; further fields depend on the code.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
    },
}


def _complete(operation: dict[str, Any]) -> None:
    """Adds to the problems that a route names those that follow from what it takes, and those that any may meet."""
    responses = operation["responses"]
    codes = [code for response in responses.values() for code in response.get(CODES, ())]
    parameters = {parameter["name"] for parameter in operation.get("parameters", ())}
    if parameters or "requestBody" in operation:
        codes.append("invalid-input")
    if "requestBody" in operation:
        codes.append("body-too-large")
    if "idempotency-key" in parameters:
        codes += ["idempotency-key-in-flight", "idempotency-key-reused"]
    responses.pop("422", None)  # FastAPI's own description of what is invalid
    responses.update({str(status): response for status, response in problems(*codes).items()})
    responses["default"] = described(["internal-error", "busy"])


class Api(FastAPI):
    """FastAPI whose OpenAPI document knows our problems instead of its own validation errors."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document."""
        if self.openapi_schema is None:
            document = super().openapi()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = PROBLEM_SCHEMA
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            for path in document["paths"].values():
                for operation in path.values():
                    _complete(operation)
            self.openapi_schema = document
        return self.openapi_schema

    def build_middleware_stack(self) -> ASGIApp:
        """FastAPI's; before it the short way of the busiest requests, and before that who is let in."""
        return Admission(Shortcut(self, BUSIEST, super().build_middleware_stack()))


BUSIEST = (bookings.creating, places.asking)

NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False}
"""What is measured is said by /metrics. Looking at each request whether somebody wants OpenTelemetry costs more than
reading its token.
"""

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_api(state: ApiState | None = None, *, lifespan: Lifespan | None = None) -> Api:
    """The application. It needs a state before the first request: given here, or put into `app.state.api` by
    `lifespan`; without, it can only describe itself.
    """
    app = Api(
        title="Last Metre",
        summary="Residents book the services of neighbourhood points.",
        version="1",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        max_body_size=MOST_BYTES,
        telemetry=NO_TELEMETRY,
        dependencies=[Depends(refuse_odd_text)],
    )
    if state is not None:
        app.state.api = state
    answer_problems(app)
    for busy in BUSIEST:  # looked for first
        app.include_router(busy)
    for room in (
        health,
        places,
        auth,
        me,
        addresses,
        calendar,
        household,
        people,
        bookings,
        series,
        waitlist,
        pauses,
        managers,
        policies,
        openings,
        door,
        volunteers,
        shifts,
        signups,
        asks,
        attendance,
        choices,
        roster_suggestions,
        hours,
        requests,
        request_work,
        wishes,
        attachments,
        grid,
        threads,
        point_messages,
        notices,
        chat_updates,
        identity,
        metrics,
    ):
        app.include_router(room.router)
    return app
