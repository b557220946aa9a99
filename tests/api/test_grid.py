"""The grid over the API: staff keep cells, roles follow, outlines decide, absences hand on."""

from typing import Any

import pytest

from models.tables import Grant
from models.vocabulary import Role, ScopeKind
from scheduling.actors import Actor
from tests.api.calling import Caller, problem_of
from tests.governing import NORTH, SOUTH, Grid, person
from tests.scheduling.acting import stored
from tests.world import HILLS, at

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[118.85, 31.96], [118.86, 31.96], [118.86, 31.97], [118.85, 31.97], [118.85, 31.96]]],
}
BOW_TIE = {
    "type": "Polygon",
    "coordinates": [[[118.85, 31.96], [118.86, 31.97], [118.86, 31.96], [118.85, 31.97], [118.85, 31.96]]],
}


@pytest.fixture
async def grid(api: Caller) -> Grid:
    return await Grid(api.world).settle()


def order(worker: Actor, **more: Any) -> dict[str, Any]:
    return {
        "community": SOUTH,
        "number": 2,
        "name": "2号社区第2网格",
        "outline": SQUARE,
        "worker_id": str(person(worker)),
        **more,
    }


async def workers_of(api: Caller, cell_id: str) -> set[Any]:
    grants = await stored(api.world, Grant)
    return {grant.person_id for grant in grants if (grant.role, grant.key) == (Role.grid_worker, cell_id)}


async def test_staff_make_a_cell_whose_outline_decides(api: Caller, grid: Grid) -> None:
    newcomer = await api.world.person("吴刚")
    made = await api.post("/v1/cells", grid.street, json=order(newcomer), key="k")
    assert made.status_code == 201, made.text
    cell = made.json()
    assert cell["centre"] == {"latitude": pytest.approx(31.965), "longitude": pytest.approx(118.855)}
    assert cell["answers"]["name"] == "吴刚"
    assert (await api.post("/v1/cells", grid.street, json=order(newcomer), key="k")).json() == cell
    assert await workers_of(api, cell["id"]) == {newcomer.person_id}
    body = {"text": "路灯坏了", "location": {"latitude": 31.9601, "longitude": 118.8501}}
    sent = (await api.post("/v1/requests", grid.resident, json=body)).json()
    assert (sent["cell"]["id"], sent["owner"]["name"]) == (cell["id"], "吴刚")
    again = await api.post("/v1/cells", grid.street, json=order(newcomer))
    assert [one["code"] for one in problem_of(again, 409, "action-refused")["reasons"]] == [
        "cell-number-taken"
    ]


async def test_only_staff_around_it_may_and_only_with_an_outline_that_is_one(api: Caller, grid: Grid) -> None:
    elsewhere = await api.grant(await api.world.person("汤山"), Role.staff, ScopeKind.division, HILLS)
    for by in (grid.resident, grid.worker, elsewhere):
        problem_of(await api.post("/v1/cells", by, json=order(grid.worker)), 403, "forbidden")
    for wrong in (
        {"outline": BOW_TIE},
        {"outline": {"type": "Polygon", "coordinates": [[[0, 0], [0, 0], [0, 0], [0, 0]]]}},
        {"outline": None},
        {"deputy_id": str(person(grid.worker))},
        {"worker_id": "01900000-0000-7000-8000-000000000000"},
        {"community": HILLS},
    ):
        answer = await api.post("/v1/cells", grid.street, json=order(grid.worker, **wrong))
        problem_of(answer, 422, "invalid-input")


async def test_an_edit_names_the_version_seen_and_roles_follow(api: Caller, grid: Grid) -> None:
    cell_id = str(grid.cells[0])
    seen = await api.get(f"/v1/cells/{cell_id}", grid.street)
    tag = seen.headers["etag"]
    problem_of(await api.patch(f"/v1/cells/{cell_id}", grid.street, json={}), 428, "version-required")
    newcomer = await api.world.person("吴刚")
    change = {"worker_id": str(person(newcomer)), "deputy_id": None}
    edited = await api.patch(f"/v1/cells/{cell_id}", grid.street, json=change, headers={"if-match": tag})
    assert (edited.json()["worker"]["name"], edited.json()["deputy"]) == ("吴刚", None)
    assert await workers_of(api, cell_id) == {newcomer.person_id}
    stale = await api.patch(f"/v1/cells/{cell_id}", grid.street, json=change, headers={"if-match": tag})
    problem_of(stale, 412, "stale-version")
    ended = await api.patch(
        f"/v1/cells/{cell_id}",
        grid.street,
        json={"ended": True},
        headers={"if-match": edited.headers["etag"]},
    )
    assert ended.json()["ended"]
    assert await workers_of(api, cell_id) == set()
    problem_of(await api.get(f"/v1/cells/{cell_id}", grid.resident), 404, "not-found")
    await grid.assert_sound()


async def test_a_cell_is_taken_up_again_by_somebody_who_is_there(api: Caller, grid: Grid) -> None:
    """Its worker was erased meanwhile, who could as long as it was given up."""
    newcomer, successor = await api.world.person("吴刚"), await api.world.person("郑洁")
    path = f"/v1/cells/{grid.cells[0]}"
    changes: dict[str, Any] = {"worker_id": str(person(newcomer)), "deputy_id": None, "ended": True}
    ended = await api.patch(path, grid.street, json=changes, headers={"if-match": '"1"'})
    assert (await api.call("DELETE", "/v1/me?confirm=erase", newcomer)).status_code == 200
    seen = {"if-match": ended.headers["etag"]}
    problem_of(await api.patch(path, grid.street, json={"ended": False}, headers=seen), 422, "invalid-input")
    back = {"ended": False, "worker_id": str(person(successor))}
    assert (await api.patch(path, grid.street, json=back, headers=seen)).json()["worker"]["name"] == "郑洁"
    assert await workers_of(api, str(grid.cells[0])) == {successor.person_id}


async def test_what_somebody_owns_stays_theirs_when_the_cell_is_anothers(api: Caller, grid: Grid) -> None:
    """Requests 1."""
    mine = await grid.ask()
    cell_id = str(grid.cells[0])
    newcomer = await api.world.person("吴刚")
    change = {"worker_id": str(person(newcomer))}
    await api.patch(f"/v1/cells/{cell_id}", grid.street, json=change, headers={"if-match": '"1"'})
    assert (await grid.see(mine.id, grid.worker)).owner.name == "李明"
    assert (await grid.ask("楼道灯坏了")).owner.name == "吴刚"


async def test_cells_are_listed_page_by_page_for_those_who_work_there(api: Caller, grid: Grid) -> None:
    page = (await api.get("/v1/cells?limit=2", grid.worker)).json()
    rest = (await api.get(f"/v1/cells?limit=2&cursor={page['next']}", grid.worker)).json()
    assert [one["id"] for one in (*page["items"], *rest["items"])] == [str(id_) for id_ in grid.cells]
    north = (await api.get(f"/v1/cells?division={NORTH}", grid.street)).json()["items"]
    assert len(north) == 2
    mine = (await api.get("/v1/cells?mine=true", grid.neighbour)).json()["items"]
    assert [one["division"]["code"] for one in mine] == [SOUTH]
    problem_of(await api.get("/v1/cells", grid.resident), 403, "forbidden")


async def test_an_absence_is_noted_by_oneself_or_staff_and_hands_on(api: Caller, grid: Grid) -> None:
    url = f"/v1/people/{person(grid.worker)}/absences"
    days = {"first": at(0, 9).date().isoformat(), "last": at(2, 9).date().isoformat(), "reason": "休假"}
    noted = await api.post(url, grid.worker, json=days, key="a")
    assert noted.status_code == 201, noted.text
    assert (await api.post(url, grid.street, json=days)).json() == noted.json()
    assert [one["reason"] for one in (await api.get(url, grid.street)).json()["items"]] == ["休假"]
    cells = (await api.get("/v1/cells?mine=true", grid.worker)).json()["items"]
    assert [one["answers"]["name"] for one in cells] == ["王芳", "王芳"]
    problem_of(await api.get(url, grid.neighbour), 404, "not-found")
    problem_of(await api.post(url, grid.resident, json=days), 404, "not-found")
    absence = f"/v1/absences/{noted.json()['id']}"
    problem_of(await api.call("DELETE", absence, grid.neighbour), 404, "not-found")
    assert (await api.call("DELETE", absence, grid.worker)).status_code == 204
    assert (await grid.ask()).owner.name == "李明"
    wrong = {"first": days["last"], "last": days["first"]}
    problem_of(await api.post(url, grid.worker, json=wrong), 422, "invalid-input")
