"""A grid over the small district, and short ways to send requests and to act on them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance import answering, asking, grid, handling, wishes
from governance.check import check
from governance.views import one_view
from models.database import in_transaction, transaction
from models.ids import PersonId
from models.shapes.base import Coordinates
from models.shapes.requests import (
    AnswerRating,
    CellOrder,
    NoteOrder,
    ReopenOrder,
    RequestDetail,
    RequestOrder,
    TransferOrder,
)
from models.tables import Grant, Notice
from models.vocabulary import Language, NoticeKind, Role, ScopeKind
from scheduling.actors import SYSTEM, Actor
from scheduling.check import check as check_scheduling
from scheduling.signing_in import Identity, actor_of
from tests.world import DISTRICT, NOW, TOWN, World

NORTH, SOUTH = "320115001001", "320115001002"
AT_GATE = Coordinates(latitude=31.9500, longitude=118.8400)
NEAR_GATE = Coordinates(latitude=31.9505, longitude=118.8403)
FAR_AWAY = Coordinates(latitude=31.9560, longitude=118.8460)

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Grid:
    """The small district with two cells in one community and one in the next, and everybody who answers.

    `worker` and `deputy` answer for cell 1, the other way round for cell 2; `neighbour` for the next community.
    """

    world: World
    worker: Actor = field(init=False)
    deputy: Actor = field(init=False)
    neighbour: Actor = field(init=False)
    street: Actor = field(init=False)
    district: Actor = field(init=False)
    resident: Actor = field(init=False)
    cells: list[UUID] = field(default_factory=list)

    async def settle(self) -> "Grid":
        """Makes the people and the cells."""
        self.worker = await self.world.person("李明", phone="13800000001")
        self.deputy = await self.world.person("王芳", phone="13800000002")
        self.neighbour = await self.world.person("张磊", phone="13800000003")
        self.street = await self.staff("赵强", TOWN, Role.staff)
        self.district = await self.staff("孙丽", DISTRICT, Role.administrator)
        self.resident = await self.world.person("陈奶奶", phone="13900000001", home_division=NORTH)
        for community, number, worker, deputy, shift in (
            (NORTH, 1, self.worker, self.deputy, 0.0),
            (NORTH, 2, self.deputy, self.worker, 0.004),
            (SOUTH, 1, self.neighbour, None, 0.008),
        ):
            wanted = CellOrder(
                community=community,
                number=number,
                name=f"{community[-1]}号社区第{number}网格",
                centre=Coordinates(latitude=31.95 + shift, longitude=118.84 + shift),
                worker_id=worker.require_person(),
                deputy_id=None if deputy is None else deputy.require_person(),
            )
            view = await self.do(grid.create, actor=SYSTEM_STAFF, wanted=wanted, now=NOW)
            self.cells.append(view.id)
        return self

    async def staff(self, name: str, code: str, role: Role) -> Actor:
        """Somebody of the staff of a division."""
        person = await self.world.person(name, phone=f"1370000{len(name):04d}")
        scope = ScopeKind.district if role is Role.administrator else ScopeKind.division
        async with transaction(self.world.database) as session:
            session.add(
                Grant(created_at=NOW, person_id=person.require_person(), role=role, scope=scope, key=code)
            )
        return person

    async def do(
        self,
        use_case: Callable[Concatenate[AsyncSession, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Runs a use case as the API would, repeated when it lost a race; actors have the roles of this moment."""

        async def work(session: AsyncSession) -> T:
            given: dict[str, Any] = dict(kwargs)
            actor = given.get("actor")
            if isinstance(actor, Actor) and actor.person_id is not None:
                given["actor"] = await actor_of(session, identity=Identity(actor.person_id, 0))
            return await use_case(session, *args, **given)

        return await in_transaction(self.world.database, work)

    async def ask(
        self,
        text: str = "小区北门的路灯坏了",
        *,
        by: Actor | None = None,
        location: Coordinates | None = AT_GATE,
        now: datetime = NOW,
        **more: Any,
    ) -> RequestDetail:
        """Sends a request."""
        wanted = RequestOrder(text=text, location=location, **more)
        return await self.do(
            asking.ask, actor=by or self.resident, wanted=wanted, language=Language.zh, now=now
        )

    async def accept(self, id_: UUID, by: Actor, now: datetime = NOW) -> RequestDetail:
        """Acknowledges it, or takes it over."""
        return await self.do(handling.accept, actor=by, request_id=id_, language=Language.zh, now=now)

    async def note(
        self, id_: UUID, by: Actor, text: str = "已联系师傅", now: datetime = NOW
    ) -> RequestDetail:
        """Says how it goes."""
        said = NoteOrder(text=text)
        return await self.do(
            handling.progress, actor=by, request_id=id_, said=said, language=Language.zh, now=now
        )

    async def resolve(
        self, id_: UUID, by: Actor, text: str = "灯已换好", now: datetime = NOW
    ) -> RequestDetail:
        """Answers it."""
        said = NoteOrder(text=text)
        return await self.do(
            handling.resolve, actor=by, request_id=id_, said=said, language=Language.zh, now=now
        )

    async def hand_to(self, id_: UUID, by: Actor, to: Actor, now: datetime = NOW) -> RequestDetail:
        """Asks somebody to take it over."""
        wanted = TransferOrder(to_id=to.require_person(), text="在您那边")
        return await self.do(
            handling.transfer, actor=by, request_id=id_, wanted=wanted, language=Language.zh, now=now
        )

    async def hand_up(self, id_: UUID, by: Actor, now: datetime = NOW) -> RequestDetail:
        """Hands it one level up."""
        return await self.do(
            handling.escalate, actor=by, request_id=id_, text="", language=Language.zh, now=now
        )

    async def reopen(
        self, id_: UUID, by: Actor | None = None, text: str = "又坏了", now: datetime = NOW
    ) -> RequestDetail:
        """Says that the answer is none."""
        said = ReopenOrder(text=text)
        return await self.do(
            answering.reopen,
            actor=by or self.resident,
            request_id=id_,
            said=said,
            language=Language.zh,
            now=now,
        )

    async def rate(
        self, id_: UUID, stars: int = 5, by: Actor | None = None, now: datetime = NOW
    ) -> RequestDetail:
        """Rates the answer."""
        given = AnswerRating(stars=stars, comment="很快")
        return await self.do(
            answering.rate,
            actor=by or self.resident,
            request_id=id_,
            given=given,
            language=Language.zh,
            now=now,
        )

    async def withdraw(self, id_: UUID, by: Actor | None = None, now: datetime = NOW) -> RequestDetail:
        """Needs it no more."""
        return await self.do(
            answering.withdraw,
            actor=by or self.resident,
            request_id=id_,
            text="",
            language=Language.zh,
            now=now,
        )

    async def claim(self, id_: UUID, by: Actor, now: datetime = NOW) -> RequestDetail:
        """Takes a wish in hand."""
        return await self.do(wishes.claim, actor=by, request_id=id_, language=Language.zh, now=now)

    async def see(
        self, id_: UUID, by: Actor, now: datetime = NOW, language: Language = Language.zh
    ) -> RequestDetail:
        """The request as somebody sees it."""
        return await self.do(one_view, actor=by, request_id=id_, language=language, now=now)

    async def told(self, to: Actor, *kinds: NoticeKind) -> list[str]:
        """What somebody was told of requests, in order: the codes of what happened."""
        async with transaction(self.world.database) as session:
            rows = await session.execute(
                select(Notice)
                .where(col(Notice.person_id) == to.person_id, col(Notice.kind).in_(kinds or REQUEST_NOTICES))
                .order_by(col(Notice.created_at), col(Notice.id))
            )
            return [str(notice.data["what"]) for notice in rows.scalars()]

    async def assert_sound(self, now: datetime = NOW) -> None:
        """No invariant is broken."""
        async with transaction(self.world.database) as session:
            assert await check(session, now=now) == []
            assert await check_scheduling(session, now=now) == []


REQUEST_NOTICES: Sequence[NoticeKind] = (
    NoticeKind.request_news,
    NoticeKind.request_work,
    NoticeKind.wish_news,
)
SYSTEM_STAFF = SYSTEM
"""The command line on the machine, which may lay a grid."""


def person(actor: Actor) -> PersonId:
    """Who an actor is."""
    return actor.require_person()
