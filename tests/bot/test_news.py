"""What the booking engine owes people, as they read it and go on from it: from the use case to the screen."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.conversation.actions import AskInstead, Human, Mine, ShowTicket, ShowWaiting, Slots
from bot.notices import About, Delivery
from bot.replies import Reply
from models.ids import PersonId
from models.shapes.bookings import SlotEdit
from models.shapes.openings import ClosureOrder
from models.vocabulary import Affected
from scheduling import capacity, closures, jobs
from scheduling.actors import Actor
from tests.bot.chatting import Chat, api_over, offered_to
from tests.scheduling.acting import do
from tests.scheduling.doors import miss
from tests.world import CANTEEN, LUNCH, NOW, World, at, manager_of

SOON = at(0, 9, 5)


class Post:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[Reply] = []

    async def send(self, address: str, reply: Reply, about: About) -> None:
        assert address == "1001"
        self.sent.append(reply)


@pytest.fixture
def chat(world: World) -> Chat:
    return Chat(api_over(world.database))


@pytest.fixture
async def manager(world: World) -> Actor:
    return manager_of(CANTEEN, (await world.person("站长")).person_id)


async def told(world: World, chat: Chat, now: datetime = SOON) -> Chat:
    """The chat after all that is due by then has been delivered; the last of it is what is shown."""
    api, post = api_over(world.database, now), Post()
    await Delivery(api, "telegram", post, lambda: now).deliver_due()
    return replace(chat, api=api, now=now, shown=post.sent[-1])


async def close(world: World, manager: Actor) -> None:
    wanted = ClosureOrder(start=at(1, 8), end=at(1, 18), service_id=None, reason="停水")
    await do(world, closures.close, actor=manager, point_id=CANTEEN, wanted=wanted, now=NOW)


async def test_an_offer_is_taken_from_its_notice(world: World, chat: Chat) -> None:
    await offered_to(world, chat, await world.slot(LUNCH, capacity=1))
    later = await told(world, chat)
    for part in (
        "先给您留着",
        "明天（周二）11:00–12:00",
        "长者午餐",
        "幸福食堂",
        "1 位",
        "今天（周一）09:30前答复",
    ):
        assert part in later.shown.text
    await later.tap("✅ 要：明天 11:00 长者午餐 1 位")
    assert later.shown.ticket is not None


async def test_an_offer_is_declined_from_its_notice_after_a_question(world: World, chat: Chat) -> None:
    await offered_to(world, chat, await world.slot(LUNCH, capacity=1))
    later = await told(world, chat)
    await later.tap("不要了")
    assert len(await later.resident.waiting()) == 1
    await later.tap("是的，让给下一位")
    assert await later.resident.waiting() == ()


async def test_an_offer_for_a_relative_says_so(world: World, chat: Chat) -> None:
    mother = await world.person("王桂英")
    await world.link(Actor(PersonId(await chat.person_id())), mother)
    slot = await world.slot(LUNCH, capacity=1)
    await world.book(await world.person(), slot)
    await chat.resident.wait(slot, 1, mother.require_person())
    manager = manager_of(CANTEEN, (await world.person("站长")).person_id)
    await do(
        world,
        capacity.edit_slot,
        actor=manager,
        slot_id=slot,
        edit=SlotEdit(capacity=2),
        seen_version=1,
        now=NOW,
    )
    assert "先给您的家人留着" in (await told(world, chat)).shown.text


async def test_an_offer_that_ran_out_is_said(world: World, chat: Chat) -> None:
    await offered_to(world, chat, await world.slot(LUNCH, capacity=1))
    await told(world, chat)
    await jobs.expire_offers(world.database, at(0, 9, 40))
    later = await told(world, chat, at(0, 9, 45))
    assert "答复的时间过了" in later.shown.text
    assert {Slots("lunch"), Mine()} <= set(later.actions)


async def test_an_offer_that_the_point_cannot_keep_leaves_the_turn(
    world: World, chat: Chat, manager: Actor
) -> None:
    slot = await world.slot(LUNCH, capacity=1)
    await offered_to(world, chat, slot)
    edit = SlotEdit(capacity=0, affected=Affected.cancel)
    await do(world, capacity.edit_slot, actor=manager, slot_id=slot, edit=edit, seen_version=1, now=NOW)
    later = await told(world, chat)
    assert "您的排队还在" in later.shown.text
    (entry,) = await later.resident.waiting()
    assert ShowWaiting(entry.id) in later.actions
    await later.tap("看排队")
    assert "排在第 1 个" in later.shown.text


async def test_a_closed_point_says_why_to_who_waits(world: World, chat: Chat, manager: Actor) -> None:
    slot = await world.slot(LUNCH, capacity=1)
    await world.book(await world.person(), slot)
    await chat.resident.wait(slot, 1, None)
    await close(world, manager)
    assert "站点不开放" in (await told(world, chat)).shown.text


async def test_nothing_came_free_before_it_began(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, capacity=1)
    await world.book(await world.person(), slot)
    await chat.resident.wait(slot, 1, None)
    await jobs.close_waitlists(world.database, at(1, 11))
    assert "一直没有空出位子" in (await told(world, chat, at(1, 11, 1))).shown.text


async def test_a_cancelled_booking_leads_to_the_same_party_at_another_time(
    world: World, chat: Chat, manager: Actor
) -> None:
    mother = await world.person("王桂英")
    await world.link(Actor(PersonId(await chat.person_id())), mother)
    await chat.resident.consent("service", "1")
    lost = await chat.resident.book(await world.slot(LUNCH), 2, mother.require_person())
    other = await world.slot(LUNCH, at(2, 11))
    await close(world, manager)
    later = await told(world, chat)
    for part in ("对不起", "站点不开放", "站点说：停水", "王桂英，2 位", "这些还有空位"):
        assert part in later.shown.text
    assert AskInstead(lost.id, other) in later.actions
    assert "后天（周三）11:00–12:00" in later.read
    await later.tap("1. ")
    await later.tap("给王桂英预约 2 位")
    assert later.shown.ticket is not None
    assert await world.counts(other) == (2, 2, 10)


async def test_a_moved_booking_says_how_it_was_and_why(world: World, chat: Chat, manager: Actor) -> None:
    slot = await world.slot(LUNCH)
    noon = await world.slot(LUNCH, at(1, 12))
    booking = await chat.resident.book(slot, 1, None)
    edit = SlotEdit(capacity=0, affected=Affected.move)
    await do(world, capacity.edit_slot, actor=manager, slot_id=slot, edit=edit, seen_version=1, now=NOW)
    later = await told(world, chat)
    for part in ("明天（周二）12:00–13:00", "原来是：明天（周二）11:00–12:00", "名额减少", booking.code):
        assert part in later.shown.text
    assert ShowTicket(booking.id) in later.actions
    assert await world.counts(noon) == (1, 1, 10)


async def test_a_pause_says_until_when_why_and_how_to_appeal(world: World, chat: Chat) -> None:
    person = Actor(PersonId(await chat.person_id()))
    await miss(world, person, 1, 2, 3)
    later = await told(world, chat, at(3, 13))
    for part in ("暂停到12月3日", "读书会", "书香阅览室", "11月24日", "自动恢复", "弄错了"):
        assert part in later.shown.text
    await later.tap("弄错了")
    await later.tap("弄错了")
    await later.say("我住院了")
    await later.tap("提交")
    assert "交上去了" in later.shown.text


async def test_a_pause_of_a_relative_names_them(world: World, chat: Chat) -> None:
    person, mother = Actor(PersonId(await chat.person_id())), await world.person("王桂英")
    await world.link(person, mother)
    await miss(world, person, 1, 2, 3, attendee=mother)
    later = await told(world, chat, at(3, 13))
    assert "王桂英提前预约这类服务" in later.shown.text
    assert Human() in later.actions
