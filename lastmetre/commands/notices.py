"""`lastmetre notices`: what became of messages, and dead letters sent again (docs/NOTICES.md)."""

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import typer

from lastmetre.commands.trouble import TroubleError
from lastmetre.commands.work import in_one_transaction
from models.database import AsyncSession
from models.shapes.base import local
from models.shapes.notices import NoticeRecord
from models.vocabulary import NoticeStatus
from scheduling import letters
from scheduling.actors import SYSTEM
from scheduling.errors import ActionRefusedError, NotFoundError

MOST_REPLAYED = 10_000
"""So many dead letters are sent again by one command."""

notices = typer.Typer(
    no_args_is_help=True, help="Messages to people: what became of them, and sending again."
)


def _line(record: NoticeRecord) -> str:
    moment = local(record.finished_at or record.due_at)
    said = (
        str(record.id),
        str(record.status),
        str(record.kind),
        str(record.channel or "-"),
        f"{moment:%Y-%m-%d %H:%M}",
        f"x{record.attempts}",
        record.last_error or "",
    )
    return "\t".join(said).rstrip()


@notices.command("list")
def list_(
    status: Annotated[NoticeStatus, typer.Option(help="Which ones.")] = NoticeStatus.failed,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most, the newest first.")] = 50,
) -> None:
    """List notices: by default the dead letters, which could not be sent."""

    async def work(session: AsyncSession) -> list[NoticeRecord]:
        found, _ = await letters.records(session, actor=SYSTEM, status=status, limit=limit, after=None)
        return found

    found = in_one_transaction(work)
    for record in found:
        typer.echo(_line(record))
    if not found:
        typer.echo(f"没有 None: {status}")


@notices.command()
def show(notice_id: Annotated[UUID, typer.Argument(help="The notice.")]) -> None:
    """Show what became of one notice. What it says is not shown."""

    async def work(session: AsyncSession) -> NoticeRecord:
        return await _found(session, notice_id)

    record = in_one_transaction(work)
    for name, value in record.model_dump(mode="json").items():
        typer.echo(f"{name}: {'-' if value is None else value}")


@notices.command()
def replay(
    notice_ids: Annotated[list[UUID] | None, typer.Argument(help="The notices.")] = None,
    dead: Annotated[bool, typer.Option("--dead", help="All dead letters.")] = False,
) -> None:
    """Send notices again, as if they had never been tried. What is worth nothing any more is left."""
    if bool(notice_ids) == dead:
        raise typer.BadParameter("name notices, or say --dead for all dead letters")

    async def work(session: AsyncSession) -> Counter[str]:
        ids = list(notice_ids or [])
        if dead:
            found, _ = await letters.records(
                session, actor=SYSTEM, status=NoticeStatus.failed, limit=MOST_REPLAYED, after=None
            )
            ids = [record.id for record in found]
        done: Counter[str] = Counter()
        for notice_id in ids:
            await _found(session, notice_id)
            try:
                await letters.replay(session, actor=SYSTEM, notice_id=notice_id, now=datetime.now(UTC))
                done["again"] += 1
            except ActionRefusedError:
                done["left"] += 1
        return done

    done = in_one_transaction(work)
    typer.echo(f"重发 Sent again: {done['again']}")
    if done["left"]:
        typer.echo(f"已经过时，没有重发 Left, worth nothing any more: {done['left']}")


async def _found(session: AsyncSession, notice_id: UUID) -> NoticeRecord:
    try:
        return await letters.show(session, actor=SYSTEM, notice_id=notice_id)
    except NotFoundError as error:
        raise TroubleError(f"没有通知 {notice_id}。", f"There is no notice {notice_id}.") from error
