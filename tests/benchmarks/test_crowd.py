"""The crowd: whom it is counted as what, against a server that answers as it is told."""

import asyncio
import json
import uuid

import pytest

from benchmarks.crowd import Crowd, Seen, come, zipf
from tests.benchmarks.test_client import tiny_server

SLOTS = [str(uuid.UUID(int=number)) for number in range(10)]


def test_the_first_is_wanted_twice_as_often_as_the_second() -> None:
    assert zipf(3) == pytest.approx([1, 1.5, 1.5 + 1 / 3])


class Town:
    """A server in a few lines: every slot has one place; a key is answered once, unless it `forgets`."""

    def __init__(self, *, forgets: bool = False, busy: int = 0) -> None:
        self.forgets, self.busy = forgets, busy
        self.booked: dict[str, str] = {}
        self.answers: dict[str, tuple[int, dict[str, object]]] = {}

    async def handle(self, request: bytes, writer: asyncio.StreamWriter) -> None:
        head, _, body = request.partition(b"\r\n\r\n")
        line, *headers = head.decode().split("\r\n")
        key = next(each.split(": ")[1] for each in headers if each.startswith("idempotency-key"))
        status, said = 503, dict[str, object]()
        if self.busy:
            self.busy -= 1
        elif key in self.answers and not self.forgets:
            status, said = self.answers[key]
        else:
            status, said = self.answers[key] = self._decide(line.split()[1], body)
        text = json.dumps(said).encode()
        writer.write(
            b"HTTP/1.1 %d x\r\nretry-after: 0\r\ncontent-length: %d\r\n\r\n%b" % (status, len(text), text)
        )

    def _decide(self, path: str, body: bytes) -> tuple[int, dict[str, object]]:
        if path.endswith("/cancel"):
            return 200, {}
        if path.endswith("/waitlist"):
            return 201, {"id": str(uuid.uuid4())}
        slot = json.loads(body)["slot_id"]
        if slot in self.booked:
            free = [each for each in SLOTS if each not in self.booked]
            return 409, {"alternatives": [{"id": each} for each in free[:3]]}
        self.booked[slot] = str(uuid.uuid4())
        return 201, {"id": self.booked[slot]}


async def seen_by(town: Town, **more: float) -> Seen:
    async with tiny_server(town.handle) as port:
        crowd = Crowd(
            "127.0.0.1", port, ["a", "b"], SLOTS, more.get("rate", 400.0), 0.4, 1, int(more.get("in_turn", 0))
        )
        return await asyncio.to_thread(come, crowd)


async def test_every_place_is_told_once_and_nobody_else_is_an_error() -> None:
    town = Town()
    seen = await seen_by(town)
    assert sorted(seen.booked) == sorted(town.booked.values())
    assert seen.waiting
    assert seen.other_answers == 0
    assert set(seen.answers) <= {200, 201, 409}
    assert seen.decided == sum(seen.answers.values())


async def test_whoever_is_told_busy_comes_back_and_that_is_not_decided() -> None:
    seen = await seen_by(Town(busy=1))
    assert seen.answers[503] == 1
    assert seen.decided == sum(seen.answers.values()) - 1


async def test_control_a_server_that_forgets_its_keys_is_caught() -> None:
    seen = await seen_by(Town(forgets=True), in_turn=4)
    assert seen.other_answers > 0
