"""A small plan for tests, and ways to change it."""

from dataclasses import replace
from datetime import time

from models.vocabulary import Category, DayKind, DivisionLevel, Zone
from scheduling.drafts import (
    DistrictPlan,
    DivisionDraft,
    OpeningRuleDraft,
    PointDraft,
    ProviderDraft,
    ServiceDraft,
)

DISTRICT, STREET, TOWN, VILLAGE = "990101000000", "990101001000", "990101001001", "990101001200"


def division(code: str, level: DivisionLevel, parent: str | None) -> DivisionDraft:
    return DivisionDraft(code=code, name=f"区划{code}", level=level, parent_code=parent)


def rule(
    start: str = "11:00",
    end: str = "12:00",
    *,
    service_key: str = "lunch",
    rrule: str = "FREQ=DAILY",
    capacity: int = 20,
    days: DayKind = DayKind.any,
    slot_minutes: int | None = None,
) -> OpeningRuleDraft:
    return OpeningRuleDraft(
        service_key=service_key,
        rrule=rrule,
        start_time=time.fromisoformat(start),
        end_time=time.fromisoformat(end),
        slot_minutes=slot_minutes,
        capacity=capacity,
        days=days,
    )


POINT = PointDraft(
    key="P1",
    name="幸福食堂",
    community_code=TOWN,
    address="幸福路1号",
    phone="000-10000001",
    latitude=40.0,
    longitude=100.0,
)
SERVICE = ServiceDraft(
    key="lunch",
    point_key="P1",
    provider_key="office",
    category=Category.meals,
    name="午餐",
    description="热乎可口。",
    policy={"max_party": 4},
)

PLAN = DistrictPlan(
    divisions=(
        DivisionDraft(
            code=DISTRICT, name="某区", level=DivisionLevel.district, latitude=40.0, longitude=100.0
        ),
        division(STREET, DivisionLevel.subdistrict, DISTRICT),
        division(TOWN, DivisionLevel.community, STREET),
        division(VILLAGE, DivisionLevel.community, STREET),
    ),
    providers=(ProviderDraft(key="office", name="街道办事处", zone=Zone.street),),
    points=(POINT,),
    services=(SERVICE,),
    rules=(rule("11:00", "12:00", slot_minutes=30), rule("17:00", "18:00")),
)
"""One point with lunch in two sittings and supper in one."""


def with_rules(*rules: OpeningRuleDraft) -> DistrictPlan:
    return replace(PLAN, rules=rules)
