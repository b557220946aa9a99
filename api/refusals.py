"""Refused orders, gathered: the alternatives for many are found in one transaction (product: Booking 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from api.gathering import Gatherer, Turn
from api.problems import domain_problem
from models.database import Database, in_transaction
from models.driver import insert_all
from models.shapes.bookings import BookingOrder
from models.vocabulary import Language
from scheduling.alternatives import propose_many
from scheduling.errors import BookingRefusedError, DomainError, IdempotencyKeyInFlightError
from scheduling.idempotency import Answer, Key, recall_many, remembered


@dataclass(frozen=True, slots=True)
class Refused:
    """An order of somebody for themselves or a relative, and why it cannot be had."""

    attendee_id: UUID
    wanted: BookingOrder
    key: Key | None
    language: Language
    now: datetime
    refusal: BookingRefusedError


class Refusals:
    """Where refused orders queue for their alternatives."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # Nothing is locked but keys, so nobody meets a lock of another's; a flush for each core's worth of work.
        self._gatherer: Gatherer[Refused, Answer] = Gatherer(self._say, lane_of=id)

    async def say(self, refused: Refused) -> Answer:
        """The refusal with its alternatives, kept under its key; or the answer that the key got meanwhile.

        Raises the errors of Idempotency-Keys, BusyError.
        """
        return await self._gatherer.ask(refused)

    async def _say(self, refused: Sequence[Refused], _: Turn) -> list[Answer | Exception]:
        async def work(session: AsyncSession) -> list[Answer | Exception]:
            return await said(session, refused)

        return await in_transaction(self._database, work)


async def said(session: AsyncSession, refused: Sequence[Refused]) -> list[Answer | Exception]:
    """One answer for each, in their sequence."""
    outcomes: dict[int, Answer | Exception] = {}
    keys: dict[int, Key] = {}
    for place, each in enumerate(refused):
        if each.key is not None and each.key in keys.values():
            outcomes[place] = IdempotencyKeyInFlightError()
        elif each.key is not None:
            keys[place] = each.key
    known: Sequence[Answer | DomainError | None] = await recall_many(session, list(keys.values()))
    outcomes |= {place: answer for place, answer in zip(keys, known, strict=True) if answer is not None}
    open_ = [place for place in range(len(refused)) if place not in outcomes]
    found = await propose_many(
        session,
        [(refused[place].attendee_id, refused[place].wanted) for place in open_],
        now=max(each.now for each in refused),
    )
    answers: list[tuple[Key, Answer]] = []
    for place, alternatives in zip(open_, found, strict=True):
        each = refused[place]
        problem = domain_problem(BookingRefusedError(each.refusal.reasons, alternatives), each.language)
        answer = outcomes[place] = Answer(problem.status_code, bytes(problem.body).decode())
        if each.key is not None:
            answers.append((each.key, answer))
    await insert_all(session, [remembered(answers, now=max(each.now for each in refused))])
    return [outcomes[place] for place in range(len(refused))]
