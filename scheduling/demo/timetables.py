"""When demonstration services are open: a short notation for opening rules, and the patterns that such places keep."""

from dataclasses import dataclass
from datetime import date, time

from models.vocabulary import DayKind
from scheduling.drafts import OpeningRuleDraft


@dataclass(frozen=True, slots=True)
class Times:
    """Spans such as `09:00-11:30/30` (start, end, minutes of a slot; without them one slot) on the days of a rule."""

    rrule: str
    days: DayKind
    spans: tuple[str, ...]
    valid_from: date | None = None
    valid_until: date | None = None


Timetable = tuple[Times, ...]


def opening_rules(service_key: str, timetable: Timetable, capacity: int) -> tuple[OpeningRuleDraft, ...]:
    """The opening rules of one service that keeps a timetable."""
    rules = []
    for times in timetable:
        for span in times.spans:
            hours, _, minutes = span.partition("/")
            start, _, end = hours.partition("-")
            rules.append(
                OpeningRuleDraft(
                    service_key=service_key,
                    rrule=times.rrule,
                    start_time=time.fromisoformat(start),
                    end_time=time.fromisoformat(end),
                    slot_minutes=int(minutes) if minutes else None,
                    capacity=capacity,
                    days=times.days,
                    valid_from=times.valid_from,
                    valid_until=times.valid_until,
                )
            )
    return tuple(rules)


def _on(rrule: str, *spans: str, days: DayKind = DayKind.any, since: date | None = None) -> Times:
    return Times(rrule, days, spans, valid_from=since)


DAILY = "FREQ=DAILY"
WEEKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
WEEKEND = "FREQ=WEEKLY;BYDAY=SA,SU"
WARM = "FREQ=DAILY;BYMONTH=5,6,7,8,9"
COLD = "FREQ=DAILY;BYMONTH=1,2,3,4,10,11,12"


def weekly(*names: str) -> str:
    """Every week on the named days (MO, TU, …)."""
    return f"FREQ=WEEKLY;BYDAY={','.join(names)}"


# Hubs: one near everybody, open every day of the year from morning to night.
HUB_MEALS = (_on(DAILY, "06:30-08:30/60", "10:30-13:00/30", "16:30-18:30/40", "19:00-21:30/75"),)
HUB_CARE = (_on(DAILY, "08:00-12:00/60", "13:30-17:30/60", "18:30-21:30/90"),)
HUB_CULTURE = (_on(DAILY, "09:00-12:00/90", "14:00-17:00/90", "18:30-21:30/90"),)
HUB_FITNESS = (_on(DAILY, "06:00-22:00/80"),)

LUNCH = (
    (_on(DAILY, "10:30-12:30/30"),),
    (_on(DAILY, "11:00-12:30/30", "16:30-18:00/30"),),
    (_on(DAILY, "11:00-12:30/30", "17:00-18:00/30", days=DayKind.not_holiday),),
    (_on(WEEKDAYS, "10:45-12:15/30", days=DayKind.not_holiday), _on(WEEKEND, "11:00-12:00/30")),
    (_on(DAILY, "11:00-12:30/45", days=DayKind.workday), _on(DAILY, "11:00-12:00", days=DayKind.restday)),
)
BREAKFAST = ((_on(DAILY, "06:30-08:30/40"),), (_on(DAILY, "06:45-08:15/45", days=DayKind.not_holiday),))

OFFICE = (
    (_on(DAILY, "09:00-11:30/50", "14:00-16:30/50", days=DayKind.workday),),
    (_on(weekly("TU", "TH"), "09:00-11:00/60", "14:00-16:00/60", days=DayKind.workday),),
    (_on(weekly("MO", "WE", "FR"), "09:00-11:00/60", "13:30-15:30/60", days=DayKind.workday),),
    (
        _on(weekly("WE"), "14:00-17:00/60", days=DayKind.workday),
        _on(weekly("SA"), "09:00-11:00/60", days=DayKind.not_holiday),
    ),
)
"""A lawyer, a mediator, a counsellor: by appointment, mostly on workdays, make-up workdays included."""

LEGAL_DAY = (
    (_on(weekly("TU"), "14:00-17:00/30", days=DayKind.workday),),
    (_on("FREQ=MONTHLY;BYDAY=1TU,3TU", "09:00-11:30/30", "14:00-16:30/30", days=DayKind.workday),),
    *OFFICE[1:3],
)

BARBER = (
    (_on(weekly("TU", "FR"), "08:30-11:30/30", "14:00-16:30/30"),),
    (_on(weekly("WE"), "08:30-11:30/30", days=DayKind.not_holiday),),
    (_on(weekly("MO", "TH"), "09:00-11:00/30", "13:30-16:30/30", days=DayKind.not_holiday),),
)

CARE = (
    (_on(DAILY, "08:30-11:30/60", "14:00-17:00/60"),),
    (_on(DAILY, "08:30-11:30/60", "14:00-17:00/60", days=DayKind.not_holiday),),
    (_on(weekly("MO", "WE", "FR", "SA"), "08:30-11:00/50", "14:00-16:30/50"),),
    (_on(DAILY, "08:00-11:00/60", "14:00-16:00/60", days=DayKind.workday),),
)
CHECKS = (
    (_on(DAILY, "08:00-10:30/30", days=DayKind.workday),),
    (_on(DAILY, "08:00-10:00/30"),),
    (_on(weekly("TU", "TH", "SA"), "08:00-11:00/30"),),
)

CLASSES = (
    (_on(weekly("MO", "WE"), "09:30-11:00", "14:30-16:00", days=DayKind.not_holiday),),
    (_on(weekly("TU", "TH"), "09:30-11:00", days=DayKind.not_holiday), _on(weekly("SA"), "14:00-15:30")),
    (_on(weekly("WE", "FR"), "14:00-15:30", "18:30-20:00", days=DayKind.not_holiday),),
    (_on(weekly("SA", "SU"), "09:00-10:30", "14:30-16:00", days=DayKind.not_holiday),),
    (
        _on("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", "09:30-11:30", since=date(2026, 1, 3)),
        _on(weekly("TH"), "19:00-20:30"),
    ),
)
TERM = (
    (Times(weekly("TU", "FR"), DayKind.not_holiday, ("09:00-10:30",), date(2026, 9, 1), date(2027, 1, 22)),),
    *CLASSES[:3],
)
"""Courses; some run for a term."""

OPEN_ROOM = (
    (_on(DAILY, "09:00-11:30/75", "14:00-17:00/90"),),
    (_on(DAILY, "09:00-12:00/90", "13:30-16:30/90", days=DayKind.not_holiday),),
    (
        _on(DAILY, "18:00-20:30/75", days=DayKind.workday),
        _on(DAILY, "09:00-11:00/60", "14:00-17:00/60", days=DayKind.restday),
    ),
)

MORNING = (
    (_on(WARM, "06:00-07:00"), _on(COLD, "07:00-08:00")),
    (_on(DAILY, "06:30-07:30"), _on(weekly("TU", "TH", "SA"), "18:30-19:30")),
    (_on(WEEKDAYS, "07:00-08:00"), _on(WEEKEND, "07:30-09:00/45")),
)
EVENING = (
    (_on(WARM, "19:30-20:30"), _on(COLD, "18:30-19:30")),
    (_on(weekly("MO", "WE", "FR"), "18:30-19:30"), _on(WEEKEND, "09:00-10:00", "15:00-16:00")),
    (_on(DAILY, "18:00-20:00/60", days=DayKind.workday), _on(DAILY, "08:00-10:00/60", days=DayKind.restday)),
)
SPORTS_ROOM = (
    (_on(DAILY, "08:00-11:00/90", "14:00-17:00/90", "18:00-21:00/90"),),
    (_on(DAILY, "09:00-11:00/60", "15:00-17:00/60", "18:30-20:30/60", days=DayKind.not_holiday),),
)

AFTER_SCHOOL = (
    (_on(DAILY, "16:00-18:00", days=DayKind.workday),),
    (
        _on(DAILY, "16:00-18:00", days=DayKind.workday),
        _on(weekly("SA"), "09:00-11:00", days=DayKind.not_holiday),
    ),
)
FAMILY_WEEKEND = (
    (_on(weekly("SA"), "09:30-10:30", "15:00-16:00"), _on(weekly("SU"), "09:30-10:30")),
    (
        _on(weekly("SU"), "10:00-11:00", "14:30-15:30"),
        _on(weekly("WE"), "18:30-19:30", days=DayKind.not_holiday),
    ),
    (_on(DAILY, "09:30-11:00/45", days=DayKind.restday),),
)
NURSE = (
    (_on(weekly("TU"), "09:00-11:30/30", days=DayKind.workday),),
    (_on(weekly("MO", "TH"), "14:00-16:30/30", days=DayKind.workday),),
)

HELPING = (
    (_on(weekly("SA"), "08:30-11:30"), _on(weekly("WE"), "14:00-16:00", days=DayKind.not_holiday)),
    (
        _on("FREQ=MONTHLY;BYDAY=-1SA", "08:30-11:00"),
        _on(weekly("TH"), "15:00-17:00", days=DayKind.not_holiday),
    ),
    (_on("FREQ=MONTHLY;BYMONTHDAY=5,20", "14:00-16:00"), _on(weekly("SU"), "09:00-11:00")),
)
"""Volunteers' days: every week, and some on a day of the month."""
