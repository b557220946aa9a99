"""A term of volunteering, simulated with the program's own rules: what stand-ins, asks and suggested rosters are worth.

    python -m benchmarks.term            # 26 university teams, 2,000 volunteers, 500 points, 16 weeks
    python -m benchmarks.term --weeks 2

People are made up (where they live, what they like, how often they say yes); whether somebody may take a shift, who is asked
in a wave, when a wave is due, and which roster is suggested is decided by `scheduling/rules/` and the real solver. The same
term, with the same people and the same mishaps, is run three times: without the mechanisms, with stand-ins and asks, and with
suggested rosters too.
"""

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from models.shapes.base import Coordinates, local_day
from models.vocabulary import ShiftStatus
from scheduling.policies import Policy
from scheduling.rosters.suggesting import solve
from scheduling.rules.covering import Hands, asks_for
from scheduling.rules.distance import metres
from scheduling.rules.roster import Claim, Duty, ShiftFacts, ShiftWish, VolunteerFacts, monday_of, refusals
from scheduling.rules.suggesting import Gap, Helper, Match, Problem, is_unpopular

TEAMS, VOLUNTEERS, POINTS, WEEKS = 26, 2000, 500, 16
START = datetime(2026, 9, 6, 16, 0, tzinfo=UTC)  # Monday, 7 September 2026, 0:00 in the district
POLICY = Policy()

SHIFTS = ((0, 9, 2), (2, 14, 2), (4, 18, 2), (5, 9, 2))
"""Each point's week: weekday, hour, hours. Two of the four lie at unpopular times."""
NEEDED, MINIMUM = 2, 1

CANNOT_COME = 0.05
"""So many of those who signed up cannot come; one in five says nothing."""
WOULD_SWAP = 0.05
"""So many would rather come at another time; without a way to be replaced half of them stay away."""
LIKES = {False: 0.45, True: 0.12}
"""How likely somebody takes a shift that they look at, at a popular and at an unpopular time."""
SAYS_YES_TO_ASK = 0.3
SAYS_YES_TO_PROPOSAL = 0.6
LOOKS_AT = 6
"""So many shifts near home one looks at in a week."""
CANDIDATES = 60
"""So many of those who live nearest are looked at for a point."""


@dataclass(slots=True)
class Person:
    """A made-up volunteer and what they have done so far."""

    number: int
    home: Coordinates
    group: int
    points: list[int] = field(default_factory=list)
    served: int = 0
    unpopular: int = 0
    asked: list[datetime] = field(default_factory=list)
    duties: list[Duty] = field(default_factory=list)

    def facts(self) -> VolunteerFacts:
        """As the rules see them."""
        return VolunteerFacts(
            UUID(int=self.number), date(2004, 1, 1), False, {}, self.served + 1, None, self.group, self.duties
        )


@dataclass(slots=True)
class Post:
    """A shift and who is on it."""

    facts: ShiftFacts
    point: int
    crew: list[Person] = field(default_factory=list)
    leaving: list[Person] = field(default_factory=list)

    def wish(self, person: Person, now: datetime, claim: Claim) -> ShiftWish:
        """What the rules are asked."""
        held = len(self.crew) + len(self.leaving)
        return ShiftWish(replace(self.facts, taken=held), person.facts(), POLICY, now, claim)

    def allows(self, person: Person, now: datetime, claim: Claim) -> bool:
        """Whether every rule lets somebody take it."""
        return not refusals(self.wish(person, now, claim))

    def take(self, person: Person) -> None:
        """Puts somebody on it."""
        self.crew.append(person)
        facts = self.facts
        person.duties.append(
            Duty(
                UUID(int=1),
                facts.id,
                facts.point_id,
                facts.start,
                facts.end,
                facts.end + POLICY.rest,
                "",
                facts.published_at,
            )
        )

    def drop(self, person: Person) -> None:
        """Takes somebody off it."""
        for some in (self.crew, self.leaving):
            if person in some:
                some.remove(person)
        person.duties = [duty for duty in person.duties if duty.shift_id != self.facts.id]


@dataclass(frozen=True, slots=True)
class Mechanisms:
    """Which of the program's means are used."""

    stand_ins: bool
    suggestions: bool


@dataclass(slots=True)
class Tally:
    """What came of a term."""

    places: int = 0
    filled: int = 0
    shifts: int = 0
    closed: int = 0
    asks: int = 0
    proposals: int = 0
    gini: float = 0.0
    seconds: float = 0.0


def gini(counts: Sequence[int]) -> float:
    """How unevenly something is spread: 0 when all have as much, towards 1 when one has all."""
    ordered, total = sorted(counts), sum(counts)
    if not total:
        return 0.0
    weighted = sum(rank * count for rank, count in enumerate(ordered, 1))
    return 2 * weighted / (len(ordered) * total) - (len(ordered) + 1) / len(ordered)


class Term:
    """One term: the same people and mishaps for the same seed."""

    def __init__(self, seed: int, points: int, volunteers: int, mechanisms: Mechanisms) -> None:
        self.chance = Random(seed)
        self.mechanisms = mechanisms
        self.tally = Tally()
        self.places = [self._somewhere() for _ in range(points)]
        sizes = [self.chance.randint(20, 140) for _ in range(TEAMS)]
        groups = self.chance.choices(sizes, weights=sizes, k=volunteers)
        self.people = [
            Person(number, self._somewhere(), groups[number - 1]) for number in range(1, volunteers + 1)
        ]
        self.near: list[list[Person]] = [[] for _ in self.places]
        for person in self.people:
            away = sorted(range(points), key=lambda n: metres(self.places[n], person.home))
            person.points = away[:25]
            for number in away[: max(25, points // 12)]:
                self.near[number].append(person)

    def _somewhere(self) -> Coordinates:
        return Coordinates(
            latitude=31.9 + self.chance.random() * 0.25, longitude=118.75 + self.chance.random() * 0.25
        )

    def run(self, weeks: int) -> Tally:
        """Runs the term."""
        began = time.process_time()
        for week in range(weeks):
            self._week(START + timedelta(weeks=week))
        self.tally.gini = gini([person.unpopular for person in self.people])
        self.tally.seconds = time.process_time() - began
        return self.tally

    def _week(self, monday: datetime) -> None:
        published = monday - timedelta(days=5)
        posts = list(self._posts(monday, published))
        by_point: defaultdict[int, list[Post]] = defaultdict(list)
        for post in posts:
            by_point[post.point].append(post)
        self._sign_up(by_point, published)
        if self.mechanisms.suggestions:
            for point, own in by_point.items():
                self._suggest(point, own, published + timedelta(days=3))
        missing = self._mishaps(posts)
        if self.mechanisms.stand_ins:
            for post in sorted(posts, key=lambda one: one.facts.start):
                self._cover(post)
        self._count(posts, missing)
        for person in self.people:
            person.duties = [duty for duty in person.duties if duty.end > monday + timedelta(days=5)]

    def _posts(self, monday: datetime, published: datetime) -> Iterator[Post]:
        for point in range(len(self.places)):
            for weekday, hour, hours in SHIFTS:
                start = monday + timedelta(days=weekday, hours=hour)
                number = (point * 10 + weekday) * 10_000 + (monday - START).days
                yield Post(
                    ShiftFacts(
                        UUID(int=number + 1),
                        UUID(int=point + 1),
                        start,
                        start + timedelta(hours=hours),
                        "serving",
                        NEEDED,
                        MINIMUM,
                        0,
                        ShiftStatus.published,
                        published,
                        led=True,
                    ),
                    point,
                )

    def _sign_up(self, by_point: dict[int, list[Post]], published: datetime) -> None:
        """Everybody looks at some shifts near home, at some moment of the first three days."""
        moments = sorted((self.chance.uniform(0, 72), person.number) for person in self.people)
        for hours, number in moments:
            person, now = self.people[number - 1], published + timedelta(hours=hours)
            for _ in range(LOOKS_AT):
                post = self.chance.choice(by_point[self.chance.choice(person.points)])
                likes = LIKES[is_unpopular(post.facts.start, post.facts.end)]
                if self.chance.random() < likes and post.allows(person, now, Claim.own):
                    post.take(person)

    def _suggest(self, point: int, posts: Sequence[Post], now: datetime) -> None:
        """The manager has the rest suggested, and proposes it."""
        short = [post for post in posts if len(post.crew) < NEEDED]
        people = sorted(self.near[point], key=lambda one: metres(self.places[point], one.home))[:CANDIDATES]
        matches = [
            Match(gap, helper, 0, 0, round(metres(self.places[point], person.home) / 100))
            for helper, person in enumerate(people)
            for gap, post in enumerate(short)
            if post.allows(person, now, Claim.proposed)
        ]
        if not matches:
            return
        problem = Problem(
            tuple(self._gap(post) for post in short),
            tuple(self._helper(person) for person in people),
            tuple(matches),
            POLICY.week_hours * 60,
        )
        for index in solve(problem).chosen:
            match = problem.matches[index]
            self.tally.proposals += 1
            if self.chance.random() < SAYS_YES_TO_PROPOSAL:
                short[match.gap].take(people[match.helper])

    @staticmethod
    def _gap(post: Post) -> Gap:
        facts = post.facts
        start, end = (int(moment.timestamp() // 60) for moment in (facts.start, facts.end))
        free = NEEDED - len(post.crew)
        return Gap(
            start=start,
            end=end,
            rest_until=end + POLICY.rest_hours * 60,
            week=monday_of(local_day(facts.start)).toordinal(),
            places=free,
            short=max(0, MINIMUM - len(post.crew)),
            unpopular=is_unpopular(facts.start, facts.end),
            company=True,
            buddies=1,
        )

    @staticmethod
    def _helper(person: Person) -> Helper:
        weeks: Counter[int] = Counter()
        for duty in person.duties:
            minutes = int((duty.end - duty.start).total_seconds() // 60)
            weeks[monday_of(local_day(duty.start)).toordinal()] += minutes
        ahead = sum(is_unpopular(duty.start, duty.end) for duty in person.duties)
        return Helper(False, sum(weeks.values()), person.unpopular + ahead, tuple(sorted(weeks.items())))

    def _mishaps(self, posts: Sequence[Post]) -> dict[UUID, int]:
        """Who cannot or would rather not come; how many of each shift stay away without a word."""
        silent: dict[UUID, int] = {}
        for post in posts:
            for person in list(post.crew):
                luck, word = self.chance.random(), self.chance.random()
                if luck < CANNOT_COME and word < 0.2:
                    silent[post.facts.id] = silent.get(post.facts.id, 0) + 1
                elif luck < CANNOT_COME:
                    post.drop(person)
                elif luck < CANNOT_COME + WOULD_SWAP:
                    if self.mechanisms.stand_ins:
                        post.crew.remove(person)
                        post.leaving.append(person)
                    elif word < 0.5:
                        post.drop(person)
        return silent

    def _cover(self, post: Post) -> None:
        """Waves from 48 hours before; each asks those who match, live near and were asked least."""
        start = post.facts.start
        now = start - timedelta(hours=POLICY.coverage_hours)
        while now < start - timedelta(hours=1):
            hands = Hands(start, NEEDED, MINIMUM, ShiftStatus.published, len(post.crew), len(post.leaving))
            count = asks_for(hands, POLICY, now) + len(post.leaving) * POLICY.ask_wave_factor
            if count == 0:
                break
            if not self._wave(post, count, now):
                break
            now += timedelta(minutes=POLICY.ask_wave_minutes)
        post.crew += post.leaving
        post.leaving = []

    def _wave(self, post: Post, count: int, now: datetime) -> bool:
        """One wave; False when nobody is left to ask."""
        week = now - timedelta(days=7)
        free = [
            person
            for person in self.near[post.point]
            if len([asked for asked in person.asked if asked > week]) < POLICY.asks_a_week
        ]
        free.sort(key=lambda one: (len(one.asked), metres(self.places[post.point], one.home)))
        asked = 0
        for person in free[:CANDIDATES]:
            claim = Claim.swapped if post.leaving else Claim.asked
            if asked == count or not post.allows(person, now, claim):
                continue
            asked += 1
            person.asked.append(now)
            self.tally.asks += 1
            if self.chance.random() < SAYS_YES_TO_ASK:
                if post.leaving:
                    post.drop(post.leaving[0])
                post.take(person)
                if len(post.crew) >= NEEDED or (not post.leaving and len(post.crew) >= MINIMUM):
                    break
        return asked > 0

    def _count(self, posts: Sequence[Post], silent: dict[UUID, int]) -> None:
        for post in posts:
            came = len(post.crew) - silent.get(post.facts.id, 0)
            self.tally.places += NEEDED
            self.tally.filled += came
            self.tally.shifts += 1
            self.tally.closed += came < MINIMUM
            for person in post.crew:
                person.served += 1
                person.unpopular += is_unpopular(post.facts.start, post.facts.end)


RUNS = (
    ("without", Mechanisms(stand_ins=False, suggestions=False)),
    ("stand-ins and asks", Mechanisms(stand_ins=True, suggestions=False)),
    ("and suggestions", Mechanisms(stand_ins=True, suggestions=True)),
)


def main() -> None:
    """Runs the term three times and prints what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--weeks", type=int, default=WEEKS)
    parser.add_argument("--points", type=int, default=POINTS)
    parser.add_argument("--volunteers", type=int, default=VOLUNTEERS)
    parser.add_argument("--seed", type=int, default=1)
    said = parser.parse_args()
    print(f"{TEAMS} teams, {said.volunteers} volunteers, {said.points} points, {said.weeks} weeks")
    print(
        f"{'':20} {'filled':>8} {'below min.':>11} {'asks/person':>12} {'proposals':>10} {'Gini unpop.':>12} {'CPU s':>7}"
    )
    for name, mechanisms in RUNS:
        tally = Term(said.seed, said.points, said.volunteers, mechanisms).run(said.weeks)
        print(
            f"{name:20} {tally.filled / tally.places:8.1%} {tally.closed / tally.shifts:11.1%}"
            f" {tally.asks / said.volunteers:12.2f} {tally.proposals:10} {tally.gini:12.3f} {tally.seconds:7.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
