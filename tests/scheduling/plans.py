"""What PostgreSQL does for a use case: its queries are caught as they run, and run again under EXPLAIN ANALYZE."""

import json
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from models.database import Database

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


async def plans_of(database: Database, use_case: Callable[[AsyncSession], Awaitable[object]]) -> list[Plan]:
    """The plans of all queries that a use case runs. What it writes is rolled back."""
    caught: list[tuple[str, tuple[Any, ...]]] = []

    def catch(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            caught.append((statement, tuple(parameters)))

    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", catch)
    plans: list[Plan] = []
    try:
        async with database.sessions() as session:
            await use_case(session)
            event.remove(engine, "before_cursor_execute", catch)
            for statement, parameters in caught:
                connection = await session.connection()
                answer = await connection.exec_driver_sql(
                    f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement}", parameters
                )
                told = answer.scalar_one()
                plans.append(
                    Plan(statement, (json.loads(told) if isinstance(told, str) else told)[0]["Plan"])
                )
            await session.rollback()
    finally:
        if event.contains(engine, "before_cursor_execute", catch):
            event.remove(engine, "before_cursor_execute", catch)
    return plans
