"""What notices tell of shifts."""

from datetime import datetime
from uuid import UUID

from bot.wire.base import View


class ShiftNews(View):
    """A notice about a shift; `what` says what became of one's place, where that is what it tells."""

    shift_id: UUID
    title: str
    point: str
    address: str
    start: datetime
    end: datetime
    what: str = ""
    reason: str = ""
    stand_in: str = ""
    answer_by: datetime | None = None
    signup_id: UUID | None = None


class ShiftOfferNews(ShiftNews):
    """A place on a shift that is held until a moment; `wait_id` is what one answers, where it is named."""

    wait_id: UUID | None = None
    expires_at: datetime


class ShiftAskNews(ShiftNews):
    """A question whether one can come."""

    ask_id: UUID
    is_stand_in: bool


class ShiftSwapNews(ShiftNews):
    """A swap that is proposed: one's own shift, and the other."""

    swap_id: UUID
    instead: ShiftNews


class ShiftAlertNews(ShiftNews):
    """What a manager has to know of a shift."""

    missing: int = 0
