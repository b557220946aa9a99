"""Part of `make check`: tables and migrations agree, and docs/openapi.json is what the API says of itself.

`python -m lastmetre.drift` checks; with `--write` it renews docs/openapi.json.
"""

import asyncio
import json
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.util import CommandError
from sqlalchemy import Connection

from api.app import create_api
from lastmetre.migrate import alembic_config, migrate
from models.database import open_database
from models.embedded import ensure_database, start_embedded

OPENAPI = Path("docs/openapi.json")


def openapi_text() -> str:
    """The API's description as it is committed."""
    return json.dumps(create_api().openapi(), ensure_ascii=False, indent=2) + "\n"


def _compare(connection: Connection) -> None:
    command.check(alembic_config(connection))


async def migrations_cover_tables() -> str | None:
    """What the migrations lack, compared on a new database; None when nothing."""
    with tempfile.TemporaryDirectory(prefix="lastmetre-drift-") as folder:
        server = start_embedded(Path(folder) / "postgres")
        try:
            await ensure_database(server, "drift")
            database = open_database(server.url("drift"), pool_size=1)
            try:
                await migrate(database.engine)
                async with database.engine.begin() as connection:
                    await connection.run_sync(_compare)
            except CommandError as error:
                return str(error)
            finally:
                await database.close()
        finally:
            server.release()
    return None


def main() -> int:
    """Checks, or renews; the exit status."""
    if "--write" in sys.argv[1:]:
        OPENAPI.write_text(openapi_text(), encoding="utf-8")
        return 0
    faults: list[str] = []
    if not OPENAPI.exists() or OPENAPI.read_text(encoding="utf-8") != openapi_text():
        faults.append(f"{OPENAPI} is not what the API says of itself: run `make openapi`")
    if lacking := asyncio.run(migrations_cover_tables()):
        faults.append(f"the tables have changed without a migration: {lacking}")
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
