"""Shifts: what volunteers look through, and what managers plan."""

from datetime import timedelta
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Header, Query, Response

from api.creation import CHANGING, OnceOnly
from api.dependencies import (
    CurrentPerson,
    CursorText,
    Limit,
    Now,
    Session,
    State,
    decode_cursor,
    encode_cursor,
    parse_cursor,
)
from api.problems import problems
from api.routes.managers import seen_version
from api.routes.places import Moment, Near, Radius, parse_near, span_end, span_start
from api.tickets import shift_ticket_png, shift_ticket_svg
from models.shapes.base import Day, Page, local_day
from models.shapes.rosters import (
    CancelOrder,
    CoverageView,
    Published,
    PublishOrder,
    RosterStatistics,
    ShiftCodes,
    ShiftEdit,
    ShiftGap,
    ShiftOrder,
    ShiftsMade,
    ShiftView,
    StandingOrder,
    StandingView,
    TemplateOrder,
    TemplateView,
)
from models.shapes.volunteers import Word
from scheduling.rosters import attendance, coverage, finding, shifts, standing, statistics, templates

router = APIRouter(prefix="/v1", tags=["volunteers"])


@router.get(
    "/shifts",
    operation_id="listShifts",
    summary="Find shifts",
    responses=problems("sign-in-required", "invalid-input"),
)
async def list_shifts(
    session: Session,
    actor: CurrentPerson,
    now: Now,
    near: Near = None,
    radius_m: Radius = None,
    from_: Annotated[
        Moment | None, Query(alias="from", description="A date or a time. Default: now.")
    ] = None,
    to: Annotated[
        Moment | None, Query(description="A date, included, or a time. Default: two weeks on.")
    ] = None,
    point: UUID | None = None,
    role: Annotated[Word | None, Query()] = None,
    mine: Annotated[bool, Query(description="Only those that the caller is on.")] = False,
    eligible: Annotated[bool, Query(description="Only those that the caller can take now.")] = False,
    limit: Limit = 20,
    cursor: CursorText = None,
) -> Page[ShiftView]:
    """Published shifts, soonest first; `near` adds the distance, `radius_m` bounds it."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    start = span_start(from_, now)
    wanted = shifts.Search(
        start=start,
        end=span_end(to, start),
        near=parse_near(near),
        radius_m=radius_m,
        point_id=point,
        role=role,
        mine=mine,
    )
    place = (after[0], after[1]) if after else None
    if eligible:
        items, following = await finding.eligible(
            session, actor=actor, wanted=wanted, now=now, limit=limit, after=place
        )
    else:
        items, following = await shifts.search(session, actor=actor, wanted=wanted, limit=limit, after=place)
    return Page(items=items, next=encode_cursor(following))


@router.get(
    "/shifts/{shift_id}",
    operation_id="getShift",
    summary="One shift",
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def get_shift(session: Session, response: Response, actor: CurrentPerson, shift_id: UUID) -> ShiftView:
    """With the ETag that an edit must quote. Drafts are shown to managers only."""
    view, version = await shifts.show(session, actor=actor, shift_id=shift_id)
    response.headers["ETag"] = f'"{version}"'
    return view


@router.patch(
    "/shifts/{shift_id}",
    operation_id="editShift",
    summary="Change what a shift needs",
    responses=problems(
        "sign-in-required",
        "forbidden",
        "not-found",
        "action-refused",
        "stale-version",
        "version-required",
        "invalid-input",
    ),
)
async def edit_shift(
    session: Session,
    response: Response,
    actor: CurrentPerson,
    now: Now,
    shift_id: UUID,
    change: ShiftEdit,
    if_match: Annotated[str | None, Header(description="The ETag that was seen.")] = None,
) -> ShiftView:
    """What is left out stays. More places are offered to who waits."""
    view, version = await shifts.edit(
        session, actor=actor, shift_id=shift_id, change=change, seen_version=seen_version(if_match), now=now
    )
    response.headers["ETag"] = f'"{version}"'
    return view


@router.post(
    "/points/{point_id}/shifts",
    operation_id="addShift",
    summary="Make a shift",
    status_code=201,
    response_model=ShiftView,
    responses=problems(*CHANGING),
)
async def add_shift(once: OnceOnly, now: Now, point_id: UUID, wanted: ShiftOrder) -> Response:
    """A draft, or published at once."""

    return await once(partial(shifts.add, point_id=point_id, wanted=wanted, now=now))


@router.get(
    "/points/{point_id}/shifts",
    operation_id="listPointShifts",
    summary="A point's shifts to come",
    responses=problems("sign-in-required", "forbidden", "not-found", "invalid-input"),
)
async def list_point_shifts(
    session: Session,
    actor: CurrentPerson,
    now: Now,
    point_id: UUID,
    limit: Limit = 20,
    cursor: CursorText = None,
) -> Page[ShiftGap]:
    """For its manager: drafts too, with their gaps."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    items, following = await shifts.of_point(
        session,
        actor=actor,
        point_id=point_id,
        now=now,
        limit=limit,
        after=(after[0], after[1]) if after else None,
    )
    return Page(items=items, next=encode_cursor(following))


@router.post(
    "/points/{point_id}/shifts/publish",
    operation_id="publishShifts",
    summary="Show drafts to volunteers",
    response_model=Published,
    responses=problems(*CHANGING),
)
async def publish_shifts(once: OnceOnly, now: Now, point_id: UUID, wanted: PublishOrder) -> Response:
    """Standing places are given out first; then they open in stages, smaller groups first."""

    return await once(partial(shifts.publish, point_id=point_id, wanted=wanted, now=now), status=200)


@router.post(
    "/shifts/{shift_id}/cancel",
    operation_id="cancelShift",
    summary="Call a shift off",
    response_model=ShiftView,
    responses=problems(*CHANGING),
)
async def cancel_shift(
    once: OnceOnly, now: Now, shift_id: UUID, why: Annotated[CancelOrder | None, Body()] = None
) -> Response:
    """Everybody on it and in its queue is told."""

    return await once(
        partial(shifts.cancel, shift_id=shift_id, reason=why.reason if why else "", now=now), status=200
    )


@router.get(
    "/points/{point_id}/shift-templates",
    operation_id="listShiftTemplates",
    summary="Recurring shifts of a point",
    responses=problems("sign-in-required", "not-found", "forbidden", "invalid-input"),
)
async def list_shift_templates(session: Session, actor: CurrentPerson, point_id: UUID) -> Page[TemplateView]:
    """Those that go on."""
    return Page(items=await templates.of_point(session, actor=actor, point_id=point_id))


@router.post(
    "/points/{point_id}/shift-templates",
    operation_id="addShiftTemplate",
    summary="Make a recurring shift",
    status_code=201,
    response_model=ShiftsMade,
    responses=problems(*CHANGING),
)
async def add_shift_template(once: OnceOnly, now: Now, point_id: UUID, wanted: TemplateOrder) -> Response:
    """Its shifts are made up to the horizon at once, and then day by day."""

    return await once(partial(templates.add, point_id=point_id, wanted=wanted, now=now))


@router.post(
    "/shift-templates/{template_id}/end",
    operation_id="endShiftTemplate",
    summary="Make no more shifts of a template",
    response_model=TemplateView,
    responses=problems(*CHANGING),
)
async def end_shift_template(once: OnceOnly, now: Now, template_id: UUID) -> Response:
    """Those made stay."""

    return await once(partial(templates.end, template_id=template_id, now=now), status=200)


@router.post(
    "/shift-templates/{template_id}/standing",
    operation_id="takeStandingPlace",
    summary="Take a place on every shift of a template",
    status_code=201,
    response_model=StandingView,
    responses=problems(*CHANGING),
)
async def take_standing_place(once: OnceOnly, now: Now, template_id: UUID, wanted: StandingOrder) -> Response:
    """Until a day. Where a rule speaks against one shift it is left out, and said why."""

    return await once(partial(standing.take, template_id=template_id, wanted=wanted, now=now))


@router.get(
    "/standing-places",
    operation_id="listStandingPlaces",
    summary="My standing places",
    responses=problems("sign-in-required"),
)
async def list_standing_places(session: Session, actor: CurrentPerson) -> Page[StandingView]:
    """Those that go on."""
    return Page(items=await standing.mine(session, actor=actor))


@router.post(
    "/standing-places/{standing_id}/end",
    operation_id="endStandingPlace",
    summary="Take no more places",
    response_model=StandingView,
    responses=problems(*CHANGING),
)
async def end_standing_place(once: OnceOnly, now: Now, standing_id: UUID) -> Response:
    """Those taken stay, and are given up one by one."""

    return await once(partial(standing.end, standing_id=standing_id, now=now), status=200)


@router.get(
    "/points/{point_id}/coverage",
    operation_id="getCoverage",
    summary="The calendar of gaps",
    responses=problems("sign-in-required", "forbidden", "not-found", "invalid-input"),
)
async def get_coverage(
    session: Session,
    actor: CurrentPerson,
    now: Now,
    point_id: UUID,
    first: Annotated[Day | None, Query(description="A local date. Default: today.")] = None,
    last: Annotated[Day | None, Query(description="A local date, included. Default: a week on.")] = None,
) -> CoverageView:
    """A point's shifts with who is expected, who is being asked, and what is missing. For its manager."""
    begin = first or local_day(now)
    return await coverage.coverage(
        session, actor=actor, point_id=point_id, first=begin, last=last or begin + timedelta(days=6), now=now
    )


@router.get(
    "/points/{point_id}/shift-statistics",
    operation_id="getShiftStatistics",
    summary="How a point's shifts went",
    responses=problems("sign-in-required", "forbidden", "not-found", "invalid-input"),
)
async def get_shift_statistics(
    session: Session,
    actor: CurrentPerson,
    now: Now,
    point_id: UUID,
    first: Annotated[Day | None, Query(description="A local date. Default: four weeks ago.")] = None,
    last: Annotated[Day | None, Query(description="A local date, included. Default: today.")] = None,
) -> RosterStatistics:
    """Fill rate, lead time, absence, new and returning volunteers. For its manager."""
    end = last or local_day(now)
    return await statistics.statistics(
        session, actor=actor, point_id=point_id, first=first or end - timedelta(days=27), last=end
    )


@router.get(
    "/shifts/{shift_id}/codes",
    operation_id="getShiftCodes",
    summary="What to show at the point",
    responses=problems("sign-in-required", "not-found", "forbidden", "invalid-input"),
)
async def get_shift_codes(session: Session, actor: CurrentPerson, shift_id: UUID) -> ShiftCodes:
    """One code for coming and one for going. For its manager and the shift's leader."""
    return await attendance.codes(session, actor=actor, shift_id=shift_id)


@router.get(
    "/shifts/{shift_id}/codes/{way}.svg",
    operation_id="getShiftCodeImage",
    summary="The same as a QR code",
    response_class=Response,
    responses={
        200: {
            "description": "A signed QR code to show at the point.",
            "content": {"image/svg+xml": {"schema": {"type": "string"}}},
        },
        **problems("sign-in-required", "forbidden", "not-found", "invalid-input"),
    },
)
async def get_shift_code_image(
    session: Session, actor: CurrentPerson, state: State, shift_id: UUID, way: attendance.Way
) -> Response:
    """`in` for coming, `out` for going. For its manager and the shift's leader."""
    await attendance.codes(session, actor=actor, shift_id=shift_id)
    drawn = shift_ticket_svg(shift_id, way, state.tokens.key)
    return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})


@router.get(
    "/shifts/{shift_id}/codes/{way}.png",
    operation_id="getShiftCodePicture",
    summary="The same as a picture of dots",
    response_class=Response,
    responses={
        200: {
            "description": "A signed QR code to show at the point.",
            "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
        },
        **problems("sign-in-required", "forbidden", "not-found", "invalid-input"),
    },
)
async def get_shift_code_picture(
    session: Session, actor: CurrentPerson, state: State, shift_id: UUID, way: attendance.Way
) -> Response:
    """For chats. `in` for coming, `out` for going. For its manager and the shift's leader."""
    await attendance.codes(session, actor=actor, shift_id=shift_id)
    drawn = shift_ticket_png(shift_id, way, state.tokens.key)
    return Response(drawn, media_type="image/png", headers={"Cache-Control": "private, no-store"})
