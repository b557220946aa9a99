"""Setting policies for a district, a point or a service, by those who may, and only to what makes sense."""

import asyncio
from uuid import UUID

import pytest
from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.database import in_transaction
from models.ids import PersonId
from models.shapes.policies import PolicyFieldView, PolicySetting
from models.tables import AuditEntry, PolicyOverride
from models.vocabulary import Role, ScopeKind
from scheduling import policy_settings
from scheduling.actors import Actor, Permission
from scheduling.errors import BookingRefusedError, ForbiddenError, InvalidInputError, NotFoundError
from scheduling.policy_settings import Setting
from tests.scheduling.acting import do, stored
from tests.world import (
    CANTEEN,
    DISTRICT,
    HAIRCUT,
    HILL_HOUSE,
    HILLS,
    LUNCH,
    NOW,
    READING,
    TOWN,
    World,
    manager_of,
)

POINT, SERVICE = ScopeKind.point, ScopeKind.service


def staff_of(division: str, role: Role = Role.staff) -> Actor:
    return Actor(PersonId(UUID(int=99)), frozenset({Permission(role, ScopeKind.division, division)}))


MANAGER = manager_of(CANTEEN, UUID(int=98))
IN_TOWN, IN_DISTRICT = staff_of(TOWN), staff_of(DISTRICT)


async def put(  # noqa: PLR0917  # who, where, what: as one would say it
    world: World, actor: Actor, scope: ScopeKind, key: object, field: str, value: JsonValue
) -> PolicySetting:
    setting = Setting(scope, str(key), field)
    return await do(world, policy_settings.set_field, actor=actor, setting=setting, value=value, now=NOW)


async def clear(world: World, actor: Actor, scope: ScopeKind, key: object, field: str) -> None:
    setting = Setting(scope, str(key), field)
    await do(world, policy_settings.clear_field, actor=actor, setting=setting, now=NOW)


async def shown(world: World, field: str, service_id: UUID = LUNCH) -> PolicyFieldView:
    view = await do(world, policy_settings.service_policy, service_id=service_id)
    return next(one for one in view.fields if one.field == field)


async def test_a_value_says_whose_it_is_and_which_rule_it_carries(world: World) -> None:
    """Booking 3: each number can be overridden, and one sees by whom."""
    before = await shown(world, "max_party")
    assert (before.value, before.default, before.origin, before.rule) == (6, 6, "default", "Booking 3")
    assert (await shown(world, "priority_hours")).origin == "category"
    for actor, scope, key, value in (
        (IN_DISTRICT, ScopeKind.district, DISTRICT, 5),
        (MANAGER, POINT, CANTEEN, 4),
        (MANAGER, SERVICE, LUNCH, 3),
    ):
        await put(world, actor, scope, key, "max_party", value)
        found = await shown(world, "max_party")
        assert (found.value, found.origin, found.default) == (value, scope, 6)
    assert (await shown(world, "max_party", HAIRCUT)).value == 4
    assert (await shown(world, "max_party", READING)).value == 5
    for scope, key, left in ((SERVICE, LUNCH, "point"), (POINT, CANTEEN, "district")):
        await clear(world, MANAGER, scope, key, "max_party")
        assert (await shown(world, "max_party")).origin == left
    await clear(world, IN_DISTRICT, ScopeKind.district, DISTRICT, "max_party")
    assert await shown(world, "max_party") == before


async def test_what_is_set_holds_for_the_next_booking(world: World) -> None:
    slot, person = await world.slot(), await world.person()
    await put(world, MANAGER, SERVICE, LUNCH, "max_party", 1)
    with pytest.raises(BookingRefusedError) as refused:
        await world.book(person, slot, 2)
    assert [(one.code, one.data["limit"]) for one in refused.value.reasons] == [("party-too-large", 1)]


async def test_all_kinds_of_values_can_be_set(world: World) -> None:
    question: JsonValue = {"key": "rice", "zh": "米饭", "en": "Rice", "kind": "yes_no"}
    values: list[tuple[str, JsonValue]] = [
        ("kitchen_cutoff_hour", 9),
        ("kitchen_cutoff_hour", None),
        ("pauses", True),
        ("questions", [question]),
    ]
    for field, value in values:
        assert (await put(world, MANAGER, SERVICE, LUNCH, field, value)).value == value
        found = await shown(world, field)
        assert found.origin == "service"
    assert (await shown(world, "kitchen_cutoff_hour")).value is None
    questions = (await shown(world, "questions")).value
    assert isinstance(questions, list)
    assert [one["key"] for one in questions if isinstance(one, dict)] == ["rice"]


@pytest.mark.parametrize(
    ("actor", "scope", "key"),
    [
        (MANAGER, ScopeKind.district, DISTRICT),
        (IN_TOWN, ScopeKind.district, DISTRICT),
        (manager_of(HILL_HOUSE), POINT, CANTEEN),
        (manager_of(HILL_HOUSE), SERVICE, LUNCH),
        (staff_of(HILLS), POINT, CANTEEN),
        (Actor(PersonId(UUID(int=97))), SERVICE, LUNCH),
    ],
)
async def test_who_may_not_set_it_is_refused(
    world: World, actor: Actor, scope: ScopeKind, key: object
) -> None:
    for field in ("max_party", "no_such_field"):
        with pytest.raises(ForbiddenError):
            await put(world, actor, scope, key, field, 3)
        with pytest.raises(ForbiddenError):
            await clear(world, actor, scope, key, field)
    assert await stored(world, PolicyOverride) == []


@pytest.mark.parametrize(
    ("actor", "scope", "key"),
    [
        (IN_TOWN, POINT, CANTEEN),
        (IN_TOWN, SERVICE, LUNCH),
        (staff_of(DISTRICT, Role.administrator), ScopeKind.district, DISTRICT),
        (staff_of(DISTRICT, Role.administrator), SERVICE, str(LUNCH).upper()),
    ],
)
async def test_staff_may_within_their_division(
    world: World, actor: Actor, scope: ScopeKind, key: object
) -> None:
    made = await put(world, actor, scope, key, "max_party", 3)
    assert made.key == str(key).lower()
    assert (await shown(world, "max_party")).value == 3


@pytest.mark.parametrize(
    ("scope", "key", "field"),
    [
        (SERVICE, UUID(int=5), "max_party"),
        (POINT, "no id", "max_party"),
        (POINT, LUNCH, "max_party"),
        (ScopeKind.district, TOWN, "max_party"),
        (ScopeKind.division, TOWN, "max_party"),
        (SERVICE, LUNCH, "no_such_field"),
    ],
)
async def test_what_is_not_there_cannot_be_set(
    world: World, scope: ScopeKind, key: object, field: str
) -> None:
    with pytest.raises(NotFoundError):
        await put(world, IN_DISTRICT, scope, key, field, 3)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("max_party", 0),
        ("max_party", "3"),
        ("max_party", None),
        ("pauses", 1),
        ("evening_reminder_hour", 21),
        ("questions", [{"key": "x"}]),
    ],
)
async def test_a_value_that_is_none_is_refused(world: World, field: str, value: JsonValue) -> None:
    with pytest.raises(InvalidInputError):
        await put(world, MANAGER, SERVICE, LUNCH, field, value)
    assert await stored(world, PolicyOverride) == []


async def test_what_is_the_districts_is_not_set_for_a_point(world: World) -> None:
    with pytest.raises(InvalidInputError):
        await put(world, IN_DISTRICT, POINT, CANTEEN, "invitation_hours", 2)
    assert await put(world, IN_DISTRICT, ScopeKind.district, DISTRICT, "invitation_hours", 2)


async def test_fields_that_contradict_each_other_are_refused_in_every_scope(world: World) -> None:
    """An offer near the start is not held longer than others (Booking 7), also where the two come from two scopes."""
    for actor, scope, key in (
        (MANAGER, SERVICE, LUNCH),
        (MANAGER, POINT, CANTEEN),
        (IN_DISTRICT, ScopeKind.district, DISTRICT),
    ):
        with pytest.raises(InvalidInputError) as refused:
            await put(world, actor, scope, key, "offer_minutes", 9)
        assert "offer_minutes_soon" in str(refused.value.data["detail"])
    await put(world, MANAGER, SERVICE, LUNCH, "offer_minutes_soon", 5)
    await put(world, MANAGER, SERVICE, LUNCH, "offer_minutes", 9)
    with pytest.raises(InvalidInputError):
        await clear(world, MANAGER, SERVICE, LUNCH, "offer_minutes_soon")
    assert (await shown(world, "offer_minutes_soon")).value == 5


async def test_a_district_is_held_against_what_its_points_have_set(world: World) -> None:
    await put(world, MANAGER, POINT, CANTEEN, "offer_minutes_soon", 25)
    with pytest.raises(InvalidInputError):
        await put(world, IN_DISTRICT, ScopeKind.district, DISTRICT, "offer_minutes", 20)
    assert await put(world, IN_DISTRICT, ScopeKind.district, DISTRICT, "offer_minutes", 25)


async def test_a_district_is_held_against_its_categories(world: World) -> None:
    """Meals and elder care open a day earlier for some: their slots must be there by then."""
    await put(world, IN_DISTRICT, ScopeKind.district, DISTRICT, "horizon_days", 8)
    with pytest.raises(InvalidInputError):
        await put(world, IN_DISTRICT, ScopeKind.district, DISTRICT, "horizon_days", 7)


async def test_each_change_is_in_the_audit_with_what_was_before(world: World) -> None:
    await put(world, MANAGER, SERVICE, LUNCH, "max_party", 3)
    await put(world, MANAGER, SERVICE, LUNCH, "max_party", 2)
    await clear(world, MANAGER, SERVICE, LUNCH, "max_party")
    await clear(world, MANAGER, SERVICE, LUNCH, "max_party")
    deeds = await stored(world, AuditEntry, col(AuditEntry.subject_id) == LUNCH)
    assert [(deed.action, deed.data) for deed in sorted(deeds, key=lambda deed: deed.id)] == [
        ("policy.set", {"field": "max_party", "value": 3, "before": None}),
        ("policy.set", {"field": "max_party", "value": 2, "before": 3}),
        ("policy.cleared", {"field": "max_party", "before": 2}),
    ]
    assert {deed.actor_id for deed in deeds} == {MANAGER.person_id}


async def two_that_contradict(world: World) -> list[object]:
    """Each of the two makes sense with the default of the other, but not both together."""

    async def one(field: str, value: int) -> PolicySetting:
        async def work(session: AsyncSession) -> PolicySetting:
            setting = Setting(SERVICE, str(LUNCH), field)
            return await policy_settings.set_field(
                session, actor=MANAGER, setting=setting, value=value, now=NOW
            )

        return await in_transaction(world.database, work)

    both = (one("offer_minutes", 15), one("offer_minutes_soon", 20))
    return list(await asyncio.gather(*both, return_exceptions=True))


async def test_two_settings_at_once_are_never_both_let_in_when_they_contradict(world: World) -> None:
    results = await two_that_contradict(world)
    assert [type(one) for one in results if isinstance(one, Exception)] == [InvalidInputError]
    assert len(await stored(world, PolicyOverride)) == 1


async def test_control_without_the_districts_lock_both_are(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = asyncio.Barrier(2)
    require = policy_settings._require_sense

    async def together(session: AsyncSession, place: policy_settings.Place, field: str) -> None:
        await require(session, place, field)
        await judged.wait()

    async def no_lock(session: AsyncSession, district_code: str) -> None:
        """Forgets to lock."""

    monkeypatch.setattr(policy_settings, "_require_sense", together)
    monkeypatch.setattr(policy_settings, "_lock", no_lock)
    assert [one for one in await two_that_contradict(world) if isinstance(one, Exception)] == []
    assert len(await stored(world, PolicyOverride)) == 2
