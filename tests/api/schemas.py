"""As much of JSON Schema as the OpenAPI document uses: values that fit a schema or nearly do, and what does not fit."""

import math
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

Schema = Mapping[str, Any]
Json = Any  # a JSON value

TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
FORMATS: Mapping[str, Callable[[str], object]] = {
    "uuid": UUID,
    "date": date.fromisoformat,
    "date-time": datetime.fromisoformat,
}


@dataclass(frozen=True, slots=True)
class Schemas:
    """The named schemas of a document."""

    named: Mapping[str, Schema]

    def resolved(self, schema: Schema) -> Schema:
        """The schema itself, or the one that it refers to."""
        while "$ref" in schema:
            schema = self.named[schema["$ref"].rpartition("/")[2]]
        return schema

    def misfits(self, value: Json, schema: Schema, where: str = "") -> Iterator[str]:
        """Every place at which a value does not fit, by its JSON pointer."""
        schema = self.resolved(schema)
        if "anyOf" in schema:
            if all(any(True for _ in self.misfits(value, one)) for one in schema["anyOf"]):
                yield f"{where}: {value!r} fits none of {len(schema['anyOf'])}"
            return
        if "enum" in schema and value not in schema["enum"]:
            yield f"{where}: {value!r} is not of {schema['enum']}"
        if "const" in schema and value != schema["const"]:
            yield f"{where}: {value!r} is not {schema['const']!r}"
        kind = schema.get("type")
        if kind is None:
            return
        if not isinstance(value, TYPES[kind]) or (kind != "boolean" and isinstance(value, bool)):
            yield f"{where}: {value!r} is no {kind}"
        elif isinstance(value, str):
            yield from _string_misfits(value, schema, where)
        elif isinstance(value, list):
            for number, item in enumerate(value):
                yield from self.misfits(item, schema.get("items", {}), f"{where}/{number}")
        elif isinstance(value, dict):
            yield from self._object_misfits(value, schema, where)

    def _object_misfits(self, value: Mapping[str, Json], schema: Schema, where: str) -> Iterator[str]:
        properties, more = schema.get("properties", {}), schema.get("additionalProperties", True)
        yield from (f"{where}: {name} is missing" for name in schema.get("required", ()) if name not in value)
        for name, item in value.items():
            if name in properties:
                yield from self.misfits(item, properties[name], f"{where}/{name}")
            elif more is False:
                yield f"{where}: {name} is not described"
            elif isinstance(more, dict):
                yield from self.misfits(item, more, f"{where}/{name}")

    def example(self, schema: Schema, given: "Given", name: str = "") -> Json:
        """A value that fits a schema, or, as often as is given at each place, one that may not. `name` is a hint."""
        schema = self.resolved(schema)
        if given.chance.random() < given.odd:
            return given.chance.choice(ODD)
        if "examples" in schema:
            return given.chance.choice(schema["examples"])
        if "anyOf" in schema:
            return self.example(given.chance.choice(schema["anyOf"]), given, name)
        if "enum" in schema:
            return given.chance.choice(schema["enum"])
        if "const" in schema:
            return schema["const"]
        makers: Mapping[str, Callable[[], Json]] = {
            "object": lambda: self._object(schema, given),
            "array": lambda: [
                self.example(schema["items"], given, name) for _ in range(given.chance.randrange(3))
            ],
            "string": lambda: given.string(schema, name),
            "integer": lambda: given.integer(schema),
            "number": lambda: given.chance.uniform(schema.get("minimum", -200), schema.get("maximum", 200)),
            "boolean": lambda: given.chance.random() < 0.5,
            "null": lambda: None,
        }
        return makers[schema.get("type", "null")]()

    def _object(self, schema: Schema, given: "Given") -> Json:
        required = schema.get("required", ())
        return {
            name: self.example(one, given, name)
            for name, one in schema.get("properties", {}).items()
            if name in required or given.chance.random() < 0.5
        }


@dataclass(frozen=True, slots=True)
class Given:
    """What examples are made from: chance, how often something odd stands in, and the ids there are by what they name."""

    chance: random.Random
    odd: float
    ids: Mapping[str, Sequence[str]]

    def string(self, schema: Schema, name: str) -> str:
        """A text of the format, or like the pattern."""
        if (kind := schema.get("format")) == "uuid":
            known = self.ids.get(name.removesuffix("_id"))
            return self.chance.choice(known or [one for some in self.ids.values() for one in some])
        written = {
            "date": f"2026-{self.chance.randint(11, 12)}-{self.chance.randint(1, 30):02}",
            "date-time": f"2026-11-{self.chance.randint(22, 30)}T{self.chance.randint(0, 23):02}:00:00+08:00",
            "time": f"{self.chance.randint(0, 23):02}:{self.chance.choice(['00', '30'])}:00",
        }
        fitting = [text for text in TEXTS if re.search(schema.get("pattern", ""), text)]
        return written.get(kind or "") or self.chance.choice(fitting or TEXTS)

    def integer(self, schema: Schema) -> int:
        """At the bounds, or near the lower one."""
        low, high = int(schema.get("minimum", -3)), int(schema.get("maximum", 2000))
        return self.chance.choice([low, high, self.chance.randint(low, min(high, low + 20))])


ODD: Sequence[Json] = (
    None,
    "",
    " ",
    "nonsense",
    "0001-01-01",
    "9999-12-31T23:59:59-12:00",
    "2026-11-24T11:00:00",
    "\x00",
    "%00",
    "\ud800",
    "１２３",
    "x" * 600,
    "../../etc/passwd",
    -1,
    0,
    2**31,
    10**30,
    1.5,
    math.nan,
    math.inf,
    True,
    [],
    [[]],
    {},
    {"a": {"b": []}},
)
TEXTS = (
    "meals",
    "service",
    "web",
    "320115001000",
    "13812345678",
    "31.95,118.84",
    "2026-11-24",
    "123456",
    "FREQ=DAILY",
    "soonest",
    "nearest",
    "cut_salt",
    "食堂",
    "1",
)


def _string_misfits(value: str, schema: Schema, where: str) -> Iterator[str]:
    try:
        FORMATS.get(schema.get("format", ""), str)(value)
    except ValueError:
        yield f"{where}: {value!r} is no {schema['format']}"
    if not re.search(schema.get("pattern", ""), value):
        yield f"{where}: {value!r} is not like {schema['pattern']}"
