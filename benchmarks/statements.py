"""What a server really asks its database: read from PostgreSQL's own log while it answers."""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from benchmarks.ground import Ground

MARK = "~lm~"
"""Begins every line of the log that is not the continuation of another."""

_ENTRY = re.compile(r"~lm~\[(\d+)\] (\w+):  (.*)", re.DOTALL)
_STATEMENT = re.compile(r"execute [^:]*: (.*)|statement: (.*)", re.DOTALL)
_PARAMETER = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')(?:, |$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as sent, and its parameters as text."""

    text: str
    parameters: tuple[str | None, ...] = ()

    @property
    def reads(self) -> bool:
        """Whether it asks for rows of tables; not what only begins, ends or pings."""
        return re.match(
            r"\s*(?:SELECT|WITH)\b", self.text, re.IGNORECASE
        ) is not None and " from " in self.text.lower().replace("\n", " ")


def parse_log(text: str) -> list[Statement]:
    """The statements of a log, in their order."""
    found: list[Statement] = []
    for entry in re.split(rf"(?m)^(?={re.escape(MARK)})", text):
        match = _ENTRY.match(entry)
        if match is None:
            continue
        kind, said = match[2], match[3].rstrip("\n")
        if kind == "LOG" and (statement := _STATEMENT.match(said)) is not None:
            found.append(Statement(re.sub(r"\n\t", "\n", statement[1] or statement[2])))
        elif kind == "DETAIL" and found and (at := said.lower().find("parameters: ")) >= 0:
            found[-1] = Statement(found[-1].text, parse_parameters(said[at + len("parameters: ") :]))
    return found


def parse_parameters(text: str) -> tuple[str | None, ...]:
    """The values of `$1 = 'one', $2 = NULL`."""
    return tuple(
        None if value == "NULL" else value[1:-1].replace("''", "'")
        for _, value in _PARAMETER.findall(text.replace("\n\t", "\n"))
    )


@dataclass(slots=True)
class Recording:
    """The statements recorded between two calls of `take`."""

    ground: Ground
    _at: int = 0
    _settle_s: float = field(default=0.05)

    async def take(self) -> Sequence[Statement]:
        """What was sent since the last time, of those that read rows."""
        await asyncio.sleep(self._settle_s)
        text = await asyncio.to_thread(self._read)
        return [statement for statement in parse_log(text) if statement.reads]

    def _read(self) -> str:
        with (self.ground.server.data_folder / "log").open("rb") as log:
            log.seek(self._at)
            data = log.read()
        self._at += len(data)
        return data.decode(errors="replace")


@asynccontextmanager
async def recording(ground: Ground, database: str) -> AsyncIterator[Recording]:
    """Logs every statement of connections that are made to `database` within the block."""
    settings = {"log_statement": "all", "log_line_prefix": f"{MARK}[%p] "}
    async with ground.connect("postgres") as connection:
        await connection.execute(f"ALTER SYSTEM SET log_line_prefix = '{settings['log_line_prefix']}'")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.execute(f"ALTER DATABASE \"{database}\" SET log_statement = 'all'")
    try:
        recorded = Recording(ground)
        await recorded.take()
        yield recorded
    finally:
        async with ground.connect("postgres") as connection:
            await connection.execute(f'ALTER DATABASE "{database}" RESET log_statement')
            await connection.execute("ALTER SYSTEM RESET log_line_prefix")
            await connection.execute("SELECT pg_reload_conf()")
