"""A wish that every rule grants, to be spoiled one way at a time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from models.vocabulary import Category, SlotStatus
from scheduling.policies import Policy
from scheduling.rules.booking import Engagement, SlotFacts, Wish
from scheduling.rules.windows import PriorityFacts

START = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""Tuesday, 24 November 2026, 11:00 in the district."""

SLOT = SlotFacts(
    id=UUID(int=1),
    category=Category.meals,
    start=START,
    end=START + timedelta(hours=1),
    capacity=10,
    taken=0,
    status=SlotStatus.open,
)

GRANTED = Wish(
    slot=SLOT,
    party=1,
    person=PriorityFacts(birth_date=date(1990, 1, 1), disability=False),
    engagements=(),
    policy=Policy(),
    now=START - timedelta(days=1),
)


def wish(**changes: Any) -> Wish:
    """The wish with other facts."""
    return replace(GRANTED, **changes)


def slot(**changes: Any) -> SlotFacts:
    """The slot with other facts."""
    return replace(SLOT, **changes)


def engagement(start: datetime, end: datetime, **changes: Any) -> Engagement:
    """Another booking of the attendee."""
    usual = Engagement(
        booking_id=UUID(int=21),
        slot_id=UUID(int=2),
        category=Category.culture,
        start=start,
        end=end,
        service="读书会",
        point="书香阅览室",
    )
    return replace(usual, **changes)
