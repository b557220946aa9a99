"""Parameters that cannot be meant are refused by name: never an error of ours."""

import pytest

from tests.api.calling import Caller, pointers, problem_of
from tests.world import CANTEEN

PARAMETERS: list[tuple[str, tuple[str | None, str]]] = [
    ("/v1/points/nonsense", ("path", "/point_id")),
    ("/v1/slots/nonsense", ("path", "/slot_id")),
    ("/v1/points?category=breakfast", ("query", "/category")),
    ("/v1/points?limit=0", ("query", "/limit")),
    ("/v1/points?limit=101", ("query", "/limit")),
    ("/v1/points?division=320115", ("query", "/division")),
    ("/v1/points?radius_m=0", ("query", "/radius_m")),
    ("/v1/points?open_at=2026-11-24T11:00:00", ("query", "/open_at")),
    ("/v1/points?near=here", (None, "/near")),
    ("/v1/points?near=91,118", (None, "/near")),
    ("/v1/points?near=31,181", (None, "/near")),
    ("/v1/slots?near=31.95", (None, "/near")),
    ("/v1/slots?sort=nearest", (None, "/near")),
    ("/v1/slots?sort=cheapest", ("query", "/sort")),
    ("/v1/slots?party=0", ("query", "/party")),
    ("/v1/divisions?level=village", ("query", "/level")),
]


async def test_a_parameter_that_does_not_fit(api: Caller) -> None:
    for path, expected in PARAMETERS:
        found = pointers(problem_of(await api.get(path), 422, "invalid-input"))
        assert {(part, f"/{pointer.split('/')[1]}") for part, pointer in found} == {expected}, path


@pytest.mark.parametrize(
    "moment",
    [
        "0001-01-01",
        "0001-01-01T00:00:00+08:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31",
        "9999-12-31T23:59:59-12:00",
        "1899-12-31",
        "yesterday",
        "2026-02-30",
        "2026-11-24T25:00:00Z",
    ],
)
async def test_times_beyond_all_reason(api: Caller, moment: str) -> None:
    """The ends of the calendar cannot be reckoned with: a day more or a few hours less is no date any more."""
    for path, name in (("/v1/slots", "from"), ("/v1/slots", "to"), ("/v1/points", "open_at")):
        found = pointers(problem_of(await api.get(path, params={name: moment}), 422, "invalid-input"))
        assert {(part, f"/{pointer.split('/')[1]}") for part, pointer in found} == {("query", f"/{name}")}


async def test_days_beyond_all_reason(api: Caller) -> None:
    manager = await api.manager(CANTEEN)
    for day in ("0001-01-01", "9999-12-31", "someday", "2026-11-31"):
        answer = await api.get(f"/v1/points/{CANTEEN}/day", manager, params={"date": day})
        assert pointers(problem_of(answer, 422, "invalid-input")) == [("query", "/date")], day


async def test_spans_beyond_all_reason(api: Caller) -> None:
    """Of closures and the like: times with an offset, of our time, and the end after the start."""
    manager = await api.manager(CANTEEN)
    now, path = "2026-11-24T11:00:00+08:00", f"/v1/points/{CANTEEN}/closures"
    for start, end in (
        ("0001-01-01T00:00:00+08:00", now),
        (now, "9999-12-31T23:59:59-12:00"),
        ("2026-11-24T11:00:00", "2026-11-24T12:00:00"),
        (now, now),
    ):
        span = {"start": start, "end": end}
        problem_of(await api.get(f"{path}/impact", manager, params=span), 422, "invalid-input")
        problem_of(await api.post(path, manager, json=span), 422, "invalid-input")
