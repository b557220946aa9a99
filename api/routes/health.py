"""Whether the program lives, and whether it can do its work."""

from typing import Literal

from fastapi import APIRouter

from api.dependencies import Session
from api.problems import KINDS, problems
from models.shapes.base import Shape
from scheduling.errors import NotFoundError
from scheduling.signing_in import home_district

router = APIRouter(prefix="/v1", tags=["health"])


class Health(Shape):
    """How the program is."""

    status: Literal["live", "ready"]


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
async def ready(session: Session) -> Health:
    """Answers when the database is there and has a district to serve."""
    await home_district(session)
    return Health(status="ready")


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
