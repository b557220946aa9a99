"""A request's way through the hands of those who answer, on a real database (product: Requests 1, 2)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from governance import absences, asking, handling, sweeps
from governance.check import check
from governance.lists import AsWhat, requests_as
from models.database import in_transaction, transaction
from models.request_words import RequestKind, RequestState, Rung
from models.shapes.base import Coordinates
from models.shapes.requests import AbsenceOrder, FollowOrder, KindOrder, RequestDraft, RequestView
from models.tables import AuditEntry, Request, RequestStep
from models.vocabulary import Language
from scheduling.errors import (
    ActionRefusedError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    TooManyRequestsError,
)
from tests.governing import AT_GATE, FAR_AWAY, NEAR_GATE, NORTH, SOUTH, Grid, person
from tests.world import NOW, at

TUESDAY_EVENING = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""18:00 in the district on the working day after the tests' present."""


async def sweep(grid: Grid, now: datetime) -> int:
    done = 0
    for one in (sweeps.warn_owners, sweeps.climb_overdue, sweeps.settle_wishes, sweeps.close_answered):
        done += await in_transaction(grid.world.database, partial(one, now=now))
    return done


async def test_it_has_a_named_owner_and_deadlines_from_the_first_moment(grid: Grid) -> None:
    """Requests 1: acknowledged in 1 working day, resolved in 7."""
    view = await grid.ask()
    assert (view.owner.name, view.owner.rung, view.state) == ("李明", Rung.worker, RequestState.received)
    assert view.kind is RequestKind.lighting
    assert view.acknowledge_due_at == TUESDAY_EVENING
    assert view.resolve_due_at == datetime(2026, 12, 2, 10, 0, tzinfo=UTC)
    assert [step.said for step in view.story] == ["收到诉求，由网格员李明负责。"]
    assert view.may == ["withdraw"]
    assert await grid.told(grid.worker) == ["received"]
    assert await grid.told(grid.resident) == []
    await grid.assert_sound()


async def test_who_need_not_call_sees_no_phone_number_and_outsiders_nothing(grid: Grid) -> None:
    """People 1."""
    view = await grid.ask()
    owner, above, deputy = [await grid.see(view.id, by) for by in (grid.worker, grid.street, grid.deputy)]
    assert owner.asker is not None
    assert above.asker is not None
    assert deputy.asker is not None
    assert owner.asker.phone == "13900000001"
    assert above.asker.phone == deputy.asker.phone == "139****0001"
    assert owner.may == ["accept", "progress", "resolve", "transfer", "escalate", "kind"]
    assert above.may == []
    for outsider in (grid.neighbour, await grid.world.person("路人")):
        with pytest.raises(NotFoundError):
            await grid.see(view.id, outsider)
        with pytest.raises(NotFoundError):
            await grid.accept(view.id, outsider)
    for insider in (grid.street, grid.resident):
        with pytest.raises(ForbiddenError):
            await grid.accept(view.id, insider)


async def test_the_whole_way_answered_and_rated(grid: Grid) -> None:
    id_ = (await grid.ask()).id
    await grid.accept(id_, grid.worker, at(0, 10))
    await grid.note(id_, grid.worker, now=at(0, 11))
    answered = await grid.resolve(id_, grid.worker, now=at(1, 9))
    assert answered.reopen_until == at(8, 9)
    rated = await grid.rate(id_, 4, now=at(1, 20))
    assert rated.state is RequestState.closed
    assert rated.rating is not None
    assert (rated.rating.stars, rated.rating.comment) == (4, "很快")
    assert [step.said for step in rated.story] == [
        "收到诉求，由网格员李明负责。",
        "李明已受理。",
        "李明说明进展：“已联系师傅”",
        "李明答复办结：“灯已换好”",
        "您评价：4 星。“很快”",
    ]
    english = await grid.see(id_, grid.worker, at(1, 21), Language.en)
    assert [step.said for step in english.story] == [
        "The request came in. 李明 (grid worker) answers for it.",
        "You took it on.",
        "You said how it goes: “已联系师傅”",
        "You answered: “灯已换好”",
        "The resident rated the answer: 4 stars. “很快”",
    ]
    assert await grid.told(grid.resident) == ["accepted", "noted", "resolved"]
    assert await grid.told(grid.worker) == ["received", "rated"]
    await grid.assert_sound(at(1, 21))


async def test_doing_it_twice_changes_nothing(grid: Grid) -> None:
    id_ = (await grid.ask()).id
    for _ in range(2):
        await grid.accept(id_, grid.worker)
    for _ in range(2):
        await grid.resolve(id_, grid.worker)
    for _ in range(2):
        view = await grid.rate(id_)
    assert [step.what for step in view.story] == ["received", "accepted", "resolved", "rated"]
    assert await grid.told(grid.resident) == ["accepted", "resolved"]
    other = (await grid.ask("楼道里堆了杂物")).id
    for _ in range(2):
        gone = await grid.withdraw(other)
    assert [step.what for step in gone.story] == ["received", "withdrawn"]
    await grid.assert_sound()


async def test_handing_over_leaves_it_with_its_owner_until_the_other_accepts(grid: Grid) -> None:
    """Requests 1: 首问负责."""
    id_ = (await grid.ask()).id
    await grid.accept(id_, grid.worker)
    asked = await grid.hand_to(id_, grid.worker, grid.neighbour)
    assert (asked.owner.name, asked.transfer and asked.transfer.to.name) == ("李明", "张磊")
    assert await grid.told(grid.neighbour) == ["transfer_asked"]
    assert (await grid.see(id_, grid.neighbour)).may == ["accept", "decline"]
    await grid.do(handling.decline, actor=grid.neighbour, request_id=id_, text="不在我这边", now=NOW)
    with pytest.raises(NotFoundError):
        await grid.see(id_, grid.neighbour)
    assert "transfer_declined" in await grid.told(grid.worker)
    await grid.hand_to(id_, grid.worker, grid.neighbour)
    taken = await grid.accept(id_, grid.neighbour)
    assert (taken.owner.name, taken.transfer) == ("张磊", None)
    assert taken.due_at == taken.resolve_due_at == asked.resolve_due_at
    assert (await grid.told(grid.worker))[-1] == "taken"
    assert (await grid.told(grid.resident))[-1] == "transfer_taken"
    with pytest.raises(ForbiddenError):
        await grid.resolve(id_, grid.worker)
    await grid.assert_sound()


async def test_nobody_far_away_can_be_asked_to_take_it_over(grid: Grid) -> None:
    id_ = (await grid.ask()).id
    takers = await grid.do(handling.takers, actor=grid.worker, request_id=id_, now=NOW)
    assert [(taker.name, taker.rung) for taker in takers] == [
        ("王芳", Rung.community),
        ("张磊", Rung.worker),
        ("赵强", Rung.subdistrict),
        ("孙丽", Rung.district),
    ]
    stranger = await grid.world.person("路人")
    with pytest.raises(InvalidInputError):
        await grid.hand_to(id_, grid.worker, stranger)


async def test_overdue_it_climbs_rung_by_rung_and_no_second_sweep_moves_it(grid: Grid) -> None:
    """Requests 1: overdue climbs one level."""
    id_ = (await grid.ask()).id
    assert await sweep(grid, TUESDAY_EVENING - timedelta(minutes=1)) == 1  # the warning
    assert await grid.told(grid.worker) == ["received", "due_soon"]
    seen: list[tuple[str, Rung]] = []
    now = TUESDAY_EVENING
    for following in (at(2, 18), at(3, 18), at(4, 18), at(7, 18)):
        for _ in range(2):
            await sweep(grid, now)
        view = await grid.see(id_, grid.district, now)
        seen.append((view.owner.name, view.owner.rung))
        assert view.due_at == following, "one working day"
        await grid.assert_sound(now)
        now = following
    assert seen == [
        ("王芳", Rung.community),
        ("赵强", Rung.subdistrict),
        ("孙丽", Rung.district),
        ("孙丽", Rung.district),
    ]
    assert [step.said for step in view.story][-2:] == [
        "超过时限没有办好，现在由区工作人员孙丽负责。",
        "仍未办好，已再次提醒区工作人员孙丽。",
    ]
    assert view.resolve_due_at == datetime(2026, 12, 2, 10, 0, tzinfo=UTC)
    assert (await grid.told(grid.worker))[-1] == "gone_up"
    assert await grid.told(grid.resident) == ["climbed", "climbed", "climbed"]


async def test_over_a_weekend_and_a_holiday_nothing_falls_due(grid: Grid) -> None:
    friday = datetime(2026, 12, 31, 8, 0, tzinfo=UTC)  # the eve of New Year's Day
    view = await grid.ask(now=friday)
    assert view.acknowledge_due_at == datetime(2027, 1, 4, 10, 0, tzinfo=UTC)


async def test_who_is_away_gets_nothing_new_and_keeps_what_they_have(grid: Grid) -> None:
    before = await grid.ask()
    today = AbsenceOrder(first=at(0, 9).date(), last=at(1, 9).date())
    for one, expected in ((grid.worker, "王芳"), (grid.deputy, "赵强"), (grid.street, "孙丽")):
        await grid.do(absences.add, actor=one, person_id=person(one), wanted=today, now=NOW)
        view = await grid.ask("楼下的大树枝要掉下来了", by=await grid.world.person("邻居"))
        assert view.owner.name == expected
    await grid.do(absences.add, actor=grid.district, person_id=person(grid.district), wanted=today, now=NOW)
    view = await grid.ask("墙皮掉了", by=await grid.world.person("邻居"))
    assert view.owner.name == "孙丽", "somebody has to be named, even when everybody is away"
    assert (await grid.see(before.id, grid.worker)).owner.name == "李明"
    later = await grid.ask("墙皮掉了", by=await grid.world.person("邻居"), now=at(2, 9))
    assert later.owner.name == "李明"
    with pytest.raises(NotFoundError):
        await grid.do(
            absences.add, actor=grid.neighbour, person_id=person(grid.worker), wanted=today, now=NOW
        )


async def test_reopened_it_is_owed_everything_again_and_only_for_a_week(grid: Grid) -> None:
    """Requests 2."""
    id_ = (await grid.ask()).id
    await grid.resolve(id_, grid.worker, now=at(1, 9))
    again = await grid.reopen(id_, now=at(3, 9))
    assert (again.state, again.reopened, again.answer) == (RequestState.received, 1, None)
    assert again.owner.name == "李明"
    assert again.acknowledge_due_at == at(4, 18)
    assert "reopened" in await grid.told(grid.worker)
    await grid.resolve(id_, grid.worker, "灯和线路都换了", now=at(4, 9))
    with pytest.raises(ActionRefusedError) as refused:
        await grid.reopen(id_, now=at(11, 10))
    assert [reason.code for reason in refused.value.reasons] == ["reopen-over"]
    assert await sweep(grid, at(11, 10)) == 1
    assert (await grid.see(id_, grid.resident)).state is RequestState.closed
    assert (await grid.rate(id_, now=at(12, 9))).state is RequestState.closed
    await grid.assert_sound(at(12, 9))


async def test_a_rated_answer_can_still_be_reopened_within_the_week(grid: Grid) -> None:
    id_ = (await grid.ask()).id
    await grid.resolve(id_, grid.worker)
    await grid.rate(id_, 1)
    again = await grid.reopen(id_, now=at(2, 9))
    assert (again.state, again.rating) == (RequestState.received, None)
    await grid.assert_sound(at(2, 9))


async def test_after_the_answer_nothing_more_can_be_done_to_it(grid: Grid) -> None:
    id_ = (await grid.ask()).id
    await grid.resolve(id_, grid.worker)
    for doing in (
        grid.note(id_, grid.worker),
        grid.hand_to(id_, grid.worker, grid.deputy),
        grid.hand_up(id_, grid.worker),
        grid.resolve(id_, grid.worker, "另一个答复"),
        grid.withdraw(id_),
    ):
        with pytest.raises(ActionRefusedError) as refused:
            await doing
        assert [reason.code for reason in refused.value.reasons] == ["request-over"]


async def test_handed_up_it_keeps_its_deadline(grid: Grid) -> None:
    view = await grid.ask()
    up = await grid.hand_up(view.id, grid.worker)
    assert (up.owner.name, up.due_at) == ("王芳", view.due_at)
    top = view.id
    for one in (grid.deputy, grid.street):
        await grid.hand_up(top, one)
    with pytest.raises(ActionRefusedError) as refused:
        await grid.hand_up(top, grid.district)
    assert [reason.code for reason in refused.value.reasons] == ["nobody-above"]


async def test_what_it_is_about_can_be_put_right(grid: Grid) -> None:
    view = await grid.ask()
    wanted = KindOrder(kind=RequestKind.safety)
    changed = await grid.do(
        handling.change_kind,
        actor=grid.worker,
        request_id=view.id,
        wanted=wanted,
        language=Language.zh,
        now=NOW,
    )
    assert (changed.kind, changed.suggested) == (RequestKind.safety, RequestKind.lighting)
    assert changed.story[-1].said == "您把类别改为“安全隐患”。"


async def test_neighbours_who_say_the_same_are_shown_it_and_can_join(grid: Grid) -> None:
    first = await grid.ask("小区北门的路灯坏了，我电话 13912345678")
    other = await grid.world.person("刘叔")
    draft = RequestDraft(text="北门路灯不亮，天黑看不见", location=NEAR_GATE)
    preview = await grid.do(asking.preview, actor=other, draft=draft, now=at(0, 12))
    (similar,) = preview.similar
    assert (similar.id, similar.followers, similar.distance_m) == (first.id, 0, 62)
    assert "139" not in similar.excerpt
    assert "陈" not in similar.model_dump_json()
    assert preview.foreseen.owner.name == "李明"
    for _ in range(2):
        joined = await grid.do(
            asking.follow,
            actor=other,
            request_id=first.id,
            said=FollowOrder(text="昨晚就黑了"),
            language=Language.zh,
            now=at(0, 12),
        )
    assert (joined.following, joined.followers, joined.asker, joined.location) == (True, 1, None, None)
    assert "139" not in joined.text
    await grid.accept(first.id, grid.worker, at(0, 13))
    await grid.resolve(first.id, grid.worker, now=at(0, 14))
    assert await grid.told(other) == ["accepted", "resolved"]
    seen = await grid.see(first.id, other, at(0, 15))
    assert [step.what for step in seen.story] == ["received", "accepted", "resolved"]
    assert await grid.told(grid.worker) == ["received", "joined"]
    await grid.do(asking.unfollow, actor=other, request_id=first.id, now=at(0, 16))
    with pytest.raises(NotFoundError):
        await grid.see(first.id, other)
    await grid.assert_sound(at(0, 16))


@pytest.mark.parametrize(
    ("text", "location", "later"),
    [
        ("北门路灯不亮", FAR_AWAY, timedelta(hours=1)),
        ("北门路灯不亮", NEAR_GATE, timedelta(hours=73)),
        ("北门的广场舞太吵", NEAR_GATE, timedelta(hours=1)),
        ("单位门口灯泡换成声控的吧", NEAR_GATE, timedelta(hours=1)),
    ],
    ids=["elsewhere", "long after", "another matter", "other words"],
)
async def test_what_is_not_the_same_is_not_proposed(
    grid: Grid, text: str, location: Coordinates, later: timedelta
) -> None:
    await grid.ask("小区北门的路灯坏了")
    draft = RequestDraft(text=text, location=location)
    other = await grid.world.person("刘叔")
    assert (await grid.do(asking.preview, actor=other, draft=draft, now=NOW + later)).similar == []


async def test_ones_own_matter_is_never_shown_to_neighbours_nor_joined(grid: Grid) -> None:
    mine = await grid.ask("我独居，行动不便，想请人陪诊")
    assert mine.kind is RequestKind.elder_help
    other = await grid.world.person("刘叔")
    draft = RequestDraft(text="独居老人行动不便想请人陪诊", location=AT_GATE)
    assert (await grid.do(asking.preview, actor=other, draft=draft, now=NOW)).similar == []
    with pytest.raises(NotFoundError):
        await grid.do(
            asking.follow, actor=other, request_id=mine.id, said=FollowOrder(), language=Language.zh, now=NOW
        )


async def test_so_many_a_day_and_an_honest_answer_how_long_to_wait(grid: Grid) -> None:
    for number in range(5):
        await grid.ask(f"第 {number} 件事", now=at(0, 9 + number))
    with pytest.raises(TooManyRequestsError) as refused:
        await grid.ask("第六件事", now=at(0, 20))
    assert refused.value.data == {"most": 5, "retry_after_s": 13 * 3600 + 1}
    await grid.ask("第六件事", now=at(1, 9))


@pytest.mark.parametrize(
    ("where", "cell"),
    [
        ({"location": Coordinates(latitude=31.9541, longitude=118.8441)}, 1),
        ({"location": Coordinates(latitude=31.9580, longitude=118.8480)}, 2),
        ({"location": None, "community": SOUTH}, 2),
        ({"location": None}, 0),
    ],
    ids=["nearest centre", "another community", "by community", "at home"],
)
async def test_a_place_leads_to_its_cell(grid: Grid, where: dict[str, object], cell: int) -> None:
    view = await grid.ask(**where)  # type: ignore[arg-type]  # a case of the table
    assert view.cell is not None
    assert view.cell.id == grid.cells[cell]
    assert view.division.code == (SOUTH if cell == 2 else NORTH)


async def test_without_a_place_or_outside_the_district_it_is_asked_for(grid: Grid) -> None:
    homeless = await grid.world.person("无家")
    with pytest.raises(InvalidInputError):
        await grid.ask(by=homeless, location=None)
    with pytest.raises(InvalidInputError):
        await grid.ask(location=Coordinates(latitude=39.9, longitude=116.4))


async def test_where_there_is_no_cell_the_sub_district_answers(grid: Grid) -> None:
    view = await grid.ask(location=Coordinates(latitude=32.05, longitude=119.04))
    assert (view.cell, view.owner.name, view.owner.rung) == (None, "孙丽", Rung.district)


async def test_the_worklist_has_what_is_overdue_first(grid: Grid) -> None:
    late = await grid.ask("路灯坏了", now=at(-4, 9))
    new = await grid.ask("垃圾没人收")
    done = await grid.ask("电梯停了")
    await grid.resolve(done.id, grid.worker)

    async def listed(states: Sequence[RequestState], after: Any = None) -> tuple[list[RequestView], Any]:
        return await grid.do(
            requests_as, role=AsWhat.owner, states=states, after=after, actor=grid.worker, now=NOW, limit=1
        )

    first, after = await listed(())
    assert [(one.id, one.overdue) for one in first] == [(late.id, True)]
    rest, end = await listed((), after)
    assert ([one.id for one in rest], end) == ([new.id], None)
    answered, _ = await listed([RequestState.resolved])
    assert [one.id for one in answered] == [done.id]
    above, _ = await grid.do(
        requests_as, actor=grid.street, role=AsWhat.staff, states=(), now=NOW, limit=10, after=None
    )
    assert {one.id for one in above} == {late.id, new.id}
    mine, _ = await grid.do(
        requests_as, actor=grid.resident, role=AsWhat.asker, states=(), now=NOW, limit=10, after=None
    )
    assert {one.id for one in mine} == {done.id, new.id, late.id}
    with pytest.raises(ForbiddenError):
        await grid.do(
            requests_as, actor=grid.resident, role=AsWhat.staff, states=(), now=NOW, limit=10, after=None
        )


async def test_what_was_done_is_in_the_audit_without_names_or_words(grid: Grid) -> None:
    id_ = (await grid.ask("小区北门的路灯坏了")).id
    await grid.resolve(id_, grid.worker, "灯已换好")
    async with transaction(grid.world.database) as session:
        rows = (
            (await session.execute(select(AuditEntry).where(col(AuditEntry.subject_id) == id_)))
            .scalars()
            .all()
        )
        steps = (
            await session.execute(
                select(func.count()).select_from(RequestStep).where(col(RequestStep.request_id) == id_)
            )
        ).scalar_one()
    assert [row.action for row in rows] == ["request.received", "request.resolved"]
    assert steps == 2
    assert all("灯" not in str(row.data) and "陈" not in str(row.data) for row in rows)


async def test_control_a_history_with_a_hole_is_found(grid: Grid) -> None:
    """The invariants must be able to fail."""
    id_ = (await grid.ask()).id
    async with transaction(grid.world.database) as session:
        request = await session.get_one(Request, id_)
        request.owner_id = person(grid.deputy)
        request.steps = 3
    async with transaction(grid.world.database) as session:
        found = {offence.check for offence in await check(session, now=NOW)}
    assert found == {
        "every step of a request is in its history (Requests 1)",
    }
