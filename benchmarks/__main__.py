"""The command line: `python -m benchmarks`."""

import asyncio
import time
from typing import Annotated

import typer

from benchmarks import results as files
from benchmarks.bench import Options
from benchmarks.footprint import lines
from benchmarks.run import Measured, Name, Wanted, run
from benchmarks.table import ratio_lines, table

MOST_S = 8 * 60
"""A run is over by then."""
MOST_OF_A_YEAR_S = 90 * 60
RESERVE_S = 20
"""Kept back for stopping and cleaning up."""
SMALL_YEAR = 0.01
"""How much of a year's history the usual run has."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    only: Annotated[list[Name] | None, typer.Option(help="Measure only this. Repeat for several.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of all systems in turn.")] = 5,
    seconds: Annotated[int, typer.Option(min=1, max=60, help="How long each measurement takes.")] = 3,
    clients: Annotated[
        int, typer.Option(min=1, max=80, help="Keep-alive connections that ask at a time.")
    ] = 32,
    workers: Annotated[int, typer.Option(min=1, max=6, help="Processes of our server.")] = 1,
    quick: Annotated[bool, typer.Option(help="One round of two seconds, to look while working.")] = False,
    scale: Annotated[float, typer.Option(min=0, max=1, help="How much of a year's history.")] = SMALL_YEAR,
) -> None:
    """Measure. A whole run writes `benchmarks/results/latest.json`, one with more history `year.json`.

    Exits with 1 when an invariant does not hold, or when a ratio is a fifth worse than accepted.
    """
    begun = time.monotonic()
    most = MOST_S if scale <= SMALL_YEAR else MOST_OF_A_YEAR_S
    options = Options(
        rounds=1 if quick else rounds, seconds=2 if quick else seconds, clients=clients, workers=workers
    )
    measured = _run(Wanted(only or list(Name), options, scale, begun + most - RESERVE_S))
    report = files.document(
        measured.results,
        options=options,
        machine=measured.machine,
        footprint=measured.footprint or files.read(files.LATEST).get("footprint", {}),
        seconds=time.monotonic() - begun,
    )
    if measured.results:
        typer.echo(table(measured.results))
        typer.echo(ratio_lines(report["ratios"].items()))
    for line in lines(measured.footprint):
        typer.echo(line)
    complaints = [f"broken: {what}" for what in report["broken"]]
    if only is None and not quick:
        complaints += [f"too slow: {each}" for each in files.promises_broken(report["ratios"])]
        files.write(files.LATEST, report)
        accepted = files.read(files.BASELINE).get("ratios", {})
        complaints += [f"worse: {each}" for each in files.regressions(report["ratios"], accepted)]
    elif scale > SMALL_YEAR:
        files.write(files.YEAR, {**report, "scale": scale})
    for complaint in complaints:
        typer.echo(complaint, err=True)
    raise typer.Exit(1 if complaints else 0)


def _run(wanted: Wanted) -> Measured:
    try:
        return asyncio.run(run(wanted, typer.echo))
    except TimeoutError as error:
        typer.echo("it was not over in time; nothing is written", err=True)
        raise typer.Exit(1) from error
    except asyncio.CancelledError as error:
        raise typer.Exit(143) from error  # ended by SIGTERM


if __name__ == "__main__":
    app()
