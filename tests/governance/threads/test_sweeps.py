"""What time does to threads: levels, silence, arrivals, forgetting; and a person's own data, given out and erased."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col

from governance.threads import conversing
from governance.threads.jobs import (
    THREAD_JOBS,
    close_silent_threads,
    forget_thread_texts,
    note_arrivals,
    raise_unanswered_threads,
)
from governance.threads.personal import erase_threads_of_person, threads_of_person
from models.database import transaction
from models.shapes.threads import MessageOrder, SeenUpTo, ThreadOrder, ThreadSaid
from models.tables import Grant, Notice, Thread, ThreadMessage
from models.vocabulary import NoticeKind, NoticeStatus, Role, ScopeKind, ThreadEvent, ThreadState
from scheduling.actors import Actor, Permission
from tests.scheduling.acting import do, stored
from tests.scheduling.outbox import address, claim, delivered
from tests.world import CANTEEN, DISTRICT, NOW, TOWN, World, at


async def granted(world: World, name: str, role: Role, scope: ScopeKind, key: str) -> Actor:
    person = await world.person(name)
    async with transaction(world.database) as session:
        session.add(Grant(created_at=NOW, person_id=person.require_person(), role=role, scope=scope, key=key))
    return Actor(person.person_id, frozenset({Permission(role, scope, key)}))


@pytest.fixture
async def manager(world: World) -> Actor:
    return await granted(world, "站长", Role.point_manager, ScopeKind.point, str(CANTEEN))


@pytest.fixture
async def resident(world: World) -> Actor:
    return await world.person("王阿姨")


async def ask(world: World, by: Actor, text: str = "在吗", now: datetime = NOW) -> ThreadSaid:
    wanted = ThreadOrder(text=text, point_id=CANTEEN)
    return await do(world, conversing.open_thread, actor=by, wanted=wanted, now=now)


async def say(world: World, by: Actor, said: ThreadSaid, text: str, now: datetime) -> ThreadSaid:
    wanted = MessageOrder(text=text)
    return await do(world, conversing.write, actor=by, thread_id=said.thread.id, wanted=wanted, now=now)


async def alerted(world: World) -> list[Notice]:
    found = await stored(world, Notice, col(Notice.kind) == NoticeKind.thread_alert)
    return sorted(found, key=lambda notice: notice.id)


async def only(world: World) -> Thread:
    (thread,) = await stored(world, Thread)
    return thread


async def test_what_nobody_answers_climbs_level_by_level_and_is_never_forgotten(
    world: World, resident: Actor, manager: Actor
) -> None:
    town = await granted(world, "街道", Role.staff, ScopeKind.division, TOWN)
    district = await granted(world, "区", Role.administrator, ScopeKind.district, DISTRICT)
    said = await ask(world, resident, now=at(0, 16))
    assert await raise_unanswered_threads(world.database, at(0, 23)) == 0, "only time of work counts"
    assert await raise_unanswered_threads(world.database, at(1, 9, 59)) == 0
    assert await raise_unanswered_threads(world.database, at(1, 10)) == 1
    assert await raise_unanswered_threads(world.database, at(1, 10)) == 0
    assert {one.person_id for one in await alerted(world)} == {manager.person_id, town.person_id}
    assert (await only(world)).raised_to == TOWN
    assert await raise_unanswered_threads(world.database, at(1, 12)) == 1
    assert (await only(world)).raised_to == DISTRICT
    second = (await alerted(world))[2:]
    assert {one.person_id for one in second} == {manager.person_id, district.person_id}
    assert await raise_unanswered_threads(world.database, at(1, 14)) == 1, "said again at the top"
    assert await raise_unanswered_threads(world.database, at(1, 17)) == 0
    assert await raise_unanswered_threads(world.database, at(2, 9)) == 1, "and on each day of work"
    assert len(await alerted(world)) == 8
    events = await stored(world, ThreadMessage, col(ThreadMessage.event) == ThreadEvent.raised)
    assert len(events) == 2
    answered = await say(world, town, said, "抱歉久等", at(2, 9, 5))
    assert answered.thread.owner is not None
    assert (answered.thread.owner.id, answered.thread.raised_to) == (town.person_id, None)
    assert await raise_unanswered_threads(world.database, at(9, 9)) == 0


async def test_an_answered_thread_waits_for_nobody_until_the_resident_writes_again(
    world: World, resident: Actor, manager: Actor
) -> None:
    said = await ask(world, resident)
    await say(world, manager, said, "在", at(0, 9, 5))
    assert await raise_unanswered_threads(world.database, at(1, 12)) == 0
    await say(world, resident, said, "还有", at(1, 13))
    await say(world, resident, said, "喂？", at(1, 14))
    assert (await only(world)).alert_at == at(1, 15), "since the first of them"
    assert await raise_unanswered_threads(world.database, at(1, 15)) == 1
    (alert,) = await alerted(world)
    assert alert.person_id == manager.person_id


async def test_who_has_left_their_post_leaves_the_thread_to_the_others(
    world: World, resident: Actor, manager: Actor
) -> None:
    said = await ask(world, resident)
    await say(world, manager, said, "在", at(0, 9, 5))
    successor = await granted(world, "新站长", Role.point_manager, ScopeKind.point, str(CANTEEN))
    async with transaction(world.database) as session:
        (grant,) = [one for one in await stored(world, Grant) if one.person_id == manager.person_id]
        await session.delete(grant)
    again = await say(world, resident, said, "您好", at(0, 10))
    assert again.thread.owner is None
    told = await stored(world, Notice, col(Notice.person_id) == successor.person_id)
    assert [one.kind for one in told] == [NoticeKind.thread_message]


async def test_silence_ends_what_was_answered_and_both_hear_of_it(
    world: World, resident: Actor, manager: Actor
) -> None:
    unanswered = await ask(world, await world.person("张"), now=at(0, 10))
    said = await ask(world, resident)
    await say(world, manager, said, "在", at(0, 10))
    assert await close_silent_threads(world.database, at(7, 9)) == 0
    assert await close_silent_threads(world.database, at(7, 10)) == 1
    assert await close_silent_threads(world.database, at(7, 10)) == 0
    closed = {one.id: one.state for one in await stored(world, Thread)}
    assert closed == {said.thread.id: ThreadState.closed, unanswered.thread.id: ThreadState.open}
    ended = await stored(world, Notice, col(Notice.kind) == NoticeKind.thread_closed)
    assert {(one.person_id, one.data["by"]) for one in ended} == {
        (resident.person_id, "house"),
        (manager.person_id, "house"),
    }
    again = await say(world, resident, said, "再问一句", at(8, 10))
    assert again.thread.state is ThreadState.waiting_for_staff


async def test_what_arrived_is_noted(world: World, resident: Actor, manager: Actor) -> None:
    await address(world, manager)
    await ask(world, resident, now=NOW)
    assert await note_arrivals(world.database, NOW) == 0
    (told,) = await claim(world, NOW)
    await delivered(world, told.id, at(0, 9, 1))
    assert await note_arrivals(world.database, at(0, 9, 2)) == 1
    assert await note_arrivals(world.database, at(0, 9, 2)) == 0
    (message,) = await stored(world, ThreadMessage)
    assert message.delivered_at == at(0, 9, 1)


async def closed_conversation(world: World, resident: Actor, manager: Actor, now: datetime) -> ThreadSaid:
    said = await ask(world, resident, "我的秘密", now)
    await say(world, manager, said, "知道了", now)
    up_to = SeenUpTo(number=9)
    await do(world, conversing.close, actor=resident, thread_id=said.thread.id, up_to=up_to, now=now)
    return said


def texts(messages: list[ThreadMessage]) -> list[str]:
    said = [one for one in messages if one.event is ThreadEvent.said]
    return [one.text for one in sorted(said, key=lambda one: one.number)]


async def test_old_texts_are_forgotten_with_the_notices_that_carried_them(
    world: World, resident: Actor, manager: Actor
) -> None:
    # Rows are named by the real clock, so the past is reckoned from it.
    began = datetime.now(tz=at(0, 9).tzinfo)
    await closed_conversation(world, resident, manager, began)
    assert await forget_thread_texts(world.database, began + timedelta(days=179)) == 0
    assert await forget_thread_texts(world.database, began + timedelta(days=181)) == 2
    assert await forget_thread_texts(world.database, began + timedelta(days=181)) == 0
    assert texts(await stored(world, ThreadMessage)) == ["", ""]
    assert not any("秘密" in str(one.data) for one in await stored(world, Notice))


async def test_a_person_gets_all_their_threads_and_can_have_them_erased(
    world: World, resident: Actor, manager: Actor
) -> None:
    neighbour = await world.person("张")
    await closed_conversation(world, resident, manager, NOW)
    second = await ask(world, resident, "另一个秘密", at(1, 9))
    theirs = await ask(world, neighbour, "邻居的事", at(1, 9))
    exported = await do(world, threads_of_person, resident.require_person())
    assert [[one["text"] for one in thread["messages"]] for thread in exported] == [  # type: ignore[index, union-attr, call-overload]
        ["我的秘密", "知道了"],
        ["另一个秘密"],
    ]
    assert await do(world, erase_threads_of_person, resident.require_person(), now=at(1, 10)) == 3
    kept = await stored(world, ThreadMessage)
    assert {one.text for one in kept} == {"", "邻居的事"}
    states = {one.id: one.state for one in await stored(world, Thread)}
    assert states[second.thread.id] is ThreadState.closed
    assert states[theirs.thread.id] is ThreadState.open
    notices = await stored(world, Notice)
    assert not any("秘密" in str(one.data) for one in notices)
    to_manager = [one for one in notices if one.person_id == manager.person_id]
    assert [one.status for one in to_manager if one.data["thread_id"] == str(second.thread.id)] == [
        NoticeStatus.cancelled
    ]
    assert await do(world, erase_threads_of_person, resident.require_person(), now=at(1, 11)) == 3, (
        "harmless again"
    )


def test_jobs_have_names_of_their_own() -> None:
    assert len({job.name for job in THREAD_JOBS}) == len(THREAD_JOBS) == 4
