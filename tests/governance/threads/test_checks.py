"""What must hold of threads holds after whatever may be done, and what does not is found."""

import pytest

from governance.check import check
from governance.threads import conversing
from governance.threads.jobs import close_silent_threads, raise_unanswered_threads
from governance.threads.personal import erase_threads_of_person
from models.shapes.threads import HandOn
from models.vocabulary import Role, ScopeKind
from scheduling.actors import Actor
from tests.governance.threads.test_sweeps import ask, closed_conversation, granted, say
from tests.scheduling.acting import do, sql
from tests.world import CANTEEN, DISTRICT, NOW, World, at


@pytest.fixture
async def manager(world: World) -> Actor:
    return await granted(world, "站长", Role.point_manager, ScopeKind.point, str(CANTEEN))


async def broken(world: World) -> set[str]:
    """The names of what does not hold."""
    return {offence.check for offence in await do(world, check, now=at(1, 10))}


async def lived(world: World, manager: Actor) -> None:
    """Threads of every state: open, raised, answered, handed up, silent, closed, erased."""
    await granted(world, "区", Role.staff, ScopeKind.district, DISTRICT)
    people = await world.people(5)
    await ask(world, people[0], now=at(0, 9))
    answered = await ask(world, people[1], now=at(0, 9))
    await say(world, manager, answered, "在", at(0, 9, 5))
    handed = await ask(world, people[2], now=at(0, 9))
    await do(world, conversing.hand_on, actor=manager, thread_id=handed.thread.id, to=HandOn(), now=at(0, 10))
    await closed_conversation(world, people[3], manager, NOW)
    await ask(world, people[4], now=at(0, 9))
    await do(world, erase_threads_of_person, people[4].require_person(), now=at(0, 10))
    await raise_unanswered_threads(world.database, at(1, 9, 30))
    await close_silent_threads(world.database, at(1, 9, 30))


async def test_all_holds(world: World, manager: Actor) -> None:
    await lived(world, manager)
    assert await broken(world) == set()


@pytest.mark.parametrize(
    ("deed", "found"),
    [
        ("UPDATE thread SET last_number = last_number + 1", "every row of a thread has its number"),
        (
            "UPDATE thread SET state = 'waiting_for_resident' WHERE state = 'open'",
            "a thread stands as its rows say",
        ),
        ("UPDATE thread SET alert_at = NULL", "whoever waits for an answer is known"),
        ("UPDATE thread SET waited_s = NULL", "a thread that was answered has the wait"),
        (
            """
            INSERT INTO attachment (id, created_at, district_code, thread_id, kind, media_type, size, content)
            SELECT gen_random_uuid(), now(), district_code, id, 'image', 'image/png', 1, 'x' FROM thread LIMIT 1
            """,
            "an attachment of a thread came",
        ),
        ("UPDATE thread SET owner_id = resident_id", "nobody writes to themselves"),
    ],
)
async def test_control_what_does_not_hold_is_found(
    world: World, manager: Actor, deed: str, found: str
) -> None:
    await lived(world, manager)
    await sql(world, deed)
    assert any(name.startswith(found) for name in await broken(world))
