"""Races in conversations, with real commits and their negative controls: one answers, and nothing is closed unread."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.threads import announcing, conversing, sweeps
from models.database import in_transaction
from models.shapes.threads import MessageOrder, PointMessageOrder, SeenUpTo, ThreadOrder, ThreadSaid
from models.tables import Notice, PointMessage, Thread, ThreadMessage
from models.vocabulary import (
    NoticeKind,
    Role,
    ScopeKind,
    ThreadEvent,
    ThreadSide,
    ThreadState,
)
from scheduling.actors import Actor
from scheduling.errors import ActionRefusedError, NotFoundError, TooManyMessagesError
from tests.concurrency.meeting import Meeting
from tests.concurrency.test_booking_races import all_at_once, unlocked_persons
from tests.governance.threads.test_sweeps import granted, only
from tests.scheduling.acting import sql, stored
from tests.scheduling.outbox import address, claim
from tests.world import CANTEEN, DISTRICT, NOW, World, at, manager_of


@pytest.fixture
async def resident(world: World) -> Actor:
    return await world.person("王阿姨")


@pytest.fixture
async def managers(world: World) -> list[Actor]:
    """Three who manage the canteen."""
    point = (Role.point_manager, ScopeKind.point, str(CANTEEN))
    return [await granted(world, name, *point) for name in "甲乙丙"]


async def ask(world: World, by: Actor, text: str = "在吗") -> ThreadSaid:
    wanted = ThreadOrder(text=text, point_id=CANTEEN)

    async def work(session: AsyncSession) -> ThreadSaid:
        return await conversing.open_thread(session, actor=by, wanted=wanted, now=NOW)

    return await in_transaction(world.database, work)


async def say(world: World, by: Actor, thread_id: UUID, text: str) -> ThreadSaid:
    wanted = MessageOrder(text=text)

    async def work(session: AsyncSession) -> ThreadSaid:
        return await conversing.write(session, actor=by, thread_id=thread_id, wanted=wanted, now=NOW)

    return await in_transaction(world.database, work)


async def close(world: World, by: Actor, thread_id: UUID, number: int) -> object:
    async def work(session: AsyncSession) -> object:
        up_to = SeenUpTo(number=number)
        return await conversing.close(session, actor=by, thread_id=thread_id, up_to=up_to, now=NOW)

    return await in_transaction(world.database, work)


def reasons(results: list[object]) -> list[str]:
    """The codes of what was refused; anything else that went wrong fails the test."""
    failed = [one for one in results if isinstance(one, Exception)]
    assert [one for one in failed if not isinstance(one, ActionRefusedError)] == []
    return [reason.code for one in failed if isinstance(one, ActionRefusedError) for reason in one.reasons]


def unlock(monkeypatch: pytest.MonkeyPatch, readers: int) -> None:
    """Threads are read without a lock, and nobody goes on before so many have read."""

    async def unlocked(session: AsyncSession, thread_id: UUID) -> Thread:
        thread = await session.get(Thread, thread_id, populate_existing=True)
        if thread is None:
            raise NotFoundError(what="thread")
        return thread

    monkeypatch.setattr(conversing, "locked_thread", Meeting(readers, 2).after(unlocked))


async def unnumbered(world: World) -> None:
    await sql(world, "ALTER TABLE thread_message DROP CONSTRAINT uq_thread_message_thread_id_number")


async def answers(world: World) -> list[ThreadMessage]:
    return await stored(
        world,
        ThreadMessage,
        col(ThreadMessage.side) == ThreadSide.staff,
        col(ThreadMessage.event) == ThreadEvent.said,
    )


async def test_of_several_who_answer_at_once_one_does(
    world: World, resident: Actor, managers: list[Actor]
) -> None:
    """首问负责."""
    thread = (await ask(world, resident)).thread.id
    results = await all_at_once(*(say(world, manager, thread, "我来") for manager in managers))
    assert reasons(results) == ["thread-taken"] * 2
    (answer,) = await answers(world)
    assert (await only(world)).owner_id == answer.author_id


async def test_control_without_lock_and_numbers_all_answer(
    world: World, resident: Actor, managers: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    thread = (await ask(world, resident)).thread.id
    await unnumbered(world)
    unlock(monkeypatch, len(managers))
    results = await all_at_once(*(say(world, manager, thread, "我来") for manager in managers))
    assert reasons(results) == []
    assert len(await answers(world)) == 3


async def test_the_numbers_alone_are_enough(
    world: World, resident: Actor, managers: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes second with a number is repeated, and sees who was first."""
    thread = (await ask(world, resident)).thread.id
    unlock(monkeypatch, len(managers))
    results = await all_at_once(*(say(world, manager, thread, "我来") for manager in managers))
    assert reasons(results) == ["thread-taken"] * 2
    assert len(await answers(world)) == 1


async def test_two_who_take_at_once(world: World, resident: Actor, managers: list[Actor]) -> None:
    thread = (await ask(world, resident)).thread.id

    def taking(manager: Actor) -> Awaitable[object]:
        async def work(session: AsyncSession) -> object:
            return await conversing.take(session, actor=manager, thread_id=thread, now=NOW)

        return in_transaction(world.database, work)

    results = await all_at_once(*(taking(manager) for manager in managers))
    assert reasons(results) == ["thread-taken"] * 2
    assert len(await stored(world, ThreadMessage, col(ThreadMessage.event) == ThreadEvent.taken)) == 1


async def closed_while_something_is_said(
    world: World,
    resident: Actor,
    manager: Actor,
    before: Callable[[], Awaitable[None]],
    last_word: Callable[[World, Actor, UUID, str], Awaitable[ThreadSaid]] = say,
) -> tuple[list[str], Thread]:
    """The manager closes what they have read, while the resident writes once more."""
    thread = (await ask(world, resident)).thread.id
    number = (await say(world, manager, thread, "好的")).message.number
    await before()
    results = await all_at_once(
        close(world, manager, thread, number), last_word(world, resident, thread, "等等！")
    )
    return reasons(results), await only(world)


async def nothing() -> None:
    """Nothing is done before."""


async def test_nothing_is_closed_unread(world: World, resident: Actor, managers: list[Actor]) -> None:
    """The message comes first and the thread stays open, or second and opens it again."""
    refused, thread = await closed_while_something_is_said(world, resident, managers[0], nothing)
    assert refused in ([], ["newer-message"])
    assert thread.state is ThreadState.waiting_for_staff
    assert thread.closed_at is None


async def test_control_without_lock_and_numbers_it_is_closed_unread(
    world: World, resident: Actor, managers: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def without() -> None:
        await unnumbered(world)
        unlock(monkeypatch, 2)

    said = Meeting()

    # The message is committed first.
    monkeypatch.setattr(conversing, "end", said.before(conversing.end))
    refused, thread = await closed_while_something_is_said(
        world, resident, managers[0], without, last_word=said.after(say)
    )
    assert refused == []
    assert thread.state is ThreadState.closed
    last = [one.text for one in await stored(world, ThreadMessage) if one.side is ThreadSide.resident]
    assert "等等！" in last


async def test_one_thread_however_often_it_is_opened_at_once(
    world: World, resident: Actor, managers: list[Actor]
) -> None:
    results = await all_at_once(*(ask(world, resident, f"第{number}句") for number in range(5)))
    assert reasons(results) == []
    assert len(await stored(world, Thread)) == 1
    numbers = sorted(one.number for one in await stored(world, ThreadMessage))
    assert numbers == [1, 2, 3, 4, 5]
    (told, *_) = await stored(world, Notice, col(Notice.person_id) == managers[0].person_id)
    assert sorted(item["number"] for item in told.data["items"]) == numbers, "told in one notice"


async def test_the_constraint_alone_keeps_it_one(
    world: World, resident: Actor, managers: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversing, "lock_persons", unlocked_persons)
    results = await all_at_once(*(ask(world, resident, f"第{number}句") for number in range(3)))
    assert reasons(results) == []
    assert len(await stored(world, Thread)) == 1


async def test_control_without_lock_and_constraint_there_are_several(
    world: World, resident: Actor, managers: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    await sql(world, "DROP INDEX uq_thread_open")
    monkeypatch.setattr(conversing, "lock_persons", unlocked_persons)
    monkeypatch.setattr(conversing, "_open_with", Meeting(3).after(conversing._open_with))
    await all_at_once(*(ask(world, resident, f"第{number}句") for number in range(3)))
    assert len(await stored(world, Thread)) == 3


async def test_what_one_person_writes_at_once_is_all_counted(
    world: World, resident: Actor, managers: list[Actor]
) -> None:
    await sql(
        world,
        "INSERT INTO policy_override (scope, key, field, value, set_at)"
        " VALUES ('district', :district, 'thread_messages_hour', '3', now())",
        district=DISTRICT,
    )
    results = await all_at_once(*(ask(world, resident, f"第{number}句") for number in range(8)))
    failed = [one for one in results if isinstance(one, Exception)]
    assert [type(one) for one in failed] == [TooManyMessagesError] * 5
    assert len(await stored(world, ThreadMessage)) == 3


async def test_a_message_never_joins_a_notice_that_a_bot_has_taken(
    world: World, resident: Actor, managers: list[Actor]
) -> None:
    """Written while claims go on: whatever is claimed has been said, and nothing said is missing."""
    for manager in managers[1:]:
        await sql(world, "DELETE FROM role_grant WHERE person_id = :id", id=manager.person_id)
    await address(world, managers[0])
    thread = (await ask(world, resident, "0")).thread.id
    claimed: list[str] = []

    async def claiming() -> None:
        for _ in range(6):
            for told in await claim(world):
                claimed.extend(item["text"] for item in told.data["items"])
                await sql(world, "UPDATE notice SET status = 'delivered' WHERE id = :id", id=told.id)
            await asyncio.sleep(0.02)

    async def writing() -> None:
        for number in range(1, 8):
            await say(world, resident, thread, str(number))

    await all_at_once(claiming(), writing(), claiming())
    for told in await claim(world):
        claimed.extend(item["text"] for item in told.data["items"])
    assert sorted(claimed) == [str(number) for number in range(8)]


async def test_clocks_together_raise_once(world: World, resident: Actor, managers: list[Actor]) -> None:
    await granted(world, "区", Role.staff, ScopeKind.district, DISTRICT)
    await ask(world, resident)

    async def work(session: AsyncSession) -> int:
        return await sweeps.raise_unanswered(session, now=at(0, 11))

    results = await all_at_once(*(in_transaction(world.database, work) for _ in range(4)))
    assert sum(one for one in results if isinstance(one, int)) == 1
    assert len(await stored(world, Notice, col(Notice.kind) == NoticeKind.thread_alert)) == 4


async def test_a_points_messages_sent_at_once_are_all_counted(world: World) -> None:
    slot = await world.slot()
    await world.book(await world.person(), slot)
    manager = manager_of(CANTEEN, (await world.person("站长")).person_id)
    wanted = PointMessageOrder(text="你好", slot_id=slot)

    async def work(session: AsyncSession) -> object:
        return await announcing.send(session, actor=manager, point_id=CANTEEN, wanted=wanted, now=NOW)

    results = await all_at_once(*(in_transaction(world.database, work) for _ in range(8)))
    assert reasons(results) == ["too-many-point-messages"] * 3
    assert len(await stored(world, PointMessage)) == 5
