"""The numbers of the product's rules for volunteers, as fields of the policy (`scheduling/policies.py`).

They hold for a point, so they are set for a district or a point.
"""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

NATURAL = Field(ge=0, le=100_000)


class RosterPolicy(BaseModel):
    """The part of a policy that shifts go by (product: Volunteers). Defaults are the product's."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    rest_hours: Annotated[int, Field(ge=0, le=48)] = 8
    """Volunteers 1: so long a rest lies between the end of one shift and the start of the next."""
    week_hours: Annotated[int, Field(ge=1, le=168)] = 24
    """Volunteers 1: so many hours a person serves in a week at most, Monday to Sunday."""
    signup_closes_minutes: Annotated[int, NATURAL] = 60
    """Volunteers 1: people sign up until so long before the start; whoever is asked may answer until it begins."""
    volunteer_age: Annotated[int, Field(ge=0, le=100)] = 14
    """Volunteers 1: from this age on one may volunteer, where a shift sets no other."""
    adult_age: Annotated[int, Field(ge=0, le=100)] = 18
    """Volunteers 1: below this age a guardian has to agree."""
    release_small_group: Annotated[int, NATURAL] = 50
    """Volunteers 1: organisations of up to so many volunteers, and people without one, may sign up at once."""
    release_middle_group: Annotated[int, NATURAL] = 200
    """Volunteers 1: organisations of up to so many follow one stage later, larger ones two."""
    release_stage_hours: Annotated[int, NATURAL] = 12
    """Volunteers 1: how long a stage of the release lasts."""
    release_cap: Annotated[int, Field(ge=1, le=1000)] = 2
    """Volunteers 1: so many shifts of a point one person may take while they are new."""
    release_cap_hours: Annotated[int, NATURAL] = 24
    """Volunteers 1: so long after its publication a shift is new."""
    late_withdrawal_hours: Annotated[int, NATURAL] = 24
    """Volunteers 2: withdrawing later than this before the start is late, and the manager is told at once."""
    coverage_hours: Annotated[int, NATURAL] = 48
    """Volunteers 3: from so long before the start on, people are asked to fill a shift below its minimum."""
    alert_hours: Annotated[int, NATURAL] = 12
    """Volunteers 3: from so long before the start on, the manager is told and dependent services shrink."""
    ask_wave_minutes: Annotated[int, Field(ge=1, le=10_000)] = 240
    """Volunteers 3: the next wave of asks follows after so long."""
    ask_wave_factor: Annotated[int, Field(ge=1, le=100)] = 3
    """Volunteers 3: a wave asks so many people for each missing one."""
    asks_a_week: Annotated[int, NATURAL] = 2
    """Volunteers 3: so often one person is asked within seven days at most."""
    ask_reach_m: Annotated[int, NATURAL] = 10_000
    """Volunteers 3: nobody is asked who lives farther away than so many metres, whatever reach they gave."""
    dependants_shrink: bool = True
    """Volunteers 3: whether services that need a shift shrink their free places while hands are missing."""
    proposal_hours: Annotated[int, Field(ge=1, le=1000)] = 48
    """Volunteers 1: so long somebody may think about a place that the manager proposed to them."""
    check_out_minutes: Annotated[int, NATURAL] = 120
    """Volunteers 4: until so long after the end one may still check out."""
    absent_after_minutes: Annotated[int, NATURAL] = 30
    """Volunteers 4: who was not checked in is set as absent so long after the end."""
    absence_limit: Annotated[int, Field(ge=1, le=1000)] = 3
    """Volunteers 1: so many absences without excuse suspend signing up."""
    absence_window_days: Annotated[int, Field(ge=1, le=1000)] = 90
    """Volunteers 1: they count when they fall within so many days."""
    absence_forgiven_after: Annotated[int, Field(ge=1, le=1000)] = 5
    """Volunteers 1: so many shifts served in a row forgive one absence."""
    suspension_days: Annotated[int, NATURAL] = 14
    """Volunteers 1: for so many days signing up is suspended then."""
    hours_correction_days: Annotated[int, NATURAL] = 30
    """Volunteers 4: so long after a shift its hours can be verified, excused and corrected."""
    bank_hours: Annotated[int, Field(ge=1, le=100_000)] = 1500
    """Volunteers 4: so many hours one person's or team's account in the time bank holds at most."""
    shift_horizon_days: Annotated[int, Field(ge=1, le=200)] = 28
    """Volunteers 3: shift templates are made into shifts so many days ahead."""

    @property
    def rest(self) -> timedelta:
        """The rest between two shifts."""
        return timedelta(hours=self.rest_hours)
