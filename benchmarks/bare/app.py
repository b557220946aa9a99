"""A bare FastAPI route that runs by asyncpg the statements that a search of ours sends, and answers with the rows.

Statements and parameters stand in a file, one list for each search: no rules, no policies, no pages, nothing parsed.
"""

import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from fastapi import FastAPI, Request

Row = dict[str, Any]  # a row of whatever statement it was
Query = tuple[str, list[Any]]  # a statement with its parameters, each of the type that it takes

SEARCHES: list[list[tuple[str, list[str | None]]]] = json.loads(
    Path(os.environ["BARE_SEARCHES"]).read_text(encoding="utf-8")
)

MAKERS: dict[str, Callable[[str], object]] = {
    "uuid": UUID,
    "timestamptz": datetime.fromisoformat,
    "date": date.fromisoformat,
    "int2": int,
    "int4": int,
    "int8": int,
    "float4": float,
    "float8": float,
    "bool": lambda text: text in {"t", "true"},
}


def value(kind: str, text: str | None) -> Any:
    """A parameter as the driver wants it."""
    if text is None:
        return None
    if kind.endswith("[]"):
        return [value(kind[:-2], each.strip('"')) for each in text.strip("{}").split(",") if each]
    return MAKERS.get(kind, str)(text)


async def typed(connection: asyncpg.Connection, statement: str, parameters: list[str | None]) -> Query:
    """A statement with its parameters, as the database says which types they have."""
    kinds = [kind.name for kind in (await connection.prepare(statement)).get_parameters()]
    return statement, [value(kind, text) for kind, text in zip(kinds, parameters, strict=True)]


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Opens the connections."""
    async with asyncpg.create_pool(os.environ["BARE_DATABASE_URL"], min_size=10, max_size=10) as pool:
        app.state.pool = pool
        async with pool.acquire() as connection:
            app.state.searches = [
                [await typed(connection, statement, parameters) for statement, parameters in search]
                for search in SEARCHES
            ]
        yield


app = FastAPI(lifespan=lifespan)


@app.get("/health")
async def health() -> dict[str, str]:
    """That it is there."""
    return {"status": "ok"}


@app.get("/slots")
async def slots(request: Request, search: int) -> list[Row]:
    """The rows of all statements of one search."""
    found: list[Row] = []
    async with request.app.state.pool.acquire() as connection:
        for statement, parameters in request.app.state.searches[search]:
            found += [dict(row) for row in await connection.fetch(statement, *parameters)]
    return found
