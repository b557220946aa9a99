"""On what it was measured."""

import platform
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.ground import DURABLE, Ground

LIBRARIES = ("fastapi", "uvicorn", "uvloop", "asyncpg", "sqlalchemy", "sqlmodel", "pydantic")


async def describe(ground: Ground) -> dict[str, object]:
    """Processor, memory, Python, PostgreSQL and its settings, the libraries that carry a request."""
    async with ground.connect("postgres") as connection:
        postgres = await connection.fetchval("SHOW server_version")
        settings = {
            name: await connection.fetchval(f"SHOW {name}")
            for name in (*DURABLE, "shared_buffers", "max_connections", "wal_sync_method")
        }
    return {
        "cpu": cpu_model(),
        "cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "postgres": postgres,
        "settings": settings,
        "libraries": {name: version(name) for name in LIBRARIES},
        "load_before": [round(load, 2) for load in psutil.getloadavg()],
    }


def cpu_model() -> str:
    """What the processor calls itself."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
