"""A turn of the chat, from the greeting to slots on offer, next to the calls of the API that it makes itself."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import asyncpg
import httpx

from benchmarks.bench import Bench, Contestant, Result, answered, interleaved, nothing
from benchmarks.client import Connection, bearer, get, post
from benchmarks.district import (
    CENTRE,
    District,
    copy,
    first_day,
    lay_district,
    lay_people,
    lay_slots,
    lay_tables,
    slots_of,
    tokens_of,
)
from benchmarks.figures import Round, cheaper, paired, round_of
from benchmarks.load import Job
from benchmarks.servers import HOST, Server, our_server
from benchmarks.usage import watched
from bot.api import Api
from bot.conversation import respond
from bot.conversation.actions import AskBook, Slots, action_of, data_of
from bot.page.identity import COOKIE, Visitor, new_visitor
from bot.replies import Incoming
from models.ids import new_id
from models.vocabulary import Category, Channel

DATABASE = "chat"
VISITORS = 200
POINTS = 500
MOST_A_SECOND = 4000
GREETING = "你好"
PRESSED = data_of(Slots(Category.elder_care.value))
UNIT = "turns/s"

Call = tuple[str, str]
"""A path that is read, and the language asked for."""


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who chats from a browser, and a token of theirs for the API."""

    visitor: Visitor
    token: str


async def chat(bench: Bench) -> list[Result]:
    """A turn is two messages: hello, and the button for elder care, which offers slots near home."""
    bench.say("a turn of the chat")
    now = datetime.now(UTC)
    url = await bench.ground.create(DATABASE)
    mint = await lay_tables(url)
    async with bench.ground.connect(DATABASE) as connection:
        district = await _lay(connection, now)
        people = await lay_people(connection, count=VISITORS, district=district, now=now)
        visitors = await _introduce(connection, people, now)
    tokens = tokens_of(mint, people, now=now)
    residents = [Resident(*each) for each in zip(visitors, tokens, strict=True)]
    async with our_server(bench.ground.folder, url, workers=bench.options.workers, name=DATABASE) as server:
        calls = await _calls_of_a_turn(server, residents[0])
        await _ensure_offers(server, residents[0])
        figures = await interleaved(
            bench,
            [
                _contestant(bench, "chat", server, partial(_messages, residents), 2),
                _contestant(bench, "its calls", server, partial(_requests, residents, calls), len(calls)),
            ],
        )
    chatting, calling = figures
    ratios = {"chat_vs_calls": paired(calling, chatting), "chat_cpu_vs_calls": cheaper(calling, chatting)}
    facts: dict[str, object] = {"calls_of_a_turn": [path for path, _ in calls]}
    return [Result("chat", "a turn of the chat", figures, ratios, facts)]


async def _lay(connection: asyncpg.Connection, now: datetime) -> District:
    district = await lay_district(connection, points=POINTS, services_each=2, now=now)
    slots = slots_of(district.services, first=first_day(now), days=5, each_day=4)
    await lay_slots(connection, slots, district=district, capacity=10, now=now)
    await connection.execute("VACUUM ANALYZE")
    return district


async def _introduce(connection: asyncpg.Connection, people: Sequence[UUID], now: datetime) -> list[Visitor]:
    """Makes people known to the chat page, each with a home and a browser."""
    visitors = [new_visitor() for _ in people]
    await connection.execute(
        "UPDATE person SET home_latitude = $1 + (number % 20 - 10) * 0.01, home_longitude = $2", *CENTRE
    )
    await copy(
        connection,
        "channel_identity",
        ("id", "created_at", "person_id", "channel", "address", "last_seen_at"),
        [
            (new_id(), now, who, Channel.web.value, visitor.address, now)
            for who, visitor in zip(people, visitors, strict=True)
        ],
    )
    return visitors


def _said(**what: str) -> Mapping[str, str]:
    return {"message_id": str(uuid.uuid4()), **what}


def _message(resident: Resident, **what: str) -> bytes:
    cookie = ("cookie", f"{COOKIE}={resident.visitor.token}")
    return post("/chat/messages", json.dumps(_said(**what)).encode(), cookie)


def _messages(residents: Sequence[Resident], turns: int) -> list[bytes]:
    """The two messages of each turn."""
    return [
        message
        for n in range(turns)
        for message in (
            _message(residents[n % len(residents)], text=GREETING),
            _message(residents[n % len(residents)], data=PRESSED),
        )
    ]


def _requests(residents: Sequence[Resident], calls: Sequence[Call], turns: int) -> list[bytes]:
    """The calls of each turn, as somebody would send them who knows them already."""
    of_each = [
        [get(path, bearer(resident.token), ("accept-language", language)) for path, language in calls]
        for resident in residents
    ]
    return [call for n in range(turns) for call in of_each[n % len(residents)]]


async def _calls_of_a_turn(server: Server, resident: Resident) -> list[Call]:
    """What the conversation asks the API in one turn, heard from the conversation itself.

    The person is signed in before; the chat keeps that, too.
    """
    heard: list[Call] = []

    async def hear(request: httpx.Request) -> None:
        assert request.method == "GET", "a turn that changes something is no measure of reading"
        heard.append((request.url.raw_path.decode(), request.headers["accept-language"]))

    base = f"http://{HOST}:{server.port}"
    async with httpx.AsyncClient(base_url=base, timeout=30) as http:
        api = Api(http, server.service_key)
        await _turn(api, resident)
        http.event_hooks["request"].append(hear)
        await _turn(api, resident)
    return heard


async def _turn(api: Api, resident: Resident) -> None:
    for text, data in ((GREETING, None), (None, PRESSED)):
        key = str(uuid.uuid4())
        said = Incoming("web", resident.visitor.address, "", "zh-CN", key, text=text, data=data)
        await respond(said, api, datetime.now(UTC))


class NothingOfferedError(RuntimeError):
    """The turn did not end with slots on offer."""


async def _ensure_offers(server: Server, resident: Resident) -> None:
    connection = Connection(HOST, server.port)
    answer = await connection.ask(_message(resident, data=PRESSED))
    connection.close()
    said = answer.body.decode()
    pressed = [
        button["data"] for reply in json.loads(said)["replies"] for row in reply["rows"] for button in row
    ]
    if not any(data and isinstance(action_of(data), AskBook) for data in pressed):
        raise NothingOfferedError(said[:1000])


def _contestant(
    bench: Bench, name: str, server: Server, requests: Callable[[int], list[bytes]], together: int
) -> Contestant:
    async def measure(seconds: int) -> Round:
        job = Job(
            HOST,
            server.port,
            requests(seconds * MOST_A_SECOND),
            bench.options.clients,
            seconds,
            together=together,
        )
        async with watched([server.pid], bench.ground.postmaster) as usage:
            outcome = await bench.loader.job(job)
        return round_of(outcome, usage, good=frozenset({200}))

    return Contestant(name, UNIT, prepare=nothing, measure=measure, broken=answered)
