"""Standing orders in the chat: exactly what would be booked, one tap, my series, the end of one."""

import pytest

from bot.conversation.actions import AskBook
from bot.conversation.actions.ordering import OrderSeries, Preview, Repeat, SeriesList
from bot.conversation.ordering import repeating
from bot.conversation.patterns import DAILY
from models.tables import Booking, SeriesOccurrence
from tests.bot.chatting import Chat, api_over
from tests.scheduling.acting import sql, stored
from tests.world import LUNCH, World, at


@pytest.fixture
def chat(world: World) -> Chat:
    return Chat(api_over(world.database))


async def week(world: World) -> list[object]:
    """Lunch on the weekdays from tomorrow on for a week; the third is full, there is none on the fifth."""
    days = [1, 2, 3, 4, 7]
    slots = [await world.slot(LUNCH, at(day, 11), capacity=1 if day == 3 else 4) for day in days if day != 4]
    await world.book(await world.person(), slots[2])
    return list(slots)


async def test_every_weekday_is_shown_day_by_day_before_one_tap_orders_it(world: World, chat: Chat) -> None:
    slots = await week(world)
    await chat.do(AskBook(slots[0]))  # type: ignore[arg-type]
    await chat.tap("每天或每周都约")
    await chat.tap("每个工作日")
    await chat.tap("到")
    shown = chat.shown.text
    assert "会约上：明天（周二）、后天（周三）、11月30日（周一）" in shown
    assert "满了，先候补：11月26日（周四）" in shown
    assert "不开放：11月27日（周五）" in shown
    assert len(await stored(world, Booking)) == 1, "nothing is booked before the tap"
    assert await stored(world, SeriesOccurrence) == []
    await chat.tap("✅ 预约 3 天，另有 1 天候补")
    assert "约好了：明天（周二）、后天（周三）、11月30日（周一）" in chat.shown.text
    assert len(await chat.resident.bookings(10)) == 3
    assert len(await chat.resident.waiting()) == 1
    again = chat.shown
    assert (await chat.again()).text == again.text


async def test_once_a_week_ends_with_a_visit_and_is_never_a_single_one(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(1, 11))
    await world.slot(LUNCH, at(8, 11), capacity=4)
    await chat.do(AskBook(slot))
    await chat.tap("每天或每周都约")
    await chat.tap("每周二")
    ends = [button.label for button in chat.buttons if button.label.startswith("到")]
    assert ends[0] == "到12月1日（周二）"
    assert all("周二" in end for end in ends)
    await chat.press(chat.button("到12月1日").data)
    assert "会约上：明天（周二）、12月1日（周二）" in chat.shown.text
    await chat.tap("✅ 预约这 2 天")
    assert len(await chat.resident.bookings(10)) == 2


async def test_a_series_is_found_again_and_its_rest_cancelled_after_a_question(
    world: World, chat: Chat
) -> None:
    slots = await week(world)
    await chat.do(AskBook(slots[0]))  # type: ignore[arg-type]
    await chat.tap("每天或每周都约")
    await chat.tap("每天")
    await chat.tap("到")
    await chat.tap("✅")
    await chat.do(SeriesList())
    assert "后面还有 3 天" in chat.read
    await chat.press(chat.buttons[0].data)
    await chat.press(chat.buttons[0].data)
    assert chat.shown.ticket is not None
    await chat.tap("这次连续预约的每一天")
    await chat.tap("后面的都取消")
    assert "后面的都要取消吗" in chat.shown.text
    assert len(await chat.resident.bookings(10)) == 3
    await chat.tap("是的，取消这 3 天")
    assert await chat.resident.bookings(10) == ()
    assert await chat.resident.waiting() == ()
    await chat.do(SeriesList())
    assert "没有连续预约" in chat.shown.text


async def test_why_a_day_cannot_be_had_is_said(world: World, chat: Chat) -> None:
    slots = await week(world)
    await chat.say("你好")
    await chat.resident.consent("service", "1")
    await chat.resident.book(slots[1], 1, None)  # type: ignore[arg-type]
    await chat.do(Preview(slots[0], 1, "-00", 0, 1))  # type: ignore[arg-type]
    assert "✖️ 后天（周三）：那个时间已经约了别的" in chat.shown.text
    await chat.do(OrderSeries(slots[0], 1, "-00", 0, 1, 0))  # type: ignore[arg-type]
    assert "✖️ 后天（周三）" in chat.shown.text


async def test_a_sentence_leads_to_the_days(world: World, chat: Chat) -> None:
    await week(world)
    await chat.say("每天中午给我订饭")
    assert "哪些天要" in chat.shown.text
    await chat.say("lunch every weekday")
    assert "哪些天要" in chat.shown.text


async def test_a_button_that_asks_too_much_leads_back(world: World, chat: Chat) -> None:
    slots = await week(world)
    for action in (
        Preview(slots[0], 1, "-00", 9, 1),  # type: ignore[arg-type]
        Preview(slots[0], 1, "-00", 0, 50),  # type: ignore[arg-type]
        OrderSeries(slots[0], 1, "-00", 0, 50, 1),  # type: ignore[arg-type]
        OrderSeries(slots[0], 1, "ffffffff-00", 0, 1, 1),  # type: ignore[arg-type]
        Repeat(slots[0], 1, "no code"[:2]),  # type: ignore[arg-type]
    ):
        await chat.do(action)
        assert chat.shown.text
    assert len(await stored(world, Booking)) == 1


async def test_only_a_day_too_far_ahead_is_said_to_be_too_far(
    world: World, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = await world.slot(LUNCH, at(1, 11))
    near, far = (Preview(slot, 1, "-00", DAILY, weeks) for weeks in (repeating.WEEKS[0], repeating.WEEKS[-1]))
    await sql(
        world,
        "INSERT INTO policy_override (scope, key, field, value, set_at)"
        " VALUES ('service', :service, 'series_days', '20', now())",
        service=str(LUNCH),
    )
    await chat.do(far)
    assert "选近一点的日子" in chat.shown.text
    monkeypatch.setattr(repeating, "rule_of", lambda _pattern, _first: "FREQ=WEEKLY")
    await chat.do(near)
    assert "近一点" not in chat.shown.text
