"""What a volunteer chooses from, and has chosen: shifts with what speaks against them, and all that is ahead."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.dependencies import (
    CallerLanguage,
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
from api.reasons import REASONS
from api.routes.places import DivisionCode, Moment, Near, Radius, parse_near, span_end, span_start
from models.shapes.base import Page
from models.shapes.rosters import RosterView, ShiftForMe
from models.vocabulary import Category, Language
from scheduling.rosters import finding, overview, shifts

router = APIRouter(prefix="/v1/me", tags=["volunteers"])


@router.get(
    "/roster",
    operation_id="getMyRoster",
    summary="My shifts, and what waits for my answer",
    responses=problems("sign-in-required"),
)
async def get_my_roster(session: Session, actor: CurrentPerson, now: Now) -> RosterView:
    """Places and queues ahead, open asks and swaps, standing places: at most 50 of each."""
    return await overview.overview(session, actor=actor, now=now)


@router.get(
    "/shifts",
    operation_id="listShiftsForMe",
    summary="Shifts, and what speaks against my taking them",
    responses=problems("sign-in-required", "invalid-input"),
)
async def list_shifts_for_me(
    session: Session,
    actor: CurrentPerson,
    language: CallerLanguage,
    now: Now,
    near: Near = None,
    radius_m: Radius = None,
    from_: Annotated[
        Moment | None, Query(alias="from", description="A date or a time. Default: now.")
    ] = None,
    to: Annotated[
        Moment | None, Query(description="A date, included, or a time. Default: two weeks on.")
    ] = None,
    division: DivisionCode = None,
    category: Annotated[
        Category | None, Query(description="Of the services that the shift serves; else of its point's.")
    ] = None,
    wished: Annotated[bool, Query(description="Only of the categories that the caller wishes for.")] = False,
    in_reach: Annotated[
        bool, Query(description="Only as far from `near` as the caller said they would go.")
    ] = False,
    takeable: Annotated[bool, Query(description="Only those that the caller can take now.")] = False,
    limit: Limit = 20,
    cursor: CursorText = None,
) -> Page[ShiftForMe]:
    """Published shifts, soonest first, each with every reason at once, and with what the caller is to it already."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    start = span_start(from_, now)
    wanted = shifts.Search(
        start=start,
        end=span_end(to, start),
        near=parse_near(near),
        radius_m=radius_m,
        division=division,
        categories=None if category is None else (category,),
    )
    items, following = await finding.search_for_me(
        session,
        actor=actor,
        wanted=wanted,
        wished=wished,
        in_reach=in_reach,
        takeable=takeable,
        now=now,
        limit=limit,
        after=(after[0], after[1]) if after else None,
    )
    words = _reason_words(language)
    return Page(items=[one.shown(words) for one in items], next=encode_cursor(following))


def _reason_words(language: Language) -> Callable[[str], str]:
    return lambda code: REASONS[code].in_language(language)


@router.get(
    "/shifts/{shift_id}",
    operation_id="getShiftForMe",
    summary="One shift, and what speaks against my taking it",
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def get_shift_for_me(
    session: Session, actor: CurrentPerson, language: CallerLanguage, now: Now, shift_id: UUID
) -> ShiftForMe:
    """With every reason at once, and with what the caller is to it already."""
    judged = await finding.show_for_me(session, actor=actor, shift_id=shift_id, now=now)
    return judged.shown(_reason_words(language))
