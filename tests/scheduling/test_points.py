"""Finding divisions, points and what they offer."""

from typing import Any
from uuid import UUID

import pytest

from models.database import transaction
from models.ids import new_id
from models.shapes.base import Area, Coordinates
from models.shapes.places import PointView
from models.tables import Point, PolicyOverride
from models.vocabulary import Category, DivisionLevel, ScopeKind, SlotStatus, Zone
from scheduling.errors import NotFoundError
from scheduling.queries import points
from scheduling.queries.points import Cursor, PointSearch, search_points
from tests.scheduling.acting import do, stored
from tests.world import (
    CANTEEN,
    COMMUNITIES,
    DISTRICT,
    HAIRCUT,
    HILL_HOUSE,
    HILLS,
    LUNCH,
    NOW,
    READING_ROOM,
    TOWN,
    World,
    at,
)

HERE = Coordinates(latitude=31.9501, longitude=118.8401)


async def found(world: World, limit: int = 100, **wanted: Any) -> list[PointView]:
    """The points that match, page after page."""
    views: list[PointView] = []
    after: Cursor | None = None
    for _ in range(100):
        some, after = await do(world, search_points, search=PointSearch(**wanted), limit=limit, after=after)
        views.extend(some)
        if after is None:
            return views
        assert len(some) == limit
    raise AssertionError("the pages never end")


async def ids(world: World, **wanted: Any) -> list[UUID]:
    return [point.id for point in await found(world, **wanted)]


async def test_a_point_with_what_it_offers(world: World) -> None:
    view = await do(world, points.point_view, point_id=CANTEEN)
    assert (view.name, view.address, view.phone) == ("幸福食堂", "幸福食堂路1号", "025-00000000")
    assert view.community == Area(code="320115001001", name="1号社区")
    assert view.subdistrict == Area(code=TOWN, name="东山街道")
    assert view.categories == [Category.elder_care, Category.meals]
    assert (view.distance_m, view.demo) == (None, False)
    with pytest.raises(NotFoundError):
        await do(world, points.point_view, point_id=new_id())


async def test_points_by_what_they_are_and_where(world: World) -> None:
    assert {*await ids(world)} == {CANTEEN, READING_ROOM, HILL_HOUSE}
    assert {*await ids(world, category=Category.meals)} == {CANTEEN, HILL_HOUSE}
    assert await ids(world, category=Category.legal) == []
    assert {*await ids(world, division=TOWN)} == {CANTEEN, READING_ROOM}
    assert await ids(world, division=HILLS, category=Category.meals) == [HILL_HOUSE]
    assert await ids(world, near=HERE, radius_m=1000) == [CANTEEN, READING_ROOM]
    assert await ids(world, near=HERE) == [CANTEEN, READING_ROOM, HILL_HOUSE]


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("食堂", {CANTEEN}),
        ("路1号", {CANTEEN, READING_ROOM, HILL_HOUSE}),
        ("%", set()),
        ("_", set()),
        ("", None),
    ],
)
async def test_points_by_part_of_name_or_address(world: World, text: str, matches: set[UUID] | None) -> None:
    """What is typed means itself: % and _ are no wildcards."""
    everything = {CANTEEN, READING_ROOM, HILL_HOUSE}
    assert {*await ids(world, text=text)} == (everything if matches is None else matches)


async def test_points_open_at_a_time(world: World) -> None:
    """From the start, inclusive, to the end, exclusive; closed slots do not count."""
    await world.slot(LUNCH, at(1, 11), minutes=60)
    await world.slot(HAIRCUT, at(1, 14), status=SlotStatus.closed)
    assert await ids(world, open_at=at(1, 11)) == [CANTEEN]
    assert await ids(world, open_at=at(1, 11, 59)) == [CANTEEN]
    assert await ids(world, open_at=at(1, 12)) == []
    assert await ids(world, open_at=at(1, 14, 30)) == []


async def test_pages_of_points_have_no_gaps_and_no_repeats(world: World) -> None:
    """Many have the same name, or the same distance."""
    (canteen,) = [point for point in await stored(world, Point) if point.id == CANTEEN]
    async with transaction(world.database) as session:
        for number in range(20):
            twin = canteen.model_dump(exclude={"id", "key"})
            twin["latitude"] += 0.001 * (number // 7)
            session.add(Point(**{**twin, "key": str(number), "name": f"分店{number % 3}"}))
    for wanted in ({}, {"near": HERE}):
        whole = await ids(world, **wanted)
        assert len(whole) == len({*whole}) == 23
        for limit in (1, 7, 22, 23):
            assert await ids(world, limit=limit, **wanted) == whole
    distances = [point.distance_m for point in await found(world, near=HERE, limit=4)]
    assert distances == sorted(one for one in distances if one is not None)


async def test_divisions_by_level_and_parent_in_the_order_of_their_codes(world: World) -> None:
    async def codes(level: DivisionLevel | None = None, parent: str | None = None) -> list[str]:
        listed: list[str] = []
        after: str | None = None
        for _ in range(20):
            views, after = await do(world, points.divisions, level=level, parent=parent, limit=2, after=after)
            listed.extend(view.code for view in views)
            if after is None:
                return listed
        raise AssertionError("the pages never end")

    assert await codes() == sorted([DISTRICT, TOWN, HILLS, *COMMUNITIES])
    assert await codes(level=DivisionLevel.subdistrict) == [TOWN, HILLS]
    assert await codes(parent=TOWN) == ["320115001001", "320115001002"]
    assert await codes(level=DivisionLevel.district, parent=DISTRICT) == []


async def test_what_a_point_offers_by_which_policy(world: World) -> None:
    async with transaction(world.database) as session:
        for scope, key, field, value in (
            (ScopeKind.district, DISTRICT, "max_party", 4),
            (ScopeKind.point, str(CANTEEN), "max_party", 5),
            (ScopeKind.service, str(LUNCH), "closes_before_minutes", 180),
            (ScopeKind.service, str(READING_ROOM), "max_party", 99),
        ):
            session.add(PolicyOverride(scope=scope, key=key, field=field, value=value, set_at=NOW))
    haircut, lunch = await do(world, points.point_services, point_id=CANTEEN)
    assert (haircut.name, haircut.category, lunch.name) == ("上门理发", Category.elder_care, "长者午餐")
    assert (lunch.provider.name, lunch.provider.zone) == ("街道服务中心", Zone.street)
    assert (haircut.policy["max_party"], haircut.policy["closes_before_minutes"]) == (5, 60)
    assert (lunch.policy["max_party"], lunch.policy["closes_before_minutes"]) == (5, 180)
    (reading,) = await do(world, points.point_services, point_id=READING_ROOM)
    assert reading.policy["max_party"] == 4
    with pytest.raises(NotFoundError):
        await do(world, points.point_services, point_id=new_id())
