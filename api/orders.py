"""Orders for places, gathered: those of many people are decided upon in one transaction (docs/decisions/0014)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.gathering import Gatherer, Turn
from models.database import Database, in_driver_transaction
from models.driver import Driver, Insertion, ask_together
from models.shapes.bookings import BookingOrder
from scheduling.actors import Actor
from scheduling.bookings import grant_together
from scheduling.errors import DomainError, IdempotencyKeyInFlightError, SignInRequiredError
from scheduling.grants import Granted
from scheduling.idempotency import Answer, Key, recalling, remembered
from scheduling.locks import locking_persons
from scheduling.signing_in import Identity, naming


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for places: who asks, for what, under which Idempotency-Key, and when."""

    identity: Identity
    wanted: BookingOrder
    key: Key | None
    now: datetime


class Orders:
    """Where requests for places queue."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._gatherer: Gatherer[Ask, Answer] = Gatherer(self._decide, lane_of=_slot_wanted)

    async def place(self, ask: Ask) -> Answer:
        """The answer, committed; or the one that the key got before.

        Raises SignInRequiredError, NotFoundError, BookingRefusedError without alternatives, the errors of
        Idempotency-Keys, BusyError.
        """
        return await self._gatherer.ask(ask)

    async def finish(self) -> None:
        """Waits until everything asked is decided upon."""
        await self._gatherer.finish()

    async def _decide(self, asks: Sequence[Ask], turn: Turn) -> list[Answer | Exception]:
        async def work(driver: Driver) -> list[Answer | Exception]:
            return await decide(driver, asks, turn)

        return await in_driver_transaction(self._database, work)


def _slot_wanted(ask: Ask) -> UUID:
    return ask.wanted.slot_id


async def decide(driver: Driver, asks: Sequence[Ask], turn: Turn) -> list[Answer | Exception]:
    """One outcome for each ask, in their sequence. A refusal is not kept yet: its alternatives are still to be found."""
    # When the last of them came, the others were there already.
    now = max(ask.now for ask in asks)
    outcomes, keys = _keys(asks)
    known, actors, people = await ask_together(
        driver,
        recalling([key for _, key in keys]),
        naming([ask.identity for ask in asks]),
        locking_persons(_people(asks), wait=turn.waits),
    )
    await turn.comes()
    outcomes |= {place: answer for (place, _), answer in zip(keys, known, strict=True) if answer is not None}
    open_: list[int] = []
    wanted: list[tuple[Actor, BookingOrder]] = []
    for place, (ask, actor) in enumerate(zip(asks, actors, strict=True)):
        if isinstance(actor, SignInRequiredError):
            outcomes.setdefault(place, actor)
        elif place not in outcomes:
            open_.append(place)
            wanted.append((actor, ask.wanted))

    def kept(granted: Mapping[int, Granted]) -> list[Insertion]:
        answers: list[tuple[Key, Answer]] = []
        behind: list[UUID] = []
        for number, grant in granted.items():
            place = open_[number]
            answer = outcomes[place] = Answer(201, grant.answer())
            if (key := asks[place].key) is not None:
                answers.append((key, answer))
                behind.append(grant.id)
        return [remembered(answers, now=now, behind=behind)]

    judged = await grant_together(driver, wanted, now=now, wait=turn.waits, people=people, also=kept)
    outcomes |= {
        place: outcome
        for place, outcome in zip(open_, judged, strict=True)
        if isinstance(outcome, DomainError)
    }
    return [outcomes[place] for place in range(len(asks))]


def _keys(asks: Sequence[Ask]) -> tuple[dict[int, Answer | Exception], list[tuple[int, Key]]]:
    """The Idempotency-Keys of asks with their places. A key that comes twice at once is in flight the second time."""
    first: dict[int, tuple[int, Key]] = {}
    twice: dict[int, Answer | Exception] = {}
    for place, ask in enumerate(asks):
        if ask.key is None:
            continue
        if ask.key.lock in first:
            twice[place] = IdempotencyKeyInFlightError()
        else:
            first[ask.key.lock] = place, ask.key
    return twice, list(first.values())


def _people(asks: Sequence[Ask]) -> set[UUID]:
    return {ask.identity.person_id for ask in asks} | {
        ask.wanted.attendee_id for ask in asks if ask.wanted.attendee_id is not None
    }
