"""The figures as a table to read."""

import math
from collections.abc import Iterable, Sequence

from benchmarks.bench import Result
from benchmarks.figures import Figures

COLUMNS = ("", "median", "unit", "p50 ms", "p99 ms", "CPU s/1000", "peak MB", "errors", "invariants")


def table(results: Sequence[Result]) -> str:
    """All workloads, one line a system."""
    rows: list[tuple[str, ...]] = [COLUMNS]
    for result in results:
        rows.append((result.title,))
        rows += [_row(figures) for figures in result.figures]
    widths = [max(len(row[i]) for row in rows if len(row) == len(COLUMNS)) for i in range(len(COLUMNS))]
    return "\n".join(_line(row, widths) for row in rows)


def ratio_lines(ratios: Iterable[tuple[str, float]]) -> str:
    """The ratios, one a line."""
    return "\n".join(f"  {name:<28} {value:.3g}" for name, value in ratios)


def _row(figures: Figures) -> tuple[str, ...]:
    return (
        f"  {figures.system}",
        number(figures.rate),
        figures.unit,
        number(figures.p50_ms),
        number(figures.p99_ms),
        number(figures.cpu_s_per_thousand),
        number(figures.peak_rss_mb) if figures.peak_rss_mb else "",
        str(figures.errors),
        "hold" if not figures.broken else "BROKEN",
    )


def _line(row: tuple[str, ...], widths: Sequence[int]) -> str:
    if len(row) == 1:
        return row[0]
    left = {0, 2, 8}
    return "  ".join(
        cell.ljust(width) if i in left else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(row, widths, strict=True))
    ).rstrip()


def number(value: float) -> str:
    """A number with about three figures that mean something; nothing for what was not measured."""
    if math.isnan(value):
        return ""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
