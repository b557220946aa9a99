"""Running the program: one process with everything, parts apart, or several workers."""

import asyncio
import gc
import multiprocessing
import os
import signal
import socket
from collections.abc import Callable

import structlog
import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from lastmetre.logs import set_up_logs
from lastmetre.program import Part, create_program
from lastmetre.settings import Settings

SERVICE_KEY = "LASTMETRE_SERVICE_KEY"
GRACE_S = 10

log = structlog.get_logger(__name__)


class Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None] | None = None) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listening, and the lifespan has begun."""
        await super().startup(sockets)
        settle_memory()
        if self._on_ready is not None and self.started:
            self._on_ready()


def settle_memory() -> None:
    """Takes what was loaded at the start out of the garbage collector's rounds, and makes these rarer.

    What a request makes is freed by counting references; looking for cycles cost a tenth of the time of a booking.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _config(app: FastAPI | str, settings: Settings, workers: int = 1) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        host=settings.host,
        port=settings.port,
        workers=workers,
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        backlog=4096,
    )


def serve_here(
    settings: Settings, parts: frozenset[Part], api_url: str | None, on_ready: Callable[[], None]
) -> None:
    """Runs the parts in this process until it is asked to stop."""
    app = create_program(settings, parts, service_key=settings.key(), api_url=api_url)
    for number in (signal.SIGTERM, signal.SIGINT):
        # The server raises what it heard once more after its clean stop; by then there is nothing left to end.
        signal.signal(number, lambda *_: None)
    Server(_config(app, settings), on_ready).run()


def worker_application() -> FastAPI:
    """What each of several workers serves; made in the worker's own process, from the environment."""
    settings = Settings()
    set_up_logs(settings.log_format)
    parts = frozenset({Part.api, Part.web, Part.bot})
    app = create_program(settings, parts, service_key=settings.key(), telegram=False)
    settle_memory()
    return app


def serve_workers(settings: Settings, workers: int, on_ready: Callable[[], None]) -> None:
    """Runs `workers` processes that answer requests, and one beside them with the clock and Telegram.

    The workers read the environment: what the command line changed is put there first.
    """
    os.environ[SERVICE_KEY] = settings.key()
    os.environ["LASTMETRE_HOST"], os.environ["LASTMETRE_PORT"] = settings.host, str(settings.port)
    config = _config("lastmetre.serve:worker_application", settings, workers)
    shared = config.bind_socket()
    os.environ["LASTMETRE_PORT"] = str(shared.getsockname()[1])
    beside = multiprocessing.get_context("spawn").Process(target=run_beside, name="lastmetre clock")
    beside.start()
    try:
        on_ready()
        Multiprocess(config, sockets=[shared]).run()
    finally:
        beside.terminate()
        beside.join(GRACE_S)


def run_beside() -> None:
    """The clock and Telegram, without listening anywhere, until asked to stop."""
    settings = Settings()
    set_up_logs(settings.log_format)
    asyncio.run(_beside(settings))


async def _beside(settings: Settings) -> None:
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    parts = frozenset({Part.clock, Part.bot})
    app = create_program(settings, parts, service_key=settings.key())
    async with app.router.lifespan_context(app):
        await stopping.wait()
