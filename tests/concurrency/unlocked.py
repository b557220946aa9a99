"""The desk without its lock on slots, and counting that asks nothing, for negative controls."""

import asyncio
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import ARRAY, Uuid, bindparam, func
from sqlmodel import col

from models.driver import Query, Running, Statement, ask_together, driver_of
from models.tables import Slot
from scheduling import desk, places
from scheduling.queries.slots import SlotRow, slot_row, slot_select
from tests.concurrency.meeting import Meeting

_READING = Statement(slot_select().where(col(Slot.id) == func.any(bindparam("ids", type_=ARRAY(Uuid)))))


def reading_slots(ids: Iterable[UUID], *, wait: bool = True) -> Query[Mapping[UUID, SlotRow]]:
    """What tutorials do: read without locking."""
    return Query(_READING, {"ids": list(ids)}, lambda rows: {row[0]: slot_row(row) for row in rows})


class AskTogether:
    """Asks, and lets nobody go on before somebody else has read the same: so the race happens on a busy machine too."""

    def __init__(self, readers: int) -> None:
        self._meet = Meeting(readers) if readers > 1 else partial(asyncio.sleep, 0.05)

    async def __call__(self, running: Running, *queries: Any) -> Any:  # as ask_together
        """Reads, and waits for the other readers, or a little where there are none."""
        found = await ask_together(running, *queries)
        await self._meet()
        return found


def unlock_desk(monkeypatch: pytest.MonkeyPatch, *, readers: int = 2) -> None:
    """Orders are decided upon slots that nobody locked, by so many at the same time."""
    monkeypatch.setattr(desk, "locking_slots", reading_slots)
    monkeypatch.setattr(desk, "ask_together", AskTogether(readers))


async def _blind_count(running: Running, changes: Mapping[UUID, int]) -> None:
    driver = await driver_of(running)
    for slot_id, number in changes.items():
        await driver.execute("UPDATE slot SET taken = taken + $2 WHERE id = $1", slot_id, number)


def count_blindly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Adds without asking whether it still fits."""
    monkeypatch.setattr(places, "_count", _blind_count)
    booked = "UPDATE slot SET taken = taken + places FROM change WHERE id = slot_id RETURNING id"
    monkeypatch.setattr(places, "_COUNT_BOOKED", booked)
