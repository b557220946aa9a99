"""A state machine that drives requests and wishes on a real database beside a model written anew from the product's words:
who owns it, what is due when, what may be done, and how long the history is.
"""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from governance import handling, sweeps, wishes
from governance.check import check
from models.database import Database, in_transaction, transaction
from models.shapes.base import DISTRICT_ZONE, local_day
from models.shapes.requests import NoteOrder, RequestDetail, WishOrder
from models.vocabulary import Language
from scheduling.actors import Actor
from scheduling.errors import ActionRefusedError, ForbiddenError, NotFoundError
from tests.databases import Templates
from tests.governing import Grid
from tests.world import NOW, World

T = TypeVar("T")
HOURS = st.sampled_from([1, 1, 1, 5, 9, 24, 49, 24 * 8])
WHICH = st.integers(0, 2)
WHO = st.integers(0, 12)
"""Somebody; from 7 on whoever it is up to, so that more happens than refusals."""
OPEN = ("received", "accepted", "in_progress")
OUT = ("published", "claimed", "fulfilled")
WEEK = timedelta(days=7)
FORTNIGHT = timedelta(days=14)


def workday_end(moment: datetime, days: int) -> datetime:
    """18:00 on the last of so many days from Monday to Friday after a moment's; no holiday falls into these weeks."""
    day: date = local_day(moment)
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return datetime.combine(day, time(18), tzinfo=DISTRICT_ZONE)


@dataclass
class Model:
    """What one request should be. People are numbers: 0 worker, 1 deputy, 2 the street's, 3 the district's, 4 a worker
    elsewhere, 5 who asked, 6 a volunteer.
    """

    now: datetime
    wish: str | None
    state: str = "received"
    owner: int = 0
    rung: int = 0
    asked: int | None = None
    stars: int | None = None
    resolved_at: datetime | None = None
    acknowledge: datetime = field(init=False)
    resolve: datetime = field(init=False)
    due: datetime = field(init=False)
    steps: int = 1

    def __post_init__(self) -> None:
        self.promise()

    def promise(self) -> None:
        """What is owed from now on."""
        self.acknowledge, self.resolve = workday_end(self.now, 1), workday_end(self.now, 7)
        self.due = self.acknowledge

    @property
    def open(self) -> bool:
        return self.state in OPEN

    def begin(self, state: str) -> None:
        """Acknowledged: what is due is the answer; otherwise nothing moves the deadline."""
        if self.state == "received" and self.wish not in OUT:
            self.due = self.resolve if self.resolve > self.now else workday_end(self.now, 1)
        self.state = state

    def sweep(self) -> None:
        """What should happen by itself at this moment, once."""
        if self.due > self.now or self.state in {"closed", "withdrawn"}:
            return
        self.steps += 1
        if self.state == "resolved":
            self.state, self.due = "closed", self.now
        elif self.wish == "published":
            self.wish, self.due = "unpublished", workday_end(self.now, 7)
            self.resolve = self.due
        elif self.wish == "claimed":
            self.wish, self.due = "published", self.now + FORTNIGHT
        elif self.wish == "fulfilled":
            self.answer()
        else:
            if self.rung < 3:
                self.owner = self.rung = self.rung + 1
                self.asked = None
            self.due = workday_end(self.now, 1)

    def answer(self) -> None:
        """Answered now."""
        self.state, self.resolved_at, self.asked = "resolved", self.now, None
        self.due = self.now + WEEK
        if self.wish == "published":
            self.wish = "unpublished"


class RequestMachine(RuleBasedStateMachine):
    """Acts as residents, workers and volunteers do, whoever may and whoever may not, and as the clock does."""

    templates: Templates
    seen: ClassVar[Counter[str]] = Counter()
    """What happened, over all histories."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clone: AbstractAsyncContextManager[Database] = self.templates.clone("small")
        self.database = self.run(self.clone.__aenter__())
        self.now = NOW

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs something to its end."""
        return self.runner.run(work)

    def teardown(self) -> None:
        try:
            self.run(self._assert_sound())
        finally:
            self.run(self.clone.__aexit__(None, None, None))
            self.runner.close()

    async def _assert_sound(self) -> None:
        async with transaction(self.database) as session:
            assert await check(session, now=self.now) == []

    @initialize()
    def settle(self) -> None:
        """Two requests and a wish at one cell."""
        self.grid = self.run(Grid(World(self.database)).settle())
        grid = self.grid
        volunteer = self.run(grid.world.person("志愿者"))
        self.people: list[Actor] = [
            *(grid.worker, grid.deputy, grid.street, grid.district, grid.neighbour, grid.resident),
            volunteer,
        ]
        texts = ("路灯坏了", "垃圾没人收", "微心愿：想要一台收音机")
        self.ids: list[UUID] = [self.run(grid.ask(text)).id for text in texts]
        self.models = [Model(NOW, None), Model(NOW, None), Model(NOW, "unpublished")]

    def someone(self, who: int, up_to: int) -> int:
        """Which of the people: a choice above them all is whoever it is up to."""
        return who if who < len(self.people) else up_to

    def tried(self, doing: Coroutine[Any, Any, object]) -> str | None:
        """What came of it: None when it was done, else why not."""
        try:
            self.run(doing)
        except ActionRefusedError as refusal:
            return refusal.reasons[0].code
        except (ForbiddenError, NotFoundError) as error:
            return error.code
        return None

    def expect(self, may: bool, possible: bool, doing: Coroutine[Any, Any, object]) -> bool:
        """Does it, and holds what comes of it against what should; whether it was done."""
        said = self.tried(doing)
        if not may:
            assert said in {"forbidden", "not-found"}, said
        elif not possible:
            assert said is not None
            assert said not in {"forbidden", "not-found"}, said
        else:
            assert said is None, said
        return said is None

    @rule(hours=HOURS)
    def pass_time(self, hours: int) -> None:
        """Time goes by, and then the clock ticks, twice."""
        self.now += timedelta(hours=hours)
        for model in self.models:
            model.now = self.now
            model.sweep()
        for _ in range(2):
            for sweep in (
                sweeps.warn_owners,
                sweeps.close_answered,
                sweeps.settle_wishes,
                sweeps.climb_overdue,
            ):
                self.run(in_transaction(self.database, partial(sweep, now=self.now)))
        self.seen.update(f"rung {model.rung}" for model in self.models)

    @rule(which=WHICH, who=WHO)
    def accept(self, which: int, who: int) -> None:
        model, id_ = self.models[which], self.ids[which]
        who = self.someone(who, model.owner if model.asked is None else model.asked)
        may = who in {model.owner, model.asked}
        taking, new = model.asked == who, model.state == "received"
        if self.expect(may, model.open, self.grid.accept(id_, self.people[who], self.now)):
            if taking:
                model.owner, model.asked = who, None
                model.rung = who if who < 4 else model.rung
            model.steps += taking or new
            if new:
                model.begin("accepted")
            self.seen.update(["taken over"] if taking else ["accepted"])

    @rule(which=WHICH, who=WHO)
    def note(self, which: int, who: int) -> None:
        model = self.models[which]
        who = self.someone(who, model.owner)
        doing = self.grid.note(self.ids[which], self.people[who], now=self.now)
        if self.expect(who == model.owner, model.open, doing):
            model.begin("in_progress")
            model.steps += 1

    @rule(which=WHICH, to=st.integers(0, 4))
    def hand_to(self, which: int, to: int) -> None:
        model = self.models[which]
        if to == model.owner:
            return
        doing = self.grid.hand_to(self.ids[which], self.people[model.owner], self.people[to], self.now)
        if self.expect(True, model.open, doing):
            model.steps += model.asked != to
            model.asked = to

    @rule(which=WHICH, who=WHO)
    def decline(self, which: int, who: int) -> None:
        model = self.models[which]
        who = self.someone(who, model.owner if model.asked is None else model.asked)
        doing = self.grid.do(
            handling.decline, actor=self.people[who], request_id=self.ids[which], text="", now=self.now
        )
        if self.expect(who == model.asked, True, doing):
            model.asked = None
            model.steps += 1

    @rule(which=WHICH, who=WHO)
    def hand_up(self, which: int, who: int) -> None:
        model = self.models[which]
        who = self.someone(who, model.owner)
        doing = self.grid.hand_up(self.ids[which], self.people[who], self.now)
        if self.expect(who == model.owner, model.open and model.rung < 3, doing):
            model.owner = model.rung = model.rung + 1
            model.asked = None
            model.steps += 1

    @rule(which=WHICH, who=WHO)
    def resolve(self, which: int, who: int) -> None:
        model = self.models[which]
        who = self.someone(who, model.owner)
        possible = model.open and model.wish not in {"claimed", "fulfilled"}
        text = f"第 {model.steps} 次答复"
        doing = self.grid.resolve(self.ids[which], self.people[who], text, self.now)
        if self.expect(who == model.owner, possible, doing):
            model.answer()
            model.steps += 1
            self.seen.update(["resolved"])

    @rule(which=WHICH, who=WHO)
    def reopen(self, which: int, who: int) -> None:
        model = self.models[which]
        who = self.someone(who, 5)
        within = model.resolved_at is not None and self.now <= model.resolved_at + WEEK
        possible = (model.state in {"resolved", "closed"} and within) or (
            model.open and model.wish == "fulfilled"
        )
        doing = self.grid.reopen(self.ids[which], self.people[who], now=self.now)
        if self.expect(who == 5, possible, doing):
            model.state, model.stars, model.resolved_at, model.asked = "received", None, None, None
            model.wish = None if model.wish is None else "unpublished"
            model.promise()
            model.steps += 1
            self.seen.update(["reopened"])

    @rule(which=WHICH, who=WHO, stars=st.integers(1, 5))
    def rate(self, which: int, who: int, stars: int) -> None:
        model = self.models[which]
        who = self.someone(who, 5)
        same = model.stars == stars
        possible = same or (model.state in {"resolved", "closed"} and model.stars is None)
        doing = self.grid.rate(self.ids[which], stars, self.people[who], self.now)
        if self.expect(who == 5, possible, doing) and not same:
            model.due = model.due if model.state == "closed" else self.now
            model.state, model.stars = "closed", stars
            model.steps += 1

    @rule(which=WHICH, who=WHO)
    def withdraw(self, which: int, who: int) -> None:
        """Seldom by who may, or histories would end before anything happens."""
        model = self.models[which]
        who = self.someone(who, 4)
        again = model.state == "withdrawn"
        doing = self.grid.withdraw(self.ids[which], self.people[who], self.now)
        if self.expect(who == 5, model.open or again, doing) and not again:
            model.state, model.asked, model.due = "withdrawn", None, self.now
            model.wish = None if model.wish is None else "unpublished"
            model.steps += 1

    @rule(who=WHO)
    def publish(self, who: int) -> None:
        model = self.models[2]
        who = self.someone(who, model.owner)
        doing = self.grid.do(
            wishes.publish,
            actor=self.people[who],
            request_id=self.ids[2],
            wanted=WishOrder(text="想要一台收音机"),
            language=Language.zh,
            now=self.now,
        )
        again = model.wish == "published"
        possible = again or (model.open and model.wish == "unpublished")
        if self.expect(who == model.owner, possible, doing) and not again:
            model.begin("in_progress")
            model.wish, model.due = "published", self.now + FORTNIGHT
            model.steps += 1
            self.seen.update(["published"])

    @rule(who=st.sampled_from([5, 6, 6]))
    def claim(self, who: int) -> None:
        model = self.models[2]
        mine = who == 6 and model.wish in {"claimed", "fulfilled"} and model.open
        may = who == 6 and (model.wish in OUT)
        doing = self.grid.claim(self.ids[2], self.people[who], self.now)
        if self.expect(may, mine or (model.open and model.wish == "published"), doing) and not mine:
            model.wish, model.due = "claimed", self.now + FORTNIGHT
            model.steps += 1
            self.seen.update(["claimed"])

    @rule()
    def give_back(self) -> None:
        model = self.models[2]
        holds = model.open and model.wish in {"claimed", "fulfilled"}
        doing = self.grid.do(
            wishes.give_back, actor=self.people[6], request_id=self.ids[2], text="", now=self.now
        )
        if self.expect(holds, model.wish == "claimed", doing):
            model.wish, model.due = "published", self.now + FORTNIGHT
            model.steps += 1

    @rule()
    def fulfil_and_confirm(self) -> None:
        """The volunteer says that it is done, and the resident that it came true."""
        model, id_ = self.models[2], self.ids[2]
        holds = model.open and model.wish in {"claimed", "fulfilled"}
        said = NoteOrder(text="送到了")
        doing = self.grid.do(
            wishes.fulfil,
            actor=self.people[6],
            request_id=id_,
            text=said.text,
            attachments=[],
            language=Language.zh,
            now=self.now,
        )
        if self.expect(holds, True, doing) and model.wish == "claimed":
            model.wish, model.due = "fulfilled", self.now + WEEK
            model.steps += 1
        if model.wish == "fulfilled" and model.open and model.steps % 2:
            self.run(
                self.grid.do(
                    wishes.confirm,
                    actor=self.people[5],
                    request_id=id_,
                    language=Language.zh,
                    now=self.now,
                )
            )
            model.answer()
            model.steps += 1
            self.seen.update(["came true"])

    def shown(self, which: int) -> RequestDetail:
        """The request as the district sees it."""
        return self.run(self.grid.see(self.ids[which], self.grid.district, self.now))

    @invariant()
    def stands_as_the_model_says(self) -> None:
        """Owner, state, deadlines and the length of the history."""
        if not hasattr(self, "models"):
            return
        for which, model in enumerate(self.models):
            view = self.shown(which)
            asked = None if view.transfer is None else view.transfer.to.id
            wanted = None if model.asked is None else self.people[model.asked].person_id
            assert view.owner.id == self.people[model.owner].person_id
            assert (view.state, view.wish, asked) == (model.state, model.wish, wanted)
            assert list(view.owner.rung.__class__).index(view.owner.rung) == model.rung
            assert view.due_at == model.due
            assert (view.acknowledge_due_at, view.resolve_due_at) == (model.acknowledge, model.resolve)
            assert [step.number for step in view.story] == list(range(1, model.steps + 1))
            assert all(step.owner.name for step in view.story)
