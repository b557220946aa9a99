"""No answer that the document does not describe: requests made from the document itself, half of them a little wrong.

Every answer is held against the document by `Caller.call`; here it must not be a failure of ours either. What is sent
follows from a seed, so that a failure can be had again.
"""

import json
import random
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from models.database import transaction
from models.tables import (
    Attachment,
    Booking,
    Certificate,
    GridCell,
    HouseholdLink,
    Notice,
    Person,
    Point,
    Request,
    Row,
    Service,
    Shift,
    ShiftTemplate,
    Signup,
    Slot,
    Team,
    WorkerAbsence,
)
from models.vocabulary import Role, ScopeKind
from scheduling.actors import Actor
from tests.api.calling import APP, SCHEMAS, Caller
from tests.api.schemas import Given
from tests.governing import Grid
from tests.rostering import certified, shift, sign_up, team
from tests.world import CANTEEN, DISTRICT, HAIRCUT, LUNCH, READING, World, at

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
OPERATIONS = [
    (method.upper(), path, operation)
    for path, by_method in APP.openapi()["paths"].items()
    for method, operation in by_method.items()
]


Ids = dict[str, list[str]]
TABLES: dict[str, type[Row]] = {
    "slot": Slot,
    "booking": Booking,
    "notice": Notice,
    "point": Point,
    "service": Service,
    "person": Person,
    "attendee": Person,
    "link": HouseholdLink,
    "shift": Shift,
    "signup": Signup,
    "with_signup": Signup,
    "team": Team,
    "template": ShiftTemplate,
    "certificate": Certificate,
    "request": Request,
    "cell": GridCell,
    "attachment": Attachment,
    "absence": WorkerAbsence,
    "to": Person,
    "worker": Person,
    "deputy": Person,
}
"""What a parameter or field of that name, or of that name with `_id`, means."""


async def stock(api: Caller, person: Actor, relative: Actor) -> Ids:
    """Puts something of everything into the district and returns the ids of all rows."""
    await api.world.link(person, relative)
    for hour in (9, 11, 13):
        await api.world.slot(LUNCH, at(1, hour), capacity=2)
        await api.world.slot(HAIRCUT, at(2, hour))
        await api.world.slot(READING, at(0, hour + 2))
    slots = await api.world.slot(LUNCH, at(0, 11)), await api.world.slot(LUNCH, at(3, 11))
    for one, slot in zip((person, relative), slots, strict=True):
        await api.world.book(one, slot)
    await certified(api.world, person, "first_aid")
    await team(api.world, person, relative)
    for day, direct in ((1, True), (2, False), (3, True)):
        wanted = await shift(api.world, at(day, 9), direct=direct, leader_id=person.person_id)
        await sign_up(api.world, relative, wanted)
    grid = await Grid(api.world).settle()
    await grid.ask(by=person)
    await grid.ask("希望有一台收音机", by=relative)
    return await row_ids(api.world)


async def row_ids(world: World) -> Ids:
    """The id of every row that a request could name, by what it is."""
    found: Ids = {}
    async with transaction(world.database) as session:
        for name, table in TABLES.items():
            found[name] = [str(id_) for id_ in (await session.execute(select(col(table.id)))).scalars()]
    return found


class Sender:
    """Makes requests from the document and sends them."""

    def __init__(self, api: Caller, ids: Ids, callers: list[Any], chance: random.Random) -> None:
        self.api = api
        self.ids = ids
        self.callers = callers
        self.chance = chance

    async def send(self, method: str, path: str, operation: Mapping[str, Any]) -> None:
        """Sends one request for an operation."""
        odd = self.chance.choice([0, 0, 0.15, 0.5])
        query: dict[str, str] = {}
        headers: dict[str, str] = {"accept-language": self.chance.choice(["en", "zh-CN"])}
        given = Given(self.chance, odd, self.ids)
        for parameter in operation.get("parameters", ()):
            name = parameter["name"]
            if not parameter.get("required") and self.chance.random() < (
                1 - odd if name == "cursor" else 0.6
            ):
                continue
            value = self._text(SCHEMAS.example(parameter["schema"], given, name))
            match parameter["in"]:
                case "path":
                    path = path.replace(f"{{{name}}}", self._segment(value))
                case "query":
                    query[name] = value
                case "header":
                    headers[name] = self._header(value)
        if "if-match" in headers:
            headers["if-match"] = self.chance.choice(['"1"', '"2"', headers["if-match"]])
        body: dict[str, Any] = {}
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            value = SCHEMAS.example(content["schema"], given)
            headers["content-type"] = media_type
            if media_type == JSON:
                body = {"content": json.dumps(value)}
            elif isinstance(value, dict):
                body = {"data": {name: self._text(one) for name, one in value.items()}}
        caller = self.chance.choice(self.callers)
        answer = await self.api.call(method, path, caller, params=query, headers=headers, **body)
        assert answer.status_code < 500, f"{method} {answer.request.url} {body} by {caller}: {answer.text}"

    @staticmethod
    def _text(value: Any) -> str:
        """As a client would write a value where only text can stand."""
        if isinstance(value, bool) or value is None:
            return str(value).lower()
        return str(value).encode(errors="replace").decode()

    @staticmethod
    def _segment(value: str) -> str:
        return "".join(one for one in value if (one.isascii() and one.isalnum()) or one in "-_") or "x"

    @staticmethod
    def _header(value: str) -> str:
        """What a server lets through in a header."""
        return "".join(one for one in value if " " <= one <= "~").strip()


async def storm(api: Caller, seed: int, rounds: int) -> None:
    """Sends `rounds` requests for each operation."""
    person, relative = await api.world.person(), await api.world.person("妈妈")
    manager = await api.manager(CANTEEN)
    staff = await api.grant(await api.world.person(), Role.administrator, ScopeKind.district, DISTRICT)
    ids = await stock(api, person, relative)
    sender = Sender(
        api, ids, [None, "service", person, person, relative, manager, manager, staff], random.Random(seed)
    )
    for _ in range(rounds):
        for method, path, operation in OPERATIONS:
            # Signing out everywhere would leave nobody to ask for the rest.
            if operation["operationId"] != "revokeTokens":
                await sender.send(method, path, operation)


async def test_every_answer_is_described(api: Caller) -> None:
    await storm(api, seed=1, rounds=2)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 8))
async def test_every_answer_is_described_for_long(api: Caller, seed: int) -> None:
    await storm(api, seed=seed, rounds=100)
