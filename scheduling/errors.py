"""What can go wrong, as a tree of errors with a stable code and data. `api/problems.py` gives each its HTTP status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from models.shapes.bookings import AffectedBooking, Alternative
from models.shapes.rosters import ShiftView

Value = str | int | float | bool | None | Mapping[str, "Value"] | Sequence["Value"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a refusal: a stable code, and what a client needs to say it well (JSON values)."""

    code: str
    data: Mapping[str, Value] = field(default_factory=dict)


class DomainError(Exception):
    """Root of all refusals. `code` is stable; `data` are JSON values for the client."""

    code: ClassVar[str]

    def __init__(self, **data: Value) -> None:
        super().__init__(self.code)
        self.data: Mapping[str, Value] = data


class InvalidInputError(DomainError):
    """The request is well-formed but cannot mean anything: `field` says which part, `detail` why."""

    code = "invalid-input"


class SignInRequiredError(DomainError):
    """No credential, or one that does not hold (any more)."""

    code = "sign-in-required"


class SignInFailedError(DomainError):
    """Name and password do not belong together."""

    code = "sign-in-failed"


class TooManySignInsError(DomainError):
    """Too many failed sign-ins; `retry_after_s` says how long to wait."""

    code = "too-many-sign-ins"


class TooManyTriesError(DomainError):
    """Too many wrong codes; `retry_after_s` says how long to wait."""

    code = "too-many-tries"


class TooManyRequestsError(DomainError):
    """A person has sent as many requests or attachments as one may within a day; `most` is how many, `retry_after_s` says
    how long to wait.
    """

    code = "too-many-requests"


class NotTakenError(DomainError):
    """An attachment is none of those that are taken; `why` says what is wrong with it: `type`, `size`, `damaged`, `scan`."""

    code = "attachment-not-taken"


class TooManyMessagesError(DomainError):
    """So many messages may be written within a time; `retry_after_s` says how long to wait."""

    code = "too-many-messages"


class TooManyCodesError(DomainError):
    """Too many codes were asked for; `retry_after_s` says how long to wait."""

    code = "too-many-codes"


class NotFoundError(DomainError):
    """There is no such thing, or none that the actor may know of; `what` says of which kind."""

    code = "not-found"


class ForbiddenError(DomainError):
    """The actor may see this but not do that to it."""

    code = "forbidden"


class ConsentWithdrawnError(DomainError):
    """The person took back what they had agreed to, and this needs it; nothing was done. `purpose` is what it was for,
    `person_id` whose it is: the actor's own, or that of somebody for whom they act.
    """

    code = "consent-withdrawn"


class BookingRefusedError(DomainError):
    """A booking rule says no. Carries every reason at once and what is possible instead."""

    code = "booking-refused"

    def __init__(self, reasons: Sequence[Reason], alternatives: Sequence[Alternative] = ()) -> None:
        super().__init__()
        self.reasons = tuple(reasons)
        self.alternatives = tuple(alternatives)


class SignupRefusedError(DomainError):
    """A rule says no to a place on a shift. Carries every reason at once and shifts that the person can take."""

    code = "signup-refused"

    def __init__(self, reasons: Sequence[Reason], shifts: Sequence[ShiftView] = ()) -> None:
        super().__init__()
        self.reasons = tuple(reasons)
        self.shifts = tuple(shifts)


class ActionRefusedError(DomainError):
    """A rule says no to something done to what exists (cancelling a booking, checking in, withdrawing)."""

    code = "action-refused"

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__()
        self.reasons = tuple(reasons)


class CapacityBelowTakenError(DomainError):
    """The new capacity is below what is taken, and nobody said what becomes of those affected (Booking 8)."""

    code = "capacity-below-taken"

    def __init__(self, taken: int, affected: Sequence[AffectedBooking]) -> None:
        super().__init__(taken=taken)
        self.affected = tuple(affected)


class StaleVersionError(DomainError):
    """Somebody else changed it since; `version` is the present one."""

    code = "stale-version"


class VersionRequiredError(DomainError):
    """Edits by managers must say which version they saw (If-Match)."""

    code = "version-required"


class IdempotencyKeyReusedError(DomainError):
    """The same Idempotency-Key came with another request."""

    code = "idempotency-key-reused"


class IdempotencyKeyInFlightError(DomainError):
    """The first request with this Idempotency-Key is still being answered."""

    code = "idempotency-key-in-flight"


class BusyError(DomainError):
    """The database is too busy or away just now; nothing was done; repeat after `retry_after_s`."""

    code = "busy"


class ContendedError(BusyError):
    """Somebody else is deciding upon a person or slot of this order; nothing was done, and nobody waited."""


def all_codes() -> set[str]:
    """Codes of every error below DomainError."""
    found: set[str] = set()
    waiting: list[type[DomainError]] = [DomainError]
    while waiting:
        for child in waiting.pop().__subclasses__():
            found.add(child.code)
            waiting.append(child)
    return found
