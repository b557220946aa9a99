"""Short ways to run a use case and to look at what is stored."""

from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import ColumnElement, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from models.database import transaction
from tests.world import World

P = ParamSpec("P")
T = TypeVar("T")
Table = TypeVar("Table", bound=SQLModel)


async def do(
    world: World,
    use_case: Callable[Concatenate[AsyncSession, P], Awaitable[T]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Runs a use case in a transaction of its own."""
    async with transaction(world.database) as session:
        return await use_case(session, *args, **kwargs)


async def stored(world: World, table: type[Table], *conditions: ColumnElement[bool]) -> list[Table]:
    """The rows of a table that fulfil the conditions."""
    async with transaction(world.database) as session:
        return list((await session.execute(select(table).where(*conditions))).scalars())


async def sql(world: World, statement: str, **values: object) -> None:
    """Changes rows by hand, past all use cases."""
    async with transaction(world.database) as session:
        await session.execute(text(statement), values)
