"""Statements that the driver sends itself, inside a transaction.

SQLAlchemy's own share of a small statement costs more than the database's (docs/decisions/0014). What a booking runs,
and what is written for many at once, goes past it: compiled once, sent by asyncpg, on the connection of a session's
transaction or in a transaction of the driver's own. Everything else stays with the session.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar, overload
from uuid import UUID

import orjson
from sqlalchemy import Table, inspect
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import CompilerElement
from sqlmodel import SQLModel

Record = Sequence[Any]  # the driver's rows: values by position

_DIALECT = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy gives its dialects no types
_DRIVER = "driver"


class Driver(Protocol):
    """A connection of asyncpg, inside a transaction."""

    async def fetch(self, query: str, *args: object) -> list[Record]:
        """The rows of a statement."""

    async def execute(self, query: str, *args: object) -> str:
        """Runs a statement."""

    def is_in_transaction(self) -> bool:
        """Whether it is in one."""


Running = AsyncSession | Driver
"""A transaction that is running, with a session or without."""


async def driver_of(running: Running) -> Driver:
    """The driver's connection. What a session has not written yet is written first."""
    if not isinstance(running, AsyncSession):
        return running
    session = running
    if session.new or session.dirty or session.deleted:
        await session.flush()
    known: Driver | None = session.info.get(_DRIVER)
    if known is not None and known.is_in_transaction():
        return known
    connection = await session.connection()
    found: Driver = (await connection.get_raw_connection()).driver_connection  # type: ignore[assignment]  # untyped
    if not found.is_in_transaction():
        # SQLAlchemy begins its transaction with the first statement of its own.
        await connection.exec_driver_sql("SELECT")
    session.info[_DRIVER] = found
    return found


class Statement:
    """A statement compiled once. Every value that it takes is a named parameter of it."""

    def __init__(self, clause: CompilerElement) -> None:
        compiled = clause.compile(dialect=_DIALECT)
        preset = {name for name, value in compiled.params.items() if value is not None}
        if preset:
            message = f"values compiled into a statement are not converted: {sorted(preset)}"
            raise TypeError(message)
        self.text = str(compiled)
        self._names: Sequence[str] = tuple(getattr(compiled, "positiontup", None) or ())

    @property
    def places(self) -> int:
        """How many parameters it has."""
        return len(self._names)

    def arguments(self, values: Mapping[str, object]) -> list[object]:
        """The values in the order of its parameters."""
        return [values[name] for name in self._names]

    async def __call__(self, running: Running, **values: object) -> list[Record]:
        """Its rows. Enumerations come as text; JSON is to be cast to text in the statement."""
        driver = await driver_of(running)
        return await driver.fetch(self.text, *self.arguments(values))


T = TypeVar("T")
T1 = TypeVar("T1")
T2 = TypeVar("T2")
T3 = TypeVar("T3")
T4 = TypeVar("T4")


@dataclass(frozen=True, slots=True)
class Query(Generic[T]):
    """A statement with its values, and what its rows mean. Asked alone, or together with others in one round trip."""

    statement: Statement
    values: Mapping[str, object]
    read: Callable[[Sequence[Record]], T]


async def ask(running: Running, query: Query[T]) -> T:
    """What a query finds."""
    return query.read(await query.statement(running, **query.values))


@overload
async def ask_together(running: Running, one: Query[T1], two: Query[T2], /) -> tuple[T1, T2]: ...
@overload
async def ask_together(
    running: Running, one: Query[T1], two: Query[T2], three: Query[T3], /
) -> tuple[T1, T2, T3]: ...
@overload
async def ask_together(
    running: Running, one: Query[T1], two: Query[T2], three: Query[T3], four: Query[T4], /
) -> tuple[T1, T2, T3, T4]: ...
async def ask_together(running: Running, *queries: Query[Any]) -> tuple[Any, ...]:
    """What several queries find, by one statement: all see the same moment, that at which it begins."""
    statements = tuple(query.statement for query in queries)
    values = [value for query in queries for value in query.statement.arguments(query.values)]
    driver = await driver_of(running)
    (found,) = await driver.fetch(_together(statements), *values)
    return tuple(query.read(rows) for query, rows in zip(queries, found, strict=True))


@lru_cache
def _together(statements: tuple[Statement, ...]) -> str:
    parts: list[str] = []
    before = 0
    for statement in statements:
        text = _shifted(statement.text, before)
        parts.append(f"ARRAY(SELECT found FROM ({text}) AS found)")  # noqa: S608  # statements compiled by us
        before += statement.places
    return f"SELECT {', '.join(parts)}"


def _shifted(text: str, places: int) -> str:
    return _PLACE.sub(lambda found: f"${int(found[1]) + places}", text)


_PLACE = re.compile(r"\$(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """Any number of rows for one table, all with the same columns.

    A row that is there already by the unique columns `unless` is left out. The JSON column named in `written` is given
    as text that is JSON already. With `behind` each row belongs to a row of this id, and is written only with it.
    """

    table: type[SQLModel]
    rows: Sequence[Mapping[str, Any]]
    unless: tuple[str, ...] = ()
    written: str | None = None
    behind: Sequence[UUID] = ()

    def text(self, place: int = 1, *, within: str | None = None) -> str:
        """The statement, with the rows as parameter number `place`. `within` is a query of the ids that rows stand behind."""
        return _insertion(self.table, tuple(self.rows[0]), self.unless, place, within)

    def document(self) -> str:
        """The rows as one JSON document, which the driver sends in a fraction of the time of an array a column."""
        rows = self.rows
        if (name := self.written) is not None:
            rows = [{**row, name: orjson.Fragment(row[name])} for row in rows]
        if self.behind:
            rows = [{**row, BEHIND: id_} for row, id_ in zip(rows, self.behind, strict=True)]
        return orjson.dumps(rows, _in_words).decode()


BEHIND = "behind"
"""Names, beside the columns of a row, the row that it belongs to. No table has such a column."""


def _in_words(value: object) -> str:
    """What JSON has no form for, as PostgreSQL reads it."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)


async def insert_all(running: Running, insertions: Sequence[Insertion]) -> None:
    """Inserts rows into several tables, all by one statement."""
    wanted = [insertion for insertion in insertions if insertion.rows]
    if not wanted:
        return
    parts = (f"written_{place} AS ({each.text(place)})" for place, each in enumerate(wanted, 1))
    driver = await driver_of(running)
    await driver.execute(f"WITH {', '.join(parts)} SELECT", *(each.document() for each in wanted))


@lru_cache
def _insertion(
    model: type[SQLModel], columns: tuple[str, ...], unless: tuple[str, ...], place: int, within: str | None
) -> str:
    table: Table = inspect(model).local_table
    names = [_DIALECT.identifier_preparer.quote(name) for name in columns]
    types = [table.c[name].type.compile(dialect=_DIALECT) for name in columns]
    listed = ", ".join(names)
    given = [f"{name} {type_}" for name, type_ in zip(names, types, strict=True)]
    if within is not None:
        given.append(f"{BEHIND} uuid")
    text = (
        f"INSERT INTO {table.name} ({listed}) SELECT {listed}"  # noqa: S608  # names of our own tables
        f" FROM json_to_recordset(${place}::json) AS given ({', '.join(given)})"
    )
    if within is not None:
        text += f" WHERE {BEHIND} IN ({within})"
    return f"{text} ON CONFLICT ({', '.join(unless)}) DO NOTHING" if unless else text
