"""The grid of the demonstration: two cells a community with made-up workers who can sign in, and requests in every state.

Laid through the use cases after `scheduling/demo/seed.py`, so that all rules hold. Its own stream of chance leaves the rest of
the demonstration as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import pi
from random import Random
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance import answering, asking, handling, wishes
from governance.establish_grid import CellDraft, establish_grid
from models.ids import PersonId, new_id
from models.shapes.requests import (
    AnswerRating,
    FollowOrder,
    NoteOrder,
    ReopenOrder,
    RequestOrder,
    TransferOrder,
    WishOrder,
)
from models.tables import AuditEntry, Division, Person, Point
from models.vocabulary import DivisionLevel, Language, Role
from scheduling.accounts import NewAccount, open_accounts
from scheduling.actors import SYSTEM, Actor
from scheduling.audit import Deed, record
from scheduling.demo import names
from scheduling.demo.places import moved
from scheduling.demo.plan import DemoPlan
from scheduling.demo.seed import DEMO_PASSWORD, SEED_LOCK, SignIn
from scheduling.people import NewPerson, register

SEEDED = "demo.grid_seeded"
SEED = "last metre, the grid"
CELLS_OF_A_COMMUNITY = 2
FIRST_PHONE = 5001
"""Made-up numbers of workers begin here, well behind those of the other people."""
APART_KM = 0.4
USERNAME = "grid{number}"


@dataclass(frozen=True, slots=True)
class GridSeeded:
    """What seeding did."""

    cells: int
    workers: int
    requests: int


async def seed_grid(session: AsyncSession, *, now: datetime) -> GridSeeded | None:
    """Lays the grid and its requests, in the caller's transaction. None when it is there already, or there is no
    demonstration to lay it over.
    """
    await session.execute(select(func.pg_advisory_xact_lock(SEED_LOCK)))
    if (await session.execute(select(col(AuditEntry.id)).where(col(AuditEntry.action) == SEEDED))).first():
        return None
    random = Random(SEED)  # noqa: S311  # made-up data, no secret
    communities = await _communities(session)
    if not communities:
        return None
    workers = _workers(random, communities, now)
    await register(session, actor=SYSTEM, people=[NewPerson(worker) for worker in workers], now=now)
    await open_accounts(
        session,
        actor=SYSTEM,
        accounts=[
            NewAccount(USERNAME.format(number=number), DEMO_PASSWORD, worker.id, worker.district_code)
            for number, worker in enumerate(workers, 1)
        ],
        now=now,
    )
    changes = await establish_grid(
        session, actor=SYSTEM, drafts=_cells(communities, [worker.id for worker in workers]), now=now
    )
    requests = await _requests(session, random, now)
    deed = Deed(SEEDED, "district", None, communities[0].code[:6].ljust(12, "0"))
    await record(session, [deed], actor=SYSTEM, now=now)
    return GridSeeded(changes.created, len(workers), requests)


def worker_sign_in(plan: DemoPlan) -> SignIn:
    """The sign-in of the first cell's worker, to be shown beside the others."""
    community = min(point.community_code for point in plan.district.points if point.demo)
    name = next(one.name for one in plan.district.divisions if one.code == community)
    return SignIn(USERNAME.format(number=1), DEMO_PASSWORD, Role.grid_worker, names.place_name(name))


@dataclass(frozen=True, slots=True)
class _Community:
    code: str
    name: str
    latitude: float
    longitude: float


async def _communities(session: AsyncSession) -> Sequence[_Community]:
    """Communities with demonstration points, each in the middle of them."""
    rows = await session.execute(
        select(
            col(Division.code),
            col(Division.name),
            func.avg(col(Point.latitude)),
            func.avg(col(Point.longitude)),
        )
        .join(Point, col(Point.community_code) == col(Division.code))
        .where(col(Division.level) == DivisionLevel.community, col(Point.demo).is_(True))
        .group_by(col(Division.code), col(Division.name))
        .order_by(col(Division.code))
    )
    return [_Community(row[0], names.place_name(row[1]), float(row[2]), float(row[3])) for row in rows]


def _workers(random: Random, communities: Sequence[_Community], now: datetime) -> list[Person]:
    """A worker for each cell; the other one of the community is the deputy."""
    found: list[Person] = []
    for community in communities:
        for _ in range(CELLS_OF_A_COMMUNITY):
            woman, year = random.random() < 0.6, random.randint(1974, 1999)
            name = names.surname(random) + names.given_name(random, birth_year=year, woman=woman)
            found.append(
                Person(
                    id=new_id(),
                    created_at=now,
                    district_code=community.code[:6].ljust(12, "0"),
                    name=name,
                    phone=names.mobile(FIRST_PHONE + len(found)),
                    birth_date=date(year, 1, 1) + timedelta(days=random.randrange(365)),
                    home_division=community.code,
                    demo=True,
                )
            )
    return found


def _cells(communities: Sequence[_Community], worker_ids: Sequence[UUID]) -> list[CellDraft]:
    drafts: list[CellDraft] = []
    for place, community in enumerate(communities):
        own = worker_ids[place * CELLS_OF_A_COMMUNITY : (place + 1) * CELLS_OF_A_COMMUNITY]
        for number, worker_id in enumerate(own, 1):
            angle = 2 * pi * number / CELLS_OF_A_COMMUNITY
            centre = moved((community.latitude, community.longitude), APART_KM, angle)
            drafts.append(
                CellDraft(
                    community_code=community.code,
                    number=number,
                    name=f"{community.name}第{number}网格",
                    latitude=centre[0],
                    longitude=centre[1],
                    worker_id=worker_id,
                    deputy_id=own[number % CELLS_OF_A_COMMUNITY],
                )
            )
    return drafts


SAID = (
    ("received", "小区北门的路灯坏了两天，晚上老人走路看不清。"),
    ("received", "Street light at the bus stop flickers all night."),
    ("accepted", "3 号楼一单元电梯经常停在四楼，老人上下不方便。"),
    ("in_progress", "垃圾分类亭旁边堆了很多旧家具，味道大。"),
    ("in_progress", "人行道地砖松了，下雨天踩一脚水。"),
    ("transfer", "河边步道的树枝太低，容易碰头。"),
    ("climbed", "楼道里一直有人给电动车充电，怕着火。"),
    ("resolved", "晚上十点还在跳广场舞，音响声音太大。"),
    ("resolved", "家里水压很小，洗菜都困难。"),
    ("reopened", "单元门的门禁坏了，外人随便进。"),
    ("closed", "楼下窨井盖翘起来了，很危险。"),
    ("closed", "独居老人想请人帮忙换灯泡。"),
    ("withdrawn", "快递车堵在楼门口，轮椅过不去。"),
    ("followed", "北门外的路面有个大坑，骑车容易摔。"),
    ("wish", "微心愿：想要一台能收听戏曲的收音机。"),
    ("wish_claimed", "微心愿：希望有人教我用手机视频通话。"),
)
"""What residents of the demonstration said, and how far it has come."""


async def _requests(session: AsyncSession, random: Random, now: datetime) -> int:
    """Sends and answers them on days before `now`, each step at a moment of its own."""
    rows = await session.execute(
        select(Person)
        .where(
            col(Person.demo).is_(True),
            col(Person.home_latitude).is_not(None),
            col(Person.birth_date) < date(1990, 1, 1),
        )
        .order_by(col(Person.number))
    )
    people = list(rows.scalars())
    if len(people) < 2:
        return 0
    for number, (fate, text) in enumerate(SAID):
        asker = people[number * 3 % len(people)]
        other = people[(number * 3 + 1) % len(people)]
        story = _Story(session, Actor(PersonId(asker.id)), Actor(PersonId(other.id)), random)
        await story.tell(fate, text, now)
    return len(SAID)


@dataclass(frozen=True, slots=True)
class _Story:
    """One request of the demonstration, told as far as its fate goes. Each step comes so long after the one before."""

    session: AsyncSession
    asker: Actor
    other: Actor
    random: Random

    async def tell(self, fate: str, text: str, now: datetime) -> None:
        """Sends it some hours or days ago and takes the steps."""
        recent = fate in {"received", "accepted", "transfer", "followed", "withdrawn", "wish"}
        sent = now - timedelta(hours=5 if recent else 30, minutes=self.random.randrange(60))
        view = await asking.ask(
            self.session,
            actor=self.asker,
            wanted=RequestOrder(text=text),
            language=Language.zh,
            now=sent,
        )
        owner, later = Actor(PersonId(view.owner.id)), sent + timedelta(minutes=50)
        match fate:
            case "received":
                return
            case "withdrawn":
                await answering.withdraw(
                    self.session,
                    actor=self.asker,
                    request_id=view.id,
                    text="车已经开走了",
                    language=Language.zh,
                    now=later,
                )
            case "followed":
                await asking.follow(
                    self.session,
                    actor=self.other,
                    request_id=view.id,
                    said=FollowOrder(text="我昨天也差点摔了"),
                    language=Language.zh,
                    now=later,
                )
            case _:
                await handling.accept(
                    self.session, actor=owner, request_id=view.id, language=Language.zh, now=later
                )
                await self._handled(fate, view.id, owner, later + timedelta(minutes=70))

    async def _handled(self, fate: str, id_: UUID, owner: Actor, now: datetime) -> None:
        match fate:
            case "in_progress":
                said = NoteOrder(text="已到现场看过，约了师傅明天上午来。")
                await handling.progress(
                    self.session, actor=owner, request_id=id_, said=said, language=Language.zh, now=now
                )
            case "transfer":
                takers = await handling.takers(self.session, actor=owner, request_id=id_, now=now)
                wanted = TransferOrder(to_id=takers[0].id, text="在您网格的河边，请您看看。")
                await handling.transfer(
                    self.session, actor=owner, request_id=id_, wanted=wanted, language=Language.zh, now=now
                )
            case "climbed":
                await handling.escalate(
                    self.session,
                    actor=owner,
                    request_id=id_,
                    text="需要消防一起来看",
                    language=Language.zh,
                    now=now,
                )
            case "wish" | "wish_claimed":
                await self._wished(fate, id_, owner, now)
            case "resolved" | "reopened" | "closed":
                await self._answered(fate, id_, owner, now)
            case _:
                return

    async def _wished(self, fate: str, id_: UUID, owner: Actor, now: datetime) -> None:
        text = "一位老人想要一台能听戏的收音机" if fate == "wish" else "一位老人想学用手机视频通话"
        await wishes.publish(
            self.session,
            actor=owner,
            request_id=id_,
            wanted=WishOrder(text=text),
            language=Language.zh,
            now=now,
        )
        if fate == "wish_claimed":
            await wishes.claim(
                self.session,
                actor=self.other,
                request_id=id_,
                language=Language.zh,
                now=now + timedelta(hours=2),
            )

    async def _answered(self, fate: str, id_: UUID, owner: Actor, now: datetime) -> None:
        said = NoteOrder(text="已经处理好了，谢谢您告诉我们。")
        await handling.resolve(
            self.session, actor=owner, request_id=id_, said=said, language=Language.zh, now=now
        )
        later = now + timedelta(hours=3)
        if fate == "reopened":
            again = ReopenOrder(text="修好一天又坏了")
            await answering.reopen(
                self.session, actor=self.asker, request_id=id_, said=again, language=Language.zh, now=later
            )
        elif fate == "closed":
            given = AnswerRating(stars=self.random.choice((4, 5)), comment="很快")
            await answering.rate(
                self.session, actor=self.asker, request_id=id_, given=given, language=Language.zh, now=later
            )
