"""Photos and voice notes: taken, shown to those who may see their request, swept when nothing uses them. Those of
conversations: `governance/threads/files.py`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.attached import attachment_view
from governance.files import AttachmentFiles
from governance.held import relations
from governance.history import sent_since
from governance.media import Media, harmless, kind_of
from models.database import Database, in_transaction
from models.request_words import AttachmentKind, Voice
from models.shapes.requests import AttachmentTaken
from models.tables import Attachment, Person, Request, RequestStep
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import NotFoundError, NotTakenError, TooManyRequestsError, Value
from scheduling.locks import lock_persons
from scheduling.policies import Policy
from scheduling.queries.policies import district_policy
from scheduling.signing_in import home_district

BEGINNING = 512
"""Bytes by which is recognised what something is."""
A_DAY = timedelta(hours=24)
A_BATCH = 200
STRAY_AFTER = timedelta(hours=1)
"""A file without a row may belong to a request that is still being answered for so long."""

Scan = Callable[[bytes], bool]
"""Whether bytes may be kept, as a scanner for malware says. It may take a while, and is run in a thread."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where attachments are kept, and what looks at them first; without `scan` nothing does."""

    files: AttachmentFiles
    scan: Scan | None = None


async def read_capped(pieces: AsyncIterator[bytes], policy: Policy) -> bytes:
    """The bytes of an attachment as they come in, no more than the policy takes of what they are.

    Raises NotTakenError as soon as it is known: what is too large is not read to its end.
    """
    most = {
        AttachmentKind.image: policy.attachment_image_kib * 1024,
        AttachmentKind.voice: policy.attachment_voice_kib * 1024,
    }
    content, limit = bytearray(), max(most.values())
    known = False
    async for piece in pieces:
        content += piece
        if not known and len(content) >= BEGINNING:
            kind, _ = kind_of(bytes(content[:BEGINNING]))
            limit, known = most[kind], True
        if len(content) > limit:
            raise NotTakenError(why="size", most_kib=limit // 1024)
    if not known:
        kind, _ = kind_of(bytes(content))
        if len(content) > most[kind]:
            raise NotTakenError(why="size", most_kib=most[kind] // 1024)
    return bytes(content)


async def policy_for(session: AsyncSession, *, actor: Actor) -> tuple[Policy, str]:
    """The policy by which a person's attachments are taken, and their district."""
    person = await session.get_one(Person, actor.require_person())
    return await district_policy(session, person.district_code), person.district_code


async def made_ready(content: bytes, keeping: Keeping) -> Media:
    """Scans bytes and draws photos anew, outside any transaction. Raises NotTakenError."""
    if keeping.scan is not None and not await asyncio.to_thread(keeping.scan, content):
        raise NotTakenError(why="scan")
    return await asyncio.to_thread(harmless, content)


async def take(
    session: AsyncSession, *, actor: Actor, media: Media, keeping: Keeping, now: datetime
) -> AttachmentTaken:
    """Keeps an attachment, its uploader's alone until a request or a thread takes it. Raises TooManyRequestsError."""
    person_id = actor.require_person()
    await lock_persons(session, [person_id])
    policy, district_code = await policy_for(session, actor=actor)
    sent, first_at = await sent_since(session, Attachment, person_id, now - A_DAY)
    if sent >= policy.attachment_most_a_day:
        wait = A_DAY if first_at is None else first_at + A_DAY - now
        raise TooManyRequestsError(
            most=policy.attachment_most_a_day, retry_after_s=int(wait.total_seconds()) + 1
        )
    name = keeping.files.name_of(media.content)
    await _lock_file(session, name)
    await asyncio.to_thread(keeping.files.keep, media.content)
    attachment = Attachment(
        created_at=now,
        district_code=district_code,
        uploader_id=person_id,
        kind=media.kind,
        media_type=media.media_type,
        size=len(media.content),
        content=name,
        width=media.width,
        height=media.height,
    )
    session.add(attachment)
    await session.flush()
    said: dict[str, Value] = {"kind": media.kind, "size": attachment.size}
    deed = Deed("attachment.taken", "attachment", attachment.id, district_code, said)
    await record(session, [deed], actor=actor, now=now)
    return AttachmentTaken(**dict(attachment_view(attachment)), location=media.location)


async def readable(session: AsyncSession, *, actor: Actor, attachment_id: UUID) -> Attachment:
    """An attachment that the actor may see: their own, or of a request of which they may see it.

    Followers and volunteers see only what came with an answer. Raises NotFoundError.
    """
    attachment = await session.get(Attachment, attachment_id)
    if attachment is None:
        raise NotFoundError(what="attachment")
    if attachment.uploader_id is not None and attachment.uploader_id == actor.person_id:
        return attachment
    request = None
    if attachment.request_id is not None:
        request = await session.get(Request, attachment.request_id)
    if request is None:
        raise NotFoundError(what="attachment")
    relation = (await relations(session, actor, [request]))[request.id]
    if relation.asker or relation.works:
        return attachment
    if relation.knows and await _came_with_an_answer(session, attachment):
        return attachment
    raise NotFoundError(what="attachment")


async def _came_with_an_answer(session: AsyncSession, attachment: Attachment) -> bool:
    voice = await session.execute(
        select(col(RequestStep.voice)).where(
            col(RequestStep.request_id) == attachment.request_id,
            col(RequestStep.number) == attachment.step_number,
        )
    )
    return voice.scalar() in {Voice.owner, Voice.volunteer}


def file_of(attachment: Attachment, keeping: Keeping) -> Path:
    """Where its bytes are. Raises NotFoundError when the folder has lost them."""
    path = keeping.files.path(attachment.content)
    if not path.exists():
        raise NotFoundError(what="attachment")
    return path


async def _lock_file(session: AsyncSession, name: str) -> None:
    """Keeps others from keeping or deleting the file of this name until commit: no row ever names a file that is gone."""
    number = int.from_bytes(bytes.fromhex(name[:16]), "big", signed=True)
    await session.execute(select(func.pg_advisory_xact_lock(number)))


async def sweep_unused(database: Database, keeping: Keeping, *, now: datetime) -> int:
    """Deletes attachments that neither request nor thread took in time, with their files; returns how many."""

    async def drop(session: AsyncSession) -> list[str]:
        district = await home_district(session)
        hours = (await district_policy(session, district)).attachment_unused_hours
        rows = await session.execute(
            delete(Attachment)
            .where(
                col(Attachment.request_id).is_(None),
                col(Attachment.thread_id).is_(None),
                col(Attachment.created_at) < now - timedelta(hours=hours),
            )
            .returning(col(Attachment.content))
        )
        return list(rows.scalars())

    names = await in_transaction(database, drop)
    await forget_files(database, keeping, names)
    return len(names)


async def sweep_strays(database: Database, keeping: Keeping, *, now: datetime) -> int:
    """Deletes files that no row names, left by a process that died between file and commit; returns how many."""
    old = (now - STRAY_AFTER).timestamp()
    names = await asyncio.to_thread(keeping.files.older_than, old)
    gone = 0
    for first in range(0, len(names), A_BATCH):
        gone += await forget_files(database, keeping, names[first : first + A_BATCH])
    return gone


async def forget_files(database: Database, keeping: Keeping, names: Sequence[str]) -> int:
    """Deletes those of these files that no row names any more; returns how many."""
    gone = 0
    for name in sorted(await in_transaction(database, partial(_unnamed, names=names))):

        async def forget(session: AsyncSession, name: str = name) -> bool:
            await _lock_file(session, name)
            unnamed = bool(await _unnamed(session, names=[name]))
            if unnamed:
                await asyncio.to_thread(keeping.files.forget, name)
            return unnamed

        gone += await in_transaction(database, forget)
    return gone


async def _unnamed(session: AsyncSession, *, names: Sequence[str]) -> set[str]:
    """Which of these files no row names."""
    rows = await session.execute(
        select(col(Attachment.content)).where(col(Attachment.content).in_(names)).distinct()
    )
    return set(names) - set(rows.scalars())
