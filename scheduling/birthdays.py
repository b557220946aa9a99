"""What a birthday means, said before it is kept (product: Booking 3, Volunteers 1)."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.shapes.base import local_day
from models.shapes.people import BirthdayView
from models.tables import Person
from scheduling.actors import Actor
from scheduling.queries.policies import district_policies
from scheduling.rules.windows import PriorityFacts, has_priority, year_is_enough


async def meaning(session: AsyncSession, *, actor: Actor, born: date, now: datetime) -> BirthdayView:
    """What it would mean for the actor to be born on a day. Keeps nothing."""
    district = (await session.get_one(Person, actor.require_person())).district_code
    facts = PriorityFacts(born, disability=False)
    policies = await district_policies(session, district)
    return BirthdayView(
        earlier=[category for category, policy in policies.items() if has_priority(facts, policy, now)],
        year_is_enough=all(year_is_enough(born.year, policy, local_day(now)) for policy in policies.values()),
    )
