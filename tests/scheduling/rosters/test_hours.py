"""On the day, and the hours that stand: check-in, verification, corrections, absences, the ledger (product: Volunteers 4)."""

from datetime import date, datetime
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from models.database import transaction
from models.shapes.hours import Donation, StatementOrder
from models.shapes.rosters import Verification
from models.shapes.volunteers import RecordOrder
from models.tables import HoursAccount, HoursEntry
from models.vocabulary import (
    HoursOwner,
    Language,
    NoticeKind,
    RecordKind,
    Role,
    ScopeKind,
    SignupStatus,
    VerifiedBy,
)
from scheduling import jobs
from scheduling.actors import Actor, Permission
from scheduling.errors import ActionRefusedError, ForbiddenError, InvalidInputError, NotFoundError
from scheduling.rosters import attendance, hours, statements, volunteers
from tests.rostering import (
    assert_sound,
    past_service,
    place,
    run,
    shift,
    sign_up,
    signup_of,
    team,
    told,
    volunteer,
)
from tests.scheduling.acting import sql, stored
from tests.world import CANTEEN, DISTRICT, NOW, READING_ROOM, World, at, manager_of

STAFF = frozenset({Permission(Role.staff, ScopeKind.district, DISTRICT)})


async def check_in(world: World, actor: Actor, signup: UUID, code: str | None, now: datetime) -> None:
    await run(world, attendance.check_in, actor=actor, signup_id=signup, code=code, scanned=False, now=now)


async def check_out(world: World, actor: Actor, signup: UUID, code: str | None, now: datetime) -> None:
    await run(world, attendance.check_out, actor=actor, signup_id=signup, code=code, scanned=False, now=now)


async def balance(world: World, actor: Actor) -> int:
    return (await run(world, hours.mine, actor=actor)).balance_minutes


async def test_both_scans_verify_the_hours(world: World) -> None:
    actor, wanted = await volunteer(world), await shift(world, at(0, 11))
    made = await sign_up(world, actor, wanted)
    for code, now, error in (
        ("111111", at(0, 9, 59), "too-early-to-check-in"),
        ("222222", at(0, 10, 55), "wrong-code"),
        ("111111", at(0, 13), "shift-over"),
    ):
        with pytest.raises(ActionRefusedError) as refusal:
            await check_in(world, actor, made.id, code, now)
        assert [reason.code for reason in refusal.value.reasons] == [error]
    with pytest.raises(ForbiddenError):
        await check_in(world, actor, made.id, None, at(0, 11))
    for _ in range(2):
        await check_in(world, actor, made.id, "111111", at(0, 10, 55))
    with pytest.raises(ActionRefusedError):
        await check_out(world, actor, made.id, "222222", at(0, 15, 1))
    for _ in range(2):
        await check_out(world, actor, made.id, "222222", at(0, 12, 40))
    done = await signup_of(world, made.id)
    assert (done.status, done.minutes, done.verified_by) == (SignupStatus.attended, 100, VerifiedBy.scans)
    assert await balance(world, actor) == 100
    await assert_sound(world, at(0, 13))


async def test_a_leader_checks_the_team_in_and_the_manager_verifies(world: World) -> None:
    """What nobody scanned counts only once the manager has said so."""
    leader, member = await volunteer(world, "队长"), await volunteer(world, "队员")
    boss = manager_of(CANTEEN, (await world.person("站长")).person_id)
    other = manager_of(READING_ROOM, boss.person_id)
    await team(world, leader, member)
    wanted = await shift(world, at(0, 11), leader_id=leader.person_id)
    made = await sign_up(world, member, wanted)
    await check_in(world, leader, made.id, None, at(0, 11, 10))
    await check_out(world, leader, made.id, None, at(0, 13, 10))
    assert await balance(world, member) == 0
    assert (await run(world, attendance.codes, actor=leader, shift_id=wanted)).code_in == "111111"
    with pytest.raises(ForbiddenError):
        await run(world, attendance.codes, actor=member, shift_id=wanted)
    found, now = Verification(stars=5), at(0, 14)
    for stranger, error in ((leader, ForbiddenError), (member, ForbiddenError), (other, NotFoundError)):
        with pytest.raises(error):
            await run(world, attendance.verify, actor=stranger, signup_id=made.id, found=found, now=now)
    await run(world, attendance.verify, actor=boss, signup_id=made.id, found=found, now=now)
    done = await signup_of(world, made.id)
    assert (done.minutes, done.verified_by, done.stars) == (110, VerifiedBy.manager, 5)
    assert await balance(world, member) == 110
    await assert_sound(world, now)


async def test_corrections_keep_what_was_and_move_the_difference(world: World) -> None:
    actor, boss = await volunteer(world), manager_of(CANTEEN, (await world.person("站长")).person_id)
    made = await sign_up(world, actor, await shift(world, at(0, 11)))

    async def verify(minutes: int, reason: str = "", now: datetime = at(0, 14)) -> None:
        found = Verification(minutes=minutes, reason=reason)
        await run(world, attendance.verify, actor=boss, signup_id=made.id, found=found, now=now)

    for minutes, reason, error in (
        (121, "", InvalidInputError),
        (120, "", None),
        (90, "", InvalidInputError),
    ):
        if error is None:
            await verify(minutes, reason)
        else:
            with pytest.raises(error):
                await verify(minutes, reason)
    await verify(90, "提前走了")
    await verify(110, "核对签到表")
    assert await balance(world, actor) == 110
    kept = await run(world, hours.corrections, actor=actor, signup_id=made.id)
    assert [(one.minutes_before, one.minutes_after, one.reason) for one in kept] == [
        (120, 90, "提前走了"),
        (90, 110, "核对签到表"),
    ]
    with pytest.raises(ActionRefusedError):
        await verify(100, "太晚了", at(31, 14))
    await assert_sound(world, at(0, 14))


async def test_who_does_not_come_is_noted_suspended_after_three_and_excused(world: World) -> None:
    actor, boss = (
        await volunteer(world, served=0),
        manager_of(CANTEEN, (await world.person("站长")).person_id),
    )
    for days in (30, 20):
        await past_service(world, actor, days_ago=days, status=SignupStatus.absent)
    made = await sign_up(world, actor, await shift(world, at(0, 11), leader_id=boss.person_id))
    await jobs.note_absences(world.database, at(0, 13, 29))
    assert (await signup_of(world, made.id)).status is SignupStatus.confirmed
    now = at(0, 13, 30)
    await jobs.note_absences(world.database, now)
    assert (await signup_of(world, made.id)).status is SignupStatus.absent
    profile = await run(world, volunteers.view, actor=actor, person_id=actor.require_person(), now=now)
    assert (profile.absences, profile.suspended_until) == (3, at(14, 13))
    assert [one["what"] for one in await told(world, actor, NoticeKind.shift_news)] == ["absent"]
    await run(world, attendance.excuse, actor=boss, signup_id=made.id, reason="住院", now=now)
    profile = await run(world, volunteers.view, actor=actor, person_id=actor.require_person(), now=now)
    assert (profile.absences, profile.suspended_until) == (2, None)
    await assert_sound(world, now)


async def test_an_absence_noted_by_mistake_is_mended(world: World) -> None:
    actor, boss = await volunteer(world), manager_of(CANTEEN, (await world.person("站长")).person_id)
    made = await sign_up(world, actor, await shift(world, at(0, 11)))
    await jobs.note_absences(world.database, at(0, 14))
    found = Verification(minutes=120)
    await run(world, attendance.verify, actor=boss, signup_id=made.id, found=found, now=at(0, 15))
    assert (await signup_of(world, made.id)).status is SignupStatus.attended
    assert await balance(world, actor) == 120


async def served(world: World, minutes: int) -> Actor:
    """Somebody with verified hours."""
    actor, boss = await volunteer(world), manager_of(CANTEEN, (await world.person("站长")).person_id)
    wanted = await shift(world, at(-1, 1), hours=22, taken=1)
    signup = await place(world, actor, wanted, status=SignupStatus.confirmed)
    found = Verification(minutes=minutes)
    await run(world, attendance.verify, actor=boss, signup_id=signup, found=found, now=NOW)
    return actor


async def test_hours_are_given_away_but_never_more_than_one_has(world: World) -> None:
    giver, receiver = await served(world, 600), await volunteer(world, "受赠")
    group = await team(world, receiver)
    gift = Donation(minutes=200, to_person_id=receiver.require_person())
    assert (await run(world, hours.donate, actor=giver, gift=gift, now=NOW)).balance_minutes == 400
    to_team = Donation(minutes=100, to_team_id=group)
    assert (await run(world, hours.donate, actor=giver, gift=to_team, now=NOW)).balance_minutes == 300
    assert await balance(world, receiver) == 200
    too_much, to_me = (
        Donation(minutes=301, to_team_id=group),
        Donation(minutes=1, to_person_id=giver.require_person()),
    )
    with pytest.raises(ActionRefusedError) as refusal:
        await run(world, hours.donate, actor=giver, gift=too_much, now=NOW)
    assert [reason.code for reason in refusal.value.reasons] == ["too-few-hours"]
    with pytest.raises(InvalidInputError):
        await run(world, hours.donate, actor=giver, gift=to_me, now=NOW)
    assert (await run(world, hours.mine, actor=giver)).served_minutes == 600
    await assert_sound(world)


async def test_the_cap_holds_and_what_is_above_it_is_everybodys(world: World) -> None:
    """Volunteers 4: the record has it all, the account no more than the cap."""
    await sql(
        world,
        "INSERT INTO policy_override (scope, key, field, value, set_at)"
        " VALUES ('district', :district, 'bank_hours', '5', now())",
        district=DISTRICT,
    )
    actor = await served(world, 420)
    mine = await run(world, hours.mine, actor=actor)
    assert (mine.served_minutes, mine.balance_minutes, mine.cap_minutes) == (420, 300, 300)
    other = await served(world, 60)
    gift = Donation(minutes=10, to_person_id=actor.require_person())
    with pytest.raises(ActionRefusedError) as refusal:
        await run(world, hours.donate, actor=other, gift=gift, now=NOW)
    assert [reason.code for reason in refusal.value.reasons] == ["no-room-for-hours"]
    accounts = {account.owner: account.balance for account in await stored(world, HoursAccount)}
    assert (accounts[HoursOwner.common], accounts[HoursOwner.served]) == (120, -480)
    assert sum(entry.minutes for entry in await stored(world, HoursEntry)) == 0


UNBALANCED = """
    INSERT INTO hours_entry (id, created_at, district_code, transfer_id, account_id, minutes, kind)
    SELECT gen_random_uuid(), now(), district_code, gen_random_uuid(), id, 5, 'service' FROM hours_account LIMIT 1
"""


async def test_the_database_itself_keeps_the_ledger(world: World) -> None:
    """What was written stays; transfers add up to zero; accounts are neither overdrawn nor above their cap."""
    await served(world, 60)
    for statement in (
        "UPDATE hours_entry SET minutes = minutes + 1",
        "DELETE FROM hours_entry",
        "TRUNCATE hours_entry",
        UNBALANCED,
        "UPDATE hours_account SET balance = -1 WHERE owner = 'person'",
        "UPDATE hours_account SET balance = cap + 1 WHERE owner = 'person'",
    ):
        with pytest.raises((IntegrityError, DBAPIError)):
            async with transaction(world.database) as session:
                await session.execute(text(statement))
    await assert_sound(world)


async def test_a_statement_can_be_checked_by_anybody_and_stays_as_issued(world: World) -> None:
    actor = await served(world, 90)
    order = StatementOrder(first=date(2026, 11, 1), last=date(2026, 11, 30))
    code = await run(world, statements.issue, actor=actor, wanted=order, now=NOW)
    seen = await run(world, statements.check_code, code=code.lower())
    assert (seen.name, seen.minutes, seen.shifts, seen.official) == ("志**", 90, 1, False)
    with pytest.raises(NotFoundError):
        await run(world, statements.check_code, code="NOSUCHCODE22")
    for language, said in ((Language.zh, "平台记录"), (Language.en, "not an official certificate")):
        drawn = await run(
            world, statements.csv_of, actor=actor, code=code, language=language, check_url="http://x/y"
        )
        assert said in drawn.decode("utf-8-sig")
        pdfs = [
            await run(
                world, statements.pdf_of, actor=actor, code=code, language=language, check_url="http://x/y"
            )
            for _ in range(2)
        ]
        assert pdfs[0] == pdfs[1]
        assert pdfs[0].startswith(b"%PDF-")
    stranger = await volunteer(world, "别人")
    with pytest.raises(NotFoundError):
        await run(
            world, statements.pdf_of, actor=stranger, code=code, language=Language.zh, check_url="http://x"
        )


async def test_the_record_to_take_along(world: World) -> None:
    actor = await served(world, 90)
    staff = Actor((await world.person("街道")).person_id, STAFF)
    for kind in RecordKind:
        line = RecordOrder(kind=kind, title="急救培训", issuer="红十字会", on_day=date(2026, 10, 1))
        await run(
            world,
            volunteers.put_on_record,
            actor=staff,
            person_id=actor.require_person(),
            wanted=line,
            now=NOW,
        )
        with pytest.raises(ForbiddenError):
            await run(
                world,
                volunteers.put_on_record,
                actor=actor,
                person_id=actor.require_person(),
                wanted=line,
                now=NOW,
            )
    record = await run(world, hours.take_along, actor=actor)
    assert record.identity.name == "志愿者"
    assert (len(record.services), record.total_minutes) == (1, 90)
    assert (len(record.training), len(record.commendations)) == (1, 1)
    assert record.identity.registered_at == NOW
