"""Identifiers. Rows are named by UUIDv7 (RFC 9562), whose order is the order of making; places by division codes."""

from datetime import datetime
from typing import NewType
from uuid import UUID

import uuid_utils.compat

PersonId = NewType("PersonId", UUID)
PointId = NewType("PointId", UUID)
ServiceId = NewType("ServiceId", UUID)
SlotId = NewType("SlotId", UUID)
BookingId = NewType("BookingId", UUID)
NoticeId = NewType("NoticeId", UUID)
DivisionCode = NewType("DivisionCode", str)

SIGNIFICANT_DIGITS = {"district": 6, "subdistrict": 9, "community": 12}
"""How many leading digits of a division's 12-digit code name it; the rest are zeros."""


def new_id() -> UUID:
    """A new UUIDv7."""
    return uuid_utils.compat.uuid7()


def code_range(code: str) -> tuple[str, str]:
    """The lowest and highest 12-digit codes within the division `code`, both inclusive.

    The national statistics code nests: 6 digits the district, 9 the sub-district, 12 the community. A prefix range
    is served by an ordinary index.
    """
    stem = code.rstrip("0")
    length = next(digits for digits in (6, 9, 12) if digits >= len(stem))
    prefix = code[:length]
    return prefix.ljust(12, "0"), prefix.ljust(12, "9")


def within(code: str, division: str) -> bool:
    """Whether the division `code` is `division` or lies in it."""
    low, high = code_range(division)
    return low <= code <= high


def first_id_at(moment: datetime) -> UUID:
    """The lowest UUIDv7 of a moment: rows that were named before it have lower ones."""
    milliseconds = max(0, int(moment.timestamp() * 1000))
    return UUID(int=(milliseconds & (2**48 - 1)) << 80)
