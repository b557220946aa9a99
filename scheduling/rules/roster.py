"""Whether a volunteer can take a place on a shift. Each checker is a small function that returns a reason or none; a
refusal carries all of them at once (product: Volunteers 1). Pure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from models.shapes.base import local_day
from models.vocabulary import ShiftStatus
from scheduling.errors import Reason, Value
from scheduling.policies import Policy
from scheduling.rules.booking import when
from scheduling.rules.windows import age_on


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """The shift that is wanted, as locked.

    `experienced` and `first_timers` count who has a place on it; `led`: somebody of the point is there anyway.
    """

    id: UUID
    point_id: UUID
    start: datetime
    end: datetime
    role: str
    needed: int
    minimum: int
    taken: int
    status: ShiftStatus
    published_at: datetime | None
    required_skills: tuple[str, ...] = ()
    minimum_age: int | None = None
    direct: bool = True
    buddy_places: int = 1
    led: bool = False
    experienced: int = 0
    first_timers: int = 0

    @property
    def free(self) -> int:
        """Places that nobody has or holds."""
        return max(0, self.needed - self.taken)


@dataclass(frozen=True, slots=True)
class Duty:
    """A place that a volunteer has on another shift. `new_until`: until when it counts against the release's cap."""

    signup_id: UUID
    shift_id: UUID
    point_id: UUID
    start: datetime
    end: datetime
    rest_until: datetime
    point: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class VolunteerFacts:
    """Who wants it. `certified` says until which day each verified skill holds (none: for good); `served` counts shifts
    that they came to. `group` is how many volunteers their organisation has, 0 without one.
    """

    person_id: UUID
    birth_date: date | None
    guardian_agreed: bool
    certified: Mapping[str, date | None]
    served: int
    suspended_until: datetime | None
    group: int
    duties: Sequence[Duty] = ()
    withdrawn: bool = False
    """Whether they took back that their shifts may be planned."""

    @property
    def first_timer(self) -> bool:
        """Whether they have never come to a shift."""
        return self.served == 0


class Claim(StrEnum):
    """Under which terms a place is asked for.

    `own`: of one's own accord. `standing`: a standing place, taken when the shift is published. `asked`: an answer to an
    ask or to a call for a stand-in. `offered`: a place that was held from the waitlist. `waiting`: a place in the queue.
    `proposed`: by the manager. `swapped`: in exchange for another.
    """

    own = "own"
    standing = "standing"
    asked = "asked"
    offered = "offered"
    waiting = "waiting"
    proposed = "proposed"
    swapped = "swapped"


@dataclass(frozen=True, slots=True)
class ShiftWish:
    """Everything that the rules look at. `party` is how many people of a team come together, `novices` how many of them
    have never come before.
    """

    shift: ShiftFacts
    volunteer: VolunteerFacts
    policy: Policy
    now: datetime
    claim: Claim = Claim.own
    party: int = 1
    veterans: int = 0
    novices: int = 0

    @property
    def rest_until(self) -> datetime:
        """When the rest after this shift would be over."""
        return self.shift.end + self.policy.rest


Checker = Callable[[ShiftWish], Reason | None]
HOLDS_A_PLACE = {Claim.offered, Claim.swapped}
FREE_OF_RELEASE = {Claim.standing, Claim.asked, Claim.offered, Claim.proposed, Claim.swapped}
OF_ONE_S_OWN = {Claim.own, Claim.waiting}
UNTIL_THE_START = {Claim.asked, Claim.offered, Claim.swapped, Claim.waiting}


def shift_is_open(wish: ShiftWish) -> Reason | None:
    """A shift that was cancelled, or not published yet, takes nobody."""
    if wish.shift.status is ShiftStatus.published:
        return None
    return Reason("shift-not-open", {"status": wish.shift.status})


def released_at(published_at: datetime, group: int, policy: Policy) -> datetime:
    """When a shift opens for somebody of an organisation of that size: small ones first, then larger ones, so that the
    quick do not take all.
    """
    stage = 0 if group <= policy.release_small_group else 1 if group <= policy.release_middle_group else 2
    return published_at + stage * timedelta(hours=policy.release_stage_hours)


def release_has_come(wish: ShiftWish) -> Reason | None:
    """Volunteers 1: smaller groups first, then all."""
    if wish.claim in FREE_OF_RELEASE or wish.shift.published_at is None:
        return None
    opens = released_at(wish.shift.published_at, wish.volunteer.group, wish.policy)
    return Reason("not-yet-released", {"opens_at": when(opens)}) if wish.now < opens else None


def release_cap_holds(wish: ShiftWish) -> Reason | None:
    """Volunteers 1: while shifts of a point are new, nobody takes more than a few of them."""
    published = wish.shift.published_at
    if wish.claim in FREE_OF_RELEASE or published is None:
        return None
    new_until = published + timedelta(hours=wish.policy.release_cap_hours)
    if wish.now >= new_until:
        return None
    new = [
        duty
        for duty in wish.volunteer.duties
        if duty.point_id == wish.shift.point_id
        and duty.published_at is not None
        and duty.published_at + timedelta(hours=wish.policy.release_cap_hours) > wish.now
    ]
    if len(new) >= wish.policy.release_cap:
        return Reason("release-cap", {"limit": wish.policy.release_cap, "until": when(new_until)})
    return None


def deadline_has_not_passed(wish: ShiftWish) -> Reason | None:
    """Volunteers 1: sign-up closes before the start; who was asked or offered a place has until it begins."""
    if wish.now >= wish.shift.start:
        return Reason("shift-started", {"start": when(wish.shift.start)})
    closes = wish.shift.start - timedelta(minutes=wish.policy.signup_closes_minutes)
    if wish.claim not in UNTIL_THE_START and wish.now > closes:
        return Reason("signup-closed", {"closed_at": when(closes)})
    return None


def not_on_it_already(wish: ShiftWish) -> Reason | None:
    """Volunteers 1: nobody is on a shift twice."""
    on = [duty for duty in wish.volunteer.duties if duty.shift_id == wish.shift.id]
    return Reason("already-on-it", {"signup_id": str(on[0].signup_id)}) if on else None


def places_are_free(wish: ShiftWish) -> Reason | None:
    """Volunteers 1: never more than are needed."""
    if wish.claim in HOLDS_A_PLACE or wish.claim is Claim.waiting:
        return None
    if wish.party > wish.shift.free:
        return Reason("shift-full", {"free": wish.shift.free, "party": wish.party})
    return None


def _named(duty: Duty) -> dict[str, Value]:
    return {
        "signup_id": str(duty.signup_id),
        "point": duty.point,
        "start": when(duty.start),
        "end": when(duty.end),
    }


def _others(wish: ShiftWish) -> list[Duty]:
    return [duty for duty in wish.volunteer.duties if duty.shift_id != wish.shift.id]


def time_is_free(wish: ShiftWish) -> Reason | None:
    """Volunteers 1: nobody is on two shifts at once; the clash is named."""
    for duty in _others(wish):
        if duty.start < wish.shift.end and wish.shift.start < duty.end:
            return Reason("overlapping-shift", {"clash": _named(duty)})
    return None


def is_rested(wish: ShiftWish) -> Reason | None:
    """Volunteers 1: there is a rest between two shifts, the one that the earlier shift's point asks for."""
    for duty in _others(wish):
        overlaps = duty.start < wish.shift.end and wish.shift.start < duty.end
        if not overlaps and duty.start < wish.rest_until and wish.shift.start < duty.rest_until:
            return Reason("too-little-rest", {"hours": wish.policy.rest_hours, "clash": _named(duty)})
    return None


def monday_of(day: date) -> date:
    """The first day of the week that a day lies in."""
    return day - timedelta(days=day.weekday())


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes."""
    return int((end - start).total_seconds() // 60)


def week_has_room(wish: ShiftWish) -> Reason | None:
    """Volunteers 1: nobody serves more than so many hours in a week."""
    week = monday_of(local_day(wish.shift.start))
    served = sum(
        minutes_between(duty.start, duty.end)
        for duty in _others(wish)
        if monday_of(local_day(duty.start)) == week
    )
    limit = wish.policy.week_hours * 60
    if served + minutes_between(wish.shift.start, wish.shift.end) > limit:
        return Reason("week-is-full", {"hours": wish.policy.week_hours, "minutes_so_far": served})
    return None


def age_then(wish: ShiftWish) -> int | None:
    """How old the volunteer is on the day of the shift, where their birth date is known."""
    if wish.volunteer.birth_date is None:
        return None
    return age_on(wish.volunteer.birth_date, local_day(wish.shift.start))


def is_old_enough(wish: ShiftWish) -> Reason | None:
    """Volunteers 1: a youngest age. Who has not said their age is asked for it."""
    youngest = wish.policy.volunteer_age if wish.shift.minimum_age is None else wish.shift.minimum_age
    age = age_then(wish)
    if youngest and (age is None or age < youngest):
        return Reason("too-young", {"minimum_age": youngest, "age_is_known": age is not None})
    return None


def guardian_agrees(wish: ShiftWish) -> Reason | None:
    """Volunteers 1: minors need a guardian's consent."""
    age = age_then(wish)
    if age is not None and age < wish.policy.adult_age and not wish.volunteer.guardian_agreed:
        return Reason("guardian-consent-missing")
    return None


def is_certified(wish: ShiftWish) -> Reason | None:
    """Volunteers 1: every skill that a shift requires is proven, and still is on its day."""
    day = local_day(wish.shift.end)
    certified = wish.volunteer.certified
    missing = [skill for skill in wish.shift.required_skills if skill not in certified]
    expired = [
        skill
        for skill in wish.shift.required_skills
        if (until := certified.get(skill)) is not None and until < day
    ]
    if missing or expired:
        return Reason("certificate-missing", {"missing": missing, "expired": expired})
    return None


def is_not_alone(wish: ShiftWish) -> Reason | None:
    """Volunteers 1: a first-timer comes where somebody experienced is, and no more of them than can be looked after."""
    if not wish.volunteer.first_timer:
        return None
    shift = wish.shift
    company = shift.led or shift.experienced + wish.veterans > 0
    first_timers = shift.first_timers + max(1, wish.novices)
    if company and first_timers <= shift.buddy_places:
        return None
    return Reason("first-timer-alone", {"experienced": company, "buddy_places": shift.buddy_places})


def is_not_suspended(wish: ShiftWish) -> Reason | None:
    """Volunteers 1: after several absences signing up rests for a while."""
    until = wish.volunteer.suspended_until
    return Reason("suspended", {"until": when(until)}) if until is not None and until > wish.now else None


def consent_stands(wish: ShiftWish) -> Reason | None:
    """People 1: who took back that their shifts are planned is neither asked nor put on one. What they want themselves is
    no matter of a shift: they are asked to agree again (`scheduling.agreement`).
    """
    if wish.claim in OF_ONE_S_OWN:
        return None
    return Reason("consent-withdrawn") if wish.volunteer.withdrawn else None


CHECKERS: tuple[Checker, ...] = (
    shift_is_open,
    release_has_come,
    release_cap_holds,
    deadline_has_not_passed,
    not_on_it_already,
    places_are_free,
    time_is_free,
    is_rested,
    week_has_room,
    is_old_enough,
    guardian_agrees,
    is_certified,
    is_not_alone,
    is_not_suspended,
    consent_stands,
)


def refusals(wish: ShiftWish) -> list[Reason]:
    """Every reason that speaks against the wish; none when it can be granted."""
    return [reason for checker in CHECKERS if (reason := checker(wish)) is not None]
