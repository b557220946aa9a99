"""Persons, their own data, consents, and for whom they may act (product: People)."""

from datetime import date, timedelta

import pytest
from sqlmodel import col

from models.ids import PersonId
from models.shapes.base import Area, Coordinates
from models.shapes.people import ConsentGiven, MeEdit, MeView
from models.tables import Consent, HouseholdLink, Person
from models.vocabulary import Language, LinkStatus, Role, ScopeKind
from scheduling import people
from scheduling.actors import SYSTEM, Actor, Permission
from scheduling.errors import InvalidInputError
from scheduling.people import NewPerson
from scheduling.rules.phones import masked_phone
from tests.scheduling.acting import do, stored
from tests.world import CANTEEN, DISTRICT, HILLS, NOW, TOWN, World


async def me(world: World, actor: Actor) -> MeView:
    return await do(world, people.me, actor=actor, now=NOW)


async def edit(world: World, actor: Actor, **changes: object) -> MeView:
    return await do(world, people.edit_me, actor=actor, edit=MeEdit.model_validate(changes), now=NOW)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        (None, None),
        ("13812345678", "138****5678"),
        ("025-8888999", "025****8999"),
        ("1234567", "****"),
        ("12345", "****"),
    ],
)
def test_phone_numbers_are_masked(phone: str | None, shown: str | None) -> None:
    """People 1: shown whole only to those who must call."""
    assert masked_phone(phone) == shown


async def test_what_a_new_person_has(world: World) -> None:
    actor = await world.person("王阿姨", birth_date=None)
    assert await me(world, actor) == MeView(
        id=actor.require_person(),
        name="王阿姨",
        language=Language.zh,
        phone=None,
        birth_date=None,
        disability=False,
        home_division=None,
        home=None,
        reminders=True,
        opted_out=[],
        large_text=False,
        consents=[],
        roles=[],
        household=[],
        draft=None,
    )


async def test_an_edit_changes_what_it_names_and_leaves_the_rest(world: World) -> None:
    """People 1: a person can see and correct their data."""
    actor = await world.person("王阿姨")
    before = await me(world, actor)
    after = await edit(world, actor, name="王女士", phone="13812345678", large_text=True)
    assert after == before.model_copy(update={"name": "王女士", "phone": "138****5678", "large_text": True})
    assert await me(world, actor) == after
    assert await edit(
        world, actor, birth_date="1950-05-06", disability=True, language="en"
    ) == after.model_copy(
        update={"birth_date": date(1950, 5, 6), "disability": True, "language": Language.en}
    )
    (row,) = await stored(world, Person, col(Person.id) == actor.require_person())
    assert row.phone == "13812345678"


async def test_what_is_set_to_null_is_cleared(world: World) -> None:
    actor = await world.person()
    await edit(world, actor, phone="13812345678", home={"latitude": 31.9, "longitude": 118.8})
    cleared = await edit(world, actor, phone=None, birth_date=None, home=None)
    assert (cleared.phone, cleared.birth_date, cleared.home) == (None, None, None)


async def test_a_home_is_a_place_or_a_division(world: World) -> None:
    """One replaces the other; clearing one leaves the other alone."""
    actor = await world.person()
    by_division = await edit(world, actor, home_division=TOWN)
    assert (by_division.home_division, by_division.home) == (Area(code=TOWN, name="东山街道"), None)
    assert (await edit(world, actor, home=None)).home_division == by_division.home_division
    place = Coordinates(latitude=31.9, longitude=118.8)
    by_place = await edit(world, actor, home=place.model_dump())
    assert (by_place.home_division, by_place.home) == (None, place)
    assert (await edit(world, actor, home_division=None)).home == place
    assert (await edit(world, actor, home_division=HILLS)).home is None


@pytest.mark.parametrize("field", ["name", "language", "disability", "reminders", "opted_out", "large_text"])
async def test_what_everybody_has_cannot_be_cleared(world: World, field: str) -> None:
    actor = await world.person()
    with pytest.raises(InvalidInputError) as refused:
        await edit(world, actor, **{field: None})
    assert refused.value.data["field"] == field


async def test_a_home_must_be_a_division_that_exists(world: World) -> None:
    actor = await world.person()
    with pytest.raises(InvalidInputError) as refused:
        await edit(world, actor, name="另名", home_division="999999999999")
    assert refused.value.data["field"] == "home_division"
    assert (await me(world, actor)).name == "王阿姨", "nothing of a refused edit is kept"


async def test_consents_are_versioned_and_given_once(world: World) -> None:
    """People 1: consent is versioned. Agreeing again changes nothing, agreeing to a new version adds to it."""
    actor = await world.person()
    later = NOW + timedelta(days=1)
    first = await do(
        world, people.consent, actor=actor, given=ConsentGiven(purpose="service", version="1"), now=NOW
    )
    again = await do(
        world, people.consent, actor=actor, given=ConsentGiven(purpose="service", version="1"), now=later
    )
    assert again == first
    assert first.given_at == NOW
    await do(
        world, people.consent, actor=actor, given=ConsentGiven(purpose="service", version="2"), now=later
    )
    await do(
        world,
        people.consent,
        actor=await world.person(),
        given=ConsentGiven(purpose="service", version="3"),
        now=NOW,
    )
    consents = (await me(world, actor)).consents
    assert sorted((one.version, one.given_at) for one in consents) == [("1", NOW), ("2", later)]
    assert len(await stored(world, Consent)) == 3


async def test_household_shows_for_whom_one_may_act(world: World) -> None:
    """Only active links count, and only in the one direction that was agreed to."""
    daughter, mother, aunt = (
        await world.person("女儿"),
        await world.person("妈妈"),
        await world.person("姑姑"),
    )
    await world.link(daughter, mother)
    await world.link(daughter, aunt, status=LinkStatus.proposed)
    assert [(one.person_id, one.name, one.relation) for one in (await me(world, daughter)).household] == [
        (mother.person_id, "妈妈", "妈妈")
    ]
    assert (await me(world, mother)).household == []


async def test_links_that_staff_vouch_for_are_recorded(world: World) -> None:
    daughter, mother = await world.person(), await world.person()
    link = HouseholdLink(
        created_at=NOW,
        person_id=daughter.require_person(),
        relative_id=mother.require_person(),
        relation="妈妈",
        status=LinkStatus.active,
        evidence="社区登记",
    )
    await do(world, people.link_household, actor=SYSTEM, links=[link], now=NOW)
    assert len((await me(world, daughter)).household) == 1


async def test_roles_are_shown_by_name(world: World) -> None:
    person = await world.person()
    permissions = frozenset(
        {
            Permission(Role.point_manager, ScopeKind.point, str(CANTEEN)),
            Permission(Role.staff, ScopeKind.division, TOWN),
        }
    )
    roles = (await me(world, Actor(person.person_id, permissions))).roles
    assert [(one.role, one.key, one.name) for one in roles] == [
        (Role.point_manager, str(CANTEEN), "幸福食堂"),
        (Role.staff, TOWN, "东山街道"),
    ]


async def test_staff_register_people_with_their_roles(world: World) -> None:
    person = Person(created_at=NOW, district_code=DISTRICT, name="站长")
    grant = (Role.point_manager, ScopeKind.point, str(CANTEEN))
    await do(world, people.register, actor=SYSTEM, people=[NewPerson(person, [grant])], now=NOW)
    assert (await me(world, Actor(PersonId(person.id)))).name == "站长"
