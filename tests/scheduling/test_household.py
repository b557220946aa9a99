"""Household links: two consents make one, either ends it, and both are told as they choose (product: People 1)."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import col

from models.ids import PersonId
from models.shapes.household import (
    HouseholdLinkView,
    InvitationMade,
    InvitationOrder,
    LinkEdit,
    PaperConsent,
)
from models.shapes.waitlist import WaitlistOrder
from models.tables import AuditEntry, HouseholdInvitation, HouseholdLink, Notice, PolicyOverride
from models.vocabulary import LinkStatus, NoticeKind, NoticeStatus, Role, ScopeKind
from scheduling import bookings, household, invitations, waitlist
from scheduling.actors import Actor, Permission
from scheduling.check import check
from scheduling.errors import (
    ActionRefusedError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    TooManyTriesError,
)
from scheduling.invitations import CODE_REFUSED, hash_of
from scheduling.jobs import draw_up_reminders
from scheduling.rules.kinds import REMINDERS
from tests.scheduling.acting import do, sql, stored
from tests.world import CANTEEN, DISTRICT, HILLS, NOW, TOWN, World, at, manager_of

HOUR = timedelta(hours=1)


async def invite(
    world: World, actor: Actor, *, i_act: bool = True, now: datetime = NOW, notify: bool = True
) -> InvitationMade:
    wanted = InvitationOrder(relation="妈妈", i_act=i_act, notify_relative=notify)
    return await do(world, invitations.invite, actor=actor, wanted=wanted, now=now)


async def join(world: World, actor: Actor, code: str, *, now: datetime = NOW) -> HouseholdLinkView | None:
    return await do(world, invitations.join, actor=actor, code=code, now=now)


async def linked(world: World, daughter: Actor, mother: Actor, *, notify: bool = True) -> HouseholdLinkView:
    link = await join(world, mother, (await invite(world, daughter, notify=notify)).code)
    assert link is not None
    return link


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def reminded(world: World, status: NoticeStatus = NoticeStatus.pending) -> dict[UUID, set[NoticeKind]]:
    """Who is owed which reminders."""
    found: dict[UUID, set[NoticeKind]] = {}
    for notice in await stored(world, Notice, col(Notice.status) == status, col(Notice.kind).in_(REMINDERS)):
        found.setdefault(notice.person_id, set()).add(notice.kind)
    return found


BOTH = {NoticeKind.booking_reminder_evening, NoticeKind.booking_reminder_soon}


@pytest.fixture
async def daughter(world: World) -> Actor:
    return await world.person("女儿")


@pytest.fixture
async def mother(world: World) -> Actor:
    return await world.person("妈妈")


async def test_who_invites_may_act_once_the_other_has_entered_the_code(
    world: World, daughter: Actor, mother: Actor
) -> None:
    made = await invite(world, daughter)
    slot = await world.slot()
    with pytest.raises(NotFoundError):
        await world.book(daughter, slot, attendee=mother)
    link = await join(world, mother, f" {made.code[:3]} {made.code[3:]}")
    assert link is not None
    assert (link.person_id, link.name, link.consented_at) == (daughter.person_id, "女儿", NOW)
    booking = await world.book(daughter, slot, attendee=mother)
    assert (booking.attendee.name, booking.booked_by.name) == ("妈妈", "女儿")
    with pytest.raises(NotFoundError):
        await world.book(mother, await world.slot(start=at(2, 11)), attendee=daughter)


async def test_who_invites_may_let_the_other_act(world: World, daughter: Actor, mother: Actor) -> None:
    """The mother makes the code; the daughter who enters it may act for her."""
    made = await invite(world, mother, i_act=False)
    await join(world, daughter, made.code)
    assert (await world.book(daughter, await world.slot(), attendee=mother)).attendee.name == "妈妈"
    seen = await do(world, household.show, actor=daughter, now=NOW)
    assert [(one.name, one.relation) for one in seen.i_act_for] == [("妈妈", "妈妈")]
    assert (seen.they_act_for_me, seen.invitations) == ([], [])


async def test_both_see_the_link_and_the_inviter_sees_what_is_open(
    world: World, daughter: Actor, mother: Actor
) -> None:
    made = await invite(world, daughter, notify=False)
    (open_one,) = (await do(world, household.show, actor=daughter, now=NOW)).invitations
    assert (open_one.id, open_one.i_act, open_one.notify_relative) == (made.id, True, False)
    assert open_one.expires_at == NOW + 24 * HOUR, "the default of the district's policy"
    assert (await do(world, household.show, actor=mother, now=NOW)).invitations == []
    await join(world, mother, made.code)
    seen = await do(world, household.show, actor=mother, now=NOW)
    (link,) = seen.they_act_for_me
    assert (link.name, link.relation, link.notify_relative) == ("女儿", "妈妈", False)
    assert (await do(world, household.show, actor=daughter, now=NOW)).invitations == []


async def test_only_a_hash_of_the_code_is_kept(world: World, daughter: Actor) -> None:
    made = await invite(world, daughter)
    (row,) = await stored(world, HouseholdInvitation)
    assert row.code_hash == await hash_of(made.code)
    assert made.code not in str(row) + "".join(str(one.data) for one in await stored(world, AuditEntry))


async def test_a_code_holds_for_a_day_and_for_one(world: World, daughter: Actor, mother: Actor) -> None:
    late = await invite(world, daughter)
    assert await join(world, mother, late.code, now=NOW + 24 * HOUR) is None
    in_time = await invite(world, daughter)
    assert await join(world, mother, in_time.code, now=NOW + 24 * HOUR - timedelta(seconds=1)) is not None
    assert await join(world, await world.person(), in_time.code) is None
    assert len(await stored(world, HouseholdLink)) == 1


async def test_ones_own_code_is_refused_and_stays_open(world: World, daughter: Actor, mother: Actor) -> None:
    made = await invite(world, daughter)
    with pytest.raises(ActionRefusedError) as refused:
        await join(world, daughter, made.code)
    assert [reason.code for reason in refused.value.reasons] == ["own-invitation"]
    assert await join(world, mother, made.code) is not None


async def test_wrong_codes_are_limited_per_person(world: World, daughter: Actor, mother: Actor) -> None:
    """After five within the hour even the right code is not taken, until the first is an hour old."""
    made = await invite(world, daughter)
    for minute in range(5):
        assert await join(world, mother, wrong(made.code), now=NOW + timedelta(minutes=minute)) is None
    later = NOW + timedelta(minutes=30)
    with pytest.raises(TooManyTriesError) as refused:
        await join(world, mother, made.code, now=later)
    assert refused.value.data["retry_after_s"] == 30 * 60 + 1
    other = await world.person("别人")
    assert await join(world, other, wrong(made.code), now=later) is None, "others have tries of their own"
    assert await join(world, mother, made.code, now=NOW + HOUR) is not None
    refusals = await stored(world, AuditEntry, col(AuditEntry.action) == CODE_REFUSED)
    assert {row.actor_id for row in refusals} == {mother.person_id, other.person_id}
    assert not any(row.data for row in refusals)


async def test_a_district_sets_how_often_one_may_try(world: World, daughter: Actor, mother: Actor) -> None:
    for field, value in (("invitation_tries", "1"), ("invitation_hours", "2"), ("invitations_open", "2")):
        await sql(
            world,
            "INSERT INTO policy_override (scope, key, field, value, set_at)"
            " VALUES ('district', :key, :field, CAST(:value AS jsonb), now())",
            key=DISTRICT,
            field=field,
            value=value,
        )
    assert len(await stored(world, PolicyOverride)) == 3
    made = await invite(world, daughter)
    assert made.expires_at == NOW + 2 * HOUR
    assert await join(world, mother, wrong(made.code)) is None
    with pytest.raises(TooManyTriesError):
        await join(world, mother, made.code)
    await invite(world, daughter)
    with pytest.raises(ActionRefusedError) as refused:
        await invite(world, daughter)
    assert refused.value.reasons[0].code == "too-many-invitations"
    assert await invite(world, daughter, now=NOW + 2 * HOUR), "those that ran out do not count"


async def test_either_ends_it_at_any_time_and_bookings_stay(
    world: World, daughter: Actor, mother: Actor
) -> None:
    for day, by in ((1, daughter), (3, mother)):
        link = await linked(world, daughter, mother)
        booking = await world.book(daughter, await world.slot(start=at(day, 11)), attendee=mother)
        another = await world.slot(start=at(day + 1, 11))
        await do(world, household.end_link, actor=by, link_id=link.id, now=NOW)
        with pytest.raises(NotFoundError):
            await world.book(daughter, another, attendee=mother)
        assert (await do(world, bookings.show, actor=mother, booking_id=booking.id)).status == "confirmed"
    (row,) = await stored(world, HouseholdLink)
    assert row.status is LinkStatus.revoked
    with pytest.raises(NotFoundError):
        await do(world, household.end_link, actor=mother, link_id=row.id, now=NOW)


async def test_a_link_is_nobody_elses_matter(world: World, daughter: Actor, mother: Actor) -> None:
    link = await linked(world, daughter, mother)
    outsider = manager_of(CANTEEN, (await world.person()).person_id)
    with pytest.raises(NotFoundError):
        await do(world, household.end_link, actor=outsider, link_id=link.id, now=NOW)
    edit = LinkEdit(notify_relative=False)
    with pytest.raises(NotFoundError):
        await do(world, household.edit_link, actor=outsider, link_id=link.id, edit=edit, now=NOW)


async def test_reminders_go_to_both_or_to_the_one_who_booked(
    world: World, daughter: Actor, mother: Actor
) -> None:
    """Messages 1, for a relative: each is told once, the relative as of their own."""
    await linked(world, daughter, mother)
    await world.book(daughter, await world.slot(start=at(1, 11)), attendee=mother)
    assert await reminded(world) == {daughter.person_id: BOTH, mother.person_id: BOTH}
    for notice in await stored(world, Notice):
        assert notice.data["for_self"] == (notice.person_id == mother.person_id)


async def test_a_relative_who_wants_no_notices_gets_none(
    world: World, daughter: Actor, mother: Actor
) -> None:
    await linked(world, daughter, mother, notify=False)
    await world.book(daughter, await world.slot(), attendee=mother)
    assert await reminded(world) == {daughter.person_id: BOTH}


async def test_a_moved_booking_reminds_both_of_the_new_time_only(
    world: World, daughter: Actor, mother: Actor
) -> None:
    await linked(world, daughter, mother)
    booking = await world.book(daughter, await world.slot(start=at(1, 11)), attendee=mother)
    there = await world.slot(start=at(2, 11))
    await do(world, bookings.move, actor=mother, booking_id=booking.id, slot_id=there, now=NOW)
    assert await reminded(world) == {}
    await draw_up_reminders(world.database, at(1, 0))
    assert await reminded(world) == {daughter.person_id: BOTH, mother.person_id: BOTH}
    pending = await stored(world, Notice, col(Notice.status) == NoticeStatus.pending)
    assert {notice.data["start"] for notice in pending} == {"2026-11-25T11:00:00+08:00"}
    await do(world, bookings.cancel, actor=daughter, booking_id=booking.id, now=NOW)
    assert await reminded(world) == {}


async def test_choosing_otherwise_changes_the_reminders_still_ahead(
    world: World, daughter: Actor, mother: Actor
) -> None:
    link = await linked(world, daughter, mother)
    await world.book(daughter, await world.slot(), attendee=mother)
    for by, notify, expected in (
        (mother, False, {daughter.person_id: BOTH}),
        (daughter, True, {daughter.person_id: BOTH, mother.person_id: BOTH}),
        (mother, False, {daughter.person_id: BOTH}),
    ):
        edit = LinkEdit(notify_relative=notify)
        view = await do(world, household.edit_link, actor=by, link_id=link.id, edit=edit, now=NOW)
        assert view.notify_relative is notify
        assert await reminded(world) == expected
    await do(world, household.end_link, actor=mother, link_id=link.id, now=NOW)
    assert await reminded(world) == {mother.person_id: BOTH}, "what was booked is the mother's own matter now"
    assert await do(world, check) == []


async def test_ones_own_bookings_are_left_alone(world: World, daughter: Actor, mother: Actor) -> None:
    link = await linked(world, daughter, mother)
    await world.book(mother, await world.slot())
    await do(world, household.end_link, actor=mother, link_id=link.id, now=NOW)
    assert await reminded(world) == {mother.person_id: BOTH}


def staff_of(division: str) -> Actor:
    return Actor(PersonId(UUID(int=99)), frozenset({Permission(Role.staff, ScopeKind.division, division)}))


async def test_staff_record_a_consent_given_on_paper(world: World) -> None:
    """A person without a phone is a full citizen."""
    daughter, mother = await world.person("女儿"), await world.person("妈妈", home_division="320115001001")
    assert daughter.person_id
    assert mother.person_id
    given = PaperConsent(
        person_id=daughter.person_id,
        relative_id=mother.person_id,
        relation="妈妈",
        evidence="窗口登记册第3页",
    )
    with pytest.raises(ForbiddenError):
        await do(world, household.record_link, actor=staff_of(HILLS), given=given, now=NOW)
    with pytest.raises(NotFoundError):
        await do(world, household.record_link, actor=staff_of("320102000000"), given=given, now=NOW)
    with pytest.raises(NotFoundError):
        await do(world, household.record_link, actor=manager_of(CANTEEN), given=given, now=NOW)
    recorded = await do(world, household.record_link, actor=staff_of(TOWN), given=given, now=NOW)
    again = await do(world, household.record_link, actor=staff_of(DISTRICT), given=given, now=NOW)
    assert recorded.id == again.id
    assert (await world.book(daughter, await world.slot(), attendee=mother)).booked_by.name == "女儿"
    deeds = await stored(world, AuditEntry, col(AuditEntry.action) == "household.linked")
    assert [deed.data["on_paper"] for deed in deeds] == [True, True]
    with pytest.raises(ForbiddenError):
        await do(world, household.end_recorded_link, actor=staff_of(HILLS), link_id=recorded.id, now=NOW)
    await do(world, household.end_recorded_link, actor=staff_of(TOWN), link_id=recorded.id, now=NOW)
    assert [row.status for row in await stored(world, HouseholdLink)] == [LinkStatus.revoked]


async def test_a_consent_on_paper_is_between_two_people_who_exist(world: World) -> None:
    person = await world.person()
    assert person.person_id
    alone = PaperConsent(
        person_id=person.person_id, relative_id=person.person_id, relation="自己", evidence="登记册"
    )
    with pytest.raises(InvalidInputError):
        await do(world, household.record_link, actor=staff_of(TOWN), given=alone, now=NOW)
    nobody = alone.model_copy(update={"person_id": UUID(int=5)})
    with pytest.raises(NotFoundError):
        await do(world, household.record_link, actor=staff_of(TOWN), given=nobody, now=NOW)


async def test_check_finds_a_link_without_consent_and_a_strangers_reminder(world: World) -> None:
    daughter, mother = await world.person(), await world.person()
    await world.link(daughter, mother)
    await world.book(mother, await world.slot())
    assert await do(world, check) == []
    await sql(world, "UPDATE household_link SET consented_at = NULL")
    assert [one.check for one in await do(world, check)] == [
        "nobody acts for another without a consent (People 1)"
    ]
    await sql(world, "UPDATE household_link SET evidence = '登记册'")
    await sql(
        world,
        "UPDATE notice SET person_id = :other WHERE kind = 'booking_reminder_soon'",
        other=daughter.require_person(),
    )
    assert [one.check for one in await do(world, check)] == [
        "a reminder goes to the attendee or to whoever booked"
    ]


async def test_offers_go_to_both_and_are_taken_back_from_both(
    world: World, daughter: Actor, mother: Actor
) -> None:
    """Booking 7, for a relative: either can answer, and once it is answered nobody is asked any more."""
    await linked(world, daughter, mother)
    slot, holder = await world.slot(capacity=1), await world.person()
    held = await world.book(holder, slot)
    wanted = WaitlistOrder(slot_id=slot, attendee_id=mother.person_id)
    entry = await do(world, waitlist.join, actor=daughter, wanted=wanted, now=NOW)
    await do(world, bookings.cancel, actor=holder, booking_id=held.id, now=NOW)
    offers = await stored(world, Notice, col(Notice.kind) == NoticeKind.waitlist_offer)
    assert {(notice.person_id, notice.data["for_self"]) for notice in offers} == {
        (daughter.person_id, False),
        (mother.person_id, True),
    }
    await do(world, waitlist.leave, actor=mother, entry_id=entry.id, now=NOW)
    offers = await stored(world, Notice, col(Notice.kind) == NoticeKind.waitlist_offer)
    assert {notice.status for notice in offers} == {NoticeStatus.cancelled}


async def test_both_are_told_when_the_waiting_has_ended(world: World, daughter: Actor, mother: Actor) -> None:
    await linked(world, daughter, mother)
    slot = await world.slot(capacity=1)
    await world.book(await world.person(), slot)
    wanted = WaitlistOrder(slot_id=slot, attendee_id=mother.person_id)
    await do(world, waitlist.join, actor=daughter, wanted=wanted, now=NOW)
    assert await do(world, waitlist.close_entries, now=at(1, 11)) == 1
    closed = await stored(world, Notice, col(Notice.kind) == NoticeKind.waitlist_closed)
    assert {notice.person_id for notice in closed} == {daughter.person_id, mother.person_id}
