"""What holds for every page: headers, languages, ways back, and the API beside them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from models.database import DatabaseBusyError
from models.tables import Slot
from scheduling import door
from tests.web.office import SITE, Desk, Drawn, Office
from tests.world import CANTEEN, World
from web.app import STATIC, add_pages

DAY = f"/manage/points/{CANTEEN}"


@pytest.fixture
async def lunch(world: World) -> UUID:
    slot = await world.slot()
    await world.book(await world.person(), slot)
    return slot


async def test_pages_take_nothing_from_outside_and_nothing_inline(liu: Desk, lunch: UUID) -> None:
    slot = f"/manage/slots/{lunch}"
    for address in (
        "/",
        "/manage",
        "/manage/sign-in",
        f"{DAY}?date=2026-11-24",
        slot,
        f"{slot}/impact?capacity=0&version=1",
    ):
        answer = await liu.client.get(address)
        assert answer.status_code == 200
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "same-origin"
        page = Drawn(answer.text)
        for tag, attributes in page.tags:
            assert tag != "style", address
            assert tag != "script" or "src" in attributes, address
            assert not [name for name in attributes if name == "style" or name.startswith("on")], address
            for name in ("src", "href", "action"):
                assert attributes.get(name, "/").startswith(("/", "#", "tel:")), address
        for _, attributes in page.tags:
            if (file := attributes.get("src") or attributes.get("href", "")).startswith("/manage/static/"):
                assert (await liu.client.get(file)).status_code == 200, file


async def test_files_name_no_other_site() -> None:
    for file in STATIC.iterdir():
        assert set(re.findall(r"https?://[^\"'\s<>)]+", file.read_text())) <= {
            "http://www.w3.org/2000/svg"
        }, file.name


async def test_every_input_has_a_label(liu: Desk, lunch: UUID) -> None:
    async with httpx.AsyncClient(transport=liu.client._transport, base_url=SITE) as nobody:
        sign_in = Drawn((await nobody.get("/manage")).text)
    for page in (sign_in, await liu.see(DAY), await liu.see(f"/manage/slots/{lunch}")):
        labels = {attributes["for"] for tag, attributes in page.tags if tag == "label"}
        shown = {a.get("id", "") for tag, a in page.tags if tag == "input" and a.get("type") != "hidden"}
        assert shown <= labels
        assert len([tag for tag, _ in page.tags if tag == "h1"]) == 1


@pytest.mark.parametrize(
    ("accepts", "language", "words"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN", "预约服务"),
        ("en-GB,en;q=0.9", "en", "Book a service"),
        ("de", "zh-CN", "预约服务"),
    ],
)
async def test_pages_begin_in_the_browsers_language(
    office: Office, accepts: str, language: str, words: str
) -> None:
    async with office.desk(**{"Accept-Language": accepts}) as desk:
        page = await desk.see("/")
    assert page.tags[0] == ("html", {"lang": language})
    assert words in page.text
    assert "/chat/" in page.links()
    assert "/manage" in page.links()


async def test_the_language_is_switched_in_place_and_kept(liu: Desk) -> None:
    page = await liu.see(f"{DAY}?date=2026-11-24")
    (switch,) = [link for link in page.links() if link.startswith("/manage/language/")]
    answer = await liu.client.get(switch)
    assert answer.headers["location"] == f"{DAY}?date=2026-11-24"
    assert "Tue, Nov 24 Tomorrow" in (await liu.see(answer.headers["location"])).text
    assert "Book a service" in (await liu.see("/")).text
    assert (await liu.client.get("/manage/language/fr")).status_code == 404


@pytest.mark.parametrize(
    "address", ["/nowhere", "/manage/nowhere", "/manage/static/nowhere.css", "/manage/points"]
)
async def test_addresses_that_lead_nowhere_have_a_way_back(desk: Desk, address: str) -> None:
    page = await desk.see(address, status=404)
    assert "没有找到" in page.text
    assert {"/", "/manage"} <= set(page.links())


async def test_a_form_address_that_is_opened_has_a_way_back(liu: Desk) -> None:
    assert "/manage" in (await liu.see("/manage/sign-out", status=405)).links()


async def test_the_api_goes_on_answering_problems(desk: Desk) -> None:
    for address in ("/v1/nowhere", f"/v1/points/{CANTEEN}/day"):
        answer = await desk.client.get(address)
        assert answer.headers["content-type"] == "application/problem+json"
    machine = await desk.client.get("/nowhere", headers={"Accept": "application/json"})
    assert machine.headers["content-type"] == "application/problem+json"
    document = (await desk.client.get("/v1/openapi.json")).json()
    assert all(path.startswith("/v1/") for path in document["paths"])


async def test_pages_need_no_api_beside_them(office: Office) -> None:
    alone = FastAPI(openapi_url=None)
    add_pages(alone)
    alone.state.api = office.app.state.api
    transport = httpx.ASGITransport(alone)
    async with httpx.AsyncClient(
        transport=transport, base_url=SITE, headers={"Accept": "text/html"}
    ) as client:
        assert (await client.get("/manage")).status_code == 200
        assert "没有找到" in (await client.get("/v2")).text
        assert (await client.get("/v2", headers={"Accept": "*/*"})).json() == {"detail": "Not Found"}


@pytest.mark.parametrize(
    ("error", "status", "words"), [(DatabaseBusyError, 503, "现在有点忙"), (RuntimeError, 500, "系统出错了")]
)
async def test_what_breaks_is_said_kindly(
    liu: Desk, monkeypatch: pytest.MonkeyPatch, error: type[Exception], status: int, words: str
) -> None:
    async def broken(*_args: object, **_more: object) -> None:
        raise error("secret inside")

    monkeypatch.setattr(door, "day", broken)
    answer = await liu.client.get(DAY)
    assert answer.status_code == status
    assert "content-security-policy" in answer.headers
    assert ("retry-after" in answer.headers) is (status == 503)
    page = Drawn(answer.text)
    assert words in page.text
    assert DAY in page.links(), "try again"
    assert "secret" not in answer.text


async def test_a_change_that_cannot_be_committed_is_never_called_done(
    liu: Desk, office: Office, world: World, lunch: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await liu.see(f"/manage/slots/{lunch}")
    begin = AsyncSession.begin

    @asynccontextmanager
    async def lost_at_commit(session: AsyncSession) -> AsyncIterator[None]:
        async with begin(session):
            yield
            if await session.get(Slot, lunch) is not None:
                raise ConnectionError

    monkeypatch.setattr(AsyncSession, "begin", lost_at_commit)
    answer = await liu.press(page, f"/manage/slots/{lunch}", capacity="77")
    monkeypatch.undo()
    assert answer.status_code == 503
    assert "没有做任何改动" in Drawn(answer.text).text
    assert (await world.counts(lunch))[2] == 10
