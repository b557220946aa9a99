"""What services were worth to those who came."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.places import RatingSummary
from models.tables import Rating
from scheduling.policies import Policy


async def rating_summaries(
    session: AsyncSession, policies: Mapping[UUID, Policy]
) -> Mapping[UUID, RatingSummary]:
    """Average and number of the ratings of these services; only of those with as many as their policy asks for."""
    rows = await session.execute(
        select(
            col(Rating.service_id),
            func.round(func.avg(col(Rating.stars)), 1).label("average"),
            func.count().label("number"),
        )
        .where(col(Rating.service_id).in_(sorted(policies)))
        .group_by(col(Rating.service_id))
    )
    return {
        row.service_id: RatingSummary(average=float(row.average), count=row.number)
        for row in rows
        if row.number >= policies[row.service_id].ratings_shown_from
    }
