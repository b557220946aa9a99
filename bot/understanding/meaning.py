"""What a sentence can mean."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum


class Intent(StrEnum):
    """What somebody wants. `docs/UNDERSTANDING.md` says of each what it takes in."""

    book = "book"
    cancel = "cancel"
    reschedule = "reschedule"
    my_bookings = "my_bookings"
    find_points = "find_points"
    volunteer = "volunteer"
    my_shifts = "my_shifts"
    my_hours = "my_hours"
    volunteer_swap = "volunteer_swap"
    request = "request"
    human = "human"
    help = "help"
    close_point = "close_point"
    manage_capacity = "manage_capacity"
    unknown = "unknown"


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the district. `division` is the division that it is or lies in; None when several have its name."""

    name: str
    division: str | None


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a sentence means; None where it does not say.

    Dates and times are those of the district's clock. `relative` is whom it is for, as a word: mother, husband.
    """

    intent: Intent
    category: str | None = None
    day: date | None = None
    start: time | None = None
    end: time | None = None
    party: int | None = None
    place: Place | None = None
    relative: str | None = None

    def printed(self) -> dict[str, str | int | None]:
        """As the command prints it."""
        return {
            "intent": self.intent.value,
            "category": self.category,
            "date": self.day.isoformat() if self.day is not None else None,
            "start": f"{self.start:%H:%M}" if self.start is not None else None,
            "end": f"{self.end:%H:%M}" if self.end is not None else None,
            "party_size": self.party,
            "place": self.place.name if self.place is not None else None,
        }
