"""The pages in a real browser, on a small phone: a manager's morning, from signing in to the full canteen."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Literal
from uuid import UUID

import pytest
import uvicorn
from playwright.async_api import Browser, Page, expect

from models.database import transaction
from models.shapes.bookings import BookingOrder, BookingView
from scheduling import bookings
from tests.browser import PHONE, SCREENSHOTS
from tests.governing import Grid
from tests.web.office import PASSWORD, Office, staff_of
from tests.world import CANTEEN, DISTRICT, HAIRCUT, LUNCH, NOW, World, at

pytestmark = pytest.mark.browser

BOOKED_AT = NOW - timedelta(days=1)
RESIDENTS = [
    ("王桂英", 2, "138 1234 5678", "少盐少油，牙口不好"),
    ("欧阳德明", 1, "025-52101234", ""),
    ("赵秀兰", 1, None, ""),
    ("Margaret Featherstonehaugh", 3, "+86 139 0000 1111", "一位坐轮椅，请留门口的位子"),
]


@pytest.fixture
async def site(office: Office) -> AsyncIterator[str]:
    """Where the pages are, behind a real server."""
    server = uvicorn.Server(uvicorn.Config(office.app, log_config=None, ws="none", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ended = asyncio.create_task(server.serve([listener]))
        while not server.started:  # noqa: ASYNC110  # uvicorn says it by this flag only
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await ended


@pytest.fixture
async def morning(office: Office, world: World) -> list[BookingView]:
    """Today's haircut, over already, and two lunches; who booked the first."""
    office.now = at(0, 10, 40)
    await world.slot(HAIRCUT, start=at(0, 9, 30), capacity=4, minutes=30)
    lunch = await world.slot(LUNCH, start=at(0, 11), capacity=30, minutes=45)
    await world.slot(LUNCH, start=at(0, 11, 45), capacity=30, minutes=45)
    made = []
    for name, party, phone, note in RESIDENTS:
        person = await world.person(name, phone=phone)
        async with transaction(world.database) as session:
            wanted = BookingOrder(slot_id=lunch, party=party, note=note)
            made.append(await bookings.book(session, actor=person, wanted=wanted, now=BOOKED_AT))
    return made


@asynccontextmanager
async def phone(
    browser: Browser,
    site: str,
    *,
    scheme: Literal["light", "dark"] = "light",
    language: str = "zh-CN",
    scripts: bool = True,
    width: int = PHONE["width"],
) -> AsyncIterator[Page]:
    """A browser window; whatever the page's policy refuses or a script breaks fails the test."""
    context = await browser.new_context(
        base_url=site,
        viewport={"width": width, "height": PHONE["height"]},
        color_scheme=scheme,
        locale=language,
        java_script_enabled=scripts,
    )
    page = await context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    yield page
    await context.close()
    assert not [text for text in wrong if "status of 40" not in text]


async def picture(page: Page, name: str) -> None:
    """A screenshot of the whole page, which must not be wider than the window."""
    await page.wait_for_load_state()
    if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        pytest.fail(f"{name}: wider than the window")
    await page.screenshot(path=SCREENSHOTS / f"web-{name}.png", full_page=True)


async def sign_in(page: Page, username: str = "liu") -> None:
    await page.goto("/manage")
    await page.locator("#username").fill(username)
    await page.locator("#password").fill(PASSWORD)
    await page.locator("form .solid").click()
    await expect(page.locator("footer")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_managers_morning(
    browser: Browser, site: str, world: World, morning: list[BookingView], scheme: Literal["light", "dark"]
) -> None:
    first, second, *_ = morning
    async with phone(browser, site, scheme=scheme) as page:
        await page.goto("/")
        await picture(page, f"{scheme}-landing")
        await page.get_by_role("link", name="我是站点工作人员").click()
        await picture(page, f"{scheme}-sign-in")
        await page.get_by_label("用户名").fill("liu")
        await page.get_by_label("密码").fill("wrong")
        await page.get_by_role("button", name="登录").click()
        await expect(page.get_by_role("alert")).to_contain_text("用户名或密码不对")
        await picture(page, f"{scheme}-sign-in-failed")
        await page.get_by_label("密码").fill(PASSWORD)
        await page.get_by_role("button", name="登录").click()

        await expect(page.get_by_role("heading", name="幸福食堂")).to_be_visible()
        lunch = page.get_by_role("region", name="11:00–11:45 长者午餐")
        await expect(lunch.get_by_role("row").filter(has_text="王桂英")).to_contain_text(first.code)
        await expect(lunch.get_by_role("link", name="138 1234 5678")).to_have_attribute(
            "href", "tel:13812345678"
        )
        await picture(page, f"{scheme}-day")
        await expect(page.get_by_text("上门理发")).to_be_hidden()
        await page.get_by_text("1 个时段已结束").click()
        await expect(page.get_by_text("上门理发")).to_be_visible()

        await page.get_by_label("报号签到").fill(first.code)
        await page.get_by_label("报号签到").press("Enter")
        await expect(page.get_by_role("status")).to_contain_text("已签到：王桂英，2 位")
        await page.get_by_role("button", name="给欧阳德明签到").click()
        await expect(page.get_by_role("status")).to_contain_text("已签到：欧阳德明，1 位")
        await expect(page.get_by_role("status")).to_be_in_viewport()
        await expect(page.get_by_role("row").filter(has_text=second.code)).to_be_in_viewport()
        await page.screenshot(path=SCREENSHOTS / f"web-{scheme}-checked-in.png")
        await page.get_by_label("报号签到").fill("000000")
        await page.get_by_role("button", name="签到", exact=True).first.click()
        await expect(page.get_by_role("alert")).to_contain_text("今天的预约里没有号码“000000”")
        await picture(page, f"{scheme}-day-later")

        await lunch.get_by_role("link", name="改名额").click()
        await picture(page, f"{scheme}-slot")
        await page.get_by_label("最多能接待几位？").fill("6")
        await page.get_by_role("button", name="少一位").click()
        await page.get_by_role("button", name="少一位").press(" ")
        await expect(page.get_by_label("最多能接待几位？")).to_have_value("4")
        await page.get_by_role("button", name="保存").click()
        await expect(page.get_by_role("heading", name="名额比已约的人少")).to_be_visible()
        await expect(page.get_by_role("listitem")).to_have_count(1)
        await picture(page, f"{scheme}-impact")
        await page.get_by_role("button", name="全部保留，名额改为 4").click()
        await expect(page.get_by_role("status")).to_contain_text("已约的 7 位全部保留")
        await page.screenshot(path=SCREENSHOTS / f"web-{scheme}-kept.png")
    assert await world.counts(first.slot.id) == (7, 7, 7)


async def test_everything_works_without_scripts(
    browser: Browser, site: str, world: World, morning: list[BookingView]
) -> None:
    slot: UUID = morning[0].slot.id
    async with phone(browser, site, scripts=False) as page:
        await sign_in(page)
        await page.get_by_role("button", name="给赵秀兰签到").click()
        await expect(page.get_by_role("status")).to_contain_text("已签到：赵秀兰")
        await page.get_by_role("link", name="改名额").first.click()
        await page.get_by_role("link", name="多一位").click()
        await page.get_by_role("link", name="多一位").click()
        await expect(page.get_by_label("最多能接待几位？")).to_have_value("32")
        await page.get_by_role("button", name="保存").click()
        await expect(page.get_by_role("status")).to_contain_text("名额已改为 32")
    assert await world.counts(slot) == (7, 7, 32)


async def test_a_busy_point_in_english_and_on_a_wide_screen(
    browser: Browser, site: str, office: Office, morning: list[BookingView]
) -> None:
    await office.staff("qu", staff_of(DISTRICT))
    async with phone(browser, site, language="en-GB") as page:
        await sign_in(page, "qu")
        await picture(page, "english-points")
        await page.goto(f"/manage/points/{CANTEEN}")
        await picture(page, "english-day")
        # WCAG 2.2, 1.4.12: whoever sets words wider apart loses nothing.
        await page.evaluate("document.documentElement.style.letterSpacing = '0.12em'")
        await picture(page, "english-day-wide-letters")
        await page.goto(f"/manage/slots/{morning[0].slot.id}?capacity=31")
        await picture(page, "english-slot")
        await page.goto("/manage/points/nowhere")
        await picture(page, "english-not-found")
        await page.goto("/")
        await picture(page, "english-landing")
        await page.get_by_role("link", name="中文").click()
        await expect(page.get_by_role("link", name="预约服务")).to_be_visible()
    async with phone(browser, site, width=1100) as page:
        await sign_in(page)
        await expect(page.get_by_role("row").filter(has_text="欧阳德明")).to_be_visible()
        await picture(page, "wide-day")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_what_can_be_pressed_is_large_and_what_is_read_has_contrast(
    browser: Browser, site: str, morning: list[BookingView], scheme: Literal["light", "dark"]
) -> None:
    async with phone(browser, site, scheme=scheme) as page:
        await page.goto("/")
        await check_sizes_and_contrast(page)
        await page.goto("/manage")
        await check_sizes_and_contrast(page)
        await sign_in(page)
        await check_sizes_and_contrast(page)
        await page.goto(f"/manage/slots/{morning[0].slot.id}/impact?capacity=1&version=1")
        await check_sizes_and_contrast(page)


async def check_sizes_and_contrast(page: Page) -> None:
    """WCAG 2.2: text against its background at least 4.5 to 1; targets at least 44 px high (AAA, for tired hands)."""
    assert await page.evaluate(FAINT) == []
    assert await page.evaluate(SMALL) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_leaders_requests(
    browser: Browser, site: str, office: Office, world: World, scheme: Literal["light", "dark"]
) -> None:
    """What is open on a small phone, the overdue ones told apart, and the story of one; all of it by the keyboard."""
    grid = await Grid(world).settle()
    long = "小区北门的路灯坏了，晚上看不见路，前天有位老人在那里摔了一跤，请尽快来修，谢谢。" * 3
    await grid.ask(long, place="3号楼门口", now=NOW - timedelta(days=20))
    fresh = await grid.ask("楼道里的垃圾没人收", now=NOW)
    await grid.accept(fresh.id, grid.worker)
    await office.staff("wei", staff_of(DISTRICT))
    async with phone(browser, site, scheme=scheme) as page:
        await sign_in(page, "wei")
        await page.get_by_role("link", name="在办的诉求").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("在办的诉求")
        await check_sizes_and_contrast(page)
        await picture(page, f"{scheme}-requests")
        overdue = page.get_by_role("link").filter(has_text="已超期")
        await expect(overdue).to_have_count(1)
        await overdue.focus()
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link").filter(has_text="楼道里的垃圾")).to_be_focused()
        await page.keyboard.press("Shift+Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("region", name="诉求内容")).to_contain_text("3号楼门口")
        await check_sizes_and_contrast(page)
        await picture(page, f"{scheme}-request")
        await page.get_by_role("link", name="全部在办的诉求").click()
        await page.get_by_role("link", name="English").click()
        await expect(page.get_by_role("link").filter(has_text="Overdue since")).to_have_count(1)
        await picture(page, f"{scheme}-requests-en")
    async with phone(browser, site, scheme=scheme, width=1280) as page:
        await sign_in(page, "wei")
        await page.goto("/manage/requests")
        await picture(page, f"{scheme}-requests-wide")


SMALL = """() => [...document.querySelectorAll("a, button, input:not([type=hidden])")]
  .filter((element) => element.getBoundingClientRect().height < 44)
  .map((element) => element.outerHTML)"""

FAINT = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map((one) => one / 255)
    .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const found = channels(getComputedStyle(each).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    const [one, other] = [light(channels(getComputedStyle(element).color)), light(behind(element))];
    if ((Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05) < 4.5) faint.push(element.outerHTML);
  }
  return faint;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_code_for_the_chat(browser: Browser, site: str, scheme: Literal["light", "dark"]) -> None:
    """Big enough to be read aloud, on the smallest phone, in both languages."""
    async with phone(browser, site, scheme=scheme, width=360) as page:
        await sign_in(page)
        await page.get_by_role("link", name="在聊天里用").click()
        await picture(page, f"{scheme}-chat")
        await page.get_by_role("button", name="取号码").click()
        code = page.get_by_label("您的号码").locator(".code")
        await expect(code).to_have_text(re.compile("^[2-9A-Z]{4}-[2-9A-Z]{4}$"))
        first = await code.text_content()
        await expect(page.get_by_role("link", name="打开网页聊天")).to_have_attribute(
            "href", f"/chat?start=link_{(first or '').replace('-', '')}"
        )
        await expect(page.get_by_role("img", name="打开聊天的二维码")).to_be_visible()
        await picture(page, f"{scheme}-chat-code")
        await page.get_by_role("button", name="换一个号码").click()
        await expect(code).not_to_have_text(first or "")
    async with phone(browser, site, scheme=scheme, language="en", width=360) as page:
        await sign_in(page)
        await page.get_by_role("link", name="In the chat").click()
        await page.get_by_role("button", name="Get a code").click()
        await picture(page, f"{scheme}-chat-code-en")
