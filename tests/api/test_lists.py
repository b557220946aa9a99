"""What is open to all: divisions, categories, points, services and slots."""

from datetime import timedelta
from typing import Any

import pytest

from models.vocabulary import Category, SlotStatus
from scheduling import watching
from scheduling.actors import Actor
from scheduling.jobs import PERIODS
from scheduling.watching import Run
from tests.api.calling import Caller, problem_of
from tests.scheduling.acting import do
from tests.world import (
    CANTEEN,
    DISTRICT,
    HAIRCUT,
    HILL_HOUSE,
    HILL_LUNCH,
    HILLS,
    LUNCH,
    READING,
    READING_ROOM,
    TOWN,
    at,
)

NEAR = "31.9501,118.8401"
NOWHERE = "00000000-0000-0000-0000-000000000099"


async def listed(api: Caller, path: str, **query: Any) -> list[dict[str, Any]]:
    """Every item of a list, page after page."""
    items: list[dict[str, Any]] = []
    for _ in range(60):
        answer = await api.get(path, params=query)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert set(page) == {"items", "next"}
        items.extend(page["items"])
        if page["next"] is None:
            return items
        query["cursor"] = page["next"]
    raise AssertionError("the pages never end")


async def ids(api: Caller, path: str, **query: Any) -> list[str]:
    return [item["id"] for item in await listed(api, path, **query)]


async def test_health(api: Caller) -> None:
    assert (await api.get("/v1/health/live")).json() == {"status": "live"}
    fresh = (await api.get("/v1/health/ready")).json()
    assert fresh["status"] == "amber", "no clock has run yet"
    assert {"what": "job make_slots", "since": None, "detail": "has never run"} in fresh["faults"]
    for name, every in PERIODS.items():
        await do(api.world, watching.note, run=Run(name, api.now - 2 * every, 0.1))
    assert (await api.get("/v1/health/ready")).json() == {"status": "ready", "faults": []}


async def test_divisions(api: Caller) -> None:
    codes = [item["code"] for item in await listed(api, "/v1/divisions", limit=2)]
    assert codes == sorted(codes)
    assert len(codes) == 6
    assert [item["code"] for item in await listed(api, "/v1/divisions", level="subdistrict")] == [TOWN, HILLS]
    (community,) = await listed(api, "/v1/divisions", parent=HILLS)
    assert community == {
        "code": "320115003001",
        "name": "1号社区",
        "level": "community",
        "parent_code": HILLS,
        "latitude": None,
        "longitude": None,
        "hotline": None,
    }


async def test_categories(api: Caller) -> None:
    items = await listed(api, "/v1/categories")
    assert [item["code"] for item in items] == list(Category)
    assert items[1] == {"code": "meals", "name": {"zh": "助餐", "en": "Meals"}}


async def test_points(api: Caller) -> None:
    assert {*await ids(api, "/v1/points", limit=1)} == {str(CANTEEN), str(READING_ROOM), str(HILL_HOUSE)}
    assert await ids(api, "/v1/points", category="culture") == [str(READING_ROOM)]
    assert await ids(api, "/v1/points", division=HILLS) == [str(HILL_HOUSE)]
    assert await ids(api, "/v1/points", q="食堂") == [str(CANTEEN)]
    near = await listed(api, "/v1/points", near=NEAR, limit=1)
    assert [point["id"] for point in near] == [str(CANTEEN), str(READING_ROOM), str(HILL_HOUSE)]
    assert near[0]["distance_m"] == 15
    assert await ids(api, "/v1/points", near=NEAR, radius_m=100) == [str(CANTEEN)]
    await api.world.slot(LUNCH, at(1, 11))
    assert await ids(api, "/v1/points", open_at="2026-11-24T11:30:00+08:00") == [str(CANTEEN)]
    assert await ids(api, "/v1/points", open_at="2026-11-24T03:30:00Z") == [str(CANTEEN)]


async def test_one_point_and_what_it_offers(api: Caller) -> None:
    point = (await api.get(f"/v1/points/{CANTEEN}")).json()
    assert point == {
        "id": str(CANTEEN),
        "name": "幸福食堂",
        "address": "幸福食堂路1号",
        "phone": "025-00000000",
        "latitude": 31.95,
        "longitude": 118.84,
        "community": {"code": "320115001001", "name": "1号社区"},
        "subdistrict": {"code": TOWN, "name": "东山街道"},
        "categories": ["elder_care", "meals"],
        "distance_m": None,
        "demo": False,
    }
    services = await listed(api, f"/v1/points/{CANTEEN}/services")
    assert [service["id"] for service in services] == [str(HAIRCUT), str(LUNCH)]
    assert services[1]["policy"]["max_party"] == 6
    for path in (f"/v1/points/{NOWHERE}", f"/v1/points/{NOWHERE}/services", f"/v1/slots/{NOWHERE}"):
        problem_of(await api.get(path), 404, "not-found")


async def test_a_slot_as_the_design_has_it(api: Caller) -> None:
    slot_id = await api.world.slot(LUNCH, at(1, 11), capacity=10, taken=3)
    answer = await api.get(f"/v1/slots/{slot_id}")
    assert answer.headers["etag"] == '"1"'
    slot = answer.json()
    assert [question["key"] for question in slot.pop("questions")] == ["serving", "diet"]
    point = slot.pop("point")
    assert set(point) == {
        "id",
        "name",
        "address",
        "phone",
        "latitude",
        "longitude",
        "community",
        "subdistrict",
    }
    assert slot == {
        "id": str(slot_id),
        "start": "2026-11-24T11:00:00+08:00",
        "end": "2026-11-24T12:00:00+08:00",
        "capacity": 10,
        "taken": 3,
        "free": 7,
        "status": "open",
        "category": "meals",
        "service": {"id": str(LUNCH), "name": "长者午餐"},
        "opens_at": "2026-11-17T11:00:00+08:00",
        "closes_at": "2026-11-24T10:00:00+08:00",
        "distance_m": None,
        "demo": False,
    }


async def test_slots_by_everything_that_can_be_asked(api: Caller) -> None:
    services = (LUNCH, HAIRCUT, READING, HILL_LUNCH)
    lunch, haircut, reading, hill = [
        str(await api.world.slot(service, at(1, hour), capacity=2))
        for hour, service in enumerate(services, 11)
    ]
    closed = str(await api.world.slot(LUNCH, at(1, 16), status=SlotStatus.closed))
    everything = [lunch, haircut, reading, hill, closed]
    for limit in (1, 2, 100):
        assert await ids(api, "/v1/slots", limit=limit) == everything
    assert await ids(api, "/v1/slots", category="meals", available=True) == [lunch, hill]
    assert await ids(api, "/v1/slots", service=str(READING)) == [reading]
    assert await ids(api, "/v1/slots", point=str(CANTEEN)) == [lunch, haircut, closed]
    assert await ids(api, "/v1/slots", division=HILLS) == [hill]
    assert await ids(api, "/v1/slots", near=NEAR, radius_m=100, available=True) == [lunch, haircut]
    assert await ids(api, "/v1/slots", available=True, party=2) == everything[:4]
    assert await ids(api, "/v1/slots", available=True, party=3) == []
    nearest = {"near": "32.05,119.04", "sort": "nearest", "available": True}
    for limit in (1, 3, 100):
        assert await ids(api, "/v1/slots", limit=limit, **nearest) == [hill, reading, lunch, haircut]


async def test_slots_from_and_to(api: Caller) -> None:
    """Times are exact; a date is the district's whole day, `to` included; without, it is now and fourteen days on."""
    past, today, late, tomorrow, far = [
        str(await api.world.slot(LUNCH, start))
        for start in (at(0, 8), at(0, 12), at(0, 23, 30), at(1, 0), at(14, 23))
    ]
    beyond = str(await api.world.slot(LUNCH, at(15, 0)))
    assert await ids(api, "/v1/slots") == [today, late, tomorrow, far]
    assert await ids(api, "/v1/slots", **{"from": "2026-11-23"}, to="2026-11-23") == [past, today, late]
    assert await ids(api, "/v1/slots", **{"from": "2026-11-24"}) == [tomorrow, far, beyond]
    exact = {"from": "2026-11-23T12:00:00+08:00", "to": "2026-11-23T15:30:00Z"}
    assert await ids(api, "/v1/slots", **exact) == [today]
    assert await ids(api, "/v1/slots", **{"from": "2026-11-24"}, to="2026-11-23") == []


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("2026-11-24T00:00:00+08:00", 1), ("2026-11-24T00:00:00Z", 2), ("2026-11-24", 3)],
)
async def test_midnight_with_an_offset_is_a_time_and_no_date(api: Caller, moment: str, expected: int) -> None:
    for start in (at(0, 23), at(1, 7), at(1, 9)):
        await api.world.slot(LUNCH, start)
    assert len(await ids(api, "/v1/slots", to=moment)) == expected
    from_there = await ids(api, "/v1/slots", **{"from": moment}, to="2026-11-24")
    assert len(from_there) == (2 if moment == "2026-11-24" else 3 - expected)


async def test_what_is_shown_moves_with_the_clock(api: Caller) -> None:
    slot = str(await api.world.slot(LUNCH, at(1, 11)))
    assert await ids(api, "/v1/slots", available=True) == [slot]
    api.now = at(1, 10) + timedelta(seconds=1)
    assert await ids(api, "/v1/slots", available=True) == []
    assert await ids(api, "/v1/slots") == [slot]
    api.now = at(1, 11, 1)
    assert await ids(api, "/v1/slots") == []


async def test_the_district_can_be_another(api: Caller) -> None:
    """The district is data: nothing is found in one that is not here."""
    assert await ids(api, "/v1/points", division="110101000000") == []
    assert len(await ids(api, "/v1/points", division=DISTRICT)) == 3


async def test_who_has_the_newest_list_is_told_so(api: Caller, person: Actor) -> None:
    """The tag is of what is shown now: a place that was taken changes it."""
    slot = await api.world.slot(LUNCH, at(1, 11), capacity=10)
    for path in ("/v1/slots?available=true", "/v1/points", "/v1/divisions"):
        first = await api.get(path)
        tag = first.headers["etag"]
        again = await api.get(path, headers={"if-none-match": f'"other", {tag}'})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert (await api.get(path, headers={"if-none-match": '"other"'})).json() == first.json()
    before = (await api.get("/v1/slots")).headers["etag"]
    await api.world.book(person, slot)
    after = await api.get("/v1/slots", headers={"if-none-match": before})
    assert after.status_code == 200
    assert {each["id"]: each["taken"] for each in after.json()["items"]}[str(slot)] == 1
