"""The numbers of the rules for conversations with people, as fields of the policy (`scheduling/policies.py`).

They hold for whoever answers, so they are set for a district or a point.
"""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class ThreadPolicy(BaseModel):
    """The part of a policy that threads go by (product: People 2, never a dead end). Defaults are the product's."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    answer_from_hour: Annotated[int, Field(ge=0, le=23)] = 9
    """People 2: from this local hour on workdays staff answer, where no opening hours of a point say otherwise."""
    answer_until_hour: Annotated[int, Field(ge=1, le=24)] = 17
    """People 2: until this local hour on workdays staff answer, where no opening hours of a point say otherwise."""
    thread_alert_minutes: Annotated[int, Field(ge=1, le=10_000)] = 120
    """People 2: unanswered for so many minutes of work, a thread is known to the next level."""
    thread_silence_days: Annotated[int, Field(ge=1, le=1000)] = 7
    """People 2: answered, and silent for so many days, a thread closes by itself."""
    thread_messages_hour: Annotated[int, Field(ge=1, le=10_000)] = 30
    """People 2: so many messages one person writes within an hour at most."""
    threads_day: Annotated[int, Field(ge=1, le=1000)] = 5
    """People 2: so many threads one person opens within a day at most."""
    thread_awake_minutes: Annotated[int, Field(ge=0, le=1440)] = 30
    """Messages 1: whoever wrote so recently is awake, and gets the answer in the quiet hours too."""
    wait_sample: Annotated[int, Field(ge=1, le=1000)] = 20
    """People 2: the usual wait is the median of so many last first answers."""
    wait_sample_least: Annotated[int, Field(ge=1, le=1000)] = 3
    """People 2: with fewer than so many first answers nothing is said of the usual wait."""
    point_messages_day: Annotated[int, Field(ge=0, le=1000)] = 5
    """Messages 1: so many messages a point writes to those booked within 24 hours at most."""
    keep_threads_days: Annotated[int, Field(ge=30, le=4000)] = 180
    """Kept so long after it closed: what was written in a thread, or to those booked. For the district as a whole."""

    @property
    def thread_alert(self) -> timedelta:
        """How much time of work may pass before the next level knows that somebody waits."""
        return timedelta(minutes=self.thread_alert_minutes)

    @property
    def thread_silence(self) -> timedelta:
        """How long an answered thread stays open."""
        return timedelta(days=self.thread_silence_days)
