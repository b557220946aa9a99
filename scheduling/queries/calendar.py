"""What staff entered on top of the published calendar."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import CalendarDay
from models.vocabulary import CalendarDayKind


async def entered_days(
    session: AsyncSession, *, district_code: str, first: date, last: date
) -> Mapping[date, CalendarDayKind]:
    """What staff entered for the days from `first` to `last`, both inclusive."""
    rows = await session.execute(
        select(col(CalendarDay.day), col(CalendarDay.kind)).where(
            col(CalendarDay.district_code) == district_code, col(CalendarDay.day).between(first, last)
        )
    )
    return {row.day: row.kind for row in rows}
