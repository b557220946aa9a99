"""The divisions that an installation starts with, read from `divisions.csv` (its source stands in README.md there)."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from models.vocabulary import DivisionLevel


@dataclass(frozen=True, slots=True)
class DivisionRow:
    """One line of `divisions.csv`. Coordinates are WGS84 degrees; communities have none."""

    code: str
    name: str
    level: DivisionLevel
    parent_code: str | None
    latitude: float | None
    longitude: float | None
    coordinate_source: str | None


@cache
def read_divisions() -> tuple[DivisionRow, ...]:
    """Every division of the district, in the file's order: parents stand before their children."""
    text = files(__package__).joinpath("divisions.csv").read_text(encoding="utf-8")
    return tuple(
        DivisionRow(
            code=line["code"],
            name=line["name"],
            level=DivisionLevel(line["level"]),
            parent_code=line["parent_code"] or None,
            latitude=_degrees(line["latitude"]),
            longitude=_degrees(line["longitude"]),
            coordinate_source=line["coordinate_source"] or None,
        )
        for line in csv.DictReader(text.splitlines())
    )


def _degrees(text: str) -> float | None:
    return float(text) if text else None
