"""What volunteers and managers are told about shifts, as notices (product: Messages 1)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import SIGNIFICANT_DIGITS
from models.tables import Grant
from models.vocabulary import NoticeKind, Role, ScopeKind
from scheduling import notices
from scheduling.errors import Value
from scheduling.policies import Policy
from scheduling.queries.rosters import ShiftRow
from scheduling.rules.booking import when
from scheduling.rules.reminders import reminders
from scheduling.rules.telling import told_of_loss_at
from scheduling.rules.waiting import told_at

WORTH_TELLING = timedelta(hours=12)
"""So long at least it is worth telling what became of a place, even when the shift is over."""

REMINDERS = {
    NoticeKind.booking_reminder_evening: NoticeKind.shift_reminder_evening,
    NoticeKind.booking_reminder_soon: NoticeKind.shift_reminder_soon,
}
"""Shifts are reminded of when bookings are."""


def shift_data(row: ShiftRow) -> dict[str, Value]:
    """What every notice about a shift carries."""
    return {
        "shift_id": str(row.id),
        "title": row.title,
        "role": row.facts.role,
        "point": row.point.name,
        "address": row.point.address,
        "start": when(row.facts.start),
        "end": when(row.facts.end),
        "latitude": row.point.latitude,
        "longitude": row.point.longitude,
    }


def news(
    row: ShiftRow,
    policy: Policy,
    *,
    what: str,
    person_id: UUID,
    key: str,
    now: datetime,
    loss: bool = False,
    **more: Value,
) -> notices.Owed:
    """Tells one person what became of their place: `what` is a code for those who find the words."""
    due = told_of_loss_at(row.facts.start, now, policy) if loss else told_at(now, policy)
    return notices.Owed(
        person_id=person_id,
        kind=NoticeKind.shift_news,
        dedupe_key=f"{NoticeKind.shift_news}:{what}:{key}",
        due_at=due,
        expires_at=max(row.facts.start, due + WORTH_TELLING),
        data={**shift_data(row), "what": what, **more},
        district_code=row.district_code,
    )


def reminder_keys(signup_id: UUID, sequence: int) -> list[str]:
    """The keys under which the reminders of a signup are owed."""
    return [f"{kind}:{signup_id}:{sequence}" for kind in REMINDERS.values()]


def owed_reminders(
    row: ShiftRow, policy: Policy, *, person_id: UUID, signup_id: UUID, sequence: int, now: datetime
) -> list[notices.Owed]:
    """The reminders of a place that are still ahead."""
    return [
        notices.Owed(
            person_id=person_id,
            kind=REMINDERS[due.kind],
            dedupe_key=f"{REMINDERS[due.kind]}:{signup_id}:{sequence}",
            due_at=due.due_at,
            expires_at=due.expires_at,
            data={**shift_data(row), "signup_id": str(signup_id)},
            district_code=row.district_code,
        )
        for due in reminders(row.facts.start, now=now, policy=policy)
    ]


async def forget_reminders(
    session: AsyncSession, signups: Iterable[tuple[UUID, int]], *, now: datetime
) -> None:
    """Withdraws what is still owed about these signups, given with their sequence."""
    keys = [key for signup_id, sequence in signups for key in reminder_keys(signup_id, sequence)]
    if keys:
        await notices.withdraw_keys(session, keys, now=now)


def around(community_code: str) -> list[str]:
    """The codes of a community and of the divisions around it, the nearest first."""
    return [community_code[:digits].ljust(12, "0") for digits in sorted(SIGNIFICANT_DIGITS.values())][::-1]


async def answerable(
    session: AsyncSession, points: Collection[tuple[UUID, str]]
) -> Mapping[UUID, Sequence[UUID]]:
    """Who is to know of a point's troubles, by the point's id: its managers; where it has none, the staff of the nearest
    division that has some. Points are given with their communities.
    """
    keys = {str(point_id) for point_id, _ in points}
    codes = {code for _, community in points for code in around(community)}
    rows = await session.execute(
        select(col(Grant.person_id), col(Grant.role), col(Grant.key))
        .where(
            or_(
                and_(
                    col(Grant.role) == Role.point_manager,
                    col(Grant.scope) == ScopeKind.point,
                    col(Grant.key).in_(keys),
                ),
                and_(
                    col(Grant.role).in_([Role.staff, Role.administrator]),
                    col(Grant.scope) != ScopeKind.point,
                    col(Grant.key).in_(codes),
                ),
            )
        )
        .order_by(col(Grant.person_id))
    )
    holders: dict[str, list[UUID]] = {}
    for row in rows:
        holders.setdefault(row.key, []).append(row.person_id)
    return {
        point_id: next((holders[key] for key in (str(point_id), *around(community)) if key in holders), [])
        for point_id, community in points
    }


async def alert(
    session: AsyncSession,
    rows: Mapping[UUID, ShiftRow],
    policies: Mapping[UUID, Policy],
    *,
    what: str,
    data: Mapping[UUID, Mapping[str, Value]],
    now: datetime,
) -> None:
    """Tells those answerable for the points of these shifts, once for each moment: `understaffed`, `late_withdrawal`,
    `first_timer_alone` or `nobody_to_ask`.
    """
    if not rows:
        return
    people = await answerable(session, {(row.facts.point_id, row.community_code) for row in rows.values()})
    owed: list[notices.Owed] = []
    for row in rows.values():
        policy = policies[row.facts.point_id]
        due = told_at(now, policy)
        owed.extend(
            notices.Owed(
                person_id=person_id,
                kind=NoticeKind.shift_alert,
                dedupe_key=f"{NoticeKind.shift_alert}:{what}:{row.id}:{int(now.timestamp())}:{person_id.hex[-8:]}",
                due_at=due,
                expires_at=max(row.facts.end, due + WORTH_TELLING),
                data={**shift_data(row), "what": what, **data.get(row.id, {})},
                district_code=row.district_code,
            )
            for person_id in people[row.facts.point_id]
        )
    await notices.owe(session, owed, now=now)
