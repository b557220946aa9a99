"""What people can mend, said in one sentence of each language, instead of a traceback."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import typer
from alembic.util import CommandError
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from lastmetre.settings import Settings
from models.database import DatabaseBusyError, sqlstate
from scheduling.errors import NotFoundError

CANNOT_MEND = 1
"""The exit status of a command that did nothing because something is not right."""

REFUSING = ("28", "3D", "42501", "53")
"""SQLSTATEs of a database that is there but will not have us: sign-in, no such database, no right, no room."""


class TroubleError(Exception):
    """Something that whoever gave the command can mend: one sentence of each language."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


@contextmanager
def explained() -> Iterator[None]:
    """Ends the command with a sentence on standard error, and exit status 1, where people can mend what is wrong.

    What they cannot mend is a fault of the program and shows itself whole.
    """
    try:
        yield
    except Exception as error:
        trouble = error if isinstance(error, TroubleError) else _trouble(error)
        if trouble is None:
            raise
        typer.echo(f"{trouble.zh}\n{trouble.en}", err=True)
        raise typer.Exit(CANNOT_MEND) from None


def _trouble(error: BaseException) -> TroubleError | None:
    """The sentence for an error; None for what nobody outside the program can mend."""
    match error:
        case ValidationError(title=Settings.__name__):
            return _wrong_setting(error)
        case NotFoundError(data={"what": "district"}):
            return TroubleError(
                "还没有区划数据。请先运行 lastmetre import 或 lastmetre demo。",
                "There is no district yet. Please run lastmetre import or lastmetre demo first.",
            )
        case DatabaseBusyError() | asyncpg.PostgresError() | asyncpg.InterfaceError() | DBAPIError():
            return _database_trouble(error)
        case CommandError():
            return TroubleError(
                "数据库的版本比程序新。请更新程序后再试。",
                "The database is newer than this program. Please bring the program up to date.",
            )
        case OSError():
            return _system_trouble(error)
    return None


def _system_trouble(error: OSError) -> TroubleError:
    if isinstance(error, ConnectionError | TimeoutError | socket.gaierror):
        return _away(error)
    what = f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"
    return TroubleError(f"系统不允许：{what}。请检查后再试。", f"The system says no: {what}. Please check.")


def _database_trouble(error: BaseException) -> TroubleError | None:
    state = sqlstate(error) if isinstance(error, DBAPIError) else str(getattr(error, "sqlstate", None) or "")
    if state.startswith(REFUSING):
        return _refused(error)
    if isinstance(error, DatabaseBusyError):
        cause = error.__cause__
        said = isinstance(cause, DBAPIError | asyncpg.PostgresError)
        return (_database_trouble(cause) if cause and said else None) or _away(cause or error)
    return _away(error) if isinstance(error, asyncpg.InterfaceError) else None


def _wrong_setting(error: ValidationError) -> TroubleError:
    faults = error.errors(include_url=False, include_input=False)
    fields = sorted({str(fault["loc"][0]) for fault in faults})
    names = ", ".join(field if field.isupper() else f"LASTMETRE_{field.upper()}" for field in fields)
    why = "; ".join(fault["msg"].removeprefix("Value error, ") for fault in faults)
    return TroubleError(
        f"设置 {names} 填得不对（{why}）。请对照 .env.example 修改。",
        f"The setting {names} is not right ({why}). Please compare it with .env.example.",
    )


def _refused(error: BaseException) -> TroubleError:
    why = _first_line(error)
    return TroubleError(
        f"数据库拒绝了（{why}）。请检查 LASTMETRE_DATABASE_URL 里的用户、密码和数据库名。",
        f"The database said no ({why}). Please check user, password and database in LASTMETRE_DATABASE_URL.",
    )


def _away(error: BaseException) -> TroubleError:
    why = _first_line(error)
    return TroubleError(
        f"连不上数据库（{why}）。请确认它在运行，地址见 LASTMETRE_DATABASE_URL。",
        f"The database cannot be reached ({why}). Please see that it runs, and where LASTMETRE_DATABASE_URL points.",
    )


def _first_line(error: BaseException) -> str:
    text = str(getattr(error, "orig", None) or error) or type(error).__name__
    return text.splitlines()[0].rpartition("'>: ")[2].strip()


def ensure_port_is_free(host: str, port: int) -> None:
    """Says at once when nothing can listen there, before a long start is made for nothing. Raises TroubleError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise TroubleError(
                f"端口 {port} 已被占用。请用 --port 换一个，或先停掉占用它的程序。",
                f"Port {port} is in use. Please choose another with --port, or stop what uses it.",
            ) from error
        if error.errno == errno.EACCES:
            raise TroubleError(
                f"没有权限使用端口 {port}。请用 --port 换一个 1024 以上的。",
                f"Port {port} may not be used. Please choose one above 1024 with --port.",
            ) from error
        raise TroubleError(
            f"这台机器没有地址 {host}。请用 --host 换一个。",
            f"This machine has no address {host}. Please choose another with --host.",
        ) from error
