"""The room of one's own data, over the real application: seeing, correcting, taking along, being forgotten."""

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import col

from bot.conversation.actions import AskBook, Home, Human, myself
from bot.conversation.actions.myself import (
    AgreeAgain,
    AskCode,
    AskForget,
    AskWithdraw,
    Erase,
    LinkChat,
    LookAtCode,
    MyChats,
    MyData,
    Save,
    SendCode,
)
from bot.conversation.myself.correcting import read_birthday
from bot.myself import Myself
from models.database import transaction
from models.tables import ChannelIdentity, Consent, Grant, Notice, Person
from models.vocabulary import NoticeKind, Role, ScopeKind
from scheduling.identity import codes
from tests.bot.chatting import Chat, api_over
from tests.bot.walking import walk
from tests.scheduling.acting import do, sql, stored
from tests.world import CANTEEN, DISTRICT, LUNCH, NOW, World, at

TODAY = date(2026, 11, 23)


@pytest.fixture
def chat(world: World) -> Chat:
    """Somebody's first contact."""
    return Chat(api_over(world.database))


async def person_of(world: World, chat: Chat) -> Person:
    (row,) = await stored(world, Person, col(Person.id) == await chat.person_id())
    return row


@pytest.mark.parametrize("said", ["今天谁还没来", "???"])
async def test_what_has_nothing_of_a_code_is_asked_for_again(chat: Chat, said: str) -> None:
    asked = await chat.do(AskCode())
    assert (await chat.say(said)).text == asked.text


async def test_what_is_stored_in_plain_words(chat: Chat) -> None:
    await chat.say("/start")
    await chat.tap("☰ 更多")
    shown = await chat.tap("🔐 我的资料")
    for line in ("姓名：李明", "手机号：没有填", "生日：没有填", "提醒：开", "已同意：还没有"):
        assert line in shown.text
    assert {type(one) for one in chat.actions} >= {Home, Human}
    assert (await chat.say("我的资料")).text == shown.text


async def test_a_name_is_kept_by_a_tap(world: World, chat: Chat) -> None:
    await chat.say("我的资料")
    await chat.tap("✏️ 姓名")
    assert "没看懂这个名字" in (await chat.say("长" * 41)).text
    asked = await chat.say("  午餐  阿姨 ")
    assert "以后就叫您“午餐 阿姨”" in asked.text
    assert (await person_of(world, chat)).name == "李明"
    assert "姓名：午餐 阿姨" in (await chat.tap("✅")).text
    assert (await person_of(world, chat)).name == "午餐 阿姨"
    await chat.tap("✏️ 姓名")
    await chat.tap("↩️ 回到我的资料")
    await chat.say("午餐")
    assert (await person_of(world, chat)).name == "午餐 阿姨"  # nobody waits for a name any more


async def test_a_phone_number_typed_or_shared(world: World, chat: Chat) -> None:
    await chat.say("改手机号")
    shown = await chat.tap("📱")
    assert shown.ask_contact
    assert "没看懂这个手机号" in (await chat.say("打我电话")).text
    assert "138-1234" not in (await chat.say("138-1234 5678")).text
    await chat.tap("✅")
    assert (await person_of(world, chat)).phone == "13812345678"
    assert "手机号：138****5678" in chat.shown.text
    await chat.say("/start")
    assert "13900000000" in (await chat.send_contact("+86 139 0000 0000".replace("+86 ", ""))).text
    await chat.tap("✅")
    assert (await person_of(world, chat)).phone == "13900000000"
    await chat.tap("📱")
    await chat.tap("🚫 不留手机号")
    assert "没法打电话" in chat.shown.text
    await chat.tap("🗑")
    assert (await person_of(world, chat)).phone is None


async def test_a_year_gives_the_priority_of_age(world: World, chat: Chat) -> None:
    await chat.say("我的资料")
    await chat.tap("🎂")
    assert "1966 年出生的，要知道是哪一天" in (await chat.say("1966")).text
    assert "没看懂" in (await chat.say("2 月 30 日")).text
    asked = await chat.say("1950年")
    assert "1950 年出生的。这些就可以比别人早约：养老、助餐。" in asked.text
    await chat.tap("✅")
    assert (await person_of(world, chat)).birth_date == date(1950, 1, 1)
    assert "1950（可比别人早约：养老、助餐）" in chat.shown.text
    await chat.tap("🎂")
    await chat.say("1966-11-24")
    assert "预约的时间不变" in chat.shown.text
    await chat.tap("✅")
    await chat.tap("🎂")
    await chat.tap("🚫 不留生日")
    await chat.tap("🗑")
    assert (await person_of(world, chat)).birth_date is None


@pytest.mark.parametrize(
    ("said", "born", "whole"),
    [
        ("1950", date(1950, 1, 1), False),
        ("1950年生", date(1950, 1, 1), False),
        ("1950年5月3日", date(1950, 5, 3), True),
        ("1950-05-03", date(1950, 5, 3), True),
        ("1950/5/3", date(1950, 5, 3), True),
        ("1950.5.3", date(1950, 5, 3), True),
        ("19500503", date(1950, 5, 3), True),
        ("2026-11-24", None, False),
        ("1905", None, False),
        ("1950-13-01", None, False),
        ("50", None, False),
        ("0000", None, False),
        ("", None, False),
        ("９９９９", None, False),
    ],
)
def test_days_and_years_as_people_write_them(said: str, born: date | None, whole: bool) -> None:  # a table
    assert read_birthday(said, TODAY) == (born, whole)


async def test_the_age_of_priority_is_the_districts_to_set(world: World, chat: Chat) -> None:
    await sql(
        world,
        "INSERT INTO policy_override (scope, key, field, value, set_at)"
        " VALUES ('district', :district, 'priority_age', '70', now())",
        district=DISTRICT,
    )
    await chat.say("我的资料")
    await chat.tap("🎂")
    assert "1966 年出生的。预约的时间不变" in (await chat.say("1966")).text
    await chat.tap("重新输入")
    assert "1956 年出生的，要知道是哪一天" in (await chat.say("1956")).text
    assert "这些就可以比别人早约：养老、助餐" in (await chat.say("1956-11-23")).text


async def test_disability_and_large_text(world: World, chat: Chat) -> None:
    await chat.say("我的资料")
    await chat.tap("♿")
    assert "不要证件" in chat.shown.text
    await chat.tap("有，请记下")
    assert (await person_of(world, chat)).disability
    shown = await chat.tap("🔠")
    assert shown.large_text
    assert not (await chat.tap("🔡")).large_text
    await chat.tap("🔐")
    await chat.tap("♿")
    await chat.tap("没有，或不想说")
    assert not (await person_of(world, chat)).disability


async def test_each_group_and_all_at_one_tap(world: World, chat: Chat) -> None:
    await chat.say("我的资料")
    await chat.tap("🔔 通知我什么")
    assert not any("站点" in button.label for button in chat.buttons if "开：" in button.label)
    await chat.tap("开：前一天晚上")
    assert "以后不再通知您：前一天晚上的提醒" in chat.shown.text
    assert (await person_of(world, chat)).opted_out == ["evening_reminders"]
    await chat.tap("🔕 这些全部停掉")
    row = await person_of(world, chat)
    assert (row.reminders, len(row.opted_out)) == (False, 5)
    await chat.tap("关：快开始时")
    row = await person_of(world, chat)
    assert row.reminders
    assert "soon_reminders" not in row.opted_out
    assert "evening_reminders" in row.opted_out
    await chat.tap("🔕 这些全部停掉")
    await chat.tap("🔔 全部通知我")
    row = await person_of(world, chat)
    assert (row.reminders, row.opted_out) == (True, [])


async def test_an_address_by_its_code(world: World, chat: Chat) -> None:
    await chat.say("我的资料")
    await chat.tap("✉️ 邮箱")
    assert "现在还没有" in chat.shown.text
    await chat.tap("✉️ 填电子邮箱")
    await chat.say("what")
    await chat.say("wang at home")
    await chat.tap("✅")
    assert "没看懂这个地址" in chat.shown.text
    await chat.say("wang@example.org")
    assert "号码已发到 wang@example.org" in (await chat.tap("✅")).text
    (notice,) = await stored(world, Notice, col(Notice.kind) == NoticeKind.address_code)
    wrong = "000000" if notice.data["code"] != "000000" else "111111"
    assert "号码不对" in (await chat.say(wrong)).text
    assert "从现在起可以用了" in (await chat.say(notice.data["code"])).text
    assert "电子邮件：wang@example.org（在用）" in chat.shown.text
    await chat.tap("🗑 删除 wang@example.org")
    await chat.tap("🗑")
    assert "现在还没有" in chat.shown.text


async def test_a_consent_is_taken_back_and_asked_for_again(world: World, chat: Chat) -> None:
    await world.slot(LUNCH)
    await chat.say("订午餐")
    await chat.tap("1. ")
    await chat.tap("我同意")
    await chat.say("我的资料")
    await chat.tap("📜")
    assert "• 保存您的预约，并提醒您" in chat.shown.text
    await chat.tap("↩️ 撤回")
    assert "已经约好的照常保留" in chat.shown.text
    await chat.tap("✅ 是的，撤回")
    assert "下次预约或提诉求前，我们会再征求您的同意" in chat.shown.text
    assert [one.withdrawn_at for one in await stored(world, Consent)] == [NOW]
    await chat.do(AskBook(await world.slot(LUNCH, at(2, 11))))
    assert "我们会记下" in chat.shown.text
    await chat.tap("我同意")
    assert [one.withdrawn_at for one in await stored(world, Consent)] == [None]


async def test_everything_in_a_file(chat: Chat) -> None:
    await chat.say("导出我的资料")
    page = chat.shown.document
    assert page is not None
    assert (page.name, page.media_type) == ("我的资料.html", "text/html")
    assert "李明" in page.content.decode()
    await chat.tap("🧾")
    document = chat.shown.document
    assert document is not None
    assert json.loads(document.content)["profile"]["name"] == "李明"


async def test_erased_after_two_questions(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH)
    await chat.say("订午餐")
    await chat.tap("1. ")
    await chat.tap("我同意")
    was = await chat.person_id()
    await chat.say("注销")
    assert "还没到的预约全部取消" in chat.shown.text
    await chat.tap("🗑 我要注销")
    assert chat.actions[0] == MyData()  # the harmless answer comes first
    assert (await world.counts(slot))[0] == 1
    shown = await chat.tap("🗑 是的")
    assert "已经注销了" in shown.text
    assert "取消了 1 个预约" in shown.text
    assert (await world.counts(slot))[0] == 0
    assert [one.person_id for one in await stored(world, ChannelIdentity)] == []
    assert "李明，您好" in (await chat.tap("🏠 首页")).text
    assert await chat.person_id() != was


async def test_what_is_to_be_handed_over_is_named_with_its_place(world: World, chat: Chat) -> None:
    await chat.say("/start")
    async with transaction(world.database) as session:
        session.add(
            Grant(
                created_at=NOW,
                person_id=await chat.person_id(),
                role=Role.point_manager,
                scope=ScopeKind.point,
                key=str(CANTEEN),
            )
        )
    await chat.do(Erase())
    assert "要先交接" in chat.shown.text
    assert "（幸福食堂）" in chat.shown.text
    assert (await chat.resident.me()).name == "李明"


async def test_it_reads_in_english_as_well(chat: Chat) -> None:
    english = replace(chat, user_id="7", name="Ann", language="en")
    await english.say("my data")
    assert "Phone number: not said" in english.shown.text
    await english.tap("🎂 Birthday")
    await english.say("1950-05-03")
    await english.tap("✅ Yes, keep it")
    assert "1950-05-03; you book these earlier than others: Elder care, Meals" in english.shown.text
    await english.say("erase me")
    await english.tap("🗑 I want to be erased")
    await english.tap("🗑 Yes, erase everything now")
    assert "You are erased." in english.shown.text


async def test_old_buttons_do_no_harm(world: World, chat: Chat) -> None:
    """A button that keeps what was said long ago keeps nothing, and says so."""
    await chat.say("我的资料")
    await chat.tap("✏️ 姓名")
    await chat.say("王芳")
    keep = chat.button("✅").data
    await chat.say("/start")
    assert "隔得有点久了" in (await chat.press(keep)).text
    assert (await person_of(world, chat)).name == "李明"


async def test_every_process_of_the_bot_learns_whose_the_chat_is(world: World, chat: Chat) -> None:
    """One that remembers the former person's token is refused by it, and asks again."""
    account = Chat(api_over(world.database), user_id="2002", name="账号")
    await account.say("我的资料")
    await account.tap("🔗 一个账号")
    await account.tap("🔗 给我一个号码")
    (code,) = re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}", account.shown.text)
    elsewhere = replace(chat, api=api_over(world.database))
    for process in (chat, elsewhere):
        await process.say("/start")
    was = await chat.person_id()
    await chat.say(code)
    assert await chat.person_id() == was  # looking changes nothing
    await chat.tap("✅ 对，我就是账号")
    assert await chat.person_id() == await account.person_id() == await elsewhere.person_id() != was
    assert "您在这个聊天里就是账号" in (await chat.again()).text


async def test_wrong_codes_are_counted_and_said_kindly(chat: Chat) -> None:
    for _ in range(5):
        assert "取号码的地方再取一个" in (await chat.say("2345-ABCD")).text
    assert "请过一阵子" in (await chat.say("2345-ABCD")).text
    assert "没太看懂" in (await chat.say("12")).text  # nobody waits for a code any more


async def test_there_is_no_dead_end_in_this_room(world: World, chat: Chat) -> None:
    """Every button of the room leads on; the two that leave nobody to go on come last."""
    made = await do(world, codes.make_own, actor=await world.person("账号"), bot_name=None, now=NOW)
    code = made.start.removeprefix("link_")
    await chat.say("我的资料")
    kinds = set(myself.VERBS.values()) - {LinkChat, Erase}
    seeds = [LookAtCode(code), AskWithdraw("service"), AskForget("email"), Save(), SendCode()]
    other = Chat(chat.api, user_id="2002")
    await other.do(LinkChat((await Myself.like(chat.resident).make_link_code()).code.replace("-", "")))
    seeds += [AgreeAgain("service", "", None), MyChats()]
    assert await walk(chat, seeds, within=kinds) == kinds
    assert await walk(chat, [LinkChat(code)], within={LinkChat}) == {LinkChat}
    assert await walk(chat, [Erase()], within={Erase}) == {Erase}
