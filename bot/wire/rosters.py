"""Shifts, places on them, and what is asked about them, as the bot sees them."""

from datetime import date, datetime, time
from uuid import UUID

from bot.wire.base import Named, View
from bot.wire.places import PointBrief
from bot.wire.problems import Reason


class Shift(View):
    """A time at a point that needs volunteers; `free` places are left. Where `direct` is false the point confirms."""

    id: UUID
    point: PointBrief
    start: datetime
    end: datetime
    title: str
    note: str
    needed: int
    free: int
    required_skills: tuple[str, ...]
    minimum_age: int | None = None
    direct: bool
    leader: Named | None = None
    status: str
    distance_m: float | None = None
    demo: bool


class Recurrence(View):
    """A recurring shift: an RFC 5545 recurrence with local times, until a day."""

    id: UUID
    title: str
    point: Named
    rrule: str
    start_time: time
    end_time: time
    valid_until: date


class OwnPlace(View):
    """What the person has on a shift already: a signup, or a place in its queue."""

    id: UUID
    status: str


class OwnTurn(OwnPlace):
    """The person's place in a queue."""


class ShiftForMe(Shift):
    """A shift, everything that speaks against signing up, and what the person is to it already."""

    reasons: tuple[Reason, ...]
    signup: OwnPlace | None = None
    wait: OwnTurn | None = None
    ask_id: UUID | None = None
    can_wait: bool
    template: Recurrence | None = None


class Signup(View):
    """A volunteer's place on a shift."""

    id: UUID
    status: str
    shift: Shift
    person: Named
    team: Named | None = None
    answer_by: datetime | None = None
    reason: str
    late_from: datetime
    check_in_from: datetime
    check_out_until: datetime
    checked_in_at: datetime | None = None
    checked_out_at: datetime | None = None
    minutes: int | None = None
    verified_at: datetime | None = None


class Signups(View):
    """The signups that came of one order."""

    signups: tuple[Signup, ...]


class ShiftWait(View):
    """A place in the queue for a shift; with `expires_at` a place is held until then."""

    id: UUID
    status: str
    shift: Shift
    ahead: int
    expires_at: datetime | None = None


class Ask(View):
    """A question whether one can come; `stand_in_for` says in whose place."""

    id: UUID
    status: str
    shift: Shift
    stand_in_for: Named | None = None


class Swap(View):
    """A proposed exchange: `mine` is the place of who proposed it, `theirs` that of who is asked."""

    id: UUID
    status: str
    mine: Signup
    theirs: Signup
    proposed_by: Named
    asked: Named


class StandingRefusal(View):
    """A shift on which a standing place could not be given, and the codes of why."""

    start: datetime
    reasons: tuple[str, ...]


class StandingPlace(View):
    """A place on every shift of a recurrence until a day; `signed_up` are the shifts that it holds already."""

    id: UUID
    template: Recurrence
    until: date
    signed_up: tuple[UUID, ...]
    refused: tuple[StandingRefusal, ...]


class Roster(View):
    """All that a volunteer has ahead, and all that waits for their answer."""

    signups: tuple[Signup, ...]
    waits: tuple[ShiftWait, ...]
    asks: tuple[Ask, ...]
    swaps: tuple[Swap, ...]
    standing: tuple[StandingPlace, ...]


class Scanned(View):
    """What a code shown at the point was for (`in` or `out`), and the signup after it."""

    way: str
    signup: Signup


class CalendarAddress(View):
    """The address under which a calendar program finds one's shifts."""

    shifts_url: str


class SignupRefusal(View):
    """What a refusal to sign up carries besides its reasons: shifts that the person can take."""

    shifts: tuple[Shift, ...] = ()
