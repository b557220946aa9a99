"""Statements that the driver sends itself, inside a session's transaction.

SQLAlchemy's own share of a small statement costs more than the database's (docs/decisions/0014). What a booking runs,
and what is written for many at once, goes past it: compiled once, sent by asyncpg on the session's connection, part of
the same transaction. Everything else stays with the session.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy import Table, inspect
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.elements import CompilerElement
from sqlalchemy.types import JSON
from sqlmodel import SQLModel

_DIALECT = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy gives its dialects no types
_DRIVER = "driver"


async def driver_of(session: AsyncSession) -> asyncpg.Connection:
    """The driver's connection that the session's transaction runs on. What the session has not yet written is first."""
    if session.new or session.dirty or session.deleted:
        await session.flush()
    known: asyncpg.Connection | None = session.info.get(_DRIVER)
    if known is not None and known.is_in_transaction():
        return known
    connection = await session.connection()
    found: asyncpg.Connection = (await connection.get_raw_connection()).driver_connection
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

    async def __call__(self, session: AsyncSession, **values: object) -> list[asyncpg.Record]:
        """Its rows. Enumerations come as text; JSON is to be cast to text in the statement."""
        driver = await driver_of(session)
        rows: list[asyncpg.Record] = await driver.fetch(self.text, *(values[name] for name in self._names))
        return rows


async def insert_rows(
    session: AsyncSession,
    table: type[SQLModel],
    rows: Sequence[Mapping[str, Any]],
    *,
    unless: tuple[str, ...] = (),
    returning: str | None = None,
    written: tuple[str, ...] = (),
) -> list[Any]:
    """Inserts any number of rows, all with the same columns, by one statement; returns one column of those inserted.

    A row that is there already by the unique columns `unless` is left out. JSON columns named in `written` are given
    as text that is JSON already.
    """
    if not rows:
        return []
    columns = tuple(rows[0])
    text, of_json = _insertion(table, columns, unless, returning)
    arrays = [
        [json.dumps(row[name]) for row in rows]
        if name in of_json and name not in written
        else [row[name] for row in rows]
        for name in columns
    ]
    driver = await driver_of(session)
    return (
        [record[0] for record in await driver.fetch(text, *arrays)]
        if returning
        else await _run(driver, text, arrays)
    )


async def _run(driver: asyncpg.Connection, text: str, arrays: Sequence[list[Any]]) -> list[Any]:
    await driver.execute(text, *arrays)
    return []


@lru_cache
def _insertion(
    model: type[SQLModel], columns: tuple[str, ...], unless: tuple[str, ...], returning: str | None
) -> tuple[str, frozenset[str]]:
    """The text of an insertion from one array a column, and which of the columns are given as JSON."""
    table: Table = inspect(model).local_table
    of_json = frozenset(name for name in columns if isinstance(table.c[name].type, JSON))
    quoted = [_DIALECT.identifier_preparer.quote(name) for name in columns]
    types = [table.c[name].type.compile(dialect=_DIALECT) for name in columns]
    arrays = (
        f"${place}::{'TEXT' if name in of_json else type_}[]"
        for place, (name, type_) in enumerate(zip(columns, types, strict=True), 1)
    )
    values = (
        f"given.{name}::{type_}" if plain in of_json else f"given.{name}"
        for plain, name, type_ in zip(columns, quoted, types, strict=True)
    )
    text = (
        f"INSERT INTO {table.name} ({', '.join(quoted)}) SELECT {', '.join(values)}"  # noqa: S608  # names of our tables
        f" FROM unnest({', '.join(arrays)}) AS given ({', '.join(quoted)})"
    )
    if unless:
        text += f" ON CONFLICT ({', '.join(unless)}) DO NOTHING"
    if returning:
        text += f" RETURNING {returning}"
    return text, of_json
