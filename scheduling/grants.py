"""Orders, and what becomes of one that the rules allow: its rows, its answer, its reminders."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from models.shapes.base import Named, local_day, said
from models.shapes.bookings import BookingOrder, BookingView
from models.shapes.places import ServiceBrief
from models.vocabulary import BookingSource, BookingStatus, NoticeKind
from scheduling import notices
from scheduling.actors import Actor
from scheduling.audit import Deed
from scheduling.locks import LockedPerson
from scheduling.policies import Policy
from scheduling.queries.household import key_for
from scheduling.queries.slots import SlotRow
from scheduling.reminders import left_to_sweep, owed_reminders
from scheduling.rules.booking import Engagement, Terms
from scheduling.rules.questions import Answer
from scheduling.rules.waiting import told_at
from scheduling.rules.windows import free_cancel_until, kept_until

CODE_DIGITS = 6

SOURCES: Mapping[Terms, BookingSource] = {
    Terms.order: BookingSource.order,
    Terms.offer: BookingSource.waitlist,
    Terms.series: BookingSource.series,
    Terms.walk_in: BookingSource.walk_in,
}


TOLD_ALONE = frozenset({Terms.order, Terms.offer})
"""Orders of which those who did not see the answer are told one by one."""


@dataclass(frozen=True, slots=True)
class Order:
    """An order, who places it, and on which terms.

    `vouched`: whoever calls has made sure that the actor may book for the attendee (staff at their point).
    """

    actor: Actor
    wanted: BookingOrder
    terms: Terms = Terms.order
    series_id: UUID | None = None
    vouched: bool = False

    @property
    def attendee_id(self) -> UUID:
        """For whom it is."""
        return self.wanted.attendee_id or self.actor.require_person()

    @property
    def people(self) -> tuple[UUID, UUID]:
        """Who places it, and for whom."""
        return self.actor.require_person(), self.attendee_id


def new_code() -> str:
    """A random code to say at the door. Unique per point and day by constraint; whoever draws one that is taken draws again."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """An order that the rules allow, on its way into the tables."""

    id: UUID
    order: Order
    attendee: LockedPerson
    booker: LockedPerson
    slot: SlotRow
    policy: Policy
    code: str
    answers: dict[str, Answer]
    told: tuple[UUID, ...]
    """Who is reminded."""
    now: datetime
    """When it was granted."""

    def engagement(self) -> Engagement:
        """For the judgement of the orders after it."""
        facts = self.slot.slot
        return Engagement(
            booking_id=self.id,
            slot_id=facts.id,
            category=facts.category,
            start=facts.start,
            end=facts.end,
            service=self.slot.service_name,
            point=self.slot.point.name,
            of_series=self.order.series_id is not None,
        )

    def row(self) -> dict[str, Any]:
        """The booking's table row."""
        return {
            "id": self.id,
            "created_at": self.now,
            "attendee_id": self.attendee.id,
            "attendee_number": self.attendee.number,
            "booked_by_id": self.booker.id,
            "code": self.code,
            "party": self.order.wanted.party,
            "status": BookingStatus.confirmed,
            "note": self.order.wanted.note,
            "answers": self.answers,
            "source": SOURCES[self.order.terms],
            "series_id": self.order.series_id,
            "late_cancel": False,
            "sequence": 0,
            **slot_columns(self.slot),
            "slot_id": self.slot.slot.id,
            "district_code": self.slot.district_code,
        }

    def view(self) -> BookingView:
        """What the API answers, without asking the database again."""
        slot, wanted = self.slot, self.order.wanted
        return BookingView(
            id=self.id,
            code=self.code,
            status=BookingStatus.confirmed,
            party=wanted.party,
            slot=slot.view(self.policy),
            point=slot.point,
            service=ServiceBrief(id=slot.service_id, name=slot.service_name, category=slot.slot.category),
            attendee=Named(id=self.attendee.id, name=self.attendee.name),
            booked_by=Named(id=self.booker.id, name=self.booker.name),
            note=wanted.note,
            answers=self.answers,
            series_id=self.order.series_id,
            queue_number=None,
            free_cancel_until=free_cancel_until(slot.slot.start, self.policy),
            arrival=None,
            kept_until=kept_until(slot.slot.start, slot.slot.end, self.policy, late=False),
            stars=None,
            created_at=self.now,
            checked_in_at=None,
            cancelled_at=None,
            late_cancel=False,
            demo=slot.demo,
        )

    def answer(self) -> str:
        """What `view` says, as JSON. Byte for byte the same (`tests/scheduling/test_grants.py`), in a tenth of the time."""
        slot, wanted = self.slot, self.order.wanted
        document = {
            "id": self.id,
            "code": self.code,
            "status": BookingStatus.confirmed,
            "party": wanted.party,
            "slot": slot.document(self.policy),
            "point": slot.point.written,
            "service": {"id": slot.service_id, "name": slot.service_name, "category": slot.slot.category},
            "attendee": {"id": self.attendee.id, "name": self.attendee.name},
            "booked_by": {"id": self.booker.id, "name": self.booker.name},
            "note": wanted.note,
            "answers": self.answers,
            "series_id": self.order.series_id,
            "queue_number": None,
            "free_cancel_until": said(free_cancel_until(slot.slot.start, self.policy)),
            "arrival": None,
            "kept_until": said(kept_until(slot.slot.start, slot.slot.end, self.policy, late=False)),
            "stars": None,
            "created_at": said(self.now),
            "checked_in_at": None,
            "cancelled_at": None,
            "late_cancel": False,
            "demo": slot.demo,
        }
        return orjson.dumps(document, str).decode()  # the driver's UUIDs are a type of its own

    def owed(self) -> list[notices.Owed]:
        """What is owed about it from now on: the news to whom has not seen the answer, and the reminders, where they are
        not left to the sweep.
        """
        others = [person_id for person_id in self.told if person_id != self.order.actor.person_id]
        if not others and left_to_sweep(self.slot, self.policy, self.now):
            return []
        view = self.view()
        return [
            *self._confirmations(view, others),
            *owed_reminders(view, self.slot, self.policy, told=self.told, sequence=0, now=self.now),
        ]

    def _confirmations(self, view: BookingView, others: Sequence[UUID]) -> list[notices.Owed]:
        """To the relative, or to whom staff booked for. Who ordered has the answer; a series tells of itself as a whole,
        and who stands at the door knows.
        """
        due = told_at(self.now, self.policy)
        if self.order.terms not in TOLD_ALONE or due >= view.slot.start:
            return []
        data = {**notices.booking_data(view), "by": view.booked_by.name}
        kind = NoticeKind.booking_confirmed
        return [
            notices.Owed(
                person_id=person_id,
                kind=kind,
                dedupe_key=key_for(f"{kind}:{view.id}", person_id, view.booked_by.id),
                due_at=due,
                expires_at=view.slot.start,
                data={**data, "for_self": person_id == view.attendee.id},
                district_code=self.slot.district_code,
                booking_id=view.id,
                quiet=self.policy.quiet,
            )
            for person_id in others
        ]

    def deed(self) -> Deed:
        """The audit row."""
        return Deed(
            "booking.made",
            "booking",
            self.id,
            self.slot.district_code,
            {
                "slot_id": str(self.slot.slot.id),
                "party": self.order.wanted.party,
                "for": str(self.attendee.id),
                "terms": self.order.terms,
            },
            self.order.actor,
        )


def slot_columns(slot: SlotRow) -> dict[str, Any]:
    """The columns of a booking that repeat its slot's."""
    return {
        "service_id": slot.service_id,
        "point_id": slot.point.id,
        "category": slot.slot.category,
        "start": slot.slot.start,
        "end": slot.slot.end,
        "day": local_day(slot.slot.start),
    }
