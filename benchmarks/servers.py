"""Servers under measurement: started as anybody would start them, ended by their process id."""

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.client import Connection, get

HOST = "127.0.0.1"
READY_WITHIN_S = 60.0
STOPPED_WITHIN_S = 15.0

PROJECT = Path(__file__).parent.parent


class ServerDiedError(RuntimeError):
    """A server ended, or did not answer, before it was measured; the end of what it wrote is in the message."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    name: str
    port: int
    pid: int
    service_key: str
    started_in_s: float
    """From the start of the process to the first good answer."""


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    """This process's environment without the installation's own settings, which must not be measured with."""
    own = {
        name: value for name, value in os.environ.items() if not name.startswith(("LASTMETRE_", "TELEGRAM_"))
    }
    return {**own, "PYTHONPATH": str(PROJECT), **more}


@asynccontextmanager
async def serving(
    name: str,
    command: Sequence[str],
    *,
    port: int,
    folder: Path,
    environment: Mapping[str, str],
    ready: str,
    service_key: str = "",
) -> AsyncIterator[Server]:
    """Runs `command` until the block ends. `ready` is the path that answers 200 once it is there.

    The process leads a group of its own: an interrupt of the run does not reach it before the run ends it.
    """
    log = folder / f"{name}.log"
    begun = time.perf_counter()
    process = _start(command, folder, environment, log)
    try:
        await _wait_until_ready(name, process, port, ready, log)
        yield Server(name, port, process.pid, service_key, time.perf_counter() - begun)
    finally:
        _stop(process)


def _start(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
) -> "subprocess.Popen[bytes]":
    with log.open("wb") as out:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(environment),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


async def _wait_until_ready(
    name: str, process: "subprocess.Popen[bytes]", port: int, path: str, log: Path
) -> None:
    until = time.monotonic() + READY_WITHIN_S
    connection = Connection(HOST, port)
    try:
        while time.monotonic() < until and process.poll() is None:
            try:
                if (await connection.ask(get(path))).status == 200:
                    return
            except (OSError, ValueError):
                connection.close()
            await asyncio.sleep(0.05)
    finally:
        connection.close()
    raise ServerDiedError(f"{name}: {_end_of(log)}")


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOPPED_WITHIN_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # the group that it leads: its workers too
            process.wait()


@asynccontextmanager
async def our_server(
    folder: Path, url: str, *, workers: int = 1, name: str = "ours", parts: Sequence[str] = ()
) -> AsyncIterator[Server]:
    """`lastmetre serve` over the database `url`, with all its parts unless only some are named."""
    port, key = free_port(), secrets.token_urlsafe(32)
    program = str(Path(sys.executable).with_name("lastmetre"))
    environment = {
        "LASTMETRE_DATABASE_URL": url,
        "LASTMETRE_DATA_DIR": str(folder / "data"),
        "LASTMETRE_SERVICE_KEY": key,
        "LASTMETRE_DEMO": "false",
        "LASTMETRE_LOG_FORMAT": "json",
    }
    command = [program, "serve", "--host", HOST, "--port", str(port), "--workers", str(workers)]
    command += [word for part in parts for word in ("--only", part)]
    async with serving(
        name,
        command,
        port=port,
        folder=folder,
        environment=environment,
        ready="/v1/health/ready",
        service_key=key,
    ) as server:
        yield server


@asynccontextmanager
async def uvicorn_server(
    name: str, application: str, folder: Path, environment: Mapping[str, str]
) -> AsyncIterator[Server]:
    """An application under uvicorn as it comes, but for its access log, which would only slow it."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", application, "--host", HOST, "--port", str(port)]
    command += ["--no-access-log", "--log-level", "warning"]
    async with serving(
        name, command, port=port, folder=folder, environment=environment, ready="/health"
    ) as server:
        yield server
