"""At the door: codes typed anywhere, photos of tickets, names, walk-ins; and kindly what is the matter."""

from uuid import UUID

import pytest

from api.tickets import ticket_text
from bot.conversation.actions.managers import Door, TakeIn, WalkIn
from bot.replies import FileTooLarge, SharedFile
from models.tables import Booking, Person
from tests.bot.chatting import Chat, api_over
from tests.bot.managing.keeper import keeper, later
from tests.bot.photos import as_jpeg, at_an_angle, code, in_the_dark, on_paper
from tests.scheduling.acting import sql, stored
from tests.world import CANTEEN, LUNCH, READING, READING_ROOM, World, at

KEY = b"k" * 32
NOON = at(0, 11, 5)


@pytest.fixture
async def noon(world: World, chat: Chat) -> Chat:
    """The chat at noon."""
    return later(world, chat, NOON)


def photo(content: bytes, *, too_large: bool = False) -> SharedFile:
    async def read() -> bytes:
        if too_large:
            raise FileTooLarge
        return content

    return SharedFile("photo", "photo.jpg", "image/jpeg", len(content), read)


def ticket(*booking_ids: UUID) -> bytes:
    return as_jpeg(at_an_angle(on_paper(*(code(ticket_text(one, KEY), scale=6) for one in booking_ids))))


async def test_six_digits_anywhere_check_in(world: World, noon: Chat) -> None:
    slot = await world.slot(LUNCH, at(0, 11))
    booking = await world.book(await world.person("王桂英"), slot, 2)
    await noon.say(f"{booking.code[:3]} {booking.code[3:]}")
    assert "王桂英 2 位到了，1 号" in noon.shown.text
    await noon.again()
    assert "1 号" in noon.shown.text
    half_past = later(world, noon, at(0, 11, 30))
    await half_past.say(booking.code)
    assert "已经签过到了，11:05 来的，1 号" in half_past.shown.text


async def test_for_anybody_else_six_digits_are_no_code(world: World) -> None:
    slot = await world.slot(LUNCH, at(0, 11))
    booking = await world.book(await world.person("王桂英"), slot)
    stranger = Chat(api_over(world.database, NOON), now=NOON)
    await stranger.say(booking.code)
    assert "到了" not in stranger.shown.text
    await stranger.send_file(photo(ticket(booking.id)))
    assert "到了" not in stranger.shown.text
    assert (await world.counts(slot))[0] == 1


async def test_a_sentence_at_the_door_is_no_name_and_the_door_stays_open(world: World, noon: Chat) -> None:
    slot = await world.slot(LUNCH, at(0, 11))
    booking = await world.book(await world.person("王桂英"), slot)
    await noon.do(Door(CANTEEN))
    await noon.say("今天午饭只剩8份")
    assert "名字" not in noon.shown.text
    assert "8" in noon.shown.text
    await noon.say("12345")
    assert "没有这个名字" in noon.shown.text
    await noon.say("王桂英")
    assert "王桂英到了，1 号" in noon.shown.text
    assert booking.code not in noon.shown.text


async def test_a_code_of_another_day_says_for_when_it_is(world: World, noon: Chat) -> None:
    booking = await world.book(await world.person("王桂英"), await world.slot(LUNCH, at(1, 11)))
    await noon.say(booking.code)
    assert "不是今天的：王桂英，长者午餐，明天（周二）11:00" in noon.shown.text
    await noon.say("000000")
    assert "今天没有这个预约" in noon.shown.text
    assert any("按名字签到" in button.label for button in noon.buttons)


async def test_a_code_of_another_point_is_not_known_here(world: World, noon: Chat) -> None:
    booking = await world.book(await world.person("王桂英"), await world.slot(READING, at(0, 11)))
    await noon.say(booking.code)
    assert "可能是别的站点的" in noon.shown.text
    assert "王桂英" not in noon.shown.text


async def test_a_photo_of_a_ticket_checks_in_asked_or_not(world: World, noon: Chat) -> None:
    slot = await world.slot(LUNCH, at(0, 11))
    first = await world.book(await world.person("王桂英"), slot)
    second = await world.book(await world.person("李大爷"), slot)
    await noon.send_file(photo(ticket(first.id)))
    assert "王桂英到了，1 号" in noon.shown.text
    await noon.do(Door(CANTEEN))
    dark = as_jpeg(in_the_dark(on_paper(code(ticket_text(second.id, KEY), scale=6), size=(800, 600))))
    await noon.send_file(photo(dark))
    assert "李大爷到了，2 号" in noon.shown.text


async def test_two_tickets_on_one_photo_are_both_in(world: World, noon: Chat) -> None:
    slot = await world.slot(LUNCH, at(0, 11))
    people = [await world.person(name) for name in ("王桂英", "李大爷")]
    tickets = [(await world.book(one, slot)).id for one in people]
    await noon.send_file(photo(as_jpeg(on_paper(*(code(ticket_text(one, KEY), scale=6) for one in tickets)))))
    assert "王桂英到了" in noon.shown.text
    assert "李大爷到了" in noon.shown.text


async def test_a_photo_that_holds_none_is_said_so_only_where_one_was_asked_for(
    world: World, noon: Chat
) -> None:
    blank = photo(as_jpeg(on_paper(code("https://example.org"))))
    await noon.send_file(blank)
    assert "没有认出二维码" not in noon.shown.text, "it may be for another room"
    await noon.do(Door(CANTEEN))
    await noon.send_file(blank)
    assert "没有认出二维码" in noon.shown.text
    await noon.send_file(photo(b"", too_large=True))
    assert "没有认出二维码" in noon.shown.text


async def test_a_forged_ticket_and_one_of_another_point(world: World, noon: Chat) -> None:
    other = await world.book(await world.person("王桂英"), await world.slot(READING, at(0, 11)))
    forged = as_jpeg(on_paper(code(ticket_text(other.id, b"x" * 32), scale=6)))
    for content in (forged, ticket(other.id)):
        await noon.send_file(photo(content))
        assert "今天没有这个预约" in noon.shown.text
    both = later(world, await keeper(world, CANTEEN, READING_ROOM, user_id="78"), NOON)
    await both.do(Door(CANTEEN))
    await both.send_file(photo(ticket(other.id)))
    assert "别的站点的：书香阅览室" in both.shown.text


async def test_names_at_the_door(world: World, noon: Chat) -> None:
    slot = await world.slot(LUNCH, at(0, 11))
    for name in ("王桂英", "王桂兰", "李大爷"):
        await world.book(await world.person(name), slot)
    await noon.do(Door(CANTEEN))
    await noon.say("李大爷")
    assert "李大爷到了，1 号" in noon.shown.text
    await noon.say("王桂")
    assert "有几位叫这个名字" in noon.shown.text
    await noon.tap("王桂兰")
    assert "王桂兰到了，2 号" in noon.shown.text
    await noon.do(Door(CANTEEN))
    await noon.say("诸葛")
    assert "今天这里没有这个名字的预约" in noon.shown.text


async def test_too_early_and_cancelled_are_said(world: World, chat: Chat) -> None:
    booking = await world.book(await world.person("王桂英"), await world.slot(LUNCH, at(0, 18)))
    await chat.say(booking.code)
    assert "来早了" in chat.shown.text


async def test_a_walk_in_without_a_name(world: World, noon: Chat) -> None:
    slot = await world.slot(LUNCH, at(0, 11))
    await noon.do(WalkIn(CANTEEN))
    assert "还有 10 位" in noon.shown.text
    await noon.tap("2 位")
    let_in = noon.button("让 2 位进来").data
    await noon.press(let_in)
    assert "现场来客 2 位到了，1 号" in noon.shown.text
    await noon.again()
    await noon.press(let_in)
    assert "1 号" in noon.shown.text
    assert await world.counts(slot) == (2, 2, 10)
    await noon.tap("下一位")
    await noon.tap("1 位")
    await noon.tap("让 1 位进来")
    assert await world.counts(slot) == (3, 3, 10)


async def test_a_party_at_the_door_is_as_large_as_the_service_takes(world: World, noon: Chat) -> None:
    await sql(
        world,
        "INSERT INTO policy_override (scope, key, field, value, set_at)"
        " VALUES ('service', :service, 'max_party', '2', now())",
        service=str(LUNCH),
    )
    await world.slot(LUNCH, at(0, 11))
    await noon.do(WalkIn(CANTEEN))
    assert [button.label for button in noon.buttons if "位" in button.label] == ["👥 1 位", "👥 2 位"]


async def test_a_walk_in_who_is_known_and_one_who_is_new(world: World, noon: Chat) -> None:
    slot = await world.slot(LUNCH, at(0, 11))
    known = await world.person("王桂英", phone="13800001111")
    await noon.do(WalkIn(CANTEEN))
    await noon.tap("1 位")
    await noon.say("王桂英")
    assert "是下面哪一位吗" in noon.shown.text
    assert "13800001111" not in "".join(button.label for button in noon.buttons)
    await noon.tap("让王桂英 (1990")
    assert "王桂英到了" in noon.shown.text
    assert [one.attendee_id for one in await stored(world, Booking)] == [known.require_person()]
    await noon.tap("下一位")
    await noon.tap("1 位")
    nameless = noon.button("让 1 位进来").data
    await noon.say("赵新来")
    await noon.tap("赵新来进来（新登记）")
    assert "赵新来到了" in noon.shown.text
    assert "赵新来" in {person.name for person in await stored(world, Person)}
    await noon.press(nameless)
    assert "现场来客到了" in noon.shown.text, "a screen without a name lets nobody in by one"
    assert await world.counts(slot) == (3, 3, 10)


async def test_full_is_said_honestly_with_what_is_free(world: World, noon: Chat) -> None:
    slot = await world.slot(LUNCH, at(0, 11), capacity=2)
    later_slot = await world.slot(LUNCH, at(0, 12), capacity=5)
    await world.book(await world.person(), slot, 1)
    await noon.do(WalkIn(CANTEEN))
    await noon.tap("11:00")
    await noon.tap("1 位")
    let_in = noon.button("让 1 位进来").data
    await world.book(await world.person(), slot, 1)
    await noon.press(let_in)
    assert "2 个名额都满了" in noon.shown.text
    assert "12:00 长者午餐：还有 5 位" in [button.label for button in noon.buttons]
    assert await world.counts(slot) == (2, 2, 2)
    await noon.do(TakeIn(slot, 1, None, 5))
    assert "都满了" in noon.shown.text
    assert await world.counts(later_slot) == (0, 0, 5)


async def test_nothing_on_today_is_said(world: World, noon: Chat) -> None:
    await noon.do(WalkIn(CANTEEN))
    assert "今天没有别的时段了" in noon.shown.text
