"""Demonstration people: families, people living alone, students who volunteer, managers of points, staff."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import pi
from random import Random

from models.vocabulary import DivisionLevel, Role, ScopeKind
from scheduling.demo import names
from scheduling.demo.places import Community, moved
from scheduling.drafts import DivisionDraft, PointDraft

FAMILIES = 30
"""Grown children with one or two old parents; half of them with a child of their own."""

ALONE = 20
"""Old people who live by themselves."""

STUDENTS = 38
NEIGHBOURS = 22
"""Volunteers: students of the district's universities, and neighbours from the families."""

POINTS_OF_A_MANAGER = 3
"""Points of one community that one manager looks after at most."""

HOME_KM = 0.8


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A made-up person. `key` names them within the plan."""

    key: str
    name: str
    birth_date: date
    phone: str
    home_division: str
    home_latitude: float
    home_longitude: float
    disability: bool = False
    volunteer: bool = False


@dataclass(frozen=True, slots=True)
class DemoLink:
    """Consent by which a person may act for a relative; `relation` is what the relative is to the person."""

    person_key: str
    relative_key: str
    relation: str


@dataclass(frozen=True, slots=True)
class DemoGrant:
    """A role within a scope; `scope_key` is a point's key, or a division's code."""

    person_key: str
    role: Role
    scope: ScopeKind
    scope_key: str


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A staff sign-in of a demonstration person."""

    username: str
    person_key: str


class Population:
    """People as they are made, one after another from one stream of chance."""

    def __init__(self, random: Random, communities: Sequence[Community]) -> None:
        self.random = random
        self.communities = communities
        self.people: list[DemoPerson] = []
        self.links: list[DemoLink] = []
        self.grants: list[DemoGrant] = []
        self.accounts: list[DemoAccount] = []

    def settle(self, points: Sequence[PointDraft], divisions: Sequence[DivisionDraft]) -> None:
        """Makes everybody."""
        for number in range(FAMILIES):
            self._family(
                with_grandchild=number % 2 == 0, both_parents=number % 3 == 0, helps=number < NEIGHBOURS
            )
        for _ in range(ALONE):
            self._person(self._home(), born=(1938, 1962), disability=self.random.random() < 0.25)
        for _ in range(STUDENTS):
            self._person(self._home(), born=(2002, 2007), volunteer=True)
        self._managers(points)
        self._staff(divisions)

    def _family(self, *, with_grandchild: bool, both_parents: bool, helps: bool) -> None:
        """A daughter or son who may act for mother, father and child."""
        home = self._home()
        surname = names.surname(self.random)
        daughter = self.random.random() < 0.6
        child = self._person(home, born=(1975, 1988), woman=daughter, surname=surname, volunteer=helps)
        year = child.birth_date.year
        mother = self._person(
            home, born=(year - 32, year - 22), woman=True, disability=self.random.random() < 0.2
        )
        self.links.append(DemoLink(child.key, mother.key, "母亲"))
        if both_parents:
            father = self._person(
                home,
                born=(year - 35, year - 24),
                woman=False,
                surname=surname,
                disability=self.random.random() < 0.2,
            )
            self.links.append(DemoLink(child.key, father.key, "父亲"))
            self.links.append(DemoLink(mother.key, father.key, "丈夫"))
            self.links.append(DemoLink(father.key, mother.key, "妻子"))
        if with_grandchild:
            girl = self.random.random() < 0.5
            grandchild = self._person(
                home, born=(year + 27, year + 33), woman=girl, surname=None if daughter else surname
            )
            self.links.append(DemoLink(child.key, grandchild.key, "女儿" if girl else "儿子"))

    def _managers(self, points: Sequence[PointDraft]) -> None:
        """Points of one community share a manager, three at most; every manager can sign in."""
        homes = {community.division.code: community for community in self.communities}
        by_community: defaultdict[str, list[PointDraft]] = defaultdict(list)
        for point in points:
            by_community[point.community_code].append(point)
        number = 0
        for code, own in by_community.items():
            for start in range(0, len(own), POINTS_OF_A_MANAGER):
                number += 1
                manager = self._person(homes[code], born=(1972, 1998))
                self.accounts.append(DemoAccount(f"manager{number}", manager.key))
                for point in own[start : start + POINTS_OF_A_MANAGER]:
                    self.grants.append(DemoGrant(manager.key, Role.point_manager, ScopeKind.point, point.key))

    def _staff(self, divisions: Sequence[DivisionDraft]) -> None:
        """One of the staff for every sub-district, and an administrator for the district."""
        number = 0
        for division in divisions:
            if division.level is DivisionLevel.community:
                continue
            person = self._person(self._home(), born=(1975, 1998))
            if division.level is DivisionLevel.district:
                self.accounts.append(DemoAccount("district", person.key))
                self.grants.append(
                    DemoGrant(person.key, Role.administrator, ScopeKind.district, division.code)
                )
            else:
                number += 1
                self.accounts.append(DemoAccount(f"street{number}", person.key))
                self.grants.append(DemoGrant(person.key, Role.staff, ScopeKind.division, division.code))

    def _home(self) -> Community:
        return self.random.choice(self.communities)

    def _person(
        self,
        home: Community,
        *,
        born: tuple[int, int],
        woman: bool | None = None,
        surname: str | None = None,
        disability: bool = False,
        volunteer: bool = False,
    ) -> DemoPerson:
        number = len(self.people) + 1
        if woman is None:
            woman = self.random.random() < 0.55
        birth_date = date(self.random.randint(*born), 1, 1) + timedelta(days=self.random.randrange(365))
        given = names.given_name(self.random, birth_year=birth_date.year, woman=woman)
        latitude, longitude = moved(
            (home.latitude, home.longitude), self.random.uniform(0, HOME_KM), self.random.uniform(0, 2 * pi)
        )
        person = DemoPerson(
            key=f"demo-person-{number}",
            name=(surname or names.surname(self.random)) + given,
            birth_date=birth_date,
            phone=names.mobile(number),
            home_division=home.division.code,
            home_latitude=latitude,
            home_longitude=longitude,
            disability=disability,
            volunteer=volunteer,
        )
        self.people.append(person)
        return person
