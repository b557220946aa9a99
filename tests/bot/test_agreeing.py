"""Something needs what the person took back: asked again, agreed to, and gone on with, over the real application."""

import pytest
from sqlmodel import col

from bot.conversation.actions import AskBook, Home, Human
from bot.conversation.actions.myself import AgreeAgain
from bot.conversation.actions.residents import Accept
from bot.replies import Language
from models.ids import PersonId
from models.tables import Booking
from scheduling.actors import Actor
from tests.bot.chatting import Chat, api_over, offered_to
from tests.scheduling.acting import stored
from tests.world import World


async def take_back(chat: Chat) -> None:
    await chat.resident.consent("service", "1")
    await chat.resident.delete("/v1/me/consents/service")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_an_offer_is_taken_by_the_tap_that_agrees(world: World, language: Language) -> None:
    chat = Chat(api_over(world.database), language=language)
    slot = await world.slot(capacity=1)
    offer = await offered_to(world, chat, slot)
    await take_back(chat)
    await chat.do(Accept(offer.id))
    asked = ("再问您一次", "预约") if language == "zh-CN" else ("I ask you once more", "your bookings")
    assert all(words in chat.shown.text for words in asked)
    assert {type(one) for one in chat.actions} == {AgreeAgain, Home, Human}
    await chat.tap("✅")
    (booking,) = await stored(
        world, Booking, col(Booking.slot_id) == slot, col(Booking.status) == "confirmed"
    )
    assert booking.attendee_id == await chat.person_id()
    assert [one.purpose for one in (await chat.resident.me()).consents] == ["service"]


async def test_a_booking_asks_as_it_did_the_first_time(world: World) -> None:
    chat, slot = Chat(api_over(world.database)), await world.slot()
    await take_back(chat)
    await chat.do(AskBook(slot, 1, None))
    await chat.tap("✅ 我同意")
    assert "约好了" in chat.shown.text


async def test_what_a_relative_took_back_only_they_can_give(world: World) -> None:
    chat, mother = Chat(api_over(world.database)), Chat(api_over(world.database), user_id="2", name="妈妈")
    slot = await world.slot()
    await take_back(mother)
    await chat.resident.consent("service", "1")
    me, relative = await chat.person_id(), await mother.person_id()
    await world.link(Actor(PersonId(me)), Actor(PersonId(relative)))
    await chat.do(AskBook(slot, 1, relative))
    await chat.tap("✅")
    assert "妈妈撤回了保存预约的同意" in chat.shown.text
    assert AgreeAgain not in {type(one) for one in chat.actions}
    assert await stored(world, Booking) == []


@pytest.mark.parametrize("verb", ["", "b", "nothing", "yga", "+"])
async def test_a_button_that_cannot_go_on_still_agrees(world: World, verb: str) -> None:
    """It may be forged, or lead to what is no more."""
    chat = Chat(api_over(world.database))
    await take_back(chat)
    await chat.press(f"1yga.sservice.s{verb}.")
    assert Human in {type(one) for one in chat.actions}
    agreed = [one.purpose for one in (await chat.resident.me()).consents]
    assert agreed == ([] if verb == "+" else ["service"])
