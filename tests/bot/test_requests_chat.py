"""Residents tell what is the matter, and those who answer work it off, in the chat: real dialogs over the real application."""

from collections import deque
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.conversation.actions import Action, Home, Human, action_of, data_of
from bot.conversation.actions import grid as grid_actions
from bot.conversation.actions import requests as actions
from bot.replies import FileTooLarge, Language, SharedFile
from models.request_words import RequestState
from models.tables import Attachment, Request, RequestFollower, WorkerAbsence
from tests.bot.chatting import Chat
from tests.bot.gridded import Town, named
from tests.governance.test_media import VOICE, photo
from tests.governing import AT_GATE
from tests.scheduling.acting import stored
from tests.world import World

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])


@pytest.fixture
async def town(world: World, tmp_path: Path) -> Town:
    return await Town(world, tmp_path).settle()


@pytest.fixture
async def resident(town: Town) -> Chat:
    return await town.chat(town.grid.resident, "陈奶奶")


@pytest.fixture
async def worker(town: Town) -> Chat:
    return await town.chat(town.grid.worker, "李明")


def shared(content: bytes, kind: str = "photo") -> SharedFile:
    async def read() -> bytes:
        return content

    return SharedFile(kind, "x", "application/octet-stream", len(content), read)  # type: ignore[arg-type]  # a case of two


async def tell(chat: Chat, text: str = "小区北门的路灯坏了") -> None:
    """Says it at the gate, and sends it."""
    await chat.say(text)
    await chat.share(AT_GATE.latitude, AT_GATE.longitude)
    await chat.tap("✅")


async def only(town: Town) -> Request:
    (request,) = await stored(town.world, Request)
    return request


@BOTH
async def test_from_a_sentence_to_a_named_person_in_three_messages(
    world: World, tmp_path: Path, language: Language
) -> None:
    town = await Town(world, tmp_path, language).settle()
    chat = await town.chat(town.grid.resident, "陈奶奶")
    zh = language == "zh-CN"
    await chat.say("小区北门的路灯坏了" if zh else "the street lamp at the north gate is broken")
    assert ("在什么地方" if zh else "Where is it") in chat.shown.text
    assert chat.shown.ask_location
    assert await stored(world, Request) == []
    await chat.share(AT_GATE.latitude, AT_GATE.longitude)
    shown = chat.shown.text
    for fact in (
        ("💡 路灯照明", "网格员李明", "明天（周二）18:00", "12月2日（周三）18:00")
        if zh
        else (
            "💡 Lighting",
            "grid worker 李明",
            "tomorrow (Tue) 18:00",
            "Dec 2 (Wed) 18:00",
        )
    ):
        assert fact in shown
    assert await stored(world, Request) == [], "nothing is sent before the tap"
    await chat.tap("✅")
    request = await only(town)
    assert request.code in chat.shown.text
    assert (request.latitude, request.longitude) == (AT_GATE.latitude, AT_GATE.longitude)
    await chat.again()
    assert len(await stored(world, Request)) == 1
    await chat.do(actions.Send())
    assert len(await stored(world, Request)) == 1


async def test_from_the_first_screen_with_photo_voice_and_a_place_in_words(
    town: Town, resident: Chat
) -> None:
    await resident.say("/start")
    await resident.tap("📣 反映问题")
    await resident.send_file(shared(photo(place=True)))
    assert "一句话" in resident.shown.text
    await resident.say("3 号楼电梯又停了")
    assert "📷 拍照片的地方" in [button.label for button in resident.buttons]
    await resident.say("3 号楼一单元")
    assert "3 号楼一单元" in resident.shown.text
    assert "🏢 楼道电梯" in resident.shown.text
    await resident.send_file(shared(VOICE, "voice"))
    assert "附 2 个文件" in resident.shown.text
    await resident.tap("🏷")
    await resident.tap("安全隐患")
    await resident.tap("✅")
    request = await only(town)
    assert (request.kind, request.suggested, request.place) == ("safety", "building", "3 号楼一单元")
    assert [one.request_id for one in await stored(town.world, Attachment)] == [request.id, request.id]
    await resident.tap("📷 看 2 个附件")
    assert resident.shown.picture is not None
    await resident.tap("▶")
    assert resident.shown.document is not None
    assert resident.shown.document.content == VOICE


async def test_a_file_that_is_none_of_ours_is_refused_kindly(town: Town, resident: Chat) -> None:
    await resident.send_file(shared(b"<html>"))
    assert "收不了" in resident.shown.text

    async def too_large() -> bytes:
        raise FileTooLarge

    await resident.send_file(SharedFile("photo", "x", "image/jpeg", None, too_large))
    assert "太大" in resident.shown.text
    assert await stored(town.world, Attachment) == []


async def test_an_old_button_sends_nothing_that_is_not_complete(town: Town) -> None:
    """It was shown with another request; this one has no place yet, which is asked for."""
    chat = Chat(town.api, user_id="77", name="新邻居")
    await chat.say("楼下垃圾没人收")
    await chat.do(actions.Send())
    assert chat.shown.ask_location
    assert await stored(town.world, Request) == []


async def test_a_neighbours_request_is_shown_before_and_joined(town: Town, resident: Chat) -> None:
    await tell(resident)
    other = await town.neighbour()
    await other.say("北门路灯不亮了，看不见路")
    await other.share(31.9502, 118.8401)
    assert "小区北门的路灯坏了" in other.shown.text
    assert "陈奶奶" not in other.shown.text
    await other.tap("👥 和第 1 件一样")
    assert "一起跟进" in other.shown.text
    assert len(await stored(town.world, Request)) == 1
    (follower,) = await stored(town.world, RequestFollower)
    assert follower.text == "北门路灯不亮了，看不见路"
    await other.tap("📂")
    await other.tap("👥 我跟进的")
    await other.tap("小区北门")
    await other.tap("🔕 不再跟进")
    await other.tap("🔕 确定")
    assert await stored(town.world, RequestFollower) == []


async def test_a_worker_works_it_off_and_the_resident_answers_the_answer(
    town: Town, resident: Chat, worker: Chat
) -> None:
    await tell(resident)
    ((who, news),) = await town.told()
    assert (who, news.text.splitlines()[0]) == ("李明", "📬 有新的诉求由您负责：")
    await worker.say("/start")
    await worker.tap("🧭 我的网格")
    assert "待受理" in worker.read
    await worker.tap("路灯")
    assert "13900000001" in worker.shown.text, "whoever owns it must call"
    assert worker.shown.place is not None
    await worker.tap("✅ 受理")
    assert (await only(town)).state is RequestState.received, "asked first"
    await worker.tap("✅ 我来办")
    assert (await only(town)).state is RequestState.accepted
    await worker.tap("📝")
    await worker.say("已约师傅明天上午来")
    await worker.tap("✅ 发送")
    await worker.tap("🏁")
    await worker.send_file(shared(photo()))
    assert "怎么解决" in worker.shown.text
    await worker.say("灯泡换好了")
    assert "附 1 个文件" in worker.shown.text
    await worker.tap("✅ 答复办结")
    assert (await only(town)).state is RequestState.resolved
    told = named(await town.told(), "陈奶奶")
    assert [reply.text.splitlines()[0] for reply in told] == [
        "✅ 网格员李明已经受理您的诉求。",
        "📝 网格员李明告诉您进展：",
        "🏁 网格员李明答复了您的诉求：",
    ]
    await town.open("陈奶奶", told[-1], "⭐")
    await resident.tap("⭐⭐⭐⭐")
    await resident.say("师傅很负责")
    assert "师傅很负责" in resident.shown.text
    await resident.tap("✅ 提交评价")
    request = await only(town)
    assert (request.state, request.comment) == (RequestState.closed, "师傅很负责")
    assert request.stars in {4, 5}
    ((_, rated),) = await town.told()
    assert "颗星" in rated.text


async def test_handing_over_and_up_in_the_chat(town: Town, resident: Chat, worker: Chat) -> None:
    await tell(resident)
    other = await town.chat(town.grid.neighbour, "张磊")
    request = await only(town)
    await worker.do(grid_actions.Case(request.id))
    await worker.tap("🔀 转办")
    await worker.tap("张磊")
    assert "接手之前仍由您负责" in worker.shown.text
    await worker.tap("🔀 请张磊接手")
    await other.say("/start")
    await other.tap("🧭")
    assert "请您接手" in other.shown.text
    await other.tap("路灯")
    await other.tap("🙅")
    await other.tap("🙅 确定")
    await worker.do(grid_actions.HandOver(request.id, town.grid.neighbour.require_person()))
    await other.do(grid_actions.Case(request.id))
    await other.tap("✅ 接手")
    await other.tap("✅ 我来办")
    assert (await only(town)).owner_id == town.grid.neighbour.person_id
    await other.tap("🏷")
    await other.tap("安全隐患")
    await other.tap("⬆️ 上交")
    await other.tap("⬆️ 确定")
    assert (await only(town)).owner_id != town.grid.neighbour.person_id
    await other.do(grid_actions.Case(request.id))
    assert "🏠" in other.buttons[-2].label, "what is no longer theirs is kindly not there"


async def test_a_wish_is_asked_for_as_a_wish_and_is_one_whatever_its_words(
    town: Town, resident: Chat
) -> None:
    await resident.do(actions.Wishes())
    await resident.tap("📣 我也有个心愿")
    assert resident.shown.text.startswith("💝 您有什么心愿？")
    await resident.say("  ")
    assert "您有什么心愿？" in resident.shown.text, "asked again, it is still a wish"
    await resident.say("想学打视频电话")
    await resident.share(AT_GATE.latitude, AT_GATE.longitude)
    await resident.tap("✅")
    wish = await only(town)
    assert (wish.kind, wish.text) == ("wish", "想学打视频电话")


async def test_a_wish_comes_true_in_the_chat(town: Town, resident: Chat, worker: Chat) -> None:
    await tell(resident, "微心愿：陈奶奶想要一台收音机")
    wish = await only(town)
    await worker.do(grid_actions.Case(wish.id))
    await worker.tap("💝 发布心愿")
    await worker.say("一位老人想要一台收音机")
    await worker.tap("💝 发布")
    volunteer = await town.neighbour("周同学")
    await volunteer.do(actions.Wishes())
    assert "陈奶奶" not in volunteer.read
    await volunteer.tap("1. ")
    await volunteer.tap("💝 我来认领")
    assert "陈奶奶" in volunteer.shown.text
    await volunteer.tap("↩️ 我办不了")
    await volunteer.tap("↩️ 确定退回")
    await volunteer.tap("1. ")
    await volunteer.tap("💝 我来认领")
    await volunteer.tap("🎁 已经完成")
    await volunteer.say("收音机送到了")
    await volunteer.tap("✅ 已经完成")
    told = named(await town.told(), "陈奶奶")
    await town.open("陈奶奶", told[-1], "🎉")
    await resident.tap("🎉 实现了")
    assert (await only(town)).state is RequestState.resolved
    assert [reply.text.splitlines()[0] for reply in named(await town.told(), "周同学")] == [
        "🎉 心愿实现了，多亏有您。谢谢！"
    ]


async def test_a_worker_says_when_they_are_away(town: Town, worker: Chat) -> None:
    await worker.do(grid_actions.Away())
    await worker.tap("今天请假")
    assert await stored(town.world, WorkerAbsence) == []
    await worker.tap("🏖 确定请假")
    assert "今天由王芳负责" in worker.shown.text
    await worker.tap("销假")
    await worker.tap("确定销假")
    assert await stored(town.world, WorkerAbsence) == []


async def test_withdrawing_is_asked_first(town: Town, resident: Chat) -> None:
    await tell(resident)
    await resident.tap("↩️ 撤回")
    assert (await only(town)).state is RequestState.received
    await resident.tap("↩️ 确定撤回")
    assert (await only(town)).state is RequestState.withdrawn


async def test_who_does_not_work_here_has_no_grid(town: Town, resident: Chat) -> None:
    await resident.say("/start")
    assert not any("🧭" in button.label for button in resident.buttons)
    await tell(resident)
    request = await only(town)
    other = await town.neighbour()
    await other.do(actions.ShowRequest(request.id))
    assert "陈奶奶" not in other.shown.text
    assert request.text not in other.shown.text


async def walk(chat: Chat, seeds: list[Action]) -> set[type]:
    """Presses every button that can be reached, and finds each screen complete."""
    waiting: deque[str | None] = deque(map(data_of, seeds))
    reached: dict[str, object] = {}
    own = {*actions.VERBS.values(), *grid_actions.VERBS.values()}
    with capture_logs() as logs:
        while waiting:
            data = waiting.popleft()
            if data is None or data in reached or type(action_of(data)) not in own:
                continue
            reached[data] = action_of(data)
            await chat.press(data)
            offered = {type(action) for action in chat.actions}
            assert {Human, Home} <= offered, reached[data]
            waiting += [button.data for button in chat.buttons]
    assert logs == []
    return {type(action) for action in reached.values()}


@BOTH
async def test_there_is_no_dead_end_in_these_rooms(world: World, tmp_path: Path, language: Language) -> None:
    """Every button that can be reached leads to a screen with a way back and a human, and nothing fails on the way."""
    town = await Town(world, tmp_path, language).settle()
    resident = await town.chat(town.grid.resident, "陈奶奶")
    worker = await town.chat(town.grid.worker, "李明")
    grid = town.grid
    answered = await grid.ask("电梯停了")
    await grid.resolve(answered.id, grid.worker)
    handed = await grid.ask("大树枝要掉了")
    await grid.hand_to(handed.id, grid.worker, grid.neighbour)
    offered = await grid.ask("墙皮掉了", by=await world.person("别人"))
    await grid.hand_up(offered.id, grid.worker)
    await grid.hand_to(offered.id, grid.deputy, grid.worker)
    wish = await grid.ask("微心愿：想要一台收音机")
    await resident.say("楼道灯坏了")
    await resident.share(AT_GATE.latitude, AT_GATE.longitude)
    met = await walk(resident, [actions.InWhich(), actions.Review(), actions.MyRequests(), actions.Wishes()])
    met |= await walk(worker, [grid_actions.Work(), grid_actions.Away()])
    for verb in (grid_actions.AskPublish, grid_actions.Publish):
        await worker.do(verb(wish.id))
    assert met >= {
        actions.Send,
        actions.AskReopen,
        actions.Stars,
        actions.Rate,
        actions.WithdrawRequest,
        actions.InWhich,
        actions.LiesIn,
        actions.OfKind,
        grid_actions.AcceptCase,
        grid_actions.DeclineCase,
        grid_actions.HandOver,
        grid_actions.HandUp,
        grid_actions.AskNote,
        grid_actions.AskAnswer,
        grid_actions.CaseIs,
        grid_actions.GoAway,
        grid_actions.BeBack,
    }


@BOTH
async def test_whoever_took_back_is_asked_again_and_goes_on(
    world: World, tmp_path: Path, language: Language
) -> None:
    """What was told is not lost: one tap agrees and sends it."""
    town = await Town(world, tmp_path, language).settle()
    chat = await town.chat(town.grid.resident, "陈奶奶")
    zh = language == "zh-CN"
    await chat.resident.consent("service", "1")
    await chat.resident.delete("/v1/me/consents/service")
    await chat.say("小区北门的路灯坏了" if zh else "the street lamp at the north gate is broken")
    await chat.share(AT_GATE.latitude, AT_GATE.longitude)
    await chat.tap("✅")
    assert ("再问您一次" if zh else "I ask you once more") in chat.shown.text
    assert await stored(world, Request) == []
    await chat.tap("✅ 我同意，继续" if zh else "✅ I agree: go on")
    assert ("✅ 已提交" if zh else "✅ Sent to") in chat.shown.text
    assert (await only(town)).asker_id == town.grid.resident.person_id
    assert [one.purpose for one in (await chat.resident.me()).consents] == ["service"]
