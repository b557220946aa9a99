"""`python -m benchmarks.accept`: later runs are held against the latest results, and people are shown them."""

import typer

from benchmarks import results as files
from benchmarks.show import show


def main() -> None:
    """Stores the latest run as the baseline, draws the charts, writes the section of both READMEs."""
    report = files.read(files.LATEST)
    if not report:
        typer.echo("nothing was measured yet: run make bench", err=True)
        raise typer.Exit(1)
    if report["broken"]:
        typer.echo("invariants did not hold in that run: it is not accepted", err=True)
        raise typer.Exit(1)
    files.write(files.BASELINE, report)
    show(report)


if __name__ == "__main__":
    typer.run(main)
