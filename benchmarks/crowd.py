"""The crowd at eight o'clock, as it is in the load process: people arrive at a rate, whether or not anybody answers.

Each wants a popular time, takes another one or waits when it is full, sometimes asks twice with one key, sometimes
cancels, and comes back after a 503 when told to.
"""

import asyncio
import json
import random
import time
import uuid
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import uvloop

from benchmarks.client import Answer, Connection, bearer, post
from benchmarks.load import NO_ANSWER

WAITS_PERCENT = 50
"""So many of those who find a time full wait for it; the others take what is proposed instead."""
REPEATS_PERCENT = 10
CANCELS_PERCENT = 15
MOST_CONNECTIONS = 512
BUSY_TRIES = 4
"""So often in all somebody asks who is told 503."""
PATIENCE_S = 15.0
"""What is not answered by then counts as no answer."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who comes, what there is, and how fast they come. `slots` stand in the order of their popularity."""

    host: str
    port: int
    tokens: Sequence[str]
    slots: Sequence[str]
    arrivals_a_second: float
    seconds: float
    seed: int
    in_turn: int = 0
    """When positive, so many at a time come one after another, each as soon as one has gone: no rate at all."""


@dataclass(slots=True)
class Seen:
    """What the crowd met with."""

    seconds: float = 0.0
    arrived: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    latencies_ms: "array[float]" = field(default_factory=lambda: array("d"))
    """Of every request that was decided upon (neither 503 nor an error), from the moment it was to be sent."""
    booked: list[str] = field(default_factory=list)
    """Ids that were told as booked."""
    cancelled: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    """Ids that were told as waiting."""
    other_answers: int = 0
    """Repeats with one key that were answered otherwise than the first time."""

    @property
    def decided(self) -> int:
        """Requests that were granted or honestly refused."""
        return len(self.latencies_ms)


def come(crowd: Crowd) -> Seen:
    """Lets the crowd come, in this process, until all have gone."""
    return uvloop.run(_Rush(crowd).run())


def zipf(count: int) -> list[float]:
    """Cumulative weights by which the first of `count` things is wanted twice as often as the second, and so on."""
    return list(accumulate(1 / rank for rank in range(1, count + 1)))


class _Rush:
    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._chance = random.Random(crowd.seed)
        self._weights = zipf(len(crowd.slots))
        self._seen = Seen()
        self._idle: list[Connection] = []
        self._room = asyncio.Semaphore(MOST_CONNECTIONS)

    async def run(self) -> Seen:
        begun = time.perf_counter()
        await (self._in_turn(begun) if self._crowd.in_turn else self._by_rate(begun))
        self._seen.seconds = time.perf_counter() - begun
        for connection in self._idle:
            connection.close()
        return self._seen

    async def _in_turn(self, begun: float) -> None:
        async def one_after_another() -> None:
            while time.perf_counter() - begun < self._crowd.seconds:
                await self._somebody()

        await asyncio.gather(*(one_after_another() for _ in range(self._crowd.in_turn)))

    async def _by_rate(self, begun: float) -> None:
        people: set[asyncio.Task[None]] = set()
        due = begun
        while due - begun < self._crowd.seconds:
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            people.add(asyncio.create_task(self._somebody()))
            due += self._chance.expovariate(self._crowd.arrivals_a_second)
        _, late = await asyncio.wait(people, timeout=PATIENCE_S)
        for task in late:
            self._seen.answers[NO_ANSWER] += 1
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        for task in people - late:
            task.result()

    async def _somebody(self) -> None:
        token = self._crowd.tokens[self._seen.arrived % len(self._crowd.tokens)]
        self._seen.arrived += 1
        (wanted,) = self._chance.choices(self._crowd.slots, cum_weights=self._weights)
        first = await self._order(token, wanted)
        if first.status == 201:
            await self._perhaps_cancel(token, first)
        elif first.status == 409:
            await self._instead(token, wanted, first)

    async def _order(self, token: str, slot: str) -> Answer:
        request = _post("/v1/bookings", token, {"slot_id": slot})
        answer = await self._ask(request)
        if answer.status in {201, 409} and self._happens(REPEATS_PERCENT):
            again = await self._ask(request)
            if again.status in {201, 409} and (again.status, again.body) != (answer.status, answer.body):
                self._seen.other_answers += 1
        if answer.status == 201:
            self._seen.booked.append(json.loads(answer.body)["id"])
        return answer

    async def _perhaps_cancel(self, token: str, booked: Answer) -> None:
        if self._happens(CANCELS_PERCENT):
            id_ = json.loads(booked.body)["id"]
            answer = await self._ask(_post(f"/v1/bookings/{id_}/cancel", token, None))
            if answer.status == 200:
                self._seen.cancelled.append(id_)

    async def _instead(self, token: str, slot: str, refused: Answer) -> None:
        if self._happens(WAITS_PERCENT):
            waits = await self._ask(_post("/v1/waitlist", token, {"slot_id": slot, "party": 1}))
            if waits.status == 201:
                self._seen.waiting.append(json.loads(waits.body)["id"])
            return
        proposed = json.loads(refused.body).get("alternatives") or []
        if proposed:
            await self._order(token, proposed[0]["id"])

    def _happens(self, percent: int) -> bool:
        return self._chance.randrange(100) < percent

    async def _ask(self, request: bytes) -> Answer:
        """Asks, and again when told 503, as long as patience lasts. Counts every answer."""
        for attempt in range(BUSY_TRIES):
            sent = time.perf_counter()
            answer = await self._ask_once(request)
            self._seen.answers[answer.status] += 1
            if answer.status not in {503, NO_ANSWER}:
                self._seen.latencies_ms.append((time.perf_counter() - sent) * 1000)
                return answer
            if attempt < BUSY_TRIES - 1:
                await asyncio.sleep((answer.retry_after_s or 1.0) * self._chance.uniform(1, 2))
        return answer

    async def _ask_once(self, request: bytes) -> Answer:
        async with self._room:
            connection = self._idle.pop() if self._idle else Connection(self._crowd.host, self._crowd.port)
            try:
                answer = await connection.ask(request)
            except (OSError, ValueError):
                connection.close()
                return Answer(NO_ANSWER, b"")
            except asyncio.CancelledError:
                connection.close()  # what it was asked may still be answered, to nobody
                raise
            self._idle.append(connection)
            return answer


def _post(path: str, token: str, body: dict[str, object] | None) -> bytes:
    text = b"" if body is None else json.dumps(body).encode()
    return post(path, text, bearer(token), ("idempotency-key", uuid.uuid4().hex))
