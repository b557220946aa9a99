"""What volunteers, managers and residents are told about shifts, from the use case to the screen, in both languages."""

import re
from pathlib import Path

from bot.news import render
from bot.news_shifts import SCREENS
from bot.replies import Language
from models.database import transaction
from models.tables import Grant, Notice
from models.vocabulary import Role, ScopeKind
from scheduling import jobs
from scheduling.rosters import dependants, shifts, signups, stand_ins, swaps, waits
from tests.bot.notices_of_every_kind import notice
from tests.rostering import run, shift, sign_up, volunteer
from tests.scheduling.acting import sql, stored
from tests.world import CANTEEN, LUNCH, NOW, World, at, manager_of

LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")


async def test_every_kind_about_shifts_reads_well_in_both_languages(world: World) -> None:
    """All that the engine owes is drawn without loss, and nothing is left that the bot does not know."""
    boss, resident = await world.person("站长"), await world.person("王阿姨")
    async with transaction(world.database) as session:
        session.add(
            Grant(
                created_at=NOW,
                person_id=boss.require_person(),
                role=Role.point_manager,
                scope=ScopeKind.point,
                key=str(CANTEEN),
            )
        )
    one, two, three = [await volunteer(world, name) for name in ("甲", "乙", "丙")]
    slot = await world.slot(LUNCH, at(1, 11), capacity=1)
    await world.book(resident, slot)
    near, far = (
        await shift(world, at(1, 10), needed=1, services=(LUNCH,)),
        await shift(world, at(4, 11), needed=1),
    )
    later = await shift(world, at(6, 11), needed=1)
    mine, theirs = await sign_up(world, one, far), await sign_up(world, two, later)
    await run(world, waits.join, actor=three, shift_id=far, now=NOW)
    await run(world, stand_ins.want, actor=two, signup_id=theirs.id, now=NOW)
    await run(world, stand_ins.keep, actor=two, signup_id=theirs.id, now=NOW)
    await run(world, swaps.propose, actor=one, signup_id=mine.id, with_signup_id=theirs.id, now=NOW)
    await jobs.cover_shifts(world.database, NOW)
    await run(world, dependants.follow_hands, now=at(1, 2))
    await sql(world, "UPDATE notice SET status = 'delivered' WHERE kind = 'booking_at_risk'")
    await sign_up(world, two, near, now=at(1, 2))
    await run(world, dependants.follow_hands, now=at(1, 2))
    await sql(world, "UPDATE notice SET status = 'pending'")
    await run(world, signups.withdraw, actor=one, signup_id=mine.id, reason="有事", now=at(3, 20))
    cancelled = manager_of(CANTEEN, boss.person_id)
    await run(world, shifts.cancel, actor=cancelled, shift_id=later, reason="停水", now=at(3, 20))

    owed = [each for each in await stored(world, Notice) if each.kind in SCREENS]
    assert {each.kind for each in owed} == set(SCREENS)
    for each in owed:
        for language in LANGUAGES:
            reply = render(notice(each.kind, language=language, data=each.data), NOW)
            assert "有新消息" not in reply.text
            assert "There is news" not in reply.text
            assert "食堂" in reply.text
            assert ("When:" in reply.text) is (language == "en")


def test_every_word_of_what_happened_has_a_sentence() -> None:
    """Whatever the engine gives as `what` is told apart here; a new one would read as mere news."""
    root = Path(__file__).parents[2]
    given: set[str] = set()
    for path in (root / "scheduling/rosters").glob("*.py"):
        given |= set(re.findall(r'(?<!Error\()what="(\w+)"', path.read_text(encoding="utf-8")))
    known = set(re.findall(r'case "(\w+)":', (root / "bot/news_shifts.py").read_text(encoding="utf-8")))
    assert len(given) > 12
    assert given - known - {"", "understaffed"} == set()
