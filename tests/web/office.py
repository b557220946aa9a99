"""The pages over a small district, and somebody at a desk who reads them and fills in their forms as a browser would."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser
from uuid import UUID

import httpx
from fastapi import FastAPI

from api.app import create_api
from api.state import ApiState
from api.tokens import TokenMint
from models.database import transaction
from models.tables import Person
from models.vocabulary import Role, ScopeKind
from scheduling.accounts import NewAccount, open_accounts
from scheduling.actors import SYSTEM
from scheduling.people import NewPerson, register
from tests.world import DISTRICT, NOW, World
from web.app import add_pages

SITE = "http://manage.test"
PASSWORD = "correct horse"
KEY = b"a key of thirty-two bytes or more"

APP = create_api()
"""One application for all tests: making it takes longer than a test does. Each test gives it a state of its own."""

add_pages(APP)


@dataclass
class Form:
    """A form as drawn: where it goes, and its fields with their values."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)


class Drawn(HTMLParser):
    """What a page draws: its tags, forms and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.forms: list[Form] = []
        self._words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found))
        if tag == "form":
            self.forms.append(Form(found.get("action", ""), found.get("method", "get")))
        elif tag == "input" and self.forms:
            self.forms[-1].fields[found["name"]] = found.get("value", "")

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    @property
    def text(self) -> str:
        """All words of the page, with single spaces."""
        return " ".join(" ".join(self._words).split())

    def form(self, action: str) -> Form:
        """The form that goes to an address which ends so."""
        (found,) = [form for form in self.forms if form.action.endswith(action)]
        return found

    def links(self) -> list[str]:
        """Where its links lead."""
        return [attributes["href"] for tag, attributes in self.tags if tag == "a"]


class Desk:
    """Somebody with a browser."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def see(self, address: str, *, status: int = 200) -> Drawn:
        """Opens a page, after its redirects."""
        answer = await self.client.get(address, follow_redirects=True)
        assert answer.status_code == status, answer.text
        return Drawn(answer.text)

    async def press(
        self, drawn: Drawn, action: str, *, headers: Mapping[str, str] | None = None, **filled: str
    ) -> httpx.Response:
        """Sends one of a page's forms as it is drawn, with some fields filled in. Does not follow the redirect."""
        form = drawn.form(action)
        assert form.method == "post"
        assert filled.keys() <= form.fields.keys(), "fills in what the form does not have"
        return await self.client.post(form.action, data={**form.fields, **filled}, headers=headers)

    async def send(self, drawn: Drawn, action: str, **filled: str) -> Drawn:
        """Sends a form and reads where it leads, which must be a redirect to a page that is there."""
        answer = await self.press(drawn, action, headers=None, **filled)
        assert answer.status_code == 303, answer.text
        return await self.see(answer.headers["location"])

    async def sign_in(self, username: str, password: str = PASSWORD) -> Drawn:
        """Signs in by the form, and reads the page that follows."""
        return await self.send(await self.see("/manage"), "/sign-in", username=username, password=password)


@dataclass
class Office:
    """The application with a clock that the test sets."""

    world: World
    now: datetime = NOW
    app: FastAPI = APP

    def __post_init__(self) -> None:
        tokens = TokenMint(KEY)
        self.app.state.api = ApiState(
            self.world.database, lambda: self.now, tokens, "service key of the tests"
        )

    def passes(self, time: timedelta) -> None:
        """Lets time pass."""
        self.now += time

    @asynccontextmanager
    async def desk(self, **headers: str) -> AsyncIterator[Desk]:
        """A browser of its own."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        accepts = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "zh-CN", **headers}
        async with httpx.AsyncClient(transport=transport, base_url=SITE, headers=accepts) as client:
            yield Desk(client)

    async def staff(self, username: str, *grants: tuple[Role, ScopeKind, str]) -> None:
        """Somebody who works here, with a sign-in."""
        person = Person(created_at=NOW, district_code=DISTRICT, name=f"{username}师傅")
        account = NewAccount(username, PASSWORD, person.id, DISTRICT)
        async with transaction(self.world.database) as session:
            await register(session, actor=SYSTEM, people=[NewPerson(person, grants)], now=NOW)
            await open_accounts(session, actor=SYSTEM, accounts=[account], now=NOW)


def manages(point_id: UUID) -> tuple[Role, ScopeKind, str]:
    """The role of a point's manager."""
    return Role.point_manager, ScopeKind.point, str(point_id)


def staff_of(division: str) -> tuple[Role, ScopeKind, str]:
    """The role of a division's staff."""
    return Role.staff, ScopeKind.division, division


def cookies(answer: httpx.Response) -> dict[str, str]:
    """The cookies that an answer sets, each with all that it says of it."""
    found = answer.headers.get_list("set-cookie")
    return {re.split("=", cookie, maxsplit=1)[0]: cookie for cookie in found}
