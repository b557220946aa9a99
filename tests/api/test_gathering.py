"""Requests gathered into batches: each is decided upon once, nobody holds up anybody else, and what waits is bounded."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api import gathering
from api.gathering import Gatherer, Turn
from models.database import DatabaseBusyError
from scheduling.errors import BusyError, ContendedError, NotFoundError


@dataclass
class Decider:
    """Decides as told: what is in `locked` is contended until somebody waits for it."""

    batches: list[tuple[list[str], bool]] = field(default_factory=list)
    locked: set[str] = field(default_factory=set)
    broken: dict[str, Exception] = field(default_factory=dict)
    unlocking: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, asked: Sequence[str], turn: Turn) -> list[str | Exception]:
        self.batches.append((list(asked), turn.waits))
        await asyncio.sleep(0)
        await turn.comes()
        for each in asked:
            if each in self.broken:
                raise self.broken[each]
        if turn.waits and self.locked & set(asked):
            await self.unlocking.wait()
            self.locked.clear()
        return [ContendedError() if each in self.locked and not turn.waits else f"{each}!" for each in asked]


def gatherer(decider: Decider, *, lane_of: Callable[[str], str] = str, most: int = 100) -> Gatherer[str, str]:
    return Gatherer(decider, lane_of=lane_of, most_waiting=most, flushes=1)


async def test_what_is_queued_is_decided_together() -> None:
    """Nobody waits for a batch to fill: the first goes with what came in the same turn, the rest with the next."""
    decider = Decider()
    asking = gatherer(decider)
    first = [asyncio.ensure_future(asking.ask(each)) for each in "ab"]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    late = [asyncio.ensure_future(asking.ask(each)) for each in "cd"]
    assert await asyncio.gather(*first, *late) == ["a!", "b!", "c!", "d!"]
    assert decider.batches == [(["a", "b"], False), (["c", "d"], False)]
    assert await asking.ask("e") == "e!"


async def test_who_meets_a_lock_waits_apart_and_holds_up_nobody() -> None:
    decider = Decider(locked={"busy 1"})
    asking = gatherer(decider, lane_of=lambda asked: asked.split()[0])
    held = [asyncio.ensure_future(asking.ask(each)) for each in ("busy 1", "free 1")]
    assert await asyncio.wait_for(held[1], 1) == "free 1!"
    for number in range(5):
        assert await asyncio.wait_for(asking.ask(f"free {number}"), 1) == f"free {number}!"
    queued = asyncio.ensure_future(asking.ask("busy 2"))
    await asyncio.sleep(0.01)
    assert not held[0].done()
    assert not queued.done(), "it competes for the same thing, and so stands in the same lane"
    decider.unlocking.set()
    assert list(await asyncio.gather(held[0], queued)) == ["busy 1!", "busy 2!"]
    assert await asking.ask("busy 3") == "busy 3!"
    assert decider.batches[-1] == (["busy 3"], False), "the lane is closed again"


async def test_one_that_breaks_the_batch_does_not_break_the_others() -> None:
    wrong = ValueError("nobody foresaw this")
    decider = Decider(broken={"b": wrong})
    answers = list(await asyncio.gather(*map(gatherer(decider).ask, "abc"), return_exceptions=True))
    assert answers == ["a!", wrong, "c!"]


async def test_a_database_that_is_away_is_said_to_all_and_not_asked_again_for_each() -> None:
    away = DatabaseBusyError()
    decider = Decider(broken={"b": away})
    answers = await asyncio.gather(*map(gatherer(decider).ask, "abc"), return_exceptions=True)
    assert answers == [away, away, away]
    assert len(decider.batches) == 1


async def test_an_outcome_may_be_an_error_of_ones_own() -> None:
    async def decide(asked: Sequence[str], turn: Turn) -> list[str | Exception]:
        return [NotFoundError(what="slot") if each == "b" else each for each in asked]

    asking = Gatherer(decide, lane_of=str)
    answers = await asyncio.gather(*map(asking.ask, "abc"), return_exceptions=True)
    assert [type(answer) for answer in answers] == [str, NotFoundError, str]


async def test_beyond_what_may_wait_the_answer_is_busy_at_once() -> None:
    decider = Decider(locked={"a"})
    asking = gatherer(decider, most=2)
    waiting = [asyncio.ensure_future(asking.ask("a")) for _ in range(2)]
    await asyncio.sleep(0.01)
    with pytest.raises(BusyError) as busy:
        await asking.ask("b")
    assert 1 <= int(str(busy.value.data["retry_after_s"])) <= 3
    decider.unlocking.set()
    assert await asyncio.gather(*waiting) == ["a!", "a!"]
    assert await asking.ask("b") == "b!", "and there is room again"


async def test_who_has_gone_disturbs_nobody() -> None:
    decider = Decider()
    asking = gatherer(decider)
    gone, stays = (asyncio.ensure_future(asking.ask(each)) for each in "ab")
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == "b!"
    await asking.finish()
    assert decider.batches == [(["a", "b"], False)], "what was asked is decided all the same"


async def test_two_flushes_never_have_the_same_thing_in_hand() -> None:
    in_hand: Counter[str] = Counter()
    most: Counter[str] = Counter()

    async def decide(asked: Sequence[str], turn: Turn) -> list[str | Exception]:
        await turn.comes()
        mine = {each[0] for each in asked}
        in_hand.update(mine)
        for each in mine:
            most[each] = max(most[each], in_hand[each])
        await asyncio.sleep(0.002)
        in_hand.subtract(mine)
        return list(asked)

    asking = Gatherer(decide, lane_of=lambda asked: asked[0], flushes=3, most_a_flush=4)

    async def client(name: str) -> None:
        for number in range(10):
            assert await asking.ask(f"{name}{number}") == f"{name}{number}"
            await asyncio.sleep(0.001)

    await asyncio.gather(*(client(name) for name in "aaabbbcccd"))
    assert set(most.values()) == {1}


async def test_who_will_be_next_gets_ready_in_the_meantime() -> None:
    """One slot that everybody wants: the second flush has read its keys when the first one has decided."""
    seen: list[str] = []

    async def decide(asked: Sequence[int], turn: Turn) -> list[int | Exception]:
        seen.append(f"ready {asked[0]}")
        await turn.comes()
        seen.append(f"begins {asked[0]}")
        await asyncio.sleep(0.01)
        seen.append(f"ends {asked[0]}")
        return list(asked)

    asking = Gatherer(decide, lane_of=lambda _: "the slot", flushes=2, most_a_flush=8)
    assert await asyncio.gather(*map(asking.ask, range(24))) == list(range(24))
    assert seen.index("ready 8") < seen.index("ends 0") < seen.index("begins 8")
    assert seen.index("ready 16") < seen.index("ends 8") < seen.index("begins 16")


async def test_flushes_share_all_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes its share, and the one that begins while another is at work waits for its own to come together."""
    monkeypatch.setattr(gathering, "PATIENCE_S", 5.0)  # however busy the machine is
    sizes: list[int] = []

    async def decide(asked: Sequence[int], turn: Turn) -> list[int | Exception]:
        sizes.append(len(asked))
        await asyncio.sleep(0.003)
        return list(asked)

    asking = Gatherer(decide, lane_of=lambda number: number, flushes=2)

    async def client(number: int) -> None:
        for _ in range(10):
            assert await asking.ask(number) == number
            await asyncio.sleep(0.0005)

    await asyncio.gather(*map(client, range(40)))
    assert sum(sizes) == 400
    assert max(sizes) <= 20, "half of them at most"
    assert sum(sizes) / len(sizes) > 12, "and not one by one as they come"


async def test_who_finds_no_flush_at_work_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "PATIENCE_S", 60.0)
    decider = Decider()
    asking = Gatherer(decider, lane_of=str)
    for number in range(5):
        assert await asyncio.wait_for(asking.ask(str(number)), 5) == f"{number}!"
    assert len(decider.batches) == 5


async def test_a_flush_that_hangs_holds_up_others_for_a_moment_only() -> None:
    never = asyncio.Event()

    async def decide(asked: Sequence[str], turn: Turn) -> list[str | Exception]:
        if "hangs" in asked:
            await never.wait()
        return list(asked)

    asking = Gatherer(decide, lane_of=str)
    hanging = asyncio.ensure_future(asking.ask("hangs"))
    await asyncio.sleep(0.01)
    assert await asyncio.wait_for(asking.ask("goes on"), 5) == "goes on"
    never.set()
    assert await hanging == "hangs"


@given(st.data())
def test_each_is_decided_upon_once_whatever_happens(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=30))
    flushes = data.draw(st.integers(1, 3))
    most_a_flush = data.draw(st.integers(1, 5))
    contended = data.draw(st.lists(st.booleans(), min_size=90, max_size=90))
    granted: Counter[int] = Counter()

    async def decide(asked: Sequence[int], turn: Turn) -> list[int | Exception]:
        await asyncio.sleep(0)
        if any(number % 7 == 3 for number in asked) and len(asked) > 1:
            message = "a batch that fails as a whole"
            raise ValueError(message)
        outcomes: list[int | Exception] = []
        for number in asked:
            if not turn.waits and contended.pop():
                outcomes.append(ContendedError())
            else:
                granted[number] += 1
                outcomes.append(number)
        return outcomes

    async def all_asked() -> list[int]:
        asking = Gatherer(
            decide,
            lane_of=lambda number: names[number],
            flushes=flushes,
            most_a_flush=most_a_flush,
        )
        return await asyncio.wait_for(asyncio.gather(*map(asking.ask, range(len(names)))), 5)

    assert asyncio.run(all_asked()) == list(range(len(names)))
    assert granted == Counter(range(len(names)))
