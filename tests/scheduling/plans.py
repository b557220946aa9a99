"""What PostgreSQL does for a use case: its queries are caught as they run, and run again under EXPLAIN ANALYZE."""

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from models.database import Database
from models.driver import driver_of
from models.drivers import SETTINGS

LARGE = frozenset({"slot", "booking", "notice", "waitlist_entry", "offer"})
"""Tables that grow with use. None of them is ever read from end to end."""

SCANS = frozenset({"Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan", "Tid Scan"})

TIMES_RETURNED, ANYWAY = 20, 200
"""A query may read so many rows for each that it returns, and so many anyway."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of one query as it was run."""

    statement: str
    root: dict[str, Any]

    def nodes(self) -> Iterator[dict[str, Any]]:
        """All steps."""
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(node.get("Plans", ()))

    @property
    def returned(self) -> float:
        """Rows that the query gave back."""
        return float(self.root["Actual Rows"] * self.root["Actual Loops"])

    @property
    def read(self) -> float:
        """Rows of large tables that were fetched for it, those thrown away included."""
        return float(
            sum(
                node["Actual Loops"]
                * (
                    node["Actual Rows"]
                    + node.get("Rows Removed by Filter", 0)
                    + node.get("Rows Removed by Index Recheck", 0)
                )
                for node in self.nodes()
                if node["Node Type"] in SCANS and node["Relation Name"] in LARGE
            )
        )

    @property
    def read_from_end_to_end(self) -> set[str]:
        """Large tables that were read sequentially."""
        return {
            node["Relation Name"]
            for node in self.nodes()
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in LARGE
        }

    def faults(self) -> list[str]:
        """What is wrong with it."""
        found = [f"reads all of {table}" for table in sorted(self.read_from_end_to_end)]
        if self.read > TIMES_RETURNED * self.returned + ANYWAY:
            found.append(f"reads {self.read:.0f} rows to return {self.returned:.0f}")
        return found

    def __str__(self) -> str:
        lines = (
            f"  {node['Node Type']} {node.get('Relation Name', '')} {node.get('Index Name', '')}"
            f" rows {node['Actual Rows']} x {node['Actual Loops']}"
            f" removed {node.get('Rows Removed by Filter', 0)}"
            f" cond {node.get('Index Cond', '')} filter {node.get('Filter', '')}"
            for node in self.nodes()
        )
        return "\n".join([" ".join(self.statement.split())[:3000], *lines])


def _reads(statement: str) -> bool:
    text = statement.lstrip().upper()
    return text.startswith(("SELECT", "WITH")) and "INSERT INTO" not in text


async def plans_of(database: Database, use_case: Callable[[AsyncSession], Awaitable[object]]) -> list[Plan]:
    """The plans of all queries that a use case runs. What it writes is rolled back.

    What the driver sends itself (`models.driver`) is planned as in its own transactions, for any values; a session's
    statements for the values that they had.
    """
    by_session: list[tuple[str, tuple[Any, ...]]] = []
    by_driver: list[tuple[str, tuple[Any, ...]]] = []

    def catch(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        if _reads(statement):
            by_session.append((statement, tuple(parameters)))

    def catch_past_it(sent: asyncpg.connection.LoggedQuery) -> None:
        if _reads(sent.query) and sent.args is not None:
            by_driver.append((sent.query, tuple(sent.args)))

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", catch)
    try:
        async with database.sessions() as session:
            driver: asyncpg.Connection = await driver_of(session)
            by_session.clear()
            with driver.query_logger(catch_past_it):
                await use_case(session)
            event.remove(engine, "before_cursor_execute", catch)
            plans = [await _explained(driver, *sent) for sent in by_session]
            for name, value in SETTINGS.items():
                await driver.execute(f"SET LOCAL {name} = {value}")
            plans += [await _explained(driver, *sent) for sent in by_driver]
            await session.rollback()
    finally:
        if event.contains(engine, "before_cursor_execute", catch):
            event.remove(engine, "before_cursor_execute", catch)
    return plans


async def _explained(driver: asyncpg.Connection, statement: str, values: tuple[Any, ...]) -> Plan:
    told = await driver.fetchval(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", *values)
    return Plan(statement, (json.loads(told) if isinstance(told, str) else told)[0]["Plan"])
