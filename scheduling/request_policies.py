"""The numbers of the product's rules for requests, as fields of the policy (`scheduling/policies.py`).

They hold for the district as a whole. The rules themselves stand in `governance/rules/`.
"""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class RequestPolicy(BaseModel):
    """The part of a policy that requests go by (product: Requests). Defaults are the product's."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    request_acknowledge_days: Annotated[int, Field(ge=1, le=60)] = 1
    """Requests 1: its owner acknowledges a request within so many working days."""
    request_resolve_days: Annotated[int, Field(ge=1, le=250)] = 7
    """Requests 1: it is resolved within so many working days."""
    request_climb_days: Annotated[int, Field(ge=1, le=60)] = 1
    """Requests 1: when overdue it climbs one level, and the next one has so many working days before it climbs again."""
    request_due_hour: Annotated[int, Field(ge=8, le=23)] = 18
    """Requests 1: at this local hour of its last working day something falls due."""
    request_warn_hours: Annotated[int, Field(ge=1, le=100)] = 6
    """Requests 1: the owner is warned so long before something falls due."""
    request_reopen_days: Annotated[int, Field(ge=1, le=365)] = 7
    """Requests 2: so many days after the answer it can be reopened; then it closes by itself."""
    request_most_a_day: Annotated[int, Field(ge=1, le=1000)] = 5
    """So many requests one person may send within 24 hours."""
    request_same_metres: Annotated[int, Field(ge=1, le=10_000)] = 100
    """Up to so many metres apart requests are near each other, and may be one."""
    request_same_hours: Annotated[int, Field(ge=1, le=10_000)] = 72
    """Sent within so many hours they may be one."""
    request_same_percent: Annotated[int, Field(ge=1, le=100)] = 20
    """How much of the shorter one's words both must share to be one, in percent."""
    wish_unclaimed_days: Annotated[int, Field(ge=1, le=365)] = 14
    """A published wish that no volunteer claims within so many days goes back to its owner."""
    wish_fulfil_days: Annotated[int, Field(ge=1, le=365)] = 14
    """A volunteer has so many days to fulfil a wish before others may claim it."""
    wish_claims: Annotated[int, Field(ge=1, le=100)] = 3
    """So many wishes one volunteer may have in hand at a time."""
    attachment_image_kib: Annotated[int, Field(ge=64, le=20_480)] = 10_240
    """The largest photo taken, in KiB."""
    attachment_voice_kib: Annotated[int, Field(ge=64, le=20_480)] = 5_120
    """The largest voice note taken, in KiB."""
    attachment_most: Annotated[int, Field(ge=1, le=50)] = 6
    """So many attachments one request or one step of it may have."""
    attachment_most_a_day: Annotated[int, Field(ge=1, le=1000)] = 30
    """So many attachments one person may send within 24 hours."""
    attachment_unused_hours: Annotated[int, Field(ge=1, le=1000)] = 24
    """An attachment that no request has taken after so many hours is deleted."""

    @property
    def request_warn(self) -> timedelta:
        """How long before something falls due its owner is warned."""
        return timedelta(hours=self.request_warn_hours)

    @property
    def request_reopen(self) -> timedelta:
        """Until how long after the answer a request can be reopened."""
        return timedelta(days=self.request_reopen_days)
