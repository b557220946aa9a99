"""Booking policies: what is in force and whose word it is, and setting it."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Response

from api.dependencies import CurrentPerson, Now, Session
from api.problems import problems
from models.shapes.policies import PolicySetting, PolicyValue, ServicePolicyView
from models.vocabulary import ScopeKind
from scheduling import policy_settings
from scheduling.policy_settings import Setting

router = APIRouter(prefix="/v1", tags=["policies"])

Scope = Annotated[Literal["district", "point", "service"], Path()]
Key = Annotated[str, Path(max_length=40, description="The district's code, or the point's or service's id.")]
Field = Annotated[str, Path(max_length=60, description="A policy field, as the service's policy names it.")]


@router.get(
    "/services/{service_id}/policy",
    operation_id="getServicePolicy",
    summary="A service's policy, and whose word each value is",
    responses=problems("not-found", "invalid-input"),
)
async def get_service_policy(session: Session, service_id: UUID) -> ServicePolicyView:
    """Every field with its value, the product's default, where the value comes from, and the product rule it carries."""
    return await policy_settings.service_policy(session, service_id=service_id)


@router.put(
    "/policies/{scope}/{key}/{field}",
    operation_id="setPolicyField",
    summary="Set a policy field",
    responses=problems("sign-in-required", "forbidden", "not-found", "invalid-input"),
)
async def set_policy_field(
    session: Session,
    actor: CurrentPerson,
    now: Now,
    scope: Scope,
    key: Key,
    field: Field,
    wanted: PolicyValue,
) -> PolicySetting:
    """For a district, a point or a service; the nearest one's value holds."""
    setting = Setting(ScopeKind(scope), key, field)
    return await policy_settings.set_field(session, actor=actor, setting=setting, value=wanted.value, now=now)


@router.delete(
    "/policies/{scope}/{key}/{field}",
    operation_id="clearPolicyField",
    summary="Take back a policy field that was set",
    status_code=204,
    responses=problems("sign-in-required", "forbidden", "not-found", "invalid-input"),
)
async def clear_policy_field(
    session: Session, actor: CurrentPerson, now: Now, scope: Scope, key: Key, field: Field
) -> Response:
    """The next wider scope's value holds again. Clearing what is not set changes nothing."""
    setting = Setting(ScopeKind(scope), key, field)
    await policy_settings.clear_field(session, actor=actor, setting=setting, now=now)
    return Response(status_code=204)
