"""Conversations by HTTP in short: asking, answering, and what is owed of it; who asks and who answers."""

from typing import Any

import pytest
from sqlmodel import col

from models.tables import Notice
from models.vocabulary import NoticeKind, NoticeStatus
from scheduling.actors import Actor
from tests.api.calling import Caller
from tests.scheduling.acting import stored
from tests.scheduling.outbox import address
from tests.world import (
    CANTEEN,
    World,
)


async def ask(api: Caller, by: Actor, text: str = "轮椅能进来吗？", **about: object) -> dict[str, Any]:
    """Opens a thread about the canteen, or about something else."""
    about = about or {"point_id": str(CANTEEN)}
    answer = await api.post("/v1/threads", by, json={"text": text, **about})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def say(api: Caller, by: Actor, thread: str, text: str) -> dict[str, Any]:
    answer = await api.post(f"/v1/threads/{thread}/messages", by, json={"text": text})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def notices(world: World, kind: NoticeKind = NoticeKind.thread_message) -> list[Notice]:
    """What is owed or was sent, the oldest first; without what was taken back."""
    found = await stored(
        world, Notice, col(Notice.kind) == kind, col(Notice.status) != NoticeStatus.cancelled
    )
    return sorted(found, key=lambda notice: notice.id)


@pytest.fixture
async def resident(world: World) -> Actor:
    person = await world.person("王阿姨")
    await address(world, person)
    return person


@pytest.fixture
async def manager(api: Caller, world: World) -> Actor:
    """Who manages the canteen, and can be reached."""
    person = await api.manager(CANTEEN)
    await address(world, person)
    return person
