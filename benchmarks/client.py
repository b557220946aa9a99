"""A lean HTTP/1.1 client: one keep-alive connection that sends ready-made bytes and reads just enough of the answer.

It costs a fraction of what a full client costs, so that it is the server that is measured. The same one asks everybody.
"""

import asyncio
from typing import NamedTuple, cast

HEAD_END = b"\r\n\r\n"
LENGTH = b"\r\ncontent-length:"
BODILESS = frozenset({204, 304})


class Answer(NamedTuple):
    """A status and a body."""

    status: int
    body: bytes
    retry_after_s: float | None = None


class UnreadableAnswerError(ValueError):
    """An answer that this client does not read: without Content-Length, say."""


class _Wire(asyncio.Protocol):
    """The bytes of one connection. One answer at a time is waited for."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._waiting: asyncio.Future[Answer] | None = None
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is one, but not by inheritance

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(ConnectionResetError("closed before the answer"))

    def ask(self, request: bytes) -> asyncio.Future[Answer]:
        if self.transport is None or self.transport.is_closing():
            raise ConnectionResetError("closed")
        self._waiting = self._loop.create_future()
        self.transport.write(request)
        return self._waiting

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._waiting is None or self._waiting.done():
            return
        try:
            answer, size = parse(self._buffer)
        except UnreadableAnswerError as error:
            self._waiting.set_exception(error)
            return
        if answer is not None:
            del self._buffer[:size]
            self._waiting.set_result(answer)


def parse(buffer: bytearray) -> tuple[Answer | None, int]:
    """The answer at the beginning of `buffer` and how long it is; none while it is not whole.

    Raises UnreadableAnswerError.
    """
    end = buffer.find(HEAD_END)
    if end < 0:
        return None, 0
    head = bytes(buffer[: end + 2]).lower()
    try:
        status = int(head[9:12])
        begin = end + len(HEAD_END)
        length = 0 if status in BODILESS else _number(head, LENGTH)
    except ValueError as error:
        raise UnreadableAnswerError(head.decode("latin-1")) from error
    if len(buffer) < begin + length:
        return None, 0
    waits = _number(head, b"\r\nretry-after:") if b"\r\nretry-after:" in head else None
    return Answer(status, bytes(buffer[begin : begin + length]), waits), begin + length


def _number(head: bytes, name: bytes) -> int:
    at = head.index(name) + len(name)
    return int(head[at : head.index(b"\r\n", at)])


class Connection:
    """A connection that is made when it is needed, and again after the server closed it."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._wire: _Wire | None = None

    async def ask(self, request: bytes) -> Answer:
        """Sends a whole request and returns the answer to it. Raises OSError when the connection fails."""
        wire = self._wire
        if wire is None or wire.transport is None or wire.transport.is_closing():
            loop = asyncio.get_running_loop()
            _, wire = await loop.create_connection(_Wire, self._host, self._port)
            self._wire = wire
        return await wire.ask(request)

    def close(self) -> None:
        """Closes the connection, if there is one."""
        if self._wire is not None and self._wire.transport is not None:
            self._wire.transport.abort()
        self._wire = None


def get(path: str, *headers: tuple[str, str]) -> bytes:
    """A whole GET request."""
    return _head("GET", path, headers) + b"\r\n"


def post(path: str, body: bytes, *headers: tuple[str, str]) -> bytes:
    """A whole POST request with a JSON body."""
    typed = (*headers, ("content-type", "application/json"), ("content-length", str(len(body))))
    return _head("POST", path, typed) + b"\r\n" + body


def _head(method: str, path: str, headers: tuple[tuple[str, str], ...]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n").encode()


def bearer(token: str) -> tuple[str, str]:
    """The header that names the person."""
    return ("authorization", f"Bearer {token}")
