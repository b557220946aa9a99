"""What a measurement costs: processor time and memory of a server and of PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import psutil

SAMPLE_EVERY_S = 0.25


@dataclass(slots=True)
class Usage:
    """Processor seconds spent, and the most memory held at a time (bytes resident, added up over the processes)."""

    server_cpu_s: float = 0.0
    postgres_cpu_s: float = 0.0
    peak_rss: int = 0

    @property
    def cpu_s(self) -> float:
        """Of both together."""
        return self.server_cpu_s + self.postgres_cpu_s


def family(pid: int) -> Iterator[psutil.Process]:
    """A process and all that descend from it and live."""
    with suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        yield root
        yield from root.children(recursive=True)


def cpu_seconds(pid: int) -> float:
    """Processor seconds of a family so far, those of its dead included."""
    total = 0.0
    for process in family(pid):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def resident(pid: int) -> int:
    """Bytes that a family holds in memory; what is shared is counted for each."""
    total = 0
    for process in family(pid):
        with suppress(psutil.NoSuchProcess):
            total += int(process.memory_info().rss)
    return total


@asynccontextmanager
async def watched(servers: Sequence[int], postmaster: int) -> AsyncIterator[Usage]:
    """The usage of a block, filled in when the block ends."""
    usage = Usage()
    server_before = sum(map(cpu_seconds, servers))
    postgres_before = cpu_seconds(postmaster)

    async def sample() -> None:
        while True:
            usage.peak_rss = max(usage.peak_rss, sum(map(resident, servers)))
            await asyncio.sleep(SAMPLE_EVERY_S)

    sampling = asyncio.create_task(sample())
    try:
        yield usage
    finally:
        sampling.cancel()
        usage.server_cpu_s = sum(map(cpu_seconds, servers)) - server_before
        usage.postgres_cpu_s = cpu_seconds(postmaster) - postgres_before
