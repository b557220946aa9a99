"""Managers see the day and keep capacity true."""

import re
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.dependencies import CurrentPerson, Now, Session
from api.problems import problems
from models.shapes.base import Day, local_day
from models.shapes.bookings import DayView, Impact, SlotView
from models.shapes.openings import SlotChange
from scheduling import capacity, door
from scheduling.errors import InvalidInputError, StaleVersionError, VersionRequiredError

router = APIRouter(prefix="/v1", tags=["point managers"])


def seen_version(if_match: str | None) -> int:
    """The version in an If-Match header. Raises VersionRequiredError, or StaleVersionError when it is none of ours."""
    if if_match is None:
        raise VersionRequiredError
    text = if_match.strip().removeprefix("W/").strip('"')
    if not re.fullmatch("[0-9]{1,18}", text):
        raise StaleVersionError
    return int(text)


@router.get(
    "/points/{point_id}/day",
    operation_id="getPointDay",
    summary="One day of a point",
    responses=problems("sign-in-required", "forbidden", "not-found", "invalid-input"),
)
async def get_day(
    session: Session,
    actor: CurrentPerson,
    now: Now,
    point_id: UUID,
    on: Annotated[Day | None, Query(alias="date", description="A local date. Default: today.")] = None,
) -> DayView:
    """The slots of a day, each with who booked. For those who manage the point."""
    return await door.day(session, actor=actor, point_id=point_id, on=on or local_day(now))


@router.get(
    "/slots/{slot_id}/impact",
    operation_id="getCapacityImpact",
    summary="What a capacity would mean",
    responses=problems("sign-in-required", "forbidden", "not-found", "invalid-input"),
)
async def get_impact(
    session: Session,
    actor: CurrentPerson,
    slot_id: UUID,
    wanted: Annotated[int | None, Query(alias="capacity", ge=0, le=2000)] = None,
    status: Annotated[Literal["closed"] | None, Query(description="Instead of a capacity.")] = None,
) -> Impact:
    """Who would no longer fit, the last to have booked first; or who would lose their place. Changes nothing."""
    if (wanted is None) == (status is None):
        raise InvalidInputError(field="capacity", detail="give either a capacity or status=closed")
    if wanted is None:
        return await capacity.impact_of_closing(session, actor=actor, slot_id=slot_id)
    return await capacity.impact(session, actor=actor, slot_id=slot_id, capacity=wanted)


@router.patch(
    "/slots/{slot_id}",
    operation_id="editSlot",
    summary="Change a slot's capacity, close or open it",
    responses=problems(
        "sign-in-required",
        "forbidden",
        "not-found",
        "capacity-below-taken",
        "action-refused",
        "stale-version",
        "version-required",
        "invalid-input",
    ),
)
async def edit_slot(
    session: Session,
    response: Response,
    actor: CurrentPerson,
    now: Now,
    slot_id: UUID,
    edit: SlotChange,
    if_match: Annotated[str | None, Header(description="The ETag that was seen.")] = None,
) -> SlotView:
    """Sets the capacity, or closes or opens the slot. Whoever would lose a place is shown, and it is asked what becomes
    of them. More places are offered to those who wait.
    """
    view, version = await capacity.change_slot(
        session, actor=actor, slot_id=slot_id, change=edit, seen_version=seen_version(if_match), now=now
    )
    response.headers["ETag"] = f'"{version}"'
    return view
