"""What the pure rules say of somebody who wants a shift, told from the rows alone; and what may never be."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from models.tables import Shift, Signup
from models.tables.rosters import HOLDING
from models.vocabulary import SignupStatus
from scheduling.policies import Policy
from scheduling.rules.roster import Claim, Duty, ShiftFacts, ShiftWish, VolunteerFacts, refusals
from tests.rostering import PUBLISHED
from tests.world import NOW

POLICY = Policy()
ON_IT = {SignupStatus.proposed, SignupStatus.confirmed, SignupStatus.stand_in_wanted}


def foretold(
    person: UUID, wanted: Shift, signed: Sequence[Signup], *, claim: Claim, now: datetime
) -> set[str]:
    """The codes of every reason against it."""
    crew = [one for one in signed if one.shift_id == wanted.id and one.status in ON_IT]
    facts = ShiftFacts(
        id=wanted.id,
        point_id=wanted.point_id,
        start=wanted.start,
        end=wanted.end,
        role=wanted.role,
        needed=wanted.needed,
        minimum=wanted.minimum,
        taken=wanted.taken,
        status=wanted.status,
        published_at=PUBLISHED,
        experienced=sum(not one.first_timer for one in crew),
        first_timers=sum(one.first_timer for one in crew),
    )
    mine = [one for one in signed if one.person_id == person]
    served = sum(one.status is SignupStatus.attended for one in mine)
    duties = [
        Duty(
            one.id,
            one.shift_id,
            one.point_id,
            one.start,
            one.end,
            one.end + timedelta(hours=8),
            "",
            PUBLISHED,
        )
        for one in mine
        if one.status in HOLDING and one.start > NOW
    ]
    profile = VolunteerFacts(person, date(2000, 1, 1), False, {}, served, None, 0, tuple(duties))
    return {reason.code for reason in refusals(ShiftWish(facts, profile, POLICY, now, claim))}


DRIFTED = """
    SELECT (SELECT count(*) FROM shift WHERE taken <> (
                SELECT count(*) FROM signup WHERE shift_id = shift.id
                AND status IN ('proposed', 'confirmed', 'stand_in_wanted', 'attended', 'absent', 'excused'))
            + (SELECT count(*) FROM shift_wait WHERE shift_id = shift.id AND status = 'offered')
            OR taken > needed)
         + (SELECT count(*) FROM signup one JOIN signup other ON other.person_id = one.person_id AND other.id > one.id
                AND one.start < other.rest_until AND other.start < one.rest_until
            WHERE one.status IN ('confirmed', 'stand_in_wanted', 'attended', 'absent')
              AND other.status IN ('confirmed', 'stand_in_wanted', 'attended', 'absent'))
         + (SELECT count(*) FROM (SELECT FROM shift_ask
                GROUP BY person_id HAVING count(*) > 2) AS often)
"""
