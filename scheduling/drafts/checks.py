"""What only shows between rows: keys that name nothing, doubles, places far off, rules that overlap."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import combinations
from math import asin, cos, radians, sin, sqrt

from models.vocabulary import CalendarDayKind, DayKind, DivisionLevel
from scheduling.drafts.faults import Fault, Table, wording
from scheduling.drafts.shapes import DistrictPlan, DivisionDraft, GridCellDraft, OpeningRuleDraft, PointDraft
from scheduling.rules.calendar import SATURDAY, is_kept
from scheduling.rules.phones import normal_phone
from scheduling.rules.recurrence import ANCHOR, Falls, recurring_days

WORKDAY_KINDS = (CalendarDayKind.ordinary, CalendarDayKind.holiday)
WEEKEND_KINDS = (*WORKDAY_KINDS, CalendarDayKind.makeup_workday)
"""What the calendar can make of a day from Monday to Friday, and of one of a weekend."""

FAR_KM = 60.0
"""A point farther than this from its sub-district's centre is a slip of the pen, not a place."""

HORIZON = timedelta(days=731)
"""How far rules are compared. Two years hold every meeting of such rules, but a rare one of leap days."""


@dataclass(frozen=True, slots=True)
class Known:
    """What exists already, so that rows may name it without being handed in again."""

    divisions: tuple[DivisionDraft, ...] = ()
    providers: frozenset[str] = field(default_factory=frozenset)
    points: frozenset[str] = field(default_factory=frozenset)
    services: frozenset[str] = field(default_factory=frozenset)


NOTHING = Known()
"""An empty database."""


def check_plan(plan: DistrictPlan, known: Known = NOTHING) -> tuple[Fault, ...]:
    """Everything that is wrong between the rows of a plan, all at once; empty when it may be written."""
    divisions = {division.code: division for division in (*known.divisions, *plan.divisions)}
    return (
        *_doubles(plan),
        *_parents(plan, divisions),
        *_places(plan, divisions),
        *_services(plan, known),
        *_rules(plan, known),
        *_cells(plan, divisions),
    )


def _fault(table: Table, row: int, at: str | None, code: str, **data: object) -> Fault:
    zh, en = wording(code, data)
    return Fault(table=table, row=row, field=at, code=code, zh=zh, en=en)


def _doubles(plan: DistrictPlan) -> Iterator[Fault]:
    for table in Table:
        seen: set[str] = set()
        for row, draft in enumerate(plan.rows(table)):
            key = draft.own_key
            if key is None:
                continue
            if key in seen:
                at = "code" if table is Table.divisions else "key"
                yield _fault(table, row, at, "duplicate", given=key)
            seen.add(key)


def _parents(plan: DistrictPlan, divisions: Mapping[str, DivisionDraft]) -> Iterator[Fault]:
    above = {
        DivisionLevel.subdistrict: DivisionLevel.district,
        DivisionLevel.community: DivisionLevel.subdistrict,
    }
    for row, division in enumerate(plan.divisions):
        if division.parent_code is None:
            continue
        parent = divisions.get(division.parent_code)
        if parent is None or parent.level is not above[division.level]:
            yield _fault(Table.divisions, row, "parent_code", "unknown_parent", given=division.parent_code)


def _places(plan: DistrictPlan, divisions: Mapping[str, DivisionDraft]) -> Iterator[Fault]:
    for row, point in enumerate(plan.points):
        yield from _place(Table.points, row, point, divisions)


def _place(
    table: Table, row: int, draft: PointDraft | GridCellDraft, divisions: Mapping[str, DivisionDraft]
) -> Iterator[Fault]:
    """The community is there, and the place is not far from it."""
    code = draft.community_code
    community = divisions.get(code)
    if community is None:
        yield _fault(table, row, "community_code", "unknown_community", given=code)
        return
    if community.level is not DivisionLevel.community:
        yield _fault(table, row, "community_code", "not_a_community", given=code)
        return
    if draft.latitude is None or draft.longitude is None:
        if community.latitude is None:
            yield _fault(table, row, "latitude", "no_centre")
        return
    centre = _nearest_centre(community, divisions)
    if centre and (away := _kilometres_from(centre, draft.latitude, draft.longitude)) > FAR_KM:
        yield _fault(table, row, "latitude", "far_away", division=centre.name, kilometres=round(away))


def _cells(plan: DistrictPlan, divisions: Mapping[str, DivisionDraft]) -> Iterator[Fault]:
    seen: set[tuple[str, int]] = set()
    for row, cell in enumerate(plan.cells):
        yield from _place(Table.cells, row, cell, divisions)
        if (cell.community_code, cell.number) in seen:
            yield _fault(Table.cells, row, "number", "same_cell", given=cell.number)
        seen.add((cell.community_code, cell.number))
        if normal_phone(cell.deputy_phone) == normal_phone(cell.worker_phone):
            yield _fault(Table.cells, row, "deputy_phone", "same_person")


def _nearest_centre(division: DivisionDraft, divisions: Mapping[str, DivisionDraft]) -> DivisionDraft | None:
    """The division itself or the nearest one above it whose coordinates are known."""
    seen = set()
    here: DivisionDraft | None = division
    while here and here.code not in seen:
        if here.latitude is not None:
            return here
        seen.add(here.code)
        here = divisions.get(here.parent_code or "")
    return None


def _kilometres_from(centre: DivisionDraft, latitude: float, longitude: float) -> float:
    """Great-circle distance (haversine)."""
    lat_1, lat_2 = radians(centre.latitude or 0), radians(latitude)
    half_lat, half_lon = (lat_2 - lat_1) / 2, radians(longitude - (centre.longitude or 0)) / 2
    square = sin(half_lat) ** 2 + cos(lat_1) * cos(lat_2) * sin(half_lon) ** 2
    return 2 * 6371.0 * asin(sqrt(min(1.0, square)))


def _services(plan: DistrictPlan, known: Known) -> Iterator[Fault]:
    points = known.points | {point.key for point in plan.points}
    providers = known.providers | {provider.key for provider in plan.providers}
    for row, service in enumerate(plan.services):
        if service.point_key not in points:
            yield _fault(Table.services, row, "point_key", "unknown_point", given=service.point_key)
        if service.provider_key not in providers:
            yield _fault(Table.services, row, "provider_key", "unknown_provider", given=service.provider_key)


def _rules(plan: DistrictPlan, known: Known) -> Iterator[Fault]:
    services = known.services | {service.key for service in plan.services}
    by_service: defaultdict[str, list[tuple[int, OpeningRuleDraft]]] = defaultdict(list)
    for row, rule in enumerate(plan.rules):
        if rule.service_key not in services:
            yield _fault(Table.rules, row, "service_key", "unknown_service", given=rule.service_key)
        if not _may_open(rule, _span((rule,))):
            yield _fault(Table.rules, row, "valid_until", "never_open")
        by_service[rule.service_key].append((row, rule))
    for rules in by_service.values():
        yield from _overlaps(rules)


def _overlaps(rules: Iterable[tuple[int, OpeningRuleDraft]]) -> Iterator[Fault]:
    """One fault for each rule that overlaps an earlier one; the earlier one is named."""
    blamed = set()
    for (_, first), (row, second) in combinations(rules, 2):
        if row not in blamed and _meet(first, second):
            blamed.add(row)
            other = f"{first.rrule} {first.start_time:%H:%M}-{first.end_time:%H:%M}"
            yield _fault(Table.rules, row, "start_time", "rules_overlap", other=other)


def _meet(first: OpeningRuleDraft, second: OpeningRuleDraft) -> bool:
    """Whether some day could have both rules open at one time, whatever holidays and make-up workdays are named."""
    if first.end_time <= second.start_time or second.end_time <= first.start_time:
        return False
    span = _span((first, second))
    return not _may_open(first, span).isdisjoint(_may_open(second, span))


def _span(rules: tuple[OpeningRuleDraft, ...]) -> tuple[date, date]:
    """The time in which all of `rules` are valid, cut to the horizon."""
    starts = [rule.valid_from for rule in rules if rule.valid_from]
    ends = [rule.valid_until for rule in rules if rule.valid_until]
    first = max(starts) if starts else min([ANCHOR, *(end - HORIZON for end in ends)])
    return first, min([first + HORIZON, *ends])


def _may_open(rule: OpeningRuleDraft, span: tuple[date, date]) -> frozenset[tuple[date, CalendarDayKind]]:
    """Days of a span, by what the calendar could make of them, on which a rule is open."""
    first, last = span
    return _open_days(rule.rrule, rule.days, rule.valid_from or min(ANCHOR, first), first, last)


@lru_cache(maxsize=1024)
def _open_days(
    rrule: str, days: DayKind, anchor: date, first: date, last: date
) -> frozenset[tuple[date, CalendarDayKind]]:
    week = timedelta(days=7)
    recurs = recurring_days(rrule, anchor, first - week, last + week)
    found: set[tuple[date, CalendarDayKind]] = set()
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        monday = day - timedelta(days=day.weekday())
        falls = Falls(day in recurs, all(monday + timedelta(days=after) in recurs for after in range(5)))
        kinds = WEEKEND_KINDS if day.weekday() >= SATURDAY else WORKDAY_KINDS
        found.update((day, kind) for kind in kinds if is_kept(day, days=days, falls=falls, kind=kind))
    return frozenset(found)
