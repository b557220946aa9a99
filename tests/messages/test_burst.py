"""A storm closes every outdoor point: twenty thousand are to be told, and single people are not kept waiting for it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from api.state import utc_now
from bot.notices import Delivery
from models.database import transaction
from models.shapes.notices import NoticeClaim
from models.vocabulary import Channel, NoticeKind
from scheduling import delivery
from scheduling.actors import Actor
from tests.bot.chatting import api_over
from tests.messages.crowd import NEVER_QUIET, Reader, gather, owe_all, reminder
from tests.scheduling.plans import plans_of
from tests.telegram.fake_bot_api import BotApiServer, FakeBotApi, bot_api_server
from tests.telegram.running import always, running
from tests.world import World

BULK = 20_000


@pytest.fixture
async def telegram(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BotApiServer]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with bot_api_server() as server:
        yield server


@pytest.fixture
async def crowd(world: World, telegram: BotApiServer) -> tuple[FakeBotApi, list[Reader]]:
    """Twenty thousand people, each of whom is owed an apology since this moment."""
    bot_api, now = telegram.new_bot(), datetime.now(UTC)
    readers = await gather(world.database, bot_api, BULK, now)
    kind = NoticeKind.booking_cancelled_by_point
    owed = [reminder(one, f"{number:06}", now, kind=kind, bulk=True) for number, one in enumerate(readers)]
    await owe_all(world.database, owed, now)
    async with transaction(world.database) as session:
        await session.execute(text("ANALYZE notice, channel_identity, person"))
    return bot_api, readers


async def test_a_confirmation_passes_twenty_thousand_that_wait(
    world: World, crowd: tuple[FakeBotApi, list[Reader]]
) -> None:
    """It arrives within 2 s at the allowed rate, and the rate is kept with it."""
    await claims_read_what_they_take(world)
    bot_api, readers = crowd
    bot, stop = api_over(world.database, clock=utc_now), asyncio.Event()
    loop = asyncio.get_running_loop()
    async with running(bot_api, always()) as channel:
        deliveries = [
            asyncio.create_task(Delivery(bot, "telegram", channel.sender, utc_now).run(stop))
            for _ in range(2)
        ]
        await asyncio.sleep(2)
        waits: list[float] = []
        for number in range(3):
            reader = readers[-1 - number]
            now = datetime.now(UTC)
            one = reminder(reader, f"9{number:05}", now, kind=NoticeKind.booking_confirmed, quiet=NEVER_QUIET)
            before = loop.time()
            await owe_all(world.database, [one], now)
            async with asyncio.timeout(10):
                while not any(f"9{number:05}" in each.text for each in reader.user.messages):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)  # the fake has no event for a certain message
            waits.append(loop.time() - before)
        stop.set()
        await asyncio.gather(*deliveries)
    times = [call.at for call in bot_api.calls_of("sendMessage")]
    rate = len(times) / (times[-1] - times[0])
    print(f"\nthe confirmations took {', '.join(f'{wait:.2f}' for wait in waits)} s; {rate:.1f} a second")
    assert max(waits) < 2
    assert rate < 30
    told = sum(bool(one.user.messages) for one in readers)
    assert 20 < told < 1000, "the others are still waiting"


async def claims_read_what_they_take(world: World) -> None:
    """The index carries it: however many wait, and however many of them have their channel already."""
    now = datetime.now(UTC) + timedelta(seconds=1)

    async def claiming(session: AsyncSession) -> object:
        wanted = NoticeClaim(channel=Channel.telegram, limit=5)
        return await delivery.claim(session, actor=Actor(service=True), wanted=wanted, now=now)

    async with transaction(world.database) as session:
        await session.execute(
            text(
                "UPDATE notice SET channel = 'telegram', next_at = due_at WHERE id IN (SELECT id FROM notice LIMIT 15000)"
            )
        )
        await session.execute(text("ANALYZE notice"))
    plans = await plans_of(world.database, claiming)
    assert len(plans) >= 4
    faulty = [f"{plan.faults()}\n{plan}" for plan in plans if plan.faults()]
    assert not faulty, "\n\n".join(faulty)
