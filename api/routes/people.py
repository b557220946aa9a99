"""People, as those register and find them who work at the points."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Response

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
from models.shapes.base import Page
from models.shapes.registration import PersonOrder, PersonView
from scheduling import registration

router = APIRouter(prefix="/v1/people", tags=["point managers"])


@router.post(
    "",
    operation_id="registerPerson",
    summary="Register somebody, with or without a phone",
    status_code=201,
    response_model=PersonView,
    responses=problems(
        "sign-in-required",
        "forbidden",
        "idempotency-key-in-flight",
        "idempotency-key-reused",
        "invalid-input",
        "busy",
    ),
)
async def register_person(once: OnceOnly, now: Now, wanted: PersonOrder) -> Response:
    """For managers and staff. Whoever is registered can be booked for like anybody else."""

    return await once(partial(registration.register_person, wanted=wanted, now=now))


@router.get(
    "",
    operation_id="findPeople",
    summary="Find people by name or phone",
    responses=problems("sign-in-required", "forbidden", "invalid-input"),
)
async def find_people(
    session: Session,
    actor: CurrentPerson,
    now: Now,
    text: Annotated[
        str, Query(alias="q", max_length=80, description="How the name begins, or the whole phone number.")
    ],
    limit: Limit = 20,
    cursor: CursorText = None,
) -> Page[PersonView]:
    """For managers and staff: everybody of the district, by name. Phone numbers are whole only where one must call."""
    after = parse_cursor(decode_cursor(cursor), ("text", "id"))
    items, following = await registration.find_people(
        session,
        actor=actor,
        text=text,
        now=now,
        limit=limit,
        after=(after[0], after[1]) if after else None,
    )
    return Page(items=items, next=encode_cursor(following))
