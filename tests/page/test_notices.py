"""Notices on their way to open pages, over a real server and real streams."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import cast
from uuid import uuid4

import httpx
import pytest

from bot.page import Owed, Pace
from bot.page.notices import Receipts
from tests.page.script import REMINDER
from tests.page.serving import QUICK, Served, served

Json = dict[str, object]

PATIENCE_S = 10.0


@dataclass
class Visitor:
    """A browser that has opened the page and said hello."""

    client: httpx.AsyncClient
    address: str

    @asynccontextmanager
    async def stream(self) -> AsyncIterator["Events"]:
        async with self.client.stream("GET", "events") as answer:
            assert answer.status_code == 200, answer.status_code
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.headers["cache-control"] == "no-store"
            assert "content-security-policy" in answer.headers
            yield Events(answer.aiter_lines())

    async def shown(self, receipt: object) -> int:
        return (await self.client.post("events/shown", json={"id": receipt})).status_code


class Events:
    """A stream, event by event."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def next(self, *names: str) -> tuple[str, Json]:
        """The next event of one of these names."""
        async with asyncio.timeout(PATIENCE_S):
            name = ""
            async for line in self._lines:
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                elif field == "data" and name in names:
                    return name, cast("Json", json.loads(value))
        raise EOFError("the stream has ended")

    async def rest(self) -> list[str]:
        """The names of what still comes until the stream ends."""
        async with asyncio.timeout(PATIENCE_S):
            return [line.removeprefix("event: ") async for line in self._lines if line.startswith("event: ")]

    async def notice(self) -> Json:
        return (await self.next("notice"))[1]


@asynccontextmanager
async def visitor_of(chat: Served) -> AsyncIterator[Visitor]:
    async with httpx.AsyncClient(base_url=chat.url, timeout=PATIENCE_S) as client:
        await client.get("/")
        hello = {"message_id": str(uuid4()), "text": "/start"}
        assert (await client.post("messages", json=hello)).status_code == 200
        yield Visitor(client, chat.script.heard[-1].user_id)


@pytest.fixture
async def visitor(chat: Served) -> AsyncIterator[Visitor]:
    async with visitor_of(chat) as somebody:
        yield somebody


def reminder_for(address: str) -> Owed:
    return Owed(uuid4(), address, (REMINDER,))


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 - the scripted outbox has no events
            await asyncio.sleep(0.02)


async def test_a_notice_reaches_the_open_page_and_is_owed_until_shown(chat: Served, visitor: Visitor) -> None:
    owed = reminder_for(visitor.address)
    async with visitor.stream() as events:
        chat.outbox.owe(owed)
        notice = await events.notice()
    assert notice["id"] == str(owed.id)
    [reply] = cast("list[Json]", notice["replies"])
    assert reply["text"] == REMINDER.text
    assert owed.id in chat.outbox.owed
    assert await visitor.shown(notice["receipt"]) == 204
    assert chat.outbox.owed == {}
    assert await visitor.shown(notice["receipt"]) == 204


async def test_what_was_not_shown_comes_again_when_the_lease_has_run_out(
    chat: Served, visitor: Visitor
) -> None:
    chat.outbox.owe(reminder_for(visitor.address))
    async with visitor.stream() as events:
        first = await events.notice()
    chat.outbox.run_out_leases()
    async with visitor.stream() as events:
        assert await events.notice() == first


async def test_all_open_pages_of_a_person_get_it(chat: Served, visitor: Visitor) -> None:
    async with visitor.stream() as one, visitor.stream() as other:
        await one.next("beat")
        await other.next("beat")
        chat.outbox.owe(reminder_for(visitor.address))
        assert await one.notice() == await other.notice()


async def test_a_receipt_is_worth_something_only_to_whom_it_was_given(chat: Served, visitor: Visitor) -> None:
    owed = reminder_for(visitor.address)
    chat.outbox.owe(owed)
    async with visitor.stream() as events:
        receipt = str((await events.notice())["receipt"])
    forged = Receipts(b"another key").issue(owed.id, visitor.address)
    for wrong in (
        str(owed.id),
        forged,
        receipt[:-1],
        f"{receipt}0",
        f"{uuid4()}.{receipt.rpartition('.')[2]}",
        ".",
    ):
        assert await visitor.shown(wrong) == 404, wrong
    async with visitor_of(chat) as stranger:
        assert await stranger.shown(receipt) == 404
    assert list(chat.outbox.owed) == [owed.id]


async def test_only_those_who_are_connected_are_asked_for(chat: Served, visitor: Visitor) -> None:
    await asyncio.sleep(QUICK.poll_s * 4)
    assert chat.outbox.asked == []
    async with visitor_of(chat) as other, visitor.stream() as events:
        chat.outbox.owe(reminder_for(other.address))
        chat.outbox.owe(reminder_for(visitor.address))
        await events.notice()
    assert {address for asked in chat.outbox.asked for address in asked} == {visitor.address}
    assert [owed.address for owed in chat.outbox.owed.values() if owed.id not in chat.outbox.leased] == [
        other.address
    ]


async def test_nobody_is_asked_for_after_leaving(chat: Served, visitor: Visitor) -> None:
    async with visitor.stream() as events:
        await events.next("beat")
        await until(lambda: bool(chat.outbox.asked))
    # The server learns of the broken line at its next beat at the latest.
    await asyncio.sleep(QUICK.beat_s * 2)
    asked = len(chat.outbox.asked)
    await asyncio.sleep(QUICK.poll_s * 6)
    assert len(chat.outbox.asked) == asked
    async with visitor.stream() as events:
        chat.outbox.owe(reminder_for(visitor.address))
        await events.notice()


async def test_many_are_asked_for_in_questions_of_bounded_size() -> None:
    pace = Pace(poll_s=0.05, beat_s=5, addresses_a_claim=2)
    async with served(pace) as chat, AsyncExitStack() as open_pages:
        visitors = [await open_pages.enter_async_context(visitor_of(chat)) for _ in range(5)]
        streams = [await open_pages.enter_async_context(visitor.stream()) for visitor in visitors]
        for visitor in visitors:
            chat.outbox.owe(reminder_for(visitor.address))
        for stream in streams:
            await stream.notice()
        assert max(map(len, chat.outbox.asked)) == 2


async def test_a_failing_source_is_asked_again(chat: Served, visitor: Visitor) -> None:
    chat.outbox.broken = 3
    chat.outbox.owe(reminder_for(visitor.address))
    async with visitor.stream() as events:
        await events.notice()
    assert len(chat.outbox.asked) >= 4


async def test_the_line_beats_while_there_is_nothing_to_say(visitor: Visitor) -> None:
    async with visitor.stream() as events:
        for _ in range(3):
            await events.next("beat")


async def test_a_newer_page_takes_the_place_of_the_oldest() -> None:
    async with (
        served(Pace(poll_s=0.05, beat_s=0.1, streams_an_address=2)) as chat,
        visitor_of(chat) as visitor,
        visitor.stream() as oldest,
        visitor.stream() as older,
    ):
        await oldest.next("beat")
        await older.next("beat")
        async with visitor.stream() as newest:
            await oldest.next("bye")
            with pytest.raises(EOFError):
                await oldest.next("notice", "beat")
            chat.outbox.owe(reminder_for(visitor.address))
            assert await older.notice() == await newest.notice()


async def test_a_full_process_says_when_to_come_back() -> None:
    async with (
        served(Pace(poll_s=0.05, streams=1)) as chat,
        visitor_of(chat) as first,
        visitor_of(chat) as second,
        first.stream() as events,
    ):
        await events.next("beat")
        refused = await second.client.get("events")
        assert refused.status_code == 503
        assert refused.json()["code"] == "busy"
        assert int(refused.headers["retry-after"]) > 0


async def test_a_browser_too_slow_loses_nothing() -> None:
    async with (
        served(Pace(poll_s=0.05, beat_s=5, waiting_a_stream=1, notices_a_claim=3)) as chat,
        visitor_of(chat) as visitor,
    ):
        for _ in range(3):
            chat.outbox.owe(reminder_for(visitor.address))
        seen: set[object] = set()
        async with asyncio.timeout(PATIENCE_S), visitor.stream() as events:
            while len(seen) < 3:
                notice = await events.notice()
                seen.add(notice["id"])
                assert await visitor.shown(notice["receipt"]) == 204
                chat.outbox.run_out_leases()
        assert chat.outbox.owed == {}


async def test_open_streams_do_not_hold_a_stopping_server(chat: Served, visitor: Visitor) -> None:
    async with visitor.stream() as events:
        await events.next("beat")
        async with asyncio.timeout(5):
            await chat.stop()
        assert await events.rest() == []


async def test_streams_that_are_not_told_hold_it() -> None:
    """The negative control of the test above: it is `stopping` that lets the server go."""
    async with served() as chat, visitor_of(chat) as visitor, visitor.stream() as events:
        await events.next("beat")
        chat.server.should_exit = True
        await asyncio.sleep(1)
        assert not chat.ended.done()
        await events.next("beat")
