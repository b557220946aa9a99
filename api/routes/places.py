"""Divisions, categories, points and slots: open to all."""

import re
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, BaseModel, BeforeValidator

from api.conditional import NOT_MODIFIED, answer, answer_written
from api.dependencies import (
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
from api.reading import AskingRoute
from models.database import reading_driver
from models.shapes.base import DISTRICT_ZONE, Coordinates, Page, in_our_time, local
from models.shapes.bookings import SlotDetail, SlotView
from models.shapes.places import CategoryName, CategoryView, DivisionView, PointView, ServiceView
from models.vocabulary import CATEGORY_NAMES, Category, DivisionLevel
from scheduling import capacity
from scheduling.errors import InvalidInputError
from scheduling.queries import points as point_queries
from scheduling.queries import slot_search as slot_queries

asking = APIRouter(prefix="/v1", tags=["places"], route_class=AskingRoute)
router = APIRouter(prefix="/v1", tags=["places"])

Near = Annotated[
    str | None,
    Query(
        description="Latitude and longitude, WGS84, as `lat,lon`.", examples=["31.95,118.84"], max_length=60
    ),
]
Radius = Annotated[int | None, Query(ge=1, le=100_000, description="Metres around `near`.")]
DivisionCode = Annotated[
    str | None, Query(pattern="^[0-9]{12}$", description="A division's code; everything within it matches.")
]
DAYS_WITHOUT_END = 14


def _has_offset(moment: datetime | date) -> datetime | date:
    if isinstance(moment, datetime) and moment.tzinfo is None:
        message = "a time needs an offset, as in 2026-11-24T09:00:00+08:00"
        raise ValueError(message)
    return moment


def _has_no_time(said: object) -> object:
    # Left to itself, a date also takes a time at midnight, and the day would then be included that was to be the end.
    if isinstance(said, str) and ":" in said:
        message = "a date has no time"
        raise ValueError(message)
    return said


Moment = Annotated[
    Annotated[date, BeforeValidator(_has_no_time)] | datetime,
    AfterValidator(_has_offset),
    AfterValidator(in_our_time),
]


def parse_near(text: str | None) -> Coordinates | None:
    """Coordinates from `lat,lon`. Raises InvalidInputError."""
    if text is None:
        return None
    found = re.fullmatch(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*", text)
    if found is None or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
        raise InvalidInputError(
            field="near", detail="write latitude,longitude in degrees, as in 31.95,118.84"
        )
    return Coordinates(latitude=float(found[1]), longitude=float(found[2]))


def span_start(moment: date | datetime | None, now: datetime) -> datetime:
    """From when: the beginning of a day, a time, or now."""
    if moment is None:
        return now
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time(0), tzinfo=DISTRICT_ZONE)


def span_end(moment: date | datetime | None, start: datetime) -> datetime:
    """Until when: the end of a day, a time, or some weeks after the start."""
    if moment is None:
        return datetime.combine(
            local(start).date() + timedelta(days=DAYS_WITHOUT_END + 1), time(0), DISTRICT_ZONE
        )
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment + timedelta(days=1), time(0), tzinfo=DISTRICT_ZONE)


@router.get(
    "/divisions",
    operation_id="listDivisions",
    summary="The district, its sub-districts and communities",
    response_model=Page[DivisionView],
    responses={**problems("invalid-input"), **NOT_MODIFIED},
)
async def list_divisions(
    request: Request,
    session: Session,
    level: DivisionLevel | None = None,
    parent: DivisionCode = None,
    limit: Limit = 20,
    cursor: CursorText = None,
) -> Response:
    """Divisions by their 12-digit national statistics codes, in the order of the codes."""
    after = parse_cursor(decode_cursor(cursor), ("text",))
    items, following = await point_queries.divisions(
        session, level=level, parent=parent, limit=limit, after=after[0] if after else None
    )
    return answer(
        request, Page[DivisionView](items=items, next=encode_cursor((following,) if following else None))
    )


@router.get("/categories", operation_id="listCategories", summary="The categories of services")
async def list_categories() -> Page[CategoryView]:
    """The ten categories with their names in both languages."""
    names = CATEGORY_NAMES.items()
    return Page(items=[CategoryView(code=code, name=CategoryName(zh=zh, en=en)) for code, (zh, en) in names])


@router.get(
    "/points",
    operation_id="listPoints",
    summary="Find points",
    response_model=Page[PointView],
    responses={**problems("invalid-input"), **NOT_MODIFIED},
)
async def list_points(
    request: Request,
    session: Session,
    now: Now,
    category: Category | None = None,
    division: DivisionCode = None,
    near: Near = None,
    radius_m: Radius = None,
    q: Annotated[
        str | None,
        Query(max_length=100, description="Part of the name or address, or of the name of a service."),
    ] = None,
    open_at: Annotated[Moment | None, Query(description="With a slot at this time.")] = None,
    limit: Limit = 20,
    cursor: CursorText = None,
) -> Response:
    """Points by name, or nearest first when `near` is given."""
    search = point_queries.PointSearch(
        category=category,
        division=division,
        near=parse_near(near),
        radius_m=radius_m,
        text=q,
        open_at=None if open_at is None else span_start(open_at, now),
    )
    distance = "nothing" if near is None else "number"
    after = parse_cursor(decode_cursor(cursor), (distance, "text", "id"))
    items, following = await point_queries.search_points(
        session, search=search, limit=limit, after=(after[0], after[1], after[2]) if after else None
    )
    return answer(request, Page[PointView](items=items, next=encode_cursor(following)))


@router.get(
    "/points/{point_id}", operation_id="getPoint", summary="One point", responses=problems("not-found")
)
async def get_point(session: Session, point_id: UUID) -> PointView:
    """One point."""
    return await point_queries.point_view(session, point_id=point_id)


@router.get(
    "/points/{point_id}/services",
    operation_id="listPointServices",
    summary="What a point offers",
    responses=problems("not-found"),
)
async def list_services(session: Session, point_id: UUID) -> Page[ServiceView]:
    """The services of a point, each with the booking policy in force."""
    return Page(items=list(await point_queries.point_services(session, point_id=point_id)))


@router.get(
    "/services/{service_id}",
    operation_id="getService",
    summary="One service",
    responses=problems("not-found"),
)
async def get_service(session: Session, service_id: UUID) -> ServiceView:
    """A service with the booking policy in force, and its average rating once enough people have rated."""
    return await point_queries.service_view(session, service_id=service_id)


class SlotsWanted(BaseModel):
    """What slots to look for."""

    category: Category | None = None
    service: UUID | None = None
    point: UUID | None = None
    division: DivisionCode = None
    near: Near = None
    radius_m: Radius = None
    from_: Annotated[
        Moment | None, Query(alias="from", description="A time, or a local date. Default: now.")
    ] = None
    to: Annotated[
        Moment | None, Query(description="A time, or a local date that is included. Default: 14 days on.")
    ] = None
    party: Annotated[int, Query(ge=1, le=1000, description="How many places are wanted.")] = 1
    available: Annotated[bool, Query(description="Only what can be booked right now.")] = False
    sort: Annotated[str | None, Query(pattern="^(soonest|nearest)$", description="Default: soonest.")] = None
    limit: Limit = 20
    cursor: CursorText = None

    def search(self, now: datetime) -> slot_queries.SlotSearch:
        """The search that is meant. Raises InvalidInputError."""
        start = span_start(self.from_, now)
        where = parse_near(self.near)
        if self.sort == "nearest" and where is None:
            raise InvalidInputError(field="near", detail="nearest to what? give near")
        return slot_queries.SlotSearch(
            start_from=start,
            start_before=span_end(self.to, start),
            category=self.category,
            service_id=self.service,
            point_id=self.point,
            division=self.division,
            near=where,
            radius_m=self.radius_m,
            party=self.party,
            available=self.available,
            nearest_first=self.sort == "nearest",
        )


@asking.get(
    "/slots",
    operation_id="listSlots",
    summary="Find slots",
    response_model=Page[SlotView],
    responses={**problems("invalid-input"), **NOT_MODIFIED},
)
async def list_slots(
    request: Request, state: State, now: Now, wanted: Annotated[SlotsWanted, Query()]
) -> Response:
    """Slots, soonest first, or nearest first with `sort=nearest` and `near`."""
    search = wanted.search(now)
    distance = "number" if search.nearest_first else "nothing"
    after = parse_cursor(decode_cursor(wanted.cursor), (distance, "moment", "id"))
    async with reading_driver(state.database) as driver:
        found, following = await slot_queries.search_slots(
            driver,
            search=search,
            now=now,
            limit=wanted.limit,
            after=(after[0], after[1], after[2]) if after else None,
        )
    return answer_written(request, {"items": found, "next": encode_cursor(following)})


@router.get("/slots/{slot_id}", operation_id="getSlot", summary="One slot", responses=problems("not-found"))
async def get_slot(session: Session, response: Response, slot_id: UUID) -> SlotDetail:
    """One slot, and what is asked when it is booked. Its ETag names the version that an edit must quote; bookings do not change it."""
    view, version = await capacity.slot_detail(session, slot_id=slot_id)
    response.headers["ETag"] = f'"{version}"'
    return view
