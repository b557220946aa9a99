"""What every command does: read the settings, open the database with the newest tables, do one piece of work."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from lastmetre.commands.trouble import explained
from lastmetre.logs import set_up_logs
from lastmetre.migrate import migrate
from lastmetre.settings import Settings
from lastmetre.store import opened_store
from models.database import AsyncSession, Database, in_transaction

T = TypeVar("T")


def read_settings(host: str | None = None, port: int | None = None) -> Settings:
    """The settings, but for what the command line says otherwise; log lines look as they say."""
    changed = {"host": host, "port": port}
    settings = Settings().model_copy(
        update={name: value for name, value in changed.items() if value is not None}
    )
    set_up_logs(settings.log_format)
    return settings


def over_database(work: Callable[[Database], Awaitable[T]]) -> T:
    """Does `work` over the installation's database and closes it again. Trouble is explained."""

    async def whole(settings: Settings) -> T:
        async with opened_store(settings, pool_size=2) as store:
            await migrate(store.database.engine)
            return await work(store.database)

    with explained():
        return asyncio.run(whole(read_settings()))


def in_one_transaction(work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Does `work` in one transaction of the installation's database. Trouble is explained."""
    return over_database(lambda database: in_transaction(database, work))
