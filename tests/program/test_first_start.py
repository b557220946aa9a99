"""The first start, as a newcomer has it: embedded database, demonstration, ready soon; stopped, killed, started again."""

import time
from pathlib import Path

import httpx
import pytest

from tests.program.running import SERVICE_KEY, environment, free_port, open_slots, running, sign_in, start

DAILY = ("elder_care", "meals", "culture", "fitness")


async def everything(http: httpx.AsyncClient, path: str, **params: str) -> list[dict[str, object]]:
    """All items of a list, page by page."""
    items: list[dict[str, object]] = []
    cursor: str | None = None
    while True:
        asked = {**params, "limit": "100", **({"cursor": cursor} if cursor else {})}
        answer = await http.get(path, params=asked)
        answer.raise_for_status()
        items += answer.json()["items"]
        cursor = answer.json()["next"]
        if cursor is None:
            return items


@pytest.mark.timeout(240)
async def test_first_start_lays_the_district_and_survives(tmp_path: Path) -> None:
    env = environment(None, tmp_path / "data", free_port(), LASTMETRE_DEMO="true")
    began = time.monotonic()
    program = await start(tmp_path, env)
    print(f"first start: ready after {time.monotonic() - began:.1f} s")
    said = program.log.read_text()
    assert f"{program.url}/chat" in said
    assert "manager1" in said

    async with program.client() as http:
        points = await everything(http, "/v1/points")
        assert len({point["id"] for point in points}) == 500
        assert all(point["demo"] for point in points)
        communities = await everything(http, "/v1/divisions", level="community")
        assert len(communities) == 207
        subdistricts = await everything(http, "/v1/divisions", level="subdistrict")
        assert len(subdistricts) == 10
        today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))
        tomorrow = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 32 * 3600))
        for subdistrict in subdistricts:
            for category in DAILY:
                for day in (today, tomorrow):
                    wanted = {
                        "division": str(subdistrict["code"]),
                        "category": category,
                        "from": day,
                        "to": day,
                    }
                    answer = await http.get("/v1/slots", params={**wanted, "limit": 1})
                    assert answer.json()["items"], wanted

        resident = await sign_in(http, "first-start")
        slot = (await open_slots(http, category="meals"))[0]
        made = await http.post("/v1/bookings", headers=resident, json={"slot_id": slot["id"]})
        assert made.status_code == 201
        assert (await http.get("/chat/")).status_code == 200
    assert await program.stop() == 0

    began = time.monotonic()
    program = await start(tmp_path, env)
    print(f"second start: ready after {time.monotonic() - began:.1f} s")
    await program.kill()
    async with running(tmp_path, env) as again, again.client() as http:
        kept = await http.get(f"/v1/bookings/{made.json()['id']}", headers=resident)
        assert kept.json()["code"] == made.json()["code"]
        service = {"Authorization": f"Bearer {SERVICE_KEY}"}
        claimed = await http.post("/v1/notices/claim", headers=service, json={"channel": "web", "limit": 10})
        assert claimed.status_code == 200
