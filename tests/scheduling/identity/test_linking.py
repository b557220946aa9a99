"""A chat is linked to an account by a code: who gives way, what comes along, what is refused (decision 0035)."""

from datetime import timedelta

import pytest
from sqlmodel import col

from models.database import transaction
from models.ids import new_id
from models.shapes.household import InvitationOrder
from models.shapes.identity import LinkOrder
from models.shapes.people import ConsentGiven
from models.shapes.waitlist import WaitlistOrder
from models.tables import (
    AuditEntry,
    Booking,
    Consent,
    Grant,
    HouseholdLink,
    LinkCode,
    Notice,
    Signup,
    StaffAccount,
    WaitlistEntry,
)
from models.vocabulary import Channel, LinkStatus, NoticeKind, NoticeStatus, Role, ScopeKind
from scheduling import bookings, invitations, people, waitlist
from scheduling.actors import Actor
from scheduling.errors import (
    ActionRefusedError,
    ForbiddenError,
    NotFoundError,
    SignInRequiredError,
    TooManyCodesError,
    TooManyTriesError,
)
from scheduling.identity import codes, linking
from scheduling.identity.codes import new_code, normal_code
from scheduling.signing_in import Identity, actor_of
from tests.rostering import assert_sound, run, shift, sign_up, volunteer
from tests.scheduling.acting import sql, stored
from tests.scheduling.doors import miss
from tests.scheduling.identity.chats import BORN, chat, code_of, codes_of, enter, owner, person_row
from tests.world import CANTEEN, DISTRICT, HAIRCUT, NOW, READING, World, at, manager_of

MINUTE = timedelta(minutes=1)


async def staff(world: World, name: str = "站长") -> Actor:
    """Somebody with a sign-in who manages the canteen."""
    actor = await world.person(name)
    async with transaction(world.database) as session:
        session.add(StaffAccount(username=name, person_id=actor.require_person(), password_hash="none"))
        session.add(
            Grant(
                created_at=NOW,
                person_id=actor.require_person(),
                role=Role.point_manager,
                scope=ScopeKind.point,
                key=str(CANTEEN),
            )
        )
    return actor


def test_codes_are_written_as_people_write_them() -> None:
    for _ in range(200):
        code = new_code()
        assert normal_code(f" {code[:4].lower()} - {code[4:]} ") == code
        assert normal_code(f"link_{code}") == code
        assert not code.isdigit()
        assert not code.isalpha()
    for text in ("", "ABCDEFG", "ABCD-EFG0", "link_", "K7WM3QXDA", "七八九"):
        assert normal_code(text) is None


async def test_a_manager_is_the_manager_in_the_chat(world: World) -> None:
    """The chat without history gives way, and is erased; whoever was signed in as it is signed out."""
    manager, guest = await staff(world), await chat(world)
    looked = await enter(world, code := await code_of(world, manager), confirmed=False)
    assert looked is not None
    assert (looked.identity, looked.view.done, looked.view.name) == (None, False, "站长")
    assert [(role.role, role.name) for role in looked.view.roles] == [("point_manager", "幸福食堂")]
    assert await owner(world) == guest.person_id
    linked = await enter(world, code)
    assert linked is not None
    assert linked.identity == Identity(manager.require_person(), 0)
    assert (linked.view.done, linked.view.stays) == (True, False)
    assert await owner(world) == manager.person_id
    gone = await person_row(world, guest)
    assert (gone.name, gone.erased_at, gone.became_id) == ("—", NOW, manager.person_id)
    with pytest.raises(SignInRequiredError):
        await run(world, actor_of, identity=Identity(guest.require_person(), 0))
    (deed,) = await stored(world, AuditEntry, col(AuditEntry.action) == "person.linked")
    assert deed.subject_id == manager.person_id
    assert (deed.data["from"], deed.data["joined"]) == (str(guest.person_id), True)
    assert "王阿姨" not in str(deed.data)
    await assert_sound(world)


async def test_a_code_entered_again_answers_the_same_and_nobody_else_can_use_it(world: World) -> None:
    manager = await staff(world)
    code = await code_of(world, manager)
    first, again = await enter(world, code), await enter(world, code)
    assert first is not None
    assert again is not None
    assert first.identity == again.identity
    assert await enter(world, code, "701") is None
    assert await owner(world, "701") != manager.person_id


async def test_codes_run_out_and_a_newer_one_takes_their_place(world: World) -> None:
    manager = await staff(world)
    old, new = await code_of(world, manager), await code_of(world, manager)
    assert await enter(world, old) is None
    assert await enter(world, new, now=NOW + 11 * MINUTE) is None
    assert await enter(world, new, now=NOW + 9 * MINUTE) is not None
    assert all(len(row.code_hash) == 32 for row in await stored(world, LinkCode))


async def test_only_so_many_codes_are_made_and_tried(world: World) -> None:
    manager = await staff(world)
    for _ in range(10):
        code = await code_of(world, manager)
    with pytest.raises(TooManyCodesError):
        await code_of(world, manager)
    for _ in range(5):
        assert await enter(world, "2345-ABCD") is None
    with pytest.raises(TooManyTriesError):
        await enter(world, code)
    assert await enter(world, code, "701") is not None


async def test_only_the_bot_enters_codes(world: World) -> None:
    manager, guest = await staff(world), await chat(world)
    code = await code_of(world, manager)
    wanted = LinkOrder(channel=Channel.telegram, user_id="700", code=code)
    with pytest.raises(ForbiddenError):
        await run(world, linking.link, actor=guest, wanted=wanted, parts=(), now=NOW)


async def test_everything_comes_along_from_a_second_phone(world: World) -> None:
    """Both have history: nothing clashes, so it all becomes the account's, and the promises made still hold."""
    daughter = await chat(world, "1", name="女儿")
    second = await chat(world, "2", name="女儿二号")
    mother = await chat(world, "3", name="妈妈")
    await world.link(second, mother)
    full, lunch, cut = (
        await world.slot(capacity=1),
        await world.slot(start=at(2, 11)),
        await world.slot(HAIRCUT, at(3, 9)),
    )
    other = await world.person("别人")
    theirs = await world.book(other, full)
    await world.book(daughter, await world.slot(READING, at(4, 9)))
    mine, mothers = await world.book(second, lunch), await world.book(second, cut, attendee=mother)
    entry = await run(world, waitlist.join, actor=second, wanted=WaitlistOrder(slot_id=full), now=NOW)
    await miss(world, second, -3, -2, -1)
    agreed = ConsentGiven(purpose="service", version="1")
    await run(world, people.consent, actor=second, given=agreed, now=NOW)
    await sql(
        world,
        "UPDATE person SET phone = '13812345678', birth_date = '1950-05-05' WHERE id = :id",
        id=second.person_id,
    )
    await sql(world, "UPDATE person SET birth_date = NULL WHERE id = :id", id=daughter.person_id)
    before = len(await stored(world, Notice, col(Notice.status) == NoticeStatus.pending))

    looked = await enter(world, await code_of(world, daughter), "2", confirmed=False)
    assert looked is not None
    assert looked.view.comes_along.model_dump() == {
        "bookings": 2,
        "waiting": 1,
        "series": 0,
        "shifts": 0,
        "relatives": 1,
    }
    assert await enter(world, await code_of(world, daughter), "2") is not None

    row = await person_row(world, daughter)
    assert (row.name, row.phone, row.birth_date) == ("女儿", "13812345678", BORN)
    (booked,) = await stored(world, Booking, col(Booking.id) == mine.id)
    assert (booked.attendee_id, booked.booked_by_id, booked.attendee_number) == (
        daughter.person_id,
        daughter.person_id,
        row.number,
    )
    owed = await stored(world, Notice, col(Notice.status) == NoticeStatus.pending)
    assert [one.address for one in owed if one.kind is NoticeKind.chat_linked] == ["1"]
    assert len(owed) - 1 == before
    assert await stored(world, Notice, col(Notice.person_id) == second.person_id) == []
    assert [one.person_id for one in await stored(world, Consent)].count(daughter.require_person()) == 1
    await run(world, bookings.cancel, actor=daughter, booking_id=mothers.id, now=NOW)
    await run(world, bookings.cancel, actor=other, booking_id=theirs.id, now=NOW)
    (waiting,) = await stored(world, WaitlistEntry, col(WaitlistEntry.id) == entry.id)
    assert (waiting.attendee_id, waiting.status) == (daughter.person_id, "offered")
    await assert_sound(world)


async def test_a_volunteers_life_comes_along_where_there_is_one(world: World) -> None:
    account = await chat(world, "1")
    helper = await volunteer(world, served=2)
    await chat(world)
    await sql(world, "UPDATE channel_identity SET person_id = :id WHERE address = '700'", id=helper.person_id)
    made = await sign_up(world, helper, await shift(world, at(3, 9)))
    assert await enter(world, await code_of(world, account)) is not None
    assert (await stored(world, Signup, col(Signup.id) == made.id))[0].person_id == account.person_id
    await assert_sound(world)


async def test_links_of_both_become_one(world: World) -> None:
    one, two, mother = await chat(world, "1"), await chat(world, "2"), await chat(world, "3")
    await world.link(one, mother, status=LinkStatus.revoked)
    await world.link(two, mother)
    await world.link(mother, two)
    assert await enter(world, await code_of(world, one), "2") is not None
    links = {(row.person_id, row.relative_id): row.status for row in await stored(world, HouseholdLink)}
    assert links == {
        (one.person_id, mother.person_id): LinkStatus.active,
        (mother.person_id, one.person_id): LinkStatus.active,
    }
    await assert_sound(world)


async def refused(world: World, account: Actor, user_id: str) -> list[str]:
    """Why a chat cannot be linked; nothing was done then, and looking says the same."""
    code = await code_of(world, account)
    was = await owner(world, user_id)
    said = []
    for confirmed in (False, True):
        with pytest.raises(ActionRefusedError) as refusal:
            await enter(world, code, user_id, confirmed=confirmed)
        said.append(codes_of(refusal.value.reasons))
    assert said[0] == said[1]
    assert await owner(world, user_id) == was
    await assert_sound(world)
    return said[0]


async def test_two_who_act_for_one_another_stay_two(world: World) -> None:
    mother, daughter = await chat(world, "1"), await chat(world, "2")
    await world.link(daughter, mother)
    assert await refused(world, mother, "2") == ["acts-for-the-other"]


async def test_a_role_is_never_handed_on(world: World) -> None:
    """A manager who is brought to enter a stranger's code keeps their point."""
    account, manager = await chat(world, "1"), await chat(world, "2")
    async with transaction(world.database) as session:
        session.add(
            Grant(
                created_at=NOW,
                person_id=manager.require_person(),
                role=Role.point_manager,
                scope=ScopeKind.point,
                key=str(CANTEEN),
            )
        )
    assert await refused(world, account, "2") == ["chat-has-duties"]


async def test_two_volunteers_two_bookings_and_two_turns_are_named_all_at_once(world: World) -> None:
    one, two = await chat(world, "1"), await chat(world, "2")
    for someone in (one, two):
        await sql(
            world,
            "INSERT INTO volunteer (id, created_at, district_code, skills, roles_wished, categories_wished, languages, hours_wanted, reach_m,"
            " takes_asks, guardian_evidence, suspension_reason)"
            " VALUES (:id, now(), :district, '[]', '[]', '[]', '[]', '[]', 8000, true, '', '')",
            id=someone.person_id,
            district=DISTRICT,
        )
        await world.book(someone, await world.slot(start=at(1, 11, 30 if someone is two else 0)))
    full = await world.slot(READING, at(5, 9), capacity=1)
    await world.book(await world.person("别人"), full)
    for someone in (one, two):
        await run(world, waitlist.join, actor=someone, wanted=WaitlistOrder(slot_id=full), now=NOW)
    assert await refused(world, one, "2") == ["both-volunteer", "bookings-at-once", "waiting-twice"]


async def test_a_chat_that_has_another_door_only_changes_hands(world: World) -> None:
    """The page of somebody who talks on Telegram too: what they have stays where they can reach it."""
    manager, resident = await staff(world), await chat(world)
    await sql(
        world,
        "INSERT INTO channel_identity (id, created_at, person_id, channel, address, last_seen_at)"
        " VALUES (gen_random_uuid(), now(), :id, 'web', 'page', now())",
        id=resident.person_id,
    )
    booked = await world.book(resident, await world.slot())
    linked = await enter(world, await code_of(world, manager), "page", channel=Channel.web)
    assert linked is not None
    assert (linked.view.stays, linked.view.comes_along.bookings) == (True, 0)
    assert (await owner(world, "page"), await owner(world)) == (manager.person_id, resident.person_id)
    row = await person_row(world, resident)
    assert (row.erased_at, row.token_epoch) == (None, 1)
    assert (await stored(world, Booking, col(Booking.id) == booked.id))[0].attendee_id == resident.person_id


async def test_a_member_of_staff_is_not_joined_to_another(world: World) -> None:
    """Trying one account after the other in the same chat: each keeps what is theirs."""
    first, second = await staff(world, "甲"), await staff(world, "乙")
    for account in (first, second, first):
        assert await enter(world, await code_of(world, account)) is not None
        assert await owner(world) == account.person_id
    assert len(await stored(world, Grant)) == 2
    assert [(await person_row(world, one)).erased_at for one in (first, second)] == [None, None]


async def test_staff_give_codes_to_whom_they_registered(world: World) -> None:
    """The grandfather without a phone gets his grandson's old one."""
    manager = manager_of(CANTEEN, (await world.person("站长")).person_id)
    grandfather = await world.person("爷爷")
    booked = await world.book(grandfather, await world.slot())
    made = await run(
        world,
        codes.make_for,
        actor=manager,
        person_id=grandfather.require_person(),
        bot_name="our_bot",
        now=NOW,
    )
    assert made.telegram_url == f"https://t.me/our_bot?start=link_{made.code.replace('-', '')}"
    assert await enter(world, made.start) is not None
    assert await owner(world) == grandfather.person_id
    assert (await run(world, bookings.show, actor=grandfather, booking_id=booked.id)).code == booked.code
    (deed,) = await stored(world, AuditEntry, col(AuditEntry.action) == "link_code.made")
    assert (deed.actor_id, deed.subject_id) == (manager.person_id, grandfather.person_id)


async def test_staff_get_into_nobodys_account(world: World) -> None:
    manager = manager_of(CANTEEN, (await world.person("站长")).person_id)
    resident, colleague = await chat(world), await staff(world, "同事")

    async def ask(actor: Actor, person: Actor) -> None:
        await run(
            world, codes.make_for, actor=actor, person_id=person.require_person(), bot_name=None, now=NOW
        )

    for person, reason in ((resident, "has-a-chat"), (colleague, "works-here")):
        with pytest.raises(ActionRefusedError) as refusal:
            await ask(manager, person)
        assert codes_of(refusal.value.reasons) == [reason]
    with pytest.raises(ForbiddenError):
        await ask(resident, await world.person())
    with pytest.raises(NotFoundError):
        await ask(manager, Actor(new_id()))  # type: ignore[arg-type]  # nobody
    await sql(
        world,
        "UPDATE person SET district_code = '320116000000' WHERE id = :id",
        id=(away := await world.person()).person_id,
    )
    with pytest.raises(NotFoundError):
        await ask(manager, away)


async def test_an_open_invitation_comes_along(world: World) -> None:
    account, second, mother = await chat(world, "1"), await chat(world, "2"), await chat(world, "3")
    made = await run(
        world, invitations.invite, actor=second, wanted=InvitationOrder(relation="妈妈", i_act=True), now=NOW
    )
    await enter(world, await code_of(world, account), "2")
    joined = await run(world, invitations.join, actor=mother, code=made.code, now=NOW)
    assert joined is not None
    assert joined.person_id == account.person_id
