"""The demonstration's volunteers: universities with their teams, profiles, recurring shifts at points, and who signed up."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import PersonId, new_id
from models.shapes.base import local_day
from models.shapes.rosters import SignupOrder, TemplateOrder
from models.tables import Organisation, Person, Shift, Team, TeamMember, Volunteer
from models.vocabulary import Category, MembershipStatus, OrganisationKind, Role, ScopeKind
from scheduling.actors import Actor, Permission
from scheduling.audit import Deed, record
from scheduling.demo.plan import DemoPlan
from scheduling.errors import SignupRefusedError
from scheduling.establish import Standing
from scheduling.rosters import signups, templates

UNIVERSITIES = 26
"""The district has so many; here they have numbers, since place names are data."""

POINTS_WITH_SHIFTS = 16
"""Canteens with helpers: the first so many of the plan."""

SIGNED_UP = 24
"""So many sign up for what is near in time; what the rules refuse is left out."""

WEEKS = 26
"""For so many weeks the shifts recur."""


async def settle_volunteers(
    session: AsyncSession,
    *,
    plan: DemoPlan,
    stored: Standing,
    people: Mapping[str, Person],
    district_code: str,
    now: datetime,
) -> int:
    """Makes volunteers of those who are to be, with shifts to take; returns how many signed up."""
    helpers = [people[person.key] for person in plan.people if person.volunteer]
    if not helpers:
        return 0
    await _organise(session, helpers, district_code, now)
    leader = await _recur(session, plan, stored, people, district_code, now=now)
    return await _sign_up(session, helpers, district_code, now) if leader else 0


async def _organise(
    session: AsyncSession, helpers: Sequence[Person], district_code: str, now: datetime
) -> None:
    """Universities, a team for each, and the volunteers in them."""
    shared = {"created_at": now, "district_code": district_code}
    organisations = [
        {"id": new_id(), "name": f"第{number}大学（演示）", "kind": OrganisationKind.university, **shared}
        for number in range(1, UNIVERSITIES + 1)
    ]
    teams = [
        {
            "id": new_id(),
            "organisation_id": organisation["id"],
            "name": f"第{number}大学青年志愿队（演示）",
            "leader_id": helpers[(number - 1) % len(helpers)].id,
            **shared,
        }
        for number, organisation in enumerate(organisations, 1)
    ]
    volunteers = [
        {
            "id": helper.id,
            "organisation_id": organisations[number % UNIVERSITIES]["id"],
            "skills": [],
            "roles_wished": ["serving"] if number % 2 else ["reception"],
            "categories_wished": [],
            "languages": ["zh-CN"],
            "hours_wanted": [],
            "reach_m": 8000,
            "takes_asks": True,
            "guardian_evidence": "",
            "suspension_reason": "",
            **shared,
        }
        for number, helper in enumerate(helpers)
    ]
    members = [
        {
            "id": new_id(),
            "created_at": now,
            "team_id": teams[number % UNIVERSITIES]["id"],
            "person_id": helper.id,
            "status": MembershipStatus.member,
        }
        for number, helper in enumerate(helpers)
    ]
    for table, rows in (
        (Organisation, organisations),
        (Team, teams),
        (Volunteer, volunteers),
        (TeamMember, members),
    ):
        await session.execute(insert(table), rows)
    deeds = [Deed("volunteer.edited", "volunteer", helper.id, district_code) for helper in helpers]
    await record(session, deeds, actor=Actor(), now=now)


async def _recur(
    session: AsyncSession,
    plan: DemoPlan,
    stored: Standing,
    people: Mapping[str, Person],
    district_code: str,
    *,
    now: datetime,
) -> bool:
    """Recurring shifts at canteens, each led by its manager; whether there is anybody to make them."""
    chief = next((grant for grant in plan.grants if grant.role is Role.administrator), None)
    if chief is None:
        return False
    permission = Permission(Role.administrator, ScopeKind.district, district_code)
    actor = Actor(PersonId(people[chief.person_key].id), frozenset({permission}))
    managers = {
        grant.scope_key: people[grant.person_key].id
        for grant in plan.grants
        if grant.role is Role.point_manager
    }
    canteens = [service for service in plan.district.services if service.category is Category.meals]
    today = local_day(now)
    for service in canteens[:POINTS_WITH_SHIFTS]:
        wanted = TemplateOrder(
            role="serving",
            title="午餐助餐志愿者",
            needed=3,
            minimum=1,
            leader_id=managers.get(service.point_key),
            service_ids=[UUID(str(stored.services[service.key]["id"]))],
            rrule="FREQ=WEEKLY;BYDAY=MO,TU,TH,SA",
            start_time=time(10, 30),
            end_time=time(13),
            valid_from=today,
            valid_until=today + timedelta(weeks=WEEKS),
            publishes_itself=True,
        )
        point_id = UUID(str(stored.points[service.point_key]["id"]))
        await templates.add(session, actor=actor, point_id=point_id, wanted=wanted, now=now)
    return True


async def _sign_up(
    session: AsyncSession, helpers: Sequence[Person], district_code: str, now: datetime
) -> int:
    """The first shifts find people, as they would by themselves."""
    ids = list(
        (
            await session.execute(
                select(col(Shift.id))
                .where(col(Shift.district_code) == district_code, col(Shift.start) > now)
                .order_by(col(Shift.start), col(Shift.id))
                .limit(SIGNED_UP)
            )
        ).scalars()
    )
    signed_up = 0
    for number, shift_id in enumerate(ids):
        actor = Actor(PersonId(helpers[number % len(helpers)].id))
        try:
            await signups.sign_up(session, actor=actor, shift_id=shift_id, wanted=SignupOrder(), now=now)
        except SignupRefusedError:
            continue
        signed_up += 1
    return signed_up
