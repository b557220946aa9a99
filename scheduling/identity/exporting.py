"""Everything about oneself, to take along: the same views that one sees elsewhere, in one document (product: People 1).

A few statements a list, however long it is; and no list is longer than `MOST`.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.hours import ServiceLine
from models.shapes.identity import ChatView, MeExport, NoticeTold, Part, StatementKept
from models.shapes.standing import PauseView, RatingView
from models.shapes.waitlist import SeriesView
from models.tables import (
    Booking,
    ChannelIdentity,
    HoursStatement,
    Notice,
    Pause,
    Person,
    Rating,
    Series,
    ShiftAsk,
    ShiftWait,
    Signup,
    Volunteer,
    WaitlistEntry,
)
from models.vocabulary import NoticeStatus
from scheduling import addresses, household, pauses, people, series, waitlist
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.identity import consents
from scheduling.identity.parts import Parts
from scheduling.queries.bookings import booking_views
from scheduling.queries.roster_views import ask_views, signup_views, wait_views
from scheduling.rosters import hours, standing, volunteers

MOST = 5_000
"""So many entries of a list are handed out, the latest first."""

MOST_SERIES = 200
"""So many series, each with all its days."""

V = TypeVar("V")


class Gathering:
    """Lists as they are gathered, and the names of those that were longer than they may be."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self.shortened: list[str] = []

    async def rows(self, name: str, statement: Select[Any], most: int = MOST) -> list[Any]:
        """The first rows of a list, noting whether there are more."""
        found = list((await self._session.execute(statement.limit(most + 1))).scalars())
        return self.cut(name, found, most)

    def cut(self, name: str, found: Sequence[V], most: int = MOST) -> list[V]:
        """The same of what was read already."""
        if len(found) > most:
            self.shortened.append(name)
        return list(found[:most])

    async def views(
        self,
        name: str,
        statement: Select[Any],
        view: Callable[[AsyncSession, Sequence[UUID]], Awaitable[list[V]]],
        most: int = MOST,
    ) -> list[V]:
        """What the rows with these ids are shown as."""
        ids = await self.rows(name, statement, most)
        return await view(self._session, ids) if ids else []


async def export(session: AsyncSession, *, actor: Actor, parts: Parts, now: datetime) -> MeExport:
    """Everything that is stored about the actor. That they took it along is put into the audit."""
    me = actor.require_person()
    person = await session.get_one(Person, me)
    gathering = Gathering(session)
    served = await _volunteers(session, me)
    exported = MeExport(
        made_at=now,
        most=MOST,
        shortened=gathering.shortened,
        profile=await people.me(session, actor=actor, now=now),
        phone=person.phone,
        registered_at=person.created_at,
        chats=await _chats(session, me),
        addresses=await addresses.mine(session, actor=actor),
        consents=await consents.given(session, actor=actor),
        household=await household.show(session, actor=actor, now=now),
        bookings=await gathering.views(
            "bookings", _newest(Booking, "attendee_id", "booked_by_id", me), booking_views
        ),
        waitlist=await gathering.views(
            "waitlist", _newest(WaitlistEntry, "attendee_id", "person_id", me), waitlist.entry_views
        ),
        series=await _series(gathering, session, me),
        ratings=await _ratings(gathering, me),
        pauses=await _pauses(gathering, session, me, now),
        notices=await _notices(gathering, me),
        volunteer=await volunteers.view(session, actor=actor, person_id=me, now=now) if served else None,
        signups=await gathering.views("signups", _newest(Signup, "person_id", "person_id", me), signup_views),
        shift_waits=await gathering.views(
            "shift_waits", _newest(ShiftWait, "person_id", "person_id", me), wait_views
        ),
        shift_asks=await gathering.views(
            "shift_asks", _newest(ShiftAsk, "person_id", "person_id", me), ask_views
        ),
        standing_places=await standing.mine(session, actor=actor),
        hours=await hours.mine(session, actor=actor) if served else None,
        record=await hours.take_along(session, actor=actor) if served else None,
        statements=await _statements(gathering, me),
        parts=[
            Part(
                name=part.name,
                items=[
                    dict(item)
                    for item in gathering.cut(part.name, await part.show(session, me, now=now, most=MOST))
                ],
            )
            for part in parts
        ],
    )
    deed = Deed("person.exported", "person", me, person.district_code)
    await record(session, [deed], actor=actor, now=now)
    return exported


def _newest(table: Any, mine: str, ordered: str, me: UUID) -> Select[Any]:
    """Ids of rows that are one's own or ordered by oneself, the latest first; each side by its own index."""
    sides = union(*(select(table.id).where(getattr(table, name) == me) for name in sorted({mine, ordered})))
    return select(table.id).where(table.id.in_(sides)).order_by(table.id.desc())


async def _chats(session: AsyncSession, me: UUID) -> list[ChatView]:
    rows = await session.execute(
        select(ChannelIdentity)
        .where(col(ChannelIdentity.person_id) == me)
        .order_by(col(ChannelIdentity.created_at), col(ChannelIdentity.id))
    )
    return [
        ChatView(
            channel=one.channel, address=one.address, since=one.created_at, last_seen_at=one.last_seen_at
        )
        for one in rows.scalars()
    ]


async def _series(gathering: Gathering, session: AsyncSession, me: UUID) -> list[SeriesView]:
    ids = await gathering.rows("series", _newest(Series, "attendee_id", "person_id", me), MOST_SERIES)
    return await series.views_of(session, ids)


async def _ratings(gathering: Gathering, me: UUID) -> list[RatingView]:
    rows = await gathering.rows(
        "ratings", select(Rating).where(col(Rating.person_id) == me).order_by(col(Rating.id).desc())
    )
    return [
        RatingView(
            id=one.id,
            booking_id=one.booking_id,
            created_at=one.created_at,
            stars=one.stars,
            comment=one.comment,
        )
        for one in rows
    ]


async def _pauses(gathering: Gathering, session: AsyncSession, me: UUID, now: datetime) -> list[PauseView]:
    rows = await gathering.rows(
        "pauses", select(Pause).where(col(Pause.person_id) == me).order_by(col(Pause.id).desc())
    )
    return await pauses.pause_views(session, rows, now)


async def _notices(gathering: Gathering, me: UUID) -> list[NoticeTold]:
    """What was told, and what is still owed; each by its own index."""
    columns = select(col(Notice.id)).where(col(Notice.person_id) == me)
    told = union(
        columns.where(col(Notice.finished_at).is_not(None)),
        columns.where(col(Notice.status) == NoticeStatus.pending),
    )
    rows = await gathering.rows(
        "notices", select(Notice).where(col(Notice.id).in_(told)).order_by(col(Notice.id).desc())
    )
    return [
        NoticeTold(
            kind=one.kind,
            due_at=one.due_at,
            status=one.status,
            channel=one.channel,
            finished_at=one.finished_at,
        )
        for one in rows
    ]


async def _volunteers(session: AsyncSession, me: UUID) -> bool:
    """Whether somebody has a profile as a volunteer."""
    found = await session.execute(select(col(Volunteer.id)).where(col(Volunteer.id) == me))
    return found.first() is not None


async def _statements(gathering: Gathering, me: UUID) -> list[StatementKept]:
    rows = await gathering.rows(
        "statements",
        select(HoursStatement)
        .where(col(HoursStatement.person_id) == me)
        .order_by(col(HoursStatement.created_at).desc(), col(HoursStatement.id).desc()),
    )
    return [
        StatementKept(
            code=one.code,
            first=one.first,
            last=one.last,
            minutes=one.minutes,
            shifts=one.shifts,
            issued_at=one.created_at,
            lines=[ServiceLine.model_validate(line) for line in one.lines],
        )
        for one in rows
    ]
