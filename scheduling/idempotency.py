"""The first answer to a creating request, kept for its repeats (product: Booking 2).

The record is written in the transaction that does the work, so that either both are there or neither.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import IdempotencyRecord
from scheduling.errors import IdempotencyKeyInFlightError, IdempotencyKeyReusedError

KEPT = timedelta(hours=24)
"""How long an answer is kept."""


@dataclass(frozen=True, slots=True)
class Key:
    """An Idempotency-Key of one caller (`owner`), and a hash of what was asked with it."""

    owner: str
    key: str
    fingerprint: bytes

    @property
    def lock(self) -> int:
        """The number of its advisory lock."""
        digest = hashlib.blake2b(f"{self.owner}\n{self.key}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and its JSON body."""

    status: int
    body: dict[str, Any]  # JSON


async def recall(session: AsyncSession, key: Key) -> Answer | None:
    """The answer given to this key before, if any; else the key is this transaction's until it ends.

    Raises IdempotencyKeyInFlightError while another transaction holds the key, IdempotencyKeyReusedError when it was
    used for another request.
    """
    locked, fingerprint, status, body = (
        await session.execute(
            select(
                func.pg_try_advisory_xact_lock(key.lock),
                col(IdempotencyRecord.fingerprint),
                col(IdempotencyRecord.status),
                col(IdempotencyRecord.answer),
            )
            .select_from(select(1).subquery("one"))
            .outerjoin(
                IdempotencyRecord,
                (col(IdempotencyRecord.owner) == key.owner) & (col(IdempotencyRecord.key) == key.key),
            )
        )
    ).one()
    if fingerprint is not None:
        if fingerprint != key.fingerprint:
            raise IdempotencyKeyReusedError
        return Answer(status, body)
    if not locked:
        raise IdempotencyKeyInFlightError
    return None


async def remember(session: AsyncSession, key: Key, answer: Answer, *, now: datetime) -> None:
    """Keeps an answer for the repeats of its request.

    Should another one be there already, committed between the look and the lock of `recall`, it breaks the primary key:
    the transaction is repeated and finds it, and nothing is done twice.
    """
    await session.execute(
        insert(IdempotencyRecord).values(
            owner=key.owner,
            key=key.key,
            fingerprint=key.fingerprint,
            status=answer.status,
            answer=answer.body,
            created_at=now,
        )
    )


async def forget_old(session: AsyncSession, *, now: datetime) -> int:
    """Deletes answers older than a day; returns how many."""
    old = await session.execute(
        delete(IdempotencyRecord)
        .where(col(IdempotencyRecord.created_at) < now - KEPT)
        .returning(col(IdempotencyRecord.key))
    )
    return len(old.all())
