"""Everything that can be reached by those who keep a point is no dead end; nobody else reaches any of it."""

from collections import Counter, deque
from collections.abc import Iterator
from datetime import date
from typing import get_type_hints
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from bot.api import ApiProblem
from bot.conversation.actions import Action, Home, Human, Slots, action_of, data_of, managers, rostering
from bot.conversation.actions.managers import Came, CodeAt, FindPoint, MeantPlaces, ShowQueue
from bot.conversation.actions.rostering import Propose, SendAsks, Shifts, ShowHelper, ShowShift
from bot.manager import Manager
from models.tables import Booking, Closure, Notice, Shift, Signup, Slot
from models.vocabulary import ShiftStatus, SignupStatus
from tests.bot.chatting import Chat, api_over
from tests.bot.managing.keeper import day, keeper
from tests.rostering import place, shift, sign_up, volunteer
from tests.scheduling.acting import stored
from tests.world import CANTEEN, HAIRCUT, LUNCH, READING_ROOM, World, at

OURS = (*managers.VERBS.values(), *rostering.VERBS.values())
MOST_OF_A_KIND = 3
"""So many buttons of one kind are pressed: places and days could go on for ever."""

BY_WORDS = {FindPoint, MeantPlaces, CodeAt, Propose, SendAsks}
"""Offered only to staff, after a sentence or a code at one of several points, or while somebody matches."""


async def full_of_life(world: World) -> tuple[list[UUID], list[UUID], list[UUID]]:
    """A canteen with something of everything; slots, bookings and signups."""
    slots = [
        await world.slot(LUNCH, at(0, 9), capacity=6, minutes=120),
        await world.slot(HAIRCUT, at(0, 15), capacity=3),
        await world.slot(LUNCH, at(1, 11), capacity=4),
    ]
    booked = [
        (await world.book(await world.person(f"居民{number}"), slots[0], now=at(0, 8))).id
        for number in range(2)
    ]
    booked.append((await world.book(await world.person("王桂英"), slots[2], 2)).id)
    tomorrow = await shift(world, needed=3, direct=False)
    signups = [(await sign_up(world, await volunteer(world, "小林"), tomorrow)).id]
    running = await shift(world, at(0, 8), hours=3, taken=1)
    signups.append(await place(world, await volunteer(world, "小陈"), running, status=SignupStatus.confirmed))
    over = await shift(world, at(-1, 8), hours=2, taken=1)
    signups.append(await place(world, await volunteer(world, "小赵"), over, status=SignupStatus.absent))
    return slots, booked, signups


async def test_there_is_no_dead_end(world: World) -> None:
    chat = await keeper(world, CANTEEN, READING_ROOM, now=at(0, 9, 10))
    slots, booked, signups = await full_of_life(world)
    coming = await shift(world, at(2, 9), title="引导")
    draft = await shift(world, at(2, 14), title="打扫", status=ShiftStatus.draft)
    await chat.do(Came(slots[0], booked[0]))
    first: list[Action] = [ShowShift(draft), Shifts(CANTEEN), ShowQueue(slots[0]), ShowHelper(signups[2])]
    seeds = [FindPoint(), *every_button((slots, booked, signups), coming)]
    await chat.say("/start")
    waiting: deque[str | None] = deque(
        [*map(data_of, first), *(button.data for button in chat.buttons), *map(data_of, seeds)]
    )
    reached: set[str] = set()
    pressed: Counter[type] = Counter()
    offered: set[type] = set()
    with capture_logs() as logs:
        while waiting:
            data = waiting.popleft()
            action = action_of(data or "")
            if data is None or data in reached or type(action) not in OURS:
                continue
            if pressed[type(action)] >= MOST_OF_A_KIND:
                continue
            reached.add(data)
            pressed[type(action)] += 1
            await chat.press(data)
            shown = {type(other) for other in chat.actions}
            assert Human in shown, action
            assert Home in shown or Slots("lunch") in chat.actions, action
            offered |= shown
            # Depth first: a form is filled while it is there.
            waiting.extendleft(button.data for button in reversed(chat.buttons))
    assert logs == []
    assert set(OURS) - set(pressed) == set()
    assert set(OURS) - offered - BY_WORDS == set()


def every_button(world_ids: tuple[list[UUID], list[UUID], list[UUID]], shift_id: UUID) -> Iterator[Action]:
    """A button of every kind that acts on something that is there."""
    slots, booked, signups = world_ids
    by_name = {
        "slot": slots[2],
        "booking": booked[2],
        "point": CANTEEN,
        "signup": signups[0],
        "shift": shift_id,
        "closure": uuid4(),
    }
    for kind in OURS:
        values = {name: by_name.get(name, _value(type_)) for name, type_ in get_type_hints(kind).items()}
        yield kind(**values)


def _value(kind: object) -> object:
    if kind in {date, date | None}:
        return day(1)
    if kind in {int, int | None}:
        return 1
    return None if kind in {UUID | None, str | None} else "123456"


async def test_nobody_without_the_role_reaches_anything(world: World) -> None:
    there = await full_of_life(world)
    shift_id = await shift(world, at(2, 9), title="引导")
    before = await everything(world)
    stranger = Chat(api_over(world.database, at(0, 9, 10)), now=at(0, 9, 10), user_id="13")
    for action in every_button(there, shift_id):
        await stranger.do(action)
        assert "站点负责人" in stranger.shown.text, action
        assert "王桂英" not in stranger.shown.text
    for said in ("明天午餐加二十", "明天停开", "签到", "班次", "停开", "午餐改成2份"):
        await stranger.say(said)
        assert not [action for action in stranger.actions if type(action) in OURS], said
    assert await everything(world) == before


async def test_the_keeper_of_another_point_reaches_nothing_either(world: World) -> None:
    """The door of this room is not what protects a point: the API is asked, and says no."""
    there = await full_of_life(world)
    shift_id = await shift(world, at(2, 9), title="引导")
    before = await everything(world)
    other = await keeper(world, READING_ROOM, now=at(0, 9, 10))
    for action in every_button(there, shift_id):
        await other.do(action)
        assert "王桂英" not in other.shown.text, action
        assert "小林" not in other.shown.text, action
    assert await everything(world) == before


async def everything(world: World) -> dict[str, object]:
    """All that a button could change."""
    return {
        "slots": sorted((one.id, one.capacity, one.status, one.version) for one in await stored(world, Slot)),
        "bookings": sorted((one.id, one.status, one.slot_id) for one in await stored(world, Booking)),
        "signups": sorted((one.id, one.status, one.minutes or 0) for one in await stored(world, Signup)),
        "shifts": sorted((one.id, one.status, one.version) for one in await stored(world, Shift)),
        "closures": len(await stored(world, Closure)),
        "notices": len(await stored(world, Notice)),
    }


async def test_control_past_the_rooms_door_the_api_says_no(world: World) -> None:
    """Even somebody who gets past the guard of the chat is refused where it counts."""
    there = await full_of_life(world)
    stranger = Chat(api_over(world.database), user_id="13")
    acting = Manager.like(stranger.resident)
    for attempt in (
        acting.day(CANTEEN, day(0)),
        acting.impact(there[0][0], 5),
        acting.set_places(there[0][0], 5, None, '"1"'),
        acting.closures(CANTEEN),
        acting.came(there[1][0]),
        acting.kitchen(there[0][0]),
        acting.coverage(CANTEEN, day(0), day(6)),
        acting.confirm(there[2][0]),
    ):
        with pytest.raises(ApiProblem) as refusal:
            await attempt
        assert refusal.value.status in {403, 404}
