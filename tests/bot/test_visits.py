"""Visits in the chat: coming and late, the ticket's QR code, past bookings, the same again, ratings, and when they are asked."""

from dataclasses import replace
from uuid import UUID

import pytest

from api.tickets import read_ticket
from bot.conversation.actions import AskBook, ShowTicket, visits
from bot.conversation.actions.visits import AskRating, Coming, Late, Past, Rate, SayComment, Stars
from bot.notices import Delivery
from bot.replies import Language
from models.tables import Booking, Rating
from scheduling import door
from tests.bot.chatting import Chat, api_over
from tests.bot.test_reminding import Post
from tests.bot.walking import walk
from tests.scheduling.acting import do, stored
from tests.scheduling.doors import set_policy
from tests.world import CANTEEN, LUNCH, World, at, manager_of


@pytest.fixture
def chat(world: World) -> Chat:
    return Chat(api_over(world.database))


async def booked(world: World, chat: Chat) -> UUID:
    """Lunch tomorrow at eleven."""
    slot = await world.slot(LUNCH)
    await chat.do(AskBook(slot))
    await chat.tap("✅")
    (booking,) = await chat.resident.bookings(10)
    return booking.id


def later(world: World, chat: Chat, days: int, hour: int, minute: int = 0) -> Chat:
    """The same person at another time."""
    moment = at(days, hour, minute)
    return replace(chat, api=api_over(world.database, moment), now=moment, user_id=chat.user_id)


async def visited(world: World, chat: Chat) -> UUID:
    """A visit that was booked and made."""
    booking = await booked(world, chat)
    await do(world, door.check_in, actor=manager_of(CANTEEN), booking_id=booking, now=at(1, 11))
    return booking


async def test_a_ticket_has_the_qr_code_that_opens_the_door(world: World, chat: Chat) -> None:
    booking = await booked(world, chat)
    assert chat.shown.ticket is not None
    assert chat.shown.ticket.qr is not None
    assert read_ticket(chat.shown.ticket.qr, b"k" * 32) == booking


async def test_coming_late_is_asked_told_to_the_point_and_keeps_the_place(world: World, chat: Chat) -> None:
    await set_policy(world, LUNCH, release_after_minutes=15)
    booking = await booked(world, chat)
    noon = later(world, chat, 1, 10)
    await noon.do(ShowTicket(booking))
    await noon.tap("会晚到")
    assert (await stored(world, Booking))[0].arrival is None, "nothing is said before the tap"
    await noon.tap("告诉站点")
    assert "已经告诉站点了" in noon.shown.text
    assert "位子给您留到今天（周二）11:35" in noon.shown.text
    day = await do(world, door.day, actor=manager_of(CANTEEN), point_id=CANTEEN, on=at(1, 9).date())
    assert [one.arrival for slot in day.slots for one in slot.bookings] == ["late"]


async def test_where_places_are_not_given_on_late_is_no_matter(world: World, chat: Chat) -> None:
    booking = await booked(world, chat)
    await later(world, chat, 1, 10).do(Late(booking))
    shown = await chat.do(ShowTicket(booking))
    assert "一直给您留到结束（12:00）" in shown.text


async def test_after_the_end_it_is_too_late_to_say_anything(world: World, chat: Chat) -> None:
    booking = await booked(world, chat)
    over = later(world, chat, 1, 13)
    await over.do(Coming(booking))
    assert "来不及转告了" in over.shown.text


async def test_a_visit_is_asked_about_once_and_rated_with_words(world: World, chat: Chat) -> None:
    booking = await visited(world, chat)
    for hour in (14, 15, 16):
        post = Post()
        api = api_over(world.database, at(1, hour, 30))
        await Delivery(api, "telegram", post, lambda hour=hour: at(1, hour, 30)).deliver_due()  # type: ignore[misc]
        said = [reply for _address, reply in post.sent if "觉得怎么样" in reply.text]
        assert len(said) == (hour == 15), "three hours after the end, and once"
        if said:
            asked = replace(later(world, chat, 1, hour, 30), shown=said[0])
    await asked.tap("★★★★")
    assert "★★★★★" in asked.shown.text
    await asked.tap("改星数")
    await asked.tap("★★★★☆")
    await asked.tap("再说几句")
    await asked.say("明天午饭还来")
    assert "“明天午饭还来”" in asked.shown.text
    assert await stored(world, Rating) == []
    await asked.tap("提交")
    assert "谢谢您" in asked.shown.text
    (rating,) = await stored(world, Rating)
    assert (rating.booking_id, rating.stars, rating.comment) == (booking, 4, "明天午饭还来")
    await asked.do(Rate(booking, 1, 0))
    assert "已经评价过了" in asked.shown.text
    assert "★★★★☆" in asked.shown.text


async def test_who_has_rated_is_not_asked(world: World, chat: Chat) -> None:
    booking = await visited(world, chat)
    noon = later(world, chat, 1, 12, 30)
    await noon.do(Stars(booking, 5))
    await noon.tap("提交")
    post = Post()
    moment = at(1, 15, 30)
    await Delivery(api_over(world.database, moment), "telegram", post, lambda: moment).deliver_due()
    assert not any("觉得怎么样" in reply.text for _address, reply in post.sent)


async def test_past_bookings_lead_to_a_rating_and_to_the_same_again(world: World, chat: Chat) -> None:
    await visited(world, chat)
    again = await world.slot(LUNCH, at(3, 11))
    over = later(world, chat, 1, 13)
    await over.say("我的预约")
    await over.tap("去过的")
    await over.press(over.buttons[0].data)
    await over.tap("评价一下")
    await over.tap("★★★☆☆")
    await over.do(Past())
    await over.press(over.buttons[0].data)
    await over.tap("照样再约")
    assert AskBook(again) in over.actions


async def test_words_that_are_gone_are_asked_for_again(world: World, chat: Chat) -> None:
    booking = await visited(world, chat)
    await chat.do(SayComment(booking, 3))
    await chat.say("味道一般")
    sending = chat.button("提交").data
    await chat.say("/start")
    await chat.press(sending)
    assert "请写几句" in chat.shown.text
    assert await stored(world, Rating) == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_there_is_no_dead_end_around_visits(world: World, chat: Chat, language: Language) -> None:
    booking = await visited(world, chat)
    await world.slot(LUNCH, at(3, 11))
    over = later(world, chat, 1, 13)
    await over.resident.change_me({"language": language})
    await over.do(Past())
    kinds = set(visits.VERBS.values())
    seeds = [AskRating(booking), Coming(booking), visits.AskLate(booking), Late(booking)]
    assert await walk(over, [*seeds, visits.Again(booking)], within=kinds) == kinds
