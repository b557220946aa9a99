"""The first answer to a creating request, kept for its repeats (product: Booking 2).

The record is written in the transaction that does the work, so that either both are there or neither.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.driver import Insertion, Query, Running, Statement, ask, insert_all
from models.tables import IdempotencyRecord
from scheduling.errors import DomainError, IdempotencyKeyInFlightError, IdempotencyKeyReusedError

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
    """An HTTP status and its body, JSON as it was sent."""

    status: int
    body: str


async def recall(session: AsyncSession, key: Key) -> Answer | None:
    """The answer given to this key before, if any; else the key is this transaction's until it ends.

    Raises IdempotencyKeyInFlightError while another transaction holds the key, IdempotencyKeyReusedError when it was
    used for another request.
    """
    (known,) = await recall_many(session, [key])
    if isinstance(known, DomainError):
        raise known
    return known


async def recall_many(running: Running, keys: Sequence[Key]) -> list[Answer | DomainError | None]:
    """What `recall` would answer to each of several different keys, its errors among it."""
    return await ask(running, recalling(keys))


def recalling(keys: Sequence[Key]) -> Query[list[Answer | DomainError | None]]:
    """The query of `recall_many`."""
    values = {
        "owners": [key.owner for key in keys],
        "keys": [key.key for key in keys],
        "locks": [key.lock for key in keys],
    }
    return Query(
        _RECALL,
        values,
        lambda rows: [
            _known(key, locked, fingerprint, Answer(status or 0, body or ""))
            for key, (locked, fingerprint, status, body) in zip(keys, rows, strict=True)
        ],
    )


def _known(key: Key, locked: bool, fingerprint: bytes | None, answer: Answer) -> Answer | DomainError | None:
    if fingerprint is not None:
        return answer if fingerprint == key.fingerprint else IdempotencyKeyReusedError()
    return None if locked else IdempotencyKeyInFlightError()


_RECALL = Statement(
    text(
        """
        SELECT pg_try_advisory_xact_lock(asked.lock), known.fingerprint, known.status, CAST(known.answer AS text)
        FROM unnest(CAST(:owners AS text[]), CAST(:keys AS text[]), CAST(:locks AS bigint[])) WITH ORDINALITY
            AS asked (owner, key, lock, place)
        LEFT JOIN LATERAL (
            SELECT fingerprint, status, answer FROM idempotency_record AS record
            WHERE record.owner = asked.owner AND record.key = asked.key LIMIT 1
        ) AS known ON true
        ORDER BY asked.place
        """
    )
)


async def remember(session: AsyncSession, key: Key, answer: Answer, *, now: datetime) -> None:
    """Keeps an answer for the repeats of its request.

    Should another one be there already, committed between the look and the lock of `recall`, it breaks the primary key:
    the transaction is repeated and finds it, and nothing is done twice.
    """
    await insert_all(session, [remembered([(key, answer)], now=now)])


def remembered(
    answers: Sequence[tuple[Key, Answer]], *, now: datetime, behind: Sequence[UUID] = ()
) -> Insertion:
    """The rows of answers, to be written together with others, each only with the row that it stands `behind`."""
    rows = [
        {
            "owner": key.owner,
            "key": key.key,
            "fingerprint": key.fingerprint,
            "status": answer.status,
            "answer": answer.body,
            "created_at": now,
        }
        for key, answer in answers
    ]
    return Insertion(table=IdempotencyRecord, rows=rows, written="answer", behind=behind)


async def forget_old(session: AsyncSession, *, now: datetime) -> int:
    """Deletes answers older than a day; returns how many."""
    old = await session.execute(
        delete(IdempotencyRecord)
        .where(col(IdempotencyRecord.created_at) < now - KEPT)
        .returning(col(IdempotencyRecord.key))
    )
    return len(old.all())
