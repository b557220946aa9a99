"""Signing in: chat users on first contact, staff by name and password, tokens that were revoked."""

import asyncio
from datetime import datetime, timedelta

import argon2
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from models.database import transaction
from models.ids import PersonId, new_id
from models.shapes.people import ChatSignIn
from models.tables import AuditEntry, ChannelIdentity, Grant, Person, SignInFailures, StaffAccount
from models.vocabulary import Channel, Language, Role, ScopeKind
from scheduling import accounts, signing_in
from scheduling.accounts import NewAccount
from scheduling.actors import SYSTEM, Actor, Permission
from scheduling.errors import ForbiddenError, NotFoundError, SignInRequiredError, TooManySignInsError
from scheduling.jobs import forget_failed_sign_ins
from scheduling.signing_in import FAILURES_KEPT, LOCKED_FOR, MOST_FAILED_SIGN_INS, SEEN_AGAIN_AFTER, Identity
from tests.scheduling.acting import do, sql, stored
from tests.world import CANTEEN, DISTRICT, NOW, TOWN, World

BOT = Actor(service=True)
MINUTE = timedelta(minutes=1)


def chat_user(user_id: str = "1001", **changes: object) -> ChatSignIn:
    return ChatSignIn.model_validate(
        {"channel": "telegram", "user_id": user_id, "name": "李明", "language": "en", **changes}
    )


async def from_chat(world: World, who: ChatSignIn, now: datetime = NOW, actor: Actor = BOT) -> Identity:
    return await do(world, signing_in.sign_in_from_chat, actor=actor, who=who, now=now)


async def test_first_contact_registers_a_resident(world: World) -> None:
    identity = await from_chat(world, chat_user(name="  李明 "))
    (person,) = await stored(world, Person)
    assert (identity.person_id, identity.token_epoch) == (person.id, 0)
    assert (person.name, person.language, person.district_code) == ("李明", Language.en, DISTRICT)
    (address,) = await stored(world, ChannelIdentity)
    assert (address.channel, address.address, address.last_seen_at) == (Channel.telegram, "1001", NOW)
    (deed,) = await stored(world, AuditEntry)
    assert (deed.action, deed.actor_id, deed.subject_id) == ("person.registered", person.id, person.id)


async def test_somebody_known_is_recognised_and_keeps_their_name(world: World) -> None:
    first = await from_chat(world, chat_user())
    assert await from_chat(world, chat_user(name="Someone else", language="zh-CN")) == first
    (person,) = await stored(world, Person)
    assert (person.name, person.language) == ("李明", Language.en)
    assert await from_chat(world, chat_user(channel="web")) != first, "another channel, another person"


async def test_who_says_no_name_is_called_resident(world: World) -> None:
    await from_chat(world, chat_user(name=" "))
    (person,) = await stored(world, Person)
    assert person.name == "居民"


async def test_only_the_bot_vouches_for_chat_users(world: World) -> None:
    for actor in (await world.person(), SYSTEM):
        with pytest.raises(ForbiddenError):
            await from_chat(world, chat_user(), actor=actor)
    assert await stored(world, ChannelIdentity) == []


async def test_two_first_contacts_at_once_make_one_person(world: World) -> None:
    identities = await asyncio.gather(*(from_chat(world, chat_user()) for _ in range(8)))
    assert len({identity.person_id for identity in identities}) == 1
    assert len(await stored(world, Person)) == 1
    assert len(await stored(world, ChannelIdentity)) == 1
    assert len(await stored(world, AuditEntry)) == 1


async def test_a_first_contact_that_waits_for_another_uses_its_person(world: World) -> None:
    """One transaction has registered the chat user and has not committed yet, when another comes for them."""
    async with transaction(world.database) as session:
        first = await signing_in.sign_in_from_chat(session, actor=BOT, who=chat_user(), now=NOW)
        second = asyncio.create_task(from_chat(world, chat_user()))
        await asyncio.sleep(0.2)
        assert not second.done()
    assert await second == first
    assert [person.id for person in await stored(world, Person)] == [first.person_id]


async def test_where_somebody_was_last_seen_is_kept_but_not_at_every_word(world: World) -> None:
    async def last_seen() -> datetime:
        (address,) = await stored(world, ChannelIdentity)
        return address.last_seen_at

    await from_chat(world, chat_user())
    await from_chat(world, chat_user(), NOW + SEEN_AGAIN_AFTER)
    assert await last_seen() == NOW
    later = NOW + SEEN_AGAIN_AFTER + MINUTE
    await from_chat(world, chat_user(), later)
    assert await last_seen() == later


async def test_who_comes_back_after_blocking_us_can_be_reached_again(world: World) -> None:
    await from_chat(world, chat_user())
    await sql(world, "UPDATE channel_identity SET blocked_at = now()")
    await from_chat(world, chat_user(), NOW + MINUTE)
    (address,) = await stored(world, ChannelIdentity)
    assert address.blocked_at is None


async def test_nobody_is_registered_where_there_is_no_district(world: World) -> None:
    async with transaction(world.database) as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))  # the ledger refuses it
        await session.execute(text("TRUNCATE division CASCADE"))
    with pytest.raises(NotFoundError):
        await from_chat(world, chat_user())


@pytest.fixture
async def staff(world: World) -> Actor:
    """Somebody with the sign-in "wang" and the password "right"."""
    person = await world.person("王站长")
    account = NewAccount("wang", "right", person.require_person(), DISTRICT)
    await do(world, accounts.open_accounts, actor=SYSTEM, accounts=[account], now=NOW)
    return person


async def sign_in(
    world: World, password: str, now: datetime = NOW, username: str = "wang"
) -> Identity | None:
    return await do(
        world,
        signing_in.sign_in_staff,
        username=username,
        password=password,
        now=now,
    )


async def test_staff_sign_in_by_name_and_password(world: World, staff: Actor) -> None:
    assert await sign_in(world, "right") == Identity(staff.require_person(), 0)
    assert await sign_in(world, "wrong") is None
    assert await sign_in(world, "right", username="WANG") is None
    assert await sign_in(world, "right", username="nobody") is None
    (account,) = await stored(world, StaffAccount)
    assert account.password_hash.startswith("$argon2id$")
    deeds = await stored(world, AuditEntry, col(AuditEntry.action) == "staff.signed_in")
    assert [deed.actor_id for deed in deeds] == [staff.person_id]


def test_guessing_a_password_is_dear(program_hash: str) -> None:
    """Argon2id with 19 MiB and two passes is the least that OWASP advises."""
    cost = argon2.extract_parameters(program_hash)
    assert cost.type is argon2.Type.ID
    assert cost.memory_cost >= 19 * 1024
    assert cost.time_cost >= 2


async def test_too_many_failures_let_the_account_rest(world: World, staff: Actor) -> None:
    """After five failures even the right password must wait a quarter of an hour; then all begins anew."""
    for _ in range(MOST_FAILED_SIGN_INS):
        assert await sign_in(world, "wrong") is None
    with pytest.raises(TooManySignInsError) as refused:
        await sign_in(world, "right", NOW + MINUTE)
    assert refused.value.data["retry_after_s"] == int((LOCKED_FOR - MINUTE).total_seconds()) + 1
    with pytest.raises(TooManySignInsError):
        await sign_in(world, "wrong", NOW + LOCKED_FOR - timedelta(seconds=1))
    assert await sign_in(world, "wrong", NOW + LOCKED_FOR) is None, "one failure does not lock again"
    assert await sign_in(world, "right", NOW + LOCKED_FOR) is not None


async def test_a_name_that_nobody_has_rests_just_the_same(world: World, staff: Actor) -> None:
    """Whoever guesses names learns nothing from the answers, nor from their order."""

    async def answers(username: str) -> list[str]:
        said = []
        for minute in (0, 0, 0, 0, 0, 1, 14, 15, 16):
            try:
                await sign_in(world, "wrong", NOW + minute * MINUTE, username)
                said.append("failed")
            except TooManySignInsError as refused:
                said.append(f"wait {refused.data['retry_after_s']}")
        return said

    assert await answers("nobody") == await answers("wang")
    assert await answers("nobody at all" * 1000) == await answers("li")
    assert len(await stored(world, SignInFailures)) == 4


async def test_failures_are_forgotten_after_a_day(world: World, staff: Actor) -> None:
    await sign_in(world, "wrong", username="nobody")
    assert await forget_failed_sign_ins(world.database, NOW + FAILURES_KEPT) == 0
    assert await forget_failed_sign_ins(world.database, NOW + FAILURES_KEPT + MINUTE) == 1


async def test_a_right_password_forgets_the_failures(world: World, staff: Actor) -> None:
    for _ in range(2):
        for _ in range(MOST_FAILED_SIGN_INS - 1):
            assert await sign_in(world, "wrong") is None
        assert await sign_in(world, "right") is not None


async def test_guesses_made_at_once_are_counted_one_by_one(world: World, staff: Actor) -> None:
    results = await asyncio.gather(
        *(sign_in(world, "wrong") for _ in range(MOST_FAILED_SIGN_INS + 3)), return_exceptions=True
    )
    assert sum(result is None for result in results) == MOST_FAILED_SIGN_INS
    assert sum(isinstance(result, TooManySignInsError) for result in results) == 3


async def test_accounts_are_opened_by_the_program_and_administrators(world: World) -> None:
    person = await world.person()
    account = NewAccount("li", "secret", person.require_person(), DISTRICT)

    def holding(role: Role, key: str) -> Actor:
        return Actor(PersonId(new_id()), frozenset({Permission(role, ScopeKind.district, key)}))

    for actor in (
        person,
        BOT,
        holding(Role.staff, DISTRICT),
        holding(Role.administrator, TOWN),
        holding(Role.administrator, "320114000000"),
    ):
        with pytest.raises(ForbiddenError):
            await do(world, accounts.open_accounts, actor=actor, accounts=[account], now=NOW)
    administrator = holding(Role.administrator, DISTRICT)
    await do(world, accounts.open_accounts, actor=administrator, accounts=[account], now=NOW)
    assert await sign_in(world, "secret", username="li") is not None
    with pytest.raises(IntegrityError):
        await do(world, accounts.open_accounts, actor=administrator, accounts=[account], now=NOW)


async def test_the_actor_has_the_roles_of_the_moment(world: World) -> None:
    identity = await from_chat(world, chat_user())
    assert await do(world, signing_in.actor_of, identity=identity) == Actor(PersonId(identity.person_id))
    async with transaction(world.database) as session:
        session.add(
            Grant(
                created_at=NOW,
                person_id=identity.person_id,
                role=Role.point_manager,
                scope=ScopeKind.point,
                key=str(CANTEEN),
            )
        )
    actor = await do(world, signing_in.actor_of, identity=identity)
    assert actor.permissions == {Permission(Role.point_manager, ScopeKind.point, str(CANTEEN))}


async def test_revoked_and_unknown_identities_are_nobody(world: World) -> None:
    identity = await from_chat(world, chat_user())
    actor = await do(world, signing_in.actor_of, identity=identity)
    await do(world, signing_in.revoke_tokens, actor=actor, now=NOW)
    with pytest.raises(SignInRequiredError):
        await do(world, signing_in.actor_of, identity=identity)
    with pytest.raises(SignInRequiredError):
        await do(world, signing_in.actor_of, identity=Identity(new_id(), 0))
    renewed = await from_chat(world, chat_user())
    assert renewed == Identity(identity.person_id, 1)
    assert (await do(world, signing_in.actor_of, identity=renewed)).person_id == identity.person_id
