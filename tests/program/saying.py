"""Commands as processes of their own, each forked from one that has imported the program: importing it takes seconds.

Exit status, streams, environment and folder are a real process's. That the installed program starts is tested by
whoever runs `tests.program.running.start`.
"""

import asyncio
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

WITHIN_S = 60


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    def kindly(self) -> list[str]:
        """The lines on standard error, of which none is a log line or a traceback."""
        assert "Traceback" not in self.err
        assert self.status == 1
        return self.err.splitlines()


async def run(env: Mapping[str, str], *arguments: str, typed: str = "") -> Said:
    """Runs a command to its end; `typed` is its standard input."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").write_text(typed, encoding="utf-8")
        process = _forks().Process(target=_become, args=(arguments, dict(env), folder))
        status = await asyncio.to_thread(_run_to_its_end, process)
        return Said(status, (folder / "out").read_text("utf-8"), (folder / "err").read_text("utf-8"))


def _forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["lastmetre.cli", __name__])
    return context


def _run_to_its_end(process: ForkServerProcess) -> int:
    process.start()
    process.join(WITHIN_S)
    status = process.exitcode
    if status is None:
        process.kill()
        process.join()
    process.close()
    assert status is not None, f"the command did not end within {WITHIN_S} s"
    return status


def _become(arguments: tuple[str, ...], env: Mapping[str, str], folder: Path) -> None:
    """Makes this process the program as a shell would have started it. It ends by SystemExit, as the program does."""
    from lastmetre.cli import app  # noqa: PLC0415  # the tests themselves never need it

    os.environ.clear()
    os.environ.update(env)
    for number, (stream, flags) in enumerate(
        (("in", os.O_RDONLY), ("out", os.O_WRONLY | os.O_CREAT), ("err", os.O_WRONLY | os.O_CREAT))
    ):
        os.dup2(os.open(folder / stream, flags), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # open for the rest of its life
    sys.argv = ["lastmetre", *arguments]
    app()
