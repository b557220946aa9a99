"""The real program as a process of its own, over a database of the test's."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from models.database import Database

SERVICE_KEY = "the-service-key-of-the-tests"
PROGRAM = Path(sys.executable).with_name("lastmetre")


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(database_url: str | None, data_dir: Path, port: int, **more: str) -> dict[str, str]:
    """An environment in which the program finds only what the test wants it to."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LASTMETRE_", "TELEGRAM_"))
    }
    settings = {
        "LASTMETRE_DATA_DIR": str(data_dir),
        "LASTMETRE_PORT": str(port),
        "LASTMETRE_SERVICE_KEY": SERVICE_KEY,
        "LASTMETRE_LOG_FORMAT": "json",
    }
    if database_url is not None:
        settings["LASTMETRE_DATABASE_URL"] = database_url
    return {**kept, **settings, **more}


@dataclass
class Program:
    """A running `lastmetre serve`."""

    process: asyncio.subprocess.Process
    url: str
    log: Path

    async def kill(self) -> None:
        """SIGKILL: no chance to finish anything."""
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """SIGTERM, and the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), 20)

    def client(self) -> httpx.AsyncClient:
        """A client of its API."""
        return httpx.AsyncClient(base_url=self.url, timeout=20)


async def start(folder: Path, env: Mapping[str, str], *arguments: str, within_s: float = 120) -> Program:
    """Starts the program and waits until it is ready."""
    log = folder / f"program-{env['LASTMETRE_PORT']}.log"
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            PROGRAM, "serve", *arguments, env=dict(env), cwd=folder, stdout=output, stderr=output
        )
    program = Program(process, f"http://127.0.0.1:{env['LASTMETRE_PORT']}", log)
    async with program.client() as http:
        for _ in range(int(within_s * 10)):
            if process.returncode is not None:
                break
            try:
                if (await http.get("/v1/health/ready")).status_code == 200:
                    return program
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    text = log.read_text(errors="replace")[-4000:]
    message = f"the program did not get ready:\n{text}"
    raise AssertionError(message)


@asynccontextmanager
async def running(folder: Path, env: Mapping[str, str], *arguments: str) -> AsyncIterator[Program]:
    """The program for the length of a block; stopped afterwards if it still runs."""
    program = await start(folder, env, *arguments)
    try:
        yield program
    finally:
        if program.process.returncode is None:
            await program.stop()


def url_of(database: Database) -> str:
    """The address of a test's database, as a setting."""
    return database.engine.url.render_as_string(hide_password=False)


async def sign_in(http: httpx.AsyncClient, user: str, name: str = "测试居民") -> dict[str, str]:
    """A resident's Authorization header."""
    answer = await http.post(
        "/v1/auth/chat",
        headers={"Authorization": f"Bearer {SERVICE_KEY}"},
        json={"channel": "web", "user_id": user, "name": name, "language": "zh-CN"},
    )
    answer.raise_for_status()
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def open_slots(http: httpx.AsyncClient, **wanted: Any) -> list[dict[str, Any]]:
    """Slots that can be booked now."""
    answer = await http.get("/v1/slots", params={"available": True, "limit": 100, **wanted})
    answer.raise_for_status()
    items: list[dict[str, Any]] = answer.json()["items"]
    return items
