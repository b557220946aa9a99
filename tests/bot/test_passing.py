"""Photos and voice notes passed on in conversations, from either side to the other, over the real application."""

from pathlib import Path

import pytest

from bot.conversation.actions.threads import ShowSent, ShowThread, WriteTo
from bot.replies import Language
from bot.texts import words
from governance.attachments import Keeping
from governance.files import AttachmentFiles
from models.tables import Attachment, Thread, ThreadMessage
from tests.bot.test_requests_chat import shared
from tests.bot.town import Town
from tests.governance.test_media import VOICE, photo
from tests.scheduling.acting import stored
from tests.world import CANTEEN, World


@pytest.fixture
def town(world: World, tmp_path: Path) -> Town:
    return Town(world, keeping=Keeping(AttachmentFiles(tmp_path)))


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_photo_and_a_voice_note_from_both_sides(town: Town, world: World, language: Language) -> None:
    _ = words(language)
    resident, manager = await town.meet("王阿姨", language), await town.manager("小陈", language)
    await resident.do(WriteTo(CANTEEN))
    await resident.send_file(shared(photo()), "坡道坏了")
    assert _("✅ Sent to {desk}. The answer will come here.", desk="幸福食堂") in resident.shown.text
    await resident.again()
    assert len(await stored(world, Attachment)) == 1, "delivered again, it is sent once"
    ((_who, told),) = await town.ring()
    assert "坡道坏了\n📎" in told.text
    await manager.tap(_("📎 See the file"))
    assert manager.shown.picture is not None
    assert manager.shown.picture.content.startswith(b"\xff\xd8")
    await manager.tap(_("✍️ Answer"))
    assert "> 坡道坏了\n> 📎" in manager.shown.text
    await manager.send_file(shared(VOICE, "voice"))
    ((who, told),) = await town.ring()
    assert who == "王阿姨"
    assert told.text.endswith(_.plural("📎 {number} file", "📎 {number} files", 1))
    await resident.tap("📎")
    assert resident.shown.document is not None
    assert resident.shown.document.content == VOICE
    await resident.tap(_("👀 The whole conversation"))
    assert resident.shown.text.count("📎") == 2
    assert sum(isinstance(one, ShowSent) for one in resident.actions) == 2


async def test_several_are_shown_by_their_numbers_the_newest_of_many(town: Town, world: World) -> None:
    resident, manager = await town.meet("王阿姨"), await town.manager("小陈")
    await resident.do(WriteTo(CANTEEN))
    for width in range(8):
        await resident.send_file(shared(photo((40 + width, 20))))
    (thread,) = await stored(world, Thread)
    await manager.do(ShowThread(thread.id))
    shown = [one for one in manager.actions if isinstance(one, ShowSent)]
    sent = sorted(await stored(world, ThreadMessage), key=lambda one: one.number)
    assert [str(one.file) for one in shown] == [one.attachments[0] for one in sent][-6:]


async def test_what_is_no_photo_is_said_kindly_and_writing_goes_on(town: Town, world: World) -> None:
    resident = await town.meet("王阿姨")
    await town.manager("小陈")
    await resident.do(WriteTo(CANTEEN))
    await resident.send_file(shared(b"%PDF-1.7", "document"))
    assert "照片或语音" in resident.shown.text
    assert await stored(world, ThreadMessage) == []
    await resident.say("那我说一说")
    assert "已转给" in resident.shown.text


async def test_a_stranger_sees_nothing_by_a_forged_button(town: Town, world: World) -> None:
    resident = await town.meet("王阿姨")
    await town.manager("小陈")
    await resident.do(WriteTo(CANTEEN))
    await resident.send_file(shared(photo()))
    (thread,), (file,) = await stored(world, Thread), await stored(world, Attachment)
    stranger = await town.meet("路人")
    await stranger.do(ShowSent(thread.id, file.id))
    assert stranger.shown.picture is None
    assert "不在了" in stranger.shown.text or "没有" in stranger.shown.text
