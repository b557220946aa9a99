"""PostgreSQL's own load generator on the smallest booking there is: the measure of what the database can do."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import percentile
from benchmarks.ground import Ground
from benchmarks.load import Outcome

TABLES = """
CREATE TABLE slot (id bigint PRIMARY KEY, capacity int NOT NULL, taken int NOT NULL DEFAULT 0,
                   CHECK (0 <= taken AND taken <= capacity));
CREATE TABLE booking (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, slot_id bigint NOT NULL,
                      person_id bigint NOT NULL, party int NOT NULL, created_at timestamptz NOT NULL);
CREATE INDEX ON booking (slot_id);
"""

CHOICE = """
\\set slot random({first}, {last})
\\set person random(1, 1000000)
"""

TRANSACTION = f"""{CHOICE}
BEGIN;
UPDATE slot SET taken = taken + 1 WHERE id = :slot AND taken + 1 <= capacity RETURNING id AS granted \\gset
INSERT INTO booking (slot_id, person_id, party, created_at) VALUES (:granted, :person, 1, now());
COMMIT;
"""  # noqa: S608  # what is put in is written here
"""The minimal booking as a transaction: whether there is a place, then the booking (docs/decisions/0034)."""

STATEMENT = f"""{CHOICE}
WITH granted AS (
    UPDATE slot SET taken = taken + 1 WHERE id = :slot AND taken + 1 <= capacity RETURNING id
)
INSERT INTO booking (slot_id, person_id, party, created_at) SELECT id, :person, 1, now() FROM granted;
"""  # noqa: S608  # the same
"""The same in one statement, which is all that anybody could do faster."""

_PROCESSED = re.compile(r"number of transactions actually processed: (\d+)")
_FAILED = re.compile(r"number of failed transactions: (\d+)")
_TPS = re.compile(r"tps = ([\d.]+) \(without initial connection time\)")


class PgbenchFailedError(RuntimeError):
    """It did not run to its end, or said something that we do not understand."""


@dataclass(frozen=True, slots=True)
class Report:
    """What it says of a run."""

    transactions: int
    failed: int
    tps: float


def parse_report(text: str) -> Report:
    """The numbers of its summary. Raises PgbenchFailedError."""
    processed, tps, failed = _PROCESSED.search(text), _TPS.search(text), _FAILED.search(text)
    if processed is None or tps is None:
        raise PgbenchFailedError(text[-500:])
    return Report(int(processed[1]), int(failed[1]) if failed else 0, float(tps[1]))


def parse_log(text: str) -> list[float]:
    """Latencies in milliseconds from its log of transactions: `client number microseconds script …`."""
    return [
        int(fields[2]) / 1000
        for line in text.splitlines()
        if len(fields := line.split()) > 2 and fields[2].isdigit()
    ]


async def run_pgbench(
    ground: Ground, database: str, wanted: str, *, first: int, last: int, clients: int, seconds: int
) -> Outcome:
    """Books, by the script `wanted`, slots `first` to `last` at random from `clients` connections, prepared, for so many seconds."""
    folder = ground.folder / "pgbench"
    folder.mkdir(exist_ok=True)
    script = folder / "book.sql"
    script.write_text(wanted.format(first=first, last=last))
    process = await asyncio.create_subprocess_exec(
        *(str(ground.pgbench), "--host", ground.server.socket_folder, "--username", "postgres"),
        *("--no-vacuum", "--protocol", "prepared", "--file", str(script), "--client", str(clients)),
        *("--jobs", "2", "--time", str(seconds), "--log", "--log-prefix", str(folder / "log")),
        database,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        out, _ = await asyncio.wait_for(process.communicate(), seconds + 60)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    report = parse_report(out.decode(errors="replace"))
    latencies = _take_logs(folder)
    outcome = Outcome(seconds=report.transactions / report.tps if report.tps else float(seconds))
    outcome.latencies_ms.extend(latencies[: report.transactions])
    outcome.statuses.extend([201] * len(outcome.latencies_ms))
    outcome.statuses.extend([500] * report.failed)
    outcome.latencies_ms.extend([percentile(latencies, 50)] * report.failed)
    return outcome


def _take_logs(folder: Path) -> list[float]:
    latencies: list[float] = []
    for log in folder.glob("log.*"):
        latencies += parse_log(log.read_text())
        log.unlink()
    return latencies
