"""The desk without its lock on slots, for negative controls."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import ARRAY, Uuid, bindparam, func
from sqlmodel import col

from models.driver import Query, Running, Statement, ask_together
from models.tables import Slot
from scheduling import desk
from scheduling.queries.slots import SlotRow, slot_row, slot_select

_READING = Statement(slot_select().where(col(Slot.id) == func.any(bindparam("ids", type_=ARRAY(Uuid)))))


def reading_slots(ids: Iterable[UUID], *, wait: bool = True) -> Query[Mapping[UUID, SlotRow]]:
    """What tutorials do: read without locking."""
    return Query(_READING, {"ids": list(ids)}, lambda rows: {row[0]: slot_row(row) for row in rows})


async def ask_slowly(running: Running, *queries: Any) -> Any:  # as ask_together
    """Lets others read the same meanwhile."""
    found = await ask_together(running, *queries)
    await asyncio.sleep(0.05)
    return found


def unlock_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Orders are decided upon slots that nobody locked."""
    monkeypatch.setattr(desk, "locking_slots", reading_slots)
    monkeypatch.setattr(desk, "ask_together", ask_slowly)
