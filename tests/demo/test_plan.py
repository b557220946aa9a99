"""The demonstration: deterministic, over the real divisions, and such that every promise about it holds."""

import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, time
from functools import cache
from hashlib import sha256
from math import cos, hypot, radians
from pathlib import Path

import pytest

import models
from models.data import DivisionRow, read_divisions
from models.vocabulary import Category, DayKind, DivisionLevel, Role, ScopeKind, Zone
from scheduling.demo.plan import DemoPlan, demo_plan
from scheduling.drafts import OpeningRuleDraft, PointDraft, ServiceDraft, check_plan

EVERYDAY = {Category.elder_care, Category.meals, Category.culture, Category.fitness}


@cache
def plan() -> DemoPlan:
    return demo_plan(read_divisions())


def parents() -> Mapping[str, str | None]:
    return {division.code: division.parent_code for division in read_divisions()}


def subdistrict_of(point: PointDraft) -> str:
    return parents()[point.community_code] or ""


def services_by_subdistrict() -> Mapping[str, list[ServiceDraft]]:
    points = {point.key: point for point in plan().district.points}
    found: defaultdict[str, list[ServiceDraft]] = defaultdict(list)
    for service in plan().district.services:
        found[subdistrict_of(points[service.point_key])].append(service)
    return found


def rules_by_service() -> Mapping[str, list[OpeningRuleDraft]]:
    found: defaultdict[str, list[OpeningRuleDraft]] = defaultdict(list)
    for rule in plan().district.rules:
        found[rule.service_key].append(rule)
    return found


def test_the_divisions_are_the_districts_own() -> None:
    levels = Counter(division.level for division in read_divisions())
    assert levels == {DivisionLevel.district: 1, DivisionLevel.subdistrict: 10, DivisionLevel.community: 207}


def test_the_same_plan_comes_out_in_every_process() -> None:
    script = (
        "from hashlib import sha256; from models.data import read_divisions;"
        "from scheduling.demo.plan import demo_plan;"
        "print(sha256(repr(demo_plan(read_divisions())).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert digests == {sha256(repr(plan()).encode()).hexdigest()}


def test_another_seed_is_another_demonstration() -> None:
    assert demo_plan(read_divisions(), seed="another") != plan()


def test_five_hundred_points_one_to_four_in_every_community() -> None:
    points = plan().district.points
    counts = Counter(point.community_code for point in points)
    communities = {row.code for row in read_divisions() if row.level is DivisionLevel.community}
    assert len(points) == 500
    assert counts.keys() == communities
    assert set(counts.values()) == {1, 2, 3, 4}


def test_nothing_is_wrong_with_it() -> None:
    assert check_plan(plan().district) == ()


def test_every_point_says_that_it_is_a_demonstration() -> None:
    for point in plan().district.points:
        assert point.demo
        assert "演示" in point.address
        assert (point.phone or "").startswith("000-")
    assert all(person.phone.startswith("000-") for person in plan().people)


def test_points_lie_around_their_subdistrict_and_villages_further_out() -> None:
    rows = {row.code: row for row in read_divisions()}
    for point in plan().district.points:
        centre = rows[subdistrict_of(point)]
        assert centre.latitude is not None
        assert centre.longitude is not None
        north = (point.latitude - centre.latitude) * 111.2
        east = (point.longitude - centre.longitude) * 111.2 * cos(radians(centre.latitude))
        away = hypot(north, east)
        if "村委会" in rows[point.community_code].name or "村民" in rows[point.community_code].name:
            assert 3 < away < 8
        else:
            assert away < 5
    assert len({(point.latitude, point.longitude) for point in plan().district.points}) == 500


def test_every_point_has_one_to_four_services_and_most_are_mixtures() -> None:
    categories: defaultdict[str, set[Category]] = defaultdict(set)
    counts: Counter[str] = Counter()
    for service in plan().district.services:
        categories[service.point_key].add(service.category)
        counts[service.point_key] += 1
        assert len(service.description) >= 15
    assert len(counts) == 500
    assert set(counts.values()) == {1, 2, 3, 4}
    assert sum(len(found) >= 2 for found in categories.values()) >= 300


def test_every_subdistrict_has_all_ten_categories() -> None:
    for services in services_by_subdistrict().values():
        assert {service.category for service in services} == set(Category)


def test_every_subdistrict_is_served_every_day_from_morning_to_evening() -> None:
    rules = rules_by_service()
    for services in services_by_subdistrict().values():
        for category in EVERYDAY:
            daily = [
                rule
                for service in services
                if service.category is category
                for rule in rules[service.key]
                if rule.rrule == "FREQ=DAILY" and rule.days is DayKind.any and not rule.valid_from
            ]
            assert min(rule.start_time for rule in daily) <= time(9)
            assert max(rule.end_time for rule in daily) >= time(21)


def test_providers_come_from_all_four_zones() -> None:
    used = {service.provider_key for service in plan().district.services}
    assert {one.zone for one in plan().district.providers if one.key in used} == set(Zone)


def test_opening_rules_show_what_such_places_do() -> None:
    rules = plan().district.rules
    assert {rule.days for rule in rules} == set(DayKind)
    assert {rule.rrule.split(";")[0] for rule in rules} == {"FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY"}
    assert any(rule.valid_until for rule in rules)
    assert any("BYMONTH=" in rule.rrule for rule in rules)
    breaks = 0
    for own in rules_by_service().values():
        ends = {rule.end_time for rule in own if rule.rrule == own[0].rrule}
        starts = {rule.start_time for rule in own if rule.rrule == own[0].rrule}
        breaks += any(end < start <= time(15) for end in ends for start in starts if end >= time(11))
    assert breaks > 100  # closed over lunch


@pytest.mark.parametrize(
    ("slug", "least", "most"),
    [
        ("lunch", 20, 120),
        ("hub-meals", 20, 120),
        ("haircut", 1, 4),
        ("lawyer", 1, 2),
        ("calligraphy", 10, 30),
        ("tai-chi", 20, 60),
        ("counselling", 1, 1),
        ("mediation", 1, 1),
    ],
)
def test_capacities_are_as_such_places_have(slug: str, least: int, most: int) -> None:
    found = [rule.capacity for rule in plan().district.rules if rule.service_key.endswith(f"-{slug}")]
    assert found
    assert least <= min(found) <= max(found) <= most


def test_people_are_a_neighbourhood() -> None:
    people = plan().people
    assert 300 <= len(people) <= 400
    assert sum(person.birth_date < date(1966, 1, 1) for person in people) >= 50
    assert sum(person.disability for person in people) >= 5
    assert sum(person.volunteer for person in people) == 60
    assert len({person.phone for person in people}) == len({person.key for person in people}) == len(people)
    communities = {point.community_code for point in plan().district.points}
    assert {person.home_division for person in people} <= communities


def test_children_act_for_parents_and_parents_for_children() -> None:
    born = {person.key: person.birth_date for person in plan().people}
    relations = Counter(link.relation for link in plan().links)
    assert relations["母亲"] >= 20
    assert relations["父亲"] >= 5
    assert relations["女儿"] + relations["儿子"] >= 10
    for link in plan().links:
        years = (born[link.person_key] - born[link.relative_key]).days / 365.25
        if link.relation in {"母亲", "父亲"}:
            assert years > 20
        elif link.relation in {"女儿", "儿子"}:
            assert years < -20


def test_every_point_has_one_manager_who_can_sign_in() -> None:
    managers = {
        grant.scope_key: grant.person_key for grant in plan().grants if grant.role is Role.point_manager
    }
    assert managers.keys() == {point.key for point in plan().district.points}
    assert set(managers.values()) <= {account.person_key for account in plan().accounts}
    assert {1, 2, 3} == set(Counter(managers.values()).values())


def test_staff_for_every_subdistrict_and_the_district() -> None:
    scopes = {grant.scope_key for grant in plan().grants if grant.scope is not ScopeKind.point}
    assert scopes == {row.code for row in read_divisions() if row.level is not DivisionLevel.community}
    usernames = [account.username for account in plan().accounts]
    assert len(usernames) == len(set(usernames))


def made_up(villages: int) -> list[DivisionRow]:
    """Another district: nothing in the code knows this one."""
    rows = [
        DivisionRow("990101000000", "某区", DivisionLevel.district, None, 40.0, 100.0, None),
        DivisionRow("990101001000", "某街道", DivisionLevel.subdistrict, "990101000000", None, None, None),
    ]
    for number in range(1, villages + 1):
        code = f"990101001{number:03d}"
        rows.append(
            DivisionRow(code, f"第{number}村委会", DivisionLevel.community, "990101001000", None, None, None)
        )
    return rows


def test_any_other_district_does_as_well() -> None:
    other = demo_plan(made_up(12), points=30)
    assert check_plan(other.district) == ()
    assert len(other.district.points) == 30
    hubs = [point for point in other.district.points if "邻里中心" in point.name]
    assert hubs
    assert abs(hubs[0].latitude - 40.0) < 0.1


@pytest.mark.parametrize("points", [11, 49])
def test_points_that_cannot_be_spread_are_refused(points: int) -> None:
    with pytest.raises(ValueError, match="do not go into"):
        demo_plan(made_up(12), points=points)


def test_a_district_without_any_coordinates_is_refused() -> None:
    rows = [
        DivisionRow(row.code, row.name, row.level, row.parent_code, None, None, None) for row in made_up(12)
    ]
    with pytest.raises(ValueError, match="no centre"):
        demo_plan(rows, points=12)


def test_no_code_names_the_district() -> None:
    """The district is data: its name and its codes stand in models/data and nowhere in the source."""
    district = next(row for row in read_divisions() if row.level is DivisionLevel.district)
    root = Path(models.__file__).parent.parent
    rooms = ("models", "scheduling", "governance", "api", "web", "bot", "lastmetre")
    naming = [
        str(file.relative_to(root))
        for room in rooms
        for file in (root / room).rglob("*.py")
        if any(word in file.read_text(encoding="utf-8") for word in (district.name, district.code[:6]))
    ]
    assert naming == []
