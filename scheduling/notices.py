"""What is owed to people: written by use cases in their own transaction (transactional outbox), and withdrawn by them.

How it reaches people stands in `scheduling/delivery.py`; what there is to know of each kind in `scheduling/rules/kinds.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.driver import Insertion, insert_all
from models.ids import new_id
from models.shapes.bookings import BookingView
from models.tables import Notice
from models.vocabulary import Channel, NoticeKind, NoticeStatus
from scheduling.errors import Value
from scheduling.policies import Policy
from scheduling.queries.slots import SlotRow
from scheduling.rules.booking import when
from scheduling.rules.kinds import KINDS, Priority
from scheduling.rules.pacing import quiet_end

QUIET = Policy().quiet
"""The quiet hours where no policy says otherwise."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A message owed to a person. `dedupe_key` names it: owed twice, it is owed once.

    `quiet`: the local hours from which and until which it is not sent (Messages 1). `bulk`: thousands may be told the
    same at once, and what one person waits for goes first. `to`: the one address that it is for.
    """

    person_id: UUID
    kind: NoticeKind
    dedupe_key: str
    due_at: datetime
    expires_at: datetime
    data: dict[str, Value]
    district_code: str
    booking_id: UUID | None = None
    quiet: tuple[int, int] = QUIET
    bulk: bool = False
    to: tuple[Channel, str] | None = None

    def row(self, now: datetime) -> dict[str, Any]:
        """The table row."""
        kind = KINDS[self.kind]
        wakes = kind.may_wake and quiet_end(self.due_at, *self.quiet) is not None
        quiet_from, quiet_until = (None, None) if wakes else self.quiet
        channel, address = self.to or (None, None)
        return {
            "id": new_id(),
            "created_at": now,
            "district_code": self.district_code,
            "person_id": self.person_id,
            "booking_id": self.booking_id,
            "kind": self.kind,
            "dedupe_key": self.dedupe_key,
            "due_at": self.due_at,
            "expires_at": self.expires_at,
            "data": self.data,
            "status": NoticeStatus.pending,
            "attempts": 0,
            "priority": int(Priority.bulk if self.bulk else kind.priority),
            "quiet_from": quiet_from,
            "quiet_until": quiet_until,
            "channel": channel,
            "address": address,
            "next_at": None if self.to is None else self.due_at,
        }


async def owe(session: AsyncSession, notices: Sequence[Owed], *, now: datetime) -> None:
    """Writes what is owed, in one statement."""
    await insert_all(session, [owed(notices, now=now)])


def owed(notices: Sequence[Owed], *, now: datetime, behind: Sequence[UUID] = ()) -> Insertion:
    """The rows of what is owed, to be written together with others, each only with the row that it stands `behind`."""
    rows = [notice.row(now) for notice in notices]
    return Insertion(table=Notice, rows=rows, unless=("dedupe_key",), behind=behind)


async def withdraw(session: AsyncSession, *, booking_ids: Sequence[UUID], now: datetime) -> None:
    """Cancels whatever is still owed about these bookings (they were cancelled or moved)."""
    await session.execute(
        update(Notice)
        .where(col(Notice.booking_id).in_(booking_ids), col(Notice.status) == NoticeStatus.pending)
        .values(status=NoticeStatus.cancelled, finished_at=now)
    )


async def withdraw_keys(session: AsyncSession, keys: Sequence[str], *, now: datetime) -> None:
    """Cancels what is still owed under these dedupe keys."""
    await session.execute(
        update(Notice)
        .where(col(Notice.dedupe_key).in_(keys), col(Notice.status) == NoticeStatus.pending)
        .values(status=NoticeStatus.cancelled, finished_at=now)
        .execution_options(synchronize_session=False)
    )


def slot_data(slot: SlotRow) -> dict[str, Value]:
    """What every notice about a slot carries."""
    return {
        "slot_id": str(slot.slot.id),
        "service": slot.service_name,
        "category": slot.slot.category,
        "point": slot.point.name,
        "point_id": str(slot.point.id),
        "address": slot.point.address,
        "start": when(slot.slot.start),
        "end": when(slot.slot.end),
        "latitude": slot.point.latitude,
        "longitude": slot.point.longitude,
    }


def booking_data(booking: BookingView) -> dict[str, Value]:
    """What every notice about a booking carries: enough to be rendered, and no phone number."""
    return {
        "booking_id": str(booking.id),
        "code": booking.code,
        "service": booking.service.name,
        "category": booking.service.category,
        "point": booking.point.name,
        "address": booking.point.address,
        "start": when(booking.slot.start),
        "end": when(booking.slot.end),
        "party": booking.party,
        "attendee": booking.attendee.name,
        "for_self": booking.attendee.id == booking.booked_by.id,
        "latitude": booking.point.latitude,
        "longitude": booking.point.longitude,
    }
