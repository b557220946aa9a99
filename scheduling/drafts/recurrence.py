"""On which dates an opening rule recurs: the part of RFC 5545 that a neighbourhood needs, and nothing that can hang.

DAILY, WEEKLY on named days, MONTHLY on named days or dates. When a rule begins and ends is said by its validity, so
DTSTART, UNTIL and COUNT are not taken; an interval counts from `valid_from`. How a rule is expanded into days is said
in `scheduling.rules.recurrence`.
"""

import re
from datetime import datetime
from functools import lru_cache

from dateutil.rrule import rrulestr
from pydantic_core import PydanticCustomError

from scheduling.rules.recurrence import interval

WEEKDAY = r"(?:MO|TU|WE|TH|FR|SA|SU)"
NUMBER = r"(?:[1-9]|1[0-2])"
MONTH_DAY = r"-?(?:[1-9]|[12][0-9]|3[01])"


def _listed(item: str) -> str:
    return rf"{item}(?:,{item})*"


COMMON = {"WKST": WEEKDAY, "BYMONTH": _listed(NUMBER)}
PARTS: dict[str, dict[str, str]] = {
    "DAILY": {"INTERVAL": r"[1-9]|[1-5][0-9]", "BYMONTH": COMMON["BYMONTH"]},
    "WEEKLY": {"INTERVAL": r"[1-9]|[1-5][0-9]", "BYDAY": _listed(WEEKDAY), **COMMON},
    "MONTHLY": {
        "INTERVAL": "1",
        "BYDAY": _listed(rf"(?:-?[1-5])?{WEEKDAY}"),
        "BYMONTHDAY": _listed(MONTH_DAY),
        "BYSETPOS": _listed(MONTH_DAY),
        **COMMON,
    },
}
"""Parts that each frequency may have, with the pattern of their values."""

EXAMPLES = "FREQ=DAILY; FREQ=WEEKLY;BYDAY=MO,WE,FR; FREQ=MONTHLY;BYDAY=1TU"

LATE = datetime(9972, 1, 1)  # noqa: DTZ001  # a local date far ahead, used as an anchor only
"""The calendar repeats every 400 years, so the years 9972 to 9999 are like 1972 to 1999. dateutil looks for the next
occurrence until the year 9999: asked from here, it soon gives up on a rule that never occurs."""


def normal_rrule(text: str) -> str:
    """The rule in capitals without spaces or the `RRULE:` prefix.

    Raises PydanticCustomError with code `rrule` (and what is wrong) when it is not one that we take.
    """
    rule = re.sub(r"\s+", "", text).upper().removeprefix("RRULE:").strip(";")
    pairs = [part.partition("=") for part in rule.split(";")]
    parts = {name: value for name, _, value in pairs}
    allowed = PARTS.get(parts.get("FREQ", ""))
    if allowed is None or len(parts) != len(pairs):
        raise _refused(text)
    for name, value in parts.items():
        if name != "FREQ" and (name not in allowed or not re.fullmatch(allowed[name], value)):
            raise _refused(text)
    if parts["FREQ"] == "WEEKLY" and "BYDAY" not in parts:
        raise _refused(text)
    if parts["FREQ"] == "MONTHLY" and not {"BYDAY", "BYMONTHDAY"} & parts.keys():
        raise _refused(text)
    if interval(rule) > 1 and "BYMONTH" in parts:
        raise _refused(text)
    if not _ever_occurs(rule):
        raise PydanticCustomError("rrule_never", "never occurs: {given}", {"given": text})
    return rule


def _refused(text: str) -> PydanticCustomError:
    return PydanticCustomError("rrule", "not a recurrence: {given}", {"given": text, "examples": EXAMPLES})


@lru_cache(maxsize=1024)
def _ever_occurs(rule: str) -> bool:
    return next(iter(rrulestr(rule, dtstart=LATE)), None) is not None
