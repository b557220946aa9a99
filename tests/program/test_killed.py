"""Booking 2: a booking whose success was reported survives the death of any process; a retry with its key doubles none."""

import asyncio
import random
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from models.database import Database, transaction
from models.tables import Booking, Slot
from scheduling.check import check
from tests.program.running import Program, environment, free_port, open_slots, sign_in, start, url_of

CLIENTS = 16


class Load:
    """Clients that book as fast as they can, each order with a key of its own, repeated until it is answered."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.confirmed: dict[str, str] = {}
        self.refused = 0
        self.repeats = 0
        self.stopping = False

    async def client(self, number: int, people: list[dict[str, str]], slots: list[dict[str, Any]]) -> None:
        chance = random.Random(number)
        async with httpx.AsyncClient(base_url=self.url, timeout=5) as http:
            while not self.stopping:
                key, who, slot = str(uuid.uuid4()), chance.choice(people), chance.choice(slots)
                await self.book_until_answered(http, key, who, slot["id"])

    async def book_until_answered(
        self, http: httpx.AsyncClient, key: str, who: dict[str, str], slot_id: str
    ) -> None:
        while not self.stopping:
            try:
                answer = await http.post(
                    "/v1/bookings", headers={**who, "Idempotency-Key": key}, json={"slot_id": slot_id}
                )
            except httpx.TransportError:
                self.repeats += 1
                await asyncio.sleep(0.05)
                continue
            if answer.status_code == 201:
                self.confirmed[key] = answer.json()["id"]
            elif answer.status_code == 409 and answer.json()["code"] == "booking-refused":
                self.refused += 1
            else:
                assert answer.status_code in {409, 503}, answer.text
                self.repeats += 1
                await asyncio.sleep(0.05)
                continue
            return


@pytest.mark.timeout(240)
@pytest.mark.parametrize("kills", [3, pytest.param(10, marks=pytest.mark.soak)])
async def test_killed_again_and_again_under_load(demo_database: Database, tmp_path: Path, kills: int) -> None:
    port = free_port()
    env = environment(url_of(demo_database), tmp_path, port, LASTMETRE_DEMO="false")
    async with transaction(demo_database) as session:
        # Nobody's limit is to end the load before the last kill. Set before the clock runs, which shrinks slots
        # that want for hands, and with a version of its own, as every change of capacity has.
        await session.execute(update(Slot).values(capacity=2000, version=col(Slot.version) + 1))
    program: Program = await start(tmp_path, env)
    async with program.client() as http:
        people = [await sign_in(http, f"loaded-{number}") for number in range(60)]
        slots = await open_slots(http, category="fitness") + await open_slots(http, category="culture")
    load = Load(program.url)
    clients = [asyncio.create_task(load.client(number, people, slots)) for number in range(CLIENTS)]

    for _ in range(kills):
        before = len(load.confirmed)
        for _ in range(200):
            if len(load.confirmed) > before or load.refused > 50 * CLIENTS:
                break
            await asyncio.sleep(0.02)
        await asyncio.sleep(random.uniform(0.05, 0.4))
        await program.kill()
        program = await start(tmp_path, env)
    await asyncio.sleep(0.5)
    load.stopping = True
    await asyncio.gather(*clients)
    assert await program.stop() == 0

    assert load.repeats > 0
    async with transaction(demo_database) as session:
        kept = set(
            (
                await session.execute(
                    select(col(Booking.id)).where(
                        col(Booking.id).in_([uuid.UUID(id_) for id_ in load.confirmed.values()])
                    )
                )
            ).scalars()
        )
        assert {str(id_) for id_ in kept} == set(load.confirmed.values())
        assert len(kept) == len(load.confirmed)
        assert await check(session) == []
        made = (await session.execute(select(func.count()).select_from(Booking))).scalar_one()
    print(
        f"confirmed {len(load.confirmed)}, refused {load.refused}, repeats {load.repeats}, bookings in all {made}"
    )
