"""Managers say when a point is open: closures, extra openings, opening rules, services."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.creation import OnceOnly
from api.dependencies import (
    CurrentPerson,
    CursorText,
    Limit,
    Now,
    Session,
    decode_cursor,
    encode_cursor,
    parse_cursor,
)
from api.problems import problems
from models.shapes.base import Moment, Page
from models.shapes.openings import (
    ClosureImpact,
    ClosureLifted,
    ClosureMade,
    ClosureOrder,
    ClosureView,
    ExtraOpening,
    RuleOrder,
    RulesChanged,
    RuleView,
    ServiceEdit,
    ServiceOrder,
    SlotsMade,
)
from models.shapes.places import ServiceView
from scheduling import closures, opening_rules, openings
from scheduling.errors import InvalidInputError, VersionRequiredError

router = APIRouter(prefix="/v1", tags=["point managers"])

MANAGING = ("sign-in-required", "forbidden", "not-found", "invalid-input")
CREATING = (*MANAGING, "action-refused", "idempotency-key-in-flight", "idempotency-key-reused", "busy")

IfMatch = Annotated[str | None, Header(description="The `version` of the rule that was seen.")]


def seen_rule(if_match: str | None) -> str:
    """The version in an If-Match header. Raises VersionRequiredError."""
    if if_match is None:
        raise VersionRequiredError
    return if_match.strip().removeprefix("W/").strip('"')


@router.post(
    "/points/{point_id}/closures",
    operation_id="closePoint",
    summary="Close a point, or one service of it, for a while",
    status_code=201,
    response_model=ClosureMade,
    responses=problems(*CREATING),
)
async def close_point(once: OnceOnly, now: Now, point_id: UUID, wanted: ClosureOrder) -> Response:
    """Cancels every booking in that time, ends the waiting, and tells everybody, with alternatives for each."""

    return await once(partial(closures.close, point_id=point_id, wanted=wanted, now=now))


@router.get(
    "/points/{point_id}/closures/impact",
    operation_id="getClosureImpact",
    summary="What a closure would mean",
    responses=problems(*MANAGING),
)
async def get_closure_impact(
    session: Session,
    actor: CurrentPerson,
    now: Now,
    point_id: UUID,
    start: Moment,
    end: Moment,
    service: Annotated[UUID | None, Query(description="Only this service of the point.")] = None,
) -> ClosureImpact:
    """Whose bookings it would cancel, and how many wait in vain. Changes nothing."""
    if end <= start:
        raise InvalidInputError(field="end", detail="the end comes after the start")
    wanted = ClosureOrder(start=start, end=end, service_id=service)
    return await closures.impact(session, actor=actor, point_id=point_id, wanted=wanted, now=now)


@router.get(
    "/points/{point_id}/closures",
    operation_id="listClosures",
    summary="Closures that are not over",
    responses=problems(*MANAGING),
)
async def list_closures(
    session: Session,
    actor: CurrentPerson,
    now: Now,
    point_id: UUID,
    limit: Limit = 20,
    cursor: CursorText = None,
) -> Page[ClosureView]:
    """The closures of a point, soonest first."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    items, following = await closures.closures(
        session,
        actor=actor,
        point_id=point_id,
        now=now,
        limit=limit,
        after=(after[0], after[1]) if after else None,
    )
    return Page(items=items, next=encode_cursor(following))


@router.delete(
    "/closures/{closure_id}",
    operation_id="liftClosure",
    summary="Lift a closure",
    responses=problems("sign-in-required", "forbidden", "not-found", "action-refused"),
)
async def lift_closure(session: Session, actor: CurrentPerson, now: Now, closure_id: UUID) -> ClosureLifted:
    """Its slots come back. Nobody is booked again by itself."""
    return await closures.lift(session, actor=actor, closure_id=closure_id, now=now)


@router.post(
    "/services/{service_id}/extra-openings",
    operation_id="openExtra",
    summary="Open a service at an extra time",
    status_code=201,
    response_model=SlotsMade,
    responses=problems(*CREATING),
)
async def open_extra(once: OnceOnly, now: Now, service_id: UUID, wanted: ExtraOpening) -> Response:
    """Makes slots that no opening rule changes or takes back."""

    return await once(partial(openings.open_extra, service_id=service_id, wanted=wanted, now=now))


@router.get(
    "/services/{service_id}/rules",
    operation_id="listRules",
    summary="The opening rules of a service",
    responses=problems(*MANAGING),
)
async def list_rules(session: Session, actor: CurrentPerson, service_id: UUID) -> Page[RuleView]:
    """All rules, earliest in the day first."""
    return Page(items=await opening_rules.rules_of(session, actor=actor, service_id=service_id))


@router.post(
    "/services/{service_id}/rules",
    operation_id="addRule",
    summary="Add an opening rule",
    status_code=201,
    response_model=RulesChanged,
    responses=problems(*CREATING),
)
async def add_rule(once: OnceOnly, now: Now, service_id: UUID, wanted: RuleOrder) -> Response:
    """Slots to come follow at once."""

    return await once(partial(opening_rules.add_rule, service_id=service_id, wanted=wanted, now=now))


@router.put(
    "/rules/{rule_id}",
    operation_id="replaceRule",
    summary="Change an opening rule",
    responses=problems(*MANAGING, "action-refused", "stale-version", "version-required"),
)
async def replace_rule(
    session: Session,
    response: Response,
    actor: CurrentPerson,
    now: Now,
    rule_id: UUID,
    wanted: RuleOrder,
    if_match: IfMatch = None,
) -> RulesChanged:
    """Slots to come follow, but for those that somebody booked, holds or waits for, or that were edited by hand: these
    stay, and are listed.
    """
    changed = await opening_rules.replace_rule(
        session, actor=actor, rule_id=rule_id, wanted=wanted, seen_version=seen_rule(if_match), now=now
    )
    if changed.rule is not None:
        response.headers["ETag"] = f'"{changed.rule.version}"'
    return changed


@router.delete(
    "/rules/{rule_id}",
    operation_id="deleteRule",
    summary="Take an opening rule back",
    responses=problems(*MANAGING, "stale-version", "version-required"),
)
async def delete_rule(
    session: Session, actor: CurrentPerson, now: Now, rule_id: UUID, if_match: IfMatch = None
) -> RulesChanged:
    """Its slots to come are taken back, but for those that somebody has a place in or waits for, which are listed."""
    return await opening_rules.delete_rule(
        session, actor=actor, rule_id=rule_id, seen_version=seen_rule(if_match), now=now
    )


@router.post(
    "/points/{point_id}/services",
    operation_id="addService",
    summary="Add a service to a point",
    status_code=201,
    response_model=ServiceView,
    responses=problems(*CREATING),
)
async def add_service(once: OnceOnly, now: Now, point_id: UUID, wanted: ServiceOrder) -> Response:
    """It opens once it has opening rules."""

    return await once(partial(openings.add_service, point_id=point_id, wanted=wanted, now=now))


@router.patch(
    "/services/{service_id}",
    operation_id="editService",
    summary="Change how a service is called and described",
    responses=problems(*MANAGING),
)
async def edit_service(
    session: Session, actor: CurrentPerson, now: Now, service_id: UUID, edit: ServiceEdit
) -> ServiceView:
    """What is left out stays."""
    return await openings.edit_service(session, actor=actor, service_id=service_id, edit=edit, now=now)
