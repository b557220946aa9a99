"""Whether the program lives, and whether it can do its work."""

from typing import Literal

from fastapi import APIRouter

from api.dependencies import Now, Session, State
from api.problems import KINDS, problems
from models.shapes.base import Shape, Time
from scheduling import measuring
from scheduling.errors import NotFoundError

router = APIRouter(prefix="/v1", tags=["health"])


class Health(Shape):
    """How the program is."""

    status: Literal["live"]


class FaultView(Shape):
    """Something that is wrong: what, since when, and what is known of it."""

    what: str
    since: Time | None
    detail: str


class Readiness(Shape):
    """Whether requests can be served. `amber`: they can, but something else is wrong and needs somebody's attention."""

    status: Literal["ready", "amber"]
    faults: list[FaultView]


class ProblemWords(Shape):
    """What a kind of problem means."""

    code: str
    status: int
    title: dict[str, str]
    detail: dict[str, str]


@router.get("/health/live", operation_id="getLiveness", summary="Whether the process answers")
async def live() -> Health:
    """Answers as long as the process does; asks nothing of the database."""
    return Health(status="live")


@router.get(
    "/health/ready",
    operation_id="getReadiness",
    summary="Whether requests can be served",
    responses=problems("busy", "not-found"),
)
async def ready(session: Session, state: State, now: Now) -> Readiness:
    """Answers when the database is there and has a district to serve, and says what is wrong besides: a timed job that
    has not succeeded for three of its periods, a channel in which notices have long been due.
    """
    found = await measuring.faults(session, now=now, periods=state.periods)
    return Readiness(
        status="amber" if found else "ready",
        faults=[FaultView(what=one.what, since=one.since, detail=one.detail) for one in found],
    )


@router.get(
    "/problems/{code}",
    operation_id="getProblemKind",
    summary="What a kind of problem means",
    responses=problems("not-found"),
)
async def problem_kind(code: str) -> ProblemWords:
    """Where the `type` of a problem leads."""
    kind = KINDS.get(code)
    if kind is None:
        raise NotFoundError(what="problem")
    return ProblemWords(
        code=code,
        status=kind.status,
        title={"zh-CN": kind.title.zh, "en": kind.title.en},
        detail={"zh-CN": kind.detail.zh, "en": kind.detail.en},
    )
