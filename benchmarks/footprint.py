"""What the program weighs: how long importing and starting take, how much memory a process holds, how much it installs.

`python -m benchmarks.footprint` prints it and puts it into `benchmarks/results/latest.json`.
"""

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from statistics import median
from typing import Any

import typer
from packaging.requirements import Requirement

from benchmarks import results as files
from benchmarks.bench import Options, standing
from benchmarks.district import lay_district, lay_tables
from benchmarks.ground import Ground
from benchmarks.servers import our_server
from benchmarks.usage import family

PROJECT = "last-metre"
DATABASE = "footprint"
TIMES = 3
IMPORTED = ("lastmetre.cli", "api.app", "bot.conversation")
HEAVIEST = 8
MOST_S = 180

Json = dict[str, Any]  # a JSON object


def import_seconds(module: str) -> float:
    """How long a new interpreter takes to import a module, its own start left out: the median of some."""
    code = f"import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"
    return median(
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout)
        for _ in range(TIMES)
    )


def _name(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text).lower()


def needed(project: str) -> dict[str, Distribution]:
    """Everything that is installed for the program to run: what it requires, and what that requires, and so on."""
    found: dict[str, Distribution] = {}
    waiting = [(project, frozenset[str]())]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        name, extras = each
        try:
            found[_name(name)] = distribution(name)
        except PackageNotFoundError:
            continue  # for another system or Python
        waiting += _requirements(found[_name(name)], extras)
    return found


def _requirements(one: Distribution, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for text in one.requires or ():
        wanted = Requirement(text)
        if wanted.marker is None or any(
            wanted.marker.evaluate({"extra": extra}) for extra in (extras or {""})
        ):
            yield _name(wanted.name), frozenset(wanted.extras)


def installed_bytes(one: Distribution) -> int:
    """What the files of a distribution take."""
    paths = [Path(str(each.locate())) for each in one.files or ()]
    return sum(path.stat().st_size for path in paths if path.is_file())


def size_of_install() -> Json:
    """Megabytes of everything that is needed, and of the heaviest."""
    sizes = {name: installed_bytes(one) for name, one in needed(PROJECT).items()}
    heaviest = sorted(sizes, key=lambda name: -sizes[name])[:HEAVIEST]
    return {
        "packages": len(sizes),
        "megabytes": round(sum(sizes.values()) / 1e6, 1),
        "heaviest": {name: round(sizes[name] / 1e6, 1) for name in heaviest},
    }


async def _started(ground: Ground, workers: int) -> Json:
    """Seconds from nothing to the first good answer, and megabytes resident of each process after it."""
    url = ground.server.url(DATABASE)
    async with our_server(ground.folder, url, workers=workers, name=f"workers-{workers}") as server:
        held = [process.memory_full_info() for process in family(server.pid)]
        return {
            "seconds": round(server.started_in_s, 2),
            "resident_mb": [round(each.rss / 1e6, 1) for each in held],
            "own_mb": [round(each.uss / 1e6, 1) for each in held],
        }


async def measure(ground: Ground) -> Json:
    """All of it."""
    now = datetime.now(UTC)
    await lay_tables(await ground.create(DATABASE))
    async with ground.connect(DATABASE) as connection:
        await lay_district(connection, points=10, services_each=1, now=now)
    return {
        "import_s": {
            module: round(await asyncio.to_thread(import_seconds, module), 3) for module in IMPORTED
        },
        "start": {f"{workers} workers": await _started(ground, workers) for workers in (1, 2)},
        "install": await asyncio.to_thread(size_of_install),
    }


async def _alone() -> Json:
    async with standing(Options(), until=time.monotonic() + MOST_S, say=typer.echo) as bench:
        return await measure(bench.ground)


def lines(footprint: Json) -> Iterator[str]:
    """To read; nothing when nothing was measured."""
    if not footprint:
        return
    for module, seconds in footprint["import_s"].items():
        yield f"import {module}: {seconds} s"
    for name, start in footprint["start"].items():
        yield f"start with {name}: {start['seconds']} s, resident {start['resident_mb']} MB, own {start['own_mb']} MB"
    install = footprint["install"]
    heaviest = ", ".join(f"{name} {size}" for name, size in install["heaviest"].items())
    yield f"install: {install['packages']} packages, {install['megabytes']} MB ({heaviest})"


def main() -> None:
    """Measures what the program weighs."""
    footprint = asyncio.run(_alone())
    for line in lines(footprint):
        typer.echo(line)
    if latest := files.read(files.LATEST):
        files.write(files.LATEST, {**latest, "footprint": footprint})


if __name__ == "__main__":
    typer.run(main)
