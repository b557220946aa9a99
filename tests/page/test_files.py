"""Photos, voice notes and files in a real browser: sent small, drawn well, and never lost without a word."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, expect

from bot.page.messages import MAX_FILE_BYTES
from tests.page.phone import opened, picture, press, say
from tests.page.serving import Served

pytestmark = pytest.mark.browser


def photo(width: int, height: int) -> bytes:
    """A photo with a place in its EXIF data, as a telephone makes them."""
    made = Image.effect_noise((width, height), 40).convert("RGB")
    exif = made.getexif()
    exif.get_ifd(0x8825)[1] = "N"
    written = io.BytesIO()
    made.save(written, "JPEG", quality=95, exif=exif)
    return written.getvalue()


async def choose(page: Page, name: str, media_type: str, content: bytes) -> None:
    await page.get_by_role("button", name="照片、录音、位置").click()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="照片", exact=True).click()
    await (await chooser.value).set_files({"name": name, "mimeType": media_type, "buffer": content})


async def test_a_photo_is_sent_small_and_without_what_the_camera_wrote(page: Page, chat: Served) -> None:
    taken = photo(4000, 3000)
    await choose(page, "IMG_0001.JPG", "image/jpeg", taken)
    await expect(page.get_by_role("log")).to_contain_text("收到photo")
    await expect(page.locator(".said").last).to_contain_text("照片")
    file = chat.script.heard[-1].file
    assert file is not None
    sent = await file.read()
    image = Image.open(io.BytesIO(sent))
    assert image.format == "JPEG"
    assert max(image.size) == 2048
    assert len(sent) < len(taken)
    assert not image.getexif().get_ifd(0x8825)
    assert (file.kind, file.media_type, file.size) == ("photo", "image/jpeg", len(sent))


async def test_a_voice_note_is_recorded_and_sent_or_dropped(browser: Browser, chat: Served) -> None:
    async with opened(browser, chat) as page:
        await page.context.grant_permissions(["microphone"])
        await page.get_by_role("button", name="照片、录音、位置").click()
        await page.get_by_role("button", name="录音", exact=True).click()
        await expect(page.get_by_role("timer")).to_contain_text("1 秒")
        await picture(page, "recording")
        await page.get_by_role("button", name="不发了").click()
        await expect(page.get_by_role("timer")).to_be_hidden()
        await page.get_by_role("button", name="照片、录音、位置").click()
        await page.get_by_role("button", name="录音", exact=True).click()
        await expect(page.get_by_role("timer")).to_contain_text("2 秒")
        await page.get_by_role("button", name="发送录音").click()
        await expect(page.get_by_role("log")).to_contain_text("收到voice")
    (file,) = [heard.file for heard in chat.script.heard if heard.file is not None]
    assert file.media_type.startswith("audio/")
    assert len(await file.read()) > 1000


async def test_without_a_microphone_there_is_another_way(page: Page) -> None:
    await page.context.clear_permissions()
    await page.get_by_role("button", name="照片、录音、位置").click()
    await page.get_by_role("button", name="录音", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("打字也行")


async def test_what_is_too_large_is_said_before_it_is_sent(page: Page, chat: Served) -> None:
    await choose(page, "long.mp3", "audio/mpeg", b"\0" * (MAX_FILE_BYTES + 1))
    await expect(page.get_by_role("alert")).to_contain_text("太大")
    assert all(heard.file is None for heard in chat.script.heard)


async def test_a_photo_whose_answer_fails_is_tried_again_with_the_same_key(page: Page, chat: Served) -> None:
    chat.script.broken = 1
    await choose(page, "a.jpg", "image/jpeg", photo(64, 64))
    await expect(page.get_by_role("log")).to_contain_text("收到photo")
    tries = [heard.update_key for heard in chat.script.heard if heard.file is not None]
    assert len(tries) == 2
    assert len(set(tries)) == 1


async def test_a_photo_lost_by_a_reload_is_said(page: Page, chat: Served) -> None:
    await page.route("**/messages/files*", lambda route: route.abort())
    await choose(page, "a.jpg", "image/jpeg", photo(64, 64))
    await expect(page.get_by_role("alert")).to_contain_text("网络", timeout=15_000)
    await page.reload()
    await expect(page.get_by_role("alert")).to_contain_text("请再发一次")
    assert all(heard.file is None for heard in chat.script.heard)


async def test_pictures_files_and_the_tickets_code_are_drawn(page: Page, tmp_path: Path) -> None:
    await say(page, "things")
    image = page.get_by_role("img", name="一张图")
    await expect(image).to_be_visible()
    assert await image.evaluate("image => image.naturalWidth") == 1
    async with page.expect_download() as download:
        await press_link(page, "保存 hours.pdf")
    saved = tmp_path / "saved.pdf"
    await (await download.value).save_as(saved)
    assert saved.read_bytes() == b"%PDF-1.7"
    await say(page, "book-1")
    code = page.get_by_role("img", name="预约的二维码")
    await expect(code).to_be_visible()
    assert await code.evaluate("image => image.naturalWidth") > 0
    await picture(page, "ticket-with-code")


async def press_link(page: Page, name: str) -> None:
    await page.get_by_role("link", name=name).click()


async def test_a_link_says_where_to_begin_once(page: Page, chat: Served) -> None:
    await page.goto(f"{chat.url}/?start=link_AB12")
    await expect(page.get_by_role("log")).to_contain_text("您好")
    await page.reload()
    await press(page, "订午饭")
    said = [heard.text for heard in chat.script.heard if heard.text]
    assert said == ["/start", "/start link_AB12"]
