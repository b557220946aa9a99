"""`python -m benchmarks.slopes`: how booking and search change as one thing grows and all else stays.

Prints a table, writes `benchmarks/results/slopes.json`, and puts the table into docs/SCALING.md.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from benchmarks import results as files
from benchmarks.bench import Bench, Options, interleaved, standing
from benchmarks.client import get
from benchmarks.figures import Figures, cheaper, paired
from benchmarks.history import SLOTS_A_DAY
from benchmarks.machine import describe
from benchmarks.show import ROOT, put_between, when_and_where
from benchmarks.sides import DAYS_AHEAD, SERVICES_EACH, Side, Size, booking_at, laid, reading, searches

FILE = files.FOLDER / "slopes.json"
DOCUMENT = ROOT / "docs" / "SCALING.md"
MOST_S = 30 * 60
BEGIN, END = "<!-- slopes: written by `python -m benchmarks.slopes` -->", "<!-- end of slopes -->"

Json = dict[str, Any]  # a JSON object


@dataclass(frozen=True, slots=True)
class Step:
    """One size of what grows: how it is said, and what is laid and run."""

    said: str
    size: Size
    workers: int = 1


def _slots(points: int) -> int:
    return points * SERVICES_EACH * DAYS_AHEAD * SLOTS_A_DAY


GROWING: dict[str, Sequence[Step]] = {
    "points, and slots to come": [
        Step(f"{points:,} points, {_slots(points):,} slots", Size(points=points))
        for points in (50, 500, 5000)
    ],
    "bookings that are over": [
        Step("none", Size()),
        Step("4 days: 110,000", Size(days=4)),
        Step("36 days: 990,000", Size(days=36)),
    ],
    "people": [
        Step("20,000", Size(people=20_000)),
        Step("200,000", Size(people=200_000)),
        Step("1,000,000", Size(people=1_000_000)),
    ],
    "workers": [Step("1", Size()), Step("2", Size(), workers=2)],
}


async def _grow(bench: Bench, what: str, steps: Sequence[Step]) -> list[Json]:
    async with AsyncExitStack() as stack:
        sides: list[Side] = [
            await stack.enter_async_context(laid(bench, f"slope {number}", step.size, workers=step.workers))
            for number, step in enumerate(steps)
        ]
        bench.say(f"{what}: booking")
        booked = await interleaved(bench, [booking_at(bench, side) for side in sides])
        bench.say(f"{what}: search")
        asked = [get(address) for address in searches()]
        searched = await interleaved(
            bench, [reading(bench, side.name, side.server, asked, unit="searches/s") for side in sides]
        )
    await bench.ground.clear()
    return [
        _line(step, (book, booked[0]), (search, searched[0]))
        for step, book, search in zip(steps, booked, searched, strict=True)
    ]


def _line(step: Step, book: tuple[Figures, Figures], search: tuple[Figures, Figures]) -> Json:
    return {
        "size": step.said,
        "booking": {
            "cheaper": round(cheaper(*book), 3),
            "faster": round(paired(*book), 3),
            **book[0].as_json(),
        },
        "search": {
            "cheaper": round(cheaper(*search), 3),
            "faster": round(paired(*search), 3),
            **search[0].as_json(),
        },
    }


def section(report: Json) -> str:
    """The table that docs/SCALING.md shows, between its marks. Workers do not make anything cheaper: theirs is speed."""
    lines = [
        "| what grows | to | a booking costs | a search costs | bookings a second | searches a second |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for what, steps in report["slopes"].items():
        lines += [f"| {what if not number else ''} | {_shown(step)} |" for number, step in enumerate(steps)]
    where = (
        f"Against the first line of each group, {when_and_where(report)}. Costs are processor time of program and "
        "PostgreSQL together, which is steadier than speed where others use the machine "
        f"(load before: {report['machine']['load_before'][0]:.1f})."
    )
    return "\n".join([BEGIN, "", where, "", *lines, "", END])


def _shown(step: Json) -> str:
    both = step["booking"], step["search"]
    return " | ".join(
        [
            step["size"],
            *(f"{1 / each['cheaper']:.2f}×" for each in both),
            *(f"{each['faster']:.2f}×" for each in both),
        ]
    )


async def _measure(options: Options, until: float) -> Json:
    async with standing(options, until=until, say=typer.echo) as bench:
        return {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": await describe(bench.ground),
            "slopes": {what: await _grow(bench, what, steps) for what, steps in GROWING.items()},
        }


def main(
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of all sizes in turn.")] = 3,
    seconds: Annotated[int, typer.Option(min=1, help="How long each measurement takes.")] = 3,
) -> None:
    """Measures how booking and search change as a district grows."""
    report = asyncio.run(_measure(Options(rounds=rounds, seconds=seconds), time.monotonic() + MOST_S))
    typer.echo(section(report))
    files.write(FILE, report)
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(put_between(text, section(report), begin=BEGIN, end=END), encoding="utf-8")
    broken = [
        what
        for steps in report["slopes"].values()
        for step in steps
        for subject in ("booking", "search")
        for what in step[subject]["broken"]
    ]
    for what in broken:
        typer.echo(f"broken: {what}", err=True)
    raise typer.Exit(1 if broken else 0)


if __name__ == "__main__":
    typer.run(main)
