"""`lastmetre understand`: sentences in, one a line; what each means out, one JSON object a line (docs/UNDERSTANDING.md)."""

import json
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.texts import DISTRICT_ZONE
from bot.understanding import get_ready, understand


def understand_command(
    now: Annotated[
        str | None,
        typer.Option(help="When they are said, as 2026-11-23T09:00+08:00; now, if left out."),
    ] = None,
) -> None:
    """Say what sentences mean. Each line of standard input is one; each gives one line of JSON."""
    moment = _moment(now)
    get_ready()
    for line in sys.stdin.buffer:
        meaning = understand(line.decode("utf-8", errors="replace").rstrip("\r\n"), moment)
        typer.echo(json.dumps(meaning.printed(), ensure_ascii=False).encode())


def _moment(said: str | None) -> datetime:
    """The moment; without an offset it is on the district's clock."""
    if said is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise typer.BadParameter("a date and time like 2026-11-23T09:00+08:00", param_hint="--now") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=DISTRICT_ZONE)
