"""The lean client against a tiny server of raw bytes."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from benchmarks.client import Answer, Connection, UnreadableAnswerError, bearer, get, parse, post
from benchmarks.load import NO_ANSWER, Job, run_job

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"
Handler = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def tiny_server(handle: Handler) -> AsyncIterator[int]:
    """Reads whole requests and lets `handle` answer; yields the port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (int(line[16:]) for line in head.split(b"\r\n") if line.startswith(b"content-length: ")),
                    0,
                )
                await handle(head + await reader.readexactly(length), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_an_answer_is_read_however_it_is_cut() -> None:
    async def handle(_: bytes, writer: asyncio.StreamWriter) -> None:
        for byte in OK:
            writer.write(bytes([byte]))
            await writer.drain()

    async with tiny_server(handle) as port:
        connection = Connection("127.0.0.1", port)
        assert await connection.ask(get("/")) == Answer(200, b"hello")
        assert await connection.ask(get("/")) == Answer(200, b"hello")
        connection.close()


async def test_one_connection_is_kept_and_made_again_when_the_server_closes_it() -> None:
    connections = set()

    async def handle(request: bytes, writer: asyncio.StreamWriter) -> None:
        connections.add(writer)
        writer.write(OK)
        if b"GET /last" in request:
            writer.close()

    async with tiny_server(handle) as port:
        connection = Connection("127.0.0.1", port)
        for path in ("/", "/", "/last"):
            assert (await connection.ask(get(path))).status == 200
        assert len(connections) == 1
        await asyncio.sleep(0.02)
        assert (await connection.ask(get("/"))).status == 200
        assert len(connections) == 2
        connection.close()


async def test_a_connection_that_breaks_before_the_answer_says_so() -> None:
    async def handle(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(OK[:20])
        writer.close()

    async with tiny_server(handle) as port:
        connection = Connection("127.0.0.1", port)
        with pytest.raises(ConnectionResetError):
            await connection.ask(get("/"))


def test_requests_are_whole() -> None:
    request = post("/v1/bookings", b'{"a":1}', bearer("secret"), ("idempotency-key", "k"))
    head, _, body = request.partition(b"\r\n\r\n")
    assert head.split(b"\r\n")[0] == b"POST /v1/bookings HTTP/1.1"
    assert b"authorization: Bearer secret" in head
    assert b"content-length: 7" in head
    assert body == b'{"a":1}'
    assert get("/x").endswith(b"\r\n\r\n")


def test_answers_without_a_body_and_with_a_time_to_wait() -> None:
    empty = bytearray(b"HTTP/1.1 204 No Content\r\nserver: x\r\n\r\n")
    assert parse(empty) == (Answer(204, b""), len(empty))
    busy = bytearray(b"HTTP/1.1 503 Busy\r\nretry-after: 2\r\ncontent-length: 0\r\n\r\nrest")
    assert parse(busy) == (Answer(503, b"", 2.0), len(busy) - 4)


def test_an_answer_of_unknown_length_is_refused() -> None:
    with pytest.raises(UnreadableAnswerError):
        parse(bytearray(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"))


async def test_a_job_counts_operations_by_their_worst_answer() -> None:
    async def handle(request: bytes, writer: asyncio.StreamWriter) -> None:
        if b"/break" in request:
            writer.close()
        elif b"/full" in request:
            writer.write(OK.replace(b"200 OK", b"409 Conflict"))
        else:
            writer.write(OK)

    async with tiny_server(handle) as port:
        requests = [get(path) for path in ("/a", "/b", "/a", "/full", "/break", "/never", "/a", "/b")]
        outcome = await asyncio.to_thread(
            run_job, Job("127.0.0.1", port, requests, clients=1, seconds=5, together=2)
        )
    assert list(outcome.statuses) == [200, 409, NO_ANSWER, 200]
    assert outcome.used_up
    assert all(latency > 0 for latency in outcome.latencies_ms)


async def test_a_job_ends_when_its_time_is_up() -> None:
    async def handle(_: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(OK)

    async with tiny_server(handle) as port:
        job = Job("127.0.0.1", port, [get("/")] * 1_000_000, clients=4, seconds=0.2)
        outcome = await asyncio.to_thread(run_job, job)
    assert 0.2 <= outcome.seconds < 2
    assert 0 < outcome.count()[200] < 1_000_000
    assert not outcome.used_up
