"""The results file, and what was accepted before: a ratio that is a fifth worse is a regression."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.bench import Options, Result

FOLDER = Path(__file__).parent / "results"
LATEST = FOLDER / "latest.json"
BASELINE = FOLDER / "baseline.json"
YEAR = FOLDER / "year.json"

ALLOWED = 0.20
"""So much worse than what was accepted, as a share of it, is let pass: machines have moods."""

SMALLER_IS_BETTER = frozenset(
    {"spread_p99_vs_plain_median", "hot_p99_vs_plain_median", "chat_vs_calls", "chat_cpu_vs_calls"}
)
"""The other ratios are the better the greater."""

PROMISED_S = {"rush_2x_p99_s": 2.0}
"""No ratios but seconds: what they must not exceed, on any machine. They are not held against what was accepted."""

Json = dict[str, Any]  # a JSON object


@dataclass(frozen=True, slots=True)
class Regression:
    """A ratio that became worse than is allowed."""

    name: str
    accepted: float
    measured: float

    def __str__(self) -> str:
        return f"{self.name}: {self.measured:.3g}, accepted was {self.accepted:.3g}"


def regressions(
    measured: Mapping[str, float], accepted: Mapping[str, float], *, allowed: float = ALLOWED
) -> list[Regression]:
    """Ratios that are worse than accepted by more than `allowed`, in the order of their names.

    One that was accepted and could not be measured any more is one, too; one that is new is none.
    """
    found = []
    for name, before in sorted(accepted.items()):
        now = measured.get(name, math.nan)
        if name in PROMISED_S:
            continue
        worst = before * (1 + allowed) if name in SMALLER_IS_BETTER else before * (1 - allowed)
        fine = now <= worst if name in SMALLER_IS_BETTER else now >= worst
        if not fine:
            found.append(Regression(name, before, now))
    return found


def promises_broken(measured: Mapping[str, float]) -> list[str]:
    """Seconds that are more than was promised."""
    return [
        f"{name}: {measured[name]:.3g}, promised is {most:.3g}"
        for name, most in PROMISED_S.items()
        if measured.get(name, 0.0) > most
    ]


def ratios_of(results: Sequence[Result]) -> dict[str, float]:
    """All ratios; those that could not be measured are left out."""
    return {
        name: round(value, 4)
        for result in results
        for name, value in result.ratios.items()
        if not math.isnan(value)
    }


def document(
    results: Sequence[Result], *, options: Options, machine: Json, footprint: Json, seconds: float
) -> Json:
    """Everything about a run."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine,
        "options": {
            "rounds": options.rounds,
            "seconds": options.seconds,
            "clients": options.clients,
            "workers": options.workers,
        },
        "took_s": round(seconds),
        "ratios": ratios_of(results),
        "broken": [what for result in results for what in result.broken],
        "workloads": {result.name: result.as_json() for result in results},
        "footprint": footprint,
    }


def write(path: Path, content: Json) -> None:
    """Writes a results file."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def read(path: Path) -> Json:
    """A results file; empty when there is none yet."""
    if not path.exists():
        return {}
    content: Json = json.loads(path.read_text(encoding="utf-8"))
    return content
