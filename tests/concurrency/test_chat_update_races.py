"""A chat's turn while one process says that it is done and its heartbeat says that it is still at work (decision 0031)."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.database import transaction
from models.shapes.chats import ChatUpdateDone
from models.tables import ChatLane
from scheduling import chat_updates
from tests.scheduling.acting import stored
from tests.scheduling.outbox import BOT, SECOND
from tests.scheduling.test_chat_updates import hold, take, tell
from tests.world import NOW, World

WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


async def beat_while_done(world: World) -> ChatLane:
    """One update is done with, and its claimer's heartbeat comes before that has committed. Returns the chat's turn."""
    await tell(world, 1, "7")
    await tell(world, 2, "7")
    (claimed,) = await take(world)
    later = NOW + SECOND

    async with transaction(world.database) as session:
        outcome = ChatUpdateDone(attempt=claimed.attempt, answered=True, take=False)
        await chat_updates.done(session, actor=BOT, update_row_id=claimed.id, outcome=outcome, now=later)
        beating = asyncio.create_task(hold(world, later, claimed))
        await until_it_waits(world)
    await beating
    (lane,) = await stored(world, ChatLane, col(ChatLane.chat) == "7")
    return lane


async def until_it_waits(world: World) -> None:
    """Waits until somebody waits for a lock."""
    async with asyncio.timeout(20):
        while True:
            async with transaction(world.database) as session:
                if await session.scalar(text(WAITING)):
                    return
            await asyncio.sleep(0.01)


async def test_a_heartbeat_that_comes_too_late_holds_up_no_chat(world: World) -> None:
    lane = await beat_while_done(world)
    assert lane.next_at == NOW + SECOND
    (following,) = await take(world, NOW + 2 * SECOND)
    assert following.update_id == 2


async def test_control_a_heartbeat_that_looks_before_it_locks_holds_the_chat_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unlocked(_session: AsyncSession, _ids: object) -> None:
        """Locks nothing."""

    monkeypatch.setattr(chat_updates, "_lock_turns", unlocked)
    lane = await beat_while_done(world)
    assert lane.next_at is not None
    assert lane.next_at > NOW + timedelta(seconds=10)
