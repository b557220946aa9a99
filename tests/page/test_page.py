"""The page as it is served: whole under any mount, nothing from outside, nothing inline."""

import asyncio
import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.page.application import FILES
from tests.page.script import Outbox, Script
from tests.page.serving import mounted

SITE = "http://chat.test"


class Tags(HTMLParser):
    """All start tags with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def addresses(self) -> list[str]:
        return [
            value
            for tag, attributes in self.found
            for name, value in attributes.items()
            if name in {"src", "href"} and tag != "base" and value is not None
        ]

    @property
    def base(self) -> str:
        return next(attributes["href"] or "" for tag, attributes in self.found if tag == "base")


@pytest.fixture(params=["", "/nanjing"])
async def site(request: pytest.FixtureRequest) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """The page mounted at /chat, alone and below another mount; with the path it is at."""
    app = mounted(Script(), Outbox(), stopping=asyncio.Event())
    prefix = str(request.param)
    if prefix:
        app = Starlette(routes=[Mount(prefix, app)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=SITE) as client:
        yield client, f"{prefix}/chat"


async def test_everything_that_the_page_names_is_there(site: tuple[httpx.AsyncClient, str]) -> None:
    client, path = site
    page = Tags((await client.get(f"{path}/")).text)
    assert page.base == f"{path}/"
    assert len(page.addresses()) >= 3
    for address in page.addresses():
        # The base makes them the same with and without a slash at the end of the page's own address.
        assert (await client.get(urljoin(SITE + page.base, address))).status_code == 200, address


async def test_the_page_is_found_without_its_slash(site: tuple[httpx.AsyncClient, str]) -> None:
    client, path = site
    answer = await client.get(path, follow_redirects=True)
    assert answer.status_code == 200
    assert str(answer.url) == f"{SITE}{path}/"


async def test_every_answer_says_that_nothing_foreign_runs(site: tuple[httpx.AsyncClient, str]) -> None:
    client, path = site
    for address in ("/", "/static/page.js", "/static/page.css", "/nowhere"):
        headers = (await client.get(path + address)).headers
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["frame-ancestors"] == "'none'"
        assert {policy[f"{kind}-src"] for kind in ("script", "style", "connect")} == {"'self'"}
        assert policy["img-src"] == "'self' data:"  # codes and pictures come within the answers
        assert headers["x-content-type-options"] == "nosniff"
        assert "no-cache" in headers["cache-control"]


async def test_the_page_begins_in_the_browsers_language(site: tuple[httpx.AsyncClient, str]) -> None:
    client, path = site
    for accepts, language in (("en-US,en;q=0.9", "en"), ("zh-CN", "zh-CN"), ("de", "zh-CN")):
        page = Tags((await client.get(f"{path}/", headers={"Accept-Language": accepts})).text)
        assert page.found[0] == ("html", {"lang": language})


def test_nothing_is_inline() -> None:
    page = Tags((FILES / "page.html").read_text())
    assert not [tag for tag, _ in page.found if tag == "style"]
    assert not [attributes for tag, attributes in page.found if tag == "script" and "src" not in attributes]
    assert not [
        name
        for _, attributes in page.found
        for name in attributes
        if name.startswith("on") or name == "style"
    ]


def test_nothing_comes_from_outside() -> None:
    allowed = {
        "https://uri.amap.com/marker",  # a link that a person may follow to a map
        "http://www.w3.org/2000/svg",  # a name, not an address
    }
    for file in (FILES / "page.html", *(FILES / "static").iterdir()):
        text = file.read_text()
        assert set(re.findall(r"""https?://[^"'\s<>)]+""", text)) <= allowed, file.name
        assert "innerHTML" not in text
        assert "eval(" not in text


def test_both_languages_say_the_same_things() -> None:
    text = (FILES / "static" / "words.js").read_text()
    chinese, english = re.findall(r"(?:\"zh-CN\"|\ben): \{\n(.*?)\n  \}", text, re.DOTALL)
    names = re.findall(r"^    (\w+):", chinese, re.MULTILINE)
    assert len(names) > 20
    assert names == re.findall(r"^    (\w+):", english, re.MULTILINE)
    script = "".join(file.read_text() for file in (FILES / "static").glob("*.js"))
    asked = set(re.findall(r"""\b(?:word|said|saying)\("(\w+)"[,)]""", script))
    page = (FILES / "page.html").read_text()
    asked |= set(re.findall(r"""data-(?:word|label|placeholder)="(\w+)\"""", page))
    told_by_failure = {"away", "busy"}
    in_large_text = {"write"}
    assert asked | told_by_failure | in_large_text == set(names)
